// SPDX-License-Identifier: Apache-2.0
//
// Finding paths from a leaf to an anchor among certificates in any order: duplicated, cross-signed, looping or unrelated
// (RFC 4158). Each edge is a verified signature, each is verified once; work is bounded. The rules of a whole path are
// path_validator.h.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "pki/path_validator.h"
#include "pki/trust_store.h"

namespace keyway::pki {

inline constexpr std::size_t max_path_certificates = 12;   ///< with leaf and anchor
inline constexpr std::size_t max_signature_checks = 128;   ///< a question
inline constexpr std::size_t max_search_steps = 4096;      ///< certificates looked at as the next of a path

/// One path, leaf first, anchor last.
struct CandidatePath {
  std::span<const ParsedCertificate* const> certificates{};
  std::span<const std::size_t> positions{};  ///< where each was in the chain as received; the anchor follows the last
  const Anchor* anchor = nullptr;
};

/// What the search ran into, for the error: the certificate where it ended and why.
struct SearchProblem {
  std::size_t position = 0;
  Errc reason = Errc::certificate_unknown_ca;
};

class ChainBuilder {
 public:
  /// `chain` as received, leaf first; all views must outlive the builder. Errors: empty_certificate, and those of
  /// parse_certificate for the leaf. Others that cannot be parsed are kept out of paths.
  static Result<ChainBuilder> prepare(std::span<const ByteView> chain, const TrustStore&, const PathRules&,
                                      const crypto::Provider&);

  /// Calls `judge` with each path in order of promise until it answers true. False: none was taken.
  bool find(const std::function<bool(const CandidatePath&)>& judge);

  const ParsedCertificate& leaf() const noexcept { return *nodes_.front().certificate; }
  /// A parsed certificate by its position, or null.
  const ParsedCertificate* certificate(std::size_t position) const noexcept;
  const std::vector<SearchProblem>& problems() const noexcept { return problems_; }
  /// The bound that ended the search, if one did: too_many_signature_checks or certificate_path_too_long.
  std::optional<Errc> exhausted() const noexcept { return exhausted_; }

 private:
  struct Node {
    std::size_t position = 0;
    std::optional<ParsedCertificate> certificate{};  ///< nothing: cannot be parsed
    std::unique_ptr<const crypto::PublicKey> key{};  ///< imported when it is first needed
    bool key_failed = false;
    bool in_path = false;
  };
  enum class Edge : std::uint8_t { unknown, good, bad };

  ChainBuilder(const TrustStore& store, const PathRules& rules, const crypto::Provider& provider) noexcept
      : store_(&store), rules_(&rules), provider_(&provider) {}
  bool extend(std::size_t from);
  bool try_anchors(std::size_t from);
  bool try_intermediates(std::size_t from);
  bool offer(const Anchor&);
  bool usable_issuer(const ParsedCertificate& child, const ParsedCertificate& issuer) const noexcept;
  bool signed_by(std::size_t child, std::size_t issuer);
  bool signed_by(std::size_t child, const Anchor&);
  bool check_signature(const ParsedCertificate& child, const crypto::PublicKey& key);
  const crypto::PublicKey* key_of(Node&);
  void note(std::size_t position, Errc reason);

  const TrustStore* store_;
  const PathRules* rules_;
  const crypto::Provider* provider_;
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;  ///< child times nodes plus issuer
  std::vector<std::pair<std::pair<std::size_t, const Anchor*>, bool>> anchor_edges_;
  std::vector<std::size_t> path_;
  const std::function<bool(const CandidatePath&)>* judge_ = nullptr;
  std::vector<SearchProblem> problems_;
  std::optional<Errc> exhausted_;
  std::size_t checks_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace keyway::pki
