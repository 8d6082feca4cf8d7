// SPDX-License-Identifier: Apache-2.0
//
// Options of identities, handed to pki/identity.h one by one; what belongs to the leaf is put beside it.
#include "config/identities.h"

#include <algorithm>

#include "config/problem.h"
#include "pki/pem_file.h"

namespace keyway::config {
namespace {

Result<std::shared_ptr<const crypto::Signer>> load_key(const CertKey& options, const crypto::Provider& provider) {
  if (options.signer) return options.signer;
  KW_ASSIGN(Bytes file, pki::read_file(options.keyfile));
  const ByteView password = as_bytes(options.password);
  auto key = as_text(file).find("-----BEGIN ") != std::string_view::npos
                 ? provider.private_key_pem(as_text(file), password)
                 : provider.private_key(file, password);
  wipe(file);
  return key;
}

Result<pki::Identity> load(const CertKey& options, const crypto::Provider& provider) {
  if (!options.certfile.empty() && !options.signer) {
    return pki::load_identity(
        {.certificate_file = options.certfile, .key_file = options.keyfile, .password = options.password}, provider);
  }
  std::vector<Bytes> certificates = options.cert;
  if (!options.certfile.empty()) {
    KW_ASSIGN(certificates, pki::read_certificates(options.certfile));
  }
  KW_ASSIGN(auto key, load_key(options, provider));
  return pki::make_identity(certificates, std::move(key));
}

/// Only what the key can do of what the option names, in the option's order.
Result<void> restrict_schemes(pki::Identity& identity, const CertKey& options) {
  if (options.signature_algs.empty()) return {};
  std::vector<SignatureScheme> schemes;
  std::string names;
  for (const SignatureScheme scheme : options.signature_algs) {
    if (std::ranges::find(identity.schemes, scheme) != identity.schemes.end()) schemes.push_back(scheme);
    names.append(names.empty() ? "" : ", ").append(to_string(scheme));
  }
  if (schemes.empty()) return invalid("signature_algs", std::move(names), "name a scheme that this key can sign with");
  identity.schemes = std::move(schemes);
  return {};
}

Result<std::shared_ptr<const pki::Identity>> load_complete(const CertKey& options, const crypto::Provider& provider) {
  KW_ASSIGN(pki::Identity identity, load(options, provider));
  KW_TRY(restrict_schemes(identity, options));
  identity.must_match_issuer = options.must_match_issuer;
  identity.signed_certificate_timestamps = options.signed_certificate_timestamps;
  identity.ocsp_response = options.ocsp_staple;
  if (!options.ocsp_staple_file.empty()) {
    auto staple = pki::read_file(options.ocsp_staple_file);
    if (!staple) {
      return std::unexpected(about("ocsp_staple_file", options.ocsp_staple_file, "name a file with a DER OCSP response",
                                   staple.error()));
    }
    identity.ocsp_response = *std::move(staple);
  }
  return std::make_shared<const pki::Identity>(std::move(identity));
}

/// Which file an error without an option is about.
std::string option_of(const Error& error, const std::string& path, const CertKey& options) {
  switch (error.code()) {
    case Errc::wrong_password: return "password";
    case Errc::invalid_private_key:
    case Errc::key_mismatch: return options.keyfile.empty() && !options.certfile.empty() ? "certfile" : "keyfile";
    default: break;
  }
  if (!path.empty() && path == options.keyfile) return "keyfile";
  return options.certfile.empty() ? "cert" : "certfile";
}

/// Under the element's name; a password is never shown.
Error explained(const Error& error, const CertKey& options, std::size_t index) {
  ErrorDetail detail = error.detail() != nullptr ? *error.detail() : ErrorDetail{};
  if (detail.option.empty()) detail.option = option_of(error, detail.path, options);
  if (detail.value.empty()) detail.value = detail.option == "keyfile" ? options.keyfile : options.certfile;
  if (detail.mend.empty()) detail.mend = std::string(hint(error.code()));
  if (detail.mend.empty()) detail.mend = "give a certificate chain, leaf first, and the private key of the leaf";
  detail.option = element("certs_keys", index, detail.option);
  return Error(error.code(), error.file(), error.line()).with(std::move(detail));
}

}  // namespace

Result<Identities> load_identities(const std::vector<CertKey>& options, const crypto::Provider& provider) {
  Identities identities;
  for (std::size_t i = 0; i < options.size(); ++i) {
    auto loaded = load_complete(options[i], provider);
    if (!loaded) return std::unexpected(explained(loaded.error(), options[i], i));
    identities.push_back(*std::move(loaded));
  }
  return identities;
}

}  // namespace keyway::config
