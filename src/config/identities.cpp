// SPDX-License-Identifier: Apache-2.0
//
// Options of identities, handed to pki/identity.h one by one; its errors are told in the words of the options.
#include "config/identities.h"

#include <algorithm>
#include <iterator>

#include "config/problem.h"
#include "crypto/pkcs11_uri.h"
#include "names/signature_scheme.h"

namespace keyway::config {
namespace {

pki::IdentitySource source_of(const CertKey& options) {
  pki::IdentitySource source;
  source.certfile = options.certfile;
  source.keyfile = options.keyfile;
  source.password = options.password;
  source.certificates = options.cert;
  source.signer = options.signer;
  source.sign_on = options.sign_on;
  source.ocsp_staple_file = options.ocsp_staple_file;
  source.ocsp_response = options.ocsp_staple;
  source.signed_certificate_timestamps = options.signed_certificate_timestamps;
  source.signature_algs = options.signature_algs;
  source.must_match_issuer = options.must_match_issuer;
  return source;
}

/// Which member an error is about that does not say so itself.
std::string option_of(const Error& error, const std::string& path, const CertKey& options) {
  const std::string certificate = options.certfile.empty() ? "cert" : "certfile";
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

}  // namespace

Result<Identities> load_identities(const std::vector<CertKey>& options, const std::vector<SignatureScheme>& accepted,
                                   const crypto::Provider& provider) {
  Identities identities;
  std::vector<SignatureScheme> legacy;
  std::ranges::copy_if(accepted, std::back_inserter(legacy), [](SignatureScheme scheme) {
    const SignatureSchemeInfo* row = find_signature_scheme(scheme);
    return row != nullptr && is_off_for_safety(*row);
  });
  for (std::size_t i = 0; i < options.size(); ++i) {
    pki::IdentitySource source = source_of(options[i]);
    source.legacy_algs = legacy;
    auto loaded = pki::load_identity(source, provider);
    if (!loaded) return std::unexpected(explained(loaded.error(), options[i], i));
    identities.push_back(*std::move(loaded));
  }
  return identities;
}

void forget_passwords(std::vector<CertKey>& identities) {
  for (CertKey& identity : identities) {
    wipe(std::as_writable_bytes(std::span(identity.password)));
    identity.password.clear();
    if (!crypto::Pkcs11Uri::is_meant_by(identity.keyfile)) continue;
    std::string shown = crypto::without_pin(identity.keyfile);
    wipe(std::as_writable_bytes(std::span(identity.keyfile)));
    identity.keyfile = std::move(shown);
  }
}

}  // namespace keyway::config
