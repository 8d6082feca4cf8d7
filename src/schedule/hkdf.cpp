// SPDX-License-Identifier: Apache-2.0
//
// HKDF and HkdfLabel.
#include "schedule/hkdf.h"

#include <algorithm>

namespace keyway::schedule {

Secret48 hkdf_extract(const crypto::HashMethods& methods, ByteView salt, ByteView key_material) {
  return hmac(methods, salt, key_material);
}

void hkdf_expand(const HmacKey& key, ByteView info, MutableBytes out) {
  Secret<crypto::max_digest_size> block;
  for (unsigned counter = 1; !out.empty(); ++counter) {
    crypto::HashState state = key.begin();
    if (!block.empty()) state.update(block.expose());
    state.update(info);
    const std::byte number[] = {static_cast<std::byte>(counter)};
    state.update(number);
    key.finish(state, block.fill(key.size()).data());
    const ByteView piece = block.expose().first(std::min(out.size(), block.size()));
    std::ranges::copy(piece, out.begin());
    out = out.subspan(piece.size());
  }
}

void expand_label(const HmacKey& secret, std::string_view label, ByteView context, MutableBytes out) {
  //= rfc8446#7.1-2
  constexpr std::string_view prefix = "tls13 ";
  std::array<std::byte, 2 + 1 + 255 + 1 + 255> info;
  auto at = info.begin();
  *at++ = static_cast<std::byte>(out.size() >> 8);
  *at++ = static_cast<std::byte>(out.size());
  *at++ = static_cast<std::byte>(prefix.size() + label.size());
  at = std::ranges::copy(as_bytes(prefix), at).out;
  at = std::ranges::copy(as_bytes(label), at).out;
  *at++ = static_cast<std::byte>(context.size());
  at = std::ranges::copy(context, at).out;
  hkdf_expand(secret, ByteView(info.begin(), at), out);
}

Secret48 expand_label(const crypto::HashMethods& methods, ByteView secret, std::string_view label, ByteView context,
                      std::size_t size) {
  Secret48 out;
  expand_label(HmacKey(methods, secret), label, context, out.fill(size));
  return out;
}

Secret48 derive_secret(const HmacKey& secret, std::string_view label, const TranscriptHash& messages) {
  Secret48 out;
  expand_label(secret, label, messages.view(), out.fill(secret.size()));
  return out;
}

}  // namespace keyway::schedule
