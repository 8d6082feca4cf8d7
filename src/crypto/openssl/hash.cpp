// SPDX-License-Identifier: Apache-2.0
//
// Hash states in place over libcrypto's plain contexts: no allocation, a snapshot is a copy of the bytes.
// The form for EVP alone is hash_evp.cpp.
#include <openssl/md5.h>
#include <openssl/sha.h>

#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {
namespace {

/// RFC 5246's predecessors hash with both at once (RFC 4346 7.4.8).
struct Md5Sha1 {
  MD5_CTX md5;
  SHA_CTX sha1;
};
int md5_sha1_init(Md5Sha1* state) { return MD5_Init(&state->md5) & SHA1_Init(&state->sha1); }
int md5_sha1_update(Md5Sha1* state, const void* data, std::size_t size) {
  return MD5_Update(&state->md5, data, size) & SHA1_Update(&state->sha1, data, size);
}
int md5_sha1_final(unsigned char* out, Md5Sha1* state) {
  return MD5_Final(out, &state->md5) & SHA1_Final(out + MD5_DIGEST_LENGTH, &state->sha1);
}

/// Words of a state, big-endian.
template <std::size_t Words, class Word>
void write_words(const Word* words, std::byte* out) {
  for (std::size_t i = 0; i < Words; ++i) {
    for (std::size_t shift = sizeof(Word); shift-- != 0;) *out++ = static_cast<std::byte>(words[i] >> (8 * shift));
  }
}

void sha1_chaining(const void* state, std::byte* out) {
  const auto* sha1 = static_cast<const SHA_CTX*>(state);
  const std::array words = {sha1->h0, sha1->h1, sha1->h2, sha1->h3, sha1->h4};
  write_words<words.size()>(words.data(), out);
}
void sha256_chaining(const void* state, std::byte* out) { write_words<8>(static_cast<const SHA256_CTX*>(state)->h, out); }
void sha384_chaining(const void* state, std::byte* out) { write_words<6>(static_cast<const SHA512_CTX*>(state)->h, out); }

template <class State, auto Init, auto Update, auto Final>
constexpr HashMethods methods_of(HashAlgorithm algorithm, std::size_t digest_size, std::size_t block_size,
                                 void (*chaining)(const void*, std::byte*) = nullptr) {
  static_assert(sizeof(State) <= HashState::storage_size && alignof(State) <= 16);
  static_assert(std::is_trivially_copyable_v<State>);
  return {algorithm,
          digest_size,
          block_size,
          [](void* state) { Init(::new (state) State); },
          [](void* to, const void* from) { std::memcpy(to, from, sizeof(State)); },
          [](void* state, ByteView bytes) { Update(static_cast<State*>(state), bytes.data(), bytes.size()); },
          [](void* state, std::byte* out) { Final(octets(out), static_cast<State*>(state)); },
          [](void* state) { wipe({static_cast<std::byte*>(state), sizeof(State)}); },
          chaining};
}

constexpr std::array<HashMethods, hash_count> table = {
    methods_of<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final>(HashAlgorithm::sha1, 20, 64, sha1_chaining),
    methods_of<SHA256_CTX, SHA224_Init, SHA224_Update, SHA224_Final>(HashAlgorithm::sha224, 28, 64),
    methods_of<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final>(HashAlgorithm::sha256, 32, 64, sha256_chaining),
    methods_of<SHA512_CTX, SHA384_Init, SHA384_Update, SHA384_Final>(HashAlgorithm::sha384, 48, 128, sha384_chaining),
    methods_of<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final>(HashAlgorithm::sha512, 64, 128),
    methods_of<MD5_CTX, MD5_Init, MD5_Update, MD5_Final>(HashAlgorithm::md5, 16, 64),
    methods_of<Md5Sha1, md5_sha1_init, md5_sha1_update, md5_sha1_final>(HashAlgorithm::md5_sha1, 36, 64),
};

}  // namespace

const HashMethods* hash_methods(const Library&, HashAlgorithm algorithm) {
  const auto index = static_cast<std::size_t>(algorithm);
  return index < table.size() ? &table[index] : nullptr;
}

}  // namespace keyway::crypto::openssl
