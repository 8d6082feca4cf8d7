// SPDX-License-Identifier: Apache-2.0
//
// record_size_limit (RFC 8449 section 4). In TLS 1.3 the limit counts the type byte and the padding too.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

inline constexpr std::uint16_t min_record_size_limit = 64;

struct RecordSizeLimit {
  static constexpr ExtensionType type = ExtensionType::record_size_limit;
  std::uint16_t limit = 0;

  /// Error wrong_record_size_limit below 64.
  static Result<RecordSizeLimit> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const auto limit, reader.u16());
    KW_TRY(reader.finish());
    // RFC 8449 4: smaller limits are fatal.
    //= rfc8449#4-5
    if (limit < min_record_size_limit) return fail(Errc::wrong_record_size_limit);
    return RecordSizeLimit{limit};
  }
  void encode(Writer& writer) const { writer.u16(limit); }
};

}  // namespace keyway::wire
