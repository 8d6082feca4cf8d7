// SPDX-License-Identifier: Apache-2.0
//
// One connection on a descriptor that is never waited for.
#include "keyway/nonblocking.h"

#include <array>
#include <new>

#include "base/byte_buffer.h"
#include "base/guarded.h"
#include "keyway/record_size.h"
#include "net/driver.h"
#include "net/system_error.h"

namespace keyway {
namespace {

using net::Turn;

// The largest record fits, and small ones come many at a time.
constexpr std::size_t inbox_capacity = max_record_size + 2304;
// Of one call, where nothing comes of it: a peer that never stops must not keep the event loop.
constexpr std::size_t max_pumped = std::size_t{1} << 17;
constexpr std::size_t max_kept = std::size_t{1} << 20;  // data that came while sending waited for the peer

}  // namespace

struct NonBlockingSocket::Impl {
  Impl(std::unique_ptr<Transport> from, Connection connection)
      : transport(std::move(from)), driver(std::move(connection), inbox_capacity) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { drop_unread(); }

  Result<void> pump(bool readable);
  Result<void> pump_input(bool readable);
  Result<void> flush();
  void drop_unread() noexcept;
  Result<void> read_for_sending();
  void keep_plaintext();
  MutableBytes plaintext() noexcept { return kept.empty() ? driver.inbox.plaintext : kept.mutable_view().subspan(kept_used); }
  void use(std::size_t bytes) noexcept;
  bool may_read() const {
    return has_room() && !ended && !paused && !blocked && !read_broken && driver.connection.failure() == nullptr;
  }
  /// Plaintext that the application leaves is the back-pressure, unless the application itself waits for what comes behind it.
  bool has_room() const {
    const std::size_t waiting = kept.size() - kept_used + driver.inbox.plaintext.size();
    return waiting == 0 || (sending_waits && waiting <= max_kept);
  }
  bool takes_nothing() const { return driver.connection.send_capacity() == 0; }
  /// Whoever was refused may try again; where nothing else would tell so, want_write() does.
  void look_at_sending() {
    if (!sending_waits || takes_nothing()) return;
    sending_waits = false;
    send_again = true;
  }
  bool all_written() const { return write_broken || driver.connection.output().empty(); }
  /// The first error of the connection, if it has failed; else what `done` says.
  Result<void> or_failure(Result<void> done) const {
    if (driver.connection.failure() != nullptr) return std::unexpected(read_broken ? *read_broken : *driver.connection.failure());
    return done;
  }

