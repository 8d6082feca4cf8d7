// SPDX-License-Identifier: Apache-2.0
//
// Private keys from DER (PKCS#8 of RFC 5958, encrypted or not; PKCS#1 of RFC 8017 A.1.2; SEC1 of RFC 5915; the DSA form
// of libcrypto) and new ones. Nothing here can ask for a password: it is given or it is missing.
#include <openssl/pkcs12.h>

#include "crypto/openssl/errors.h"
#include "crypto/openssl/keys.h"

namespace keyway::crypto::openssl {
namespace {

using Pkcs8 = Handle<PKCS8_PRIV_KEY_INFO, &PKCS8_PRIV_KEY_INFO_free>;
using EncryptedPkcs8 = Handle<X509_SIG, &X509_SIG_free>;

template <auto Parse>
auto parse_whole(ByteView der) {
  const unsigned char* at = octets(der);
  auto* object = Parse(nullptr, &at, static_cast<long>(der.size()));
  return std::pair(object, object != nullptr && at == octets(der) + der.size());
}

KeyHandle from_traditional(const Library& from, ByteView der) {
  for (const int type : {EVP_PKEY_RSA, EVP_PKEY_EC, EVP_PKEY_DSA}) {
    const unsigned char* at = octets(der);
    KeyHandle key(d2i_PrivateKey_ex(type, nullptr, &at, static_cast<long>(der.size()), from.context(), nullptr));
    if (key != nullptr && at == octets(der) + der.size()) return key;
  }
  return nullptr;
}

/// The public half of an EC key must belong to the private one: a certificate is matched with it.
bool consistent(const Library& from, EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "EC") != 1) return true;
  const KeyCtxHandle context = required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from.context(), &key, nullptr)));
  return EVP_PKEY_private_check(context.get()) == 1 && EVP_PKEY_pairwise_check(context.get()) == 1;
}

Result<KeyHandle> checked(const Library& from, KeyHandle key) {
  if (key == nullptr || !consistent(from, *key)) return fail(Errc::invalid_private_key);
  return key;
}

Result<KeyHandle> from_encrypted(const Library& from, const X509_SIG& encrypted, ByteView password) {
  if (password.empty()) return fail(Errc::wrong_password);
  const Pkcs8 decrypted(PKCS8_decrypt_ex(&encrypted, reinterpret_cast<const char*>(password.data()),
                                         static_cast<int>(password.size()), from.context(), nullptr));
  if (decrypted == nullptr) {
    // Ciphers that libcrypto has put aside (DES, RC2, RC4): no password opens them here.
    const bool unsupported = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_UNSUPPORTED;
    return fail(unsupported ? Errc::invalid_private_key : Errc::wrong_password);
  }
  return checked(from, KeyHandle(EVP_PKCS82PKEY_ex(decrypted.get(), from.context(), nullptr)));
}

struct NewKeyForm {
  const char* type;
  const char* group;  ///< ec only
  int bits;           ///< RSA and DSA only
};

NewKeyForm form_of(Provider::NewKey kind) noexcept {
  using enum Provider::NewKey;
  switch (kind) {
    case ec_p256: return {"EC", "prime256v1", 0};
    case ec_p384: return {"EC", "secp384r1", 0};
    case ec_p521: return {"EC", "secp521r1", 0};
    case rsa_2048: return {"RSA", nullptr, 2048};
    case rsa_3072: return {"RSA", nullptr, 3072};
    case rsa_4096: return {"RSA", nullptr, 4096};
    case rsa_pss_2048: return {"RSA-PSS", nullptr, 2048};
    case ed25519: return {"ED25519", nullptr, 0};
    case ed448: return {"ED448", nullptr, 0};
    case brainpool_p256: return {"EC", "brainpoolP256r1", 0};
    case brainpool_p384: return {"EC", "brainpoolP384r1", 0};
    case brainpool_p512: return {"EC", "brainpoolP512r1", 0};
    case dsa_2048: return {"DSA", nullptr, 2048};
  }
  return {nullptr, nullptr, 0};
}

KeyHandle generate(EVP_PKEY_CTX& context) {
  EVP_PKEY* key = nullptr;
  return EVP_PKEY_generate(&context, &key) == 1 ? KeyHandle(key) : nullptr;
}

KeyHandle generate_dsa(const Library& from, int bits) {
  const KeyCtxHandle parameters_context(EVP_PKEY_CTX_new_from_name(from.context(), "DSA", nullptr));
  if (parameters_context == nullptr || EVP_PKEY_paramgen_init(parameters_context.get()) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters_context.get(), bits) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(parameters_context.get(), 256) != 1) {
    return nullptr;
  }
  const KeyHandle parameters = generate(*parameters_context);
  if (parameters == nullptr) return nullptr;
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_pkey(from.context(), parameters.get(), nullptr));
  if (context == nullptr || EVP_PKEY_keygen_init(context.get()) != 1) return nullptr;
  return generate(*context);
}

KeyHandle generate(const Library& from, const NewKeyForm& form) {
  if (std::string_view(form.type) == "DSA") return generate_dsa(from, form.bits);
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), form.type, nullptr));
  if (context == nullptr || EVP_PKEY_keygen_init(context.get()) != 1) return nullptr;
  if (form.group != nullptr && EVP_PKEY_CTX_set_group_name(context.get(), form.group) != 1) return nullptr;
  if (form.bits != 0 && EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), form.bits) != 1) return nullptr;
  return generate(*context);
}

}  // namespace

Result<KeyHandle> read_private_key(const Library& from, ByteView der, ByteView password) {
  constexpr std::size_t largest = 1 << 20;
  const ErrorMark mark;
  if (der.empty() || der.size() > largest || password.size() > largest) return fail(Errc::invalid_private_key);
  const auto [encrypted, encrypted_whole] = parse_whole<d2i_X509_SIG>(der);
  const EncryptedPkcs8 encrypted_owner(encrypted);
  if (encrypted_whole) return from_encrypted(from, *encrypted, password);
  const auto [plain, plain_whole] = parse_whole<d2i_PKCS8_PRIV_KEY_INFO>(der);
  const Pkcs8 plain_owner(plain);
  if (plain_whole) return checked(from, KeyHandle(EVP_PKCS82PKEY_ex(plain, from.context(), nullptr)));
  return checked(from, from_traditional(from, der));
}

Result<SecretBytes> make_private_key(const Library& from, Provider::NewKey kind) {
  const ErrorMark mark;
  const NewKeyForm form = form_of(kind);
  if (form.type == nullptr) return fail(Errc::unsupported_algorithm);
  const KeyHandle key = generate(from, form);
  if (key == nullptr) return fail(Errc::crypto_failure);
  const Pkcs8 info = required(Pkcs8(EVP_PKEY2PKCS8(key.get())));
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
  if (size <= 0) return fail(Errc::crypto_failure);
  SecretBytes der(static_cast<std::size_t>(size));
  unsigned char* end = octets(der.fill().data());
  if (i2d_PKCS8_PRIV_KEY_INFO(info.get(), &end) != size) return fail(Errc::crypto_failure);
  return der;
}

}  // namespace keyway::crypto::openssl
