// SPDX-License-Identifier: Apache-2.0
//
// Keys under which a server seals sessions into tickets that it does not keep (RFC 5077 4): AEAD, random from the first moment,
// of one configuration alone. A key seals for as long as its tickets live and opens for as long again; then it is gone.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>

#include "keyway/crypto/provider.h"
#include "keyway/session_store.h"

namespace keyway::session {

/// Longer tickets are not made: they would make the hello of every later connection as long. It is the client's certificates
/// that can be long.
inline constexpr std::size_t max_sealed_ticket = 16384;

/// Any thread.
class TicketKeys {
 public:
  /// `lifetime`: of tickets. Error unsupported_algorithm: the provider has no AEAD with keys of 256 bits.
  static Result<std::shared_ptr<TicketKeys>> make(std::shared_ptr<const crypto::Provider>, std::chrono::seconds lifetime);

  /// A ticket, empty where it would be too long or could not be opened again. Errors are the provider's.
  Result<Bytes> seal(const Session&, Now);

  /// The session, or null: not ours, changed, too old.
  std::shared_ptr<const Session> open(ByteView ticket, Now);

  /// For make().
  TicketKeys(std::shared_ptr<const crypto::Provider> provider, AeadAlgorithm algorithm, std::chrono::seconds lifetime)
      : provider_(std::move(provider)), algorithm_(algorithm), lifetime_(lifetime) {}

 private:
  static constexpr std::size_t name_size = 16;
  struct Key {
    std::array<std::byte, name_size> name;
    std::unique_ptr<crypto::AeadSealer> sealer;
    std::unique_ptr<crypto::AeadOpener> opener;
    TimePoint made;
    std::uint64_t sealed = 0;
  };

  /// What is too old goes; a present key is made where `wanted` and there is none.
  Result<void> rotate(Now, bool wanted);
  Result<Key> new_key(Now) const;

  const std::shared_ptr<const crypto::Provider> provider_;
  const AeadAlgorithm algorithm_;
  const std::chrono::seconds lifetime_;
  std::mutex mutex_;
  std::optional<Key> present_;
  std::optional<Key> previous_;
};

}  // namespace keyway::session
