// SPDX-License-Identifier: Apache-2.0
//
// application_layer_protocol_negotiation (RFC 7301): names in the client's order; the one name of a server's answer.
// That an answer has exactly one is checked where it is taken.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct Alpn {
  static constexpr ExtensionType type = ExtensionType::application_layer_protocol_negotiation;
  ItemList<Vec8Codec<1>> protocols{};

  static Result<Alpn> decode(ByteView body) {
    KW_ASSIGN(const auto protocols, whole_vec16_not_empty<ItemList<Vec8Codec<1>>>(body));
    return Alpn{protocols};
  }
  void encode(Writer& writer) const {
    writer.vec16([&] { protocols.encode(writer); });
  }
};

}  // namespace keyway::wire
