// SPDX-License-Identifier: Apache-2.0
//
// Chunks, rounds and the fast decile.
#include "measure.h"

#include <time.h>

#include <algorithm>

namespace keyway::bench {

double cpu_seconds() noexcept {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Batch whole(std::function<void()> operation, std::uint64_t repetitions) {
  return [operation = std::move(operation), repetitions](Meter& meter) {
    meter.time([&] {
      for (std::uint64_t i = 0; i < repetitions; ++i) operation();
    });
    meter.count(repetitions);
  };
}

std::size_t Contest::add(Batch batch) {
  contestants_.push_back({std::move(batch), {}});
  return contestants_.size() - 1;
}

void Contest::run(const Schedule& schedule) {
  for (Contestant& contestant : contestants_) {
    contestant.chunks.clear();
    Meter warm_up;
    contestant.batch(warm_up);
  }
  for (int turn = 0; turn < schedule.rounds * schedule.chunks_per_round; ++turn) {
    for (Contestant& contestant : contestants_) {
      Meter meter;
      while (meter.spent() < schedule.chunk_seconds) contestant.batch(meter);
      contestant.chunks.push_back(meter.per_operation());
    }
  }
  for (Contestant& contestant : contestants_) std::ranges::sort(contestant.chunks);
}

double Contest::seconds(std::size_t contestant) const {
  const std::vector<double>& sorted = contestants_[contestant].chunks;
  return sorted[sorted.size() / 10];
}

}  // namespace keyway::bench
