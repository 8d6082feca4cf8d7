// SPDX-License-Identifier: Apache-2.0
//
// padding (RFC 7685): bytes without meaning. That they are zero is the sender's duty and is not checked.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct Padding {
  static constexpr ExtensionType type = ExtensionType::padding;
  std::size_t size = 0;

  static Result<Padding> decode(ByteView body) noexcept { return Padding{body.size()}; }
  void encode(Writer& writer) const {
    for (std::size_t i = 0; i < size; ++i) writer.u8(0);
  }
};

}  // namespace keyway::wire
