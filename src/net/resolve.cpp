// SPDX-License-Identifier: Apache-2.0
//
// Names to socket addresses through the system's resolver, within a deadline; numeric hosts never ask it.
#include "net/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "net/system_error.h"

namespace keyway {
namespace {

std::unexpected<Error> bad_endpoint(std::string_view text, std::string reason) {
  return fail(Errc::invalid_option, {.option = "address",
                                     .value = std::string(text),
                                     .mend = "write host:port, [::1]:443 or :8443",
                                     .reason = std::move(reason)});
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_endpoint(text, "it has no port");
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (problem != std::errc{} || end != digits.data() + digits.size()) {
    return bad_endpoint(text, "the port is not a number from 0 to 65535");
  }
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find_first_of(":[]") != std::string_view::npos) {
    return bad_endpoint(text, "an IPv6 address stands in brackets");
  }
  if (std::ranges::any_of(host, [](unsigned char c) { return c <= ' ' || c == 0x7f; })) {
    return bad_endpoint(text, "the host has a character that no name has");
  }
  return Endpoint{.host = std::string(host), .port = port};
}

std::string to_string(const Endpoint& endpoint) {
  const std::string port = std::to_string(endpoint.port);
  if (endpoint.host.find(':') != std::string::npos) return "[" + endpoint.host + "]:" + port;
  return endpoint.host + ":" + port;
}

}  // namespace keyway

namespace keyway::net {
namespace {

bool is_numeric(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

using Found = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

addrinfo hints_for(const Endpoint& endpoint, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags | (is_numeric(endpoint.host) ? AI_NUMERICHOST : 0);
  return hints;
}

std::unexpected<Error> not_found(const Endpoint& endpoint, int status, int system_errno = 0) {
  return fail(Errc::resolve_failed, {.decided_by = DecidedBy::transport,
                                     .system_errno = system_errno,
                                     .path = to_string(endpoint),
                                     .reason = ::gai_strerror(status)});
}

std::vector<SocketAddress> addresses_of(const addrinfo* found) {
  std::vector<SocketAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    SocketAddress address;
    address.size = std::min<socklen_t>(at->ai_addrlen, sizeof(address.storage));
    std::copy_n(reinterpret_cast<const std::byte*>(at->ai_addr), address.size, reinterpret_cast<std::byte*>(&address.storage));
    addresses.push_back(address);
  }
  return addresses;
}

/// In the calling thread. An empty `host` is the local machine.
Result<std::vector<SocketAddress>> look_up(const Endpoint& endpoint, const std::string& host, int flags) {
  const addrinfo hints = hints_for(endpoint, flags);
  const std::string port = std::to_string(endpoint.port);
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &list);
  const Found found(list, &::freeaddrinfo);
  if (status != 0) return not_found(endpoint, status, status == EAI_SYSTEM ? errno : 0);
  return addresses_of(found.get());
}

/// A look-up beside the caller, with all that it reads and writes.
struct Request {
  explicit Request(const Endpoint& endpoint)
      : host(endpoint.host), port(std::to_string(endpoint.port)), hints(hints_for(endpoint, 0)) {
    block.ar_name = host.c_str();
    block.ar_service = port.c_str();
    block.ar_request = &hints;
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  ~Request() {
    if (block.ar_result != nullptr) ::freeaddrinfo(block.ar_result);
  }

  const std::string host;
  const std::string port;
  const addrinfo hints;
  gaicb block{};
};

// A look-up that has begun cannot be taken back: what nobody waits for any more stays here until the resolver has given up.
class Abandoned {
 public:
  static Abandoned& all() {
    static Abandoned& list = *std::make_unique<Abandoned>().release();  // never destroyed: look-ups outlive main
    return list;
  }
  /// Forgets those that are over. One more takes its place, so few are kept.
  void add(std::list<std::unique_ptr<Request>> request, const LookUps& look_ups) {
    const std::lock_guard lock(mutex_);
    requests_.remove_if([&](const auto& one) { return look_ups.state(&one->block) != EAI_INPROGRESS; });
    requests_.splice(requests_.end(), request);  // takes no memory, so it cannot fail
  }

 private:
  std::mutex mutex_;
  std::list<std::unique_ptr<Request>> requests_;
};

timespec time_of(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(duration - seconds);
  return {.tv_sec = seconds.count(), .tv_nsec = rest.count()};
}

Result<std::vector<SocketAddress>> look_up_within(const Endpoint& endpoint, const Deadline& deadline, const LookUps& look_ups) {
  std::list<std::unique_ptr<Request>> request;
  request.push_back(std::make_unique<Request>(endpoint));
  gaicb* block = &request.front()->block;
  if (const int status = look_ups.start(GAI_NOWAIT, &block, 1, nullptr); status != 0) return not_found(endpoint, status);
  for (;;) {
    const int status = look_ups.state(block);
    if (status == 0) return addresses_of(block->ar_result);
    if (status != EAI_INPROGRESS) return not_found(endpoint, status);
    const Duration left = deadline.remaining();
    if (left == Duration::zero()) break;
    const timespec time = time_of(left);
    look_ups.wait(&block, 1, &time);  // whatever ended it, a signal too: the state is asked
  }
  if (look_ups.cancel(block) == EAI_NOTCANCELED) Abandoned::all().add(std::move(request), look_ups);
  return timed_out(to_string(endpoint), "the name was not found in time");
}

}  // namespace

const LookUps system_look_ups{&::getaddrinfo_a, &::gai_suspend, &::gai_error, &::gai_cancel};

Result<std::vector<SocketAddress>> resolve_to_connect(const Endpoint& endpoint, const Deadline& deadline,
                                                      const LookUps& look_ups) {
  // RFC 6761 6.3: the local machine, without a question to anybody.
  if (endpoint.host == "localhost") return look_up(endpoint, {}, 0);
  if (endpoint.host.empty() || is_numeric(endpoint.host) || deadline.remaining() == no_timeout)
    return look_up(endpoint, endpoint.host, 0);
  return look_up_within(endpoint, deadline, look_ups);
}

Result<std::vector<SocketAddress>> resolve_to_bind(const Endpoint& endpoint) {
  return look_up(endpoint, endpoint.host, AI_PASSIVE);
}

Endpoint endpoint_of(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.storage.ss_family == AF_INET) {
    const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
    ::inet_ntop(AF_INET, &ipv4->sin_addr, text, sizeof(text));
    return {.host = text, .port = ntohs(ipv4->sin_port)};
  }
  if (address.storage.ss_family == AF_INET6) {
    const auto* ipv6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    if (IN6_IS_ADDR_V4MAPPED(&ipv6->sin6_addr)) {
      ::inet_ntop(AF_INET, &ipv6->sin6_addr.s6_addr[12], text, sizeof(text));
    } else {
      ::inet_ntop(AF_INET6, &ipv6->sin6_addr, text, sizeof(text));
    }
    return {.host = text, .port = ntohs(ipv6->sin6_port)};
  }
  return {.host = "local socket", .port = 0};
}

Result<Endpoint> local_endpoint_of(int descriptor) {
  SocketAddress address;
  address.size = sizeof(address.storage);
  if (::getsockname(descriptor, address.get(), &address.size) != 0) return transport_failure(errno, {});
  return endpoint_of(address);
}

Result<Endpoint> peer_endpoint_of(int descriptor) {
  SocketAddress address;
  address.size = sizeof(address.storage);
  if (::getpeername(descriptor, address.get(), &address.size) != 0) return transport_failure(errno, {});
  return endpoint_of(address);
}

}  // namespace keyway::net
