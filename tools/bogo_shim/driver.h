// SPDX-License-Identifier: Apache-2.0
//
// Drives one Connection over one Transport: writes what there is, gives it what came, releases late answers, and hands
// out application data. In async mode each byte goes in and out alone.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "keyway/connection.h"
#include "observed.h"
#include "transport.h"

namespace keyway::bogo_shim {

enum class Stop : std::uint8_t { data, handshake_done, false_started, peer_closed, end_of_stream };

class Driver {
 public:
  Driver(Connection connection, Transport transport, const Flags& flags, std::shared_ptr<Observed> observed);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  Connection& connection() { return connection_; }

  /// Runs until the handshake is done, or the first time until data may be sent; returns at once if it is done already.
  std::expected<void, std::string> handshake();
  /// The next piece of application data, at most `limit` bytes; empty with peer_closed or end_of_stream.
  std::expected<Stop, std::string> read(std::size_t limit, Bytes& data);
  /// The same, and the data stays to be read.
  std::expected<Stop, std::string> peek(std::size_t limit, Bytes& data);
  std::expected<void, std::string> write(ByteView data);
  std::expected<void, std::string> update_keys();
  /// Writes a record of which only the first byte reaches the transport, until release_writes().
  std::expected<void, std::string> write_unfinished(ByteView data);
  void release_writes();
  void flush();

 private:
  std::expected<Stop, std::string> step();
  std::expected<void, std::string> unblock();
  std::expected<Stop, std::string> more_input();
  std::expected<Stop, std::string> reached(const Progress&);
  /// What there is without further input: the session of TLS 1.2 or below behind HandshakeDone.
  std::expected<void, std::string> finish_handshake();
  bool may_renegotiate() const;
  /// The runner wants a connection ended that is asked for what it does not do; the library only says no.
  std::unexpected<std::string> refuse_renegotiation();
  std::string failure(const Error&);

  Connection connection_;
  Transport transport_;
  const Flags& flags_;
  std::shared_ptr<Observed> observed_;
  Bytes input_;             ///< received and not consumed
  std::size_t offset_ = 0;  ///< of the first byte not consumed
  std::size_t shown_ = 0;   ///< bytes from offset_ that the connection has seen (async: one more each time)
  Bytes data_;              ///< plaintext not yet handed out
  Bytes held_;              ///< sealed bytes held back by write_unfinished()
  bool hold_ = false;
  bool woken_ = false;
  bool at_end_ = false;
};

}  // namespace keyway::bogo_shim
