// SPDX-License-Identifier: Apache-2.0
//
// include/keyway/http_crl_cache.h: memory first, then the URLs of a distribution point in their order. Anybody on the way may
// have written what is fetched, so it does not push out what was found genuine: both are handed out until it is, too.
#include "keyway/http_crl_cache.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>

#include "fetch/fetcher.h"
#include "pki/crl.h"
#include "pki/crl_files.h"
#include "pki/crl_lookups.h"

namespace keyway {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t max_urls_of_point = 3;
constexpr std::size_t max_urls = 4096;  ///< whose last fetch is remembered

/// When URLs were fetched, and what came of it.
class History {
 public:
  struct Entry {
    Clock::time_point at{};
    bool good = false;                           ///< it gave a list
    std::optional<Clock::time_point> genuine{};  ///< when the last one was fetched that some verification took
  };
  std::optional<Entry> find(const std::string& url) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(url);
    return found != entries_.end() ? std::optional(found->second) : std::nullopt;
  }
  void add(const std::string& url, bool good) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[url];
    entry.at = Clock::now();
    entry.good = good;
    if (entries_.size() <= max_urls) return;
    entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.at; }));
  }
  /// `at`: when it was fetched, of which another fetch may have come since.
  void found_genuine(const std::string& url, Clock::time_point at) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(url); found != entries_.end()) found->second.genuine = at;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

CrlList taken(AnswerSlot& slot) {
  auto found = slot.take<CrlList>();
  return found && *found ? **std::move(found) : CrlList();
}
CrlList in_memory(CrlCache& memory, const DistributionPoint& point) {
  const auto slot = std::make_shared<AnswerSlot>();
  memory.lookup(point, {}, {}, Answer<CrlList>(slot));
  return taken(*slot);
}
CrlList issued_by(CrlCache& memory, ByteView issuer, Now now) {
  const auto slot = std::make_shared<AnswerSlot>();
  memory.select(issuer, now, Answer<CrlList>(slot));
  return taken(*slot);
}

bool has(const CrlList& lists, ByteView der) {
  return std::ranges::any_of(lists,
                             [&](const auto& other) { return other->data() == der.data() || as_text(*other) == as_text(der); });
}

std::int64_t issued_at(ByteView der) {
  const auto crl = pki::parse_crl(der);
  return crl ? crl->this_update : 0;
}

CrlList both(CrlList lists, const CrlList& others) {
  for (const auto& der : others) {
    if (!has(lists, *der)) lists.push_back(der);
  }
  return lists;
}

/// Who checks takes the first that is genuine: the newest one, also where an old one was sent again.
CrlList with(CrlList lists, const CrlList& genuine) {
  lists = both(std::move(lists), genuine);
  CrlList newest_first;  // of one time in the order in which they came
  for (auto& der : lists) {
    const auto at = std::ranges::upper_bound(newest_first, issued_at(*der), std::ranges::greater(),
                                             [](const auto& other) { return issued_at(*other); });
    newest_first.insert(at, std::move(der));
  }
  return newest_first;
}

bool is_current(ByteView der, Now now) {
  const auto crl = pki::parse_crl(der);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.wall).time_since_epoch().count();
  return crl && crl->next_update && *crl->next_update >= seconds;
}

fetch::Limits limits_of(const HttpCrlOptions& options) {
  return {options.timeout, options.max_size, options.ports, options.allowed_hosts, options.max_redirects, options.max_fetches};
}

/// What fetches that are under way own, so that it may outlive the cache.
class Core : public std::enable_shared_from_this<Core> {
 public:
  explicit Core(const HttpCrlOptions& options)
      : options_(options),
        inserted_(memory_crl_cache(options.cache)),
        fetched_(memory_crl_cache(options.cache)),
        genuine_(memory_crl_cache(options.cache)),
        fetcher_(limits_of(options)) {}

  void stop() { fetcher_.stop(); }

  CrlCache& inserted() noexcept { return *inserted_; }
  void erase(std::string_view uri) {
    for (const auto& cache : {inserted_, fetched_, genuine_}) cache->erase(uri);
  }
  void erase_issuer(ByteView issuer) {
    for (const auto& cache : {inserted_, fetched_, genuine_}) cache->erase_issuer(issuer);
  }

  void lookup(const DistributionPoint& point, Now now, Answer<CrlList> answer) {
    CrlList genuine = in_memory(*genuine_, point);
    const CrlList inserted = in_memory(*inserted_, point);
    const auto current = [&](const auto& der) { return is_current(*der, now); };
    // What was fetched may say of the next one what it likes, until it was found genuine.
    const bool keeps = std::ranges::any_of(inserted, current) || (is_fresh(point) && std::ranges::any_of(genuine, current));
    CrlList known = with(both(inserted, in_memory(*fetched_, point)), genuine);
    if (keeps) return std::move(answer).give(std::move(known));
    std::vector<std::string> urls;
    for (const std::string& url : point.uris) {
      if (urls.size() < max_urls_of_point && fetcher_.allows(url) && !leaves_alone(url, known)) urls.push_back(url);
    }
    fetch(std::move(urls), std::move(known), std::move(genuine), std::move(answer));
  }

  void select(ByteView issuer, Now now, Answer<CrlList> answer) {
    CrlList known = both(issued_by(*inserted_, issuer, now), issued_by(*fetched_, issuer, now));
    std::move(answer).give(with(std::move(known), issued_by(*genuine_, issuer, now)));
  }

