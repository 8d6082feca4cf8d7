// SPDX-License-Identifier: Apache-2.0
//
// Which handshakes the two stacks make.
#pragma once

#include <cstdint>

namespace keyway::bench {

/// The last two resume, each time, the session of a first handshake.
enum class Mode : std::uint8_t { tls13, tls12, tls12_by_id, tls12_by_ticket };

constexpr bool resumes(Mode mode) noexcept { return mode == Mode::tls12_by_id || mode == Mode::tls12_by_ticket; }

}  // namespace keyway::bench
