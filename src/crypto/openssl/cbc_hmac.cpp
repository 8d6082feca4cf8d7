// SPDX-License-Identifier: Apache-2.0
//
// AES in CBC mode and HMAC by libcrypto's combined ciphers, which interleave the instructions of both. They exist where the
// processor has AES instructions. Only sealing: what they find wrong when they open is their own affair, not checked here.
#include "crypto/openssl/bulk.h"
#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

constexpr std::size_t block = 16;
constexpr std::size_t head_size = 13;

class CombinedSealer final : public CbcHmacSealer {
 public:
  CombinedSealer(CipherCtxHandle context, std::size_t mac_size) : context_(std::move(context)), mac_size_(mac_size) {}

  Result<void> seal(ByteView head, MutableBytes record) override {
    if (head.size() != head_size || record.size() < 2 * block || record.size() % block != 0) return fail(Errc::internal);
    // libcrypto counts the block in front as content, and takes it off again.
    std::array<std::byte, head_size> counted;
    std::ranges::copy(head, counted.begin());
    const std::size_t size = (std::to_integer<std::size_t>(head[11]) << 8 | std::to_integer<std::size_t>(head[12])) + block;
    if (record.size() != (size + mac_size_) / block * block + block) return fail(Errc::internal);
    counted[11] = static_cast<std::byte>(size >> 8);
    counted[12] = static_cast<std::byte>(size);
    const OSSL_PARAM parameters[] = {OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_AAD, counted.data(), counted.size()),
                                     OSSL_PARAM_END};
    const ErrorMark mark;
    int done = 0;
    if (EVP_CIPHER_CTX_set_params(context_.get(), parameters) != 1 ||
        EVP_CipherUpdate(context_.get(), octets(record), &done, octets(record), static_cast<int>(record.size())) != 1 ||
        done != static_cast<int>(record.size())) {
      return fail(Errc::crypto_failure);
    }
    return {};
  }

 private:
  CipherCtxHandle context_;
  std::size_t mac_size_;
};

}  // namespace

Result<std::unique_ptr<CbcHmacSealer>> make_cbc_hmac_sealer(const Library& from, BulkAlgorithm algorithm, HashAlgorithm hash,
                                                            ByteView key, ByteView mac_key) {
  const EVP_CIPHER* cipher = from.cipher(algorithm, hash);
  if (cipher == nullptr) return nullptr;
  const std::size_t mac_size = hash == HashAlgorithm::sha1 ? 20 : 32;
  if (key.size() != key_size(algorithm) || mac_key.size() != mac_size) return fail(Errc::internal);
  const ErrorMark mark;
  constexpr std::array<unsigned char, block> zeros{};
  CipherCtxHandle context = required(CipherCtxHandle(EVP_CIPHER_CTX_new()));
  Secret<max_digest_size> of_mac(mac_key);
  const MutableBytes bytes = of_mac.fill(mac_size);
  const OSSL_PARAM parameters[] = {OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_MAC_KEY, bytes.data(), bytes.size()),
                                   OSSL_PARAM_END};
  if (EVP_CipherInit_ex2(context.get(), cipher, octets(key), zeros.data(), 1, nullptr) != 1 ||
      EVP_CIPHER_CTX_set_params(context.get(), parameters) != 1 || EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
    return fail(Errc::crypto_failure);
  }
  return std::make_unique<CombinedSealer>(std::move(context), mac_size);
}

}  // namespace keyway::crypto::openssl
