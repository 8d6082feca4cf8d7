// SPDX-License-Identifier: Apache-2.0
//
// RFC 8448, a server from its keys on. The order of extensions in the server's hello and EncryptedExtensions is the
// traces' author's, so these two messages (and a CertificateRequest) are sent as the trace has them. All else is ours and
// must be the trace's bytes: records, Certificate, CertificateVerify, Finished, and what follows the client's flight.
#include <gtest/gtest.h>

#include "fixtures/rfc8448_traces.h"
#include "fixtures/seeded_provider.h"
#include "handshake/tls13/key_setup.h"
#include "handshake/tls13/server_steps.h"
#include "pki/pem.h"
#include "schedule/traffic_keys.h"
#include "unit/connection/rfc8448_ports.h"

namespace keyway::test {
namespace {

namespace server13 = handshake::tls13::server;
using handshake::Machine;

class TraceServer {
 public:
  explicit TraceServer(const std::string& section)
      : trace(Trace::read(section)),
        hello_(trace.message(trace.has("Record_ClientHello_2") ? "Record_ClientHello_2" : "Record_ClientHello_1")) {
    impl.in_.config = must(ServerConfig::make(options()));
    impl.facts_.info.cipher_suite = CipherSuite::TLS_AES_128_GCM_SHA256;
    impl.facts_.hash = impl.in_.provider().hash(HashAlgorithm::sha256);
    impl.facts_.compatibility = !hello().legacy_session_id.empty();
    impl.transcript().start(*impl.facts_.hash);
  }

  wire::ClientHello hello() const { return wire::ClientHello::decode(ByteView(hello_).subspan(4)).value(); }
  bool has_certificate() const { return trace.has("Message_Server_Certificate"); }

  /// ServerHello to Finished.
  void expect_the_flight() {
    impl.transcript().update(trace.message("Record_ClientHello_1"));
    if (trace.has("Record_HelloRetryRequest")) {
      impl.transcript().replace_with_message_hash();
      impl.transcript().update(trace.message("Record_HelloRetryRequest"));
      impl.transcript().update(hello_);
    }
    auto proved = prove_psk();
    send(HandshakeType::server_hello, trace["Message_ServerHello"]);
    EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_ServerHello"]));
    auto keys = handshake::tls13::make_handshake_keys(trace["PskSecret"], agreed().expose(), impl);
    must(impl.send_change_cipher_spec());
    must(handshake::tls13::install_handshake_keys(*keys, impl));
    send(HandshakeType::encrypted_extensions, trace["Message_EncryptedExtensions"]);
    if (has_certificate()) {
      sign(std::move(keys));
    } else {
      must(server13::finish_flight(*keys, impl));
      machine_.emplace(server13::WaitFinished{std::move(keys), std::move(*proved)});
    }
    EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_ServerHandshakeMessages"]));
  }

  /// The client's messages, in the records of the trace.
  void expect_the_client() {
    take_records(impl, *machine_, trace["Record_ClientFinished"]);
    ASSERT_NE(machine_->in<server13::Connected>(), nullptr);
    EXPECT_EQ(impl.facts_.info.client_authenticated, trace.has("Client_MessageSignature"));
    impl.done_ = true;
  }

  void expect_data_and_end() {
    if (trace.has("Record_NewSessionTicket")) {
      send(HandshakeType::new_session_ticket, ticket_of_the_trace());
      EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_NewSessionTicket"]));
    }
    if (trace.has("Client_AppData")) {
      EXPECT_EQ(opened(trace["Record_Client_AppData"], ContentType::application_data), trace["Client_AppData"]);
      const Bytes data = trace["Server_AppData"];
      const ByteView piece(data);
      EXPECT_EQ(impl.send(ByteViews(&piece, 1)).value(), data.size());
      EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_Server_AppData"]));
    }
    EXPECT_EQ(opened(trace["Record_Client_CloseNotify"], ContentType::alert), *from_hex("0100"));
    impl.send_alert(AlertLevel::warning, AlertDescription::close_notify);
    EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_Server_CloseNotify"]));
  }

  const Trace trace;
  ConnectionImpl impl{Role::server, trace_now};

 private:
  ServerOptions options() const {
    ServerOptions options;
    options.provider = crypto::default_provider();
    options.peer = {.verify = VerifyMode::verify_peer, .verifier = std::make_shared<TakeAll>()};
    if (!has_certificate()) {
      options.psk.keys = {Psk::make(trace.text("PskIdentity"), trace["PskSecret"])};
      return options;
    }
    CertKey identity;
    const Bytes certificate = trace["Message_Server_Certificate"];
    const auto decoded = wire::Certificate13::decode(ByteView(certificate).subspan(4)).value();
    for (const wire::CertificateEntry& entry : decoded.entries) identity.cert.push_back(to_bytes(entry.cert_data));
    identity.signer = std::make_shared<InjectedSigner>(scheme(), trace["Server_MessageToSign"], trace["Server_MessageSignature"]);
    options.certs_keys = {identity};
    return options;
  }

