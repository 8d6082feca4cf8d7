// SPDX-License-Identifier: Apache-2.0
//
// Values of options: durations, sizes, lists of registered names, keys. Each error names the option, the value, the mend.
#pragma once

#include <string>
#include <vector>

#include "keyway/peer_name.h"
#include "keyway/psk.h"
#include "keyway/transport.h"

namespace keyway::tool {

Result<Duration> parse_duration(std::string_view option, std::string_view text);  ///< 250ms, 10s, 5m, 2h, 1d
Result<Duration> parse_wait(std::string_view option, std::string_view text);  ///< the same, above zero
/// A whole number from `low` to `high`.
Result<std::uint64_t> parse_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high);
Result<std::uint64_t> parse_size(std::string_view option, std::string_view text);  ///< 1000, 16k, 1M, 1G
Result<Bytes> parse_hex(std::string_view option, std::string_view text);
Result<Psk> parse_psk(std::string_view text);  ///< ID=HEX
/// The name of a peer; `typed` is what `option` was given, where the name is a part of it.
Result<PeerName> parse_name(std::string option, std::string typed, std::string_view name);

/// Empty text: empty list, which means the default.
Result<std::vector<ProtocolVersion>> parse_versions(std::string_view option, std::string_view text);
Result<std::vector<CipherSuite>> parse_ciphers(std::string_view option, std::string_view text);
Result<std::vector<NamedGroup>> parse_groups(std::string_view option, std::string_view text);
Result<std::vector<SignatureScheme>> parse_schemes(std::string_view text);
/// The elements of a list; an empty one is an error.
Result<std::vector<std::string>> parse_words(std::string_view option, std::string_view text, std::string_view separators = ",");

/// The error for a value that an option does not take: `reason` says why, `mend` what to write in its place.
std::unexpected<Error> wrong_value(std::string option, std::string value, std::string reason, std::string mend);
/// The same for a value that is none of those an option has.
std::unexpected<Error> none_of_its_values(std::string option, std::string value, std::string mend);

/// The whole file. Errors: file_unreadable with the path; too_long above 64 MiB.
Result<std::string> read_file(std::string_view option, const std::string& path);
/// Writes the whole file; `secret`: readable by its owner alone.
Result<void> write_file(std::string_view option, const std::string& path, std::string_view content, bool secret);
/// Whether a file can be written, as far as that is known without touching it. Error invalid_option says why not.
Result<void> check_writable(std::string_view option, const std::string& path);
/// The error for a file that cannot be written; `system_errno` says why.
Error unwritable(std::string_view option, const std::string& path, int system_errno);
/// TEXT, or the content of FILE for @FILE.
Result<std::string> text_or_file(std::string_view option, const std::string& value);

std::string duration_text(Duration);
/// The name a version has in events: tlsv1.3.
std::string_view event_name(ProtocolVersion);
/// The registered name, or the number.
std::string name_or_number(std::string_view name, std::uint16_t number);

}  // namespace keyway::tool
