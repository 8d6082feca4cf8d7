// SPDX-License-Identifier: Apache-2.0
//
// Writing lines and events; the texts of errors.
#include "output.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "tool_words.h"

namespace keyway::tool {
namespace {

bool wants_color(const std::string& choice) {
  if (choice == "always") return true;
  return choice == "auto" && std::getenv("NO_COLOR") == nullptr && ::isatty(STDOUT_FILENO) != 0;
}

std::string_view name_of(DecidedBy by) {
  switch (by) {
    case DecidedBy::us: return "us";
    case DecidedBy::peer: return "peer";
    case DecidedBy::transport: return "transport";
  }
  return "us";
}

// What happened, as precisely as the error knows.
std::string what(const Error& error) {
  std::string text(description(error.code()));
  const ErrorDetail* detail = error.detail();
  if (detail == nullptr) return text;
  if (!detail->option.empty()) {
    const std::string option = tool_option(detail->option);
    const std::string named = fmt::format("{}{}", option, detail->value.empty() ? "" : " " + detail->value);
    // That a value is wrong goes without saying where it is said what is wrong with it.
    if (error.code() == Errc::invalid_option && !detail->reason.empty()) return fmt::format("{}: {}", named, detail->reason);
    text = fmt::format("{}: {}", named, text);
  }
  if (!detail->certificates.empty()) return text;  // each is told by itself
  if (!detail->path.empty() && detail->path != detail->value) text += fmt::format("  {}", detail->path);
  if (detail->position) text += fmt::format(" at {}", *detail->position);
  if (!detail->reason.empty()) text += fmt::format(": {}", detail->reason);
  if (detail->received_alert) text += fmt::format(" (alert {})", to_string(*detail->received_alert));
  return text;
}

// For people: what they would see on the other end, where a certificate was refused.
std::string_view name_of(const Error& error) {
  const bool named = error.group() == ErrorGroup::certificate && error.alert() && error.decided_by() == DecidedBy::us;
  return named ? to_string(*error.alert()) : to_string(error.code());
}

std::string name_or_none(const std::string& name) { return name.empty() ? "(no name)" : name; }

// One certificate of a refused chain: whom it names, and what is wrong with it, if that is known.
struct CertificateLine {
  std::size_t index;
  std::string who;
  std::string problem;
};

std::string problem_text(const CertificateProblem& problem) {
  return problem.reason == Errc::certificate_path_too_long ? in_tool_words(problem.text) : problem.text;
}

// The whole chain; anchors with a problem, and what could not be read, follow.
std::vector<CertificateLine> certificate_lines(const ErrorDetail& detail) {
  std::vector<CertificateLine> lines;
  for (const CertificateNames& names : detail.chain)
    lines.push_back({names.index, name_or_none(names.subject) + ", issued by " + name_or_none(names.issuer), {}});
  for (const CertificateProblem& problem : detail.certificates) {
    const auto line = std::ranges::find(lines, problem.index, &CertificateLine::index);
    if (line == lines.end()) {
      lines.push_back({problem.index, name_or_none(problem.subject), problem_text(problem)});
    } else {
      line->problem += (line->problem.empty() ? "" : "; ") + problem_text(problem);
    }
  }
  return lines;
}

// Where a word that is longer than a line is cut: never within a character of UTF-8.
std::size_t cut_before(std::string_view text, std::size_t columns) {
  std::size_t at = columns;
  while (at > columns - 4 && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80) --at;
  return at;
}

// "word       text" in lines of at most 110 columns, broken at spaces. Control characters of peers reach no terminal.
std::string lines_of(std::string_view word, std::string_view text) {
  constexpr std::size_t columns = 110;
  constexpr std::size_t indent = 11;
  std::string rest = fmt::format("{:<10} {}", word, text);
  std::ranges::replace_if(rest, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  std::string lines;
  while (rest.size() > columns) {
    const auto space = rest.rfind(' ', columns);
    if (space == std::string::npos || space <= indent) {  // a word that is longer than a line is cut
      const std::size_t cut = cut_before(rest, columns);
      lines += rest.substr(0, cut) + '\n';
      rest = std::string(indent, ' ') + rest.substr(cut);
      continue;
    }
    lines += rest.substr(0, rest.find_last_not_of(' ', space) + 1) + '\n';
    rest = std::string(indent, ' ') + rest.substr(space + 1);
  }
  return lines + rest + '\n';
}

std::string next_step(const Error& error) {
  const ErrorDetail* detail = error.detail();
  // Errors about files carry the table's advice as their own.
  const bool own = detail != nullptr && !detail->mend.empty() && detail->mend != hint(error.code());
  if (own) return in_tool_words(detail->mend);
  const std::string_view for_tool = tool_hint(error.code());
  return std::string(for_tool.empty() ? hint(error.code()) : for_tool);
}

}  // namespace

Output::Output(bool json, bool quiet, const std::string& color) : json_(json), quiet_(quiet), color_(wants_color(color)) {}

void Output::write(std::string_view bytes) {
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0;
  if (written || lossy_.exchange(true)) return;
  loss_ = fmt::format("standard output cannot be written: {}", std::generic_category().message(errno));
}

void Output::lose(std::string_view where, int system_errno) {
  const std::lock_guard lock(mutex_);
  if (lossy_.exchange(true)) return;
  loss_ = fmt::format("{} cannot be written: {}", where, std::generic_category().message(system_errno));
}

void Output::tell_loss() {
  const std::lock_guard lock(mutex_);
  if (loss_.empty()) return;
  fmt::print(stderr, "{}{}", lines_of("failed", loss_ + "   (decided by us)"),
             lines_of("hint", "make room or write elsewhere; what was written is not complete"));
  loss_.clear();
}

void Output::event(const Json& event) {
  if (!json_) return;
  const std::string line = event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const std::lock_guard lock(mutex_);
  write(line);
}

void Output::line(std::string_view word, std::string_view text, Tone tone) {
  if (json_ || quiet_) return;
  const char* start = tone == Tone::good ? "\033[32m" : "\033[31m";
  const bool colored = color_ && tone != Tone::plain;
  std::string line = lines_of(word, text);
  if (colored) line = start + line.insert(std::min(line.find(' '), line.size()), "\033[0m");
  const std::lock_guard lock(mutex_);
  write(line);
}

void Output::problem(std::string_view word, std::string_view text) {
  if (json_) return;
  const std::lock_guard lock(mutex_);
  std::string line = lines_of(word, text);
  const bool verdict = word == "refused" || word == "failed" || word == "finding";
  if (color_ && verdict)
    line = "\033[31m" + line.insert(std::min(line.find(' ', line.find_first_not_of(' ')), line.size()), "\033[0m");
  fmt::print(stderr, "{}", line);
}

void Output::warning(std::string_view text) {
  const std::lock_guard lock(mutex_);
  fmt::print(stderr, "{}", lines_of("warning", in_tool_words(text)));
}

void Output::raw(ByteView bytes) {
  if (json_) return;
  const std::lock_guard lock(mutex_);
  write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void Output::text(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write(text);
}

Json error_event(const Error& error, int connection, std::optional<AlertDescription> sent) {
  Json event{{"event", "error"}};
  if (connection != 0) event["conn"] = connection;
  event["group"] = to_string(error.group());
  event["code"] = to_string(error.code());
  const ErrorDetail* detail = error.detail();
  const bool received = detail != nullptr && detail->received_alert.has_value();
  const auto alert = received ? detail->received_alert : sent ? sent : error.alert();
  event["alert"] = alert ? Json(to_string(*alert)) : Json(nullptr);
  event["decided_by"] = name_of(error.decided_by());
  std::string message = what(error);
  std::string_view before = ": ";
  for (const CertificateLine& line : detail != nullptr ? certificate_lines(*detail) : std::vector<CertificateLine>()) {
    message += fmt::format("{}{} {}{}{}", std::exchange(before, "; "), line.index, line.who, line.problem.empty() ? "" : ": ",
                           line.problem);
  }
  event["message"] = message;
  event["hint"] = next_step(error);
  return event;
}

void tell(Output& output, const Error& error, std::string_view word, int connection, std::optional<AlertDescription> sent) {
  output.event(error_event(error, connection, sent));
  const bool by_us = error.decided_by() == DecidedBy::us;
  output.problem(word, fmt::format("{}   ({}, decided by {})", what(error), name_of(error),
                                   by_us                                   ? "us"
                                   : error.decided_by() == DecidedBy::peer ? "the peer"
                                                                           : "the transport"));
  if (const ErrorDetail* detail = error.detail()) {
    for (const CertificateLine& line : certificate_lines(*detail))
      output.problem(fmt::format("  {}", line.index), fmt::format("{}   {}", line.who, line.problem));
  }
  if (const std::string next = next_step(error); !next.empty()) output.problem("hint", next);
}

std::string base64(ByteView bytes) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    unsigned group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? std::to_integer<unsigned>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) text += i <= count ? digits[group >> (18 - 6 * i) & 63U] : '=';
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes bytes;
  unsigned group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return fail(Errc::invalid_option, {.reason = "it is not base64"});
    group = (group << 6 | static_cast<unsigned>(digit)) & 0xffffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::byte>(group >> bits & 0xffU));
  }
  return bytes;
}

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

}  // namespace keyway::tool
