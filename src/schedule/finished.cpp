// SPDX-License-Identifier: Apache-2.0
//
// Finished and binders of TLS 1.3 share their computation (RFC 8446 4.2.11.2, 4.4.4).
#include "schedule/finished.h"

#include "schedule/binder.h"

namespace keyway::schedule {

namespace {

VerifyData finished_mac(const crypto::HashMethods& hash, const Secret48& base_key, const TranscriptHash& transcript) {
  const Secret48 key = expand_label(hash, base_key.expose(), "finished", {}, hash.digest_size);
  const HmacKey prepared(hash, key.expose());
  crypto::HashState state = prepared.begin();
  state.update(transcript.view());
  VerifyData mac;
  mac.size = hash.digest_size;
  prepared.finish(state, mac.bytes.data());
  return mac;
}

}  // namespace

VerifyData verify_data(const crypto::HashMethods& hash, const TrafficSecret& base_key, const TranscriptHash& transcript) {
  return finished_mac(hash, base_key.value, transcript);
}

VerifyData verify_data12(const PrfKey& master, Role sender, const TranscriptHash& transcript) {
  constexpr std::size_t verify_data_size = 12;  // RFC 5246 7.4.9: no suite in use says otherwise
  VerifyData data;
  data.size = verify_data_size;
  const ByteView seed = transcript.view();
  master.expand(sender == Role::client ? "client finished" : "server finished", ByteViews(&seed, 1),
                MutableBytes(data.bytes).first(verify_data_size));
  return data;
}

VerifyData psk_binder(const crypto::HashMethods& hash, ByteView psk, BinderKind kind, const TranscriptHash& truncated) {
  return finished_mac(hash, EarlySecret(hash, psk).binder_key(kind).value, truncated);
}

Secret48 import_psk(const crypto::HashMethods& external_hash, ByteView external_psk, ByteView imported_identity,
                    std::size_t size) {
  // RFC 9258 4.1: the external key is extracted with its own hash, the identity is hashed with it.
  //= rfc9258#4.1-2
  const Secret48 extracted = hkdf_extract(external_hash, {}, external_psk);
  crypto::HashState state(&external_hash);
  state.update(imported_identity);
  TranscriptHash identity;
  identity.size = external_hash.digest_size;
  state.finish(identity.bytes.data());
  return expand_label(external_hash, extracted.expose(), "derived psk", identity.view(), size);
}

}  // namespace keyway::schedule
