// SPDX-License-Identifier: Apache-2.0
//
// An alert as two bytes (RFC 8446 section 6). What follows from it: connection/alerts.cpp.
#pragma once

#include "keyway/alert.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::wire {

struct Alert {
  AlertLevel level{};
  AlertDescription description{};  ///< may be a number without a name

  /// `content` is that of one record. Errors bad_alert: not two bytes. wrong_alert_level: neither warning nor fatal.
  static Result<Alert> decode(ByteView content) noexcept {
    // RFC 8446 5.1: alerts are neither split nor put together.
    if (content.size() != 2) return fail(Errc::bad_alert);
    const auto level = std::to_integer<std::uint8_t>(content[0]);
    if (level != static_cast<std::uint8_t>(AlertLevel::warning) && level != static_cast<std::uint8_t>(AlertLevel::fatal))
      return fail(Errc::wrong_alert_level);
    return Alert{static_cast<AlertLevel>(level), static_cast<AlertDescription>(content[1])};
  }
  void encode(Writer& writer) const {
    writer.u8(static_cast<std::uint8_t>(level));
    writer.u8(static_cast<std::uint8_t>(description));
  }
};

}  // namespace keyway::wire
