// SPDX-License-Identifier: Apache-2.0
//
// Options of identities, handed to pki/identity.h one by one; its errors are told in the words of the options.
#include "config/identities.h"

#include <algorithm>
#include <iterator>

#include "config/problem.h"
#include "crypto/pkcs11_uri.h"
#include "names/signature_scheme.h"
#include "pki/own_chain.h"

namespace keyway::config {
namespace {

pki::IdentitySource source_of(const CertKey& options) {
  pki::IdentitySource source;
  source.certfile = options.certfile;
  source.keyfile = options.keyfile;
  if (const auto* text = std::get_if<std::string>(&options.password)) source.password = *text;
  if (const auto* ask = std::get_if<PasswordFunction>(&options.password)) source.ask_password = *ask;
  source.certificates = options.cert;
  source.signer = options.signer;
  source.sign_on = options.sign_on;
  source.ocsp_staple_file = options.ocsp_staple_file;
  source.ocsp_response = options.ocsp_staple;
  source.staples = options.ocsp_staple_source;
  source.signed_certificate_timestamps = options.signed_certificate_timestamps;
  source.signature_algs = options.signature_algs;
  source.must_match_issuer = options.must_match_issuer;
  source.raw_public_key = options.raw_public_key;
  source.subject_public_key_info = options.subject_public_key_info;
  return source;
}

/// The copy of the keyfile, which may be a URI with a PIN, is wiped when it has been used.
class Forgetting {
 public:
  explicit Forgetting(pki::IdentitySource& source) noexcept : source_(source) {}
  Forgetting(const Forgetting&) = delete;
  Forgetting& operator=(const Forgetting&) = delete;
  ~Forgetting() { wipe(std::as_writable_bytes(std::span(source_.keyfile))); }

 private:
  pki::IdentitySource& source_;
};

/// Which member an error is about that does not say so itself.
std::string option_of(const Error& error, const std::string& path, const CertKey& options) {
  const std::string certificate = options.raw_public_key ? "keyfile" : options.certfile.empty() ? "cert" : "certfile";
  switch (error.code()) {
    case Errc::wrong_password: return "password";
    case Errc::invalid_private_key:
    case Errc::key_mismatch:
      if (options.signer) return "signer";
      return options.keyfile.empty() ? certificate : "keyfile";
    default: break;
  }
  if (!path.empty() && path == options.keyfile) return "keyfile";
  if (!path.empty() && path == options.ocsp_staple_file) return "ocsp_staple_file";
  return certificate;
}

/// Under the element's name. A password is never shown.
Error explained(const Error& error, const CertKey& options, std::size_t index) {
  ErrorDetail detail = error.detail() != nullptr ? *error.detail() : ErrorDetail{};
  if (detail.option.empty()) detail.option = option_of(error, detail.path, options);
  if (detail.value.empty()) detail.value = detail.path;
  if (detail.value.empty()) detail.value = detail.option == "keyfile" ? crypto::without_pin(options.keyfile) : options.certfile;
  if (detail.mend.empty()) detail.mend = std::string(hint(error.code()));
  if (detail.mend.empty()) detail.mend = "give a certificate chain, leaf first, and the private key of the leaf";
  detail.option = element("certs_keys", index, detail.option);
  return Error(error.code(), error.file(), error.line()).with(std::move(detail));
}

bool needs_naming(SignatureScheme scheme) {
  const SignatureSchemeInfo* row = find_signature_scheme(scheme);
  return row != nullptr && is_off_for_safety(*row);
}

}  // namespace

Result<Identities> load_identities(const std::vector<CertKey>& options, const std::vector<SignatureScheme>& accepted,
                                   const std::vector<SignatureScheme>& used, const crypto::Provider& provider,
                                   pki::FileReader& files) {
  Identities identities;
  std::vector<SignatureScheme> legacy;
  std::ranges::copy_if(accepted, std::back_inserter(legacy), needs_naming);
  for (std::size_t i = 0; i < options.size(); ++i) {
    pki::IdentitySource source = source_of(options[i]);
    const Forgetting forgetting(source);
    source.legacy_algs = legacy;
    source.used_algs = used;
    auto loaded = pki::load_identity(source, provider, files);
    if (!loaded) return std::unexpected(explained(loaded.error(), options[i], i));
    identities.push_back(*std::move(loaded));
  }
  return identities;
}

Result<void> check_own_lists(const Identities& identities, const std::vector<CertKey>& options,
                             std::span<const ProtocolVersion> versions) {
  for (std::size_t i = 0; i < identities.size(); ++i) {
    const auto& own = options[i].signature_algs;
    if (own.empty()) continue;
    const auto usable = [&](SignatureScheme scheme) {
      return std::ranges::any_of(versions, [&](ProtocolVersion version) { return identities[i]->may_use(scheme, version); });
    };
    if (std::ranges::any_of(identities[i]->schemes, usable)) continue;
    return refuse(Errc::conflicting_options, element("certs_keys", i, "signature_algs"), std::string(to_string(own.front())),
                  "name schemes that this key signs with in the versions that are spoken: those of TLS 1.3 have a curve");
  }
  return {};
}

Result<void> restrict_schemes(Identities& identities, const std::vector<CertKey>& options,
                              const std::vector<SignatureScheme>& used) {
  const auto left_out = [&used](SignatureScheme scheme) {
    return used.empty() ? needs_naming(scheme) : std::ranges::find(used, scheme) == used.end();
  };
  for (std::size_t i = 0; i < identities.size(); ++i) {
    if (!options[i].signature_algs.empty() || std::ranges::none_of(identities[i]->schemes, left_out)) continue;
    auto restricted = std::make_shared<pki::Identity>(*identities[i]);
    std::erase_if(restricted->schemes, left_out);
    identities[i] = std::move(restricted);
  }
  const auto can_sign = [](const auto& identity) { return !identity->schemes.empty(); };
  if (identities.empty() || std::ranges::any_of(identities, can_sign)) return {};
  return refuse(Errc::conflicting_options, "signature_algs", used.empty() ? "" : std::string(to_string(used.front())),
                "name schemes that the listener's keys sign with, or give certs_keys of its own");
}

void complete_chains(Identities& identities, std::span<const pki::TrustStore::Ptr> authorities) {
  for (auto& identity : identities) {
    if (auto longer = pki::completed(*identity, authorities)) identity = std::move(longer);
  }
}

bool forget_passwords(std::vector<CertKey>& identities) {
  bool any = false;
  for (CertKey& identity : identities) {
    if (crypto::Pkcs11Uri::is_meant_by(identity.keyfile) && identity.keyfile.find("pin-value=") != std::string::npos) {
      any = true;
      std::string shown = crypto::without_pin(identity.keyfile);
      wipe(std::as_writable_bytes(std::span(identity.keyfile)));
      identity.keyfile = std::move(shown);
    }
    auto* text = std::get_if<std::string>(&identity.password);
    if (text == nullptr || text->empty()) continue;
    any = true;
    wipe(std::as_writable_bytes(std::span(*text)));
    text->clear();
  }
  return any;
}

}  // namespace keyway::config
