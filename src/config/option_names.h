// SPDX-License-Identifier: Apache-2.0
//
// The options as a table: OTP's name, our field, type, default and one sentence. The command line, the parity table
// and the documentation read it; tests keep it equal to the structs' defaults where they can be compared.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace keyway::config {

enum class OptionRole : std::uint8_t { client, server, both };

struct OptionName {
  std::string_view otp;            ///< name in Erlang/OTP's ssl; empty where it has none
  std::string_view client_field;   ///< path in ClientOptions; empty where clients have none
  std::string_view server_field;   ///< path in ServerOptions; empty where servers have none
  std::string_view type;           ///< for people
  std::string_view default_value;  ///< for people
  std::string_view text;           ///< one sentence

  constexpr OptionRole role() const noexcept {
    if (client_field.empty()) return OptionRole::server;
    return server_field.empty() ? OptionRole::client : OptionRole::both;
  }
  /// OTP's name, or the last part of the field's.
  constexpr std::string_view name() const noexcept {
    if (!otp.empty()) return otp;
    const std::string_view field = client_field.empty() ? server_field : client_field;
    return field.substr(field.rfind('.') + 1);
  }
};

/// All options, in the order of the structs.
std::span<const OptionName> option_names() noexcept;

/// By name() or by field path; null for unknown ones.
const OptionName* find_option(std::string_view name) noexcept;

}  // namespace keyway::config
