// SPDX-License-Identifier: Apache-2.0
//
// Figures, their targets, and how they are shown. A target is met when most runs meet it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace keyway::bench {

struct Target {
  enum class Kind : unsigned char { at_least, at_most } kind;
  double bound;
};
inline std::optional<Target> at_least(double bound) { return Target{Target::Kind::at_least, bound}; }
inline std::optional<Target> at_most(double bound) { return Target{Target::Kind::at_most, bound}; }

/// One line: what was measured in one run.
struct Figure {
  std::string subject;  ///< the heading it stands under
  std::string name;
  double value = 0;
  std::string unit;     ///< "x", "%", "us", "MB/s", "bytes" or "allocations"
  std::optional<Target> target{};
  std::string detail{};  ///< what the value was made from, for people
};
using Figures = std::vector<Figure>;

/// The same figures, measured several times.
class Report {
 public:
  void add_run(Figures figures) { runs_.push_back(std::move(figures)); }
  std::string table() const;
  std::string json() const;
  /// Figures whose target was missed in most runs.
  std::vector<std::string> missed() const;

 private:
  struct Line {
    const Figure* shown;          ///< of the median run
    std::vector<double> values;   ///< of all runs
    std::size_t met = 0;          ///< runs
    bool is_met() const noexcept { return 2 * met > values.size(); }
  };
  std::vector<Line> lines() const;

  std::vector<Figures> runs_;
};

}  // namespace keyway::bench
