// SPDX-License-Identifier: Apache-2.0
//
// Certificate policies along a path (RFC 5280 6.1.2 to 6.1.5): valid_policy_tree and its counters. Nodes of one depth with
// the same policy are one node with several parents, so that mappings cannot make the tree grow exponentially; what is left is
// bounded by a number. Certificates are given from the anchor down.
#pragma once

#include <optional>
#include <vector>

#include "pki/certificate_rules.h"
#include "pki/problems.h"

namespace keyway::pki {

class PolicyTree {
 public:
  /// Nodes, and edges to further parents, of one path.
  static constexpr std::size_t max_nodes = 1024;

  /// `certificates`: those below the anchor. `inputs`: null for the defaults.
  PolicyTree(std::size_t certificates, const PolicyInputs* inputs);

  /// An authority below the anchor (6.1.3 d to f and 6.1.4 a, b, h to j).
  void descend(const ParsedCertificate&, Problems&);
  /// The end of the path (6.1.3 d to f and 6.1.5 a, b, g).
  void finish(const ParsedCertificate&, Problems&);
  /// Whether anything here can refuse a path with these certificates; false spares the work.
  static bool matters(const ParsedCertificate&) noexcept;
  static bool matters(const PolicyInputs*) noexcept;

 private:
  struct Node {
    ByteView policy{};                 ///< valid_policy
    std::vector<std::size_t> parents;  ///< indices of the level above; max_nodes: that level's node of anyPolicy
    bool mapped = false;
    bool alive = true;
    bool reached = false;
  };
  struct Level {
    std::vector<Node> nodes{};   ///< before the certificate: what is expected; after: what is valid
    bool any_policy = false;     ///< there is a node of anyPolicy
  };

  void apply_policies(const ParsedCertificate&, bool any_counts);
  void apply_mappings(const ParsedCertificate&, Problems&);
  Node* find(Level&, ByteView policy) noexcept;
  Node& node(Level&, ByteView policy);
  void add_parent(Node&, std::size_t parent);
  bool empty() const noexcept;
  void check_explicit(Problems&) const;
  bool accepted_policy();
  bool in_set(ByteView policy) const noexcept;

  const PolicyInputs* inputs_;
  std::vector<Level> levels_;  ///< the last is that of the next certificate
  std::size_t explicit_policy_;
  std::size_t policy_mapping_;
  std::size_t inhibit_any_policy_;
  std::size_t used_ = 0;
  bool exceeded_ = false;
};

}  // namespace keyway::pki
