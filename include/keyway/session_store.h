// SPDX-License-Identifier: Apache-2.0
//
// What is remembered of a connection so that a later one can resume it, and where servers and clients keep it. TLS 1.3
// (RFC 8446 2.2, 4.6.1): TicketStore and ClientTicketStore. TLS 1.2 and below (RFC 5246 F.1.4, RFC 5077): SessionStore and
// ClientSessionStore. What a client resumes with is a SessionTicket in all versions.
//
//   auto tickets = keyway::memory_client_tickets();            // one per program, any thread
//   auto sessions = keyway::memory_client_sessions();
//   ClientOptions options{.tickets = {.store = tickets}, .sessions = {.store = sessions}};   // offered automatically
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "keyway/answer.h"
#include "keyway/certificate.h"
#include "keyway/clock.h"
#include "keyway/protocol.h"
#include "keyway/secret.h"

namespace keyway {

namespace crypto {
class Provider;
}

/// The state of one resumable connection. Immutable once shared; the secret wipes itself.
struct Session {
  ProtocolVersion version = ProtocolVersion::tls1_3;
  CipherSuite cipher_suite = CipherSuite::TLS_AES_128_GCM_SHA256;
  Secret48 secret;                   ///< TLS 1.3: the ticket's PSK (RFC 8446 4.6.1); below: the master secret
  bool extended_master_secret = false;  ///< TLS 1.2 and below: how it was made (RFC 7627)
  std::uint32_t age_add = 0;         ///< obfuscates the age, RFC 8446 4.2.11.1
  std::uint32_t lifetime = 0;        ///< seconds, at most 604,800
  std::uint32_t max_early_data = 0;  ///< bytes; 0: no 0-RTT
  WallTime issued{};                 ///< server: when made; client: when received
  std::string alpn{};
  std::optional<std::string> server_name{};  ///< the virtual host that was spoken to
  Bytes policy{};                    ///< fingerprint of the settings that must be equal when it is used again
  std::shared_ptr<const CertificateChain> peer{};  ///< null: the peer did not authenticate by certificate
  bool peer_validated = false;       ///< the chain was validated, not merely accepted or unchecked
  bool peer_accepted = false;        ///< it was accepted by the user's code; neither: unchecked
  WallTime peer_not_after = WallTime::max();  ///< when the first certificate of the peer's path ends
  std::optional<SignatureScheme> peer_signature_scheme{};  ///< with which the peer proved its key
  std::shared_ptr<const Bytes> ocsp_response{};  ///< stapled by the peer; null: none. All tickets of a connection share it
  std::shared_ptr<const Bytes> signed_certificate_timestamps{};  ///< RFC 6962 list of a server; null: none; shared, too
  Bytes psk_identity{};              ///< of the external key by which the peer authenticated; empty: by none
  WallTime authenticated_at{};       ///< of the original full handshake; bounds a chain of resumptions to 7 days

