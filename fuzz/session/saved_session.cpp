// SPDX-License-Identifier: Apache-2.0
//
// Saved tickets from any bytes: refused as malformed, or equal to what they are saved as again.
#include <algorithm>
#include <cstdlib>

#include "keyway/session_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway;
  const ByteView saved = std::as_bytes(std::span(data, size));
  const auto loaded = SessionTicket::load(saved);
  if (!loaded) {
    if (loaded.error().code() != Errc::malformed_session) std::abort();
    return 0;
  }
  if (!std::ranges::equal((*loaded)->save().expose(), saved)) std::abort();
  return 0;
}
