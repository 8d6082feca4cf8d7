// SPDX-License-Identifier: Apache-2.0
//
// The steps of RFC 5280 6.1 that concern policies, in its letters.
#include "pki/policy_tree.h"

#include <algorithm>

#include "pki/oid.h"

namespace keyway::pki {

namespace {

bool is_any(ByteView policy) noexcept { return as_text(policy) == oid::any_policy; }

void count_down(std::size_t& counter) noexcept {
  if (counter > 0) --counter;
}

void lower(std::size_t& counter, std::optional<std::uint32_t> value) noexcept {
  if (value) counter = std::min<std::size_t>(counter, *value);
}

}  // namespace

PolicyTree::PolicyTree(std::size_t certificates, const PolicyInputs* inputs)
    : inputs_(inputs),
      levels_(1),
      //= rfc5280#6.1.2-1
      explicit_policy_(inputs != nullptr && inputs->explicit_policy ? 0 : certificates + 1),
      policy_mapping_(inputs != nullptr && inputs->inhibit_policy_mapping ? 0 : certificates + 1),
      inhibit_any_policy_(inputs != nullptr && inputs->inhibit_any_policy ? 0 : certificates + 1) {
  levels_.front().any_policy = true;
}

bool PolicyTree::matters(const ParsedCertificate& certificate) noexcept {
  const Extensions& extensions = certificate.extensions;
  return extensions.has(ExtensionId::policy_constraints) || extensions.has(ExtensionId::policy_mappings);
}

bool PolicyTree::matters(const PolicyInputs* inputs) noexcept { return inputs != nullptr && inputs->explicit_policy; }

void PolicyTree::descend(const ParsedCertificate& certificate, Problems& problems) {
  //= rfc5280#6.1.3-6
  apply_policies(certificate, inhibit_any_policy_ > 0 || certificate.self_issued);
  check_explicit(problems);
  apply_mappings(certificate, problems);
  //= rfc5280#6.1.4-6
  if (!certificate.self_issued) {
    count_down(explicit_policy_);
    count_down(policy_mapping_);
    count_down(inhibit_any_policy_);
  }
  //= rfc5280#6.1.4-7
  lower(explicit_policy_, certificate.extensions.require_explicit_policy);
  lower(policy_mapping_, certificate.extensions.inhibit_policy_mapping);
  //= rfc5280#6.1.4-8
  lower(inhibit_any_policy_, certificate.extensions.inhibit_any_policy);
}

void PolicyTree::finish(const ParsedCertificate& certificate, Problems& problems) {
  apply_policies(certificate, inhibit_any_policy_ > 0);
  //= rfc5280#6.1.5-1
  count_down(explicit_policy_);
  //= rfc5280#6.1.5-2
  if (certificate.extensions.require_explicit_policy && *certificate.extensions.require_explicit_policy == 0)
    explicit_policy_ = 0;
  if (exceeded_) {
    return problems.add(Errc::certificate_policy_tree,
                        "the policies of the path need more than " + std::to_string(max_nodes) + " nodes of a tree");
  }
  // Step f of 6.1.3 is covered: the counter does not grow.
  check_explicit(problems);
  //= rfc5280#6.1.5-4
  if (explicit_policy_ == 0 && !empty() && !accepted_policy())
    problems.add(Errc::certificate_policy, "the path is valid for none of the policies that are asked for");
}

/// 6.1.3 d and e; the last level holds what the certificates above expect.
void PolicyTree::apply_policies(const ParsedCertificate& certificate, bool any_counts) {
  Level& level = levels_.back();
  const bool any_above = level.any_policy;
  bool any_here = false;
  std::vector<ByteView> others;
  for (ByteView list = certificate.extensions.policies; !list.empty();) {
    const ByteView policy = next_policy(list);
    if (is_any(policy)) {
      any_here = any_counts;
      continue;
    }
    others.push_back(policy);
  }
  std::ranges::sort(others, {}, [](ByteView policy) { return as_text(policy); });
  const auto present = [&](ByteView policy) {
    return std::ranges::binary_search(others, as_text(policy), {}, [](ByteView other) { return as_text(other); });
  };
  // d 1 i, d 2 and d 3: what is expected stays where the certificate has it, or anyPolicy that counts.
  //= rfc5280#6.1.3-4, 6.1.3-5
  for (Node& node : level.nodes) node.alive = any_here || present(node.policy);
  // d 1 ii: below anyPolicy any other policy may stand.
  if (any_above) {
    const std::size_t expected = level.nodes.size();
    for (const ByteView policy : others) {
      const auto same = [&](const Node& node) { return as_text(node.policy) == as_text(policy); };
      if (std::any_of(level.nodes.begin(), level.nodes.begin() + static_cast<std::ptrdiff_t>(expected), same)) continue;
      if (++used_ > max_nodes) exceeded_ = true;
      if (exceeded_) break;
      level.nodes.push_back({.policy = policy, .parents = {max_nodes}});
    }
  }
  level.any_policy = any_above && any_here;
}

void PolicyTree::check_explicit(Problems& problems) const {
  //= rfc5280#6.1.3-7
  if (explicit_policy_ == 0 && empty() && !exceeded_)
    problems.add(Errc::certificate_policy, "a policy must hold for the path, and none holds down to this certificate");
}

/// 6.1.4 a and b: makes the level that the next certificate meets.
void PolicyTree::apply_mappings(const ParsedCertificate& certificate, Problems& problems) {
  levels_.emplace_back();
  Level& level = levels_[levels_.size() - 2];
  Level& next = levels_.back();
  next.any_policy = level.any_policy;
  for (ByteView list = certificate.extensions.policy_mappings; !list.empty();) {
    const PolicyMapping mapping = next_policy_mapping(list);
    //= rfc5280#6.1.4-1
    if (is_any(mapping.issuer_domain) || is_any(mapping.subject_domain)) {
      problems.add(Errc::certificate_policy, "it maps anyPolicy to another policy or another one to it");
      continue;
    }
    Node* from = find(level, mapping.issuer_domain);
    // b 1: a node below anyPolicy comes to be where mapping is allowed.
    //= rfc5280#6.1.4-2
    if (from == nullptr && level.any_policy && policy_mapping_ > 0) from = &node(level, mapping.issuer_domain);
    if (exceeded_) return;
    if (from == nullptr || !from->alive) continue;
    from->mapped = true;
    if (policy_mapping_ == 0) continue;
    const auto parent = static_cast<std::size_t>(from - level.nodes.data());
    add_parent(node(next, mapping.subject_domain), parent);
    if (exceeded_) return;
  }
  for (std::size_t i = 0; i < level.nodes.size(); ++i) {
    Node& own = level.nodes[i];
    //= rfc5280#6.1.4-3
    if (own.mapped && policy_mapping_ == 0) own.alive = false;
    if (!own.alive || own.mapped) continue;
    add_parent(node(next, own.policy), i);
    if (exceeded_) return;
  }
}

PolicyTree::Node* PolicyTree::find(Level& level, ByteView policy) noexcept {
  const auto found = std::ranges::find_if(level.nodes, [&](const Node& node) { return as_text(node.policy) == as_text(policy); });
  return found == level.nodes.end() ? nullptr : &*found;
}

/// The node of a policy; one that is not there is made, below anyPolicy until it has parents.
PolicyTree::Node& PolicyTree::node(Level& level, ByteView policy) {
  if (Node* known = find(level, policy)) return *known;
  if (++used_ > max_nodes) exceeded_ = true;
  level.nodes.push_back({.policy = policy});
  if (&level != &levels_.back()) level.nodes.back().parents = {max_nodes};
  return level.nodes.back();
}

void PolicyTree::add_parent(Node& node, std::size_t parent) {
  if (++used_ > max_nodes) exceeded_ = true;
  node.parents.push_back(parent);
}

/// valid_policy_tree is NULL.
bool PolicyTree::empty() const noexcept {
  const Level& level = levels_.back();
  return !level.any_policy && std::ranges::none_of(level.nodes, &Node::alive);
}

bool PolicyTree::in_set(ByteView policy) const noexcept {
  return std::ranges::any_of(inputs_->policy_set, [&](const Bytes& one) { return as_text(one) == as_text(policy); });
}

/// 6.1.5 g: whether the intersection with the user's set is not empty. Those are the policies of nodes right below anyPolicy
/// from which the end of the path is reached.
bool PolicyTree::accepted_policy() {
  if (inputs_ == nullptr || inputs_->policy_set.empty()) return true;
  if (std::ranges::any_of(inputs_->policy_set, [](const Bytes& one) { return is_any(one); })) return true;
  // anyPolicy at the end: every policy of the user holds.
  if (levels_.back().any_policy) return true;
  for (Node& node : levels_.back().nodes) node.reached = node.alive;
  for (std::size_t depth = levels_.size(); depth-- > 0;) {
    for (const Node& node : levels_[depth].nodes) {
      if (!node.reached) continue;
      for (const std::size_t parent : node.parents) {
        if (parent == max_nodes) {
          if (in_set(node.policy)) return true;
        } else {
          levels_[depth - 1].nodes[parent].reached = true;
        }
      }
    }
  }
  return false;
}

}  // namespace keyway::pki
