// SPDX-License-Identifier: Apache-2.0
//
// Finding paths from a leaf to an anchor among certificates in any order: duplicated, cross-signed, looping or unrelated
// (RFC 4158). Each edge is a verified signature, each is verified once; work is bounded. The rules of a whole path are
// path_validator.h.
#pragma once

#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "base/inplace_vector.h"
#include "pki/path_validator.h"
#include "pki/signature_memo.h"
#include "pki/trust_store.h"

namespace keyway::pki {

inline constexpr std::size_t max_path_certificates = 12;      ///< with leaf and anchor
inline constexpr std::size_t max_signature_checks = 128;      ///< a question
inline constexpr std::size_t max_received_certificates = 256; ///< looked at; later ones are ignored
inline constexpr std::size_t max_search_steps = 16'384;       ///< pairs of child and possible issuer
inline constexpr std::size_t max_judged_paths = 128;          ///< complete paths that are offered to the judge

class ChainBuilder {
 public:
  /// `chain` as received, leaf first; it, the store, the rules and the provider must outlive the builder.
  /// What is parsed lies in `memory`, which must outlive the builder, too. So must `memo`: what it knows is not verified again;
  /// null: everything is.
  /// Errors: empty_certificate, and those of parse_certificate() for the leaf. Others that cannot be parsed are kept out
  /// of paths.
  static Result<ChainBuilder> prepare(std::span<const ByteView> chain, const TrustStore&, const PathRules&,
                                      const crypto::Provider&, std::pmr::memory_resource& memory,
                                      const SignatureMemo* memo = nullptr);

  /// Leaf first, anchor last; a leaf that is an anchor itself is alone.
  using Judge = std::function<bool(std::span<const PathCertificate>)>;
  /// Calls `judge` with each path in order of promise until it answers true. False: none was taken.
  bool find(const Judge& judge);

  /// A path whose signatures hold.
  struct Path {
    InplaceVector<PathCertificate, max_path_certificates + 1> certificates;  ///< leaf first
    bool anchored = false;  ///< the last one is an anchor; otherwise the search ended there
  };
  /// After find() was in vain: the first path that the judge refused, or the one that leads furthest. Algorithms and keys that
  /// are not accepted do not end it: they are for the rules of the path to tell.
  Path best();

  const ParsedCertificate& leaf() const noexcept { return *nodes_.front().certificate; }
  using Signatures = InplaceVector<SignatureMemo::Signature, max_path_certificates>;
  /// Those along a path, as far as the memo may know them: verified or known, while nothing was tolerated.
  Signatures signatures_of(std::span<const PathCertificate> path) const;

  /// What kept certificates out of paths: bad signatures, unusable keys and algorithms, missing issuers.
  const std::vector<PathProblem>& problems() const noexcept { return problems_; }
  /// Whom the received certificates name, of those that can be read; at most `most`.
  std::vector<CertificateNames> names(std::size_t most) const;
  /// The bound that ended the search, if one did: too_many_signature_checks or certificate_path_too_long.
  std::optional<Errc> exhausted() const noexcept { return exhausted_; }

 private:
  struct Node {
    std::size_t index = 0;  ///< in the chain as received
    std::optional<ParsedCertificate> certificate{};  ///< nothing: it cannot be parsed
    std::optional<bool> usable_key{};  ///< its size is allowed
    std::unique_ptr<const crypto::PublicKey> key{};  ///< imported when it is first needed
    bool key_tried = false;
    std::optional<bool> acceptable_signature{};  ///< the algorithm of its signature
    crypto::SignatureAlgorithm algorithm{};
  };
  enum class Edge : std::uint8_t { unknown, good, bad, refused };  ///< refused: for the key or the algorithm
  struct AnchorEdge {
    std::size_t child;
    const Anchor* anchor;
    Edge edge;
  };

  /// A signature that holds.
  struct Verified {
    const ParsedCertificate* issued;
    const ParsedCertificate* issuer;
    SignatureMemo::Signature signature;
  };

  using Steps = InplaceVector<std::size_t, max_path_certificates>;
  using Issuers = InplaceVector<std::uint16_t, max_received_certificates>;  ///< small: one a level of the search

  ChainBuilder(const TrustStore& store, const PathRules& rules, const crypto::Provider& provider,
               std::pmr::memory_resource& memory, const SignatureMemo* memo) noexcept
      : store_(&store),
        rules_(&rules),
        provider_(&provider),
        memo_(memo),
        nodes_(&memory),
        edges_(&memory),
        anchor_edges_(&memory),
        verified_(&memory) {}
  bool extend(std::size_t from, const Judge&);
  /// Of the issuer of a certificate: whether somebody has its name, or an anchor alone that did not sign it and by its identifier
  /// has another key.
  enum class Known : std::uint8_t { nobody, namesake, somebody };
  enum class Hint : std::uint8_t { fits, differs };  ///< of the key identifiers
  bool try_anchors(std::size_t from, Hint, const Judge&, Known&);
  bool try_intermediates(std::size_t from, const Judge&, Known&);
  bool offer(const Anchor*, const Judge&);
  Path path_to(const Anchor*, const Steps&) const;
  void be_tolerant();
  Issuers issuers_of(std::size_t from);
  bool in_path(const ParsedCertificate&) const noexcept;
  bool signed_by(std::size_t child, std::size_t issuer);
  Edge edge_to(std::size_t child, const Anchor&);
  template <class KeyOf>
  Edge check_signature(Node& child, const ParsedCertificate& issuer, KeyOf&&);
  bool acceptable_signature(Node&);
  Result<void> usable_key(const ParsedCertificate&) const;
  bool may_sign(Node&);
  const crypto::PublicKey* key_of(Node&);
  void note(const Node&, Error);
  bool spent() noexcept { return exhausted_ && *exhausted_ == Errc::too_many_signature_checks; }

  const TrustStore* store_;
  const PathRules* rules_;
  const crypto::Provider* provider_;
  const SignatureMemo* memo_;
  std::size_t received_ = 0;
  std::pmr::vector<Node> nodes_;
  std::pmr::vector<Edge> edges_;  ///< child times the number of nodes plus issuer; made when first needed
  std::pmr::vector<AnchorEdge> anchor_edges_;
  std::pmr::vector<Verified> verified_;
  Steps path_;
  Steps longest_;
  std::optional<Path> refused_;  ///< the first one
  bool tolerant_ = false;  ///< follow whatever is signed, accepted or not
  std::vector<PathProblem> problems_;
  std::optional<Errc> exhausted_;
  std::size_t checks_ = 0;
  std::size_t steps_ = 0;
  std::size_t judged_ = 0;
};

}  // namespace keyway::pki
