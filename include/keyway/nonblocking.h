// SPDX-License-Identifier: Apache-2.0
//
// TLS on a non-blocking descriptor for event loops of the user's own (poll, epoll, a game's main loop): no call waits.
//
//   auto socket = NonBlockingSocket::server(descriptor, config);
//   if (!socket) return report(socket.error().message());
//   for (;;) {
//     const short events = (socket->want_read() ? POLLIN : 0) | (socket->want_write() ? POLLOUT : 0);
//     pollfd entry{events != 0 ? descriptor : -1, events, 0};
//     poll(&entry, 1, -1);                                          // beside the eventfd that the waker writes to
//     if (woken() && socket->waits_for_answer()) socket->on_woken();  // woken: the eventfd is read, also where it came late
//     if (entry.revents != 0 && socket->want_write() && !socket->on_writable()) break;
//     if (entry.revents != 0 && socket->want_read() && !socket->on_readable()) break;
//     while (!socket->plaintext().empty()) { use(socket->plaintext()); socket->plaintext_used(n); }
//   }
//
// A hang-up is reported by poll to those as well who ask for nothing, again and again. So a descriptor is watched only while
// something is wanted of it, and whatever is reported, the calls are made that were wanted: they find out what it was.
//
// An idle connection holds no buffer. Not thread-safe: one thread at a time; only the waker comes from elsewhere.
#pragma once

#include <variant>
#include <vector>

#include "keyway/connection.h"
#include "keyway/socket.h"

namespace keyway {

/// One TLS connection on a descriptor that never waits. A movable handle; destroying it drops what has come (unread, it would
/// make TCP destroy what was sent) and closes the descriptor: call close_write and write until flushed() first.   \since 0.1
class NonBlockingSocket {
 public:
  /// Takes over a connected stream socket and makes it non-blocking; the ClientHello is queued: want_write() is true.
  /// Errors: as Connection::client; system_error; missing_option without a transport.
  static Result<NonBlockingSocket> client(int descriptor, std::shared_ptr<const ClientConfig>, PeerName, std::uint16_t port = 0);
  static Result<NonBlockingSocket> server(int descriptor, std::shared_ptr<const ServerConfig>);
  /// The same over a transport that is connected, from tcp_connect or PendingSocket::release.
  static Result<NonBlockingSocket> client(std::unique_ptr<Transport>, std::shared_ptr<const ClientConfig>, PeerName,
                                          std::uint16_t port = 0);
  static Result<NonBlockingSocket> server(std::unique_ptr<Transport>, std::shared_ptr<const ServerConfig>);
  NonBlockingSocket(NonBlockingSocket&&) noexcept;
  NonBlockingSocket& operator=(NonBlockingSocket&&) noexcept;
  ~NonBlockingSocket();

  int descriptor() const noexcept;

  // ---- what to watch; ask after each call

  /// False while plaintext waits for the application: that is the back-pressure. True all the same while send() waits for the
  /// peer, until 1 MiB of it waits.
  bool want_read() const noexcept;
  bool want_write() const noexcept;
  /// A port has not answered yet: call on_woken() after the waker has signalled.
  bool waits_for_answer() const noexcept;
  /// Called from the answering thread; may only signal (write to an eventfd, post to the loop).
  void set_waker(std::move_only_function<void()>);

  // ---- what happened; each returns the connection's first error, or the transport's, as often as it is called. The alert for
  // ---- it was written if the kernel took it at once; if not, want_write() is true until on_writable() has written it.

  Result<void> on_readable();  ///< reads 128 KiB at most, or until there is plaintext; poll reports what is left
  Result<void> on_writable();
  Result<void> on_woken();

  // ---- the application's side

  /// Decrypted bytes that wait, in place; valid until the next call that is not const. Empty: nothing now.
  MutableBytes plaintext() noexcept;
  /// Drops bytes from the front of plaintext(); the next record, if it is there, takes their place.
  Result<void> plaintext_used(std::size_t bytes);
  /// Seals and writes what fits. Returns bytes taken, 0 when the kernel and the queue are full: again after on_writable; where
  /// want_write() is false, a renegotiation waits for the peer, or new keys for the answer to an open question: after on_readable
  /// or on_woken. plaintext() stays then, in another place perhaps; of more than 1 MiB some has to be used before. Error closed:
  /// the peer has ended, and what it owes us will not come.
  Result<std::size_t> send(ByteViews);
  Result<std::size_t> send(ByteView plaintext) { return send(ByteViews(&plaintext, 1)); }
  /// Sends close_notify; reading goes on.
  Result<void> close_write();
  /// After the option pause_after_hello stopped the handshake (paused_after_hello() is true).
  Result<void> continue_with(std::shared_ptr<const ServerConfig>);
  /// As Connection::update_keys; what it makes is written at once as far as it fits.
  Result<void> update_keys(KeyUpdateRequest);
  /// As Connection::renegotiate; the end is an event.
  Result<void> renegotiate();
  /// Server: as Connection::request_certificate; the answer is the event PeerAuthenticated.
  Result<void> request_certificate();

  bool handshake_done() const noexcept;
  bool paused_after_hello() const noexcept;
  /// The peer ended its direction with close_notify.
  bool peer_closed() const noexcept;
  /// Nothing is left to write.
  bool flushed() const noexcept;
  /// What has happened since the last call, oldest first.
  std::vector<SocketEvent> take_events();

  /// The connection itself, for its getters.
  const Connection& connection() const noexcept;
  Result<Endpoint> peer_name() const;
  Result<Endpoint> socket_name() const;

 private:
  struct Impl;
  explicit NonBlockingSocket(std::unique_ptr<Impl>) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace keyway
