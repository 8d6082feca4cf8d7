// SPDX-License-Identifier: Apache-2.0
//
// Weak references: the pool keeps no chain alive. Chains whose hashes collide take each other's place, which only costs a copy.
#include "pki/chain_pool.h"

#include <algorithm>
#include <string_view>

namespace keyway::pki {

namespace {

bool same(const CertificateChain& chain, std::span<const ByteView> certificates) {
  if (chain.size() != certificates.size()) return false;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (as_text(chain.der(i)) != as_text(certificates[i])) return false;
  }
  return true;
}

}  // namespace

std::shared_ptr<const CertificateChain> ChainPool::of(std::span<const ByteView> certificates, WallTime not_after_leaf) const {
  const std::size_t hash = std::hash<std::string_view>()(as_text(certificates.front()));
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(hash); found != known_.end()) {
    if (auto chain = found->second.lock(); chain && same(*chain, certificates)) return chain;
  }
  auto chain = CertificateChain::of_parsed(certificates, not_after_leaf);
  if (known_.size() >= most) std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
  if (known_.size() >= most) known_.clear();
  known_[hash] = chain;
  return chain;
}

}  // namespace keyway::pki
