// SPDX-License-Identifier: Apache-2.0
//
// The key schedule of TLS 1.3 as types (figure of RFC 8446 7.1). A stage is consumed by the step to the next one, so that
// no secret can be asked from the wrong stage or twice from a used one. Stages hold their secret as an HMAC key, because
// everything that is derived from one is a MAC under it.
//
//     PSK ->  EarlySecret      -> binders, early traffic, early exporter
//                  | (EC)DHE
//             HandshakeSecret  -> handshake traffic
//                  |
//             MasterSecret     -> application traffic, exporter, resumption
#pragma once

#include <optional>

#include "schedule/hkdf.h"

namespace keyway::schedule {

/// Named, so that two secrets cannot be exchanged by accident.
struct TrafficSecret {
  Secret48 value;
};
struct ExporterSecret {
  Secret48 value;
};
struct ResumptionSecret {
  Secret48 value;
};
struct BinderKey {
  Secret48 value;
};

/// Which label a binder key has (RFC 8446 7.1, RFC 9258 5.2).
enum class BinderKind : std::uint8_t { external, resumption, imported };

class MasterSecret {
 public:
  TrafficSecret client_application_traffic_0(const TranscriptHash& to_server_finished) const;
  TrafficSecret server_application_traffic_0(const TranscriptHash& to_server_finished) const;
  ExporterSecret exporter_master(const TranscriptHash& to_server_finished) const;
  ResumptionSecret resumption_master(const TranscriptHash& to_client_finished) const;

 private:
  friend class HandshakeSecret;
  explicit MasterSecret(HmacKey key) : key_(std::move(key)) {}
  HmacKey key_;
};

class HandshakeSecret {
 public:
  TrafficSecret client_handshake_traffic(const TranscriptHash& to_server_hello) const;
  TrafficSecret server_handshake_traffic(const TranscriptHash& to_server_hello) const;
  MasterSecret into_master() &&;

 private:
  friend class EarlySecret;
  explicit HandshakeSecret(HmacKey key) : key_(std::move(key)) {}
  HmacKey key_;
};

class EarlySecret {
 public:
  /// `psk` empty: the zeros of a handshake without one.
  EarlySecret(const crypto::HashMethods&, ByteView psk);
  BinderKey binder_key(BinderKind) const;
  TrafficSecret client_early_traffic(const TranscriptHash& client_hello) const;
  ExporterSecret early_exporter_master(const TranscriptHash& client_hello) const;
  /// `shared` empty: psk_ke, the zeros again.
  HandshakeSecret into_handshake(ByteView shared) &&;

 private:
  HmacKey key() const;

  const crypto::HashMethods* hash_;
  std::optional<HmacKey> key_;  ///< nothing without a PSK: then what follows is a constant
};

/// RFC 8446 4.6.1: the PSK of one ticket.
Secret48 resumption_psk(const crypto::HashMethods&, const ResumptionSecret&, ByteView ticket_nonce);

}  // namespace keyway::schedule
