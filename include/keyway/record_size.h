// SPDX-License-Identifier: Apache-2.0
//
// How large a buffer must be for the input of a Connection: one number, for programs that bring the bytes themselves.
#pragma once

#include <cstddef>

namespace keyway {

/// Bytes of the largest record that is accepted, header included: a buffer of this size holds any. 5 of header, 2^14 of content,
/// and what protection may add: 256 in TLS 1.3 (RFC 8446 5.2), 2,048 below (RFC 5246 6.2.3).   \since 0.1
inline constexpr std::size_t max_record_size = 5 + 16384 + 2048;

}  // namespace keyway
