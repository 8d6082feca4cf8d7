// SPDX-License-Identifier: Apache-2.0
//
// The Provider over libcrypto: hands each question to the file that answers it.
#include <openssl/opensslv.h>

#include "crypto/openssl/aead.h"
#include "crypto/openssl/bulk.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/finite_field.h"
#include "crypto/openssl/import.h"
#include "crypto/openssl/key_agreement.h"
#include "crypto/openssl/keys.h"
#include "crypto/openssl/stored_key.h"

namespace keyway::crypto {
namespace openssl {
namespace {

class LibcryptoProvider final : public Provider {
 public:
  explicit LibcryptoProvider(const Library& from) : library_(from), name_(OpenSSL_version(OPENSSL_VERSION)) {}

  std::span<const NamedGroup> groups() const override { return library_.named_groups(); }
  std::span<const AeadAlgorithm> aeads() const override { return library_.aeads(); }
  std::string_view name() const override { return name_; }

  const HashMethods* hash(HashAlgorithm algorithm) const override { return hash_methods(library_, algorithm); }

  Result<std::unique_ptr<AeadSealer>> sealer(AeadAlgorithm algorithm, ByteView key) const override {
    return make_sealer(library_, algorithm, key);
  }
  Result<std::unique_ptr<AeadOpener>> opener(AeadAlgorithm algorithm, ByteView key) const override {
    return make_opener(library_, algorithm, key);
  }

  std::span<const BulkAlgorithm> bulk_ciphers() const override { return bulk_algorithms(library_); }
  Result<std::unique_ptr<BulkCipher>> encrypter(BulkAlgorithm algorithm, ByteView key) const override {
    return make_bulk_cipher(library_, algorithm, key, Direction::encrypt);
  }
  Result<std::unique_ptr<BulkCipher>> decrypter(BulkAlgorithm algorithm, ByteView key) const override {
    return make_bulk_cipher(library_, algorithm, key, Direction::decrypt);
  }

  Result<std::unique_ptr<CbcHmacSealer>> cbc_hmac_sealer(BulkAlgorithm algorithm, HashAlgorithm hash, ByteView key,
                                                         ByteView mac_key) const override {
    return make_cbc_hmac_sealer(library_, algorithm, hash, key, mac_key);
  }

  Result<std::unique_ptr<KeyAgreement>> key_agreement(NamedGroup group) const override {
    if (group == NamedGroup::x25519 || group == NamedGroup::x448) return make_xdh_agreement(library_, group);
    if (curve_index(group) < curves.size()) return make_ec_agreement(library_, group);
    return make_ffdh_agreement(library_, group);
  }

  Result<std::unique_ptr<KeyAgreement>> field_agreement(const FiniteField& field) const override {
    return make_field_agreement(library_, field);
  }
  std::optional<FiniteField> field_of(NamedGroup group) const override { return named_field(library_, group); }
  Result<std::unique_ptr<KeyAgreement>> srp_client(const FiniteField& field, ByteView x) const override {
    return make_srp_client(library_, field, x);
  }
  Result<std::unique_ptr<KeyAgreement>> srp_server(const FiniteField& field, ByteView verifier) const override {
    return make_srp_server(library_, field, verifier);
  }
  Result<SecretBytes> srp_verifier(const FiniteField& field, ByteView x) const override {
    return make_srp_verifier(library_, field, x);
  }

  Result<std::unique_ptr<PublicKey>> public_key(const PublicKeyParts& parts) const override {
    return import_public_key(library_, parts);
  }

  Result<std::shared_ptr<const Signer>> private_key(ByteView der, ByteView password) const override {
    KW_ASSIGN(KeyHandle key, read_private_key(library_, der, password));
    return make_signer(library_, std::move(key));
  }
  Result<std::shared_ptr<const Signer>> private_key_pem(std::string_view pem, ByteView password) const override {
    KW_ASSIGN(KeyHandle key, read_private_key_pem(library_, pem, password));
    return make_signer(library_, std::move(key));
  }
  Result<std::shared_ptr<const Signer>> stored_key(std::string_view uri, ByteView pin) const override {
    return signer_of_uri(library_, uri, pin);
  }
  Result<SecretBytes> generate_private_key(NewKey kind) const override { return make_private_key(library_, kind); }

  Result<void> random(MutableBytes out) const override {
    if (!draw_random(library_, out)) return fail(Errc::random_failure);
    return {};
  }

 private:
  const Library& library_;
  std::string_view name_;
};

}  // namespace

Result<std::unique_ptr<KeyAgreement>> import_key_agreement(const Provider&, NamedGroup group, ByteView private_key) {
  if (group == NamedGroup::x25519 || group == NamedGroup::x448) {
    return xdh_agreement_from_private(library(), group, private_key);
  }
  if (curve_index(group) < curves.size()) return ec_agreement_from_private(library(), group, private_key);
  return fail(Errc::unsupported_algorithm);
}

}  // namespace openssl

std::shared_ptr<const Provider> default_provider() {
  static const std::shared_ptr<const Provider> instance = std::make_shared<openssl::LibcryptoProvider>(openssl::library());
  return instance;
}

}  // namespace keyway::crypto
