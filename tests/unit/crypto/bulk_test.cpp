// SPDX-License-Identifier: Apache-2.0
//
// Ciphers without a MAC: known answers, pieces, refusals. The values were computed with Python's cryptography, those of ARIA and
// single DES with `openssl enc`.
#include "unit/crypto/support.h"

namespace keyway::crypto::test {
namespace {

Bytes counting(std::size_t size, unsigned from = 0) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(from + i);
  return bytes;
}

struct Known {
  BulkAlgorithm algorithm;
  std::string_view ciphertext;
};
constexpr Known known[] = {
    {BulkAlgorithm::aes_128_cbc,
     "9e3c311788a3dae7a3a6018da2c98cc6382f7fa1b236cc4f3595e6c7c664b8d81a9eff65621667e8c0739b26aed9e7cd"},
    {BulkAlgorithm::aes_256_cbc,
     "72d75c294159fac28a43f67c6e07ee4b694f22f92078c383c370ce51c0adb02c3166faf5cc9c0aec35f41d11cb3b7e1b"},
    {BulkAlgorithm::camellia_128_cbc,
     "6681d1a169fe6595e4d546a44ed8adb562bff5318d59cfd22a136fc448e2ca732acf5ec02203092da5d4f3b3cf9505b8"},
    {BulkAlgorithm::camellia_256_cbc,
     "ba17413cc1e4f0e5d31fd063817d54b8359ac37efea67013b2c8020b5bf7295b7bc14df8da243fa2dd3038b9cd58f65d"},
    {BulkAlgorithm::aria_128_cbc,
     "6b88cd53b0a561e93090783880dd17689f59eac871c79f27ac25c79fda1afcf4e728f984e5e6ad22b793f037bfdb7e25"},
    {BulkAlgorithm::aria_256_cbc,
     "a84ea91ad85fa15257102ed0ddac8035ec96974b1b217f6272e248a5511b552fbbbe985e52df638d7741e54619bf460b"},
#if defined(KEYWAY_LEGACY)
    {BulkAlgorithm::tdes_ede_cbc,
     "969991dbe9f9447044883b3b89df5d5b5f8a4b6254625803048ba55d68952b6b2d54513442f46ccbc6f0dae87aa54a1b"},
    {BulkAlgorithm::des_cbc, "8f76d8883dfccff7d93c5c50d5b0cc8946ec9ae2100ea10f827cd2987c7eda2bee67b68114e4c8d3d0cdf433496f7493"},
    {BulkAlgorithm::rc4_128, "691dc27ac3679f4b8e521d4d8250a4c043e013cc6622d47917073f4265aa7d9dfb9be9bc94a644bf29fe97701ee057c5"},
#endif
};

std::string applied(BulkCipher& cipher, ByteView text, std::size_t cut) {
  const Bytes iv = counting(block_size(cipher.algorithm()), 0xa0);
  const ByteView pieces[] = {text.first(cut), {}, text.subspan(cut)};
  Bytes out(text.size());
  EXPECT_TRUE(cipher.apply(iv, pieces, out)) << cut;
  return to_hex(out);
}

TEST(Bulk, GivesTheKnownAnswersOfAnyPieces) {
  const Bytes text = counting(48, 0x80);
  for (const Known& row : known) {
    const Bytes key = counting(key_size(row.algorithm));
    const auto encrypter = provider().encrypter(row.algorithm, key);
    const auto decrypter = provider().decrypter(row.algorithm, key);
    ASSERT_TRUE(encrypter && decrypter) << static_cast<int>(row.algorithm);
    for (const std::size_t cut : {0u, 1u, 7u, 8u, 16u, 17u, 47u, 48u}) {
      // A key stream goes on where it was; a new key begins it.
      EXPECT_TRUE((*encrypter)->rekey(key));
      EXPECT_TRUE((*decrypter)->rekey(key));
      EXPECT_EQ(applied(**encrypter, text, cut), row.ciphertext);
      EXPECT_EQ(applied(**decrypter, hex(row.ciphertext), cut), to_hex(text));
    }
    EXPECT_TRUE((*decrypter)->rekey(key));
    Bytes in_place = hex(row.ciphertext);
    const ByteView piece = in_place;
    EXPECT_TRUE((*decrypter)->apply(counting(block_size(row.algorithm), 0xa0), ByteViews(&piece, 1), in_place));
    EXPECT_EQ(to_hex(in_place), to_hex(text));
  }
}

TEST(Bulk, GoesOnWhereTheTextBeforeEnded) {
  const Bytes text = counting(48, 0x80);
  const auto apply = [](BulkCipher& cipher, ByteView iv, ByteView piece, MutableBytes out) {
    EXPECT_TRUE(cipher.apply(iv, ByteViews(&piece, 1), out));
  };
  for (const Known& row : known) {
    const std::size_t block = block_size(row.algorithm);
    if (block == 0) continue;
    const auto encrypter = provider().encrypter(row.algorithm, counting(key_size(row.algorithm)));
    const auto decrypter = provider().decrypter(row.algorithm, counting(key_size(row.algorithm)));
    ASSERT_TRUE(encrypter && decrypter);
    Bytes begun(48);
    apply(**encrypter, {}, text, begun);
    Bytes from_zeros(48);
    apply(**encrypter, Bytes(block), text, from_zeros);
    EXPECT_EQ(to_hex(begun), to_hex(from_zeros));
    Bytes out(48);
    apply(**encrypter, counting(block, 0xa0), ByteView(text).first(16), MutableBytes(out).first(16));
    apply(**encrypter, {}, ByteView(text).subspan(16), MutableBytes(out).subspan(16));
    EXPECT_EQ(to_hex(out), row.ciphertext);
    apply(**decrypter, counting(block, 0xa0), ByteView(out).first(32), MutableBytes(out).first(32));
    apply(**decrypter, {}, ByteView(out).subspan(32), MutableBytes(out).subspan(32));
    EXPECT_EQ(to_hex(out), to_hex(text));
  }
}

TEST(CbcHmacSealer, IsOnlyForWhatItCanInterleave) {
  const Bytes key = counting(16);
  for (const auto& [algorithm, hash] : {std::pair{BulkAlgorithm::aes_128_cbc, HashAlgorithm::sha384},
                                        std::pair{BulkAlgorithm::camellia_128_cbc, HashAlgorithm::sha1}}) {
    const auto none = provider().cbc_hmac_sealer(algorithm, hash, key, counting(20));
    ASSERT_TRUE(none);
    EXPECT_EQ(*none, nullptr);
  }
}

TEST(CbcHmacSealer, RefusesWrongSizes) {
  const auto make = [](std::size_t key, std::size_t mac_key) {
    return provider().cbc_hmac_sealer(BulkAlgorithm::aes_128_cbc, HashAlgorithm::sha1, counting(key), counting(mac_key));
  };
  const auto made = make(16, 20);
  ASSERT_TRUE(made);
  if (*made == nullptr) return;  // not on this processor
  EXPECT_EQ(code_of(make(15, 20)), Errc::internal);
  EXPECT_EQ(code_of(make(16, 32)), Errc::internal);
  Bytes head = counting(13);
  head[9] = std::byte{3};
  head[10] = std::byte{3};
  head[11] = std::byte{0};
  head[12] = std::byte{5};
  const auto seal = [&](ByteView of, std::size_t size) {
    Bytes record(size);
    return (*made)->seal(of, record);
  };
  EXPECT_TRUE(seal(head, 48));
  EXPECT_EQ(code_of(seal(ByteView(head).first(12), 48)), Errc::internal);
  for (const std::size_t size : {0u, 16u, 32u, 47u, 49u, 64u}) EXPECT_EQ(code_of(seal(head, size)), Errc::internal) << size;
}

TEST(Bulk, IsListed) {
  const auto list = provider().bulk_ciphers();
  EXPECT_EQ(list.size(), std::size(known));
  for (const Known& row : known) EXPECT_NE(std::ranges::find(list, row.algorithm), list.end());
}

TEST(Bulk, RefusesWrongSizes) {
  for (const Known& row : known) {
    const std::size_t size = key_size(row.algorithm);
    EXPECT_EQ(code_of(provider().encrypter(row.algorithm, counting(size + 1))), Errc::internal);
    const auto cipher = provider().encrypter(row.algorithm, counting(size));
    ASSERT_TRUE(cipher);
    EXPECT_EQ(code_of((*cipher)->rekey(counting(size - 1))), Errc::internal);
    Bytes out(16);
    const Bytes text(16);
    const ByteView piece = text;
    const std::size_t block = block_size(row.algorithm);
    EXPECT_EQ(code_of((*cipher)->apply(counting(block + 1), ByteViews(&piece, 1), out)), Errc::internal) << "IV";
    EXPECT_EQ(code_of((*cipher)->apply(counting(block), ByteViews(&piece, 1), MutableBytes(out).first(8))), Errc::internal);
    if (block == 0) continue;
    const ByteView part = piece.first(9);
    EXPECT_EQ(code_of((*cipher)->apply(counting(block), ByteViews(&part, 1), MutableBytes(out).first(9))), Errc::internal);
  }
}

#if !defined(KEYWAY_LEGACY)
TEST(Bulk, LacksWhatIsOff) {
  for (const BulkAlgorithm algorithm : {BulkAlgorithm::tdes_ede_cbc, BulkAlgorithm::des_cbc, BulkAlgorithm::rc4_128})
    EXPECT_EQ(code_of(provider().encrypter(algorithm, counting(key_size(algorithm)))), Errc::unsupported_algorithm);
}
#endif

}  // namespace
}  // namespace keyway::crypto::test
