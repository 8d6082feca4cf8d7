// SPDX-License-Identifier: Apache-2.0
//
// supported_groups (RFC 8446 4.2.7): in the order of preference. Servers may tell theirs in EncryptedExtensions.
#pragma once

#include "keyway/protocol.h"
#include "wire/extension_set.h"

namespace keyway::wire {

struct SupportedGroups {
  static constexpr ExtensionType type = ExtensionType::supported_groups;
  U16List<NamedGroup> groups{};

  static Result<SupportedGroups> decode(ByteView body) {
    KW_ASSIGN(const auto groups, whole_vec16<U16List<NamedGroup>>(body));
    return SupportedGroups{groups};
  }
  void encode(Writer& writer) const {
    writer.vec16([&] { groups.encode(writer); });
  }
};

}  // namespace keyway::wire
