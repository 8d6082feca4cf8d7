// SPDX-License-Identifier: Apache-2.0
//
// By whose order a client chooses, and what it takes where nothing is common.
#include "handshake/negotiation/legacy/next_protocol.h"

#include <algorithm>

namespace keyway::handshake::negotiation {

std::string choose_next_protocol(const wire::NextProtocolList& shown, const NextProtocolOptions& options) {
  const std::vector<std::string>& ours = options.protocols;
  if (options.precedence == NextProtocolOptions::Precedence::server) {
    for (const ByteView theirs : shown.protocols) {
      if (std::ranges::find(ours, as_text(theirs)) != ours.end()) return std::string(as_text(theirs));
    }
  } else {
    for (const std::string& protocol : ours) {
      for (const ByteView theirs : shown.protocols) {
        if (as_text(theirs) == protocol) return protocol;
      }
    }
  }
  return options.default_protocol.value_or(ours.front());
}

}  // namespace keyway::handshake::negotiation
