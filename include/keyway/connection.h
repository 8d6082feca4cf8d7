// SPDX-License-Identifier: Apache-2.0
//
// One TLS connection without I/O: bytes, time and answers in; plaintext, bytes to send, deadlines and questions out.
//
//   auto connection = Connection::client(config, *PeerName::of("example.org"), now);
//   if (!connection) return report(connection.error().message());
//   for (;;) {
//     write(socket, connection->output());  connection->output_sent(n);      // whatever there is, after every call
//     auto step = connection->receive(input);                               // at most one step; decrypts in place
//     if (!step) return report(step.error().message());                     // once the alert in output() is written
//     input = input.subspan(step->consumed);                                // after use of what the step shows
//     on NeedBytes: read more into input    on ApplicationData: use it      on Blocked: wait for the waker, resume()
//   }
//
// Members are of four kinds: commands (from the application), handlers (from the network and the clock), polls (what the
// caller must do; ask after each call), getters. Not thread-safe; const members may be called from several threads while
// no other member runs. Nothing here calls back except the ports named in the options.
//
//   member          handshake         blocked       connected   write closed   peer closed   failed
//   receive         progress          Blocked       progress    progress       PeerClosed    the first error
//   resume          nothing           goes on       as blocked  as blocked     as blocked    the first error
//   send            handshake_        handshake_    bytes taken write_closed   bytes taken   the first error
//                   incomplete (a server may send when its own flight is out and no client certificate was asked for,
//                   a client when FalseStarted says so)
//   update_keys     handshake_        handshake_    done        write_closed   done          the first error
//   request_        handshake_        handshake_    done        write_closed   done          the first error
//   certificate     incomplete        incomplete    (not_available to a client, and where one side did not offer it)
//   renegotiate     handshake_        handshake_    done        write_closed   done          the first error
//                   incomplete        incomplete    (not_available in TLS 1.3)
//   export_key      handshake_        handshake_    done        done           done          the first error
//                   incomplete        incomplete    (done from FalseStarted on)
//   prf, master_    handshake_        handshake_    done        done           done          the first error
//   secret          incomplete        incomplete    (key_log: done in every state, with observe.keep_secrets)
//   close, abort    done              done          done        done           done          done, sends nothing
//   output...       always            always        always      always         always        always: the alert is in it
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "keyway/config.h"
#include "keyway/connection_info.h"
#include "keyway/peer_name.h"
#include "keyway/secret.h"

namespace keyway {

/// Nothing to do before more input; `at_least` counts bytes beyond those given to receive(): max_record_size in all, at most.
struct NeedBytes {
  std::size_t at_least;
};
/// Plaintext inside the bytes that were just consumed; valid until the caller changes those bytes.
struct ApplicationData {
  MutableBytes plaintext;
};
/// The peer is authenticated as the configuration demands; info() is complete.
struct HandshakeDone {};
/// A client with false_start: send() takes data, although the server's Finished is not here yet (RFC 7918). The server's chain
/// and its key are checked; HandshakeDone follows, or the error that makes void what was sent.
struct FalseStarted {};
/// A server with pause_after_hello: look at hello(), then continue_with() or abort().
struct HelloReceived {};
/// A client got a ticket or, in TLS 1.2 and below, behind HandshakeDone, a session that it may come back with; it is also in the
/// store of the options, if there is one.
struct TicketReceived {
  std::shared_ptr<const SessionTicket> ticket;
};
/// The peer sent close_notify; nothing it sends after it is read. Our direction stays open until close.
struct PeerClosed {};
/// A port has not answered yet. Nothing is consumed until resume(); deadlines run and close works.
struct Blocked {
  enum class On : std::uint8_t { hello, certificate, private_key, verdict, psk, ticket, session } on;  ///< psk: or an SRP user
};
/// A key was changed (RFC 8446 4.6.3): the peer's own, or ours at the limit key_update_at. Changes of our own that happened
/// since the last look are told as one.
struct KeysUpdated {
  bool by_peer;
};
// AlertReceived (alert.h) is a warning of the peer that ends nothing: user_canceled; in TLS 1.2 and below any warning, such as
// no_renegotiation, the refusal of renegotiate(). Every other alert is the error alert_received, or PeerClosed.

/// TLS 1.2 and below: a further handshake is done (RFC 5746); info() says what is new, and until now said what was before. Who
/// began it: the peer, or renegotiate().
struct Renegotiated {
  bool by_peer;
};
/// A server's request_certificate() was answered; info() has the chain, or none was given.
struct PeerAuthenticated {
  bool with_certificate;
};

using Progress = std::variant<NeedBytes, ApplicationData, HandshakeDone, HelloReceived, TicketReceived, PeerClosed, Blocked,
                              KeysUpdated, Renegotiated, AlertReceived, PeerAuthenticated, FalseStarted>;

/// Bytes taken from the front of the input, and what they came to.
struct Step {
  std::size_t consumed;
  Progress progress;
};

/// IANA: whether the peer is asked to change its key, too (RFC 8446 4.6.3).   \otp update_keys/2: write, read_write
enum class KeyUpdateRequest : std::uint8_t { update_not_requested = 0, update_requested = 1 };

/// IANA registry of channel bindings (RFC 5929, RFC 9266).
enum class ChannelBinding : std::uint8_t {
  tls_unique,            ///< the first Finished of the last handshake: 12 bytes
  tls_server_end_point,  ///< a hash of the server's certificate
  tls_exporter,          ///< 32 bytes of keying material
};

/// What Connection::prf derives from: bytes, or the master secret of the connection, which nobody gets to see.
struct MasterSecret {};
using PrfSecret = std::variant<MasterSecret, ByteView>;
/// What it mixes in, in order: bytes, or what the two sides said in their hellos.
enum class PrfRandom : std::uint8_t { client_random, server_random };
using PrfSeed = std::variant<PrfRandom, ByteView>;

struct ConnectionImpl;

/// The engine of one connection; the table above says what each member does when. Movable; destroying it says nothing to
/// the peer (close or abort first) and drops answers that are still owed.   \since 0.1
class Connection {
 public:
  /// Prepares a ClientHello in output(). `port` is part of the key under which tickets are kept.
  /// Errors: missing_option without a configuration, or where it verifies and `name` is empty.   \since 0.1
  static Result<Connection> client(std::shared_ptr<const ClientConfig>, PeerName name, Now, std::uint16_t port = 0);
  /// Waits for a ClientHello; output() is empty until one has come. Error missing_option without a configuration.
  static Result<Connection> server(std::shared_ptr<const ServerConfig>, Now);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // ---- handlers

