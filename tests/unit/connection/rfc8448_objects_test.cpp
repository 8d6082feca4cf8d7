// SPDX-License-Identifier: Apache-2.0
//
// RFC 8448, both sides, through key schedule, transcript and records: every secret that the messages of a trace lead to,
// judged by the records that it makes. Six traces, with the keys that both sides drew.
#include <gtest/gtest.h>

#include "fixtures/rfc8448_traces.h"
#include "fixtures/seeded_provider.h"
#include "pki/pem.h"
#include "record/tls_reader.h"
#include "record/tls_writer.h"
#include "schedule/binder.h"
#include "schedule/traffic_keys.h"
#include "wire/messages/client_hello.h"
#include "wire/messages/new_session_ticket13.h"
#include "wire/messages/server_hello.h"

namespace keyway::test {
namespace {

using schedule::TrafficSecret;

const crypto::HashMethods& sha256() {
  static const auto provider = crypto::default_provider();
  return *provider->hash(HashAlgorithm::sha256);
}

/// One record under a secret, as our writer makes it.
Bytes sealed(const TrafficSecret& secret, std::uint64_t number, ContentType type, ByteView content) {
  const auto keys = schedule::traffic_keys(sha256(), secret, 16);
  record::TlsWriter writer;
  OutputQueue out;
  EXPECT_TRUE(
      writer.install(AeadAlgorithm::aes_128_gcm, keys.key.expose(), keys.iv.expose(), *crypto::default_provider(), number));
  EXPECT_TRUE(writer.seal(type, content, out));
  Bytes wire;
  for (const ByteView piece : out.views()) wire.insert(wire.end(), piece.begin(), piece.end());
  return wire;
}

/// What our reader finds in one record.
Bytes opened(const TrafficSecret& secret, std::uint64_t number, ContentType type, Bytes wire) {
  const auto keys = schedule::traffic_keys(sha256(), secret, 16);
  record::TlsReader reader;
  EXPECT_TRUE(
      reader.install(AeadAlgorithm::aes_128_gcm, keys.key.expose(), keys.iv.expose(), *crypto::default_provider(), number));
  std::size_t consumed = 0;
  const auto outcome = reader.open(wire, consumed);
  if (!outcome) return {};
  EXPECT_EQ(consumed, wire.size());
  EXPECT_EQ(std::get<record::Opened>(*outcome).type, type);
  return to_bytes(std::get<record::Opened>(*outcome).fragment);
}

Bytes message(HandshakeType type, ByteView body) {
  const std::byte header[] = {static_cast<std::byte>(type), static_cast<std::byte>(body.size() >> 16),
                              static_cast<std::byte>(body.size() >> 8), static_cast<std::byte>(body.size())};
  return joined({header, body});
}

Bytes length16(std::size_t size) { return {static_cast<std::byte>(size >> 8), static_cast<std::byte>(size)}; }
Bytes length24(std::size_t size) {
  return {static_cast<std::byte>(size >> 16), static_cast<std::byte>(size >> 8), static_cast<std::byte>(size)};
}

const Bytes change_cipher_spec = *from_hex("140303000101");

/// The run of one trace: what each message leads to.
class TraceRun {
 public:
  explicit TraceRun(const std::string& section, ByteView psk = {}) : trace(Trace::read(section)), psk_(to_bytes(psk)) {}

  const Trace trace;
  schedule::Transcript transcript;
  std::optional<schedule::EarlySecret> early;
  TrafficSecret client_early;
  TrafficSecret client_handshake, server_handshake;
  TrafficSecret client_application, server_application;
  schedule::ResumptionSecret resumption;

  Bytes hello() const { return trace.message(retried() ? "Record_ClientHello_2" : "Record_ClientHello_1"); }
  bool retried() const { return trace.has("Record_HelloRetryRequest"); }
  bool compatible() const { return trace["Record_ServerHandshakeMessages"].front() == std::byte{20}; }

  void hellos() {
    early.emplace(sha256(), psk_);
    transcript.start(sha256());
    transcript.update(trace.message("Record_ClientHello_1"));
    if (retried()) {
      transcript.replace_with_message_hash();
      transcript.update(trace.message("Record_HelloRetryRequest"));
      transcript.update(hello());
    }
    client_early = early->client_early_traffic(transcript.current());
    EXPECT_EQ(trace.message("Record_ServerHello"), trace["Message_ServerHello"]);
    transcript.update(trace["Message_ServerHello"]);
  }

