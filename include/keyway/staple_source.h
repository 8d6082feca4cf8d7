// SPDX-License-Identifier: Apache-2.0
//
// Where the OCSP response comes from that is stapled to a certificate of ours (RFC 6066 8, RFC 8446 4.4.2.1), when it changes
// while a configuration is in use. The stock one, which fetches, is ocsp_stapler.h; a program may have its own:
//
//   class Mine final : public keyway::StapleSource {
//     std::shared_ptr<const keyway::Bytes> staple(keyway::WallTime now) const override { return newest_.load(); }
//     std::atomic<std::shared_ptr<const keyway::Bytes>> newest_;
//   };
//   options.certs_keys = {{.certfile = "cert.pem", .keyfile = "key.pem", .ocsp_staple_source = std::make_shared<Mine>()}};
#pragma once

#include <memory>

#include "keyway/bytes.h"
#include "keyway/clock.h"

namespace keyway {

/// The port. A connection asks once in each handshake that sends the certificate to a peer that wants a staple, and sends what it
/// gets unchanged: both TLS 1.2 and 1.3. Called on the thread that drives the connection, by several at once.   \since 0.1
class StapleSource {
 public:
  virtual ~StapleSource() = default;
  /// DER of an OCSPResponse that is good at `now`; null or empty: none is stapled. It is waited for, so it must come at once:
  /// hand out what is there, and fetch elsewhere. What it throws counts as none, and so does a response that has no answer for
  /// the serial number of the certificate, as after a reload. The bytes must not change any more.
  virtual std::shared_ptr<const Bytes> staple(WallTime now) const = 0;
};

}  // namespace keyway
