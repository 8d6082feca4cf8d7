// SPDX-License-Identifier: Apache-2.0
//
// RFC 8448, a whole client: our connection stands where the trace's ClientHello left its author, reads what the server of
// the trace sent, and must answer with the bytes of the trace: its flight, its data, its close_notify.
#include <gtest/gtest.h>

#include "fixtures/rfc8448_traces.h"
#include "fixtures/seeded_provider.h"
#include "pki/pem.h"
#include "unit/connection/rfc8448_ports.h"

namespace keyway::test {
namespace {

class TraceClient {
 public:
  explicit TraceClient(const std::string& section) : trace(Trace::read(section)), hello_(trace.message("Record_ClientHello_1")) {
    const auto hello = wire::ClientHello::decode(ByteView(hello_).subspan(4)).value();
    impl.in_.config = must(ClientConfig::make(options(hello)));
    impl.in_.destination = std::make_unique<handshake::Destination>();
    impl.in_.destination->name = must(PeerName::of("server"));
    auto offer = must(handshake::make_offer(impl.in_));
    EXPECT_EQ(to_bytes(offer->random), to_bytes(hello.random));
    EXPECT_EQ(to_bytes(offer->session_id_view()), to_bytes(hello.legacy_session_id));
    EXPECT_EQ(to_bytes(offer->shares.front()->share()),
              to_bytes((*hello.extensions.get<wire::KeyShareClientHello>()->shares.begin()).key_exchange));
    for (const wire::RawExtension& extension : hello.extensions.all()) offer->sent.set(extension.type);
    stand_behind(*offer);
    if (trace.has("Record_HelloRetryRequest")) {
      retry(std::move(offer));
      return;
    }
    impl.handshaker_.start(handshake::hello::client::WaitServerHello{std::move(offer)});
  }

  /// Reads records to their end; application data is returned.
  Bytes feed(Bytes records) {
    Bytes data;
    MutableBytes rest(records);
    for (;;) {
      const auto step = impl.receive(rest);
      if (!step) {
        ADD_FAILURE() << step.error().message();
        return data;
      }
      rest = rest.subspan(step->consumed);
      if (std::holds_alternative<NeedBytes>(step->progress)) break;
      if (const auto* plain = std::get_if<ApplicationData>(&step->progress))
        data.insert(data.end(), plain->plaintext.begin(), plain->plaintext.end());
      if (const auto* ticket = std::get_if<TicketReceived>(&step->progress)) tickets.push_back(ticket->ticket);
      if (std::holds_alternative<PeerClosed>(step->progress)) {
        closed = true;
        break;
      }
    }
    EXPECT_TRUE(rest.empty());
    return data;
  }

  void expect_the_handshake() {
    if (second_) {
      take_records(impl, *second_, joined({trace["Record_ServerHello"], trace["Record_ServerHandshakeMessages"]}));
      EXPECT_NE(second_->in<handshake::tls13::client::Connected>(), nullptr);
      EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_ClientFinished"]));
      return;
    }
    feed(joined({trace["Record_ServerHello"], trace["Record_ServerHandshakeMessages"]}));
    EXPECT_TRUE(impl.done());
    EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_ClientFinished"]));
  }

  void expect_data_and_end() {
    if (trace.has("Record_NewSessionTicket")) feed(trace["Record_NewSessionTicket"]);
    if (trace.has("Client_AppData")) {
      const Bytes data = trace["Client_AppData"];
      const ByteView piece(data);
      EXPECT_EQ(impl.send(ByteViews(&piece, 1)).value(), data.size());
      EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_Client_AppData"]));
      EXPECT_EQ(feed(trace["Record_Server_AppData"]), trace["Server_AppData"]);
    }
    impl.send_alert(AlertLevel::warning, AlertDescription::close_notify);
    EXPECT_EQ(to_hex(take_output(impl)), to_hex(trace["Record_Client_CloseNotify"]));
    impl.done_ = true;
    feed(trace["Record_Server_CloseNotify"]);
    EXPECT_TRUE(closed);
  }

  const Trace trace;
  ConnectionImpl impl{Role::client, trace_now};
  std::vector<std::shared_ptr<const SessionTicket>> tickets;
  bool closed = false;

