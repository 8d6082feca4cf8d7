// SPDX-License-Identifier: Apache-2.0
//
// Fetches digests and ciphers and makes the groups of the curves; finds out what this libcrypto offers.
// A fetch takes a shared lock inside libcrypto, so none happens later for these.
#include "crypto/openssl/library.h"

#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

constexpr std::array<const char*, 7> cipher_names = {"AES-128-GCM", "AES-256-GCM",  "ChaCha20-Poly1305", "AES-128-CCM",
                                                     "AES-256-CCM", "ARIA-128-GCM", "ARIA-256-GCM"};

constexpr std::array<const char*, fetched_bulk_count> bulk_names = {"AES-128-CBC",      "AES-256-CBC",  "CAMELLIA-128-CBC",
                                                                    "CAMELLIA-256-CBC", "ARIA-128-CBC", "ARIA-256-CBC"};

constexpr std::array<const char*, 4> cbc_hmac_names = {"AES-128-CBC-HMAC-SHA1", "AES-256-CBC-HMAC-SHA1",
                                                       "AES-128-CBC-HMAC-SHA256", "AES-256-CBC-HMAC-SHA256"};

std::size_t cipher_index(AeadAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm: return 0;
    case AeadAlgorithm::aes_256_gcm: return 1;
    case AeadAlgorithm::chacha20_poly1305: return 2;
    case AeadAlgorithm::aes_128_ccm:
    case AeadAlgorithm::aes_128_ccm_8: return 3;
    case AeadAlgorithm::aes_256_ccm:
    case AeadAlgorithm::aes_256_ccm_8: return 4;
    case AeadAlgorithm::aria_128_gcm: return 5;
    case AeadAlgorithm::aria_256_gcm: return 6;
  }
  return cipher_names.size();
}

bool offers_key_exchange(OSSL_LIB_CTX* context, const char* name) {
  return Handle<EVP_KEYEXCH, &EVP_KEYEXCH_free>(EVP_KEYEXCH_fetch(context, name, nullptr)) != nullptr;
}

}  // namespace

Library::Library() {
  const ErrorMark mark;
  context_ = required(LibCtxHandle(OSSL_LIB_CTX_new()));
  fetch_digests();
  fetch_ciphers();
  make_groups();
  watch_forks();
}

void Library::fetch_digests() {
  constexpr std::array<const char*, hash_count> names = {"SHA1",     "SHA2-224", "SHA2-256", "SHA2-384",
                                                         "SHA2-512", "MD5",      "MD5-SHA1"};
  for (std::size_t i = 0; i < names.size(); ++i) digests_[i].reset(EVP_MD_fetch(context_.get(), names[i], nullptr));
}

void Library::fetch_ciphers() {
  for (std::size_t i = 0; i < cipher_names.size(); ++i) {
    ciphers_[i].reset(EVP_CIPHER_fetch(context_.get(), cipher_names[i], nullptr));
  }
  for (std::size_t i = 0; i < bulk_names.size(); ++i) {
    bulk_[i].reset(EVP_CIPHER_fetch(context_.get(), bulk_names[i], nullptr));
  }
  for (std::size_t i = 0; i < cbc_hmac_names.size(); ++i) {
    cbc_hmac_[i].reset(EVP_CIPHER_fetch(context_.get(), cbc_hmac_names[i], nullptr));
  }
  for (std::size_t i = 0; i < aead_count; ++i) {
    const auto algorithm = static_cast<AeadAlgorithm>(i);
    if (cipher(algorithm) != nullptr) aeads_.push_back(algorithm);
  }
}

void Library::make_groups() {
  if (offers_key_exchange(context_.get(), "X25519")) named_groups_.push_back(NamedGroup::x25519);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    groups_[i].reset(EC_GROUP_new_by_curve_name_ex(context_.get(), nullptr, curves[i].nid));
    if (groups_[i] != nullptr) named_groups_.push_back(curves[i].group);
  }
  for (const NamedGroup group :
       {NamedGroup::brainpoolP256r1tls13, NamedGroup::brainpoolP384r1tls13, NamedGroup::brainpoolP512r1tls13}) {
    if (groups_[curve_index(group)] != nullptr) named_groups_.push_back(group);
  }
  if (offers_key_exchange(context_.get(), "X448")) named_groups_.push_back(NamedGroup::x448);
  if (!offers_key_exchange(context_.get(), "DH")) return;
  named_groups_.insert(named_groups_.end(), {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096,
                                             NamedGroup::ffdhe6144, NamedGroup::ffdhe8192});
}

const EVP_CIPHER* Library::cipher(AeadAlgorithm algorithm) const noexcept {
  const std::size_t index = cipher_index(algorithm);
  return index < ciphers_.size() ? ciphers_[index].get() : nullptr;
}

const EVP_CIPHER* Library::cipher(BulkAlgorithm algorithm) const noexcept {
  const auto index = static_cast<std::size_t>(algorithm);
  return index < bulk_.size() ? bulk_[index].get() : nullptr;
}

const EVP_CIPHER* Library::cipher(BulkAlgorithm algorithm, HashAlgorithm mac) const noexcept {
  const bool known = (algorithm == BulkAlgorithm::aes_128_cbc || algorithm == BulkAlgorithm::aes_256_cbc) &&
                     (mac == HashAlgorithm::sha1 || mac == HashAlgorithm::sha256);
  if (!known) return nullptr;
  const std::size_t row = mac == HashAlgorithm::sha1 ? 0 : 2;
  return cbc_hmac_[row + (algorithm == BulkAlgorithm::aes_128_cbc ? 0 : 1)].get();
}

const Library& library() {
  // Never destroyed: keys of the host program and contexts of other threads may live until the very end.
  static const Library& instance = *new Library;
  return instance;
}

}  // namespace keyway::crypto::openssl
