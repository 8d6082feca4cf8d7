// SPDX-License-Identifier: Apache-2.0
//
// Handshakes of TLS 1.3, both ends in one thread, from creation to destruction.
#include <fmt/format.h>

#include "keyway_peer.h"
#include "libssl_peer.h"
#include "primitives.h"
#include "rows.h"

namespace keyway::bench {
namespace {

struct Kind {
  const char* name;
  KeyKind key;
  NamedGroup group;
  const char* libssl_group;
  double rate;      ///< at least, relative to libssl
  double overhead;  ///< at most, percent of the primitives
};

/// Times the turns of one side only.
template <class Stack>
Batch server_alone(const Stack& stack) {
  return [&stack](Meter& meter) {
    stack.handshake([&](Side side, auto&& turn) {
      if (side == Side::server) return meter.time(turn);
      turn();
    });
    meter.count(1);
  };
}

std::string against(double own, double other) { return fmt::format("{:.1f} us against {:.1f} us", own * 1e6, other * 1e6); }

void add_both_ends(const Kind& kind, const CertificateFolder& folder, const Schedule& schedule, Figures& rates,
                   Figures& overheads) {
  const IdentityFiles& files = folder.identity(kind.key);
  const KeywayStack keyway(files, kind.group);
  const LibsslStack libssl(files, kind.libssl_group);
  Contest contest;
  const std::size_t ours = contest.add(whole([&] { keyway.handshake(); }));
  const std::size_t theirs = contest.add(whole([&] { libssl.handshake(); }));
  const HandshakePrimitives primitives(kind.key, kind.group, contest);
  contest.run(schedule);
  const double own = contest.seconds(ours);
  const double sum = primitives.sum(contest);
  rates.push_back({"full handshake, rate relative to libssl", kind.name, contest.seconds(theirs) / own, "x", at_least(kind.rate),
                   against(own, contest.seconds(theirs))});
  overheads.push_back({"full handshake, time above the raw primitives", kind.name, (own / sum - 1) * 100, "%",
                       at_most(kind.overhead),
                       fmt::format("{:.1f} us + {:.1f} us: {}", sum * 1e6, (own - sum) * 1e6, primitives.detail(contest))});
}

Figure server_row(const Kind& kind, const CertificateFolder& folder, const Schedule& schedule) {
  const IdentityFiles& files = folder.identity(kind.key);
  const KeywayStack keyway(files, kind.group);
  const LibsslStack libssl(files, kind.libssl_group);
  Contest contest;
  const std::size_t ours = contest.add(server_alone(keyway));
  const std::size_t theirs = contest.add(server_alone(libssl));
  contest.run(schedule);
  return {"server side alone, rate relative to libssl",
          kind.name,
          contest.seconds(theirs) / contest.seconds(ours),
          "x",
          at_least(1.5),
          against(contest.seconds(ours), contest.seconds(theirs))};
}

}  // namespace

Figures handshake_rows(const CertificateFolder& folder, const Schedule& schedule) {
  const Kind kinds[] = {
      {"x25519, ECDSA P-256", KeyKind::ecdsa_p256, NamedGroup::x25519, "X25519", 2.1, 15},
      {"secp256r1, ECDSA P-256", KeyKind::ecdsa_p256, NamedGroup::secp256r1, "P-256", 2.5, 20},
      {"x25519, RSA-2048", KeyKind::rsa_2048, NamedGroup::x25519, "X25519", 1.8, 15},
  };
  Figures rates;
  Figures overheads;
  for (const Kind& kind : kinds) add_both_ends(kind, folder, schedule, rates, overheads);
  for (const Kind& kind : {kinds[0], kinds[1]}) rates.push_back(server_row(kind, folder, schedule));
  rates.insert(rates.end(), overheads.begin(), overheads.end());
  return rates;
}

}  // namespace keyway::bench
