// SPDX-License-Identifier: Apache-2.0
//
// Writing DER (X.690 10): values are built inside out, each function returns one whole element. For certificates that we
// make, never in a handshake.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/clock.h"
#include "keyway/result.h"

namespace keyway::pki::der {

Bytes write(std::uint8_t tag, ByteView content);
/// The parts one after the other, in one constructed element.
Bytes write(std::uint8_t tag, const std::vector<Bytes>& parts);
Bytes write_sequence(std::initializer_list<Bytes> parts);
Bytes write_boolean(bool value);
Bytes write_integer(std::uint64_t);
/// Big-endian and positive; zeros in front are dropped or added as DER demands.
Bytes write_positive_integer(ByteView big_endian);
/// Whole bytes.
Bytes write_bit_string(ByteView);
/// Bit 0 first; trailing zeros are dropped (X.690 11.2.2).
Bytes write_named_bits(std::uint16_t bits);
/// From dotted numbers. Error invalid_value.
Result<Bytes> write_oid(std::string_view dotted);
Bytes write_text(std::uint8_t tag, std::string_view);
/// UTCTime to 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5).
Bytes write_time(WallTime);

}  // namespace keyway::pki::der
