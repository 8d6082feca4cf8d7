// SPDX-License-Identifier: Apache-2.0
//
// oid_filters (RFC 8446 4.2.5): certificate extensions that a server wants to see. Matching them is pki's.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct OidFilter {
  ByteView certificate_extension_oid{};     ///< DER, not empty
  ByteView certificate_extension_values{};  ///< DER; empty: any value

  using Item = OidFilter;
  static Result<OidFilter> read(Reader& reader) noexcept;
  static void write(Writer& writer, const OidFilter& filter) {
    writer.vec8(filter.certificate_extension_oid);
    writer.vec16(filter.certificate_extension_values);
  }
};

inline Result<OidFilter> OidFilter::read(Reader& reader) noexcept {
  KW_ASSIGN(const ByteView oid, reader.vec8(1));
  KW_ASSIGN(const ByteView values, reader.vec16());
  return OidFilter{oid, values};
}

struct OidFilters {
  static constexpr ExtensionType type = ExtensionType::oid_filters;
  ItemList<OidFilter> filters{};

  static Result<OidFilters> decode(ByteView body) {
    KW_ASSIGN(const auto filters, whole_vec16<ItemList<OidFilter>>(body));
    return OidFilters{filters};
  }
  void encode(Writer& writer) const {
    writer.vec16([&] { filters.encode(writer); });
  }
};

}  // namespace keyway::wire
