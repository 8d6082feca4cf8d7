// SPDX-License-Identifier: Apache-2.0
//
// The host program notices nothing: libcrypto's error queue stays as it was, whatever succeeds or fails.
#include <openssl/err.h>

#include "keys.h"

namespace keyway::crypto::test {
namespace {

/// Everything of the seam once in success and once in failure.
void use_everything() {
  for (const NamedGroup group : provider().groups()) {
    auto own = provider().key_agreement(group).value();
    auto other = provider().key_agreement(group).value();
    EXPECT_TRUE(std::move(*own).agree(other->share()).has_value());
    EXPECT_FALSE(std::move(*other).agree(Bytes(other->share().size())).has_value());
  }
  for (const AeadAlgorithm algorithm : provider().aeads()) {
    auto opener = provider().opener(algorithm, Bytes(key_size(algorithm))).value();
    auto sealer = provider().sealer(algorithm, Bytes(key_size(algorithm))).value();
    Bytes record(100);
    EXPECT_FALSE(opener->open(Bytes(12), {}, record).has_value());
    const Bytes text(20);
    const ByteView piece = text;
    record.resize(20 + sealer->tag_size());
    EXPECT_TRUE(sealer->seal(Bytes(12), {}, {&piece, 1}, record).has_value());
    EXPECT_TRUE(opener->open(Bytes(12), {}, record).has_value());
  }
  using NewKey = Provider::NewKey;
  for (const NewKey kind : {NewKey::ec_p256, NewKey::rsa_2048, NewKey::rsa_pss_2048, NewKey::ed25519, NewKey::ed448}) {
    const auto signer = new_signer(kind);
    const auto key = public_key_of(*signer).value();
    for (unsigned number = 0x0201; number <= 0x081c; ++number) {
      const auto scheme = static_cast<SignatureScheme>(number);
      const auto algorithm = algorithm_of(scheme);
      if (!algorithm) continue;
      const auto signature = sign(*signer, scheme, as_bytes("m"));
      if (signature) { EXPECT_TRUE(key->verify(*algorithm, as_bytes("m"), *signature).has_value()); }
      EXPECT_FALSE(key->verify(*algorithm, as_bytes("m"), Bytes(256, std::byte{1})).has_value());
    }
  }
  EXPECT_FALSE(provider().private_key(hex("3003020100"), {}).has_value());
  EXPECT_FALSE(provider().private_key_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", {}).has_value());
  Bytes random(1000);
  EXPECT_TRUE(provider().random(random).has_value());
}

TEST(Host, AnEmptyErrorQueueStaysEmpty) {
  ERR_clear_error();
  use_everything();
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(Host, TheProviderIsShared) {
  EXPECT_EQ(default_provider(), default_provider());
  EXPECT_NE(provider().name().find("OpenSSL"), std::string_view::npos);
}

}  // namespace
}  // namespace keyway::crypto::test
