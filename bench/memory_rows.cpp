// SPDX-License-Identifier: Apache-2.0
//
// Allocations of a handshake and of a record, heap of idle connections. Counts do not depend on time, so one process
// counts them once; it is a child, because libcrypto takes another allocator only before its first use and because
// counting would slow both stacks down while they are timed.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "keyway_peer.h"
#include "libssl_peer.h"
#include "must.h"
#include "rows.h"
#include "tally.h"

namespace keyway::bench {
namespace {

constexpr auto by_side = [](Side side, auto&& turn) {
  const Counted counted(side);
  turn();
};

template <class Action>
Tally difference(Action&& action) {
  const Tally before = tally();
  action();
  Tally after = tally();
  for (std::size_t i = 0; i < after.own.size(); ++i) {
    after.own[i].allocations -= before.own[i].allocations;
    after.own[i].bytes -= before.own[i].bytes;
    after.libcrypto[i].allocations -= before.libcrypto[i].allocations;
    after.libcrypto[i].bytes -= before.libcrypto[i].bytes;
  }
  return after;
}

void add_handshake(const char* name, const KeywayStack& keyway, const LibsslStack& libssl, Figures& figures) {
  for (int i = 0; i < 20; ++i) keyway.handshake(by_side);
  libssl.handshake(by_side);
  const Tally ours = difference([&] { keyway.handshake(by_side); });
  const Tally theirs = difference([&] { libssl.handshake(by_side); });
  for (const Side side : {Side::client, Side::server}) {
    figures.push_back({"allocations a handshake (operator new, arena blocks)",
                       fmt::format("{}, {}", name, side == Side::client ? "client" : "server"),
                       static_cast<double>(ours.own_of(side).allocations), "allocations", at_most(10),
                       fmt::format("and {} inside libcrypto; libssl: {}", ours.libcrypto_of(side).allocations,
                                   theirs.libcrypto_of(side).allocations)});
  }
}

/// One record of every size there and back; the peer's output is the wire.
void exchange(KeywayStack::Pair& pair, std::size_t size, Bytes& plain, Bytes& wire) {
  require(must(pair.client.send(ByteView(plain).first(size))) == size, "send");
  std::size_t filled = 0;
  for (const ByteView piece : pair.client.output()) {
    std::memcpy(wire.data() + filled, piece.data(), piece.size());
    filled += piece.size();
  }
  pair.client.output_sent(filled);
  const Step step = must(pair.server.receive(MutableBytes(wire).first(filled)));
  require(std::get<ApplicationData>(step.progress).plaintext.size() == size, "receive");
}

void add_records(const KeywayStack& keyway, Figures& figures) {
  constexpr std::uint64_t records = 1000;
  KeywayStack::Pair pair = keyway.connect(by_side);
  Bytes plain(16384, std::byte{0x61});
  Bytes wire(20000);
  for (const std::size_t size : {std::size_t{100}, std::size_t{16384}}) {
    for (int i = 0; i < 3; ++i) exchange(pair, size, plain, wire);
    const Tally spent = difference([&] {
      for (std::uint64_t i = 0; i < records; ++i) exchange(pair, size, plain, wire);
    });
    const auto of = [](const std::array<Heap, 3>& heaps) {
      return heaps[0].allocations + heaps[1].allocations + heaps[2].allocations;
    };
    figures.push_back({"allocations of 1000 records, sealed and opened", fmt::format("{} bytes", size),
                       static_cast<double>(of(spent.own) + of(spent.libcrypto)), "allocations", at_most(0),
                       "own and libcrypto's"});
  }
}

void add_idle(const KeywayStack& keyway, const LibsslStack& libssl, Figures& figures) {
  constexpr std::size_t pairs = 1000;
  std::vector<KeywayStack::Pair> live;
  live.reserve(pairs);
  for (std::size_t i = 0; i < 50; ++i) live.push_back(keyway.connect(by_side));
  live.clear();
  const Tally ours = difference([&] {
    for (std::size_t i = 0; i < pairs; ++i) live.push_back(keyway.connect(by_side));
  });
  std::vector<LibsslStack::Pair> other;
  other.reserve(pairs);
  const Tally theirs = difference([&] {
    for (std::size_t i = 0; i < pairs; ++i) other.push_back(libssl.connect(by_side));
  });

  // One copy of the peer's chain is set apart; connections that do not share it hold the rest themselves.
  const auto& chain = live.front().client.info().peer_chain;
  require(chain != nullptr, "peer chain");
  std::vector<ByteView> certificates;
  for (std::size_t i = 0; i < chain->size(); ++i) certificates.push_back(chain->der(i));
  std::shared_ptr<const CertificateChain> copy;
  const Tally of_chain = difference([&] { copy = must(CertificateChain::from_der(certificates)); });
  const std::int64_t chain_bytes = of_chain.own_of(Side::harness).bytes;

  const auto row = [&](const char* name, Side side, std::int64_t apart) {
    const std::int64_t own = ours.own_of(side).bytes - apart;
    const std::int64_t inside = ours.libcrypto_of(side).bytes;
    figures.push_back({"heap of an idle connection, AES-128-GCM", name, static_cast<double>((own + inside) / std::int64_t{pairs}),
                       "bytes", at_most(3276),
                       fmt::format("own {}, libcrypto {}; libssl: {}", own / std::int64_t{pairs}, inside / std::int64_t{pairs},
                                   theirs.libcrypto_of(side).bytes / std::int64_t{pairs})});
  };
  row("client", Side::client, chain_bytes);
  row("server", Side::server, 0);
  std::size_t sharing = 0;
  for (const KeywayStack::Pair& pair : live) sharing += pair.client.info().peer_chain == chain ? std::size_t{1} : 0;
  figures.push_back({"heap of an idle connection, AES-128-GCM", "the peer's chain", static_cast<double>(chain_bytes), "bytes",
                     std::nullopt, fmt::format("one copy for {} of {} clients", sharing, pairs)});
}

nlohmann::json to_json(const Figures& figures) {
  nlohmann::json all = nlohmann::json::array();
  for (const Figure& figure : figures) {
    nlohmann::json one{{"subject", figure.subject},
                       {"name", figure.name},
                       {"value", figure.value},
                       {"unit", figure.unit},
                       {"detail", figure.detail}};
    if (figure.target) one["target"] = {static_cast<int>(figure.target->kind), figure.target->bound};
    all.push_back(std::move(one));
  }
  return all;
}

Figures from_json(const nlohmann::json& all) {
  Figures figures;
  for (const nlohmann::json& one : all) {
    Figure figure{one.at("subject"), one.at("name"), one.at("value"), one.at("unit"), std::nullopt, one.at("detail")};
    if (one.contains("target"))
      figure.target = Target{static_cast<Target::Kind>(one["target"][0].get<int>()), one["target"][1].get<double>()};
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace

Figures memory_rows() {
  require(watch_libcrypto(), "libcrypto is in use already");
  const CertificateFolder folder;
  Figures figures;
  const KeywayStack x25519(folder.identity(KeyKind::ecdsa_p256), NamedGroup::x25519);
  const LibsslStack libssl(folder.identity(KeyKind::ecdsa_p256), "X25519");
  add_handshake("x25519, ECDSA", x25519, libssl, figures);
  add_handshake("secp256r1, ECDSA", {folder.identity(KeyKind::ecdsa_p256), NamedGroup::secp256r1},
                {folder.identity(KeyKind::ecdsa_p256), "P-256"}, figures);
  add_handshake("x25519, RSA", {folder.identity(KeyKind::rsa_2048), NamedGroup::x25519},
                {folder.identity(KeyKind::rsa_2048), "X25519"}, figures);
  add_records(x25519, figures);
  add_idle(x25519, libssl, figures);
  return figures;
}

Figures in_child(Figures (*rows)()) {
  std::array<int, 2> ends{};
  require(pipe(ends.data()) == 0, "pipe");
  const pid_t child = fork();
  require(child >= 0, "fork");
  if (child == 0) {
    close(ends[0]);
    int status = 0;
    std::string text;
    try {
      text = to_json(rows()).dump();
    } catch (const std::exception& error) {
      text = error.what();
      status = 1;
    }
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t part = write(ends[1], text.data() + sent, text.size() - sent);
      if (part <= 0) _exit(1);
      sent += static_cast<std::size_t>(part);
    }
    _exit(status);
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> piece;
  for (ssize_t size; (size = read(ends[0], piece.data(), piece.size())) > 0;)
    text.append(piece.data(), static_cast<std::size_t>(size));
  close(ends[0]);
  int status = 0;
  require(waitpid(child, &status, 0) == child, "waitpid");
  require(WIFEXITED(status) && WEXITSTATUS(status) == 0, text.c_str());
  return from_json(nlohmann::json::parse(text));
}

}  // namespace keyway::bench
