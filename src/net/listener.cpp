// SPDX-License-Identifier: Apache-2.0
//
// Listening TCP sockets and the two steps of accepting.
#include "keyway/listener.h"

#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "base/guarded.h"
#include "net/config_slot.h"
#include "net/descriptor.h"
#include "net/resolve.h"
#include "net/socket_core.h"

namespace keyway {
namespace {

constexpr int backlog = 4096;  // the kernel lowers it to net.core.somaxconn

std::unexpected<Error> no_configuration() {
  return fail(Errc::missing_option, {.option = "config", .value = "null", .mend = "pass what ServerConfig::make gave"});
}

Result<net::Descriptor> bind_and_listen(const net::SocketAddress& address, const std::string& text) {
  net::Descriptor descriptor(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) return net::transport_failure(errno, text);
  const int on = 1;
  ::setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (address.storage.ss_family == AF_INET6) {
    const int off = 0;  // the IPv6 wildcard serves IPv4 as well
    ::setsockopt(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (::bind(descriptor.get(), address.get(), address.size) != 0) return net::transport_failure(errno, text);
  if (::listen(descriptor.get(), backlog) != 0) return net::transport_failure(errno, text);
  return descriptor;
}

// Errors of one connection that ended before it was accepted; the listener is fine (accept(2)).
bool concerns_one_connection(int system_errno) {
  switch (system_errno) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case ENETUNREACH: return true;
    default: return false;
  }
}

Result<std::shared_ptr<Socket::Core>> start(std::unique_ptr<Transport> transport, std::shared_ptr<const ServerConfig> config) {
  KW_TRY(net::check_transport(transport));
  KW_ASSIGN(Connection connection, Connection::server(std::move(config), net::now()));
  return std::make_shared<Socket::Core>(std::move(transport), std::move(connection));
}

}  // namespace

// ---- PendingHello

PendingHello::PendingHello(std::shared_ptr<Socket::Core> core) noexcept : core_(std::move(core)) {}
PendingHello::PendingHello(PendingHello&&) noexcept = default;
PendingHello& PendingHello::operator=(PendingHello&&) noexcept = default;
PendingHello::~PendingHello() = default;

Result<HelloInfo> PendingHello::hello() const {
  if (!core_) return fail(Errc::not_available);
  return core_->driver.connection.hello();
}

Result<Socket> PendingHello::continue_with(std::shared_ptr<const ServerConfig> config, Duration timeout) && {
  const auto core = std::move(core_);
  if (!core) return fail(Errc::not_available);
  KW_TRY(core->continue_with(std::move(config)));
  KW_TRY(core->handshake(net::Deadline(timeout), Socket::Core::Until::done));
  return Socket(core);
}

void PendingHello::cancel() && {
  const auto core = std::move(core_);
  if (!core) return;
  {
    const Socket::Core::Inside in(*core);
    static_cast<void>(core->driver.connection.abort(AlertDescription::user_canceled));
  }
  core->say_goodbye();
}

// ---- PendingSocket

PendingSocket::PendingSocket(std::unique_ptr<Transport> transport, std::shared_ptr<const ServerConfig> config) noexcept
    : transport_(std::move(transport)), config_(std::move(config)) {}
PendingSocket::PendingSocket(PendingSocket&&) noexcept = default;
PendingSocket& PendingSocket::operator=(PendingSocket&&) noexcept = default;
PendingSocket::~PendingSocket() = default;

Result<Socket> PendingSocket::handshake(Duration timeout) && {
  auto config = std::move(config_);
  return std::move(*this).handshake(std::move(config), timeout);
}

Result<Socket> PendingSocket::handshake(std::shared_ptr<const ServerConfig> config, Duration timeout) && {
  KW_ASSIGN(auto core, start(std::move(transport_), std::move(config)));
  KW_TRY(core->handshake(net::Deadline(timeout), Socket::Core::Until::done));
  return Socket(std::move(core));
}

Result<PendingHello> PendingSocket::receive_hello(Duration timeout) && {
  KW_TRY(net::check_transport(transport_));
  if (!config_) return no_configuration();
  if (!config_->options().pause_after_hello) {
    return fail(Errc::missing_option, {.option = "pause_after_hello", .mend = "set it in the ServerOptions"});
  }
  KW_ASSIGN(auto core, start(std::move(transport_), std::move(config_)));
  KW_TRY(core->handshake(net::Deadline(timeout), Socket::Core::Until::hello));
  return PendingHello(std::move(core));
}

Result<Endpoint> PendingSocket::peer_name() const {
  KW_TRY(net::check_transport(transport_));
  return guarded([&] { return transport_->peer_name(); });
}
Result<Endpoint> PendingSocket::socket_name() const {
  KW_TRY(net::check_transport(transport_));
  return guarded([&] { return transport_->socket_name(); });
}
std::unique_ptr<Transport> PendingSocket::release() && noexcept { return std::move(transport_); }

PendingSocket upgrade(std::unique_ptr<Transport> transport, std::shared_ptr<const ServerConfig> config) {
  return PendingSocket(std::move(transport), std::move(config));
}

// ---- Listener

struct Listener::State {
  net::Descriptor descriptor;
  std::string address;
  std::shared_ptr<net::ConfigSlot> slot;
  std::atomic<bool> closed{false};

