// SPDX-License-Identifier: Apache-2.0
//
// Certificate of TLS 1.3 (RFC 8446 4.4.2): entries, each with extensions. Whether the list may be empty depends on who sent
// it, how long it may be on the options: the handlers check.
#pragma once

#include "wire/extension_lists.h"
#include "wire/message.h"

namespace keyway::wire {

struct CertificateEntry {
  ByteView cert_data{};  ///< DER, not empty
  CertificateEntryExtensions extensions{};

  using Item = CertificateEntry;
  static Result<CertificateEntry> read(Reader&);
  static void write(Writer&, const CertificateEntry&);
};

struct Certificate13 {
  static constexpr HandshakeType type = HandshakeType::certificate;
  static constexpr Hashed hashed = Hashed::after;

  ByteView certificate_request_context{};
  ItemList<CertificateEntry> entries{};

  /// Views into `body`.
  static Result<Certificate13> decode(ByteView body);
  void encode(Writer& writer) const {
    writer.vec8(certificate_request_context);
    writer.vec24([&] { entries.encode(writer); });
  }
};

}  // namespace keyway::wire
