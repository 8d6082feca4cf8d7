// SPDX-License-Identifier: Apache-2.0
//
// The public key of a Signer, imported from its SubjectPublicKeyInfo by a reader that trusts its input; the library's
// own reader, which does not, is in pki. And keys of sizes that Provider does not make.
#pragma once

#include <optional>

#include "support.h"

namespace keyway::crypto::test {

struct Der {
  unsigned tag;
  ByteView content;
  ByteView rest;
};

inline Der der(ByteView bytes) {
  const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
  std::size_t head = 2;
  std::size_t size = at(1);
  if (size >= 0x80) {
    const std::size_t count = size - 0x80;
    size = 0;
    for (std::size_t i = 0; i < count; ++i) size = size << 8 | at(2 + i);
    head += count;
  }
  return {static_cast<unsigned>(at(0)), bytes.subspan(head, size), bytes.subspan(head + size)};
}

/// Owns nothing: the views end with the SubjectPublicKeyInfo.
inline PublicKeyParts parts_of(ByteView info) {
  const Der algorithm = der(der(info).content);
  const ByteView key = der(algorithm.rest).content.subspan(1);
  const Der oid = der(algorithm.content);
  const std::string name = to_hex(oid.content);
  PublicKeyParts parts;
  parts.key = key;
  if (name == "2b6570" || name == "2b6571") {
    parts.type = name == "2b6570" ? KeyType::ed25519 : KeyType::ed448;
  } else if (name == "2a8648ce3d0201") {
    parts.type = KeyType::ec;
    const std::string curve = to_hex(der(oid.rest).content);
    const std::pair<std::string_view, NamedGroup> names[] = {{"2a8648ce3d030107", NamedGroup::secp256r1},
                                                             {"2b81040022", NamedGroup::secp384r1},
                                                             {"2b81040023", NamedGroup::secp521r1},
                                                             {"2b2403030208010107", NamedGroup::brainpoolP256r1},
                                                             {"2b240303020801010b", NamedGroup::brainpoolP384r1},
                                                             {"2b240303020801010d", NamedGroup::brainpoolP512r1}};
    for (const auto& [text, group] : names) {
      if (text == curve) parts.curve = group;
    }
  } else if (name == "2a8648ce380401") {
    parts.type = KeyType::dsa;
    const Der p = der(der(oid.rest).content);
    const Der q = der(p.rest);
    parts.dsa_p = p.content;
    parts.dsa_q = q.content;
    parts.dsa_g = der(q.rest).content;
    parts.key = der(key).content;
  } else {
    parts.type = name == "2a864886f70d01010a" ? KeyType::rsa_pss : KeyType::rsa;
    const Der modulus = der(der(key).content);
    parts.key = modulus.content;
    parts.exponent = der(modulus.rest).content;
  }
  return parts;
}

inline Result<std::unique_ptr<PublicKey>> public_key_of(const Signer& signer) {
  return provider().public_key(parts_of(signer.subject_public_key_info()));
}

/// PKCS#1 DER: the smallest size that is taken, and one that is too small.
Bytes rsa_1024_key();
Bytes rsa_512_key();

}  // namespace keyway::crypto::test
