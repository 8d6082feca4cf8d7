// SPDX-License-Identifier: Apache-2.0
//
// server_name (RFC 6066 section 3): the host a client wants, and the server's empty answer.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct ServerName {
  static constexpr ExtensionType type = ExtensionType::server_name;
  ByteView host_name{};  ///< not empty

  /// Error decode_error: no host name or a second one, or one that is longer than 255 bytes or has a zero byte.
  static Result<ServerName> decode(ByteView body);
  void encode(Writer&) const;
};

/// The server looked at the name.
using ServerNameAck = EmptyExtension<ExtensionType::server_name>;

}  // namespace keyway::wire
