// SPDX-License-Identifier: Apache-2.0
//
// Bytes as lower-case hexadecimal text and back, for logs, tools and tests.
#pragma once

#include <optional>
#include <string>

#include "keyway/bytes.h"

namespace keyway {

std::string to_hex(ByteView);
/// Nothing for an odd number of digits or anything that is no digit.
std::optional<Bytes> from_hex(std::string_view);

}  // namespace keyway
