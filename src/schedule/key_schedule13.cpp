// SPDX-License-Identifier: Apache-2.0
//
// RFC 8446 7.1. Every label of the schedule stands here, once.
#include "schedule/key_schedule13.h"

namespace keyway::schedule {

namespace {

constexpr std::array<std::byte, crypto::max_digest_size> zeros{};

Secret48 derive(const crypto::HashMethods& hash, const Secret48& secret, std::string_view label, const TranscriptHash& messages) {
  return derive_secret(HmacKey(hash, secret.expose()), label, messages);
}

/// The step between two stages: Derive-Secret(., "derived", "") salts the next Extract.
Secret48 next_stage(const crypto::HashMethods& hash, const Secret48& secret, ByteView input) {
  const Secret48 salt = derive(hash, secret, "derived", empty_hash(hash));
  return hkdf_extract(hash, salt.expose(), input.empty() ? ByteView(zeros).first(hash.digest_size) : input);
}

}  // namespace

EarlySecret::EarlySecret(const crypto::HashMethods& hash, ByteView psk)
    : hash_(&hash), value_(hkdf_extract(hash, {}, psk.empty() ? ByteView(zeros).first(hash.digest_size) : psk)) {}

BinderKey EarlySecret::binder_key(BinderKind kind) const {
  const std::string_view label = kind == BinderKind::resumption ? "res binder"
                                 //= rfc9258#5.2-1
                                 : kind == BinderKind::imported ? "imp binder"
                                                                : "ext binder";
  return {derive(*hash_, value_, label, empty_hash(*hash_))};
}

TrafficSecret EarlySecret::client_early_traffic(const TranscriptHash& client_hello) const {
  return {derive(*hash_, value_, "c e traffic", client_hello)};
}

ExporterSecret EarlySecret::early_exporter_master(const TranscriptHash& client_hello) const {
  return {derive(*hash_, value_, "e exp master", client_hello)};
}

HandshakeSecret EarlySecret::into_handshake(ByteView shared) && {
  HandshakeSecret next(*hash_, next_stage(*hash_, value_, shared));
  value_.clear();
  return next;
}

TrafficSecret HandshakeSecret::client_handshake_traffic(const TranscriptHash& to_server_hello) const {
  return {derive(*hash_, value_, "c hs traffic", to_server_hello)};
}

TrafficSecret HandshakeSecret::server_handshake_traffic(const TranscriptHash& to_server_hello) const {
  return {derive(*hash_, value_, "s hs traffic", to_server_hello)};
}

MasterSecret HandshakeSecret::into_master() && {
  MasterSecret next(*hash_, next_stage(*hash_, value_, {}));
  value_.clear();
  return next;
}

TrafficSecret MasterSecret::client_application_traffic_0(const TranscriptHash& to_server_finished) const {
  return {derive(*hash_, value_, "c ap traffic", to_server_finished)};
}

TrafficSecret MasterSecret::server_application_traffic_0(const TranscriptHash& to_server_finished) const {
  return {derive(*hash_, value_, "s ap traffic", to_server_finished)};
}

ExporterSecret MasterSecret::exporter_master(const TranscriptHash& to_server_finished) const {
  return {derive(*hash_, value_, "exp master", to_server_finished)};
}

ResumptionSecret MasterSecret::resumption_master(const TranscriptHash& to_client_finished) const {
  return {derive(*hash_, value_, "res master", to_client_finished)};
}

Secret48 resumption_psk(const crypto::HashMethods& hash, const ResumptionSecret& secret, ByteView ticket_nonce) {
  return expand_label(hash, secret.value.expose(), "resumption", ticket_nonce, hash.digest_size);
}

}  // namespace keyway::schedule
