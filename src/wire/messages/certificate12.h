// SPDX-License-Identifier: Apache-2.0
//
// Certificate of TLS 1.2 and below (RFC 5246 7.4.2): certificates, the sender's first. Whether the list may be empty depends
// on who sent it, how long it may be on the options: the handlers check, who also know whether it is a list at all.
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

using Certificates12 = ItemList<Certificate12Codec>;  ///< DER, none empty

struct Certificate12 {
  static constexpr HandshakeType type = HandshakeType::certificate;
  static constexpr Hashed hashed = Hashed::after;
  /// The list; or, where that was agreed on, a SubjectPublicKeyInfo (RFC 7250 3). Empty: there is neither.
  ByteView content{};

  /// A view into `body`.
  static Result<Certificate12> decode(ByteView body) {
    Reader reader(body);
    KW_ASSIGN(const ByteView content, reader.vec24());
    KW_TRY(reader.finish());
    return Certificate12{content};
  }
  /// The content as a list. Error decode_error.
  Result<Certificates12> certificates() const { return Certificates12::parse(content); }
  void encode(Writer& writer) const { writer.vec24(content); }
};

}  // namespace keyway::wire
