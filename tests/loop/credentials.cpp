// SPDX-License-Identifier: Apache-2.0
//
// Certificates for tests.
#include "loop/credentials.h"

namespace keyway::test {

namespace {

std::shared_ptr<const crypto::Signer> make_key(const crypto::Provider& provider, NewKey kind) {
  const SecretBytes key = provider.generate_private_key(kind).value();
  return provider.private_key(key.expose(), {}).value();
}

std::uint16_t bits(std::initializer_list<pki::KeyUsage> usages) {
  std::uint16_t all = 0;
  for (const pki::KeyUsage usage : usages) all = static_cast<std::uint16_t>(all | static_cast<std::uint16_t>(usage));
  return all;
}

pki::CertificateDescription describe_ca(const std::string& name) {
  return {.subject = {{"CN", name}},
          .not_before = test_time - std::chrono::hours(24 * 365),
          .not_after = test_time + std::chrono::hours(24 * 365),
          .ca = true,
          .key_usage = bits({pki::KeyUsage::key_cert_sign, pki::KeyUsage::crl_sign})};
}

}  // namespace

Authority::Authority(const std::string& name)
    : root_key_(make_key(*provider_, NewKey::ec_p256)), intermediate_key_(make_key(*provider_, NewKey::ec_p256)) {
  const auto root = describe_ca(name + " root");
  const auto intermediate = describe_ca(name + " intermediate");
  const auto scheme = SignatureScheme::ecdsa_secp256r1_sha256;
  root_ = pki::write_certificate(root, root_key_->subject_public_key_info(), {{}, *root_key_, scheme}, *provider_).value();
  intermediate_ =
      pki::write_certificate(intermediate, intermediate_key_->subject_public_key_info(), {root_, *root_key_, scheme}, *provider_)
          .value();
}

CertKey Authority::leaf(const LeafOptions& options) const {
  const auto key = make_key(*provider_, options.key);
  pki::CertificateDescription leaf{.subject = {{"CN", options.names.empty() ? "leaf" : options.names.front()}},
                                   .not_before = options.not_before,
                                   .not_after = options.not_after,
                                   .dns_names = options.names,
                                   .key_usage = options.key_usage,
                                   .extended_key_usage = options.usage};
  leaf.serial = pki::random_serial(*provider_).value();
  const Bytes der =
      pki::write_certificate(leaf, key->subject_public_key_info(),
                             {intermediate_, *intermediate_key_, SignatureScheme::ecdsa_secp256r1_sha256}, *provider_)
          .value();
  CertKey identity;
  identity.cert = {der, intermediate_};
  identity.signer = key;
  return identity;
}

const Authority& authority() {
  static const Authority made;
  return made;
}

}  // namespace keyway::test
