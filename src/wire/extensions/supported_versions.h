// SPDX-License-Identifier: Apache-2.0
//
// supported_versions (RFC 8446 4.2.1): a client's list, a server's choice (also in HelloRetryRequest).
#pragma once

#include "keyway/protocol.h"
#include "wire/extension_set.h"

namespace keyway::wire {

struct SupportedVersionsClientHello {
  static constexpr ExtensionType type = ExtensionType::supported_versions;
  U16List<ProtocolVersion> versions{};

  static Result<SupportedVersionsClientHello> decode(ByteView body) {
    KW_ASSIGN(const auto versions, whole_vec8<U16List<ProtocolVersion>>(body));
    return SupportedVersionsClientHello{versions};
  }
  void encode(Writer& writer) const {
    writer.vec8([&] { versions.encode(writer); });
  }
};

struct SelectedVersion {
  static constexpr ExtensionType type = ExtensionType::supported_versions;
  ProtocolVersion version{};

  static Result<SelectedVersion> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const auto version, reader.u16());
    KW_TRY(reader.finish());
    return SelectedVersion{static_cast<ProtocolVersion>(version)};
  }
  void encode(Writer& writer) const { writer.u16(static_cast<std::uint16_t>(version)); }
};

}  // namespace keyway::wire
