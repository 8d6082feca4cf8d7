// SPDX-License-Identifier: Apache-2.0
//
// Errors as people see them: look-up of rows and the message of an error with its detail.
#include "keyway/error.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <system_error>

#include "base/errc_table.h"

namespace keyway {
namespace {

const ErrcRow* find_row(Errc code) noexcept {
  const auto rows = errc_rows();
  const auto row = std::ranges::lower_bound(rows, code, {}, &ErrcRow::code);
  return row != rows.end() && row->code == code ? &*row : nullptr;
}

std::string_view who(const Error& error) noexcept {
  switch (error.decided_by()) {
    case DecidedBy::peer: return "the peer ended the connection";
    case DecidedBy::transport: return "the transport failed";
    case DecidedBy::us: break;
  }
  return error.group() == ErrorGroup::misuse ? "refused" : "ended by us";
}

/// What exactly was found: alert, option, file, reason, in the order in which they narrow the matter down.
void append_facts(std::string& out, const ErrorDetail& detail) {
  auto to = std::back_inserter(out);
  if (detail.received_alert) {
    const std::string_view name = to_string(*detail.received_alert);
    fmt::format_to(to, ": alert {} ({})", name, static_cast<unsigned>(*detail.received_alert));
  }
  if (!detail.option.empty()) {
    fmt::format_to(to, ": {}", detail.option);
    if (!detail.value.empty()) fmt::format_to(to, " = {}", detail.value);
  }
  if (!detail.path.empty()) {
    fmt::format_to(to, ": {}", detail.path);
    if (detail.position) fmt::format_to(to, ":{}", *detail.position);
  }
  if (!detail.reason.empty()) fmt::format_to(to, ": {}", detail.reason);
  if (detail.system_errno != 0) fmt::format_to(to, ": {}", std::generic_category().message(detail.system_errno));
}

void append_certificates(std::string& out, const ErrorDetail& detail) {
  for (const CertificateProblem& problem : detail.certificates) {
    fmt::format_to(std::back_inserter(out), "\n  certificate {} ({}): {}", problem.index, problem.subject,
                   problem.text.empty() ? description(problem.reason) : std::string_view(problem.text));
  }
}

}  // namespace

Error Error::with(ErrorDetail detail) && {
  detail_ = std::make_shared<const ErrorDetail>(std::move(detail));
  return std::move(*this);
}

std::optional<AlertDescription> Error::alert() const noexcept {
  const ErrcRow* row = find_row(code_);
  return row != nullptr ? row->alert : std::nullopt;
}

DecidedBy Error::decided_by() const noexcept {
  if (detail_ && detail_->decided_by != DecidedBy::us) return detail_->decided_by;
  if (code_ == Errc::alert_received) return DecidedBy::peer;
  return group() == ErrorGroup::transport ? DecidedBy::transport : DecidedBy::us;
}

std::string Error::message() const {
  std::string out = fmt::format("{}: {}", who(*this), description(code_));
  if (detail_) append_facts(out, *detail_);
  const std::string_view section = source(code_);
  if (section.empty()) {
    fmt::format_to(std::back_inserter(out), " ({})", to_string(code_));
  } else {
    fmt::format_to(std::back_inserter(out), " ({}, {})", to_string(code_), section);
  }
  const std::string_view next = detail_ && !detail_->mend.empty() ? std::string_view(detail_->mend) : hint(code_);
  if (!next.empty()) fmt::format_to(std::back_inserter(out), "; {}", next);
  if (detail_) append_certificates(out, *detail_);
  return out;
}

std::string_view to_string(Errc code) noexcept {
  const ErrcRow* row = find_row(code);
  return row != nullptr ? row->name : "unknown";
}

std::string_view to_string(ErrorGroup group) noexcept {
  switch (group) {
    case ErrorGroup::decode: return "decode";
    case ErrorGroup::protocol: return "protocol";
    case ErrorGroup::negotiation: return "negotiation";
    case ErrorGroup::certificate: return "certificate";
    case ErrorGroup::crypto: return "crypto";
    case ErrorGroup::limit: return "limit";
    case ErrorGroup::transport: return "transport";
    case ErrorGroup::misuse: return "misuse";
  }
  return "unknown";
}

std::string_view description(Errc code) noexcept {
  const ErrcRow* row = find_row(code);
  return row != nullptr ? row->text : "an unknown error";
}

std::string_view hint(Errc code) noexcept {
  const ErrcRow* row = find_row(code);
  return row != nullptr ? row->hint : std::string_view();
}

std::string_view source(Errc code) noexcept {
  const ErrcRow* row = find_row(code);
  return row != nullptr ? row->source : std::string_view();
}

std::vector<Errc> all_error_codes() {
  std::vector<Errc> codes;
  codes.reserve(errc_rows().size());
  for (const ErrcRow& row : errc_rows()) codes.push_back(row.code);
  return codes;
}

}  // namespace keyway
