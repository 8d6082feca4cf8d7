// SPDX-License-Identifier: Apache-2.0
//
// IANA "TLS Supported Groups": kinds, sizes and aliases of those that this library knows.
#pragma once

#include <span>
#include <string_view>

#include "keyway/protocol.h"

namespace keyway {

enum class GroupKind : std::uint8_t { nist, brainpool, xdh, ffdh };

struct NamedGroupInfo {
  NamedGroup group;
  std::string_view name;
  std::string_view alias;   ///< "P-256"; empty: none
  GroupKind kind;
  std::size_t share_size;   ///< bytes of KeyShareEntry.key_exchange (RFC 8446 4.2.8)
  std::size_t bits;
  bool tls13;               ///< may be negotiated in TLS 1.3
};

std::span<const NamedGroupInfo> all_named_groups() noexcept;
const NamedGroupInfo* find_named_group(NamedGroup) noexcept;

}  // namespace keyway
