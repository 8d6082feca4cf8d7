// SPDX-License-Identifier: Apache-2.0
//
// Peers that show a bare public key in the place of a certificate (RFC 7250). Nobody vouches for such a key, it does not expire
// and names nobody: whose it is must be known before, by a pin or by a function of the program.
//
//   options.peer.certificate_types = {keyway::CertificateType::raw_public_key};
//   options.peer.raw_public_keys.pins = {key_der};           // or its SHA-256
#pragma once

#include <functional>
#include <vector>

#include "keyway/answer.h"
#include "keyway/bytes.h"
#include "keyway/clock.h"
#include "keyway/peer_name.h"
#include "keyway/protocol.h"

namespace keyway {

/// A key that no pin knows. Views are valid until the function returns: copy what a later answer needs.
struct RawPublicKeyQuestion {
  ByteView subject_public_key_info{};  ///< DER (RFC 5280 4.1.2.7), of a kind and size that can be used
  Role peer = Role::server;  ///< who shows it
  const PeerName* name = nullptr;  ///< clients: whom the connection is meant for; null where it has no name
  Now now{};
};
/// Whether the key may be trusted; false refuses it with raw_public_key_unknown. May answer later, from any thread; what it
/// throws is callback_threw. Sessions of configurations with one are resumed by the same configuration alone.
using RawPublicKeyFunction = std::function<void(const RawPublicKeyQuestion&, Answer<bool>)>;

/// Which raw public keys are trusted. Without one of these no configuration takes any: missing_option.
struct RawPublicKeyOptions {
  std::vector<Bytes> pins{};  ///< SubjectPublicKeyInfo as DER, or its SHA-256 (32 bytes)
  RawPublicKeyFunction accept{};  ///< asked about keys that are not pinned
  /// Trust whatever key the peer shows: whoever is on the path can be the peer. For tests.
  bool dangerously_accept_any = false;
};

}  // namespace keyway