  /// Both sides come to the same shared secret with the keys that they drew, and sent the shares of these keys.
  SharedSecret agreed() const {
    const Bytes hello_message = hello();
    const Bytes answer = trace["Message_ServerHello"];
    const auto offer = wire::ClientHello::decode(ByteView(hello_message).subspan(4)).value();
    const auto choice = wire::ServerHello::decode(ByteView(answer).subspan(4)).value();
    const wire::KeyShareEntry theirs = choice.extensions.get<wire::KeyShareServerHello>()->share;
    wire::KeyShareEntry ours;
    for (const wire::KeyShareEntry& share : offer.extensions.get<wire::KeyShareClientHello>()->shares) {
      if (share.group == theirs.group) ours = share;
    }
    const SeededProvider client(pool(trace["Client_RNG_Pool"]));
    const SeededProvider server(pool(trace["Server_RNG_Pool"]));
    auto client_key = drawn(client, theirs.group, offer.random, offer.legacy_session_id, retried());
    auto server_key = drawn(server, theirs.group, choice.random, {}, false);
    EXPECT_EQ(to_bytes(client_key->share()), to_bytes(ours.key_exchange));
    EXPECT_EQ(to_bytes(server_key->share()), to_bytes(theirs.key_exchange));
    SharedSecret secret = std::move(*client_key).agree(theirs.key_exchange).value();
    EXPECT_EQ(to_bytes(secret.expose()), to_bytes(std::move(*server_key).agree(ours.key_exchange).value().expose()));
    return secret;
  }

  /// To the client's Finished; returns the client's flight as records.
  Bytes handshake(ByteView client_authentication = {}, ByteView end_of_early_data = {}) {
    schedule::HandshakeSecret secret = std::move(*early).into_handshake(agreed().expose());
    client_handshake = secret.client_handshake_traffic(transcript.current());
    server_handshake = secret.server_handshake_traffic(transcript.current());
    transcript.update(flight_.empty() ? trace.server_flight(false) : flight_);
    const auto server_finished = schedule::verify_data(sha256(), server_handshake, transcript.current());
    EXPECT_EQ(to_hex(message(HandshakeType::finished, server_finished.view())), to_hex(trace["Message_Server_Finished"]));
    transcript.update(trace["Message_Server_Finished"]);
    const schedule::MasterSecret master = std::move(secret).into_master();
    client_application = master.client_application_traffic_0(transcript.current());
    server_application = master.server_application_traffic_0(transcript.current());
    transcript.update(end_of_early_data);
    transcript.update(client_authentication);
    const auto client_finished = schedule::verify_data(sha256(), client_handshake, transcript.current());
    const Bytes finished = message(HandshakeType::finished, client_finished.view());
    transcript.update(finished);
    resumption = master.resumption_master(transcript.current());
    Bytes flight = compatible() ? change_cipher_spec : Bytes();
    if (!end_of_early_data.empty()) flight = sealed(client_early, 1, ContentType::handshake, end_of_early_data);
    return joined({flight, sealed(client_handshake, 0, ContentType::handshake, joined({client_authentication, finished}))});
  }

  void expect_server_flight() const {
    Bytes records = trace["Record_ServerHandshakeMessages"];
    if (compatible()) records.erase(records.begin(), records.begin() + 6);
    const Bytes flight = trace.server_flight(true);
    EXPECT_EQ(to_hex(sealed(server_handshake, 0, ContentType::handshake, flight)), to_hex(records));
    EXPECT_EQ(to_hex(opened(server_handshake, 0, ContentType::handshake, records)), to_hex(flight));
  }

  /// The server's record holds the messages of the trace and the Finished that belongs to them.
  void expect_flight_of_its_own() {
    const schedule::HandshakeSecret secret = std::move(*early).into_handshake(agreed().expose());
    const TrafficSecret server = secret.server_handshake_traffic(transcript.current());
    transcript.update(trace.server_flight(false));
    const auto finished = schedule::verify_data(sha256(), server, transcript.current());
    const Bytes flight = joined({trace.server_flight(false), message(HandshakeType::finished, finished.view())});
    EXPECT_EQ(to_hex(sealed(server, 0, ContentType::handshake, flight)), to_hex(trace["Record_ServerHandshakeMessages"]));
  }

