// SPDX-License-Identifier: Apache-2.0
//
// A whole client against a scripted peer; scripts are script.h.
#include "connection/ends.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  keyway::fuzz::check(keyway::fuzz::Role::client, std::as_bytes(std::span(data, size)));
  return 0;
}
