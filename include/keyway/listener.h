// SPDX-License-Identifier: Apache-2.0
//
// The server side of sockets. Accepting is two steps, so that a slow handshake never keeps others waiting:
//
//   auto listener = keyway::Listener::listen({.port = 8443}, config);
//   if (!listener) return report(listener.error().message());
//   for (;;) {
//     auto pending = listener->transport_accept();                         // TCP is up
//     if (!pending && pending.error().code() == Errc::canceled) break;     // close() was called
//     if (!pending) {                                                      // out of descriptors: peers can bring that about
//       std::this_thread::sleep_for(std::chrono::milliseconds(100));
//       continue;
//     }
//     std::thread([p = std::move(*pending)]() mutable {
//       if (auto socket = std::move(p).handshake(std::chrono::seconds(10))) serve(*socket);
//     }).detach();
//   }
//
// A PendingSocket can neither send nor receive: traffic before the handshake cannot be written.
#pragma once

#include "keyway/socket.h"

namespace keyway {

/// A paused handshake of a server with the option pause_after_hello: the ClientHello is here, nothing was answered.
/// Destroying it closes the transport.   \otp {handshake, hello}, handshake_continue/2,3, handshake_cancel/1
class PendingHello {
 public:
  explicit PendingHello(std::shared_ptr<Socket::Core>) noexcept;  ///< for the library
  PendingHello(PendingHello&&) noexcept;
  PendingHello& operator=(PendingHello&&) noexcept;
  ~PendingHello();

  /// What the client offers. Valid until this object is used up.
  Result<HelloInfo> hello() const;
  /// Goes on with another configuration, null: the present one. Errors: what the handshake refuses; timeout; not_available: used.
  Result<Socket> continue_with(std::shared_ptr<const ServerConfig>, Duration timeout = no_timeout) &&;
  /// Refuses: the client gets user_canceled.
  void cancel() &&;

 private:
  std::shared_ptr<Socket::Core> core_;
};

/// A transport that was accepted; the handshake has not begun. Destroying it closes the transport.
class PendingSocket {
 public:
  PendingSocket(std::unique_ptr<Transport>, std::shared_ptr<const ServerConfig>) noexcept;
  PendingSocket(PendingSocket&&) noexcept;
  PendingSocket& operator=(PendingSocket&&) noexcept;
  ~PendingSocket();

  /// Completes the handshake. A configuration with pause_after_hello continues by itself. Errors: timeout, and what the
  /// handshake refuses; missing_option without configuration or unused transport; it is closed then.   \otp handshake/1,2,3
  Result<Socket> handshake(Duration timeout = no_timeout) &&;
  /// The same under another configuration than the listener's.
  Result<Socket> handshake(std::shared_ptr<const ServerConfig>, Duration timeout = no_timeout) &&;
  /// Reads the ClientHello and stops. Error missing_option without configuration, its option pause_after_hello or transport.
  Result<PendingHello> receive_hello(Duration timeout = no_timeout) &&;

  Result<Endpoint> peer_name() const;
  Result<Endpoint> socket_name() const;

  /// The transport itself, unused: to speak plain text, or to drive it with NonBlockingSocket.
  std::unique_ptr<Transport> release() && noexcept;

 private:
  std::unique_ptr<Transport> transport_;
  std::shared_ptr<const ServerConfig> config_;
};

/// Starts TLS as a server over a transport that is already connected. The handshake is the caller's next step.
/// \otp handshake/2,3 on a raw socket
PendingSocket upgrade(std::unique_ptr<Transport>, std::shared_ptr<const ServerConfig>);

namespace net {
struct ConfigSlot;
}

/// A listening TCP socket. Any thread; several may accept at once.
class Listener {
 public:
  /// Binds and listens. An empty host means every address, IPv6 and IPv4; port 0 lets the kernel choose.
  /// Errors: missing_option without a configuration; address_in_use, unreachable, resolve_failed, system_error, with the
  /// address.   \otp listen/2
  static Result<Listener> listen(const Endpoint&, std::shared_ptr<const ServerConfig>);
  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;
  ~Listener();

  /// The next connection. The listener stays as it is, whatever the error.
  ///
  /// \errors  timeout: nobody came, call again.   canceled: close() was called, stop.
  ///          system_error: no descriptor or no memory is left (EMFILE, ENFILE, ENOBUFS, ENOMEM in system_errno), which many
  ///          peers at once can bring about. Pause, then call again; whoever waits is still in the queue.
  /// \otp     transport_accept/1,2
  Result<PendingSocket> transport_accept(Duration timeout = no_timeout);
  /// Where it listens, with the port the kernel chose.
  Result<Endpoint> local_endpoint() const;
  /// Connections accepted from now on use this configuration. Any thread, also while another one accepts. Error
  /// missing_option for null; the present one stays then.
  Result<void> set_config(std::shared_ptr<const ServerConfig>);
  /// The present configuration. Any thread.
  std::shared_ptr<const ServerConfig> config() const;
  /// Makes the present configuration again from its files and takes it for connections from now on; handshakes that are under way
  /// keep theirs. Errors of ServerConfig::reload: the present one stays. Reads files on the calling thread; any thread.
  /// To reload when files change: keyway/reload.h.
  Result<void> reload();
  /// Stops listening and wakes transport_accept. Accepted connections go on.
  void close() noexcept;
  /// For foreign event loops: readable means transport_accept(zero) will not wait.
  int poll_handle() const noexcept;

 private:
  friend class ReloadWatch;
  struct State;
  explicit Listener(std::shared_ptr<State>) noexcept;
  const std::shared_ptr<net::ConfigSlot>& slot() const noexcept;
  std::shared_ptr<State> state_;
};

}  // namespace keyway
