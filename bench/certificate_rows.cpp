// SPDX-License-Identifier: Apache-2.0
//
// What chains cost: judging one beside its bare signature checks, and a handshake whose chain is known beside one whose is not.
#include <fmt/format.h>

#include "keyway_peer.h"
#include "must.h"
#include "pki/pem_file.h"
#include "pki/verify_driver.h"
#include "primitives.h"
#include "rows.h"

namespace keyway::bench {
namespace {

/// The stock verifier with one question, as a client asks it.
class Judging {
 public:
  explicit Judging(const IdentityFiles& files)
      : chain_(must(pki::read_certificates(files.chain))), views_(chain_.begin(), chain_.end()) {
    std::vector<std::string> warnings;
    verifier_ = make_verifier({.anchors = must(pki::TrustStore::from_pem_file(files.root, provider_, warnings))});
  }

  void judge() const {
    const VerifyQuestion question{.chain = views_, .name = &name_, .now = now_, .provider = provider_.get()};
    verifier_->verify(question, Answer<TrustedChain>(slot_));
    must(*slot_->take<TrustedChain>());
  }

 private:
  std::shared_ptr<const crypto::Provider> provider_ = crypto::default_provider();
  std::vector<Bytes> chain_;
  std::vector<ByteView> views_;
  PeerName name_ = must(PeerName::of(host));
  Now now_{std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
  std::shared_ptr<const Verifier> verifier_;
  std::shared_ptr<AnswerSlot> slot_ = std::make_shared<AnswerSlot>();  ///< as a connection has one
};

Figure judging_row(const CertificateFolder& folder, const Schedule& schedule) {
  const IdentityFiles& files = folder.identity(KeyKind::ecdsa_p256);
  const Judging judging(files);
  Contest contest;
  const std::size_t all = contest.add(whole([&] { judging.judge(); }, 16));
  const RawChain raw(files, contest);
  contest.run(schedule);
  const double own = contest.seconds(all) - raw.seconds(contest);
  return {"parsing and judging a chain, time above its signature checks",
          "leaf and intermediate, ECDSA P-256",
          own * 1e6,
          "us",
          at_most(8),
          fmt::format("{:.1f} us, of which signatures {:.1f} us", contest.seconds(all) * 1e6, raw.seconds(contest) * 1e6)};
}

Figure known_chain_row(const CertificateFolder& folder, const Schedule& schedule) {
  const IdentityFiles& files = folder.identity(KeyKind::ecdsa_p256);
  const KeywayStack known(files, NamedGroup::x25519, Mode::tls13, Memo::on);
  const KeywayStack unknown(files, NamedGroup::x25519);
  Contest contest;
  const std::size_t with = contest.add(whole([&] { known.handshake(); }));
  const std::size_t without = contest.add(whole([&] { unknown.handshake(); }));
  contest.run(schedule);
  return {"full handshake with a known chain, time relative to an unknown one",
          "x25519, ECDSA P-256",
          contest.seconds(with) / contest.seconds(without),
          "x",
          at_most(0.75),
          fmt::format("{:.1f} us against {:.1f} us", contest.seconds(with) * 1e6, contest.seconds(without) * 1e6)};
}

}  // namespace

Figures certificate_rows(const CertificateFolder& folder, const Schedule& schedule) {
  return {judging_row(folder, schedule), known_chain_row(folder, schedule)};
}

}  // namespace keyway::bench
