// SPDX-License-Identifier: Apache-2.0
//
// Construction and the public face; the work is in the other files of this folder.
#include "keyway/connection.h"

#include "connection/impl.h"
#include "pki/host_name.h"
#include "record/limits.h"

namespace keyway {

ConnectionImpl::ConnectionImpl(Role role, Now now) {
  in_.role = role;
  in_.now = now;
  facts_.info.role = role;
}

// Answers that still come find the slot closed: it outlives us.
ConnectionImpl::~ConnectionImpl() {
  if (answers_) answers_->close();
}

namespace {

std::unexpected<Error> no_configuration(const char* file = __builtin_FILE(), std::uint32_t line = __builtin_LINE()) {
  return fail(Errc::missing_option,
              {.option = "config", .value = "null", .mend = "pass what ClientConfig::make or ServerConfig::make gave"}, file,
              line);
}

}  // namespace

Connection::Connection(std::unique_ptr<ConnectionImpl> impl) noexcept : impl_(std::move(impl)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::client(std::shared_ptr<const ClientConfig> config, PeerName name, Now now, std::uint16_t port) {
  if (!config) return no_configuration();
  const VerifyOptions& peer = config->options().peer;
  if (peer.verify == VerifyMode::verify_peer && peer.check_host_name && name.empty()) {
    return fail(Errc::missing_option, {.option = "peer name",
                                       .value = "(none)",
                                       .mend = "give the name the certificate must say, or set peer.check_host_name = false"});
  }
  // RFC 6066 3: a host name in ASCII; addresses are not allowed there.
  if (name.sni && (IpAddress::parse(*name.sni) || !pki::valid_reference_name(*name.sni))) {
    return fail(Errc::invalid_option, {.option = "sni",
                                       .value = *name.sni,
                                       .mend = "give a host name in its ASCII form, or none: addresses are not sent as SNI"});
  }
  auto impl = std::make_unique<ConnectionImpl>(Role::client, now);
  impl->in_.config = std::move(config);
  impl->in_.destination = std::make_unique<handshake::Destination>();
  impl->in_.destination->name = std::move(name);
  impl->in_.destination->port = port;
  impl->find_observers();
  KW_TRY(impl->start_client());
  return Connection(std::move(impl));
}

Result<Connection> Connection::server(std::shared_ptr<const ServerConfig> config, Now now) {
  if (!config) return no_configuration();
  auto impl = std::make_unique<ConnectionImpl>(Role::server, now);
  impl->in_.config = std::move(config);
  impl->find_observers();
  impl->writer_.set_padding_multiple(impl->in_.protocol().pad_records_to);
  impl->writer_.set_max_fragment(impl->in_.protocol().max_send_fragment);
  impl->handshaker_.start_server();
  return Connection(std::move(impl));
}

Result<Step> Connection::receive(MutableBytes wire) {
  return impl_->entered([&] { return impl_->receive(wire); });
}

Result<Step> Connection::end_of_input() {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (impl_->peer_closed_) return Step{0, PeerClosed{}};
  // RFC 8446 6.1: without close_notify the end may be an attacker's.
  //= rfc8446#6.1-3
  return impl_->entered([&]() -> Result<Step> { return impl_->fail_with(Error(Errc::truncated)); });
}

Result<void> Connection::resume() {
  return impl_->entered([&] { return impl_->resume(); });
}

void Connection::advance_to(Now now) noexcept { impl_->in_.now = now; }

Result<std::size_t> Connection::send(ByteViews plaintext) {
  return impl_->entered([&] { return impl_->send(plaintext); });
}

Result<void> Connection::close_write() {
  return impl_->entered([&] { return impl_->close_write(); });
}

Result<void> Connection::close() {
  return impl_->entered([&] { return impl_->close(); });
}

Result<void> Connection::abort(AlertDescription description) {
  return impl_->entered([&] { return impl_->abort(description); });
}

Result<void> Connection::update_keys(KeyUpdateRequest request) {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  //= rfc8446#4.6.3-1
  if (!impl_->done_) return fail(Errc::handshake_incomplete);
  if (impl_->write_closed_) return fail(Errc::write_closed);
  const bool older = impl_->established() != nullptr || impl_->renegotiating();  // which have no such message
  if (older) return fail(Errc::not_available);
  if (!impl_->handshaker_.can_update_keys()) return fail(Errc::busy);
  return impl_->entered([&] { return impl_->or_fail(impl_->handshaker_.update_keys(request, *impl_)); });
}

Result<void> Connection::renegotiate() {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->done_) return fail(Errc::handshake_incomplete);
  if (impl_->write_closed_) return fail(Errc::write_closed);
  const handshake::Established* now = impl_->established();
  if (now == nullptr || !now->can_renegotiate) return fail(Errc::not_available);
  if (impl_->renegotiating() || now->asked) return fail(Errc::already_renegotiating);
  return impl_->entered([&] { return impl_->or_fail(impl_->renegotiate()); });
}

Result<void> Connection::request_certificate() {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->done_) return fail(Errc::handshake_incomplete);
  if (impl_->write_closed_) return fail(Errc::write_closed);
  //= rfc8446#4.2.6-2
  if (impl_->in_.role != Role::server || !impl_->facts_.post_handshake_auth) return fail(Errc::not_available);
  // Who would judge what is shown, a certificate unless the handshake agreed on a raw public key.
  const CommonSettings& common = impl_->in_.common();
  const bool raw = impl_->facts_.client_certificates == CertificateType::raw_public_key;
  if (!(raw ? common.raw_key_verifier : common.verifier)) return fail(Errc::not_available);
  if (!impl_->handshaker_.can_request_authentication()) return fail(Errc::busy);
  return impl_->entered([&] { return impl_->or_fail(impl_->handshaker_.request_authentication(*impl_)); });
}

Result<void> Connection::continue_with(std::shared_ptr<const ServerConfig> config) {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->paused()) return fail(Errc::not_available);
  return impl_->entered([&] {
    auto answer = std::move(*impl_->scratch_->paused);
    impl_->scratch_->paused.reset();
    std::move(answer).give(std::move(config));
    return impl_->resume();
  });
}

ByteViews Connection::output() const { return impl_->output_.views(); }

void Connection::output_sent(std::size_t bytes) {
  impl_->output_.sent(bytes);
  impl_->facts_.info.bytes_out += bytes;
  if (impl_->output_.empty()) impl_->unsent_authentications_ = impl_->unsent_declines_ = 0;
}

std::optional<TimePoint> Connection::deadline() const { return std::nullopt; }

// The slot runs the waker under its lock, so the function lives there.
void Connection::set_waker(std::move_only_function<void()> waker) { impl_->answers()->set_waker(std::move(waker)); }

const ConnectionInfo& Connection::info() const { return impl_->facts_.info; }
bool Connection::handshake_done() const noexcept { return impl_->done_; }
bool Connection::blocked() const noexcept { return impl_->blocked_on_.has_value(); }
bool Connection::write_closed() const noexcept { return impl_->write_closed_; }
bool Connection::peer_closed() const noexcept { return impl_->peer_closed_; }
const Error* Connection::failure() const noexcept { return impl_->failure_.get(); }

}  // namespace keyway