 private:
  ClientOptions options(const wire::ClientHello& hello) const {
    ClientOptions options;
    options.provider = std::make_shared<SeededProvider>(pool(trace["Client_RNG_Pool"]));
    options.protocol.versions = {ProtocolVersion::tls1_3};
    options.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_CHACHA20_POLY1305_SHA256};
    options.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1};
    options.protocol.record_size_limit = 16385;
    options.peer.verifier = std::make_shared<TakeAll>();
    options.middlebox_comp_mode = !hello.legacy_session_id.empty();
    if (trace.has("Client_MessageSignature")) {
      CertKey identity;
      identity.cert = {must(pki::pem_certificates(trace_file("client_certificate.pem"))).front()};
      identity.signer = std::make_shared<InjectedSigner>(SignatureScheme::rsa_pss_rsae_sha256, trace["Client_MessageToSign"],
                                                         trace["Client_MessageSignature"]);
      options.certs_keys = {identity};
    }
    if (trace.has("PskSecret")) options.psk.keys = {Psk::make(trace.text("PskIdentity"), trace["PskSecret"])};
    return options;
  }

  /// As if we had sent the trace's ClientHello.
  void stand_behind(const handshake::ClientOffer& offer) {
    impl.facts_.info.client_random = offer.random;
    impl.facts_.compatibility = impl.in_.client().options.middlebox_comp_mode;
    impl.facts_.info.server_name = "server";
    impl.transcript().update(hello_);
    impl.reader_.set_change_cipher_spec_allowed(true);
  }

  /// And as if we had answered its HelloRetryRequest as the trace does. The connection's own machine would send a second
  /// ClientHello of ours, so another one goes on.
  void retry(std::unique_ptr<handshake::ClientOffer> offer) {
    const Bytes second = trace.message("Record_ClientHello_2");
    const auto hello = wire::ClientHello::decode(ByteView(second).subspan(4)).value();
    offer->shares.clear();
    ASSERT_TRUE(offer->shares.push_back(must(impl.in_.provider().key_agreement(NamedGroup::secp256r1))));
    EXPECT_EQ(to_bytes(offer->shares.front()->share()),
              to_bytes((*hello.extensions.get<wire::KeyShareClientHello>()->shares.begin()).key_exchange));
    for (const wire::RawExtension& extension : hello.extensions.all()) offer->sent.set(extension.type);
    impl.transcript().start(*impl.in_.provider().hash(HashAlgorithm::sha256));
    impl.transcript().replace_with_message_hash();
    impl.transcript().update(trace.message("Record_HelloRetryRequest"));
    impl.transcript().update(second);
    second_.emplace(handshake::tls13::client::WaitSecondServerHello{std::move(offer), CipherSuite::TLS_AES_128_GCM_SHA256,
                                                                    NamedGroup::secp256r1});
  }

  const Bytes hello_;
  std::optional<handshake::Machine<handshake::tls13::client::Figure>> second_;
};

class Rfc8448Client : public testing::TestWithParam<const char*> {};

//= rfc8446#4.4.1-2
TEST_P(Rfc8448Client, SendsTheBytesOfTheTrace) {
  TraceClient client(GetParam());
  client.expect_the_handshake();
  client.expect_data_and_end();
}
INSTANTIATE_TEST_SUITE_P(Traces, Rfc8448Client,
                         testing::Values("Simple_1RTT_Handshake", "HelloRetryRequest_Handshake",
                                         "Client_Authentication_Handshake", "Middlebox_Compatibility_Mode",
                                         "Externally_Provided_PSK_with_Ephemeral_Key"),
                         [](const auto& param) { return std::string(param.param); });

TEST(Rfc8448ClientTicket, IsTheTraces) {
  TraceClient client("Simple_1RTT_Handshake");
  client.expect_the_handshake();
  client.feed(client.trace["Record_NewSessionTicket"]);
  ASSERT_EQ(client.tickets.size(), 1u);
  EXPECT_EQ(client.tickets.front()->ticket, client.trace["SessionTicket"]);
  EXPECT_EQ(client.tickets.front()->session->lifetime, 30u);
  EXPECT_EQ(client.tickets.front()->session->max_early_data, 1024u);
  // The saved session of the trace holds the same key.
  EXPECT_NE(to_hex(client.trace["Client_SessionData"]).find(to_hex(client.tickets.front()->session->secret.expose())),
            std::string::npos);
}

}  // namespace
}  // namespace keyway::test
