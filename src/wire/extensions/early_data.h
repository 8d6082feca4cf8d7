// SPDX-License-Identifier: Apache-2.0
//
// early_data (RFC 8446 4.2.10): empty in ClientHello and EncryptedExtensions, a size in NewSessionTicket.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

using EarlyData = EmptyExtension<ExtensionType::early_data>;

struct EarlyDataTicket {
  static constexpr ExtensionType type = ExtensionType::early_data;
  std::uint32_t max_early_data_size = 0;

  static Result<EarlyDataTicket> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const auto size, reader.u32());
    KW_TRY(reader.finish());
    return EarlyDataTicket{size};
  }
  void encode(Writer& writer) const { writer.u32(max_early_data_size); }
};

}  // namespace keyway::wire
