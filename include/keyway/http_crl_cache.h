// SPDX-License-Identifier: Apache-2.0
//
// A cache of revocation lists that fetches what it does not have from the distribution points of certificates (RFC 5280
// 4.2.1.13), over plain HTTP: lists are signed. A target of its own, keyway::fetch, because it brings libcurl and a thread.
//
//   auto lists = keyway::http_crl_cache({.timeout = std::chrono::seconds(3)});
//   auto config = keyway::ClientConfig::make({.peer = {.crl_check = keyway::CrlCheck::peer, .crl_cache = *lists}});
//
// The URLs come from certificates. Only those whose path is valid are asked about, whatever a verify_fun passes over, but they
// still decide whom this machine talks to: so hosts, ports, addresses, sizes and times are bounded here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "keyway/crl_cache.h"
#include "keyway/result.h"

namespace keyway {

/// Whom to ask, how much to take and how long to keep it.   \otp ssl_crl_cache with {http, Timeout}, allowed_hosts
struct HttpCrlOptions {
  CrlCacheOptions cache{};
  std::chrono::milliseconds timeout{5000};       ///< of one fetch, from the look-up of the name to the last byte; up to 60 s
  std::size_t max_size = 10 * 1024 * 1024;       ///< bytes of one answer, up to 10 MiB
  std::vector<std::uint16_t> ports{80, 8080};    ///< that are talked to
  /// "host" or "host:port". Where it is not empty, only these are talked to, the second form at its port whatever `ports` says,
  /// and their addresses may be of any kind. Where it is empty, hosts whose address is loopback, link-local, private, mapped or
  /// otherwise not of the public Internet are refused after their names are resolved.
  std::vector<std::string> allowed_hosts{};
  std::size_t max_redirects = 2;  ///< each under the same rules; up to 5
  std::size_t max_fetches = 8;  ///< at a time, up to 64; eight times as many more wait in line, others get nothing
  std::chrono::seconds max_age{3600};  ///< how long a list that was fetched and found genuine is used before it is fetched anew
  /// A URL that failed is left alone for so long, and so is one whose list no verification found genuine, or is out of date.
  std::chrono::seconds retry_after{60};
};

/// Answers from memory at once, and later what it must fetch: the first that works of at most 3 URLs of a point. Each URL is
/// fetched once at a time, whoever waits for it. A list whose next update is due is fetched again. Where nothing can be had, what
/// is in memory serves as long as it is in force. A list that a verification found genuine also serves beside what is fetched
/// later, until that is found genuine and newer, and what is not found so is fetched anew after `retry_after`: forging an answer
/// does no more than keeping it back. insert() and the others work on the memory; what was inserted, fetched and found genuine is
/// under the bounds of `cache` each. Fetches use no proxy, cookies or credentials. Any thread; the destructor ends open fetches.
/// \errors invalid_option, naming the member.   \since 0.1
Result<std::shared_ptr<CrlCache>> http_crl_cache(HttpCrlOptions = {});

}  // namespace keyway
