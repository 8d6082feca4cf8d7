// SPDX-License-Identifier: Apache-2.0
//
// One certificate from any bytes: refused, or every view of it can be shown and every rule asked.
#include "hollow_provider.h"
#include "keyway/certificate.h"
#include "pki/certificate_rules.h"
#include "pki/ocsp.h"

namespace {

using namespace keyway;

void show(const Certificate& certificate) {
  (void)(certificate.subject().size() + certificate.issuer().size() + certificate.serial().size());
  (void)(certificate.not_before() < certificate.not_after());
  (void)certificate.subject_alternative_names();
  (void)(certificate.key_description() + certificate.signature_description());
  (void)(certificate.key_usage().size() + certificate.extended_key_usage().size());
  const auto again = Certificate::from_pem(certificate.pem());
  fuzz::require(again && again->size() == 1 && as_text((*again)[0].der()) == as_text(certificate.der()));
}

void judge(const pki::ParsedCertificate& certificate) {
  (void)(pki::ocsp_responders(certificate.extensions).size() + pki::must_staple(certificate.extensions));
  static const PeerName name = PeerName::of("server.test").value();
  pki::PathRules rules;
  rules.name = &name;
  rules.now = pki::PathRules{}.now + std::chrono::seconds(1'800'000'000);
  for (const bool strict : {false, true}) {
    rules.strict = rules.web_pki = strict;
    (void)pki::check_leaf(certificate, rules);
    (void)pki::check_intermediate(certificate, rules);
    (void)pki::check_anchor(certificate, rules);
    (void)pki::check_signature_algorithm(certificate, rules);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView der = std::as_bytes(std::span(data, size));
  const auto parsed = pki::parse_certificate(der);
  const auto shown = Certificate::from_der(der);
  fuzz::require(parsed.has_value() == shown.has_value());
  if (!parsed) return 0;
  show(*shown);
  judge(*parsed);
  fuzz::require(pki::name_hash(parsed->subject) != pki::name_hash(parsed->issuer) || parsed->subject.size() > 2 ||
                parsed->self_issued);
  if (parsed->self_issued) fuzz::require(pki::name_hash(parsed->subject) == pki::name_hash(parsed->issuer));
  return 0;
}
