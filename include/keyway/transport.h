// SPDX-License-Identifier: Apache-2.0
//
// What carries a TLS stream: TCP, a pair in memory, or anything the user brings by deriving from Transport.
// Records, keys and handshakes are not here; a transport moves bytes in order and nothing else.
//
//   auto tcp = keyway::tcp_connect({.host = "example.org", .port = 5432}, std::chrono::seconds(10));
//   if (!tcp) return report(tcp.error().message());
//   (*tcp)->write(...);                                            // plain text first, where a protocol wants that
//   auto socket = keyway::upgrade(std::move(*tcp), config, *PeerName::of("example.org"));
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "keyway/bytes.h"
#include "keyway/clock.h"
#include "keyway/result.h"

namespace keyway {

/// A host (name or IP literal, without brackets) and a port.
struct Endpoint {
  std::string host{};
  std::uint16_t port = 0;

  /// Parses "host:port", "[::1]:443", ":8443" (empty host: any address). Error invalid_option says what is wrong.
  static Result<Endpoint> parse(std::string_view text);
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "host:port", IPv6 literals in brackets.
std::string to_string(const Endpoint&);

/// A reliable, ordered stream of bytes; derive from it to run TLS over something of your own.
///
/// \threads  read and write may run at the same time on two threads, and close on a third; never two reads or two writes.
/// \errors   group transport, with ErrorDetail{path = address, system_errno}. What an implementation throws is the socket's
///           error callback_threw, and it is not called again in that direction.
/// \otp      cb_info                                                                                   \since 0.1
class Transport {
 public:
  virtual ~Transport() = default;

  /// Waits up to `timeout` for bytes. Returns how many came; 0 means the peer ended the stream.
  /// Errors: timeout (zero timeout: nothing there now), reset, canceled (close was called).
  virtual Result<std::size_t> read(MutableBytes into, Duration timeout) = 0;

  /// Writes some of the pieces, in order; returns how many bytes were taken (at least 1 unless there were none).
  /// Errors: timeout (nothing was taken), reset, canceled.
  virtual Result<std::size_t> write(ByteViews from, Duration timeout) = 0;

  /// Tells the peer that nothing more comes; reading goes on.
  virtual Result<void> shutdown_write() = 0;

  /// Ends both directions at once and wakes blocked readers and writers, which get `canceled`. May be called twice.
  virtual void close() noexcept = 0;

  /// A descriptor that a foreign event loop can watch, or -1.
  virtual int poll_handle() const noexcept { return -1; }

  virtual Result<Endpoint> peer_name() const = 0;
  virtual Result<Endpoint> socket_name() const = 0;
};

/// Connects over TCP: every address of the name is tried in turn within the time-out, each with its share of what is left.
/// The name is looked up by the system's resolver, within the same time-out; a look-up that is not over by then is left to the
/// C library, which has a thread for it. Never raises SIGPIPE.
/// Errors: resolve_failed, refused, unreachable, timeout, system_error: each with the address in ErrorDetail.path.
Result<std::unique_ptr<Transport>> tcp_connect(const Endpoint&, Duration timeout = no_timeout);

/// Takes over a connected stream socket; it is made non-blocking and closed with the transport. Errors: system_error.
Result<std::unique_ptr<Transport>> tcp_from_descriptor(int descriptor);

/// Two transports joined in memory; what one writes the other reads. Each direction holds at most `capacity` bytes.
/// For tests and examples: no descriptor, no kernel.
struct MemoryTransports {
  std::unique_ptr<Transport> first;
  std::unique_ptr<Transport> second;
};
/// A new pair; each end closes by itself.
MemoryTransports memory_transports(std::size_t capacity = 65536);

}  // namespace keyway
