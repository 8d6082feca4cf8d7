// SPDX-License-Identifier: Apache-2.0
//
// What was negotiated so far. `info` is what users see and stays; the rest lives as long as the connection needs it.
#pragma once

#include <cstdint>

#include "keyway/connection_info.h"
#include "keyway/crypto/primitives.h"
#include "keyway/secret.h"

namespace keyway::handshake {

/// Record sizes that the two sides agreed on (RFC 6066 4, RFC 8449). Both count the plaintext without the type byte.
struct RecordSizes {
  std::uint16_t send = 16384;
  std::uint16_t receive = 16384;
};

struct Facts {
  ConnectionInfo info{};
  const crypto::HashMethods* hash = nullptr;  ///< of the suite, once it is chosen
  WallTime authenticated_at{};                ///< of the full handshake behind this connection
  WallTime peer_not_after = WallTime::max();
  RecordSizes sizes{};
  Secret48 exporter_master{};                 ///< RFC 8446 7.5, from Finished on
  CertificateType client_certificates = CertificateType::x509;  ///< what was agreed on for certificates of the client (RFC 7250)
  CertificateType server_certificates = CertificateType::x509;  ///< likewise
  bool compatibility = false;  ///< RFC 8446 D.4: the dummy ChangeCipherSpec is sent
  bool post_handshake_auth = false;  ///< both sides can (RFC 8446 4.6.2)
  bool peer_takes_tickets = false;  ///< servers: the client's PSK modes do not forbid it
};

/// What a handshake within a connection begins with; the secret of TLS 1.3, which has none, stays behind.
inline Facts facts_within(const Facts& now) {
  Facts next;
  next.info = now.info;
  next.hash = now.hash;
  next.authenticated_at = now.authenticated_at;
  next.peer_not_after = now.peer_not_after;
  next.sizes = now.sizes;
  return next;
}
/// The handshake within is done: its facts are the connection's, whose bytes were counted on meanwhile.
inline void succeed(Facts& now, Facts&& next) {
  next.info.bytes_in = now.info.bytes_in;
  next.info.bytes_out = now.info.bytes_out;
  now = std::move(next);
}

}  // namespace keyway::handshake
