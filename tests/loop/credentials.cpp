// SPDX-License-Identifier: Apache-2.0
//
// Certificates for tests.
#include "loop/credentials.h"

#include "fixtures/revocation.h"

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

Authority::Authority(const std::string& name, NewKey key)
    : root_key_(make_key(*provider_, key)),
      intermediate_key_(make_key(*provider_, key)),
      scheme_(pki::certificate_scheme(*root_key_).value()) {
  const auto root = describe_ca(name + " root");
  const auto intermediate = describe_ca(name + " intermediate");
  root_ = pki::write_certificate(root, root_key_->subject_public_key_info(), {{}, *root_key_, scheme_}, *provider_).value();
  intermediate_ =
      pki::write_certificate(intermediate, intermediate_key_->subject_public_key_info(), {root_, *root_key_, scheme_}, *provider_)
          .value();
}

CertKey Authority::leaf(const LeafOptions& options) const {
  const auto key = options.signer ? options.signer : make_key(*provider_, options.key);
  pki::CertificateDescription leaf{.subject = {{"CN", options.names.empty() ? "leaf" : options.names.front()}},
                                   .not_before = options.not_before,
                                   .not_after = options.not_after,
                                   .dns_names = options.names,
                                   .key_usage = options.key_usage,
                                   .extended_key_usage = options.usage};
  leaf.others = options.others;
  leaf.serial = pki::random_serial(*provider_).value();
  const Bytes der =
      pki::write_certificate(leaf, key->subject_public_key_info(), {intermediate_, *intermediate_key_, scheme_}, *provider_)
          .value();
  CertKey identity;
  identity.cert = {der, intermediate_};
  identity.signer = key;
  return identity;
}

Bytes Authority::staple(const CertKey& identity) const {
  return staple(identity, {.produced_at = test_time,
                           .this_update = test_time - std::chrono::hours(1),
                           .next_update = test_time + std::chrono::hours(24 * 60)});
}

Bytes Authority::staple(const CertKey& identity, const StapleDescription& description) const {
  return make_staple(description, identity.cert[0], intermediate_, *intermediate_key_, *provider_);
}

Bytes Authority::list(const ListDescription& description) const {
  return make_list(description, pki::parse_certificate(intermediate_).value().subject, *intermediate_key_);
}

Bytes Authority::list_of_root(const ListDescription& description) const {
  return make_list(description, pki::parse_certificate(root_).value().subject, *root_key_);
}

const Authority& authority() {
  static const Authority made;
  return made;
}

}  // namespace keyway::test
