// SPDX-License-Identifier: Apache-2.0
//
// All that a handler can cause: messages, keys, notes. The connection implements it over layer, records and transcript.
// Handlers return errors; alerts are not their business (connection/alerts.cpp).
#pragma once

#include <utility>

#include "handshake/established.h"
#include "handshake/facts.h"
#include "handshake/inputs.h"
#include "names/handshake_type.h"
#include "names/record_rules.h"
#include "schedule/key_block12.h"
#include "schedule/key_schedule13.h"
#include "schedule/transcript.h"
#include "wire/writer.h"

namespace keyway::handshake {

class Flow {
 public:
  virtual ~Flow() = default;

  virtual const Inputs& in() const = 0;
  virtual Facts& facts() = 0;
  virtual schedule::Transcript& transcript() = 0;

  /// The message being handled, header included; valid until the handler returns, a client's first hellos until the handshake is
  /// done.
  virtual ByteView received() const = 0;
  /// Adds the message being handled to the transcript. Messages whose `hashed` is by_handler call it themselves.
  virtual void hash_received() = 0;
  /// A copy that lives until the handshake is done.
  virtual ByteView keep(ByteView) = 0;
  virtual std::span<const ByteView> keep(std::span<const ByteView>) = 0;

  /// Encodes one message into the flight and the transcript.
  template <class Body>
  Result<void> send(HandshakeType type, Body&& body) {
    wire::Writer& writer = begin_message(type);
    std::forward<Body>(body)(writer);
    return end_message();
  }
  /// For messages that hash themselves in parts (binders): the encoded message so far.
  virtual wire::Writer& begin_message(HandshakeType) = 0;
  virtual Result<void> end_message() = 0;
  /// The message between begin and end, header included, its length field filled in as if it ended here.
  virtual MutableBytes message_in_progress() = 0;

  /// RFC 8446 D.4: the dummy record, once, where middlebox compatibility asks for it.
  virtual Result<void> send_change_cipher_spec() = 0;
  /// It is our turn: refuses while bytes of a further message are waiting. Error excess_handshake_data.
  virtual Result<void> check_flight_ended() = 0;
  /// RFC 8446 5.1: refuses while bytes of a further message are waiting under the old key.
  virtual Result<void> install_read(const schedule::TrafficSecret&) = 0;
  /// What was sent before goes out under the old key.
  virtual Result<void> install_write(const schedule::TrafficSecret&) = 0;

  /// TLS 1.2 or below goes on: its ChangeCipherSpec is heard, and its warnings do not end the connection.
  virtual void follow_older_version() = 0;
  /// RFC 5246 7.1: ChangeCipherSpec; what is sent after it has these keys. Suite and version are those of the facts.
  virtual Result<void> change_write_keys(const schedule::DirectionKeys12&, const RecordRules&) = 0;
  /// The peer's ChangeCipherSpec came. Error excess_handshake_data while bytes of a message are waiting under the old key.
  virtual Result<void> change_read_keys(const schedule::DirectionKeys12&, const RecordRules&) = 0;
  /// Clients: data may leave behind our Finished, before the peer's is here (RFC 7918). Until then, exporters take this.
  virtual void begin_false_start(std::unique_ptr<const Established>) = 0;
  /// A handshake goes on under the protection of another (RFC 5746): that one. Null in the first.
  virtual const Established* enclosing() const = 0;
  /// `by_peer`: who asked for it first.
  virtual void begin_renegotiation(std::unique_ptr<Established>, bool by_peer) = 0;
  /// The peer declined: the connection is as it was.
  virtual std::unique_ptr<Established> give_up_renegotiation() = 0;
  /// RFC 5746 4.5: the warning no_renegotiation. Error too_many_warning_alerts for a peer that asks on and on.
  virtual Result<void> decline_renegotiation() = 0;

  /// RFC 6101 5.6.6: the warning no_certificate, in the place of an empty Certificate.
  virtual Result<void> send_no_certificate() = 0;

  /// Record sizes hold from here on, for both directions.
  virtual void apply_record_sizes() = 0;
  /// Refused early data is on its way (RFC 8446 4.2.10): skip it, after a HelloRetryRequest or after ServerHello.
  virtual void skip_early_data(bool after_retry) = 0;

  /// Servers, once, before anything was sent: another configuration goes on.
  virtual void change_config(std::shared_ptr<const ServerConfig>) = 0;

  /// RFC 8446 4.6.2: messages from here on extend a copy of the handshake's transcript; ended, they are forgotten.
  virtual void begin_late_authentication() = 0;
  virtual void end_late_authentication(bool with_certificate) = 0;

  /// RFC 8446 4.6.3: the peer asked for new keys; a KeyUpdate goes out before our next record of data. Any number of requests
  /// until then is one debt, which any KeyUpdate of ours pays.
  virtual void owe_key_update() = 0;
  virtual bool key_update_owed() const = 0;

  /// One line of the key log, if there is one: label, client_random, secret.
  virtual void log_secret(std::string_view label, ByteView secret) = 0;
  /// One decision for the trace, if somebody listens.
  virtual void decided(std::string_view what, std::string_view text) = 0;

  /// A client got a ticket; goes to the store and to the caller.
  virtual Result<void> ticket_received(std::shared_ptr<const SessionTicket>) = 0;
  /// The same of a session of TLS 1.2 or below; the caller hears of it behind HandshakeDone.
  virtual Result<void> session_received(std::shared_ptr<const SessionTicket>) = 0;
  /// Clients: the server does not resume the session that was offered.
  virtual Result<void> session_refused() = 0;
  /// Servers: a session of TLS 1.2 or below can be resumed by this id.
  virtual Result<void> session_made(ByteView id, std::shared_ptr<const Session>) = 0;
};

}  // namespace keyway::handshake