  void put_back_server_name() {
    Bytes body = trace["Message_EncryptedExtensions"];
    body.erase(body.begin(), body.begin() + 6);
    body.insert(body.end() - 4, 4, std::byte{0});  // ahead of early_data
    flight_ = message(HandshakeType::encrypted_extensions, joined({length16(body.size()), body}));
  }

  /// Data and close_notify both ways.
  void expect_records_after_the_handshake() const {
    std::uint64_t from_client = 0;
    std::uint64_t from_server = trace.has("Record_NewSessionTicket") ? 1 : 0;
    const auto expect = [](const TrafficSecret& secret, std::uint64_t number, ContentType type, ByteView content,
                           const Bytes& wire) {
      EXPECT_EQ(to_hex(sealed(secret, number, type, content)), to_hex(wire));
      EXPECT_EQ(to_hex(opened(secret, number, type, wire)), to_hex(content));
    };
    const Bytes close_notify = *from_hex("0100");
    if (trace.has("Client_AppData")) {
      expect(client_application, from_client++, ContentType::application_data, trace["Client_AppData"],
             trace["Record_Client_AppData"]);
      expect(server_application, from_server++, ContentType::application_data, trace["Server_AppData"],
             trace["Record_Server_AppData"]);
    }
    expect(client_application, from_client, ContentType::alert, close_notify, trace["Record_Client_CloseNotify"]);
    expect(server_application, from_server, ContentType::alert, close_notify, trace["Record_Server_CloseNotify"]);
  }

 private:
  static std::unique_ptr<crypto::KeyAgreement> drawn(const SeededProvider& from, NamedGroup group, ByteView random,
                                                     ByteView session_id, bool second) {
    Bytes bytes(random.size());
    EXPECT_TRUE(from.random(bytes));
    EXPECT_EQ(bytes, to_bytes(random));
    bytes.resize(session_id.size());
    EXPECT_TRUE(from.random(bytes));
    EXPECT_EQ(bytes, to_bytes(session_id));
    if (second) { EXPECT_TRUE(from.key_agreement(NamedGroup::x25519)); }
    return from.key_agreement(group).value();
  }

