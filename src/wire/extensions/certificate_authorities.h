// SPDX-License-Identifier: Apache-2.0
//
// certificate_authorities (RFC 8446 4.2.4): distinguished names in DER, not looked into here.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct CertificateAuthorities {
  static constexpr ExtensionType type = ExtensionType::certificate_authorities;
  ItemList<Vec16Codec<1>> authorities{};

  static Result<CertificateAuthorities> decode(ByteView body) {
    //= rfc8446#4.2.4-1
    KW_ASSIGN(const auto authorities, whole_vec16_not_empty<ItemList<Vec16Codec<1>>>(body));
    return CertificateAuthorities{authorities};
  }
  void encode(Writer& writer) const {
    writer.vec16([&] { authorities.encode(writer); });
  }
};

}  // namespace keyway::wire
