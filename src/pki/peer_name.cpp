// SPDX-License-Identifier: Apache-2.0
//
// Reading host names and addresses that a user names (RFC 5952, RFC 6066 3).
#include "keyway/peer_name.h"

#include <charconv>

#include "pki/host_name.h"

namespace keyway {

namespace {

std::optional<IpAddress> parse_ipv4(std::string_view text) {
  IpAddress address;
  address.size = 4;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos || end == 0 || end > 3) return std::nullopt;
    const std::string_view part = text.substr(0, end);
    if (part.size() > 1 && part[0] == '0') return std::nullopt;
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || stop != part.data() + part.size() || value > 255) return std::nullopt;
    address.bytes[i] = static_cast<std::byte>(value);
    text.remove_prefix(i < 3 ? end + 1 : end);
  }
  return address;
}

/// Up to eight groups without "::"; their number, or nothing.
std::optional<std::size_t> parse_groups(std::string_view text, std::array<std::uint16_t, 8>& groups) {
  if (text.empty()) return 0;
  std::size_t count = 0;
  while (true) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view part = text.substr(0, end);
    if (end == text.size() && part.find('.') != std::string_view::npos) {
      const auto tail = parse_ipv4(part);
      if (!tail || count > 6) return std::nullopt;
      for (std::size_t i = 0; i < 4; i += 2) {
        groups[count++] = static_cast<std::uint16_t>(std::to_integer<unsigned>(tail->bytes[i]) << 8 |
                                                     std::to_integer<unsigned>(tail->bytes[i + 1]));
      }
      return count;
    }
    if (part.empty() || part.size() > 4 || count == 8) return std::nullopt;
    const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), groups[count], 16);
    if (error != std::errc() || stop != part.data() + part.size()) return std::nullopt;
    ++count;
    if (end == text.size()) return count;
    text.remove_prefix(end + 1);
  }
}

std::optional<IpAddress> parse_ipv6(std::string_view text) {
  std::array<std::uint16_t, 8> front{};
  std::array<std::uint16_t, 8> back{};
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const auto before = parse_groups(text.substr(0, gap), front);
  const auto after = has_gap ? parse_groups(text.substr(gap + 2), back) : std::optional<std::size_t>(0);
  if (!before || !after) return std::nullopt;
  // RFC 4291 2.2: "::" stands for at least one group.
  if (has_gap ? *before + *after > 7 : *before != 8) return std::nullopt;
  if (has_gap && text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
  for (std::size_t i = 0; i < *after; ++i) front[8 - *after + i] = back[i];
  IpAddress address;
  address.size = 16;
  for (std::size_t i = 0; i < 8; ++i) {
    address.bytes[2 * i] = static_cast<std::byte>(front[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::byte>(front[i] & 0xff);
  }
  return address;
}

std::string ipv6_text(const std::array<std::byte, 16>& bytes) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = std::to_integer<unsigned>(bytes[2 * i]) << 8 | std::to_integer<unsigned>(bytes[2 * i + 1]);
  // RFC 5952 4.2: the longest run of two or more zero groups, the first of equals.
  std::size_t run_at = 8;
  std::size_t run_size = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > run_size) {
      run_at = i;
      run_size = end - i;
    }
    i = end + 1;
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == run_at) {
      text += "::";
      i += run_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    char digits[4];
    const auto written = std::to_chars(digits, digits + sizeof digits, groups[i], 16);
    text.append(digits, written.ptr);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') return parse_ipv6(text.substr(1, text.size() - 2));
  return text.find(':') != std::string_view::npos ? parse_ipv6(text) : parse_ipv4(text);
}

std::string IpAddress::text() const {
  if (size == 16) return ipv6_text(bytes);
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    if (i != 0) text += '.';
    text += std::to_string(std::to_integer<unsigned>(bytes[i]));
  }
  return text;
}

Result<PeerName> PeerName::of(std::string_view host) {
  //= rfc6066#3-2
  if (const auto address = IpAddress::parse(host)) return PeerName{*address, std::nullopt};
  std::string name(host);
  if (name.ends_with('.')) name.pop_back();
  //= rfc9525#6.3-3
  if (!pki::valid_reference_name(name)) {
    return fail(Errc::invalid_option, {.option = "host",
                                       .value = std::string(host.substr(0, 300)),
                                       .mend = "give a host name (internationalised ones as A-labels, xn--...) or an IP address",
                                       .reason = "it is neither a host name nor an address"});
  }
  std::string sni = name;
  return PeerName{DnsName{std::move(name)}, std::move(sni)};
}

bool PeerName::empty() const noexcept {
  if (const auto* dns = std::get_if<DnsName>(&identity)) return dns->value.empty();
  return std::get<IpAddress>(identity).size == 0;
}

std::string PeerName::text() const {
  if (const auto* dns = std::get_if<DnsName>(&identity)) return dns->value;
  return std::get<IpAddress>(identity).text();
}

}  // namespace keyway