  void keep_genuine(const DistributionPoint& point, ByteView der) {
    for (const std::string& url : point.uris) {
      const auto fetched = history_.find(url);
      if (!fetched || !has(in_memory(*fetched_, {.uris = {url}}), der)) continue;
      if (!has(in_memory(*genuine_, {.uris = {url}}), der)) (void)genuine_->insert(der, url);
      return history_.found_genuine(url, fetched->at);
    }
  }

 private:
  bool is_fresh(const DistributionPoint& point) const {
    return std::ranges::any_of(point.uris, [&](const std::string& url) {
      const auto last = history_.find(url);
      return last && last->genuine && Clock::now() - *last->genuine < options_.max_age;
    });
  }

  /// It failed a moment ago; or it gave what is known, which is not to be kept, or nobody would ask again.
  bool leaves_alone(const std::string& url, const CrlList& known) const {
    const auto last = history_.find(url);
    return last && (!last->good || !known.empty()) && Clock::now() - last->at < options_.retry_after;
  }

  /// Tries the URLs in their order; `known` serves where none of them answers, what is genuine of it also where one does.
  void fetch(std::vector<std::string> urls, CrlList known, CrlList genuine, Answer<CrlList> answer) {
    if (urls.empty()) return std::move(answer).give(std::move(known));
    const std::string url = urls.front();
    urls.erase(urls.begin());
    const auto waiting = std::make_shared<Answer<CrlList>>(std::move(answer));
    const auto done = [self = shared_from_this(), url, urls, known, genuine, waiting](const fetch::Content& content) {
      CrlList lists = content ? self->keep(url, *content) : CrlList();
      self->history_.add(url, !lists.empty());
      if (!lists.empty()) return std::move(*waiting).give(with(std::move(lists), genuine));
      self->fetch(urls, known, genuine, std::move(*waiting));
    };
    if (!fetcher_.fetch({.url = url}, done)) std::move(*waiting).give(std::move(known));
  }

  /// Puts a fetched list into memory, in the place of what that URL gave before: who could forge one answer must not shut out the
  /// next, which would be the older one. Once for all who waited for it.
  CrlList keep(const std::string& url, const std::shared_ptr<const Bytes>& content) {
    if (kept_.content.lock() == content) {
      if (!kept_.good) return {};
      if (auto list = kept_.list.lock()) return {std::move(list)};
    }
    auto lists = pki::read_lists(*content);
    // RFC 5280 4.2.1.13: a place has one list. More would push out those of others.
    if (!lists || lists->size() != 1) {
      kept_ = {.content = content};
      return {};
    }
    fetched_->erase(url);
    (void)fetched_->insert(*content, url);
    const CrlList known = in_memory(*fetched_, {.uris = {url}});
    const auto same = std::ranges::find_if(known, [&](const auto& der) { return *der == lists->front(); });
    // Too large for the memory, it is still good for who waits.
    auto list = same != known.end() ? *same : std::make_shared<const Bytes>(std::move(lists->front()));
    kept_ = {.content = content, .list = list, .good = true};
    return {std::move(list)};
  }

  /// What was fetched last, and the list in memory that it became; for who waited for the same. Of the thread of fetches alone.
  struct Kept {
    std::weak_ptr<const Bytes> content{};
    std::weak_ptr<const Bytes> list{};
    bool good = false;  ///< it was one
  };
  const HttpCrlOptions options_;
  std::shared_ptr<CrlCache> inserted_;  ///< by the program
  std::shared_ptr<CrlCache> fetched_;  ///< the last of each URL
  std::shared_ptr<CrlCache> genuine_;  ///< of that, what some verification took, until it takes a newer one
  History history_{};
  Kept kept_{};
  fetch::Fetcher fetcher_;
};

class HttpCrlCache final : public CrlCache, public pki::LearnsGenuineLists {
 public:
  explicit HttpCrlCache(const HttpCrlOptions& options) : core_(std::make_shared<Core>(options)) {}
  HttpCrlCache(const HttpCrlCache&) = delete;
  HttpCrlCache& operator=(const HttpCrlCache&) = delete;
  ~HttpCrlCache() override { core_->stop(); }

  void lookup(const DistributionPoint& point, ByteView, Now now, Answer<CrlList> answer) override {
    core_->lookup(point, now, std::move(answer));
  }
  void found_genuine(const DistributionPoint& point, ByteView list) override { core_->keep_genuine(point, list); }
  void select(ByteView issuer, Now now, Answer<CrlList> answer) override { core_->select(issuer, now, std::move(answer)); }
  Result<void> insert(ByteView lists, std::string_view uri) override { return core_->inserted().insert(lists, uri); }
  void erase(std::string_view uri) override { core_->erase(uri); }
  void erase_issuer(ByteView issuer) override { core_->erase_issuer(issuer); }

 private:
  std::shared_ptr<Core> core_;
};

std::unexpected<Error> wrong(const char* option, std::string value, const char* mend) {
  return fail(Errc::invalid_option, {.option = option, .value = std::move(value), .mend = mend});
}

}  // namespace

Result<std::shared_ptr<CrlCache>> http_crl_cache(HttpCrlOptions options) {
  using std::to_string;
  KW_TRY(fetch::check(limits_of(options)));
  if (options.max_size == 0 || options.max_size > pki::max_list_size)
    return wrong("max_size", to_string(options.max_size), "choose 1 byte to 10 MiB");
  if (options.max_age.count() < 0) return wrong("max_age", to_string(options.max_age.count()), "choose 0 seconds or more");
  if (options.retry_after.count() < 0)
    return wrong("retry_after", to_string(options.retry_after.count()), "choose 0 seconds or more");
  return std::make_shared<HttpCrlCache>(options);
}

}  // namespace keyway
