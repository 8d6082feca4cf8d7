// SPDX-License-Identifier: Apache-2.0
//
// One TCP connection to the runner, and the async mode in which bytes go in and out one at a time.
#pragma once

#include <expected>
#include <string>

#include "flags.h"

namespace keyway::bogo_shim {

class Transport {
 public:
  /// Connects, and sends the shim's id. Errors: a text for standard error.
  static std::expected<Transport, std::string> open(const Flags&);
  Transport(Transport&& from) noexcept;
  Transport& operator=(Transport&&) = delete;
  /// Half-closes and drains before it closes, so that the runner's last writes do not meet a reset.
  ~Transport();

  /// Writes everything. Write errors are kept quiet: what the peer sent before it went away is still to be read.
  void write(ByteView bytes);
  /// Appends what has come; false at the end of the stream.
  bool read_into(Bytes& buffer);

 private:
  explicit Transport(int socket) noexcept : socket_(socket) {}
  int socket_;
};

}  // namespace keyway::bogo_shim
