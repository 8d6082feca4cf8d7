// SPDX-License-Identifier: Apache-2.0
//
// Distinguished names of any shape, written element by element: sets of several attributes, text of any bytes.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "pki/der.h"
#include "pki/der_writer.h"

namespace keyway::pki::test {

inline Bytes attribute(std::string_view type, std::string_view text, std::uint8_t tag = der::tag::utf8_string) {
  return der::write_sequence({der::write_oid(type).value(), der::write(tag, as_bytes(text))});
}

inline Bytes set_of(const std::vector<Bytes>& attributes) { return der::write(der::tag::set, attributes); }

inline Bytes name_of(const std::vector<Bytes>& sets) { return der::write(der::tag::sequence, sets); }

inline constexpr std::string_view common_name_type = "2.5.4.3";
inline constexpr std::string_view unit_type = "2.5.4.11";
inline constexpr std::string_view email_type = "1.2.840.113549.1.9.1";

}  // namespace keyway::pki::test
