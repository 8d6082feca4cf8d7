// SPDX-License-Identifier: Apache-2.0
//
// The algorithm behind each scheme.
#include "support.h"

namespace keyway::crypto::test {
namespace {

SignatureAlgorithm of(unsigned scheme) { return algorithm_of(static_cast<SignatureScheme>(scheme)).value(); }

TEST(Algorithm, OfSchemes) {
  using enum SignatureKind;
  EXPECT_EQ(of(0x0401), (SignatureAlgorithm{rsa_pkcs1, HashAlgorithm::sha256, 0}));
  EXPECT_EQ(of(0x0201), (SignatureAlgorithm{rsa_pkcs1, HashAlgorithm::sha1, 0}));
  EXPECT_EQ(of(0x0503), (SignatureAlgorithm{ecdsa, HashAlgorithm::sha384, 0}));
  EXPECT_EQ(of(0x0804), (SignatureAlgorithm{rsa_pss, HashAlgorithm::sha256, 32}));
  EXPECT_EQ(of(0x080b), (SignatureAlgorithm{rsa_pss, HashAlgorithm::sha512, 64}));
  EXPECT_EQ(of(0x0807).kind, ed25519);
  EXPECT_EQ(of(0x0808).kind, ed448);
  EXPECT_EQ(of(0x081c), (SignatureAlgorithm{ecdsa, HashAlgorithm::sha512, 0}));
  EXPECT_EQ(of(0x0402), (SignatureAlgorithm{dsa, HashAlgorithm::sha256, 0}));
}

TEST(Algorithm, UnknownSchemesHaveNone) {
  for (const unsigned scheme : {0x0000u, 0x0400u, 0x0404u, 0x0001u, 0x0703u, 0x080cu, 0x0819u, 0x0a0au, 0xffffu}) {
    EXPECT_FALSE(algorithm_of(static_cast<SignatureScheme>(scheme)).has_value()) << std::hex << scheme;
  }
}

}  // namespace
}  // namespace keyway::crypto::test
