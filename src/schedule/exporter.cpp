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

}  // namespace keyway::schedule
