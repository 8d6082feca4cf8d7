// SPDX-License-Identifier: Apache-2.0
//
// Values of options: durations, sizes, lists of registered names, keys. Each error names the option, the value, the mend.
#pragma once

#include <string>
#include <vector>

#include "keyway/psk.h"
#include "keyway/transport.h"

namespace keyway::tool {

Result<Duration> parse_duration(std::string_view option, std::string_view text);  ///< 250ms, 10s, 5m, 2h, 1d
Result<std::uint64_t> parse_size(std::string_view option, std::string_view text);  ///< 1000, 16k, 1M, 1G
Result<Bytes> parse_hex(std::string_view option, std::string_view text);
Result<Psk> parse_psk(std::string_view text);  ///< ID=HEX

/// Empty text: empty list, which means the default.
Result<std::vector<ProtocolVersion>> parse_versions(std::string_view text);
Result<std::vector<CipherSuite>> parse_ciphers(std::string_view text);
Result<std::vector<NamedGroup>> parse_groups(std::string_view option, std::string_view text);
Result<std::vector<SignatureScheme>> parse_schemes(std::string_view text);
std::vector<std::string> split(std::string_view text, std::string_view separators = ",");

/// The whole file. Errors: file_unreadable with the path; too_long above 64 MiB.
Result<std::string> read_file(std::string_view option, const std::string& path);
/// Writes the whole file; `secret`: readable by its owner alone.
Result<void> write_file(std::string_view option, const std::string& path, std::string_view content, bool secret);
/// TEXT, or the content of FILE for @FILE.
Result<std::string> text_or_file(std::string_view option, const std::string& value);

std::string duration_text(Duration);
/// The name a version has in events: tlsv1.3.
std::string_view event_name(ProtocolVersion);
/// The registered name, or the number.
std::string name_or_number(std::string_view name, std::uint16_t number);

}  // namespace keyway::tool