  // Shutting down wakes accept; the descriptor itself is closed when the last user of this state is gone.
  void close() noexcept {
    closed.store(true);
    ::shutdown(descriptor.get(), SHUT_RDWR);
  }
};

Listener::Listener(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;
Listener::~Listener() {
  if (state_) state_->close();
}

Result<Listener> Listener::listen(const Endpoint& endpoint, std::shared_ptr<const ServerConfig> config) {
  if (!config) return no_configuration();
  KW_ASSIGN(const auto addresses, net::resolve_to_bind(endpoint));
  // Of the wildcard addresses IPv6 is tried first, because it serves both; a machine without IPv6 falls back.
  std::vector<net::SocketAddress> ordered;
  for (const bool ipv6 : {true, false}) {
    std::ranges::copy_if(addresses, std::back_inserter(ordered),
                         [ipv6](const net::SocketAddress& address) { return (address.storage.ss_family == AF_INET6) == ipv6; });
  }
  if (!endpoint.host.empty()) ordered = addresses;
  std::optional<Error> last;
  for (const net::SocketAddress& address : ordered) {
    auto descriptor = bind_and_listen(address, to_string(endpoint));
    if (!descriptor) {
      const bool useful = !last || descriptor.error().code() != Errc::unreachable;
      if (useful) last = std::move(descriptor).error();
      if (last->code() == Errc::address_in_use) break;
      continue;
    }
    auto state = std::make_shared<State>();
    state->descriptor = *std::move(descriptor);
    state->address = to_string(endpoint);
    state->slot = std::make_shared<net::ConfigSlot>(std::move(config));
    return Listener(std::move(state));
  }
  if (last) return std::unexpected(*std::move(last));
  return fail(Errc::resolve_failed, {.decided_by = DecidedBy::transport, .path = to_string(endpoint)});
}

Result<PendingSocket> Listener::transport_accept(Duration timeout) {
  const auto state = state_;
  const net::Deadline deadline(timeout);
  for (;;) {
    if (state->closed.load()) return net::transport_failure(ECANCELED, state->address);
    const int accepted = ::accept4(state->descriptor.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      auto transport = tcp_from_descriptor(accepted);
      if (!transport) continue;  // reset before it was accepted
      return PendingSocket(*std::move(transport), state->slot->get());
    }
    const int problem = errno;
    if (state->closed.load()) return net::transport_failure(ECANCELED, state->address);
    if (concerns_one_connection(problem)) continue;
    if (problem != EAGAIN && problem != EWOULDBLOCK) return net::transport_failure(problem, state->address);
    KW_ASSIGN(const bool ready, net::wait_for(state->descriptor.get(), POLLIN, deadline));
    if (!ready) return net::timed_out(state->address, "nobody connected");
  }
}

Result<Endpoint> Listener::local_endpoint() const { return net::local_endpoint_of(state_->descriptor.get()); }

Result<void> Listener::set_config(std::shared_ptr<const ServerConfig> config) {
  if (!config) return no_configuration();
  state_->slot->set(std::move(config));
  return {};
}

std::shared_ptr<const ServerConfig> Listener::config() const { return state_->slot->get(); }
Result<void> Listener::reload() { return state_->slot->reload(); }
const std::shared_ptr<net::ConfigSlot>& Listener::slot() const noexcept { return state_->slot; }

void Listener::close() noexcept { state_->close(); }
int Listener::poll_handle() const noexcept { return state_->descriptor.get(); }

}  // namespace keyway
