// SPDX-License-Identifier: Apache-2.0
//
// What the gate counts: handshakes of two groups, small and large records. Under callgrind each section is one dump; with
// the argument `allocations` the calls of operator new are printed instead. The argument `more` does each section once
// more than it says, for the proof that growth is found.
#include <valgrind/callgrind.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "gate/counted_new.h"
#include "keyway/connection.h"
#include "loop/credentials.h"

namespace {

using namespace keyway;

constexpr int handshakes = 8;
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

class Workload {
 public:
  Workload() {
    ClientOptions client;
    client.protocol.versions = {ProtocolVersion::tls1_3};
    client.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
    client.peer.cacerts = {test::authority().root()};
    ServerOptions server;
    server.protocol.versions = {ProtocolVersion::tls1_3};
    server.certs_keys = {test::authority().leaf()};
    x25519_ = client_with(client, NamedGroup::x25519);
    secp256r1_ = client_with(client, NamedGroup::secp256r1);
    server_ = must(ServerConfig::make(std::move(server)));
    // What is made on first use is not what is counted.
    for (int i = 0; i < 4; ++i) handshake(i % 2 == 0 ? x25519_ : secp256r1_);
  }

  Counts x25519() const { return handshake(x25519_); }
  Counts secp256r1() const { return handshake(secp256r1_); }
  Pair pair() const { return Pair(x25519_, server_, name_); }

 private:
  static std::shared_ptr<const ClientConfig> client_with(ClientOptions options, NamedGroup group) {
    options.protocol.supported_groups = {group};
    return must(ClientConfig::make(std::move(options)));
  }
  Counts handshake(const std::shared_ptr<const ClientConfig>& client) const { return Pair(client, server_, name_).counts(); }

  std::shared_ptr<const ClientConfig> x25519_;
  std::shared_ptr<const ClientConfig> secp256r1_;
  std::shared_ptr<const ServerConfig> server_;
  PeerName name_ = must(PeerName::of("server.test"));
};

template <class Action>
void section(const char* name, int times, Action&& action) {
  CALLGRIND_ZERO_STATS;
  CALLGRIND_TOGGLE_COLLECT;
  for (int i = 0; i < times; ++i) action();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(name);
}

void count_instructions(const Workload& workload, int extra) {
  section("handshake x25519", handshakes + extra, [&] { workload.x25519(); });
  section("handshake secp256r1", handshakes + extra, [&] { workload.secp256r1(); });
  static const std::array<std::byte, 16384> plain{};
  Pair pair = workload.pair();
  for (int i = 0; i < 4; ++i) pair.exchange(plain);
  section("records 100", records + extra, [&] { pair.exchange(ByteView(plain).first(100)); });
  section("records 16384", records + extra, [&] { pair.exchange(plain); });
}

void print_allocations(const Workload& workload, int extra) {
  const Counts x25519 = workload.x25519();
  const Counts secp256r1 = workload.secp256r1();
  static const std::array<std::byte, 16384> plain{};
  Pair pair = workload.pair();
  for (int i = 0; i < 4; ++i) pair.exchange(plain);
  const std::uint64_t before = test::allocations();
  for (int i = 0; i < records; ++i) pair.exchange(ByteView(plain).first(i % 2 == 0 ? 100 : plain.size()));
  const std::uint64_t of_records = test::allocations() - before + static_cast<std::uint64_t>(extra);
  std::printf(
      "{\"handshake x25519, client\": %llu, \"handshake x25519, server\": %llu, \"handshake secp256r1, client\": %llu, "
      "\"handshake secp256r1, server\": %llu, \"%d records\": %llu}\n",
      static_cast<unsigned long long>(x25519.client), static_cast<unsigned long long>(x25519.server),
      static_cast<unsigned long long>(secp256r1.client), static_cast<unsigned long long>(secp256r1.server), records,
      static_cast<unsigned long long>(of_records));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const int extra = argc > 2 && std::string_view(argv[2]) == "more" ? 1 : 0;
  const Workload workload;
  if (what == "instructions") {
    count_instructions(workload, extra);
  } else if (what == "allocations") {
    print_allocations(workload, extra);
  } else {
    std::fprintf(stderr, "usage: gate_workload instructions|allocations [more]\n");
    return 2;
  }
  return 0;
}
