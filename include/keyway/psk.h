// SPDX-License-Identifier: Apache-2.0
//
// External pre-shared keys (RFC 8446 4.2.11; importer RFC 9258) and who finds them.
//
//   ServerOptions options{.psk = {.keys = {Psk::make("sensor-7", key)}}};
//   ServerOptions options{.psk = {.lookup = [&](ByteView identity, Answer<std::shared_ptr<const Psk>> answer) { ... }}};
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "keyway/answer.h"
#include "keyway/protocol.h"
#include "keyway/secret.h"

namespace keyway {

/// One external key: random, at least 16 bytes (shorter ones are warned of), for one direction. Who is client and server under
/// the same identity and key can be made to talk to itself (RFC 9257 4.1): give each direction its own, or import one key with a
/// context that names client and server. Immutable and shared; the key bytes wipe themselves.
struct Psk {
  Bytes identity;
  std::shared_ptr<const SecretBytes> key;
  HashAlgorithm hash = HashAlgorithm::sha256;  ///< RFC 8446 4.2.11: one key belongs to one hash
  bool imported = false;  ///< RFC 9258: identity and key are external ones, to be imported for each hash and TLS 1.3
  Bytes context{};        ///< RFC 9258 context, imported keys only

  static Psk make(std::string_view identity, ByteView key, HashAlgorithm hash = HashAlgorithm::sha256) {
    return {.identity = to_bytes(as_bytes(identity)), .key = std::make_shared<const SecretBytes>(key), .hash = hash};
  }
};

/// Finds the key of an identity; answers null for an unknown one, which continues without the key and tells nobody. On clients it
/// finds a key by the hint of a server of TLS 1.2 or below (empty: there was none), and null ends the handshake.
/// Called by the thread that drives the connection, for identities as received (up to 65,535 bytes). An answer that breaks
/// the rules of PskOptions::keys (no key, another hash than SHA-256 and SHA-384) ends the handshake with wrong_answer.
using PskLookup = std::function<void(ByteView identity, Answer<std::shared_ptr<const Psk>>)>;

/// IANA PskKeyExchangeMode (RFC 8446 4.2.9).
enum class PskKeyExchangeMode : std::uint8_t { psk_ke = 0, psk_dhe_ke = 1 };

}  // namespace keyway
