// SPDX-License-Identifier: Apache-2.0
//
// Repeatable runs.
#include "property/runs.h"

#include <stdexcept>

#include "fixtures/identities.h"
#include "fixtures/seeded_provider.h"
#include "pki/pem.h"

namespace keyway::test {

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

constexpr WallTime wall{std::chrono::seconds(1'800'000'000)};  // 2027-01-15, inside the validity of the fixtures
constexpr Now test_now{TimePoint(std::chrono::hours(1)), wall};

/// Takes every chain: these runs are about bytes, not about trust.
class TakeAll final : public Verifier {
 public:
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    std::move(answer).give(TrustedChain::accepted_by_user(question, "the run of a test"));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("take all")); }
};

CertKey identity(const crypto::Provider& provider) {
  CertKey key;
  key.cert = {must(pki::pem_certificates(ed25519_certificate)).front()};
  key.signer = must(provider.private_key_pem(ed25519_key, {}));
  return key;
}

Connection make(Role role, std::string_view seed) {
  const auto provider = std::make_shared<SeededProvider>(seed);
  const VerifyOptions peer{.verify = VerifyMode::verify_peer, .verifier = std::make_shared<TakeAll>()};
  if (role == Role::client) {
    ClientOptions options{.certs_keys = {identity(*provider)}, .peer = peer};
    options.provider = provider;
    options.permute_extensions = true;  // drawn from the seed as well
    return must(
        Connection::client(must(ClientConfig::make(std::move(options))), must(PeerName::of("ed.example")), test_now, 443));
  }
  ServerOptions options{.certs_keys = {identity(*provider)}, .peer = peer};
  options.provider = provider;
  options.tickets.mode = TicketMode::stateful;
  options.tickets.count = 2;
  // The client's share is of another group: the run has a HelloRetryRequest and its cookie.
  options.protocol.supported_groups = {NamedGroup::secp256r1};
  return must(Connection::server(must(ServerConfig::make(std::move(options))), test_now));
}

void nothing(Side&) {}
void send_data(Side& side) { must(side.connection().send(as_bytes(std::string(300, side.record().data.empty() ? 'a' : 'b')))); }
void ask_for_key_update(Side& side) { must(side.connection().update_keys(KeyUpdateRequest::update_requested)); }
void close(Side& side) { must(side.connection().close()); }

/// Events as texts; a new kind of event has none and does not compile.
struct Named {
  std::string operator()(const NeedBytes&) const { return "NeedBytes"; }
  std::string operator()(const ApplicationData&) const { return "ApplicationData"; }
  std::string operator()(const HandshakeDone&) const { return "HandshakeDone"; }
  std::string operator()(const HelloReceived&) const { return "HelloReceived"; }
  std::string operator()(const TicketReceived& e) const { return "TicketReceived " + std::to_string(e.ticket->ticket.size()); }
  std::string operator()(const PeerClosed&) const { return "PeerClosed"; }
  std::string operator()(const Blocked&) const { return "Blocked"; }
  std::string operator()(const KeysUpdated& e) const { return e.by_peer ? "KeysUpdated by peer" : "KeysUpdated"; }
  std::string operator()(const Renegotiated& e) const { return e.by_peer ? "Renegotiated by peer" : "Renegotiated"; }
  std::string operator()(const AlertReceived& e) const { return "AlertReceived " + std::string(to_string(e.description)); }
  std::string operator()(const PeerAuthenticated&) const { return "PeerAuthenticated"; }
  std::string operator()(const FalseStarted&) const { return "FalseStarted"; }
};

}  // namespace

Side::Side(Role role, std::string_view seed) : connection_(make(role, seed)) {}

void Side::note(const Progress& progress) {
  if (const auto* plain = std::get_if<ApplicationData>(&progress)) {
    record_.data += as_text(plain->plaintext);
    return;
  }
  const std::string name = std::visit(Named(), progress);
  // A closed side says so as often as it is asked.
  if (name == "PeerClosed" && !record_.events.empty() && record_.events.back() == name) return;
  record_.events.push_back(name);
}

void Side::note(const Error& error) {
  if (!record_.error) record_.error = error.code();
}

void Side::feed(ByteView bytes) {
  inbox_.insert(inbox_.end(), bytes.begin(), bytes.end());
  std::size_t used = 0;
  while (!failed()) {
    const auto step = connection_.receive(MutableBytes(inbox_).subspan(used));
    if (!step) return note(step.error());
    used += step->consumed;
    if (std::holds_alternative<NeedBytes>(step->progress)) break;
    note(step->progress);
    if (std::holds_alternative<PeerClosed>(step->progress)) break;
  }
  inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(used));
}

void Side::end_of_input() {
  const auto step = connection_.end_of_input();
  if (!step) return note(step.error());
  note(step->progress);
}

Bytes Side::take_output() {
  Bytes bytes;
  for (const ByteView piece : connection_.output()) bytes.insert(bytes.end(), piece.begin(), piece.end());
  connection_.output_sent(bytes.size());
  record_.output.insert(record_.output.end(), bytes.begin(), bytes.end());
  return bytes;
}

Conversation converse(std::string_view client_seed, std::string_view server_seed) {
  Conversation all;
  Side client(Role::client, client_seed);
  Side server(Role::server, server_seed);
  // Bytes go back and forth until nobody has any; then one side acts.
  const auto rest = [&] {
    for (;;) {
      const Bytes there = client.take_output();
      if (!there.empty()) {
        all.to_server.push_back({there, nothing});
        server.feed(there);
      }
      const Bytes back = server.take_output();
      if (!back.empty()) {
        all.to_client.push_back({back, nothing});
        client.feed(back);
      }
      if (there.empty() && back.empty()) return;
    }
  };
  const auto act = [&](Side& side, std::vector<Turn>& turns, Act action) {
    rest();
    turns.back().act = action;
    action(side);
  };
  act(client, all.to_client, send_data);
  act(server, all.to_server, send_data);
  act(client, all.to_client, ask_for_key_update);
  act(server, all.to_server, ask_for_key_update);
  act(client, all.to_client, send_data);
  act(server, all.to_server, close);
  act(client, all.to_client, close);
  rest();
  all.client = client.record();
  all.server = server.record();
  return all;
}

}  // namespace keyway::test
