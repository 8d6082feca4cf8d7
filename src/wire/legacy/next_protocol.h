// SPDX-License-Identifier: Apache-2.0
//
// Next protocol negotiation (draft-agl-tls-nextprotoneg-04), before ALPN: an empty offer, the server's list, and the client's
// choice in a message of its own between ChangeCipherSpec and Finished.
#pragma once

#include <array>

#include "wire/extension_set.h"
#include "wire/message.h"

namespace keyway::wire {

/// ClientHello.
using NextProtocolOffer = EmptyExtension<ExtensionType::next_protocol_negotiation>;

/// ServerHello: the list has no length of its own and may be empty.
struct NextProtocolList {
  static constexpr ExtensionType type = ExtensionType::next_protocol_negotiation;
  ItemList<Vec8Codec<1>> protocols{};

  static Result<NextProtocolList> decode(ByteView body) {
    KW_ASSIGN(const auto protocols, ItemList<Vec8Codec<1>>::parse(body));
    return NextProtocolList{protocols};
  }
  void encode(Writer& writer) const { protocols.encode(writer); }
};

struct NextProtocol {
  static constexpr HandshakeType type = HandshakeType::next_protocol;
  static constexpr Hashed hashed = Hashed::after;

  ByteView selected_protocol{};

  /// Views into `body`. The padding hides the length of the choice; its content says nothing.
  static Result<NextProtocol> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const ByteView selected, reader.vec8());
    KW_TRY(reader.vec8());
    KW_TRY(reader.finish());
    return NextProtocol{selected};
  }
  /// Pads to a multiple of 32 bytes, lengths included.
  void encode(Writer& writer) const {
    constexpr std::array<std::byte, 32> zeros{};
    writer.vec8(selected_protocol);
    writer.vec8(ByteView(zeros).first(zeros.size() - (selected_protocol.size() + 2) % zeros.size()));
  }
};

}  // namespace keyway::wire
