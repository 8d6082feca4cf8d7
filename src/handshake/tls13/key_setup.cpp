// SPDX-License-Identifier: Apache-2.0
//
// RFC 8446 7.1, step by step, with the key log lines that belong to each step.
#include "handshake/tls13/key_setup.h"

namespace keyway::handshake::tls13 {

Keys make_handshake_keys(ByteView psk, ByteView shared_secret, Flow& flow) {
  const crypto::HashMethods& hash = *flow.facts().hash;
  const schedule::TranscriptHash to_server_hello = flow.transcript().current();
  //= rfc8446#7.1-1
  schedule::HandshakeSecret secret = schedule::EarlySecret(hash, psk).into_handshake(shared_secret);
  schedule::TrafficSecret client = secret.client_handshake_traffic(to_server_hello);
  schedule::TrafficSecret server = secret.server_handshake_traffic(to_server_hello);
  flow.log_secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET", client.value.expose());
  flow.log_secret("SERVER_HANDSHAKE_TRAFFIC_SECRET", server.value.expose());
  return std::make_unique<HandshakeKeys>(
      HandshakeKeys{{}, std::move(secret).into_master(), std::move(client), std::move(server)});
}

void derive_application_secrets(HandshakeKeys& keys, Flow& flow) {
  const schedule::TranscriptHash to_server_finished = flow.transcript().current();
  keys.client_application = keys.master.client_application_traffic_0(to_server_finished);
  keys.server_application = keys.master.server_application_traffic_0(to_server_finished);
  flow.facts().exporter_master = std::move(keys.master.exporter_master(to_server_finished).value);
  flow.log_secret("CLIENT_TRAFFIC_SECRET_0", keys.client_application.value.expose());
  flow.log_secret("SERVER_TRAFFIC_SECRET_0", keys.server_application.value.expose());
  flow.log_secret("EXPORTER_SECRET", flow.facts().exporter_master.expose());
}

Traffic make_traffic(HandshakeKeys& keys, Flow& flow) {
  return {{},
          std::move(keys.client_application),
          std::move(keys.server_application),
          keys.master.resumption_master(flow.transcript().current())};
}

Result<void> install_handshake_keys(const HandshakeKeys& keys, Flow& flow) {
  const bool client = flow.in().role == Role::client;
  KW_TRY(flow.install_read(client ? keys.server_handshake : keys.client_handshake));
  return flow.install_write(client ? keys.client_handshake : keys.server_handshake);
}

}  // namespace keyway::handshake::tls13
