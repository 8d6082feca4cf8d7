// SPDX-License-Identifier: Apache-2.0
//
// What the gate counts: handshakes of two groups, with a known chain and, in TLS 1.2, full and resumed ones; the judgement of a
// chain; small and large records. Under callgrind each section is one dump; with the argument `allocations` the calls of
// operator new are printed instead. The argument `more` does each section once more than it says, for the proof that growth
// is found.
#include <valgrind/callgrind.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include "gate/counted_new.h"
#include "keyway/cipher_suites.h"
#include "keyway/connection.h"
#include "loop/credentials.h"
#include "pki/verify_driver.h"

namespace {

using namespace keyway;

constexpr int handshakes = 8;
constexpr int judgements = 32;
constexpr int records = 64;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().message().c_str());
  std::exit(2);
}

struct Counts {
  std::uint64_t client = 0;
  std::uint64_t server = 0;
};

/// Two ends and the bytes between them, without containers: what they would do is not the library's.
class Pair {
 public:
  Pair(const std::shared_ptr<const ClientConfig>& client, const std::shared_ptr<const ServerConfig>& server,
       const PeerName& name) {
    const Now now{TimePoint(std::chrono::hours(1)), test::test_time};
    spend(counts_.client, [&] { client_.emplace(must(Connection::client(client, name, now, 443))); });
    spend(counts_.server, [&] { server_.emplace(must(Connection::server(server, now))); });
    while (!client_->handshake_done() || !server_->handshake_done()) {
      const MutableBytes there = carry(*client_);
      spend(counts_.server, [&] { take(*server_, there); });
      const MutableBytes back = carry(*server_);
      spend(counts_.client, [&] { take(*client_, back); });
    }
  }

  /// A record from client to server.
  void exchange(ByteView plain) {
    if (must(client_->send(plain)) != plain.size()) std::exit(2);
    take(*server_, carry(*client_));
  }
  const Counts& counts() const noexcept { return counts_; }

 private:
  template <class Action>
  static void spend(std::uint64_t& counter, Action&& action) {
    const std::uint64_t before = test::allocations();
    action();
    counter += test::allocations() - before;
  }

  static MutableBytes carry(Connection& from) {
    static std::array<std::byte, 65536> wire;
    std::size_t size = 0;
    for (const ByteView piece : from.output()) {
      std::memcpy(wire.data() + size, piece.data(), piece.size());
      size += piece.size();
    }
    from.output_sent(size);
    return MutableBytes(wire).first(size);
  }

  static void take(Connection& to, MutableBytes wire) {
    for (;;) {
      const Step step = must(to.receive(wire));
      wire = wire.subspan(step.consumed);
      if (std::holds_alternative<NeedBytes>(step.progress)) break;
    }
    if (!wire.empty()) std::exit(2);
  }

  std::optional<Connection> client_;
  std::optional<Connection> server_;
  Counts counts_;
};

/// Two configurations that are made once.
class Kind {
 public:
  Kind(const char* name, ClientOptions client, ServerOptions server, bool knows_chain = false) : name_(name) {
    client.peer.cacerts = {test::authority().root()};
    client.peer.remember_signatures = knows_chain;
    server.certs_keys = {test::authority().leaf()};
    client_ = must(ClientConfig::make(std::move(client)));
    server_ = must(ServerConfig::make(std::move(server)));
    // What is made on first use is not what is counted.
    handshake();
    handshake();
  }

  const char* name() const noexcept { return name_; }
  Counts handshake() const { return pair().counts(); }
  Pair pair() const { return Pair(client_, server_, destination_); }

 private:
  const char* name_;
  std::shared_ptr<const ClientConfig> client_;
  std::shared_ptr<const ServerConfig> server_;
  PeerName destination_ = must(PeerName::of("server.test"));
};

Kind newest(const char* name, NamedGroup group, bool knows_chain = false) {
  ClientOptions client;
  client.protocol.versions = {ProtocolVersion::tls1_3};
  client.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
  client.protocol.supported_groups = {group};
  ServerOptions server;
  server.protocol.versions = {ProtocolVersion::tls1_3};
  return Kind(name, std::move(client), std::move(server), knows_chain);
}

enum class Resumes : unsigned char { never, by_id, by_ticket };

Kind older(const char* name, const char* suite, Resumes resumes) {
  ClientOptions client;
  client.protocol.versions = {ProtocolVersion::tls1_2};
  client.protocol.ciphers = {must(str_to_suite(suite))};
  client.protocol.supported_groups = {NamedGroup::secp256r1};
  client.protocol.encrypt_then_mac = false;
  ServerOptions server;
  server.protocol = client.protocol;
  if (resumes != Resumes::never) client.sessions.store = memory_client_sessions();
  client.sessions.tickets = server.sessions.tickets = resumes == Resumes::by_ticket;
  server.sessions.reuse_sessions = resumes == Resumes::by_id;
  return Kind(name, std::move(client), std::move(server));
}

