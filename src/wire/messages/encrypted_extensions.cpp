// SPDX-License-Identifier: Apache-2.0
//
// EncryptedExtensions (RFC 8446 4.3.1).
#include "wire/messages/encrypted_extensions.h"

namespace keyway::wire {

Result<EncryptedExtensions> EncryptedExtensions::decode(ByteView body) {
  Reader reader(body);
  KW_ASSIGN(const ByteView block, reader.vec16());
  KW_TRY(reader.finish());
  EncryptedExtensions message;
  KW_ASSIGN(message.extensions, EncryptedExtensionsList::decode(block));
  return message;
}

}  // namespace keyway::wire
