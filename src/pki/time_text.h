// SPDX-License-Identifier: Apache-2.0
//
// Moments of certificates as people read them, in UTC.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace keyway::pki {

/// "2027-01-15"; `seconds` since 1970.
inline std::string date_text(std::int64_t seconds) {
  const std::chrono::sys_seconds instant{std::chrono::seconds(seconds)};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(instant));
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(date.year())) + '-' + two(static_cast<unsigned>(date.month())) + '-' +
         two(static_cast<unsigned>(date.day()));
}

/// "2027-01-15 08:00:00 UTC".
inline std::string time_text(std::int64_t seconds) {
  const std::chrono::sys_seconds instant{std::chrono::seconds(seconds)};
  const std::chrono::hh_mm_ss time(instant - std::chrono::floor<std::chrono::days>(instant));
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return date_text(seconds) + ' ' + two(time.hours().count()) + ':' + two(time.minutes().count()) + ':' +
         two(time.seconds().count()) + " UTC";
}

}  // namespace keyway::pki
