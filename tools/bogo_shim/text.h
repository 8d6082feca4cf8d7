// SPDX-License-Identifier: Apache-2.0
//
// Text forms of bytes on the shim's command line: base64, hexadecimal, and the length-prefixed list of ALPN.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/bytes.h"

namespace keyway::bogo_shim {

/// The whole file. Error: a text that names it.
std::expected<std::string, std::string> read_file(const std::string& path);

std::optional<Bytes> from_base64(std::string_view text);
std::optional<Bytes> from_hex(std::string_view text);

/// Hexadecimal values separated by commas.
std::optional<std::vector<Bytes>> from_hex_list(std::string_view text);

/// A list of names, each behind one length byte. A broken list gives the names before the break.
std::vector<std::string> split_protocol_names(std::string_view wire);
std::string join_protocol_names(const std::vector<std::string>& names);

}  // namespace keyway::bogo_shim
