// SPDX-License-Identifier: Apache-2.0
//
// Public-key operations behind the seam: key agreement, signatures and their keys.
#pragma once

#include <optional>

#include "keyway/answer.h"
#include "keyway/crypto/primitives.h"

namespace keyway::crypto {

/// A finite field that a peer or the user gave (RFC 5246 7.4.3, RFC 5054 2.5.3): prime and generator, big-endian.
struct FiniteField {
  ByteView p;
  ByteView g;
};

/// One ephemeral key of a group. Used once: agreeing consumes it.
class KeyAgreement {
 public:
  virtual ~KeyAgreement() = default;
  virtual NamedGroup group() const = 0;  ///< 0 for a FiniteField
  /// What goes into KeyShareEntry.key_exchange (RFC 8446 4.2.8); valid as long as this object.
  virtual ByteView share() const = 0;
  /// The shared secret in the form of RFC 8446 7.4. Errors: invalid_key_share for a share that is not exactly of the
  /// group's form (length, uncompressed point on the curve, 1 < Y < p-1) or that gives an all-zero secret.
  virtual Result<SharedSecret> agree(ByteView peer_share) && = 0;
};

/// What a key can be, apart from its size.
enum class KeyType : std::uint8_t { rsa, rsa_pss, ec, ed25519, ed448, dsa };

/// How a signature is made, apart from its hash.
enum class SignatureKind : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa, ed25519, ed448, dsa };

/// A signature algorithm as certificates name it: kind and hash, apart from TLS's code points.
struct SignatureAlgorithm {
  SignatureKind kind = SignatureKind::ecdsa;
  HashAlgorithm hash = HashAlgorithm::sha256;
  std::size_t salt_size = 0;  ///< rsa_pss only, in bytes; the MGF1 hash equals `hash`
  bool of_digest = false;     ///< what is signed is a digest, made with `hash` or in another way: it is not hashed again
  friend bool operator==(const SignatureAlgorithm&, const SignatureAlgorithm&) = default;
};

/// A public key in parts, as certificates hold it; views end with what they were made from. The curve of an EC key has the
/// plain (not tls13) number of NamedGroup.
struct PublicKeyParts {
  KeyType type = KeyType::rsa;
  NamedGroup curve = NamedGroup::secp256r1;  ///< ec only
  ByteView key;        ///< ec: uncompressed point; ed25519, ed448: the raw key; rsa: modulus n, big-endian
  ByteView exponent;   ///< rsa: e, big-endian
  ByteView dsa_p, dsa_q, dsa_g;  ///< dsa: parameters; `key` is y
  /// rsa_pss: the hash of all its signatures and their shortest salt (RFC 4055 3.3); nothing: any.
  std::optional<SignatureAlgorithm> pss_limits{};
};

/// The algorithm behind a scheme of TLS; nothing for unknown schemes.
std::optional<SignatureAlgorithm> algorithm_of(SignatureScheme) noexcept;

/// An imported public key. Immutable; any thread.
class PublicKey {
 public:
  virtual ~PublicKey() = default;
  virtual KeyType type() const = 0;
  virtual NamedGroup curve() const = 0;  ///< ec only
  virtual std::size_t bits() const = 0;
  /// Error: verification_failed for any signature that does not verify, malformed ones included.
  virtual Result<void> verify(const SignatureAlgorithm&, ByteView message, ByteView signature) const = 0;
  /// RSA encryption with the padding of PKCS#1 (RFC 8017 7.2.1), for key exchanges of TLS 1.2 and below: as many bytes as the
  /// modulus has. Errors: unsupported_algorithm for other keys; crypto_failure for a message that is too long.
  virtual Result<Bytes> encrypt(ByteView message) const;
};

/// Signs with one private key, here or elsewhere, now or later. Immutable from outside; any thread.
///
/// A custom Signer (a remote key, a token) implements the four members; the handshake continues when the answer is
/// given. It is called by the thread that drives the connection and must not call back into it.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual KeyType type() const = 0;
  /// Whether this key can make such signatures: type and size fit. The curve need not: ECDSA of TLS 1.2 goes with any hash.
  virtual bool can(SignatureScheme) const = 0;
  /// SubjectPublicKeyInfo (RFC 5280 4.1.2.7) of the key, DER; valid as long as this object. Empty where unknown; then
  /// no match with the certificate is checked when the configuration is made.
  virtual ByteView subject_public_key_info() const = 0;
  /// Signs the whole message (it is hashed here, unless the scheme says that it is a digest). `message` is valid until this
  /// call returns; copy it to answer later.
  virtual void sign(SignatureScheme, ByteView message, Answer<Bytes>) const = 0;

  /// Whether decrypt() works: RSA keys that may be used so.
  virtual bool can_decrypt() const { return false; }
  /// RSA decryption without padding (RFC 8017 5.1.2), for key exchanges of TLS 1.2 and below: answers with as many bytes as the
  /// modulus has. Whether they are padded as they must be is found out in constant time by who asks, so an implementation
  /// must not look. Any error counts as a wrong ciphertext. `ciphertext` is valid until this call returns.
  virtual void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const;
  /// Key agreement with the key of a certificate (RFC 8422 2): EC keys. Errors: invalid_key_share.
  virtual void agree(ByteView peer_share, Answer<SharedSecret> answer) const;
};

}  // namespace keyway::crypto