  /// A second copy, made on purpose: it holds the secret, too.
  Session duplicate() const;
};

/// Server side: where stateful tickets live. Called from any thread; answers may come later and from any thread.
class TicketStore {
 public:
  virtual ~TicketStore() = default;
  /// Remembers the session and answers with the bytes of a ticket (1 to 65,535), or with none: then no ticket is sent.
  virtual void issue(std::shared_ptr<const Session>, Now, Answer<Bytes>) = 0;
  /// Finds and removes, atomically: single use. Answers null for unknown, used or expired tickets; a session without its
  /// secret ends the handshake with wrong_answer.
  virtual void redeem(ByteView ticket, Now, Answer<std::shared_ptr<const Session>>) = 0;
};

/// A store in memory, bounded by entries and by 8 KiB for each of them, at least 256 KiB: when it is full the oldest goes.
/// Tickets are 32 random bytes of the provider (null: crypto::default_provider()). Any thread.
std::shared_ptr<TicketStore> memory_ticket_store(std::size_t capacity = 1000,
                                                 std::shared_ptr<const crypto::Provider> provider = nullptr);

/// Server side: where sessions of TLS 1.2 and below wait under their ids. Called from any thread; the answer may come later and
/// from any thread. A store shared by several configurations is no danger: what does not fit is not resumed.
/// \otp ssl_session_cache_api: update, lookup, delete, size
class SessionStore {
 public:
  virtual ~SessionStore() = default;
  /// Remembers the session under an id of 32 random bytes, as long as its lifetime says.
  virtual void put(ByteView id, std::shared_ptr<const Session>, Now) = 0;
  /// Finds; the session stays. Answers null for unknown and expired ids; a session without its secret ends the handshake
  /// with wrong_answer. `id` has 1 to 32 bytes of the client's choice and is valid until this call returns.
  virtual void find(ByteView id, Now, Answer<std::shared_ptr<const Session>>) = 0;
  /// Forgets: a connection of this session ended with a fatal alert (RFC 5246 7.2.2). Unknown ids are passed over.
  virtual void remove(ByteView id) = 0;
  virtual std::size_t size() const = 0;
};

/// A store in memory, bounded by entries and by bytes, because the largest part of a session is the client's certificates: when
/// one bound is met the oldest goes, and a session that is alone too large is not kept. Any thread.
std::shared_ptr<SessionStore> memory_session_store(std::size_t capacity = 1000, std::size_t bytes = 8 * 1024 * 1024);

/// Client side: what one session is resumed with: a ticket or, in TLS 1.2 and below, the id that the server gave. Immutable,
/// shared.   \otp session_data
struct SessionTicket {
  std::shared_ptr<const Session> session;
  Bytes ticket{};
  Bytes session_id{};  ///< TLS 1.2 and below, where there is no ticket

  /// Whole: a session with its secret, and 1 to 65,535 bytes of ticket or 1 to 32 bytes of id. Others are never offered.
  bool usable() const noexcept {
    const std::size_t size = ticket.empty() ? session_id.size() : ticket.size();
    return session && !session->secret.empty() && size != 0 && size <= (ticket.empty() ? std::size_t{32} : std::size_t{65535});
  }
  /// Serialised form, versioned; keep it like a private key: the secret is in it. Empty for what load() would refuse as too long.
  SecretBytes save() const;
  /// Error malformed_session: connect without it.
  static Result<std::shared_ptr<const SessionTicket>> load(ByteView saved);
};

/// The key of a client's ticket: same host, port, SNI, verification settings and own identities or no reuse at all.
struct TicketTarget {
  std::string host;  ///< the identity that was verified, as text
  std::uint16_t port = 0;
  std::string sni;
  Bytes verification;  ///< fingerprint of how the peer is judged and of who we are
  friend bool operator==(const TicketTarget&, const TicketTarget&) = default;
  friend auto operator<=>(const TicketTarget&, const TicketTarget&) = default;
};

/// Client side: where tickets wait. `take` removes: single use (RFC 8446 C.4). Any thread.
class ClientTicketStore {
 public:
  virtual ~ClientTicketStore() = default;
  virtual void put(const TicketTarget&, std::shared_ptr<const SessionTicket>) = 0;
  /// The newest live ticket for the target, or null. One whose Session::policy is not that of the target is not offered.
  virtual std::shared_ptr<const SessionTicket> take(const TicketTarget&, Now) = 0;
};

/// A client's store in memory, bounded in all and for each target, so that one server cannot push out the others' tickets.
/// Any thread.
std::shared_ptr<ClientTicketStore> memory_client_tickets(std::size_t capacity = 1000);

/// Client side: sessions of TLS 1.2 and below. Each may be used many times. Any thread.
/// \otp ssl_session_cache_api: update, lookup, select_session, delete
class ClientSessionStore {
 public:
  virtual ~ClientSessionStore() = default;
  virtual void put(const TicketTarget&, std::shared_ptr<const SessionTicket>) = 0;
  /// The session of this id for the target or, where `id` is empty, the newest that is live; null for none. One whose
  /// Session::policy is not that of the target is not offered.
  virtual std::shared_ptr<const SessionTicket> find(const TicketTarget&, ByteView id, Now) = 0;
  /// Forgets: the server did not resume it, or its connection ended with a fatal alert (RFC 5246 7.2.2).
  virtual void remove(const TicketTarget&, const SessionTicket&) = 0;
};

/// A client's store in memory, bounded in all and for each target; when it is full the oldest goes. Any thread.
std::shared_ptr<ClientSessionStore> memory_client_sessions(std::size_t capacity = 1000);

}  // namespace keyway
