// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 against libssl: full and resumed handshakes, both ends in one thread; records sealed and opened by one thread.
#include <fmt/format.h>

#include "record_peers.h"
#include "rows.h"

namespace keyway::bench {
namespace {

Figure handshake_row(const char* kind, Mode mode, double rate, const CertificateFolder& folder, const Schedule& schedule) {
  const IdentityFiles& files = folder.identity(KeyKind::ecdsa_p256);
  const KeywayStack keyway(files, NamedGroup::secp256r1, mode);
  const LibsslStack libssl(files, "P-256", mode);
  Contest contest;
  const std::size_t ours = contest.add(whole([&] { keyway.handshake(); }));
  const std::size_t theirs = contest.add(whole([&] { libssl.handshake(); }));
  contest.run(schedule);
  const double own = contest.seconds(ours);
  const double other = contest.seconds(theirs);
  return {"TLS 1.2 handshake, rate relative to libssl",
          kind,
          other / own,
          "x",
          at_least(rate),
          fmt::format("{:.1f} us against {:.1f} us", own * 1e6, other * 1e6)};
}

struct Records {
  const char* name;
  Mode mode;
  std::size_t size;
  std::size_t batch;
  double rate;  ///< at least, relative to libssl
};

Figure records_row(const Records& kind, const CertificateFolder& folder, const Schedule& schedule) {
  const IdentityFiles& files = folder.identity(KeyKind::ecdsa_p256);
  KeywayRecords keyway(files, kind.size, kind.batch, kind.mode);
  LibsslRecords libssl(files, kind.size, kind.batch, kind.mode);
  Contest contest;
  const std::size_t both = contest.add(keyway.both());
  const std::size_t other_both = contest.add(libssl.both());
  const std::size_t seal = contest.add(keyway.sealing());
  const std::size_t other_seal = contest.add(libssl.sealing());
  const std::size_t open = contest.add(keyway.opening());
  const std::size_t other_open = contest.add(libssl.opening());
  contest.run(schedule);
  const auto us = [&](std::size_t contestant) { return contest.seconds(contestant) * 1e6; };
  return {"TLS 1.2 records, sealed and opened by one thread, rate relative to libssl",
          kind.name,
          us(other_both) / us(both),
          "x",
          at_least(kind.rate),
          fmt::format("{:.3f} us against {:.3f} us; sealing {:.3f} and {:.3f}, opening {:.3f} and {:.3f}", us(both),
                      us(other_both), us(seal), us(other_seal), us(open), us(other_open))};
}

}  // namespace

Figures older_rows(const CertificateFolder& folder, const Schedule& schedule) {
  Figures figures;
  figures.push_back(handshake_row("secp256r1, ECDSA P-256", Mode::tls12, 2.5, folder, schedule));
  figures.push_back(handshake_row("resumed by id", Mode::tls12_by_id, 4, folder, schedule));
  figures.push_back(handshake_row("resumed by ticket", Mode::tls12_by_ticket, 4, folder, schedule));
  const Records kinds[] = {
      {"AES-128-CBC-SHA, 16 KiB", Mode::tls12_cbc, 16384, 15, 1},
      {"AES-128-CBC-SHA, 100 bytes", Mode::tls12_cbc, 100, 64, 1.8},
      {"AES-128-GCM, 100 bytes", Mode::tls12, 100, 64, 1.3},
  };
  for (const Records& kind : kinds) figures.push_back(records_row(kind, folder, schedule));
  return figures;
}

}  // namespace keyway::bench
