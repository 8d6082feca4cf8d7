// SPDX-License-Identifier: Apache-2.0
//
// Which handshakes the two stacks make, and by which suite.
#pragma once

#include <cstdint>

namespace keyway::bench {

/// By id and by ticket: each handshake resumes the session of a first one. CBC is AES-128-CBC-SHA with the MAC before the
/// encryption, which has to be opened in constant time; everything else is AES-128-GCM.
enum class Mode : std::uint8_t { tls13, tls12, tls12_by_id, tls12_by_ticket, tls12_cbc };

/// Whether a client remembers the signatures of the chains that it was shown. Off where what is compared verifies them all.
enum class Memo : std::uint8_t { off, on };

constexpr bool resumes(Mode mode) noexcept { return mode == Mode::tls12_by_id || mode == Mode::tls12_by_ticket; }

}  // namespace keyway::bench
