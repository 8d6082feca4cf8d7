// SPDX-License-Identifier: Apache-2.0
//
// Mapping of errno values to transport errors, and poll() with a deadline.
#include "net/system_error.h"

#include <poll.h>

#include <cerrno>
#include <system_error>

namespace keyway::net {
namespace {

Errc code_of(int system_errno) {
  switch (system_errno) {
    case ECONNREFUSED: return Errc::refused;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: return Errc::unreachable;
    case EADDRINUSE: return Errc::address_in_use;
    case ECONNRESET:
    case EPIPE: return Errc::reset;
    case ECANCELED: return Errc::canceled;
    default: return Errc::system_error;
  }
}

std::string mend_of(int system_errno) {
  switch (system_errno) {
    case EMFILE:
    case ENFILE: return "raise the limit of open files (ulimit -n) or serve fewer connections";
    case EACCES: return "use a port above 1023, or give the program the right to bind this one";
    default: return {};
  }
}

}  // namespace

Deadline::Deadline(Duration timeout) : at_(std::chrono::steady_clock::now()), limited_(timeout < std::chrono::hours(24 * 3650)) {
  if (limited_) at_ += timeout;
}

Duration Deadline::remaining() const {
  if (!limited_) return no_timeout;
  const Duration left = at_ - std::chrono::steady_clock::now();
  return left > Duration::zero() ? left : Duration::zero();
}

Now now() { return {.monotonic = std::chrono::steady_clock::now(), .wall = std::chrono::system_clock::now()}; }

namespace {

std::unexpected<Error> failure(Errc code, int system_errno, std::string address, const char* file, std::uint32_t line) {
  return fail(code,
              {.decided_by = DecidedBy::transport,
               .system_errno = system_errno,
               .mend = mend_of(system_errno),
               .path = std::move(address),
               .reason = std::generic_category().message(system_errno)},
              file, line);
}

}  // namespace

std::unexpected<Error> transport_failure(int system_errno, std::string address, const char* file, std::uint32_t line) {
  return failure(code_of(system_errno), system_errno, std::move(address), file, line);
}

std::unexpected<Error> connect_failure(int system_errno, std::string address, const char* file, std::uint32_t line) {
  const Errc code = system_errno == ETIMEDOUT ? Errc::timeout : code_of(system_errno);
  return failure(code, system_errno, std::move(address), file, line);
}

std::unexpected<Error> timed_out(std::string address, std::string what, const char* file, std::uint32_t line) {
  return fail(Errc::timeout,
              {.decided_by = DecidedBy::us, .system_errno = ETIMEDOUT, .path = std::move(address), .reason = std::move(what)},
              file, line);
}

Result<void> check_transport(const std::unique_ptr<Transport>& transport) {
  if (transport) return {};
  return fail(Errc::missing_option,
              {.option = "transport", .value = "null", .mend = "pass one that is connected, and each only once"});
}

Result<bool> wait_for(int descriptor, short events, const Deadline& deadline) {
  for (;;) {
    const Duration left = deadline.remaining();
    int milliseconds = -1;
    if (left != no_timeout) {
      const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(left).count();
      milliseconds = static_cast<int>(std::min<std::int64_t>(rounded, 1'000'000'000));
    }
    pollfd entry{.fd = descriptor, .events = events, .revents = 0};
    const int ready = ::poll(&entry, 1, milliseconds);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return transport_failure(errno, {});
    if (left == Duration::zero()) return false;
  }
}

}  // namespace keyway::net
