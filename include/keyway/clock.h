// SPDX-License-Identifier: Apache-2.0
//
// Time is an argument. The core never asks for it: sockets and drivers above pass it in.
#pragma once

#include <chrono>

namespace keyway {

using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// Waits without limit.
inline constexpr Duration no_timeout = Duration::max();

/// Two clocks: timers and deadlines use the monotonic one; validity, ages and lifetimes the wall clock.
/// A jump of the wall clock moves no timer.
struct Now {
  TimePoint monotonic{};
  WallTime wall{};
};

}  // namespace keyway
