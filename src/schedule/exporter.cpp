// SPDX-License-Identifier: Apache-2.0
//
// Exporters.
#include "schedule/exporter.h"

namespace keyway::schedule {

void export_keying_material(const crypto::HashMethods& hash, const Secret48& exporter_master, std::string_view label,
                            ByteView context, MutableBytes out) {
  //= rfc8446#7.5-1
  const Secret48 secret = derive_secret(HmacKey(hash, exporter_master.expose()), label, empty_hash(hash));
  crypto::HashState state(&hash);
  state.update(context);
  TranscriptHash hashed;
  hashed.size = hash.digest_size;
  state.finish(hashed.bytes.data());
  expand_label(HmacKey(hash, secret.expose()), "exporter", hashed.view(), out);
}

Result<void> export_keying_material12(const PrfKey& master, std::string_view label, std::optional<ByteView> context,
                                      ByteView client_random, ByteView server_random, MutableBytes out) {
  if (!context) {
    master.expand(label, client_random, server_random, out);
    return {};
  }
  if (context->size() > 0xffff) return fail(Errc::too_long);
  const std::array length{static_cast<std::byte>(context->size() >> 8), static_cast<std::byte>(context->size())};
  const ByteView seed[] = {client_random, server_random, length, *context};
  master.expand(label, seed, out);
  return {};
}

}  // namespace keyway::schedule
