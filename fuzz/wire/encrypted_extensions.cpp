// SPDX-License-Identifier: Apache-2.0
//
// The body of EncryptedExtensions.
#include "wire/messages/encrypted_extensions.h"

#include "unit/wire/stable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway::wire;
  const auto input = std::as_bytes(std::span(data, size));
  (void)stable<EncryptedExtensions>(input);
  return 0;
}
