// SPDX-License-Identifier: Apache-2.0
//
// Application data with AES-128-GCM in TLS 1.3: 16 KiB records against the bare AEAD, 100-byte records against libssl.
#include <fmt/format.h>

#include "primitives.h"
#include "record_peers.h"
#include "rows.h"

namespace keyway::bench {
namespace {

Batch raw_sealing(RawAead& aead, std::size_t records) {
  return [&aead, records](Meter& meter) {
    meter.time([&] { aead.seal_all(); });
    meter.count(records);
  };
}

Batch raw_opening(RawAead& aead, std::size_t records) {
  return [&aead, records](Meter& meter) {
    aead.seal_all();
    meter.time([&] { aead.open_all(); });
    meter.count(records);
  };
}

void add_large(const IdentityFiles& files, const Schedule& schedule, Figures& figures) {
  constexpr std::size_t size = 16384;
  constexpr std::size_t records = 15;  // what an output queue of 256 KiB takes
  KeywayRecords keyway(files, size, records);
  RawAead raw(size, records);
  Contest contest;
  const std::size_t seal = contest.add(keyway.sealing());
  const std::size_t raw_seal = contest.add(raw_sealing(raw, records));
  const std::size_t open = contest.add(keyway.opening());
  const std::size_t raw_open = contest.add(raw_opening(raw, records));
  contest.run(schedule);
  const auto row = [&](const char* name, std::size_t own, std::size_t bare) {
    const double rate = contest.seconds(own);
    figures.push_back({"AES-128-GCM, 16 KiB records, rate relative to the raw AEAD", name, contest.seconds(bare) / rate * 100,
                       "%", at_least(93),
                       fmt::format("{:.3f} us against {:.3f} us, {:.0f} MB/s", rate * 1e6, contest.seconds(bare) * 1e6,
                                   static_cast<double>(size) / rate * 1e-6)});
  };
  row("sealing", seal, raw_seal);
  row("opening", open, raw_open);
}

void add_small(const IdentityFiles& files, const Schedule& schedule, Figures& figures) {
  constexpr std::size_t size = 100;
  constexpr std::size_t records = 64;
  KeywayRecords keyway(files, size, records);
  LibsslRecords libssl(files, size, records);
  RawAead raw(size, records);
  Contest contest;
  const std::size_t seal = contest.add(keyway.sealing());
  const std::size_t other_seal = contest.add(libssl.sealing());
  const std::size_t raw_seal = contest.add(raw_sealing(raw, records));
  const std::size_t open = contest.add(keyway.opening());
  const std::size_t other_open = contest.add(libssl.opening());
  const std::size_t raw_open = contest.add(raw_opening(raw, records));
  contest.run(schedule);
  const auto row = [&](const char* name, std::size_t own, std::size_t other, std::size_t bare) {
    figures.push_back({"AES-128-GCM, 100-byte records, rate relative to libssl", name,
                       contest.seconds(other) / contest.seconds(own), "x", at_least(1.8),
                       fmt::format("{:.0f} ns against {:.0f} ns; the raw AEAD takes {:.0f} ns", contest.seconds(own) * 1e9,
                                   contest.seconds(other) * 1e9, contest.seconds(bare) * 1e9)});
  };
  row("sealing", seal, other_seal, raw_seal);
  row("opening", open, other_open, raw_open);
}

}  // namespace

Figures record_rows(const CertificateFolder& folder, const Schedule& schedule) {
  Figures figures;
  add_large(folder.identity(KeyKind::ecdsa_p256), schedule, figures);
  add_small(folder.identity(KeyKind::ecdsa_p256), schedule, figures);
  return figures;
}

}  // namespace keyway::bench
