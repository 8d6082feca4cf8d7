// SPDX-License-Identifier: Apache-2.0
//
// The body of a server_hello, of either kind.
#include "wire/messages/server_hello.h"

#include "unit/wire/stable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway::wire;
  const auto input = std::as_bytes(std::span(data, size));
  if (ServerHello::matches(input) == HelloRetryRequest::matches(input)) broken("a server_hello is one of two");
  if (ServerHello::matches(input)) {
    (void)stable<ServerHello>(input);
  } else {
    (void)stable<HelloRetryRequest>(input);
  }
  return 0;
}
