// SPDX-License-Identifier: Apache-2.0
//
// EncryptedExtensions (RFC 8446 4.3.1). That only what was offered is answered: who holds the SentExtensions checks.
#pragma once

#include "wire/extension_lists.h"
#include "wire/message.h"

namespace keyway::wire {

struct EncryptedExtensions {
  static constexpr HandshakeType type = HandshakeType::encrypted_extensions;
  static constexpr Hashed hashed = Hashed::after;

  EncryptedExtensionsList extensions{};

  /// Views into `body`.
  static Result<EncryptedExtensions> decode(ByteView body);
  void encode(Writer& writer) const {
    writer.vec16([&] { extensions.encode(writer); });
  }
};

}  // namespace keyway::wire
