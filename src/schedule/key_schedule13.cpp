// SPDX-License-Identifier: Apache-2.0
//
// RFC 8446 7.1. Every label of the schedule stands here, once.
#include "schedule/key_schedule13.h"

namespace keyway::schedule {

namespace {

constexpr std::array<std::byte, crypto::max_digest_size> zeros{};

/// Derive-Secret(HKDF-Extract(0, 0), "derived", ""): what salts the handshake secret where no PSK is used. It depends on the
/// hash alone; a test derives both.
constexpr unsigned char sha256_salt[] = {0x6f, 0x26, 0x15, 0xa1, 0x08, 0xc7, 0x02, 0xc5, 0x67, 0x8f, 0x54,
                                         0xfc, 0x9d, 0xba, 0xb6, 0x97, 0x16, 0xc0, 0x76, 0x18, 0x9c, 0x48,
                                         0x25, 0x0c, 0xeb, 0xea, 0xc3, 0x57, 0x6c, 0x36, 0x11, 0xba};
constexpr unsigned char sha384_salt[] = {0x15, 0x91, 0xda, 0xc5, 0xcb, 0xbf, 0x03, 0x30, 0xa4, 0xa8, 0x4d, 0xe9,
                                         0xc7, 0x53, 0x33, 0x0e, 0x92, 0xd0, 0x1f, 0x0a, 0x88, 0x21, 0x4b, 0x44,
                                         0x64, 0x97, 0x2f, 0xd6, 0x68, 0x04, 0x9e, 0x93, 0xe5, 0x2f, 0x2b, 0x16,
                                         0xfa, 0xd9, 0x22, 0xfd, 0xc0, 0x58, 0x44, 0x78, 0x42, 0x8f, 0x28, 0x2b};

ByteView zeros_of(const crypto::HashMethods& hash) { return ByteView(zeros).first(hash.digest_size); }

/// The salt of the stage behind this one.
Secret48 salt_behind(const HmacKey& stage) { return derive_secret(stage, "derived", empty_hash(stage.methods())); }

Secret48 salt_without_psk(const crypto::HashMethods& hash) {
  if (hash.algorithm == HashAlgorithm::sha256) return Secret48(std::as_bytes(std::span(sha256_salt)));
  if (hash.algorithm == HashAlgorithm::sha384) return Secret48(std::as_bytes(std::span(sha384_salt)));
  return salt_behind(HmacKey(hash, hkdf_extract(hash, {}, zeros_of(hash)).expose()));
}

/// HKDF-Extract, its result as a key.
HmacKey extract(const crypto::HashMethods& hash, const Secret48& salt, ByteView input) {
  return HmacKey(hash, hkdf_extract(hash, salt.expose(), input.empty() ? zeros_of(hash) : input).expose());
}

}  // namespace

EarlySecret::EarlySecret(const crypto::HashMethods& hash, ByteView psk) : hash_(&hash) {
  if (!psk.empty()) key_.emplace(hash, hkdf_extract(hash, {}, psk).expose());
}

HmacKey EarlySecret::key() const { return key_ ? *key_ : HmacKey(*hash_, hkdf_extract(*hash_, {}, zeros_of(*hash_)).expose()); }

BinderKey EarlySecret::binder_key(BinderKind kind) const {
  const std::string_view label = kind == BinderKind::resumption ? "res binder"
                                 //= rfc9258#5.2-1
                                 : kind == BinderKind::imported ? "imp binder"
                                                                : "ext binder";
  return {derive_secret(key(), label, empty_hash(*hash_))};
}

TrafficSecret EarlySecret::client_early_traffic(const TranscriptHash& client_hello) const {
  return {derive_secret(key(), "c e traffic", client_hello)};
}

ExporterSecret EarlySecret::early_exporter_master(const TranscriptHash& client_hello) const {
  return {derive_secret(key(), "e exp master", client_hello)};
}

HandshakeSecret EarlySecret::into_handshake(ByteView shared) && {
  HandshakeSecret next(extract(*hash_, key_ ? salt_behind(*key_) : salt_without_psk(*hash_), shared));
  key_.reset();
  return next;
}

TrafficSecret HandshakeSecret::client_handshake_traffic(const TranscriptHash& to_server_hello) const {
  return {derive_secret(key_, "c hs traffic", to_server_hello)};
}

TrafficSecret HandshakeSecret::server_handshake_traffic(const TranscriptHash& to_server_hello) const {
  return {derive_secret(key_, "s hs traffic", to_server_hello)};
}

MasterSecret HandshakeSecret::into_master() && {
  MasterSecret next(extract(key_.methods(), salt_behind(key_), {}));
  key_.clear();
  return next;
}

TrafficSecret MasterSecret::client_application_traffic_0(const TranscriptHash& to_server_finished) const {
  return {derive_secret(key_, "c ap traffic", to_server_finished)};
}

TrafficSecret MasterSecret::server_application_traffic_0(const TranscriptHash& to_server_finished) const {
  return {derive_secret(key_, "s ap traffic", to_server_finished)};
}

ExporterSecret MasterSecret::exporter_master(const TranscriptHash& to_server_finished) const {
  return {derive_secret(key_, "exp master", to_server_finished)};
}

ResumptionSecret MasterSecret::resumption_master(const TranscriptHash& to_client_finished) const {
  return {derive_secret(key_, "res master", to_client_finished)};
}

Secret48 resumption_psk(const crypto::HashMethods& hash, const ResumptionSecret& secret, ByteView ticket_nonce) {
  return expand_label(hash, secret.value.expose(), "resumption", ticket_nonce, hash.digest_size);
}

}  // namespace keyway::schedule
