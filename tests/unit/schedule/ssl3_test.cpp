// SPDX-License-Identifier: Apache-2.0
//
// The derivations of SSL 3.0. The values were computed with the hashlib module of Python from the formulas of RFC 6101.
#include "schedule/legacy/ssl3.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "keyway/crypto/provider.h"

namespace keyway::schedule {
namespace {

Ssl3Hashes hashes() {
  const auto provider = crypto::default_provider();
  return {provider->hash(HashAlgorithm::md5), provider->hash(HashAlgorithm::sha1)};
}

const Bytes client_random(32, std::byte{0xc1});
const Bytes server_random(32, std::byte{0x51});

MasterSecret12 master() {
  Bytes premaster;
  for (unsigned i = 0; i < 48; ++i) premaster.push_back(static_cast<std::byte>(i));
  return ssl3_master_secret(hashes(), premaster, client_random, server_random);
}

TEST(Ssl3, MasterSecret) {
  EXPECT_EQ(to_hex(master().value.expose()),
            "0a67e3cfe40696a09f488567c25b1a88da94883bbbf9e830a60957e7459bfe5e72b5a49ada45b075c43c434161036e3d");
}

TEST(Ssl3, KeyBlock) {
  const KeySizes sizes = key_sizes(*find_cipher_suite("AES128-SHA"), CbcIv::chained);
  const KeyBlock12 keys = ssl3_key_block(hashes(), master(), client_random, server_random, sizes);
  EXPECT_EQ(to_hex(keys.client.mac_key.expose()), "f07a513da057b8083bbf1e7b68bf883a717f014d");
  EXPECT_EQ(to_hex(keys.server.mac_key.expose()), "78eec77ea7f25b49c85dc697b22be2b90560f96d");
  EXPECT_EQ(to_hex(keys.client.key.expose()), "ce278ea2485e1d1ed912a342e18855f5");
  EXPECT_EQ(to_hex(keys.server.iv.expose()), "f7ce31fd8cb9accb3d9f7c71eff41445");
}

TEST(Ssl3, FinishedSaysWhoSent) {
  const ByteView messages = as_bytes("messages");
  EXPECT_EQ(to_hex(ssl3_verify_data(hashes(), master(), Role::client, messages).view()),
            "a636bf368a8eabba0c7b83fbf07f213a4ecbc05db6d4ca447189534284dbb46109166198");
  EXPECT_EQ(to_hex(ssl3_verify_data(hashes(), master(), Role::server, messages).view()),
            "55685237b058aaa681c9dcb2c107fe07adf149a9a1a381e2e68e11a6ccd8db614e278d65");
  EXPECT_EQ(to_hex(ssl3_certificate_verify(hashes(), master(), messages).view()),
            "7e1c6444fe1d0709acb6f33615a100cecd7f5426efe8b9e1e64cd3ea9fa53d9ae28dd941");
}

}  // namespace
}  // namespace keyway::schedule
