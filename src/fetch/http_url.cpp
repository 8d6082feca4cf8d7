// SPDX-License-Identifier: Apache-2.0
//
// URLs in the narrow form that distribution points use (RFC 5280 4.2.1.13, RFC 3986), and special-purpose addresses (RFC 6890).
#include "fetch/http_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/ascii.h"

namespace keyway::fetch {

namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

/// "host", "host:port", "[address]" or "[address]:port". A colon without a port is an error.
struct Authority {
  std::string_view host;
  std::optional<std::uint16_t> port;
};
std::optional<Authority> parse_authority(std::string_view text) noexcept {
  Authority authority{text, std::nullopt};
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    authority.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    authority.host = text.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  const auto legal = [&](char c) {
    return ascii_lower(c) != c || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == ':';
  };
  if (authority.host.empty() || authority.host.size() > 255 || !std::ranges::all_of(authority.host, legal)) return std::nullopt;
  if (rest.empty()) return authority;
  if (!rest.starts_with(':')) return std::nullopt;
  authority.port = parse_port(rest.substr(1));
  return authority.port ? std::optional(authority) : std::nullopt;
}

struct Network {
  std::uint32_t address;
  unsigned bits;
};
constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c) { return a << 24 | b << 16 | c << 8; }
// RFC 6890 2.2.2, multicast and what is reserved beyond it.
constexpr std::array special = {Network{ip(0, 0, 0), 8},      Network{ip(10, 0, 0), 8},     Network{ip(100, 64, 0), 10},
                                Network{ip(127, 0, 0), 8},    Network{ip(169, 254, 0), 16}, Network{ip(172, 16, 0), 12},
                                Network{ip(192, 0, 0), 24},   Network{ip(192, 0, 2), 24},   Network{ip(192, 88, 99), 24},
                                Network{ip(192, 168, 0), 16}, Network{ip(198, 18, 0), 15},  Network{ip(198, 51, 100), 24},
                                Network{ip(203, 0, 113), 24}, Network{ip(224, 0, 0), 3}};

bool is_public(std::uint32_t address) noexcept {
  return std::ranges::none_of(special,
                              [&](const Network& network) { return (address ^ network.address) >> (32 - network.bits) == 0; });
}

/// Global unicast is 2000::/3; what is carved out of it or embeds another address does not count (RFC 6890 2.2.3).
bool is_public(const std::array<std::uint8_t, 16>& a) noexcept {
  if (a[0] >> 5 != 1) return false;  // ::, ::1, ::ffff:0:0/96, 64:ff9b::/96, fc00::/7, fe80::/10, ff00::/8
  const unsigned first = static_cast<unsigned>(a[0]) << 8 | a[1];
  const unsigned second = static_cast<unsigned>(a[2]) << 8 | a[3];
  if (first == 0x2002) return false;                                            // 6to4
  if (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) return false;  // Teredo, ORCHID and others; documentation
  return first != 0x3fff;
}

}  // namespace

std::optional<HttpUrl> parse_http_url(std::string_view text) noexcept {
  constexpr std::string_view scheme = "http://";
  // No reader of URLs agrees with the next one about what a backslash is.
  const auto printable = [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; };
  if (text.size() < scheme.size() || text.size() > 2048 || !std::ranges::all_of(text, printable)) return std::nullopt;
  if (!std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, [](char c) { return ascii_lower(c); })) return std::nullopt;
  text.remove_prefix(scheme.size());
  const std::string_view whole = text.substr(0, text.find_first_of("/?#"));
  if (whole.find('@') != std::string_view::npos) return std::nullopt;
  const auto authority = parse_authority(whole);
  if (!authority) return std::nullopt;
  return HttpUrl{ascii_lower(authority->host), authority->port.value_or(80)};
}

HostRules::HostRules(std::vector<std::string> allowed_hosts, std::vector<std::uint16_t> ports) : ports_(std::move(ports)) {
  for (const std::string& text : allowed_hosts) {
    if (auto host = parse_host(text)) hosts_.push_back(*std::move(host));
  }
}

const std::string* HostRules::malformed(const std::vector<std::string>& allowed_hosts) {
  const auto found = std::ranges::find_if(allowed_hosts, [](const std::string& text) { return !parse_host(text); });
  return found != allowed_hosts.end() ? &*found : nullptr;
}

std::optional<HostRules::Host> HostRules::parse_host(std::string_view text) {
  const auto authority = parse_authority(text);
  if (!authority) return std::nullopt;
  return Host{ascii_lower(authority->host), authority->port};
}

bool HostRules::allows(const HttpUrl& url) const {
  const bool usual_port = std::ranges::find(ports_, url.port) != ports_.end();
  if (hosts_.empty()) return usual_port;
  return std::ranges::any_of(
      hosts_, [&](const Host& host) { return host.name == url.host && (host.port ? *host.port == url.port : usual_port); });
}

bool is_public(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::array<std::uint8_t, 16> octets{};
  std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
  return is_public(octets);
}

}  // namespace keyway::fetch
