// SPDX-License-Identifier: Apache-2.0
//
// Names to socket addresses through the system's resolver; numeric hosts never ask it.
#include "net/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
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

}  // namespace

Result<std::vector<SocketAddress>> resolve(const Endpoint& endpoint, bool to_bind) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (to_bind ? AI_PASSIVE : 0) | (is_numeric(endpoint.host) ? AI_NUMERICHOST : 0);
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  const int status = ::getaddrinfo(endpoint.host.empty() ? nullptr : endpoint.host.c_str(), port.c_str(), &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  if (status != 0) {
    const int system_errno = status == EAI_SYSTEM ? errno : 0;
    return fail(Errc::resolve_failed, {.decided_by = DecidedBy::transport,
                                       .system_errno = system_errno,
                                       .path = to_string(endpoint),
                                       .reason = ::gai_strerror(status)});
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    SocketAddress address;
    address.size = std::min<socklen_t>(at->ai_addrlen, sizeof(address.storage));
    std::copy_n(reinterpret_cast<const std::byte*>(at->ai_addr), address.size, reinterpret_cast<std::byte*>(&address.storage));
    addresses.push_back(address);
  }
  return addresses;
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
