// SPDX-License-Identifier: Apache-2.0
//
// One thread that fetches URLs with libcurl, several at a time, each once at a time; and that calls back after a while, for who
// fetches again and again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>

#include "fetch/http_url.h"
#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway::fetch {

/// Whom to talk to, and how much; what the options of this module have in common.
struct Limits {
  std::chrono::milliseconds timeout{};
  std::size_t max_size = 0;
  std::vector<std::uint16_t> ports{};
  std::vector<std::string> allowed_hosts{};
  std::size_t max_redirects = 0;
  std::size_t max_fetches = 1;  ///< at a time; eight times as many more wait
};

/// Error invalid_option, naming the member that is out of its range.
Result<void> check(const Limits&);

struct Request {
  std::string url{};
  std::string body{};          ///< not empty: it is posted, redirected or not
  const char* type = nullptr;  ///< of the body; a literal
  friend bool operator<(const Request& a, const Request& b) { return std::tie(a.url, a.body) < std::tie(b.url, b.body); }
};

/// What was fetched, the same for all who waited for it; or what went wrong, with the URL in the detail: timeout, resolve_failed,
/// unreachable, refused - a host that may not be talked to, or a redirect that may not be followed -, too_long.
using Content = Result<std::shared_ptr<const Bytes>>;

class Fetcher {
 public:
  explicit Fetcher(const Limits&);
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  ~Fetcher();
  /// Ends open fetches without calling back and lets go what their callbacks hold. Nothing is fetched from here on.
  void stop();
  /// Waits until a callback that is running has returned, unless it is that which calls. After stop().
  void join();

  bool allows(std::string_view url) const;
  /// Calls back on the thread of fetches. False, without calling back: too many wait, or it was stopped. Callbacks may own this
  /// object and end it. What one throws is dropped, and what it holds with it: nobody else loses anything by that.
  bool fetch(Request, std::function<void(const Content&)> done);
  /// Plans a call on the thread of fetches, not before that time has passed, in the place of the one that was planned before;
  /// none once it was stopped. One that throws is called again a second later, unless another one was planned.
  void after(std::chrono::milliseconds, std::function<void()>);

 private:
  struct Shared;
  void wake();
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace keyway::fetch
