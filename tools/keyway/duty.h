// SPDX-License-Identifier: Apache-2.0
//
// What a server does with a connection after the handshake: echo, http, discard, source.
#pragma once

#include <filesystem>
#include <memory>

#include "keyway/nonblocking.h"

namespace keyway::tool {

/// One per connection, driven by the thread of its event loop. Nothing here waits.
class Duty {
 public:
  virtual ~Duty() = default;
  /// Takes some plaintext; returns bytes used. 0: not now, try again when output could be written.
  virtual Result<std::size_t> input(NonBlockingSocket&, ByteView) = 0;
  /// Sends what it has to send, as far as it goes.
  virtual Result<void> output(NonBlockingSocket&) { return {}; }
  /// Everything is sent, and the server should close.
  virtual bool finished() const { return false; }
  /// Output is waiting for room.
  virtual bool has_output() const { return false; }
};

using MakeDuty = std::function<std::unique_ptr<Duty>()>;

std::unique_ptr<Duty> make_echo();
std::unique_ptr<Duty> make_discard();
std::unique_ptr<Duty> make_source(std::uint64_t bytes);
/// `root` is canonical; files outside it are not served.
std::unique_ptr<Duty> make_http(const std::filesystem::path& root);

}  // namespace keyway::tool
