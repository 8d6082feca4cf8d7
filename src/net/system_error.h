// SPDX-License-Identifier: Apache-2.0
//
// What the kernel said, as errors of the transport group; deadlines; waiting for one descriptor.
#pragma once

#include <memory>
#include <string>

#include "keyway/clock.h"
#include "keyway/result.h"
#include "keyway/transport.h"

namespace keyway::net {

/// The moment at which a wait ends.
class Deadline {
 public:
  explicit Deadline(Duration timeout);
  static Deadline never() { return Deadline(no_timeout); }
  /// Zero when it has passed; no_timeout when there is none.
  Duration remaining() const;
  bool passed() const { return remaining() == Duration::zero(); }

 private:
  TimePoint at_;
  bool limited_;
};

/// Both clocks, read now.
Now now();

/// The error for an errno value; `address` says where. Never timeout: where the kernel gave an established connection up
/// (ETIMEDOUT), no time of the caller's is over and calling again is of no use.
std::unexpected<Error> transport_failure(int system_errno, std::string address, const char* file = __builtin_FILE(),
                                         std::uint32_t line = __builtin_LINE());
/// The same while connecting, where ETIMEDOUT is a time-out: nobody has answered.
std::unexpected<Error> connect_failure(int system_errno, std::string address, const char* file = __builtin_FILE(),
                                       std::uint32_t line = __builtin_LINE());
std::unexpected<Error> timed_out(std::string address, std::string what, const char* file = __builtin_FILE(),
                                 std::uint32_t line = __builtin_LINE());

/// For entries that take a transport over: error missing_option for null, which is also what was taken over before.
Result<void> check_transport(const std::unique_ptr<Transport>&);

/// Waits until poll() reports one of `events` (or an error state) on the descriptor. False: the deadline passed.
Result<bool> wait_for(int descriptor, short events, const Deadline&);

}  // namespace keyway::net
