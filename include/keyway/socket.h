// SPDX-License-Identifier: Apache-2.0
//
// Blocking sockets: TLS as a stream, driven by the threads that call. No thread and no runtime of the library.
//
//   auto config = keyway::ClientConfig::make({.peer = {.cacertfile = "ca.pem"}});
//   if (!config) return report(config.error().message());
//   auto socket = keyway::connect({.host = "example.org", .port = 443}, *config, std::chrono::seconds(10));
//   if (!socket) return report(socket.error().message());
//   socket->send(as_bytes("GET / HTTP/1.0\r\n\r\n"));
//   while (auto part = socket->recv()) use(*part);               // ends with error closed, or truncated: an attack
//   socket->close(std::chrono::seconds(1));
//
// Full duplex: one thread may read while another writes, and waits while that one has to read. A second reader gets `busy`; a
// second writer waits. A call from one of the socket's own callbacks (verifier, key log, trace, ...) returns `reentrant`.
#pragma once

#include <variant>
#include <vector>

#include "keyway/connection.h"
#include "keyway/transport.h"

namespace keyway {

/// What happened on a connection besides data.
using SocketEvent = std::variant<TicketReceived, KeysUpdated, Renegotiated, AlertReceived, PeerAuthenticated>;

/// One TLS connection. A movable handle; destroying it closes the transport without ceremony (use close).
class Socket {
 public:
  struct Core;
  explicit Socket(std::shared_ptr<Core>) noexcept;  ///< for the library: connect, upgrade and listeners make sockets
  Socket(Socket&&) noexcept;
  Socket& operator=(Socket&&) noexcept;
  ~Socket();

  /// Sends all bytes, as one gather list. Errors: write_closed, the connection's first error; timeout: a part may be
  /// under way, close the socket; busy: more than 1 MiB came while we had to read for it, receive.   \otp send/2
  Result<void> send(ByteView, Duration timeout = no_timeout);
  Result<void> send(ByteViews, Duration timeout = no_timeout);

  /// Receives exactly `length` bytes, or with 0 whatever is there (at least one byte).
  ///
  /// On a time-out nothing is lost: the bytes that have come are given to the next call. When the peer ends, what is
  /// left is returned first, even if it is shorter; then comes the error.
  ///
  /// \errors  timeout: call again.   closed: the peer said close_notify.   truncated: the stream ended without it.
  ///          busy: another thread is reading.   too_long: `length` is above 64 MiB.
  /// \otp     recv/2,3                                                                                \since 0.1
  Result<Bytes> recv(std::size_t length = 0, Duration timeout = no_timeout);

  /// Receives into the caller's memory; at least one byte. Errors as recv.
  Result<std::size_t> recv_some(MutableBytes into, Duration timeout = no_timeout);

  /// Reads until something is there, data or an event, without taking it. Errors as recv.
  Result<void> wait(Duration timeout = no_timeout);

  /// Sends close_notify, drops what has come (unread, it would make TCP destroy what was sent) and closes the transport. With
  /// `linger` it waits that long for what is unsent to leave and for the peer's close_notify; data that comes then is dropped,
  /// and the result says whether it came: nothing, or truncated, timeout (also when another thread is sending or receiving all
  /// that time), reset. Without, nothing: what comes later may still reset. Calling it again does nothing.   \otp close/1,2
  Result<void> close(Duration linger = Duration::zero());

  /// `read` refuses further receiving; `write` sends close_notify and keeps reading (RFC 8446 6.1): it does not wait for another
  /// thread that is sending and does it then; `both` waits, and ends the transport's writing.   \otp shutdown/2, silent there
  enum class Ways : std::uint8_t { read, write, both };
  Result<void> shutdown(Ways, Duration timeout = no_timeout);

  /// Changes our sending key, and with update_requested asks the peer for the same (RFC 8446 4.6.3). Does not wait: what a
  /// peer that does not read leaves unsent goes out with the next call. Errors: not_available - below TLS 1.3; busy - an
  /// authentication is under way, try again after it; write_closed; canceled after close; reentrant.   \otp update_keys/2
  Result<void> update_keys(KeyUpdateRequest);
  /// TLS 1.2 and below: see Connection::renegotiate. Does not wait: the end is an event, Renegotiated or AlertReceived with
  /// no_renegotiation, met while receiving. Errors: not_available - TLS 1.3, or a peer without RFC 5746; already_renegotiating;
  /// write_closed; canceled after close; reentrant.
  Result<void> renegotiate();
  /// The same, and waits for the end: nothing, with new keys. Data that comes meanwhile waits for recv.
  /// Errors: as before, and renegotiation_rejected - the peer declined: renegotiations are off there, or one is allowed in a
  /// while; the connection goes on as it was.   timeout: it goes on, too; the end will be an event.   busy: another thread is
  /// reading, or more than 1 MiB came; likewise. And as recv.   \otp renegotiate/1
  Result<void> renegotiate(Duration timeout);
  /// Server: asks for the client's certificate now (RFC 8446 4.6.2); the answer is the event PeerAuthenticated, met
  /// while receiving. Does not wait either. Errors: not_available - one side did not offer it; busy - one request is open;
  /// write_closed; canceled after close; reentrant.
  Result<void> request_certificate();

  /// What has happened since the last call, oldest first; at most the 64 newest are kept.
  Result<std::vector<SocketEvent>> take_events();

  /// Copies, right at the time of the call. Error: reentrant alone.   \otp connection_information/1, negotiated_protocol/1
  Result<ConnectionInfo> info() const;
  Result<std::string> negotiated_protocol() const;
  /// The address of the other end; right at the time of the call, any thread but one in a callback of this socket.
  Result<Endpoint> peer_name() const;
  Result<Endpoint> socket_name() const;

  /// See Connection::export_key.   \otp export_key_materials/4
  Result<void> export_key(std::string_view label, std::optional<ByteView> context, MutableBytes out) const;
  /// See Connection::prf, Connection::master_secret and Connection::key_log.
  Result<void> prf(PrfSecret secret, std::string_view label, std::span<const PrfSeed> seed, MutableBytes out) const;
  Result<SecretBytes> master_secret() const;
  Result<std::vector<SecretBytes>> key_log() const;

 private:
  std::shared_ptr<Core> core_;
};

/// Connects over TCP and completes the handshake, within one time-out; with false_start it may return before the server has
/// finished: the rest is done while receiving, and info() is complete then. The endpoint's host is the name that the
/// server's certificate must say; IP literals are verified as such and send no SNI.
/// Errors: missing_option without a configuration; as tcp_connect, and what the handshake refuses.   \otp connect/2,3,4
Result<Socket> connect(const Endpoint&, std::shared_ptr<const ClientConfig>, Duration timeout = no_timeout);

/// The same with another name to verify or to ask for. Error missing_option for an empty name where names are verified.
Result<Socket> connect(const Endpoint&, std::shared_ptr<const ClientConfig>, PeerName, Duration timeout = no_timeout);

/// Starts TLS as a client over a transport that is already connected. `port` is part of the key of tickets.
/// Errors: missing_option without; as Connection::client, and what the handshake refuses; it is closed then.   \otp connect/2,3
Result<Socket> upgrade(std::unique_ptr<Transport>, std::shared_ptr<const ClientConfig>, PeerName, Duration timeout = no_timeout,
                       std::uint16_t port = 0);

}  // namespace keyway
