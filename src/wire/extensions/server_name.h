// SPDX-License-Identifier: Apache-2.0
//
// server_name (RFC 6066 section 3): the host a client wants, and the server's empty answer.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct ServerName {
  static constexpr ExtensionType type = ExtensionType::server_name;
  ByteView host_name{};  ///< empty: the list had names of other types only

  /// Errors decode_error: a second host name, an empty one, longer than 255 bytes or with a zero byte.
  static Result<ServerName> decode(ByteView body);
  void encode(Writer&) const;
};

/// The server looked at the name.
using ServerNameAck = EmptyExtension<ExtensionType::server_name>;

}  // namespace keyway::wire
