// SPDX-License-Identifier: Apache-2.0
//
// One thread that fetches URLs with libcurl, several at a time, each once at a time.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "fetch/http_url.h"
#include "keyway/http_crl_cache.h"

namespace keyway::fetch {

/// What was fetched; nothing: it failed.
using Content = std::optional<Bytes>;

class Fetcher {
 public:
  explicit Fetcher(const HttpCrlOptions&);
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  ~Fetcher();
  /// Ends open fetches without calling back and lets go what their callbacks hold. Nothing is fetched from here on.
  void stop();

  bool allows(std::string_view url) const;
  /// Calls back on the thread of fetches. False, without calling back: too many wait, or it was stopped. Callbacks may own this
  /// object and end it.
  bool fetch(const std::string& url, std::function<void(const Content&)> done);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace keyway::fetch
