// SPDX-License-Identifier: Apache-2.0
//
// Hash states for builds that use EVP alone: the storage of a HashState holds a pointer to a context.
// Costs an allocation a state; hash.cpp does without.
#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {
namespace {

EVP_MD_CTX*& held(void* state) noexcept { return *static_cast<EVP_MD_CTX**>(state); }
EVP_MD_CTX* held(const void* state) noexcept { return *static_cast<EVP_MD_CTX* const*>(state); }

/// The methods have no way to report failure; with a fetched digest libcrypto only fails for want of memory.
void check(int result) {
  if (result != 1) throw std::bad_alloc();
}

template <HashAlgorithm Algorithm>
void init(void* state) {
  DigestCtxHandle context = required(DigestCtxHandle(EVP_MD_CTX_new()));
  check(EVP_DigestInit_ex2(context.get(), library().digest(Algorithm), nullptr));
  ::new (state) EVP_MD_CTX*(context.release());
}

void copy(void* to, const void* from) {
  ::new (to) EVP_MD_CTX*(nullptr);
  DigestCtxHandle context = required(DigestCtxHandle(EVP_MD_CTX_new()));
  check(EVP_MD_CTX_copy_ex(context.get(), held(from)));
  held(to) = context.release();
}

void update(void* state, ByteView bytes) { check(EVP_DigestUpdate(held(state), bytes.data(), bytes.size())); }

void finish(void* state, std::byte* out) { check(EVP_DigestFinal_ex(held(state), octets(out), nullptr)); }

void destroy(void* state) {
  EVP_MD_CTX_free(held(state));  // clears the digest's state
  held(state) = nullptr;
}

template <HashAlgorithm Algorithm>
constexpr HashMethods methods_of(std::size_t digest_size, std::size_t block_size) {
  // EVP does not tell the chaining value.
  return {Algorithm, digest_size, block_size, init<Algorithm>, copy, update, finish, destroy, nullptr};
}

constexpr std::array<HashMethods, hash_count> table = {
    methods_of<HashAlgorithm::sha1>(20, 64),     methods_of<HashAlgorithm::sha224>(28, 64),
    methods_of<HashAlgorithm::sha256>(32, 64),   methods_of<HashAlgorithm::sha384>(48, 128),
    methods_of<HashAlgorithm::sha512>(64, 128),  methods_of<HashAlgorithm::md5>(16, 64),
    methods_of<HashAlgorithm::md5_sha1>(36, 64),
};

}  // namespace

const HashMethods* hash_methods(const Library& from, HashAlgorithm algorithm) {
  const auto index = static_cast<std::size_t>(algorithm);
  return index < table.size() && from.digest(algorithm) != nullptr ? &table[index] : nullptr;
}

}  // namespace keyway::crypto::openssl
