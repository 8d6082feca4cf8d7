// SPDX-License-Identifier: Apache-2.0
//
// signed_certificate_timestamp (RFC 6962 3.3.1): the wish, empty, and the list that answers it.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

using SctRequest = EmptyExtension<ExtensionType::signed_certificate_timestamp>;

struct SignedCertificateTimestamps {
  static constexpr ExtensionType type = ExtensionType::signed_certificate_timestamp;
  ByteView list{};  ///< the SignedCertificateTimestampList as it came, length included; its items are checked

  static Result<SignedCertificateTimestamps> decode(ByteView body) {
    KW_TRY(whole_vec16_not_empty<ItemList<Vec16Codec<1>>>(body));
    return SignedCertificateTimestamps{body};
  }
  void encode(Writer& writer) const { writer.bytes(list); }
};

}  // namespace keyway::wire
