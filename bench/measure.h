// SPDX-License-Identifier: Apache-2.0
//
// How things are timed: contestants take turns, 20 ms each, over several rounds, and the fast decile of the chunks is
// what an operation costs undisturbed. Other jobs on the machine only add time, and they disturb all contestants alike.
// The clock is the CPU time of the thread: what the scheduler gives to others does not count.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace keyway::bench {

/// CPU time of the calling thread in seconds.
double cpu_seconds() noexcept;

/// Collects time and operations of one chunk; what is done outside of time() is not counted.
class Meter {
 public:
  template <class Action>
  void time(Action&& action) {
    const double start = cpu_seconds();
    action();
    spent_ += cpu_seconds() - start;
  }
  /// So many operations are done.
  void count(std::uint64_t operations) noexcept { operations_ += operations; }

  double spent() const noexcept { return spent_; }
  double per_operation() const noexcept { return spent_ / static_cast<double>(operations_); }

 private:
  double spent_ = 0;
  std::uint64_t operations_ = 0;
};

/// Does some operations, times and counts them.
using Batch = std::function<void(Meter&)>;

/// A batch that is timed as a whole: one operation, `repetitions` times.
Batch whole(std::function<void()> operation, std::uint64_t repetitions = 1);

struct Schedule {
  int rounds = 8;
  int chunks_per_round = 4;
  double chunk_seconds = 0.020;
};

/// Contestants that are measured against each other.
class Contest {
 public:
  /// Returns the contestant's number.
  std::size_t add(Batch);
  void run(const Schedule&);
  /// Seconds an operation: the fast decile of all chunks. Only after run().
  double seconds(std::size_t contestant) const;

 private:
  struct Contestant {
    Batch batch;
    std::vector<double> chunks;
  };
  std::vector<Contestant> contestants_;
};

}  // namespace keyway::bench
