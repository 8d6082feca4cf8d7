// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a revocation list: refused, or it can be walked and takes part in a verification. It never makes a certificate
// good that nothing else vouches for.
#include "pki/crl.h"
#include "pki/crl_files.h"
#include "revocable.h"

namespace {

using namespace keyway;

class OneList final : public CrlCache {
 public:
  explicit OneList(ByteView der) : list_(std::make_shared<const Bytes>(to_bytes(der))) {}
  void lookup(const DistributionPoint&, ByteView, Now, Answer<CrlList> answer) override { give(std::move(answer)); }
  void select(ByteView, Now, Answer<CrlList> answer) override { give(std::move(answer)); }

 private:
  void give(Answer<CrlList> answer) const { std::move(answer).give(CrlList{list_}); }
  std::shared_ptr<const Bytes> list_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView der = std::as_bytes(std::span(data, size));
  const auto crl = pki::parse_crl(der);
  const auto verdict = fuzz::judge(std::make_shared<OneList>(der), {});
  if (!verdict) {
    const Errc code = verdict.error().code();
    fuzz::require(code == Errc::certificate_revoked || code == Errc::certificate_status_unknown);
  }
  const bool takes = memory_crl_cache()->insert(der).has_value();
  if (!crl) {
    fuzz::require(!verdict && verdict.error().code() == Errc::certificate_status_unknown);
    return 0;
  }
  const std::byte serial[] = {std::byte{1}};
  const auto entry = pki::find_entry(*crl, serial, crl->issuer);
  fuzz::require(entry.has_value() == takes);
  if (verdict) fuzz::require(entry.has_value() && crl->next_update.has_value());
  fuzz::require(pki::openssl_name_hash(crl->issuer, fuzz::HollowProvider()).size() == 8);
  return 0;
}
