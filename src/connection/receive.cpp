// SPDX-License-Identifier: Apache-2.0
//
// From bytes to progress: record, message, machine (ARCHITECTURE section 10).
#include <algorithm>

#include "connection/impl.h"

namespace keyway {

namespace {

constexpr std::size_t header_size = 4;
constexpr std::uint8_t max_key_updates = 32;
constexpr std::uint8_t max_unsent_authentications = 4;

struct Header {
  HandshakeType type;
  std::size_t body;
};

std::optional<Header> header_of(ByteView bytes) {
  if (bytes.size() < header_size) return std::nullopt;
  const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
  return Header{static_cast<HandshakeType>(at(0)), at(1) << 16 | at(2) << 8 | at(3)};
}

/// Shows handlers the message, as long as they handle it.
class Handling {
 public:
  Handling(const Received*& shown, Received received) : shown_(shown), received_(received) { shown_ = &received_; }
  Handling(const Handling&) = delete;
  Handling& operator=(const Handling&) = delete;
  ~Handling() { shown_ = nullptr; }

 private:
  const Received*& shown_;
  Received received_;
};

}  // namespace

Result<Step> ConnectionImpl::receive(MutableBytes wire) {
  std::size_t consumed = 0;
  // Made in its place: moving a Progress costs more than all else that is done here for a record of data.
  const auto tell = [&](auto&& progress) {
    return Result<Step>(std::in_place, consumed, std::forward<decltype(progress)>(progress));
  };
  for (;;) {
    if (!events_.empty()) return tell(events_.pop());
    if (updated_keys_) {
      updated_keys_ = false;
      return tell(KeysUpdated{.by_peer = false});
    }
    if (failure_) return std::unexpected(*failure_);
    if (auto watched = check_watchers(); !watched) return fail_with(std::move(watched).error());
    if (blocked_on_) return tell(Blocked{*blocked_on_});
    //= rfc8446#6.1-2
    if (peer_closed_) return tell(PeerClosed{});
    if (incoming_) {
      auto used = handle_messages(incoming_->bytes.view());
      if (!used) return fail_with(std::move(used).error());
      if (!incoming_) continue;  // whoever was asked has given the connection up
      incoming_->bytes.consume(*used);
      if (incoming_->bytes.empty()) incoming_.reset();
      if (*used != 0) continue;
    }
    std::size_t size = 0;
    auto opened = reader_.open(wire, size);
    if (!opened) return fail_with(std::move(opened).error());
    if (const auto* partial = std::get_if<record::Partial>(&*opened)) return tell(NeedBytes{partial->bytes_wanted});
    consumed += size;
    facts_.info.bytes_in += size;
    const auto* record = std::get_if<record::Opened>(&*opened);
    if (traced_) trace_opened(wire.first(size), record);
    wire = wire.subspan(size);
    if (record == nullptr) continue;
    // RFC 8446 5.1: nothing between the parts of a handshake message; RFC 5246 6.2.1: whatever needs no change of keys.
    //= rfc8446#5.1-1
    if (incoming_ && !may_interrupt(record->type)) return fail_with(Error(Errc::interleaved_handshake));
    if (record->type == ContentType::application_data) {
      if (auto taken = take_application_data(record->fragment); !taken) return fail_with(std::move(taken).error());
      if (record->fragment.empty()) continue;
      return tell(ApplicationData{record->fragment});
    }
    auto progress = take_record(record->type, record->fragment);
    if (!progress) return fail_with(std::move(progress).error());
    if (*progress) return tell(**std::move(progress));
  }
}

bool ConnectionImpl::may_interrupt(ContentType type) const noexcept {
  if (type == ContentType::handshake) return true;
  if (!older()) return false;
  // Half a message that begins a renegotiation is none yet: whoever sends that much sends the rest.
  return type == ContentType::alert || (type == ContentType::application_data && renegotiating());
}

Result<std::optional<Progress>> ConnectionImpl::take_record(ContentType type, MutableBytes fragment) {
  switch (type) {
    case ContentType::handshake: KW_TRY(take_handshake(fragment)); return std::nullopt;
    case ContentType::alert: return take_alert(fragment);
    case ContentType::change_cipher_spec: KW_TRY(take_change_cipher_spec()); return std::nullopt;
    default: return fail(Errc::unexpected_record);
  }
}

// The reader opens them for TLS 1.2 and below alone; in TLS 1.3 it drops them (RFC 8446 5).
Result<void> ConnectionImpl::take_change_cipher_spec() {
  if (renegotiating() && write_closed_) return fail(Errc::closed);
  KW_TRY(handshaker_.receive_change_cipher_spec(*this));
  return step();
}

Result<void> ConnectionImpl::take_handshake(MutableBytes fragment) {
  std::size_t used = 0;
  if (!incoming_) {
    KW_ASSIGN(used, handle_messages(fragment));
    if (used == fragment.size()) return {};
    incoming_ = std::make_unique<Incoming>();
  }
  incoming_->bytes.append(fragment.subspan(used));
  return {};
}

Result<std::size_t> ConnectionImpl::handle_messages(ByteView bytes) {
  std::size_t used = 0;
  while (events_.empty() && !blocked_on_ && !failure_) {
    const ByteView rest = bytes.subspan(used);
    const auto header = header_of(rest);
    if (!header) break;
    if (header->body > in_.protocol().max_handshake_size) return fail(Errc::handshake_message_too_long);
    const std::size_t size = header_size + header->body;
    if (rest.size() < size) break;
    KW_TRY(handle_message(header->type, rest.first(size), rest.size() - size));
    used += size;
  }
  return used;
}

Result<void> ConnectionImpl::handle_message(HandshakeType type, ByteView message, std::size_t behind) {
  if (question_dropped_) return fail(Errc::canceled);
  // What a server answers is looked at until the handshake is done: kept before it is decoded, it is decoded once.
  if (type == HandshakeType::client_hello && in_.role == Role::server && !done_) message = keep(message);
  const ByteView body = message.subspan(header_size);
  trace({.kind = TraceKind::message, .direction = Direction::in, .name = to_string(type), .size = body.size(), .body = body});
  count_flight(type, Direction::in);
  // RFC 8446 D.4: from the first ClientHello on.
  if (type == HandshakeType::client_hello && !done_) reader_.set_change_cipher_spec_allowed(true);
  // RFC 5246 7.4.1.1: it crossed our ClientHello. One does; who sends many of them keeps us as with warnings.
  //= rfc5246#7.4.1.1-2
  if (type == HandshakeType::hello_request && in_.role == Role::client && negotiating()) {
    if (++warning_alerts_ > max_warning_alerts) return fail(Errc::too_many_warning_alerts, {.reason = "ignored hello_request"});
    return {};
  }
  // Our close_notify has ended the handshake within the connection; what crossed it leads nowhere.
  if (renegotiating() && write_closed_) return {};
  if (type == HandshakeType::key_update && ++key_updates_ > max_key_updates) return fail(Errc::too_many_key_updates);
  // A server that asks and does not read would fill our memory with answers.
  if (type == HandshakeType::certificate_request && done_ && ++unsent_authentications_ > max_unsent_authentications)
    return fail(Errc::too_many_certificate_requests);
  const std::uint32_t updates = facts_.info.key_updates_received;
  {
    const Handling handling(received_, {message, behind});
    KW_TRY(handshaker_.receive(type, body, *this));
    KW_TRY(step());
  }
  if (facts_.info.key_updates_received != updates) events_.push(KeysUpdated{.by_peer = true});
  return {};
}

Result<void> ConnectionImpl::take_application_data(ByteView fragment) {
  // RFC 8446 4.4.4 and appendix A: nothing of the application before the peer's Finished.
  //= rfc8446#4.4.4-2
  //= rfc7918#3-1
  // The same holds between the ChangeCipherSpec and the Finished of a renegotiation (RFC 5246 7.4.9).
  //= rfc5246#6.2.1-3, 7.3-1
  if (!done_ || (renegotiating() && scratch_->within->read_keys_changed)) return fail(Errc::unexpected_application_data);
  if (fragment.empty()) return {};
  key_updates_ = 0;
  warning_alerts_ = 0;
  return {};
}

Result<std::optional<Progress>> ConnectionImpl::take_alert(ByteView fragment) {
  //= rfc8446#5.1-4
  if (fragment.size() != 2) return fail(Errc::bad_alert);
  const auto level = std::to_integer<std::uint8_t>(fragment[0]);
  const auto description = static_cast<AlertDescription>(std::to_integer<std::uint8_t>(fragment[1]));
  trace({.kind = TraceKind::alert, .direction = Direction::in, .name = to_string(description), .size = 2, .body = fragment});
  if (level != 1 && level != 2) return fail(Errc::wrong_alert_level);
  const auto alert_level = static_cast<AlertLevel>(level);
  // RFC 8446 6: but for two of them, the description makes it an error, whatever the level says.
  if (description == AlertDescription::close_notify) {
    peer_closed_ = true;
    if (!done_) {
      handshaker_.refuse(Error(Errc::closed));
      return fail(Errc::closed, {.decided_by = DecidedBy::peer, .received_alert = description, .received_level = alert_level});
    }
    //= rfc8446#6.1-4
    return PeerClosed{};
  }
  //= rfc8446#6-1
  //= rfc8446#6-2
  if (older() && description == AlertDescription::no_certificate && alert_level == AlertLevel::warning) {
    KW_ASSIGN(const bool taken, handshaker_.receive_no_certificate(*this));
    if (taken) {
      KW_TRY(step());
      return std::nullopt;
    }
  }
  if (may_warn(description) && alert_level == AlertLevel::warning) return take_warning({description, alert_level});
  if (description != AlertDescription::user_canceled)
    return fail(Errc::alert_received,
                {.decided_by = DecidedBy::peer, .received_alert = description, .received_level = alert_level});
  return take_warning({description, alert_level});
}

bool ConnectionImpl::negotiating() const noexcept { return renegotiating() || (!done_ && (older() || undecided())); }

// Which version the server will choose is not known yet, and it may be an older one.
bool ConnectionImpl::undecided() const noexcept {
  const bool no_answer = in_.role == Role::client && !facts_.info.cipher_suite && !facts_.info.hello_retry;
  return no_answer && in_.common().versions.back() < ProtocolVersion::tls1_3;
}

// RFC 6066 3: a server may say before its hello that it does not know the name, and go on. Other alerts are errors in TLS 1.3,
// whatever their level says.
bool ConnectionImpl::may_warn(AlertDescription description) const noexcept {
  if (older() || !undecided()) return older();
  return description == AlertDescription::unrecognized_name || in_.common().versions.front() < ProtocolVersion::tls1_3;
}

// RFC 5246 7.2.2: a warning does not end the connection; who gets nothing else is not kept waiting by them.
Result<std::optional<Progress>> ConnectionImpl::take_warning(AlertReceived alert) {
  if (++warning_alerts_ > max_warning_alerts) return fail(Errc::too_many_warning_alerts);
  if (alert.description == AlertDescription::no_renegotiation) {
    const bool had_begun = renegotiating();
    handshaker_.renegotiation_declined(*this);
    if (had_begun && handshaker_.idle()) KW_TRY(end_renegotiation(false));
  }
  return alert;
}

}  // namespace keyway
