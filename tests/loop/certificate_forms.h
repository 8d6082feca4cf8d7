// SPDX-License-Identifier: Apache-2.0
//
// Pairs whose ends show raw public keys, and what is expected of them.
#pragma once

#include <gtest/gtest.h>

#include "loop/key_exchange.h"
#include "loop/sessions.h"

namespace keyway::test {

inline CertKey raw_identity(NewKey kind = NewKey::ec_p256) {
  const auto der = crypto::default_provider()->generate_private_key(kind).value();
  CertKey identity;
  identity.signer = crypto::default_provider()->private_key(der.expose(), {}).value();
  identity.raw_public_key = true;
  return identity;
}

inline Bytes key_of(const CertKey& identity) { return to_bytes(identity.signer->subject_public_key_info()); }

inline Bytes sha256(ByteView bytes) {
  crypto::HashState hash(crypto::default_provider()->hash(HashAlgorithm::sha256));
  hash.update(bytes);
  Bytes digest(hash.digest_size());
  hash.finish(digest.data());
  return digest;
}

inline VerifyOptions pinning(const CertKey& identity, std::vector<CertificateType> types = {CertificateType::raw_public_key}) {
  VerifyOptions options;
  options.certificate_types = std::move(types);
  options.raw_public_keys.pins = {key_of(identity)};
  return options;
}

/// The server shows a raw public key, which the client has pinned; in this version alone.
struct RawPair : PairOptions {
  explicit RawPair(ProtocolVersion version) {
    client = client_options();
    server = server_options();
    client.protocol.versions = server.protocol.versions = {version};
    server.certs_keys = {raw_identity()};
    client.peer = pinning(server.certs_keys.front());
  }
  /// Both sides do.
  void with_client_key() {
    client.certs_keys = {raw_identity()};
    server.peer = pinning(client.certs_keys.front());
    server.peer.verify = VerifyMode::verify_peer;
  }
};

inline void expect_all_well(const Pair& pair) {
  EXPECT_FALSE(pair.client.error) << pair.client.error->message();
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_TRUE(pair.connected());
}

inline Bytes chain_bytes(const std::shared_ptr<const CertificateChain>& chain) {
  return chain ? to_bytes(chain->der(0)) : Bytes();
}

/// One end refuses, and the other one is told so.
inline void expect_refusal(const End& by, const End& other, Errc code, AlertDescription alert) {
  expect_failed(by, code, alert);
  EXPECT_EQ(alert_at(other), alert);
}

/// The client meets the server's flight of TLS 1.3 with one message changed.
inline void meet_changed(Pair& pair, const KeyBook& book, HandshakeType type,
                         const std::function<void(HandshakeMessage&)>& change) {
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  pair.client.give(
      edit_flight(pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), [&](Messages& flight) {
        for (HandshakeMessage& message : flight) {
          if (message.type == type) change(message);
        }
      }));
}

}  // namespace keyway::test