constexpr const char* gcm = "ECDHE-ECDSA-AES128-GCM-SHA256";
constexpr const char* cbc = "ECDHE-ECDSA-AES128-SHA";

std::vector<Kind> handshake_kinds() {
  return {newest("handshake x25519", NamedGroup::x25519),
          newest("handshake secp256r1", NamedGroup::secp256r1),
          newest("handshake known chain", NamedGroup::x25519, true),
          older("handshake tls12", gcm, Resumes::never),
          older("resumed by id", gcm, Resumes::by_id),
          older("resumed by ticket", gcm, Resumes::by_ticket)};
}

/// The stock verifier, asked about leaf and intermediate as a client asks it.
class Judging {
 public:
  Judging() { judge(); }

  void judge() const {
    const VerifyQuestion question{.chain = views_, .name = &name_, .now = now_, .provider = provider_.get()};
    verifier_->verify(question, Answer<TrustedChain>(slot_));
    must(*slot_->take<TrustedChain>());
  }

 private:
  static std::shared_ptr<const pki::TrustStore> anchors(const std::shared_ptr<const crypto::Provider>& provider) {
    std::vector<std::string> warnings;
    const ByteView root = test::authority().root();
    return must(pki::TrustStore::from_der({&root, 1}, provider, warnings));
  }

  std::shared_ptr<const crypto::Provider> provider_ = crypto::default_provider();
  std::vector<Bytes> chain_ = test::authority().leaf().cert;
  std::vector<ByteView> views_{chain_.begin(), chain_.end()};
  PeerName name_ = must(PeerName::of("server.test"));
  Now now_{TimePoint(std::chrono::hours(1)), test::test_time};
  std::shared_ptr<const Verifier> verifier_ = make_verifier({.anchors = anchors(provider_)});
  std::shared_ptr<AnswerSlot> slot_ = std::make_shared<AnswerSlot>();
};

const std::array<std::byte, 16384> plain{};

struct Records {
  const char* name;
  Pair pair;
  std::size_t size;

  void exchange() { pair.exchange(ByteView(plain).first(size)); }
};

/// Connections that have sent records already.
std::vector<Records> record_kinds() {
  const Kind tls13 = newest("", NamedGroup::x25519);
  const Kind tls12_gcm = older("", gcm, Resumes::never);
  const Kind tls12_cbc = older("", cbc, Resumes::never);
  std::vector<Records> all;
  all.push_back({"records 100", tls13.pair(), 100});
  all.push_back({"records 16384", tls13.pair(), plain.size()});
  all.push_back({"records tls12 gcm 100", tls12_gcm.pair(), 100});
  all.push_back({"records tls12 cbc 100", tls12_cbc.pair(), 100});
  all.push_back({"records tls12 cbc 16384", tls12_cbc.pair(), plain.size()});
  for (Records& one : all) {
    for (int i = 0; i < 4; ++i) one.pair.exchange(plain);
  }
  return all;
}

template <class Action>
void section(const char* name, int times, Action&& action) {
  CALLGRIND_ZERO_STATS;
  CALLGRIND_TOGGLE_COLLECT;
  for (int i = 0; i < times; ++i) action();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(name);
}

void count_instructions(int extra) {
  for (const Kind& kind : handshake_kinds()) section(kind.name(), handshakes + extra, [&] { kind.handshake(); });
  const Judging judging;
  section("chain", judgements + extra, [&] { judging.judge(); });
  for (Records& one : record_kinds()) section(one.name, records + extra, [&] { one.exchange(); });
}

void print_allocations(int extra) {
  const char* separator = "{";
  const auto print = [&](const char* name, const char* what, std::uint64_t count) {
    std::printf("%s\"%s%s\": %llu", separator, name, what, static_cast<unsigned long long>(count));
    separator = ", ";
  };
  for (const Kind& kind : handshake_kinds()) {
    const Counts counts = kind.handshake();
    print(kind.name(), ", client", counts.client);
    print(kind.name(), ", server", counts.server);
  }
  const Judging judging;
  const std::uint64_t before_chain = test::allocations();
  judging.judge();
  print("chain", "", test::allocations() - before_chain);
  for (Records& one : record_kinds()) {
    const std::uint64_t before = test::allocations();
    for (int i = 0; i < records; ++i) one.exchange();
    print(one.name, "", test::allocations() - before + static_cast<std::uint64_t>(extra));
  }
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const int extra = argc > 2 && std::string_view(argv[2]) == "more" ? 1 : 0;
  if (what == "instructions") {
    count_instructions(extra);
  } else if (what == "allocations") {
    print_allocations(extra);
  } else {
    std::fprintf(stderr, "usage: gate_workload instructions|allocations [more]\n");
    return 2;
  }
  return 0;
}
