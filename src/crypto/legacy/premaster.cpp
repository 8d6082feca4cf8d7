// SPDX-License-Identifier: Apache-2.0
//
// Block type 2 of PKCS#1 with exactly 48 bytes in it, unpadded without a branch: where the bytes would be is known, so all that
// is asked is whether everything before them is as it must be.
#include "crypto/legacy/premaster.h"

#include "base/ct.h"

namespace keyway::crypto {

Secret48 rsa_premaster(ByteView encoded, ProtocolVersion client_version, ByteView random_bytes) noexcept {
  constexpr std::size_t min_padding = 8;  // RFC 8017 7.2.2
  // Public: a key that is too small for this.
  if (encoded.size() < 2 + min_padding + 1 + rsa_premaster_size) return Secret48(random_bytes);
  const auto at = [&encoded](std::size_t index) { return std::to_integer<std::uint32_t>(encoded[index]); };
  const std::size_t begin = encoded.size() - rsa_premaster_size;
  const auto version = static_cast<std::uint32_t>(client_version);
  ct::Mask good = ct::is_zero(at(0)) & ct::is_equal(at(1), 2) & ct::is_zero(at(begin - 1));
  for (std::size_t i = 2; i < begin - 1; ++i) good &= ~ct::is_zero(at(i));
  // RFC 5246 7.4.7.1: the version of the ClientHello, which nobody may have changed on the way.
  good &= ct::is_equal(at(begin) << 8 | at(begin + 1), version);
  Secret48 premaster;
  const MutableBytes out = premaster.fill(rsa_premaster_size);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::byte>(ct::select(good, at(begin + i), std::to_integer<std::uint32_t>(random_bytes[i])));
  }
  return premaster;
}

}  // namespace keyway::crypto
