// SPDX-License-Identifier: Apache-2.0
//
// Distinguished names (RFC 5280 4.1.2.4): comparison as section 7.1 says, a hash that agrees with it, subtrees for name
// constraints, and text (RFC 4514).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway::pki {

/// A name is the whole SEQUENCE. Its structure is what RFC 5280 demands: sets of type and value, not empty sets.
/// At most 8 attributes in a set and 32 in all. Error malformed_der.
Result<void> check_name(ByteView name) noexcept;
/// Checked names only from here on.
bool name_is_empty(ByteView name) noexcept;
/// RFC 5280 7.1: equal types in equal order; strings without regard to case and runs of spaces.
bool same_name(ByteView a, ByteView b) noexcept;
/// Equal names have equal hashes.
std::uint64_t name_hash(ByteView name) noexcept;
/// Which strings are compared as text.
enum class StringTypes : std::uint8_t {
  usual,  ///< UTF8String, PrintableString and IA5String; others are equal octet for octet alone
  all,    ///< for who looks for what must not be there: whatever its type says, somebody will read it as the same
};
/// RFC 5280 4.2.1.10: `name` begins with all parts of `base`.
bool name_within(ByteView name, ByteView base, StringTypes = StringTypes::usual) noexcept;
/// RFC 4514, most specific part first. At most 1,024 characters; unprintable ones escaped.
std::string name_text(ByteView name);
/// The value of the emailAddress attribute (RFC 5280 4.1.2.6) number `index`, which may be empty; nothing when there is none.
std::optional<ByteView> name_email(ByteView name, std::size_t index) noexcept;
/// The first commonName as text; empty where there is none.
std::string common_name(ByteView name);

}  // namespace keyway::pki
