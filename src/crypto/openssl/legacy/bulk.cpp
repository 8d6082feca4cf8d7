// SPDX-License-Identifier: Apache-2.0
//
// Triple DES, single DES and RC4. The last two are in libcrypto's legacy module, which is loaded into a context of its own when
// first asked for, so that nothing else is ever fetched from it.
#include "crypto/openssl/bulk.h"
#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

class LegacyLibrary {
 public:
  explicit LegacyLibrary(const Library& from) : tdes_(EVP_CIPHER_fetch(from.context(), "DES-EDE3-CBC", nullptr)) {
    context_ = required(LibCtxHandle(OSSL_LIB_CTX_new()));
    // Without the module there are no such ciphers.
    if (OSSL_PROVIDER_load(context_.get(), "legacy") == nullptr) return;
    des_.reset(EVP_CIPHER_fetch(context_.get(), "DES-CBC", nullptr));
    rc4_.reset(EVP_CIPHER_fetch(context_.get(), "RC4", nullptr));
  }

  const EVP_CIPHER* cipher(BulkAlgorithm algorithm) const noexcept {
    switch (algorithm) {
      case BulkAlgorithm::tdes_ede_cbc: return tdes_.get();
      case BulkAlgorithm::des_cbc: return des_.get();
      case BulkAlgorithm::rc4_128: return rc4_.get();
      default: return nullptr;
    }
  }

 private:
  LibCtxHandle context_;
  CipherHandle tdes_;
  CipherHandle des_;
  CipherHandle rc4_;
};

}  // namespace

const EVP_CIPHER* legacy_cipher(const Library& from, BulkAlgorithm algorithm) {
  const ErrorMark mark;
  // Never destroyed, as the other library.
  static const LegacyLibrary& instance = *new LegacyLibrary(from);
  return instance.cipher(algorithm);
}

}  // namespace keyway::crypto::openssl