  const Bytes psk_;
  Bytes flight_;  ///< in the place of the trace's, up to Finished
};

/// The PSK behind the ticket of section 3.
Bytes resumption_psk_of_the_simple_handshake() {
  TraceRun run("Simple_1RTT_Handshake");
  run.hellos();
  (void)run.handshake();
  const Bytes record = opened(run.server_application, 0, ContentType::handshake, run.trace["Record_NewSessionTicket"]);
  const auto ticket = wire::NewSessionTicket13::decode(ByteView(record).subspan(4)).value();
  return to_bytes(schedule::resumption_psk(sha256(), run.resumption, ticket.ticket_nonce).expose());
}

class Rfc8448Objects : public testing::TestWithParam<const char*> {};

TEST_P(Rfc8448Objects, EveryRecordIsTheTraces) {
  TraceRun run(GetParam());
  run.hellos();
  const Bytes client_flight = run.handshake();
  run.expect_server_flight();
  EXPECT_EQ(to_hex(client_flight), to_hex(run.trace["Record_ClientFinished"]));
  run.expect_records_after_the_handshake();
}

INSTANTIATE_TEST_SUITE_P(Traces, Rfc8448Objects,
                         testing::Values("Simple_1RTT_Handshake", "HelloRetryRequest_Handshake", "Middlebox_Compatibility_Mode"),
                         [](const auto& param) { return std::string(param.param); });

TEST(Rfc8448Trace, ClientAuthentication) {
  TraceRun run("Client_Authentication_Handshake");
  run.hellos();
  const Bytes der = pki::pem_certificates(trace_file("client_certificate.pem")).value().front();
  const Bytes entry = joined({length24(der.size()), der, *from_hex("0000")});
  const Bytes certificate = message(HandshakeType::certificate, joined({*from_hex("00"), length24(entry.size()), entry}));
  const Bytes signature = run.trace["Client_MessageSignature"];
  ASSERT_EQ(signature.size(), 0x80u);
  const Bytes verify = message(HandshakeType::certificate_verify, joined({*from_hex("08040080"), signature}));
  const Bytes client_flight = run.handshake(joined({certificate, verify}));
  run.expect_server_flight();
  EXPECT_EQ(to_hex(client_flight), to_hex(run.trace["Record_ClientFinished"]));
  run.expect_records_after_the_handshake();
}

TEST(Rfc8448Trace, TicketAndItsKey) {
  TraceRun run("Simple_1RTT_Handshake");
  run.hellos();
  (void)run.handshake();
  const Bytes wire = run.trace["Record_NewSessionTicket"];
  const Bytes ticket_message = opened(run.server_application, 0, ContentType::handshake, wire);
  ASSERT_GT(ticket_message.size(), 4u);
  EXPECT_EQ(sealed(run.server_application, 0, ContentType::handshake, ticket_message), wire);
  const auto ticket = wire::NewSessionTicket13::decode(ByteView(ticket_message).subspan(4)).value();
  EXPECT_EQ(to_bytes(ticket.ticket), run.trace["SessionTicket"]);
  // The saved session of the trace holds the same key.
  const std::string saved = to_hex(run.trace["Client_SessionData"]);
  EXPECT_NE(saved.find(to_hex(resumption_psk_of_the_simple_handshake())), std::string::npos);
}

TEST(Rfc8448Trace, ResumedWithEarlyData) {
  const Bytes psk = resumption_psk_of_the_simple_handshake();
  TraceRun run("Resumed_0RTT_Handshake", psk);
  run.hellos();
  const Bytes hello_message = run.hello();
  const auto hello = wire::ClientHello::decode(ByteView(hello_message).subspan(4)).value();
  const auto binder = schedule::psk_binder(sha256(), psk, schedule::BinderKind::resumption,
                                           schedule::Transcript().hash_with(sha256(), hello.truncated(hello_message)));
  EXPECT_EQ(to_bytes(binder.view()), to_bytes(*hello.extensions.get<wire::PreSharedKeyClientHello>()->binders.begin()));
  const Bytes early_record = run.trace["Record_Client_EarlyAppData"];
  EXPECT_EQ(sealed(run.client_early, 0, ContentType::application_data, run.trace["Client_EarlyAppData"]), early_record);
  // The published copy has this one flight anew, without the empty server_name of the RFC's EncryptedExtensions; all that
  // follows is the RFC's. So that flight is judged as it stands, and the name put back for the rest.
  TraceRun copy("Resumed_0RTT_Handshake", psk);
  copy.hellos();
  copy.expect_flight_of_its_own();
  run.put_back_server_name();
  const Bytes client_flight = run.handshake({}, message(HandshakeType::end_of_early_data, {}));
  EXPECT_EQ(to_hex(client_flight), to_hex(run.trace["Record_ClientFinished"]));
  run.expect_records_after_the_handshake();
}

TEST(Rfc8448Trace, ExternalPsk) {
  const Bytes psk = Trace::read("Externally_Provided_PSK_with_Ephemeral_Key")["PskSecret"];
  TraceRun run("Externally_Provided_PSK_with_Ephemeral_Key", psk);
  run.hellos();
  const Bytes hello_message = run.hello();
  const auto hello = wire::ClientHello::decode(ByteView(hello_message).subspan(4)).value();
  const auto binder = schedule::psk_binder(sha256(), psk, schedule::BinderKind::external,
                                           schedule::Transcript().hash_with(sha256(), hello.truncated(hello_message)));
  EXPECT_EQ(to_bytes(binder.view()), to_bytes(*hello.extensions.get<wire::PreSharedKeyClientHello>()->binders.begin()));
  const Bytes client_flight = run.handshake();
  run.expect_server_flight();
  EXPECT_EQ(to_hex(client_flight), to_hex(run.trace["Record_ClientFinished"]));
  run.expect_records_after_the_handshake();
}

}  // namespace
}  // namespace keyway::test