  /// Takes at most one step. Records are decrypted in `wire` itself; a record counts as consumed once it is opened, and
  /// more progress from the same record comes from calling again, also with an empty span.
  /// Errors end the connection; the alert for the peer is in output().
  Result<Step> receive(MutableBytes wire);
  /// The transport ended. Error truncated unless close_notify came before (RFC 8446 6.1).
  Result<Step> end_of_input();
  /// Goes on after Blocked, on the thread that drives. Progress comes from the next receive(), also with an empty span.
  Result<void> resume();
  /// Tells the time: ages, validity and lifetimes are judged by it.
  void advance_to(Now) noexcept;

  // ---- commands

  /// Takes plaintext, seals it into output(). Returns bytes taken: 0 when the output queue is full - send what is in output()
  /// first - and on a server that waits for the client to renegotiate, because a key is spent: receive first.
  /// Errors: as in the table above; busy - the key has protected all it may and an open question keeps it from being changed:
  /// answer that question first; aead_limit - below TLS 1.3, a key of 3DES, DES or RC4 has protected its 8 MiB and the peer
  /// declines to renegotiate: close, and connect again.
  Result<std::size_t> send(ByteViews plaintext);
  Result<std::size_t> send(ByteView plaintext) { return send(ByteViews(&plaintext, 1)); }
  /// Sends close_notify; reading goes on (RFC 8446 6.1), and what the peer still asks for is not answered any more. A
  /// handshake that needs us to send is given up by it, with user_canceled before close_notify.
  Result<void> close_write();
  /// As close_write, and nothing more is wanted from the peer.
  Result<void> close();
  /// Ends at once with a fatal alert of the caller's choice. During a handshake: user_canceled and close_notify.
  Result<void> abort(AlertDescription);
  /// RFC 8446 4.6.3. Errors: handshake_incomplete; write_closed; not_available - TLS 1.2 and below, see renegotiate; busy - a
  /// question is open, call again once it is answered.   \otp update_keys/2
  Result<void> update_keys(KeyUpdateRequest);
  /// TLS 1.2 and below: a further handshake over this connection, as RFC 5746 protects it. A client begins it, a server asks
  /// for it with HelloRequest. The end is told by Renegotiated, or by AlertReceived with no_renegotiation, when the peer
  /// declines and all is as before; what send() takes in between leaves afterwards, and the peer's data go on. Who the peer
  /// is does not change: another certificate ends the connection with certificate_changed.
  /// Errors: handshake_incomplete; write_closed; already_renegotiating while one is going on; not_available in TLS 1.3 (see
  /// update_keys) and with a peer that does not know RFC 5746, unless protocol.secure_renegotiate is false.
  /// \otp renegotiate/1
  Result<void> renegotiate();
  /// Server: asks for a certificate after the handshake (RFC 8446 4.6.2). Errors: as in the table above; busy while one
  /// request is open.
  Result<void> request_certificate();
  /// After HelloReceived: the configuration to go on with, null for the present one. It decides nothing more: one with
  /// sni_fun, sni_hosts or pause_after_hello ends the handshake with wrong_answer.   \otp handshake_continue/2,3
  Result<void> continue_with(std::shared_ptr<const ServerConfig>);

