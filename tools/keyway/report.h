// SPDX-License-Identifier: Apache-2.0
//
// What a connection negotiated, as events and as lines for people.
#pragma once

#include <atomic>
#include <nlohmann/json.hpp>

#include "keyway/connection_info.h"
#include "keyway/log.h"
#include "keyway/socket.h"
#include "output.h"

namespace keyway::tool {

Json handshake_event(int connection, const ConnectionInfo&, Duration took);
Json hello_event(int connection, const HelloInfo&);
/// "sni localhost  alpn a,b  5 suites  3 groups  8 schemes  12 extensions"
std::string hello_line(const HelloInfo&);
Json closed_event(int connection, std::string_view how, std::uint64_t in, std::uint64_t out);
Json alert_event(int connection, std::string_view direction, AlertReceived);  ///< of either direction, as it was on the wire

/// "TLS 1.3  TLS_AES_256_GCM_SHA384  x25519  ecdsa_secp256r1_sha256"
std::string parameters_line(const ConnectionInfo&);
/// "new, 3 tickets received          alpn none", "resumed with a ticket ...", ...
std::string session_line(const ConnectionInfo&, std::size_t tickets = 0);
/// "CN=localhost  (P-256, 29 days left)  issued by ..."; empty without a certificate.
std::string certificate_line(const ConnectionInfo&);

/// What was told about one connection so far.
struct Told {
  std::uint64_t own_key_updates = 0;
  std::size_t tickets = 0;
};

/// Prints the events that a socket kept, with their JSON form. `own_key_updates`: how often our key has changed by now.
void show_events(Output&, int connection, const std::vector<SocketEvent>&, std::uint64_t own_key_updates, Told&);

/// The last fatal alert that was sent, heard in the trace of connections: it may be another than that of the error, which may
/// have none. A connection ends with it, so it is taken before another can follow. Any thread.
class SentAlert {
 public:
  /// Of the connections that the calling thread drives.
  static SentAlert& of_thread();

  void hear(const TraceEvent&) noexcept;
  /// Forgets it, too.
  std::optional<AlertDescription> take() noexcept;

 private:
  static constexpr int none = -1;
  std::atomic<int> description_{none};
};

/// The error with the address of the peer in it, unless it is about an option or a file.
Error about_peer(const Error&, const std::string& peer);

/// Tells the error of a connection: the alert that went one way or the other, and the error. `peer` is its address.
void tell_failure(Output&, int connection, const Error&, std::optional<AlertDescription> sent, std::string_view word,
                  const std::string& peer);

/// How an ended connection ended, for the closed event.
std::string_view how_it_ended(const Error&, std::optional<AlertDescription> sent);

}  // namespace keyway::tool