  std::unique_ptr<Transport> transport;
  net::Driver driver;
  bool paused = false;
  bool blocked = false;
  bool ended = false;          ///< close_notify was read
  bool sending_waits = false;  ///< for something that is read
  bool send_again = false;     ///< more is taken since send() refused it, and no event would tell
  ByteBuffer kept;             ///< plaintext that was before that of the inbox
  std::size_t kept_used = 0;
  std::optional<Error> read_broken;   ///< the transport's first error that is not a time-out
  std::optional<Error> write_broken;
};

// Reads as long as the kernel has something and nothing waits for the application, but not for ever.
Result<void> NonBlockingSocket::Impl::pump_input(bool readable) {
  if (read_broken) return std::unexpected(*read_broken);
  std::size_t pumped = 0;
  while (may_read()) {
    keep_plaintext();
    KW_ASSIGN(const Turn turn, driver.advance());
    look_at_sending();
    switch (turn) {
      case Turn::peer_closed: ended = true; break;
      case Turn::hello: paused = true; break;
      case Turn::blocked:
        KW_TRY(driver.connection.resume());  // the answer may be there already, and its signal gone by
        blocked = driver.connection.blocked();
        break;
      case Turn::plaintext:
      case Turn::handshake_done:
      case Turn::false_started:
      case Turn::event: break;
      case Turn::need_bytes: {
        if (!readable) return {};
        const MutableBytes space = driver.inbox.space();
        const auto count = guarded([&] { return transport->read(space, Duration::zero()); });
        if (!count && count.error().code() == Errc::timeout) return {};
        if (!count) {
          read_broken = count.error();
          // What was offered is not offered again.
          if (!driver.connection.handshake_done()) static_cast<void>(driver.end_of_input());
          return std::unexpected(*read_broken);
        }
        if (*count == 0) {
          KW_TRY(driver.end_of_input());
          ended = true;
          return {};
        }
        driver.inbox.received(*count);
        pumped += *count;
        readable = *count == space.size() && pumped < max_pumped;  // less than asked for: the kernel has no more
      }
    }
  }
  return {};
}

void NonBlockingSocket::Impl::keep_plaintext() {
  if (driver.inbox.plaintext.empty()) return;
  kept.consume(std::exchange(kept_used, 0));
  kept.append(driver.inbox.plaintext);
  driver.inbox.plaintext = {};
}

void NonBlockingSocket::Impl::use(std::size_t bytes) noexcept {
  if (kept.empty()) {
    MutableBytes& rest = driver.inbox.plaintext;
    rest = rest.subspan(std::min(bytes, rest.size()));
    return;
  }
  kept_used += std::min(bytes, kept.size() - kept_used);
  if (kept_used != kept.size()) return;
  kept.release();
  kept_used = 0;
}

// All is written, and still nothing is taken: a renegotiation needs the peer, who may have said it already, behind plaintext,
// or new keys need the answer to an open question.
Result<void> NonBlockingSocket::Impl::read_for_sending() {
  sending_waits = takes_nothing();
  if (sending_waits) KW_TRY(pump(false));
  if (sending_waits && ended && !driver.connection.blocked()) return fail(Errc::closed, {.decided_by = DecidedBy::peer});
  send_again = !sending_waits;
  return {};
}

Result<void> NonBlockingSocket::Impl::flush() {
  while (!write_broken) {
    const ByteViews output = driver.connection.output();
    if (output.empty()) return {};
    const auto count = guarded([&] { return transport->write(output, Duration::zero()); });
    if (!count && count.error().code() == Errc::timeout) return {};
    if (count) {
      driver.connection.output_sent(*count);
    } else {
      write_broken = count.error();
    }
  }
  return std::unexpected(*write_broken);
}

Result<void> NonBlockingSocket::Impl::pump(bool readable) {
  driver.connection.advance_to(net::now());
  const auto input = pump_input(readable);
  if (driver.inbox.empty()) driver.inbox.release();
  const auto flushed = flush();  // after an error: its alert
  look_at_sending();
  if (!input) return or_failure(input);
  // A failed write says less than what the peer may still have sent; reading goes on until it ends.
  return or_failure(driver.connection.handshake_done() ? flushed : Result<void>{});
}

// Closing with unread bytes in the kernel makes it send a reset, which destroys what the peer has not read yet
// (RFC 1122 4.2.2.13).
void NonBlockingSocket::Impl::drop_unread() noexcept {
  if (read_broken) return;
  try {
    static_cast<void>(guarded([&] { return transport->shutdown_write(); }));
    std::array<std::byte, 4096> unread;
    for (std::size_t total = 0; total < max_pumped;) {
      const auto count = guarded([&] { return transport->read(unread, Duration::zero()); });
      if (!count || *count == 0) return;
      total += *count;
    }
  } catch (const std::bad_alloc&) {  // of a transport of the program: it is closed as it is
  }
}

NonBlockingSocket::NonBlockingSocket(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
NonBlockingSocket::NonBlockingSocket(NonBlockingSocket&&) noexcept = default;
NonBlockingSocket& NonBlockingSocket::operator=(NonBlockingSocket&&) noexcept = default;
NonBlockingSocket::~NonBlockingSocket() = default;

Result<NonBlockingSocket> NonBlockingSocket::client(int descriptor, std::shared_ptr<const ClientConfig> config, PeerName name,
                                                    std::uint16_t port) {
  KW_ASSIGN(auto transport, tcp_from_descriptor(descriptor));
  return client(std::move(transport), std::move(config), std::move(name), port);
}

Result<NonBlockingSocket> NonBlockingSocket::client(std::unique_ptr<Transport> transport,
                                                    std::shared_ptr<const ClientConfig> config, PeerName name,
                                                    std::uint16_t port) {
  KW_TRY(net::check_transport(transport));
  KW_ASSIGN(Connection connection, Connection::client(std::move(config), std::move(name), net::now(), port));
  return NonBlockingSocket(std::make_unique<Impl>(std::move(transport), std::move(connection)));
}

Result<NonBlockingSocket> NonBlockingSocket::server(int descriptor, std::shared_ptr<const ServerConfig> config) {
  KW_ASSIGN(auto transport, tcp_from_descriptor(descriptor));
  return server(std::move(transport), std::move(config));
}

Result<NonBlockingSocket> NonBlockingSocket::server(std::unique_ptr<Transport> transport,
                                                    std::shared_ptr<const ServerConfig> config) {
  KW_TRY(net::check_transport(transport));
  KW_ASSIGN(Connection connection, Connection::server(std::move(config), net::now()));
  return NonBlockingSocket(std::make_unique<Impl>(std::move(transport), std::move(connection)));
}

int NonBlockingSocket::descriptor() const noexcept { return impl_->transport->poll_handle(); }
bool NonBlockingSocket::want_read() const noexcept { return impl_->may_read(); }
bool NonBlockingSocket::want_write() const noexcept { return !flushed() || impl_->send_again; }
bool NonBlockingSocket::waits_for_answer() const noexcept { return impl_->blocked; }
bool NonBlockingSocket::flushed() const noexcept { return impl_->all_written(); }
void NonBlockingSocket::set_waker(std::move_only_function<void()> waker) { impl_->driver.connection.set_waker(std::move(waker)); }

Result<void> NonBlockingSocket::on_readable() { return impl_->pump(true); }
Result<void> NonBlockingSocket::on_writable() {
  impl_->send_again = false;
  return impl_->or_failure(impl_->flush());
}

Result<void> NonBlockingSocket::on_woken() {
  if (!impl_->blocked) return impl_->or_failure({});
  impl_->blocked = false;
  impl_->driver.connection.advance_to(net::now());
  const auto resumed = impl_->driver.connection.resume();
  const auto pumped = impl_->pump(false);  // after an error: its alert
  return resumed ? pumped : resumed;
}

MutableBytes NonBlockingSocket::plaintext() noexcept { return impl_->plaintext(); }

Result<void> NonBlockingSocket::plaintext_used(std::size_t bytes) {
  impl_->use(bytes);
  const bool reads_on = impl_->plaintext().empty() || (impl_->sending_waits && impl_->has_room());
  return reads_on ? impl_->pump(false) : Result<void>{};
}

Result<std::size_t> NonBlockingSocket::send(ByteViews pieces) {
  impl_->sending_waits = impl_->send_again = false;
  auto taken = impl_->driver.connection.send(pieces);
  if (!taken && taken.error().code() == Errc::busy) taken = 0;  // the key is used up until an open question is answered
  if (!taken) return taken;
  KW_TRY(impl_->flush());
  if (*taken == 0 && total_size(pieces) != 0 && flushed()) KW_TRY(impl_->read_for_sending());
  return taken;
}

Result<void> NonBlockingSocket::close_write() {
  impl_->sending_waits = impl_->send_again = false;
  KW_TRY(impl_->driver.connection.close_write());
  return impl_->flush();
}

Result<void> NonBlockingSocket::continue_with(std::shared_ptr<const ServerConfig> config) {
  const auto continued = impl_->driver.connection.continue_with(std::move(config));
  impl_->paused = false;
  const auto pumped = impl_->pump(false);  // after an error: its alert
  return continued ? pumped : continued;
}

Result<void> NonBlockingSocket::update_keys(KeyUpdateRequest request) {
  KW_TRY(impl_->driver.connection.update_keys(request));
  return impl_->flush();
}

Result<void> NonBlockingSocket::renegotiate() {
  KW_TRY(impl_->driver.connection.renegotiate());
  return impl_->flush();
}

Result<void> NonBlockingSocket::request_certificate() {
  KW_TRY(impl_->driver.connection.request_certificate());
  return impl_->flush();
}

bool NonBlockingSocket::handshake_done() const noexcept { return impl_->driver.connection.handshake_done(); }
bool NonBlockingSocket::paused_after_hello() const noexcept { return impl_->paused; }
bool NonBlockingSocket::peer_closed() const noexcept { return impl_->ended; }
std::vector<SocketEvent> NonBlockingSocket::take_events() { return impl_->driver.take_events(); }
const Connection& NonBlockingSocket::connection() const noexcept { return impl_->driver.connection; }
Result<Endpoint> NonBlockingSocket::peer_name() const {
  return guarded([&] { return impl_->transport->peer_name(); });
}
Result<Endpoint> NonBlockingSocket::socket_name() const {
  return guarded([&] { return impl_->transport->socket_name(); });
}

}  // namespace keyway
