// SPDX-License-Identifier: Apache-2.0
//
// Which certificates are known to be signed by whose key: a verified signature is not verified again when the same chain is
// shown again. It says that and nothing more: what a path must be otherwise is judged every time. Why this is sound, and
// what it lets others observe: docs/adr/0020-memo-of-signatures.md.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "crypto/hmac.h"
#include "keyway/crypto/provider.h"
#include "pki/certificate.h"

namespace keyway::pki {

/// Remembers signatures of certificates by certificates, by a MAC over all that a verification depends on. One for each
/// configuration; any thread, the lock is held for a look-up. Bounded: leaves and authorities have their own room.
class SignatureMemo {
 public:
  using Tag = std::array<std::byte, 32>;
  /// Where in its path the signed certificate stands.
  enum class Kind : std::uint8_t { leaf, authority };
  struct Signature {
    Tag tag;
    Kind kind;
  };

  static constexpr std::size_t most_leaves = 1024;
  static constexpr std::size_t most_authorities = 256;

  /// With a key of its own. Errors: random_failure, unsupported_algorithm (no SHA-256).
  static Result<std::shared_ptr<SignatureMemo>> make(std::shared_ptr<const crypto::Provider>);

  /// False: what another provider verified is not known here.
  bool serves(const crypto::Provider& provider) const noexcept { return &provider == provider_.get(); }
  const std::shared_ptr<const crypto::Provider>& provider() const noexcept { return provider_; }

  /// Names a signature. All that its verification is a function of goes in: whose key it is, with its parameters, by which
  /// algorithm, over what.
  Signature signature(const ParsedCertificate& issued, const ParsedCertificate& issuer, Kind) const;
  bool knows(const Signature&) const;
  /// For signatures that were verified, or known, along a path that was found valid as a whole, and for no others. What is used
  /// stays longer than what is not.
  void enter(std::span<const Signature>);

 private:
  struct Key {};
  /// The tags are a pseudorandom function's: any part of one is a hash that nobody can aim at.
  struct PartOfTag {
    std::size_t operator()(const Tag& tag) const noexcept;
  };
  /// A ring; its hand passes over what was used since it came by and takes the place of the first that was not.
  class Room {
   public:
    explicit Room(std::size_t most) : most_(most) {}
    bool holds(const Tag& tag) const { return places_.contains(tag); }
    void enter(const Tag&);

   private:
    struct Slot {
      Tag tag;
      bool used;
    };
    std::size_t free_place();

    std::size_t most_;
    std::size_t hand_ = 0;
    std::vector<Slot> slots_;
    std::unordered_map<Tag, std::size_t, PartOfTag> places_;
  };
  Room& room(Kind kind) noexcept { return kind == Kind::leaf ? leaves_ : authorities_; }
  const Room& room(Kind kind) const noexcept { return kind == Kind::leaf ? leaves_ : authorities_; }

 public:
  /// Only make() has the Key.
  SignatureMemo(Key, std::shared_ptr<const crypto::Provider>, const crypto::HashMethods&, ByteView key);

 private:
  std::shared_ptr<const crypto::Provider> provider_;
  const crypto::HmacKey key_;
  mutable std::mutex mutex_;
  Room leaves_{most_leaves};
  Room authorities_{most_authorities};
};

}  // namespace keyway::pki
