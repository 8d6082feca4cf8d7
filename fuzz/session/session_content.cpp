// SPDX-License-Identifier: Apache-2.0
//
// What a server seals into its tickets, from any bytes: refused as malformed, or equal to what it is encoded to again.
#include <algorithm>
#include <cstdlib>

#include "session/session_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway;
  const ByteView content = std::as_bytes(std::span(data, size));
  const auto decoded = session::decode_session(content);
  if (!decoded) {
    if (decoded.error().code() != Errc::malformed_session) std::abort();
    return 0;
  }
  if (!std::ranges::equal(session::encode(**decoded).expose(), content)) std::abort();
  return 0;
}
