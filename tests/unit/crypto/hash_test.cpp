// SPDX-License-Identifier: Apache-2.0
//
// Digests of "abc" (FIPS 180-4 examples, RFC 1321 A.5), running states and their copies.
#include <vector>

#include "support.h"

namespace keyway::crypto::test {
namespace {

struct Known {
  HashAlgorithm algorithm;
  std::string_view digest;
  std::size_t block_size;
};

constexpr Known known[] = {
    {HashAlgorithm::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d", 64},
    {HashAlgorithm::sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7", 64},
    {HashAlgorithm::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 64},
    {HashAlgorithm::sha384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
     128},
    {HashAlgorithm::sha512,
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
     "2a9ac94fa54ca49f",
     128},
    {HashAlgorithm::md5, "900150983cd24fb0d6963f7d28e17f72", 64},
    {HashAlgorithm::md5_sha1, "900150983cd24fb0d6963f7d28e17f72a9993e364706816aba3e25717850c26c9cd0d89d", 64},
};

TEST(Hash, KnownDigests) {
  for (const Known& each : known) {
    const HashMethods* methods = provider().hash(each.algorithm);
    ASSERT_NE(methods, nullptr);
    EXPECT_EQ(methods->algorithm, each.algorithm);
    EXPECT_EQ(methods->block_size, each.block_size);
    EXPECT_EQ(to_hex(digest(each.algorithm, as_bytes("abc"))), each.digest);
    EXPECT_EQ(methods->digest_size * 2, each.digest.size());
  }
}

TEST(Hash, UnknownAlgorithmHasNoMethods) { EXPECT_EQ(provider().hash(static_cast<HashAlgorithm>(99)), nullptr); }

TEST(Hash, ACopyIsASnapshot) {
  for (const Known& each : known) {
    HashState running(provider().hash(each.algorithm));
    running.update(as_bytes("ab"));
    HashState snapshot(running);
    running.update(as_bytes("X"));
    snapshot.update(as_bytes("c"));
    Bytes out(running.digest_size());
    snapshot.finish(out.data());
    EXPECT_EQ(to_hex(out), each.digest);
    EXPECT_FALSE(snapshot);
    running.finish(out.data());
    EXPECT_EQ(out, digest(each.algorithm, as_bytes("abX")));
  }
}

TEST(Hash, AssignmentReplacesAStateOfAnotherHash) {
  HashState state(provider().hash(HashAlgorithm::sha512));
  state.update(as_bytes("something else"));
  HashState other(provider().hash(HashAlgorithm::sha256));
  other.update(as_bytes("abc"));
  state = other;
  ASSERT_EQ(state.digest_size(), 32u);
  Bytes out(32);
  state.finish(out.data());
  EXPECT_EQ(to_hex(out), known[2].digest);
  state = HashState();
  EXPECT_FALSE(state);
}

TEST(Hash, PiecesOfAnySizeGiveTheSameDigest) {
  Bytes message(1000);
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::byte>(i * 7);
  for (const Known& each : known) {
    const Bytes whole = digest(each.algorithm, message);
    for (const std::size_t step : {1u, 63u, 64u, 65u, 127u, 129u}) {
      HashState state(provider().hash(each.algorithm));
      for (std::size_t at = 0; at < message.size(); at += step) {
        state.update(ByteView(message).subspan(at, std::min(step, message.size() - at)));
      }
      Bytes out(state.digest_size());
      state.finish(out.data());
      EXPECT_EQ(out, whole) << step;
    }
  }
}

}  // namespace
}  // namespace keyway::crypto::test
