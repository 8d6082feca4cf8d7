// SPDX-License-Identifier: Apache-2.0
//
// A whole client that can do TLS 1.2 against a scripted peer; scripts are script.h.
#include "connection/ends.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  keyway::fuzz::check(keyway::fuzz::Role::older_client, std::as_bytes(std::span(data, size)));
  return 0;
}
