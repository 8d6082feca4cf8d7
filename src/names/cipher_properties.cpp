// SPDX-License-Identifier: Apache-2.0
//
// One row for each cipher.
#include "names/cipher_properties.h"

namespace keyway {

namespace {

struct Row {
  Cipher cipher;
  CipherProperties properties;
  std::optional<AeadAlgorithm> aead;
  std::optional<BulkAlgorithm> bulk;
};

using A = AeadAlgorithm;
using B = BulkAlgorithm;
using K = CipherKind;
constexpr std::nullopt_t none = std::nullopt;

// clang-format off
constexpr Row rows[] = {
    {Cipher::aes_128_gcm,       {K::aead,   16, 0,  4,  8}, A::aes_128_gcm,       none},
    {Cipher::aes_256_gcm,       {K::aead,   32, 0,  4,  8}, A::aes_256_gcm,       none},
    {Cipher::chacha20_poly1305, {K::aead,   32, 0,  12, 0}, A::chacha20_poly1305, none},
    {Cipher::aes_128_ccm,       {K::aead,   16, 0,  4,  8}, A::aes_128_ccm,       none},
    {Cipher::aes_128_ccm_8,     {K::aead,   16, 0,  4,  8}, A::aes_128_ccm_8,     none},
    {Cipher::aes_256_ccm,       {K::aead,   32, 0,  4,  8}, A::aes_256_ccm,       none},
    {Cipher::aes_256_ccm_8,     {K::aead,   32, 0,  4,  8}, A::aes_256_ccm_8,     none},
    {Cipher::aria_128_gcm,      {K::aead,   16, 0,  4,  8}, A::aria_128_gcm,      none},
    {Cipher::aria_256_gcm,      {K::aead,   32, 0,  4,  8}, A::aria_256_gcm,      none},
    {Cipher::aes_128_cbc,       {K::block,  16, 16, 0,  0}, none,                 B::aes_128_cbc},
    {Cipher::aes_256_cbc,       {K::block,  32, 16, 0,  0}, none,                 B::aes_256_cbc},
    {Cipher::camellia_128_cbc,  {K::block,  16, 16, 0,  0}, none,                 B::camellia_128_cbc},
    {Cipher::camellia_256_cbc,  {K::block,  32, 16, 0,  0}, none,                 B::camellia_256_cbc},
    {Cipher::aria_128_cbc,      {K::block,  16, 16, 0,  0}, none,                 B::aria_128_cbc},
    {Cipher::aria_256_cbc,      {K::block,  32, 16, 0,  0}, none,                 B::aria_256_cbc},
    {Cipher::tdes_ede_cbc,      {K::block,  24, 8,  0,  0}, none,                 B::tdes_ede_cbc},
    {Cipher::des_cbc,           {K::block,  8,  8,  0,  0}, none,                 B::des_cbc},
    {Cipher::rc4_128,           {K::stream, 16, 0,  0,  0}, none,                 B::rc4_128},
};
// clang-format on

const Row* find(Cipher cipher) noexcept {
  for (const Row& row : rows) {
    if (row.cipher == cipher) return &row;
  }
  return nullptr;
}

}  // namespace

CipherProperties properties(Cipher cipher) noexcept {
  const Row* row = find(cipher);
  return row == nullptr ? CipherProperties{} : row->properties;
}

std::optional<AeadAlgorithm> aead_of(Cipher cipher) noexcept {
  const Row* row = find(cipher);
  return row == nullptr ? std::nullopt : row->aead;
}

std::optional<BulkAlgorithm> bulk_of(Cipher cipher) noexcept {
  const Row* row = find(cipher);
  return row == nullptr ? std::nullopt : row->bulk;
}

std::size_t mac_size(Mac mac) noexcept {
  switch (mac) {
    case Mac::aead: return 0;
    case Mac::md5: return 16;
    case Mac::sha1: return 20;
    case Mac::sha256: return 32;
    case Mac::sha384: return 48;
  }
  return 0;
}

std::optional<HashAlgorithm> mac_hash(Mac mac) noexcept {
  switch (mac) {
    case Mac::aead: return std::nullopt;
    case Mac::md5: return HashAlgorithm::md5;
    case Mac::sha1: return HashAlgorithm::sha1;
    case Mac::sha256: return HashAlgorithm::sha256;
    case Mac::sha384: return HashAlgorithm::sha384;
  }
  return std::nullopt;
}

}  // namespace keyway