  SignatureScheme scheme() const {
    const Bytes verify = trace["Message_Server_CertificateVerify"];
    return wire::CertificateVerify::decode(ByteView(verify).subspan(4)).value().algorithm;
  }

  void send(HandshakeType type, const Bytes& message) {
    must(impl.Flow::send(type, [&](wire::Writer& w) { w.bytes(ByteView(message).subspan(4)); }));
  }

  std::optional<handshake::tls13::AuthenticatedPsk> prove_psk() {
    if (!trace.has("PskSecret")) return std::nullopt;
    schedule::Transcript nothing;
    std::swap(impl.transcript(), nothing);  // the binder covers the hello alone
    const Bytes key = trace["PskSecret"];
    const wire::ClientHello offer = hello();
    const handshake::tls13::OfferedBinder offered{.key = key, .truncated_hello = offer.truncated(hello_)};
    auto proved = must(
        handshake::tls13::check_binder(offered, *offer.extensions.get<wire::PreSharedKeyClientHello>()->binders.begin(), impl));
    std::swap(impl.transcript(), nothing);
    return proved;
  }

  SharedSecret agreed() const {
    const SeededProvider drawn(pool(trace["Server_RNG_Pool"]));
    Bytes random(32);
    must(drawn.random(random));
    const Bytes message = trace["Message_ServerHello"];
    const auto answer = wire::ServerHello::decode(ByteView(message).subspan(4)).value();
    EXPECT_EQ(random, to_bytes(answer.random));
    const NamedGroup group = answer.extensions.get<wire::KeyShareServerHello>()->share.group;
    const wire::ClientHello offer = hello();
    for (const wire::KeyShareEntry& share : offer.extensions.get<wire::KeyShareClientHello>()->shares) {
      if (share.group == group) return must(std::move(*must(drawn.key_agreement(group))).agree(share.key_exchange));
    }
    throw std::runtime_error("no share of the group");
  }

  /// Certificate, and CertificateVerify by way of the state that asks the signer.
  void sign(handshake::tls13::Keys keys) {
    const bool requested = trace.has("Message_CertificateRequest");
    if (requested) send(HandshakeType::certificate_request, trace["Message_CertificateRequest"]);
    must(handshake::tls13::send_certificate(impl.in_.common().identities.front().get(), {}, impl));
    const handshake::Sign question{0, scheme(), handshake::tls13::signature_content(Role::server, impl)};
    machine_.emplace(server13::AskSignature{question, std::move(keys), requested});
    settle(impl, *machine_);
  }

  Bytes opened(Bytes wire, ContentType type) {
    std::size_t size = 0;
    const auto outcome = must(impl.reader_.open(wire, size));
    EXPECT_EQ(std::get<record::Opened>(outcome).type, type);
    return to_bytes(std::get<record::Opened>(outcome).fragment);
  }

  Bytes ticket_of_the_trace() {
    const auto keys = schedule::traffic_keys(*impl.facts_.hash, machine_->in<server13::Connected>()->traffic.server, 16);
    record::TlsReader reader;
    must(reader.install(AeadAlgorithm::aes_128_gcm, keys.key.expose(), keys.iv.expose(), impl.in_.provider()));
    Bytes wire = trace["Record_NewSessionTicket"];
    std::size_t size = 0;
    const auto outcome = must(reader.open(wire, size));
    return to_bytes(std::get<record::Opened>(outcome).fragment);
  }

  const Bytes hello_;
  std::optional<Machine<server13::Figure>> machine_;
};

class Rfc8448Server : public testing::TestWithParam<const char*> {};

TEST_P(Rfc8448Server, SendsTheBytesOfTheTrace) {
  TraceServer server(GetParam());
  server.expect_the_flight();
  server.expect_the_client();
  server.expect_data_and_end();
}
INSTANTIATE_TEST_SUITE_P(Traces, Rfc8448Server,
                         testing::Values("Simple_1RTT_Handshake", "HelloRetryRequest_Handshake",
                                         "Client_Authentication_Handshake", "Middlebox_Compatibility_Mode",
                                         "Externally_Provided_PSK_with_Ephemeral_Key"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace keyway::test
