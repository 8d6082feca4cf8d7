// SPDX-License-Identifier: Apache-2.0
//
// What handlers cause, over transcript, flight and record layer.
#include <algorithm>

#include "base/hex.h"
#include "connection/impl.h"
#include "names/cipher_suite_table.h"
#include "names/protocol_version.h"
#include "record/protection_factory.h"
#include "schedule/traffic_keys.h"
#include "session/client_selection.h"

namespace keyway {

namespace {

/// RFC 8446 4.4.1: what comes after the handshake, except authentication, is in no transcript; nor is HelloRequest (RFC 5246
/// 7.4.1.1). RFC 5077 3.3: in older versions a ticket comes before.
bool is_hashed(HandshakeType type, bool older) noexcept {
  //= rfc5246#7.4.1.1-1
  if (type == HandshakeType::key_update || type == HandshakeType::hello_request) return false;
  return type != HandshakeType::new_session_ticket || older;
}

record::RecordKeys views(const schedule::DirectionKeys12& keys) {
  return {keys.mac_key.expose(), keys.key.expose(), keys.iv.expose()};
}

}  // namespace

schedule::Transcript& ConnectionImpl::transcript() { return scratch().transcript; }

//= rfc8446#4.4.1-2
void ConnectionImpl::hash_received() { transcript().update(received()); }

ByteView ConnectionImpl::keep(ByteView bytes) { return scratch().arena.copy(bytes); }

std::span<const ByteView> ConnectionImpl::keep(std::span<const ByteView> views) {
  if (views.empty()) return {};
  const MutableBytes room = scratch().arena.allocate(views.size_bytes(), alignof(ByteView));
  auto* first = reinterpret_cast<ByteView*>(room.data());
  std::uninitialized_copy(views.begin(), views.end(), first);
  return {first, views.size()};
}

wire::Writer& ConnectionImpl::begin_message(HandshakeType type) {
  Scratch& all = scratch();
  all.message_start = all.flight.size();
  all.writer.emplace(all.flight);
  all.writer->u8(static_cast<std::uint8_t>(type));
  all.writer->u24(0);
  return *all.writer;
}

MutableBytes ConnectionImpl::message_in_progress() {
  Scratch& all = scratch();
  const MutableBytes message = all.flight.mutable_view().subspan(all.message_start);
  const std::size_t body = message.size() - 4;
  for (std::size_t i = 0; i < 3; ++i) message[1 + i] = static_cast<std::byte>(body >> (8 * (2 - i)));
  return message;
}

Result<void> ConnectionImpl::end_message() {
  const ByteView message = message_in_progress();
  if (!scratch().writer->ok() || message.size() - 4 >= (std::size_t{1} << 24)) return fail(Errc::too_long);
  const auto type = static_cast<HandshakeType>(message[0]);
  trace({.kind = TraceKind::message,
         .direction = Direction::out,
         .name = to_string(type),
         .size = message.size() - 4,
         .body = message.subspan(4)});
  count_flight(type, Direction::out);
  if (is_hashed(type, older())) transcript().update(message);
  // One that asks in its turn is no answer.
  if (type == HandshakeType::key_update && message.back() == std::byte{0}) key_update_owed_ = false;
  return {};
}

Result<void> ConnectionImpl::send_change_cipher_spec() {
  if (change_cipher_spec_sent_ || !facts_.compatibility) return {};
  change_cipher_spec_sent_ = true;
  KW_TRY(flush_flight());
  const std::size_t before = output_.size();
  writer_.change_cipher_spec(output_);
  if (traced_) trace_sealed(ContentType::change_cipher_spec, before);
  return {};
}

Result<void> ConnectionImpl::check_flight_ended() {
  const bool more = received_ != nullptr ? received_->behind != 0 : incoming_ != nullptr;
  return more ? fail(Errc::excess_handshake_data) : Result<void>();
}

Result<void> ConnectionImpl::install_read(const schedule::TrafficSecret& secret) {
  // RFC 8446 5.1: a message must not begin under one key and end under another.
  //= rfc8446#5.1-2
  KW_TRY(check_flight_ended());
  const AeadAlgorithm aead = suite_aead(*facts_.info.cipher_suite);
  const auto keys = schedule::traffic_keys(*facts_.hash, secret, crypto::key_size(aead));
  if (in_.role == Role::server && !done_) reader_.set_plaintext_alert_allowed(!reader_.is_protected());
  return reader_.install(aead, keys.key.expose(), keys.iv.expose(), in_.provider());
}

Result<void> ConnectionImpl::install_write(const schedule::TrafficSecret& secret) {
  KW_TRY(flush_flight());
  const AeadAlgorithm aead = suite_aead(*facts_.info.cipher_suite);
  const auto keys = schedule::traffic_keys(*facts_.hash, secret, crypto::key_size(aead));
  // The second key of a server is the application's: from here on it may send.
  if (in_.role == Role::server && writer_.is_protected()) write_keys_ready_ = true;
  //= rfc8446#7.2-2
  return writer_.install(aead, keys.key.expose(), keys.iv.expose(), in_.provider());
}

void ConnectionImpl::follow_older_version() {
  older_ = true;
  reader_.set_version(facts().info.version);
  writer_.set_version(facts().info.version);
}

Result<void> ConnectionImpl::change_write_keys(const schedule::DirectionKeys12& keys, const RecordRules& rules) {
  KW_TRY(flush_flight());
  static constexpr std::array message{std::byte{1}};
  KW_TRY(seal(ContentType::change_cipher_spec, ByteView(message)));
  KW_ASSIGN(auto protection,
            record::make_write_protection(*find_cipher_suite(*facts().info.cipher_suite), rules, views(keys), in_.provider()));
  //= rfc5246#7.1-1
  writer_.install(std::move(protection));
  if (renegotiating()) {
    scratch_->within->write_keys_changed = true;
    apply_send_size();
  }
  return {};
}

Result<void> ConnectionImpl::change_read_keys(const schedule::DirectionKeys12& keys, const RecordRules& rules) {
  KW_TRY(check_flight_ended());
  KW_ASSIGN(auto protection,
            record::make_read_protection(*find_cipher_suite(*facts().info.cipher_suite), rules, views(keys), in_.provider()));
  reader_.install(std::move(protection));
  if (renegotiating()) {
    scratch_->within->read_keys_changed = true;
    apply_receive_size();
  }
  return {};
}

void ConnectionImpl::begin_false_start(std::unique_ptr<const handshake::Established> ahead) {
  scratch().ahead = std::move(ahead);
  write_keys_ready_ = true;
  events_.push(FalseStarted{});
}

void ConnectionImpl::begin_renegotiation(std::unique_ptr<handshake::Established> enclosing, bool by_peer) {
  auto within = std::make_unique<Renegotiating>();
  within->facts = handshake::facts_within(facts_);
  within->enclosing = std::move(enclosing);
  within->by_peer = by_peer;
  scratch().within = std::move(within);
  renegotiating_ = true;
}

std::unique_ptr<handshake::Established> ConnectionImpl::give_up_renegotiation() { return std::move(scratch_->within->enclosing); }

Result<void> ConnectionImpl::decline_renegotiation() {
  if (write_closed_) return {};
  // RFC 5746 4.5: there is no warning to say it by.
  if (!is_tls(facts_.info.version)) return fail(Errc::renegotiation_forbidden);
  // A peer that asks and does not read would fill our memory with answers, whatever it sends between.
  if (++unsent_declines_ > max_warning_alerts || ++warning_alerts_ > max_warning_alerts)
    return fail(Errc::too_many_warning_alerts);
  send_alert(AlertLevel::warning, AlertDescription::no_renegotiation);
  return {};
}

Result<void> ConnectionImpl::send_no_certificate() {
  KW_TRY(flush_flight());
  send_alert(AlertLevel::warning, AlertDescription::no_certificate);
  return {};
}

// Within a connection the old sizes go with the old keys.
void ConnectionImpl::apply_record_sizes() {
  if (renegotiating()) return;
  apply_send_size();
  apply_receive_size();
}

void ConnectionImpl::apply_send_size() {
  // In TLS 1.3 the type byte counts (RFC 8449 4).
  const std::size_t type_byte = older() ? 0 : 1;
  //= rfc6066#4-4
  writer_.set_max_fragment(std::min<std::size_t>(in_.protocol().max_send_fragment, facts().sizes.send));
  writer_.set_record_size_limit(static_cast<std::uint16_t>(facts().sizes.send + type_byte));
}

void ConnectionImpl::apply_receive_size() {
  const std::size_t type_byte = older() ? 0 : 1;
  //= rfc6066#4-5
  reader_.set_record_size_limit(static_cast<std::uint16_t>(facts().sizes.receive + type_byte));
}

void ConnectionImpl::skip_early_data(bool after_retry) {
  facts_.info.early_data = EarlyData::rejected;
  const std::uint32_t budget = in_.server().options.tickets.max_skipped_early_data;
  if (after_retry) return reader_.skip_early_data_until_handshake(budget);
  reader_.skip_early_data_until_decrypted(budget);
}

void ConnectionImpl::change_config(std::shared_ptr<const ServerConfig> config) {
  in_.config = std::move(config);
  find_observers();
  writer_.set_padding_multiple(in_.protocol().pad_records_to);
  writer_.set_max_fragment(in_.protocol().max_send_fragment);
}

void ConnectionImpl::begin_late_authentication() {
  scratch().transcript = *rare().handshake;
  handling_late_ = true;
}

void ConnectionImpl::end_late_authentication(bool with_certificate) {
  handling_late_ = false;
  if (in_.role == Role::server) events_.push(PeerAuthenticated{.with_certificate = with_certificate});
}

void ConnectionImpl::log_secret(std::string_view label, ByteView secret) {
  if (!observe().key_log && !observe().keep_secrets) return;
  // In one place, large enough: nothing of it stays behind where it grew.
  std::string line;
  line.reserve(label.size() + 2 + 2 * (facts().info.client_random.size() + secret.size()));
  line.append(label).append(" ");
  append_hex(line, facts().info.client_random);
  line += ' ';
  append_hex(line, secret);
  if (observe().key_log) watched([&] { observe().key_log(line); });
  if (observe().keep_secrets) keep_secret(label, line);
  wipe(std::as_writable_bytes(std::span(line)));
}

namespace {

/// Of later generations of a traffic secret the newest is kept, so that a peer cannot make us keep ever more.
std::string_view without_generation(std::string_view label) {
  const std::size_t digits = label.find_last_not_of("0123456789") + 1;
  return label.substr(digits) == "0" ? label : label.substr(0, digits);
}

}  // namespace

void ConnectionImpl::keep_secret(std::string_view label, std::string_view line) {
  const auto is_older = [&](const SecretBytes& kept) {
    const std::string_view text = as_text(kept.expose());
    return without_generation(text.substr(0, text.find(' '))) == without_generation(label);
  };
  auto& lines = rare().key_log;
  const auto older = std::ranges::find_if(lines, is_older);
  if (older != lines.end()) {
    *older = SecretBytes(line);
  } else {
    lines.emplace_back(line);
  }
}

void ConnectionImpl::decided(std::string_view what, std::string_view text) {
  trace({.kind = TraceKind::decision, .name = what, .text = text});
}

TicketTarget ConnectionImpl::target() const {
  return session::ticket_target(in_.destination->name, in_.destination->port, in_.common().verification);
}

Result<void> ConnectionImpl::ticket_received(std::shared_ptr<const SessionTicket> ticket) {
  if (const auto& store = in_.client().options.tickets.store) KW_TRY(guarded([&] { store->put(target(), ticket); }));
  events_.push(TicketReceived{std::move(ticket)});
  return {};
}

Result<void> ConnectionImpl::session_received(std::shared_ptr<const SessionTicket> session) {
  KW_TRY(drop_session());  // the ticket before this one
  if (const auto& store = in_.client().options.sessions.store) KW_TRY(guarded([&] { store->put(target(), session); }));
  rare().session = KnownSession{std::move(session), true};
  return {};
}

Result<void> ConnectionImpl::session_refused() { return drop_session(); }

Result<void> ConnectionImpl::drop_session() {
  const auto dropped = rare_ ? std::exchange(rare_->session, std::nullopt) : std::nullopt;
  const auto& store = in_.client().options.sessions.store;
  if (!dropped || !store) return {};
  return guarded([&] { store->remove(target(), *dropped->ticket); });
}

Result<void> ConnectionImpl::session_made(ByteView id, std::shared_ptr<const Session> session) {
  return guarded([&] { in_.server().sessions->put(id, std::move(session), in_.now); });
}

void ConnectionImpl::count_flight(HandshakeType type, Direction direction) {
  if (done_ || !is_hashed(type, older()) || flight_ == direction) return;
  flight_ = direction;
  ++facts_.info.flights;
}

Result<void> ConnectionImpl::check_watchers() const {
  if (!rare_ || !rare_->watcher_threw) return {};
  return std::unexpected(*rare_->watcher_threw);
}

}  // namespace keyway
