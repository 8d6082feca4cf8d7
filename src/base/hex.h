// SPDX-License-Identifier: Apache-2.0
//
// Hexadecimal text of bytes, for logs, key logs and tests. Not constant-time: for public data only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "keyway/bytes.h"

namespace keyway {

/// "16030100c4", lower case.
std::string to_hex(ByteView);
/// The same behind what `text` has; nothing else is allocated if its capacity is enough.
void append_hex(std::string& text, ByteView);

/// Both cases, no separators; nothing for an odd length or any other character.
std::optional<Bytes> from_hex(std::string_view);

}  // namespace keyway
