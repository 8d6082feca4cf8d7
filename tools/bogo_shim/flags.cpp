// SPDX-License-Identifier: Apache-2.0
//
// From arguments to Flags. A flag's prefix says which of the three connections it is for, none means all of them; a
// credential flag belongs to the credential that was begun last.
#include "flags.h"

#include <charconv>

#include "flag_table.h"
#include "text.h"

namespace keyway::bogo_shim {
namespace {

template <class... Fs> struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs> Overloaded(Fs...) -> Overloaded<Fs...>;

template <class T> bool read_number(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool takes_value(const Target& target) {
  return std::visit(Overloaded{
                        [](bool Flags::*) { return false; },
                        [](bool Credential::*) { return false; },
                        [](const NewCredential&) { return false; },
                        [](const EmptyKeyShares&) { return false; },
                        [](const PskHash&) { return false; },
                        [](const Moot& row) { return row.has_value; },
                        [](const Refused& row) { return row.has_value; },
                        [](const auto&) { return true; },
                    },
                    target);
}

Credential& current_credential(Flags& flags) {
  return flags.credentials.empty() ? flags.default_credential : flags.credentials.back();
}

/// Stores one value; false where the text is not of the flag's form.
class Store {
 public:
  Store(Flags& flags, std::string_view text) : flags_(flags), text_(text) {}

  bool operator()(bool Flags::* member) const { return flags_.*member = true; }
  bool operator()(int Flags::* member) const { return read_number(text_, flags_.*member); }
  bool operator()(std::uint16_t Flags::* member) const { return read_number(text_, flags_.*member); }
  bool operator()(std::uint64_t Flags::* member) const { return read_number(text_, flags_.*member); }
  bool operator()(std::string Flags::* member) const {
    flags_.*member = text_;
    return true;
  }
  bool operator()(std::vector<std::uint16_t> Flags::* member) const { return append(flags_.*member); }
  bool operator()(std::optional<int> Flags::* member) const { return read_number(text_, (flags_.*member).emplace()); }
  bool operator()(std::optional<std::uint16_t> Flags::* member) const { return read_number(text_, (flags_.*member).emplace()); }
  bool operator()(std::optional<std::size_t> Flags::* member) const { return read_number(text_, (flags_.*member).emplace()); }
  bool operator()(std::optional<std::string> Flags::* member) const {
    flags_.*member = text_;
    return true;
  }
  bool operator()(std::optional<Bytes> Flags::* member) const {
    flags_.*member = from_base64(text_);
    return (flags_.*member).has_value();
  }
  bool operator()(std::optional<std::vector<std::uint16_t>> Flags::* member) const {
    if (!(flags_.*member)) (flags_.*member).emplace();
    return append(*(flags_.*member));
  }
  bool operator()(bool Credential::* member) const { return current_credential(flags_).*member = true; }
  bool operator()(std::string Credential::* member) const {
    current_credential(flags_).*member = text_;
    return true;
  }
  bool operator()(Bytes Credential::* member) const {
    auto value = from_base64(text_);
    if (!value) return false;
    current_credential(flags_).*member = std::move(*value);
    return true;
  }
  bool operator()(std::vector<std::uint16_t> Credential::* member) const { return append(current_credential(flags_).*member); }
  bool operator()(const NewCredential& row) const {
    flags_.credentials.push_back({.kind = row.kind});
    return true;
  }
  bool operator()(const EmptyKeyShares&) const {
    flags_.key_shares.emplace();
    return true;
  }
  bool operator()(const PskHash& row) const {
    current_credential(flags_).psk_hash = row.hash;
    return true;
  }
  bool operator()(const Moot&) const { return true; }
  bool operator()(const Refused&) const { return true; }

 private:
  bool append(std::vector<std::uint16_t>& list) const { return read_number(text_, list.emplace_back()); }

  Flags& flags_;
  std::string_view text_;
};

/// Removes a prefix that is followed by a hyphen and leaves the hyphen.
bool remove_prefix(std::string_view& name, std::string_view prefix) {
  if (!name.starts_with(prefix) || name.size() <= prefix.size() || name[prefix.size()] != '-') return false;
  name.remove_prefix(prefix.size());
  return true;
}

std::vector<Flags*> addressees(CommandLine& line, std::string_view& name) {
  if (remove_prefix(name, "-on-initial")) return {&line.initial};
  if (remove_prefix(name, "-on-resume")) return {&line.resume};
  if (remove_prefix(name, "-on-retry")) return {&line.retry};
  return {&line.initial, &line.resume, &line.retry};
}

const FlagRow* find(std::string_view name) {
  for (const FlagRow& row : flag_table()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace

std::expected<CommandLine, std::string> parse(std::span<char* const> arguments) {
  CommandLine line;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    std::string_view name = argument;
    const bool for_shim = remove_prefix(name, "-on-shim");
    const bool for_handshaker = !for_shim && remove_prefix(name, "-on-handshaker");
    const std::vector<Flags*> targets = addressees(line, name);
    const FlagRow* row = find(name);
    if (row == nullptr) return std::unexpected("unknown flag " + std::string(argument));
    std::string_view value;
    if (takes_value(row->target)) {
      if (++i == arguments.size()) return std::unexpected("no value after " + std::string(argument));
      value = arguments[i];
    }
    if (for_handshaker) continue;
    if (const auto* refused = std::get_if<Refused>(&row->target)) {
      line.refused.push_back({std::string(argument), std::string(value), refused->reason});
    }
    for (Flags* flags : targets) {
      if (!std::visit(Store(*flags, value), row->target)) {
        return std::unexpected("bad value of " + std::string(argument) + ": " + std::string(value));
      }
    }
  }
  return line;
}

std::vector<std::string_view> known_flags() {
  std::vector<std::string_view> names;
  for (const FlagRow& row : flag_table()) names.push_back(row.name);
  return names;
}

}  // namespace keyway::bogo_shim
