// SPDX-License-Identifier: Apache-2.0
//
// Whom a client means to talk to: the identity that the certificate must have, and the name sent in the SNI extension.
// They are two things (RFC 9525, RFC 6066 3): an IP address is an identity but is never sent as SNI.
//
//   auto name = keyway::PeerName::of("example.org");     // identity and SNI example.org
//   auto host = keyway::PeerName::of("192.0.2.7");       // identity 192.0.2.7, no SNI
//   name->sni = "other.example";                          // front one name, verify another
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway {

/// A host name: ASCII (A-labels), without a trailing dot, letters as the user wrote them.
struct DnsName {
  std::string value{};
  friend bool operator==(const DnsName&, const DnsName&) = default;
};

/// An IPv4 or IPv6 address in network order.
struct IpAddress {
  std::array<std::byte, 16> bytes{};
  std::uint8_t size = 0;  ///< 4 or 16; 0: none

  /// Strict: four decimal octets without leading zeros, or RFC 4291 text without zone; brackets around IPv6 are allowed.
  /// Nothing for any other text. Any thread.
  static std::optional<IpAddress> parse(std::string_view);
  /// RFC 5952 text.
  std::string text() const;
  /// The bytes; valid as long as this object.
  ByteView view() const noexcept { return {bytes.data(), size}; }
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// A plain value; the default names nobody, and verifying with it is an error of the caller.
struct PeerName {
  std::variant<DnsName, IpAddress> identity{};
  std::optional<std::string> sni{};

  /// Identity and SNI from a host as people write it. A trailing dot is dropped.
  /// Error invalid_option: neither an address nor a host name of at most 253 characters in labels of 1 to 63 letters,
  /// digits, hyphens and underscores; write internationalised names as A-labels (xn--).
  static Result<PeerName> of(std::string_view host);

  /// No identity: nothing could be verified.
  bool empty() const noexcept;
  /// The identity for people and logs.
  std::string text() const;
  friend bool operator==(const PeerName&, const PeerName&) = default;
};

}  // namespace keyway
