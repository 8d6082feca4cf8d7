// SPDX-License-Identifier: Apache-2.0
//
// Bytes that many sessions share, so that a ticket does not cost what the peer of its connection chose to staple. Null and
// empty mean the same: nothing was sent.
#pragma once

#include <memory>

#include "keyway/bytes.h"

namespace keyway::session {

inline std::shared_ptr<const Bytes> share(ByteView bytes) {
  return bytes.empty() ? nullptr : std::make_shared<const Bytes>(to_bytes(bytes));
}

inline ByteView view_of(const std::shared_ptr<const Bytes>& bytes) noexcept { return bytes ? ByteView(*bytes) : ByteView(); }

}  // namespace keyway::session
