// SPDX-License-Identifier: Apache-2.0
//
// The row behind every error code: what people read and what the peer is told. Only error.cpp looks rows up.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "keyway/error.h"

namespace keyway {

struct ErrcRow {
  Errc code;
  std::string_view name;                  ///< the enumerator
  std::optional<AlertDescription> alert;  ///< none: nothing is sent
  std::string_view source;                ///< "RFC 8446 5.2", or empty for rules of our own
  std::string_view text;                  ///< one sentence without a final stop
  std::string_view hint{};                ///< what a person can do; may be empty
};

/// All rows in the order of their codes.
std::span<const ErrcRow> errc_rows() noexcept;

}  // namespace keyway
