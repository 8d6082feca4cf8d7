// SPDX-License-Identifier: Apache-2.0
//
// The table for people and the document for programs.
#include "report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "keyway/crypto/provider.h"

namespace keyway::bench {
namespace {

#if defined(KEYWAY_CRYPTO_EVP_ONLY)
constexpr std::string_view form = "EVP alone";
#else
constexpr std::string_view form = "low-level";
#endif

bool meets(const Figure& figure) {
  if (!figure.target) return true;
  return figure.target->kind == Target::Kind::at_least ? figure.value >= figure.target->bound
                                                       : figure.value <= figure.target->bound;
}

std::string number(double value, const std::string& unit) {
  if (unit == "bytes" || unit == "allocations" || unit == "MB/s") return fmt::format("{:.0f} {}", value, unit);
  if (unit == "x") return fmt::format("{:.2f} x", value);
  if (unit == "us" && value < 10) return fmt::format("{:.3f} us", value);
  return fmt::format("{:.1f} {}", value, unit);
}

std::string words(const Target& target, const std::string& unit) {
  return (target.kind == Target::Kind::at_least ? ">= " : "<= ") + number(target.bound, unit);
}

}  // namespace

std::vector<Report::Line> Report::lines() const {
  std::vector<Line> lines;
  for (std::size_t i = 0; !runs_.empty() && i < runs_.front().size(); ++i) {
    std::vector<const Figure*> same;
    for (const Figures& run : runs_) same.push_back(&run[i]);
    Line line{};
    for (const Figure* figure : same) {
      line.values.push_back(figure->value);
      if (meets(*figure)) ++line.met;
    }
    std::ranges::sort(same, {}, &Figure::value);
    line.shown = same[same.size() / 2];
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string Report::table() const {
  std::string text = fmt::format("{} ({}), median of {} runs\n", crypto::default_provider()->name(), form, runs_.size());
  std::string_view subject;
  for (const Line& line : lines()) {
    const Figure& figure = *line.shown;
    if (figure.subject != subject) text += fmt::format("\n{}\n", subject = figure.subject);
    std::string verdict;
    if (figure.target)
      verdict = fmt::format("{:>18}  {} {} of {}", words(*figure.target, figure.unit), line.is_met() ? "met    " : "MISSED ",
                            line.met, line.values.size());
    text += fmt::format("  {:<34}{:>16}{:<37}  {}\n", figure.name, number(figure.value, figure.unit), verdict, figure.detail);
  }
  return text;
}

std::string Report::json() const {
  nlohmann::ordered_json document{{"provider", crypto::default_provider()->name()}, {"form", form}, {"runs", runs_.size()}};
  for (const Line& line : lines()) {
    nlohmann::ordered_json row{{"subject", line.shown->subject}, {"name", line.shown->name}, {"unit", line.shown->unit},
                               {"value", line.shown->value},     {"values", line.values},    {"detail", line.shown->detail}};
    if (const auto& target = line.shown->target) {
      row["target"] = {{target->kind == Target::Kind::at_least ? "at_least" : "at_most", target->bound}};
      row["runs_that_meet_it"] = line.met;
      row["met"] = line.is_met();
    }
    document["figures"].push_back(std::move(row));
  }
  return document.dump(2) + "\n";
}

std::vector<std::string> Report::missed() const {
  std::vector<std::string> names;
  for (const Line& line : lines()) {
    if (!line.is_met()) names.push_back(line.shown->subject + ": " + line.shown->name);
  }
  return names;
}

}  // namespace keyway::bench
