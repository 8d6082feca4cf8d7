// SPDX-License-Identifier: Apache-2.0
//
// Any number of trust anchors with long names.
#pragma once

#include <string>
#include <vector>

#include "keyway/crypto/provider.h"
#include "pki/certificate_writer.h"

namespace keyway::test {

inline constexpr WallTime valid_time{std::chrono::seconds(1'800'000'000)};

/// Roots of one key, each with a name of more than 120 bytes, valid at `valid_time`.
inline std::vector<Bytes> authorities(std::size_t count) {
  const auto provider = crypto::default_provider();
  const SecretBytes pkcs8 = provider->generate_private_key(crypto::Provider::NewKey::ed25519).value();
  const auto key = provider->private_key(pkcs8.expose(), {}).value();
  std::vector<Bytes> made;
  for (std::size_t i = 0; i < count; ++i) {
    const pki::CertificateDescription root{
        .subject = {{"O", std::string(60, 'o')}, {"CN", std::string(50, 'n') + std::to_string(i)}},
        .not_before = valid_time - std::chrono::hours(1),
        .not_after = valid_time + std::chrono::hours(1),
        .ca = true,
        .key_usage = pki::key_usage::key_cert_sign};
    made.push_back(pki::write_certificate(root, key->subject_public_key_info(),
                                          {.signer = *key, .scheme = SignatureScheme::ed25519}, *provider)
                       .value());
  }
  return made;
}

}  // namespace keyway::test
