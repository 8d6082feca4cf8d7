// SPDX-License-Identifier: Apache-2.0
//
// The seam to the library of primitives. Everything above sees this interface; src/crypto/openssl implements it.
// A provider is built once, fetches all algorithms then, and is immutable afterwards: any thread may use it.
#pragma once

#include <memory>
#include <span>

#include "keyway/crypto/primitives.h"
#include "keyway/crypto/public_key.h"

namespace keyway::crypto {

/// Where primitives come from. Implement it to bring other ones: what is not offered by groups(), aeads() and hash() is not
/// negotiated. Errors of the makers: unsupported_algorithm for what is not offered, crypto_failure where the library
/// below fails; both end the handshake. Any thread.   \since 0.1
class Provider {
 public:
  virtual ~Provider() = default;

  /// Capabilities; they drive the defaults of configurations.
  virtual std::span<const NamedGroup> groups() const = 0;
  virtual std::span<const AeadAlgorithm> aeads() const = 0;
  virtual std::string_view name() const = 0;  ///< for people: library and version

  /// Methods of a hash, or null where the provider lacks it. Valid as long as the provider.
  virtual const HashMethods* hash(HashAlgorithm) const = 0;

  virtual Result<std::unique_ptr<AeadSealer>> sealer(AeadAlgorithm, ByteView key) const = 0;
  virtual Result<std::unique_ptr<AeadOpener>> opener(AeadAlgorithm, ByteView key) const = 0;
  virtual Result<std::unique_ptr<KeyAgreement>> key_agreement(NamedGroup) const = 0;

  /// For TLS 1.2 and below; a provider without them serves what needs none.
  virtual std::span<const BulkAlgorithm> bulk_ciphers() const { return {}; }
  virtual Result<std::unique_ptr<BulkCipher>> encrypter(BulkAlgorithm, ByteView key) const;
  virtual Result<std::unique_ptr<BulkCipher>> decrypter(BulkAlgorithm, ByteView key) const;
  /// Where one pass costs less than encrypter() and a MAC; null, without an error, where there is no such thing.
  virtual Result<std::unique_ptr<CbcHmacSealer>> cbc_hmac_sealer(BulkAlgorithm, HashAlgorithm, ByteView key,
                                                                 ByteView mac_key) const;
  /// A new key of a given field. Error invalid_key_share for fields that are none: p even, or outside of min_field_bits to
  /// max_field_bits, g outside of 1 < g < p - 1. That p is prime is not checked: who gives it is authenticated. Shares have the
  /// size of p, the peer's may be shorter; the secret has the size of p.
  virtual Result<std::unique_ptr<KeyAgreement>> field_agreement(const FiniteField&) const;
  /// Prime and generator of a group of RFC 7919, for TLS 1.2 and below, which sends both; the views are valid always. Nothing:
  /// the provider does not know them.
  virtual std::optional<FiniteField> field_of(NamedGroup) const { return std::nullopt; }
  /// The two ends of SRP (RFC 5054 2.6): the client's by its x, the server's by the verifier. Share and secret are A, B and
  /// the premaster secret. Error invalid_key_share for shares that are 0 modulo N (RFC 5054 2.5.4).
  virtual Result<std::unique_ptr<KeyAgreement>> srp_client(const FiniteField&, ByteView x) const;
  virtual Result<std::unique_ptr<KeyAgreement>> srp_server(const FiniteField&, ByteView verifier) const;
  /// The verifier of a user by its x (RFC 5054 2.4), in the size of N.
  virtual Result<SecretBytes> srp_verifier(const FiniteField&, ByteView x) const;

  /// Error invalid_public_key for points not on the curve, wrong lengths, RSA keys outside 1,024 to 16,384 bits.
  virtual Result<std::unique_ptr<PublicKey>> public_key(const PublicKeyParts&) const = 0;

  /// A key from PKCS#8 (plain or encrypted), PKCS#1 or SEC1 DER. `password` empty: none. Errors: invalid_private_key,
  /// wrong_password. Never prompts.
  virtual Result<std::shared_ptr<const Signer>> private_key(ByteView der, ByteView password) const = 0;
  /// The same from a PEM text, which may be encrypted in the legacy form (Proc-Type: 4,ENCRYPTED).
  virtual Result<std::shared_ptr<const Signer>> private_key_pem(std::string_view pem, ByteView password) const = 0;

  /// A key that stays where it is: in the PKCS#11 token of a URI (RFC 7512). `pin` empty: none but the URI's. Errors: those of
  /// load_private_key() in keyway/private_key.h; not_supported for a provider without tokens.
  virtual Result<std::shared_ptr<const Signer>> stored_key(std::string_view uri, ByteView pin) const;

  /// Makes a new key pair for certificates: tools and tests.
  enum class NewKey : std::uint8_t {
    ec_p256,
    ec_p384,
    ec_p521,
    rsa_2048,
    rsa_3072,
    rsa_4096,
    rsa_pss_2048,
    ed25519,
    ed448,
    brainpool_p256,
    brainpool_p384,
    brainpool_p512,
    dsa_2048
  };
  virtual Result<SecretBytes> generate_private_key(NewKey) const = 0;  ///< PKCS#8 DER

  /// Cryptographic random bytes. Error random_failure: nothing may go on.
  virtual Result<void> random(MutableBytes out) const = 0;
};

/// Bounds of a FiniteField. What a client accepts of a server is more narrow.
inline constexpr std::size_t min_field_bits = 512;
inline constexpr std::size_t max_field_bits = 8192;

/// Largest RSA key of a peer unless VerifyOptions::max_rsa_bits says otherwise: the work of a verification grows faster
/// than the key, and it is done for whoever connects.
inline constexpr std::size_t max_rsa_bits_default = 8192;
/// Largest RSA key at all.
inline constexpr std::size_t max_rsa_bits = 16384;

/// The provider over libcrypto, built on first use and shared. Defined in crypto/openssl. Any thread.
std::shared_ptr<const Provider> default_provider();

}  // namespace keyway::crypto
