// SPDX-License-Identifier: Apache-2.0
//
// memory_crl_cache (include/keyway/crl_cache.h): lists that the program inserted, the least recently used going first.
#include <algorithm>
#include <list>
#include <mutex>

#include "keyway/crl_cache.h"
#include "pki/crl.h"
#include "pki/crl_files.h"
#include "pki/distinguished_name.h"

namespace keyway {

Result<void> CrlCache::insert(ByteView, std::string_view) { return fail(Errc::not_available); }
void CrlCache::erase(std::string_view) {}
void CrlCache::erase_issuer(ByteView) {}

namespace {

class MemoryCrlCache final : public CrlCache {
 public:
  explicit MemoryCrlCache(const CrlCacheOptions& options) : options_(options) {}

  void lookup(const DistributionPoint& point, ByteView, Now, Answer<CrlList> answer) override {
    std::move(answer).give(find(
        [&](const Entry& entry) { return !entry.uri.empty() && std::ranges::find(point.uris, entry.uri) != point.uris.end(); }));
  }

  void select(ByteView issuer, Now, Answer<CrlList> answer) override {
    if (!pki::check_name(issuer)) return std::move(answer).give(CrlList());
    const std::uint64_t hash = pki::name_hash(issuer);
    std::move(answer).give(
        find([&](const Entry& entry) { return entry.issuer_hash == hash && pki::same_name(entry.crl.issuer, issuer); }));
  }

  Result<void> insert(ByteView content, std::string_view uri) override {
    KW_ASSIGN(std::vector<Bytes> lists, pki::read_lists(content));
    for (const Bytes& der : lists) {
      if (der.size() > options_.max_bytes) return fail(Errc::too_long);
    }
    for (Bytes& der : lists) {
      Entry entry{.uri = std::string(uri), .der = std::make_shared<const Bytes>(std::move(der))};
      KW_ASSIGN(entry.crl, pki::parse_crl(*entry.der));
      entry.issuer_hash = pki::name_hash(entry.crl.issuer);
      add(std::move(entry));
    }
    return {};
  }

  void erase(std::string_view uri) override {
    drop([&](const Entry& entry) { return entry.uri == uri; });
  }
  void erase_issuer(ByteView issuer) override {
    if (pki::check_name(issuer)) drop([&](const Entry& entry) { return pki::same_name(entry.crl.issuer, issuer); });
  }

 private:
  struct Entry {
    std::string uri;
    std::shared_ptr<const Bytes> der;
    pki::ParsedCrl crl{};  ///< views of der
    std::uint64_t issuer_hash = 0;
  };

  template <class Which>
  CrlList find(const Which& which) {
    const std::lock_guard lock(mutex_);
    CrlList found;
    std::list<Entry> used;
    for (auto at = entries_.begin(); at != entries_.end();) {
      const auto next = std::next(at);
      if (which(*at)) {
        found.push_back(at->der);
        used.splice(used.end(), entries_, at);
      }
      at = next;
    }
    entries_.splice(entries_.begin(), used);
    return found;
  }

  template <class Which>
  void drop(const Which& which) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const Entry& entry) {
      if (!which(entry)) return false;
      bytes_ -= entry.der->size();
      return true;
    });
  }

  static bool same_scope(const Entry& a, const Entry& b) {
    const auto text = [](ByteView bytes) { return as_text(bytes); };
    const pki::PointOfList &p = a.crl.point, &q = b.crl.point;
    return a.uri == b.uri && pki::same_name(a.crl.issuer, b.crl.issuer) && p.reasons == q.reasons && p.only_user == q.only_user &&
           p.only_authorities == q.only_authorities && p.only_attributes == q.only_attributes && p.indirect == q.indirect &&
           text(p.name.full) == text(q.name.full) && text(p.name.relative) == text(q.name.relative) &&
           a.crl.base_number.empty() == b.crl.base_number.empty() && text(a.crl.authority_key_id) == text(b.crl.authority_key_id);
  }

  void add(Entry entry) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find_if(entries_, [&](const Entry& other) { return same_scope(other, entry); });
    if (known != entries_.end()) {
      if (known->crl.this_update > entry.crl.this_update) return;
      bytes_ -= known->der->size();
      entries_.erase(known);
    }
    bytes_ += entry.der->size();
    entries_.push_front(std::move(entry));
    while (entries_.size() > options_.max_lists || bytes_ > options_.max_bytes) {
      bytes_ -= entries_.back().der->size();
      entries_.pop_back();
    }
  }

  const CrlCacheOptions options_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< most recently used first
  std::size_t bytes_ = 0;
};

}  // namespace

std::shared_ptr<CrlCache> memory_crl_cache(const CrlCacheOptions& options) { return std::make_shared<MemoryCrlCache>(options); }

}  // namespace keyway