  // ---- polls

  /// Bytes for the transport, as a gather list; valid until the next call that is not a getter.
  ByteViews output() const;
  void output_sent(std::size_t bytes);
  /// When advance_to and receive must be called even without input; nothing for TLS over a stream.
  std::optional<TimePoint> deadline() const;
  /// Called by the thread that gives a late answer; may only signal (write to an eventfd, post to a loop). Set it before
  /// the first receive(), on the thread that drives the connection.
  void set_waker(std::move_only_function<void()>);
  /// Somebody listens to the trace (option observe.trace).
  bool is_traced() const noexcept;
  /// For drivers: tells the trace of their timers. Does nothing where nobody listens; what the sink throws ends the
  /// connection with the next receive().
  void trace(const TraceEvent&) const;

  // ---- getters

  const ConnectionInfo& info() const;
  /// Server, from HelloReceived until our flight is sent: then the hello is forgotten. Error not_available otherwise.
  Result<HelloInfo> hello() const;
  bool handshake_done() const noexcept;
  bool blocked() const noexcept;
  bool write_closed() const noexcept;
  bool peer_closed() const noexcept;
  /// The first error, or null.
  const Error* failure() const noexcept;
  /// How many bytes send() would take now.
  std::size_t send_capacity() const noexcept;

  /// Derives keying material bound to this connection (RFC 8446 7.5).
  ///
  /// \param label    ASCII, no trailing zero; registered or private as RFC 5705 section 4 says.
  /// \param context  absent and empty are the same in 1.3.
  /// \param out      filled completely; at most 255 times the hash length in bytes.
  /// \errors  handshake_incomplete: call after HandshakeDone.   too_long: ask for less, or take a shorter label.
  ///         invalid_option: the label is empty, in TLS 1.3, or TLS's own, before it.   not_available: SSL 3.0 has none.
  /// \threads const member rule.        \otp  export_key_materials/4, prf/5        \since 0.1
  Result<void> export_key(std::string_view label, std::optional<ByteView> context, MutableBytes out) const;

  /// The pseudorandom function of TLS 1.2 and below (RFC 5246 5), with the hash of this connection. For protocols that say what
  /// they derive in its terms (RFC 5216 2.3); others use export_key, which is this with MasterSecret and both randoms.
  ///
  /// \param secret  MasterSecret: that of this connection. Labels of TLS itself are refused with it: they make its keys.
  /// \param seed    concatenated in order.
  /// \param out     filled completely; at most 65,535 bytes.
  /// \errors  handshake_incomplete: call after HandshakeDone.   too_long: ask for less, or take a shorter label.
  ///         invalid_option: the label is TLS's own.   not_available: SSL 3.0; and TLS 1.3, unless it asks for what export_key
  ///         gives: MasterSecret with client_random and server_random.
  /// \threads const member rule.        \otp  prf/5        \since 0.1
  Result<void> prf(PrfSecret secret, std::string_view label, std::span<const PrfSeed> seed, MutableBytes out) const;

  /// TLS 1.2 and below, with observe.keep_secrets: 48 bytes. Errors: handshake_incomplete; not_available - without that option,
  /// and in TLS 1.3, which has another one.
  /// \threads const member rule.        \otp  connection_information/2: master_secret        \since 0.1
  Result<SecretBytes> master_secret() const;

  /// With observe.keep_secrets: the lines of the key log (NSS format, without line ends) of the last handshake, so far, and of
  /// the newest keys where they were updated. Secret. Error not_available without that option.
  /// \threads const member rule.        \otp  connection_information/2: keylog        \since 0.1
  Result<std::vector<SecretBytes>> key_log() const;

  /// What a protocol above mixes into its authentication, so that it holds for this connection alone.
  /// Errors: handshake_incomplete; not_available - tls_unique in TLS 1.3 and in sessions that were resumed without extended
  /// master secret (RFC 7627 6.1), tls_server_end_point where the server showed no certificate in this handshake or one whose
  /// signature names no hash, tls_exporter in TLS 1.2 and below without extended master secret (RFC 9266 3).
  /// \threads const member rule.        \since 0.1
  Result<Bytes> channel_binding(ChannelBinding) const;

  /// The application traffic secrets (read, write), for hand-over to a kernel and for tests. Error not_available unless
  /// the handshake is done.
  Result<void> export_traffic_secrets(Secret48& read, Secret48& write) const;

 private:
  explicit Connection(std::unique_ptr<ConnectionImpl>) noexcept;
  std::unique_ptr<ConnectionImpl> impl_;
};

}  // namespace keyway
