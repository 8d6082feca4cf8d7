// SPDX-License-Identifier: Apache-2.0
//
// Results of the constant-time building blocks; that their time is constant is shown under tests/ct.
#include <gtest/gtest.h>

#include "base/ct.h"
#include "base/hex.h"
#include "keyway/secret.h"

namespace keyway {
namespace {

constexpr std::uint32_t values[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
constexpr ct::Mask all = 0xffffffff;

TEST(ConstantTime, MasksAreAllOrNothing) {
  for (const std::uint32_t a : values) {
    EXPECT_EQ(ct::is_zero(a), a == 0 ? all : 0u) << a;
    for (const std::uint32_t b : values) {
      EXPECT_EQ(ct::is_equal(a, b), a == b ? all : 0u) << a << ", " << b;
      EXPECT_EQ(ct::is_less(a, b), a < b ? all : 0u) << a << ", " << b;
      EXPECT_EQ(ct::select(all, a, b), a);
      EXPECT_EQ(ct::select(0, a, b), b);
    }
  }
}

TEST(ConstantTime, EqualSeesEveryBit) {
  const Bytes bytes = *from_hex("000102030405060708090a0b0c0d0e0f");
  EXPECT_TRUE(ct::equal(bytes, bytes));
  EXPECT_TRUE(ct::equal({}, {}));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes other = bytes;
    other[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    EXPECT_FALSE(ct::equal(bytes, other)) << bit;
  }
  // Differences that cancel each other in a sum or an exclusive or.
  EXPECT_FALSE(ct::equal(*from_hex("0100"), *from_hex("0001")));
  EXPECT_FALSE(ct::equal(*from_hex("ffff"), *from_hex("0000")));
  EXPECT_FALSE(ct::equal(bytes, ByteView(bytes).first(15)));
}

TEST(Secret, MovingWipesTheSource) {
  Secret32 from(as_bytes("a secret of some bytes"));
  const Secret32 to = std::move(from);
  EXPECT_EQ(as_text(to.expose()), "a secret of some bytes");
  EXPECT_TRUE(from.empty());  // NOLINT: moved from on purpose
  SecretBytes heap(std::string_view("on the heap"));
  const SecretBytes moved = std::move(heap);
  EXPECT_EQ(as_text(moved.expose()), "on the heap");
  EXPECT_TRUE(heap.empty());  // NOLINT: moved from on purpose
}

TEST(Secret, DuplicatesOnPurpose) {
  const Secret32 first(as_bytes("0123456789"));
  EXPECT_EQ(as_text(first.duplicate().expose()), "0123456789");
}

TEST(Secret, ClearsItsStorage) {
  Secret32 secret(as_bytes("0123456789"));
  const std::byte* const storage = secret.expose().data();
  secret.clear();
  EXPECT_EQ(secret.size(), 0u);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(storage[i], std::byte{0});
}

TEST(Hex, BothWays) {
  EXPECT_EQ(to_hex(*from_hex("00fFA5")), "00ffa5");
  EXPECT_EQ(from_hex(""), Bytes());
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_hex("0 1"));
}

}  // namespace
}  // namespace keyway
