// SPDX-License-Identifier: Apache-2.0
//
// pre_shared_key (RFC 8446 4.2.11). What the binders cover: ClientHello::truncated.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct PskIdentity {
  ByteView identity{};  ///< not empty
  std::uint32_t obfuscated_ticket_age = 0;

  using Item = PskIdentity;
  static Result<PskIdentity> read(Reader&) noexcept;
  static void write(Writer&, const PskIdentity&);
};

struct PreSharedKeyClientHello {
  static constexpr ExtensionType type = ExtensionType::pre_shared_key;
  ItemList<PskIdentity> identities{};
  /// A wrong length does not fit the PSK, below 32 bytes (RFC 8446 4.2.11) as above: such a hello is refused with the
  /// binder (decrypt_error), where it is looked at.
  ItemList<Vec8Codec<0>> binders{};

  /// Error psk_binder_count: not one binder an identity.
  static Result<PreSharedKeyClientHello> decode(ByteView body);
  void encode(Writer&) const;
  /// Bytes of the binders with the length of their list: the tail of the ClientHello that its binders do not cover.
  std::size_t binders_size() const;
};

struct PreSharedKeyServerHello {
  static constexpr ExtensionType type = ExtensionType::pre_shared_key;
  std::uint16_t selected_identity = 0;

  static Result<PreSharedKeyServerHello> decode(ByteView body) noexcept;
  void encode(Writer& writer) const { writer.u16(selected_identity); }
};

}  // namespace keyway::wire
