// SPDX-License-Identifier: Apache-2.0
//
// Which group a server takes, and whether it must ask for a share first (RFC 8446 4.2.7, 4.2.8).
#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::negotiation {

Result<GroupChoice> choose_group(const wire::ClientHello& hello, const std::vector<NamedGroup>& ours) {
  const auto& supported = hello.extensions.get<wire::SupportedGroups>();
  const auto& shares = hello.extensions.get<wire::KeyShareClientHello>();
  if (!supported) return wire::missing(ExtensionType::supported_groups);
  if (!shares) return wire::missing(ExtensionType::key_share);
  for (const NamedGroup group : ours) {
    for (const wire::KeyShareEntry& share : shares->shares) {
      if (share.group == group) return GroupChoice{group, share.key_exchange};
    }
  }
  //= rfc8446#9.3-2
  for (const NamedGroup group : ours) {
    if (supported->groups.contains(group)) return GroupChoice{group, {}};
  }
  //= rfc8446#4.1.1-4
  return fail(Errc::no_common_group);
}

}  // namespace keyway::handshake::negotiation
