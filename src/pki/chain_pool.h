// SPDX-License-Identifier: Apache-2.0
//
// One copy of a chain for all connections that were shown it: clients of one server, and servers of one client, keep the
// peer's chain as long as they live, and it is nearly always the same.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>

#include "keyway/certificate.h"

namespace keyway::pki {

/// Remembers chains that somebody holds. Any thread; the lock is held for a comparison.
class ChainPool {
 public:
  /// The chain of these certificates, leaf first; at least one. `not_after_leaf` is what the leaf says.
  std::shared_ptr<const CertificateChain> of(std::span<const ByteView> certificates, WallTime not_after_leaf) const;

 private:
  static constexpr std::size_t most = 1024;

  mutable std::mutex mutex_;
  mutable std::unordered_map<std::size_t, std::weak_ptr<const CertificateChain>> known_;  ///< by a hash of the leaf
};

}  // namespace keyway::pki
