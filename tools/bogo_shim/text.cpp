// SPDX-License-Identifier: Apache-2.0
//
// Text forms of bytes; see text.h.
#include "text.h"

#include <fstream>
#include <sstream>

namespace keyway::bogo_shim {
namespace {

std::optional<unsigned> base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  Bytes out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto digit = base64_digit(c);
    if (!digit) return std::nullopt;
    held = (held << 6 | *digit) & 0xffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::byte>(held >> bits & 0xffU));
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digit(text[i]);
    const auto low = hex_digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    out.push_back(static_cast<std::byte>(*high << 4 | *low));
  }
  return out;
}

std::optional<std::vector<Bytes>> from_hex_list(std::string_view text) {
  std::vector<Bytes> out;
  while (true) {
    const std::size_t comma = text.find(',');
    auto value = from_hex(text.substr(0, comma));
    if (!value) return std::nullopt;
    out.push_back(std::move(*value));
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

std::vector<std::string> split_protocol_names(std::string_view wire) {
  std::vector<std::string> names;
  while (!wire.empty()) {
    const std::size_t size = static_cast<unsigned char>(wire.front());
    wire.remove_prefix(1);
    if (size > wire.size()) break;
    names.emplace_back(wire.substr(0, size));
    wire.remove_prefix(size);
  }
  return names;
}

std::string join_protocol_names(const std::vector<std::string>& names) {
  std::string wire;
  for (const std::string& name : names) {
    wire.push_back(static_cast<char>(name.size()));
    wire += name;
  }
  return wire;
}

}  // namespace keyway::bogo_shim
