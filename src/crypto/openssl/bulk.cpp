// SPDX-License-Identifier: Apache-2.0
//
// Ciphers without a MAC over one kept EVP_CIPHER_CTX an object. Padding is the caller's: it is part of the text.
#include "crypto/openssl/bulk.h"

#include <limits>

#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

const EVP_CIPHER* cipher_of(const Library& from, BulkAlgorithm algorithm) {
  const EVP_CIPHER* cipher = from.cipher(algorithm);
  return cipher != nullptr ? cipher : legacy_cipher(from, algorithm);
}

class Cipher final : public BulkCipher {
 public:
  Cipher(BulkAlgorithm algorithm, CipherCtxHandle context)
      : context_(std::move(context)), iv_size_(block_size(algorithm)), algorithm_(algorithm) {}

  BulkAlgorithm algorithm() const override { return algorithm_; }

  Result<void> rekey(ByteView key) override {
    if (key.size() != key_size(algorithm_)) return fail(Errc::internal);
    const ErrorMark mark;
    if (EVP_CipherInit_ex2(context_.get(), nullptr, octets(key), nullptr, -1, nullptr) != 1) return fail(Errc::crypto_failure);
    return {};
  }

  Result<void> apply(ByteView iv, ByteViews text, MutableBytes out) override {
    if ((!iv.empty() && iv.size() != iv_size_) || total_size(text) != out.size() ||
        out.size() > std::numeric_limits<int>::max() || (iv_size_ != 0 && out.size() % iv_size_ != 0)) {
      return fail(Errc::internal);
    }
    const ErrorMark mark;
    if (!iv.empty() && EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, octets(iv), -1, nullptr) != 1) {
      return fail(Errc::crypto_failure);
    }
    std::byte* to = out.data();
    for (const ByteView piece : text) {
      // A piece may end inside a block: the rest of it comes out with the next one.
      int done = 0;
      if (piece.empty()) continue;
      if (EVP_CipherUpdate(context_.get(), octets(to), &done, octets(piece), static_cast<int>(piece.size())) != 1) {
        return fail(Errc::crypto_failure);
      }
      to += done;
    }
    return to == out.data() + out.size() ? Result<void>() : fail(Errc::crypto_failure);
  }

 private:
  CipherCtxHandle context_;
  std::size_t iv_size_;
  BulkAlgorithm algorithm_;
};

}  // namespace

Result<std::unique_ptr<BulkCipher>> make_bulk_cipher(const Library& from, BulkAlgorithm algorithm, ByteView key,
                                                     Direction direction) {
  const ErrorMark mark;
  const EVP_CIPHER* cipher = cipher_of(from, algorithm);
  if (cipher == nullptr) return fail(Errc::unsupported_algorithm);
  if (key.size() != key_size(algorithm)) return fail(Errc::internal);
  CipherCtxHandle context = required(CipherCtxHandle(EVP_CIPHER_CTX_new()));
  const int encrypts = direction == Direction::encrypt ? 1 : 0;
  constexpr std::array<unsigned char, max_cipher_block> zeros{};
  const unsigned char* const iv = block_size(algorithm) != 0 ? zeros.data() : nullptr;
  if (EVP_CipherInit_ex2(context.get(), cipher, octets(key), iv, encrypts, nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
    return fail(Errc::crypto_failure);
  }
  return std::make_unique<Cipher>(algorithm, std::move(context));
}

std::span<const BulkAlgorithm> bulk_algorithms(const Library& from) {
  static const std::vector<BulkAlgorithm> list = [&from] {
    const ErrorMark mark;
    std::vector<BulkAlgorithm> found;
    for (std::size_t i = 0; i < bulk_count; ++i) {
      const auto algorithm = static_cast<BulkAlgorithm>(i);
      if (cipher_of(from, algorithm) != nullptr) found.push_back(algorithm);
    }
    return found;
  }();
  return list;
}

}  // namespace keyway::crypto::openssl
