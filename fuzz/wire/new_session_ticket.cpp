// SPDX-License-Identifier: Apache-2.0
//
// The body of a NewSessionTicket of TLS 1.3.
#include "wire/messages/new_session_ticket13.h"

#include "unit/wire/stable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway::wire;
  const auto input = std::as_bytes(std::span(data, size));
  (void)stable<NewSessionTicket13>(input);
  return 0;
}
