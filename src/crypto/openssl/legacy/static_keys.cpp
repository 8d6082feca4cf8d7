// SPDX-License-Identifier: Apache-2.0
//
// RSA encryption and decryption, and agreement with keys that are not ephemeral.
#include "crypto/openssl/static_keys.h"

#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_agreement.h"
#include "crypto/openssl/key_from_numbers.h"

namespace keyway::crypto::openssl {

bool can_decrypt_with(const EVP_PKEY& key) { return EVP_PKEY_is_a(&key, "RSA") == 1; }

Result<SecretBytes> rsa_decrypt(const Library& from, EVP_PKEY& key, ByteView ciphertext) {
  if (!can_decrypt_with(key)) return fail(Errc::unsupported_algorithm);
  const ErrorMark mark;
  // Public: a ciphertext has the size of the modulus (RFC 8017 7.2.2).
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(&key));
  if (ciphertext.size() != size) return fail(Errc::crypto_failure);
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_pkey(from.context(), &key, nullptr));
  SecretBytes plain(size);
  std::size_t written = size;
  if (context == nullptr || EVP_PKEY_decrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
      EVP_PKEY_decrypt(context.get(), octets(plain.fill().data()), &written, octets(ciphertext), ciphertext.size()) != 1 ||
      written != size) {
    return fail(Errc::crypto_failure);
  }
  return plain;
}

Result<Bytes> rsa_encrypt(const Library& from, const RsaNumbers& numbers, ByteView message) {
  const ErrorMark mark;
  const KeyHandle key = key_from_numbers(
      from, "RSA", {{OSSL_PKEY_PARAM_RSA_N, numbers.modulus.get()}, {OSSL_PKEY_PARAM_RSA_E, numbers.exponent.get()}});
  if (key == nullptr) return fail(Errc::crypto_failure);
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_pkey(from.context(), key.get(), nullptr));
  Bytes ciphertext(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())));
  std::size_t size = ciphertext.size();
  if (context == nullptr || EVP_PKEY_encrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_encrypt(context.get(), octets(ciphertext.data()), &size, octets(message), message.size()) != 1 ||
      size != ciphertext.size()) {
    return fail(Errc::crypto_failure);
  }
  return ciphertext;
}

Result<SharedSecret> static_agree(const Library& from, const EVP_PKEY& key, std::size_t curve, ByteView peer_share) {
  if (curve >= curves.size()) return fail(Errc::unsupported_algorithm);
  const ErrorMark mark;
  const BigNumber number = number_of(key, OSSL_PKEY_PARAM_PRIV_KEY);
  if (number == nullptr) return fail(Errc::crypto_failure);
  Secret<66> scalar;
  const MutableBytes bytes = scalar.fill(curves[curve].field_size);
  if (BN_bn2binpad(number.get(), octets(bytes.data()), static_cast<int>(bytes.size())) < 0) return fail(Errc::crypto_failure);
  KW_ASSIGN(auto agreement, ec_agreement_from_private(from, curves[curve].group, scalar.expose()));
  return std::move(*agreement).agree(peer_share);
}

}  // namespace keyway::crypto::openssl
