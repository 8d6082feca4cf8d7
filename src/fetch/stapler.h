// SPDX-License-Identifier: Apache-2.0
//
// The OCSP response that one certificate is served with, and when to get the next one. What include/keyway/ocsp_stapler.h
// promises; its options are checked in ocsp_stapler.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "fetch/fetcher.h"
#include "keyway/ocsp_stapler.h"
#include "pki/certificate.h"

namespace keyway::fetch {

/// How long to wait until the next response is fetched: behind one that is good for `left`, and behind the n-th failure in a row.
std::chrono::seconds time_to_renew(std::chrono::seconds left, const OcspStaplerOptions&) noexcept;
std::chrono::seconds time_to_retry(unsigned failures, const OcspStaplerOptions&) noexcept;

/// What is known once the options are checked.
struct Stapled {
  Bytes certificate{};
  Bytes issuer{};
  std::vector<std::string> urls{};  ///< that may be fetched from, in their order
  Limits limits{};
};

/// Shared by its handle and by fetches that are under way, until stop().
class Stapler : public std::enable_shared_from_this<Stapler> {
 public:
  using ClockOf = std::function<Now()>;
  /// Both certificates can be parsed; the options have a provider.
  Stapler(OcspStaplerOptions, Stapled, ClockOf);

  /// Takes what the file has and plans the first fetch. Errors: those of the file that end the stapler.
  Result<void> begin();
  std::shared_ptr<const Bytes> staple(WallTime now) const;
  void refresh();
  /// No event is told any more once this has returned, unless it is called by one.
  void stop() {
    fetcher_.stop();
    fetcher_.join();
  }
  /// Does what is due: looks at the file, tells what has run out, asks. Planned again and again on the thread of fetches.
  void tick();

 private:
  struct Response {
    std::shared_ptr<const Bytes> der{};
    std::int64_t good_until = 0;  ///< seconds since 1970, inclusive
  };
  struct Stamp {
    std::filesystem::file_time_type time{};
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };

  Result<Response> check(Bytes der, ByteView nonce) const;
  void look_at_file();
  std::optional<Stamp> stamp_of_file() const;
  bool begin_to_ask();
  void ask(std::size_t which);
  void answered(std::size_t which, ByteView nonce, const Content&);
  template <class Step>
  void go_on(Step&&);
  void settle(const std::string& source, const Result<Response>&, bool fetched);
  void plan();
  void tell(const StapleEvent&) const;

  const OcspStaplerOptions options_;
  const Stapled about_;
  const ClockOf clock_;
  const pki::ParsedCertificate certificate_;  ///< views of about_
  const pki::ParsedCertificate issuer_;
  std::mutex file_mutex_;  ///< reading takes its time, and nobody who serves waits for it
  std::optional<Stamp> stamp_;
  mutable std::mutex mutex_;  ///< of what follows
  Response served_;
  bool asking_ = false;
  unsigned failures_ = 0;
  TimePoint due_{};  ///< when to fetch
  Fetcher fetcher_;
};

}  // namespace keyway::fetch
