// SPDX-License-Identifier: Apache-2.0
//
// A root that issues certificates for any key, and the judgement of what it issued.
#pragma once

#include "keyway/crypto/provider.h"
#include "pki/certificate_writer.h"
#include "pki/trust_store.h"
#include "pki/verify_driver.h"

namespace keyway::pki::test {

inline constexpr WallTime noon{std::chrono::seconds(1'800'000'000)};

class Root {
 public:
  explicit Root(CertificateDescription description = {}) {
    const SecretBytes pkcs8 = provider->generate_private_key(crypto::Provider::NewKey::ec_p256).value();
    key = provider->private_key(pkcs8.expose(), {}).value();
    description.subject = {{"CN", "root"}};
    description.ca = true;
    description.key_usage = key_usage::key_cert_sign;
    certificate = sign(std::move(description), key->subject_public_key_info(), {});
    std::vector<std::string> warnings;
    const ByteView view = certificate;
    anchors = TrustStore::from_der({&view, 1}, provider, warnings).value();
  }

  Bytes issue(CertificateDescription description, ByteView subject_public_key_info) const {
    return sign(std::move(description), subject_public_key_info, certificate);
  }

  Bytes issue(CertificateDescription description) const { return issue(std::move(description), key->subject_public_key_info()); }

  VerifyQuestion question(std::span<const ByteView> chain) const {
    return {.chain = chain, .now = {.monotonic = {}, .wall = noon}, .provider = provider.get()};
  }

  std::shared_ptr<const crypto::Provider> provider = crypto::default_provider();
  std::shared_ptr<const crypto::Signer> key;
  Bytes certificate;
  std::shared_ptr<const TrustStore> anchors;

 private:
  Bytes sign(CertificateDescription description, ByteView info, ByteView issuer) const {
    description.not_before = noon - std::chrono::hours(1);
    description.not_after = noon + std::chrono::hours(1);
    return write_certificate(description, info, {issuer, *key}, *provider).value();
  }
};

}  // namespace keyway::pki::test
