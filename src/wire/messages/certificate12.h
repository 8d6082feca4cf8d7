// SPDX-License-Identifier: Apache-2.0
//
// Certificate of TLS 1.2 and below (RFC 5246 7.4.2): certificates, the sender's first. Whether the list may be empty depends
// on who sent it, how long it may be on the options: the handlers check.
#pragma once

#include "wire/lists.h"
#include "wire/message.h"

namespace keyway::wire {

/// Items `opaque ASN.1Cert<1..2^24-1>`.
struct Certificate12Codec {
  using Item = ByteView;
  static Result<ByteView> read(Reader& reader) noexcept { return reader.vec24(1); }
  static void write(Writer& writer, ByteView item) { writer.vec24(item); }
};

struct Certificate12 {
  static constexpr HandshakeType type = HandshakeType::certificate;
  static constexpr Hashed hashed = Hashed::after;

  ItemList<Certificate12Codec> certificates{};  ///< DER, none empty

  /// Views into `body`.
  static Result<Certificate12> decode(ByteView body) {
    Reader reader(body);
    KW_ASSIGN(const ByteView list, reader.vec24());
    KW_TRY(reader.finish());
    KW_ASSIGN(const auto certificates, ItemList<Certificate12Codec>::parse(list));
    return Certificate12{certificates};
  }
  void encode(Writer& writer) const {
    writer.vec24([&] { certificates.encode(writer); });
  }
};

}  // namespace keyway::wire
