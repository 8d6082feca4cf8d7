// SPDX-License-Identifier: Apache-2.0
//
// key_share (RFC 8446 4.2.8) in its three forms. Whether a key fits its group is for the key exchange to say.
#pragma once

#include "keyway/protocol.h"
#include "wire/extension_set.h"

namespace keyway::wire {

/// Every registered group fits; the bound keeps what is done with each share cheap.
inline constexpr std::size_t max_key_shares = 64;

struct KeyShareEntry {
  NamedGroup group{};
  ByteView key_exchange{};  ///< not empty

  using Item = KeyShareEntry;
  static Result<KeyShareEntry> read(Reader&) noexcept;
  static void write(Writer&, const KeyShareEntry&);
};

struct KeyShareClientHello {
  static constexpr ExtensionType type = ExtensionType::key_share;
  ItemList<KeyShareEntry> shares{};  ///< may be empty

  /// Errors duplicate_key_share; wrong_key_share: more than max_key_shares.
  static Result<KeyShareClientHello> decode(ByteView body);
  void encode(Writer& writer) const {
    writer.vec16([&] { shares.encode(writer); });
  }
};

struct KeyShareServerHello {
  static constexpr ExtensionType type = ExtensionType::key_share;
  KeyShareEntry share{};

  static Result<KeyShareServerHello> decode(ByteView body) noexcept;
  void encode(Writer& writer) const { KeyShareEntry::write(writer, share); }
};

struct KeyShareHelloRetryRequest {
  static constexpr ExtensionType type = ExtensionType::key_share;
  NamedGroup selected_group{};

  static Result<KeyShareHelloRetryRequest> decode(ByteView body) noexcept;
  void encode(Writer& writer) const { writer.u16(static_cast<std::uint16_t>(selected_group)); }
};

}  // namespace keyway::wire
