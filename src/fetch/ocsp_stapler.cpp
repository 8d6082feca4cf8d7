// SPDX-License-Identifier: Apache-2.0
//
// include/keyway/ocsp_stapler.h: from options to a stapler - which certificate, whose, and whom to ask.
#include "keyway/ocsp_stapler.h"

#include <algorithm>

#include "fetch/stapler.h"
#include "pki/certificate_rules.h"
#include "pki/ocsp.h"
#include "pki/pem_file.h"

namespace keyway {

namespace {

constexpr std::size_t max_urls = 3;

class Handle final : public OcspStapler {
 public:
  explicit Handle(std::shared_ptr<fetch::Stapler> core) : core_(std::move(core)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() override { core_->stop(); }

  std::shared_ptr<const Bytes> staple(WallTime now) const override { return core_->staple(now); }
  void refresh() override { core_->refresh(); }

 private:
  std::shared_ptr<fetch::Stapler> core_;
};

std::unexpected<Error> wrong(Errc code, const char* option, std::string value, std::string reason, const char* mend) {
  return fail(code, {.option = option, .value = std::move(value), .mend = mend, .reason = std::move(reason)});
}

std::unexpected<Error> of_file(const Error& error, const char* option, const std::string& path, const char* mend) {
  ErrorDetail detail = error.detail() != nullptr ? *error.detail() : ErrorDetail{};
  detail.option = option;
  detail.value = detail.path = path;
  if (detail.mend.empty()) detail.mend = mend;
  return fail(error.code(), std::move(detail));
}

Result<std::vector<Bytes>> certificates_in(const char* option, const std::string& path) {
  auto read = pki::read_certificates(path);
  return read ? std::move(read) : of_file(read.error(), option, path, "name a PEM file with certificates");
}

Result<void> check(const OcspStaplerOptions& options) {
  using std::to_string;
  const auto out_of_range = [](const char* option, std::chrono::seconds value, const char* mend) {
    return wrong(Errc::invalid_option, option, to_string(value.count()) + " s", "it is out of range", mend);
  };
  if (options.retry_after.count() < 1 || options.retry_after > std::chrono::days(7))
    return out_of_range("retry_after", options.retry_after, "choose 1 second to 7 days");
  if (options.longest_retry < options.retry_after || options.longest_retry > std::chrono::days(7))
    return out_of_range("longest_retry", options.longest_retry, "choose retry_after to 7 days");
  if (options.max_age < options.retry_after || options.max_age > std::chrono::days(7))
    return out_of_range("max_age", options.max_age, "choose retry_after to 7 days");
  if (!options.certfile.empty() && !options.cert.empty())
    return wrong(Errc::conflicting_options, "certfile", options.certfile, "the certificate is there twice",
                 "give certfile or cert");
  if (!options.fetch && !options.responder.empty())
    return wrong(Errc::conflicting_options, "responder", options.responder, "nothing is fetched", "set fetch, or leave it out");
  return {};
}

/// Authorities that change their key keep their name: whose key signed it counts.
bool issued(const pki::ParsedCertificate& issuer, const pki::ParsedCertificate& leaf, const crypto::Provider& provider) {
  const auto algorithm = pki::signature_algorithm(leaf.signature_algorithm);
  const auto parts = pki::public_key_parts(issuer.key_algorithm, issuer.key_bits);
  if (!algorithm || !parts || !pki::same_name(issuer.subject, leaf.issuer)) return false;
  const auto key = provider.public_key(*parts);
  return key && (*key)->verify(*algorithm, leaf.signed_part, leaf.signature);
}

/// The certificate, and who issued it: behind it in the chain, in a file of its own, or itself.
Result<void> find_certificates(const OcspStaplerOptions& options, fetch::Stapled& about) {
  std::vector<Bytes> all = options.cert;
  if (!options.certfile.empty()) { KW_ASSIGN(all, certificates_in("certfile", options.certfile)); }
  if (all.empty())
    return wrong(Errc::missing_option, "certfile", "", "there is no certificate", "name the certificate that is served");
  if (!options.issuer_file.empty()) {
    KW_ASSIGN(const std::vector<Bytes> more, certificates_in("issuer_file", options.issuer_file));
    all.insert(all.end(), more.begin(), more.end());
  }
  const std::string from = options.certfile.empty() ? "cert" : "certfile";
  const auto leaf = pki::parse_certificate(all.front());
  if (!leaf) return of_file(leaf.error(), from.c_str(), options.certfile, "give certificates in PEM or DER, leaf first");
  const auto fits = [&](const Bytes& der) {
    const auto other = pki::parse_certificate(der);
    return other && issued(*other, *leaf, *options.provider);
  };
  auto issuer = std::find_if(all.begin() + 1, all.end(), fits);
  if (issuer == all.end() && fits(all.front())) issuer = all.begin();
  if (issuer == all.end()) {
    return wrong(Errc::missing_option, "issuer_file", options.issuer_file,
                 "there is no certificate of its issuer, " + pki::name_text(leaf->issuer) + ", to check responses with",
                 "name the issuer's certificate, or put it behind the other one in the chain");
  }
  about.certificate = all.front();
  about.issuer = *issuer;
  return {};
}

/// Who is named here is wanted, wherever he is: only what certificates say is not to lead inside.
Result<void> find_responders(const OcspStaplerOptions& options, fetch::Stapled& about) {
  about.limits = {options.timeout, pki::max_ocsp_response, options.ports, options.allowed_hosts, options.max_redirects, 1};
  KW_TRY(fetch::check(about.limits));
  if (!options.fetch) return {};
  if (!options.responder.empty()) {
    const auto url = fetch::parse_http_url(options.responder);
    if (!url) return wrong(Errc::invalid_option, "responder", options.responder, "it is no http URL", "write http://host/...");
    const std::string host = url->host.find(':') != std::string::npos ? '[' + url->host + ']' : url->host;
    about.limits.allowed_hosts.push_back(host + ':' + std::to_string(url->port));
    about.urls = {options.responder};
    return {};
  }
  const fetch::HostRules rules(options.allowed_hosts, options.ports);
  KW_ASSIGN(const auto certificate, pki::parse_certificate(about.certificate));
  for (std::string& url : pki::ocsp_responders(certificate.extensions)) {
    const auto parsed = fetch::parse_http_url(url);
    if (parsed && rules.allows(*parsed) && about.urls.size() < max_urls) about.urls.push_back(std::move(url));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<OcspStapler>> ocsp_stapler(OcspStaplerOptions options) {
  KW_TRY(check(options));
  if (!options.provider) options.provider = crypto::default_provider();
  fetch::Stapled about;
  KW_TRY(find_certificates(options, about));
  KW_TRY(find_responders(options, about));
  if (about.urls.empty() && options.file.empty()) {
    return wrong(Errc::missing_option, "responder", "", "the certificate names no responder that may be asked",
                 "name a responder or a file, or the responder's host in allowed_hosts");
  }
  const std::string file = options.file;
  const auto clock = [] { return Now{std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; };
  const auto core = std::make_shared<fetch::Stapler>(std::move(options), std::move(about), clock);
  auto handle = std::make_shared<Handle>(core);
  if (const auto begun = core->begin(); !begun) return of_file(begun.error(), "file", file, "name a DER OCSP response");
  return handle;
}

}  // namespace keyway
