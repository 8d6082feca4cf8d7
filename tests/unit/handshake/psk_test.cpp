// SPDX-License-Identifier: Apache-2.0
//
// External keys and their imported forms (RFC 8446 4.2.11, RFC 9258).
#include <gtest/gtest.h>

#include "base/hex.h"
#include "handshake/negotiation/psk.h"

namespace keyway::handshake::negotiation {
namespace {

const crypto::Provider& provider() {
  static const auto provider = crypto::default_provider();
  return *provider;
}

Psk plain(std::string_view identity, HashAlgorithm hash = HashAlgorithm::sha256) {
  return Psk::make(identity, as_bytes("key of " + std::string(identity)), hash);
}
Psk imported(std::string_view identity, std::string_view context) {
  Psk psk = plain(identity);
  psk.imported = true;
  psk.context = to_bytes(as_bytes(context));
  return psk;
}

//= rfc9258#4.1-1
TEST(ImportedIdentity, IsTheStructOfRfc9258) {
  // external_identity and context with their lengths, TLS 1.3, HKDF_SHA256 or HKDF_SHA384.
  EXPECT_EQ(to_hex(imported_identity(imported("id", "ctx"), HashAlgorithm::sha256)),
            "00026964"
            "0003637478"
            "0304"
            "0001");
  EXPECT_EQ(to_hex(imported_identity(imported("id", ""), HashAlgorithm::sha384)),
            "00026964"
            "0000"
            "0304"
            "0002");
}

//= rfc9258#4.1-2
TEST(ImportedKey, IsOfItsTargetAndContext) {
  const Psk psk = imported("id", "ctx");
  const auto key = [&](const Psk& from, HashAlgorithm target) { return to_hex(imported_key(from, target, provider()).expose()); };
  EXPECT_EQ(key(psk, HashAlgorithm::sha256).size(), 64u);
  EXPECT_EQ(key(psk, HashAlgorithm::sha384).size(), 96u);
  EXPECT_NE(key(psk, HashAlgorithm::sha256), key(imported("id", "other"), HashAlgorithm::sha256));
  EXPECT_NE(key(psk, HashAlgorithm::sha384).substr(0, 64), key(psk, HashAlgorithm::sha256));
}

//= rfc9258#4.1-4
TEST(FindExternal, ByTheIdentityOnTheWire) {
  const std::vector<Psk> keys = {plain("one"), imported("two", "c"), plain("three")};
  EXPECT_EQ(find_external(keys, as_bytes("three")), &keys[2]);
  EXPECT_EQ(find_external(keys, as_bytes("two")), nullptr);  // an imported key has no plain identity
  EXPECT_EQ(find_external(keys, imported_identity(keys[1], HashAlgorithm::sha256)), &keys[1]);
  EXPECT_EQ(find_external(keys, imported_identity(keys[1], HashAlgorithm::sha384)), &keys[1]);
  EXPECT_EQ(find_external(keys, imported_identity(keys[0], HashAlgorithm::sha256)), nullptr);
  EXPECT_EQ(find_external(keys, as_bytes("tw")), nullptr);
  EXPECT_EQ(find_external({}, as_bytes("one")), nullptr);
}

//= rfc8446#4.2.11-2
TEST(UsableExternal, UnderItsHashAlone) {
  const Psk psk = plain("one", HashAlgorithm::sha384);
  EXPECT_FALSE(usable_external(psk, as_bytes("one"), HashAlgorithm::sha256, provider()));
  const auto key = usable_external(psk, as_bytes("one"), HashAlgorithm::sha384, provider());
  ASSERT_TRUE(key);
  EXPECT_EQ(as_text(key->expose()), "key of one");
}

//= rfc9258#4.1-3
TEST(UsableExternal, ImportedUnderTheHashOfTheIdentity) {
  const Psk psk = imported("two", "c");
  const Bytes identity = imported_identity(psk, HashAlgorithm::sha384);
  EXPECT_FALSE(usable_external(psk, identity, HashAlgorithm::sha256, provider()));
  EXPECT_FALSE(usable_external(psk, as_bytes("two"), HashAlgorithm::sha384, provider()));
  const auto key = usable_external(psk, identity, HashAlgorithm::sha384, provider());
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->expose()), to_hex(imported_key(psk, HashAlgorithm::sha384, provider()).expose()));
}

}  // namespace
}  // namespace keyway::handshake::negotiation
