// SPDX-License-Identifier: Apache-2.0
//
// Pins are compared with the hash of the SubjectPublicKeyInfo, in whatever form the key is shown.
#include "pins.h"

#include <algorithm>

#include "keyway/crypto/provider.h"
#include "pki/certificate.h"
#include "values.h"

namespace keyway::tool {
namespace {

Bytes sha256(ByteView bytes) {
  crypto::HashState state(crypto::default_provider()->hash(HashAlgorithm::sha256));
  state.update(bytes);
  Bytes digest(state.digest_size());
  state.finish(digest.data());
  return digest;
}

bool is_pinned(ByteView der, const std::vector<Bytes>& pins) {
  const auto certificate = pki::parse_certificate(der);
  return certificate && std::ranges::find(pins, sha256(certificate->subject_public_key_info)) != pins.end();
}

/// Asked about each step of a path: the server's own certificate is the first as received, whatever is found about it.
VerifyFunction pinning(std::vector<Bytes> pins, VerifyMode verify) {
  return [pins = std::move(pins), verify](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    if (event.index == 0 && !is_pinned(event.certificate, pins)) {
      return std::move(answer).give(fail(Errc::certificate_refused, {.mend = "check who answers there, or add its key with --pin",
                                                                     .reason = "its key is none of those of --pin"}));
    }
    std::move(answer).give(verify == VerifyMode::verify_peer ? strict_verdict(event) : lenient_verdict(event));
  };
}

}  // namespace

Result<void> add_pins(const std::vector<std::string>& pins, VerifyOptions& options) {
  if (pins.empty()) return {};
  constexpr std::string_view prefix = "sha256/";
  for (const std::string& pin : pins) {
    const bool named = pin.starts_with(prefix);
    auto digest = parse_hex("--pin", std::string_view(pin).substr(named ? prefix.size() : 0));
    if (!named || !digest || digest->size() != 32) {
      return fail(Errc::invalid_option, {.option = "--pin",
                                         .value = pin,
                                         .mend = "write sha256/ and 64 hexadecimal digits",
                                         .reason = "it is not of the form sha256/HEX"});
    }
    options.raw_public_keys.pins.push_back(*std::move(digest));
  }
  options.certificate_types = {CertificateType::raw_public_key, CertificateType::x509};
  options.verify_fun.function = pinning(options.raw_public_keys.pins, options.verify);
  return {};
}

}  // namespace keyway::tool
