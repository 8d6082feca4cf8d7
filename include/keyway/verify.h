// SPDX-License-Identifier: Apache-2.0
//
// May this chain be trusted? A Verifier answers with evidence: a TrustedChain, which nobody else can make.
// The stock verifier (RFC 5280 6, RFC 9525) comes from VerifyOptions; this is the port for replacing it.
//
//   class Pinned : public keyway::Verifier {
//     void verify(const keyway::VerifyQuestion& q, keyway::Answer<keyway::TrustedChain> answer) const override {
//       if (!is_pinned(q.chain[0])) return std::move(answer).give(keyway::fail(keyway::Errc::certificate_refused));
//       std::move(answer).give(keyway::TrustedChain::accepted_by_user(q, "pinned"));
//     }
//     keyway::Bytes fingerprint() const override { return pins_digest_; }
//   };
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "keyway/answer.h"
#include "keyway/certificate.h"
#include "keyway/clock.h"
#include "keyway/crypto/provider.h"
#include "keyway/peer_name.h"
#include "keyway/protocol.h"

namespace keyway {

namespace pki {
class Judge;
}

/// What the key is about to be used for (RFC 5280 4.2.1.12).
enum class Purpose : std::uint8_t { server_authentication, client_authentication };

/// Everything a verdict may depend on. All views and pointers are valid until Verifier::verify returns: copy what a later
/// answer needs.
struct VerifyQuestion {
  std::span<const ByteView> chain{};  ///< DER as received, leaf first; never empty
  ByteView ocsp_response{};           ///< stapled (RFC 6066 8), or empty
  bool staple_asked = false;          ///< the peer was asked for one
  ByteView ocsp_nonce{};              ///< with which it was asked (RFC 8954), or empty
  ByteView signed_certificate_timestamps{};  ///< RFC 6962 list, or empty
  Purpose purpose = Purpose::server_authentication;
  const PeerName* name = nullptr;     ///< null: no name check
  Now now{};
  const crypto::Provider* provider = nullptr;
  std::span<const SignatureScheme> certificate_schemes{};  ///< accepted in the chain's signatures; empty: all safe ones
  std::size_t max_rsa_bits = crypto::max_rsa_bits_default;  ///< largest RSA key that is used
};

/// Evidence that a chain was judged and may be used. Movable, not copyable; made by verifiers only.
class TrustedChain {
 public:
  enum class Basis : std::uint8_t {
    validated,         ///< a path to an anchor was found and every rule holds; or the raw public key is pinned
    accepted_by_user,  ///< the user's code said yes
    unchecked,         ///< verification is switched off
  };

  TrustedChain(TrustedChain&&) noexcept = default;
  TrustedChain& operator=(TrustedChain&&) noexcept = default;

  /// For custom verifiers: the user vouches for this chain. `why` is kept as a problem text of the leaf.
  /// Errors: malformed_certificate, certificate_key_type, certificate_key_too_large, invalid_public_key - the leaf's key
  /// must still be usable.
  static Result<TrustedChain> accepted_by_user(const VerifyQuestion&, std::string why);

  Basis basis() const noexcept { return static_cast<Basis>(not_after_and_basis_ & 0x0f); }
  /// The chain as received.
  const std::shared_ptr<const CertificateChain>& chain() const noexcept { return chain_; }
  /// The leaf's key, with which possession is proved.
  const crypto::PublicKey& leaf_key() const noexcept { return *leaf_key_; }
  /// Whether the leaf's key usage allows signatures in a handshake (RFC 8446 4.4.2.2: digitalSignature, or no key usage).
  bool leaf_may_sign() const noexcept { return (not_after_and_basis_ & may_sign) != 0; }
  /// Likewise for encrypting to the key, and for agreeing with it: key exchanges of TLS 1.2 and below (RFC 5246 7.4.2).
  bool leaf_may_encipher() const noexcept { return (not_after_and_basis_ & may_encipher) != 0; }
  bool leaf_may_agree() const noexcept { return (not_after_and_basis_ & may_agree) != 0; }
  /// What was found and accepted nevertheless; empty after plain validation.
  const std::vector<CertificateProblem>& problems() const noexcept;
  /// When the first certificate of the path ends, or the leaf where no path was built.
  WallTime not_after() const noexcept { return WallTime(std::chrono::seconds(not_after_and_basis_ >> 8)); }

 private:
  friend class pki::Judge;
  TrustedChain(Basis, std::shared_ptr<const CertificateChain>, std::unique_ptr<crypto::PublicKey>,
               std::vector<CertificateProblem>, WallTime not_after, std::int64_t leaf_may);
  static constexpr std::int64_t may_sign = 0x80;
  static constexpr std::int64_t may_encipher = 0x40;
  static constexpr std::int64_t may_agree = 0x20;

  std::shared_ptr<const CertificateChain> chain_;
  std::unique_ptr<const crypto::PublicKey> leaf_key_;
  std::unique_ptr<const std::vector<CertificateProblem>> problems_;
  std::int64_t not_after_and_basis_;  // seconds since 1970, times 256, plus basis and flags: an answer fits its slot
};

/// The port. Implementations are immutable from outside and may be called from any thread.
class Verifier {
 public:
  virtual ~Verifier() = default;
  /// Judges the chain, now or later. Copy what is needed of the question to answer later.
  virtual void verify(const VerifyQuestion&, Answer<TrustedChain>) const = 0;
  /// Changes whenever a verdict could: sessions are resumed only under an equal fingerprint.
  virtual Bytes fingerprint() const = 0;
};

}  // namespace keyway
