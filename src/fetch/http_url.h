// SPDX-License-Identifier: Apache-2.0
//
// Which URLs may be fetched, and which addresses may be talked to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace keyway::fetch {

struct HttpUrl {
  std::string host{};  ///< lower case, without brackets
  std::uint16_t port = 80;
};

/// Of "http://host[:port][/...]" in printable ASCII; nothing for other schemes, credentials and all that is malformed.
std::optional<HttpUrl> parse_http_url(std::string_view) noexcept;

/// The rules of HttpCrlOptions about hosts and ports.
class HostRules {
 public:
  HostRules(std::vector<std::string> allowed_hosts, std::vector<std::uint16_t> ports);
  /// The first entry of allowed_hosts that is none.
  static const std::string* malformed(const std::vector<std::string>& allowed_hosts);

  bool allows(const HttpUrl&) const;
  /// Hosts that are named may have addresses of any kind.
  bool any_address() const noexcept { return !hosts_.empty(); }

 private:
  struct Host {
    std::string name;
    std::optional<std::uint16_t> port;
  };
  static std::optional<Host> parse_host(std::string_view);

  std::vector<Host> hosts_;
  std::vector<std::uint16_t> ports_;
};

/// An address of the public Internet, as far as its form tells.
bool is_public(const sockaddr&) noexcept;

}  // namespace keyway::fetch
