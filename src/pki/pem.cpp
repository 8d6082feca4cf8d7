// SPDX-License-Identifier: Apache-2.0
//
// Finding PEM blocks in text, base64 both ways (RFC 7468, RFC 4648 4).
#include "pki/pem.h"

#include <algorithm>
#include <array>

namespace keyway::pki {

namespace {

constexpr std::size_t max_certificates = 4096;
constexpr std::string_view dashes = "-----";
constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> values = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}();

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed_end(std::string_view line) noexcept {
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

/// The label of a BEGIN or END line; empty where the line is neither.
std::string_view label_of(std::string_view line, std::string_view mark) noexcept {
  line = trimmed_end(line);
  if (!line.starts_with(mark) || !line.ends_with(dashes) || line.size() < mark.size() + dashes.size()) return {};
  return line.substr(mark.size(), line.size() - mark.size() - dashes.size());
}

std::unexpected<Error> malformed(std::size_t line, std::string reason) {
  return fail(Errc::malformed_pem, {.position = line, .reason = std::move(reason)});
}

/// Four characters at a time; white space is skipped.
Result<Bytes> decode(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  unsigned count = 0;
  unsigned padding = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    if (c == '=') {
      if (count < 2 || ++padding + count > 4) return fail(Errc::malformed_pem);
      continue;
    }
    const std::int8_t value = values[static_cast<unsigned char>(c)];
    if (value < 0 || padding != 0) return fail(Errc::malformed_pem);
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (++count < 4) continue;
    for (const unsigned shift : {16U, 8U, 0U}) bytes.push_back(static_cast<std::byte>(group >> shift & 0xff));
    group = 0;
    count = 0;
  }
  if (count == 0 && padding == 0) return bytes;
  if (count + padding != 4) return fail(Errc::malformed_pem);
  // RFC 4648 3.5: the unused bits are zero.
  if ((group & (count == 2 ? 0xfU : 0x3U)) != 0) return fail(Errc::malformed_pem);
  if (count == 2) {
    bytes.push_back(static_cast<std::byte>(group >> 4 & 0xff));
    return bytes;
  }
  bytes.push_back(static_cast<std::byte>(group >> 10 & 0xff));
  bytes.push_back(static_cast<std::byte>(group >> 2 & 0xff));
  return bytes;
}

}  // namespace

Result<PemBlock> PemReader::next() {
  PemBlock block;
  const char* body_begins = nullptr;
  while (!rest_.empty()) {
    const std::size_t line_end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, line_end);
    const std::size_t line_number = line_++;
    rest_.remove_prefix(line_end == std::string_view::npos ? rest_.size() : line_end + 1);
    if (body_begins == nullptr) {
      block.label = label_of(line, begin_mark);
      if (block.label.empty()) continue;
      block.line = line_number;
      block.text = line;
      body_begins = rest_.data();
      continue;
    }
    if (!label_of(line, begin_mark).empty()) return malformed(block.line, "the block has no END line");
    const std::string_view label = label_of(line, end_mark);
    if (label.empty()) continue;
    if (label != block.label) return malformed(line_number, "the END line is of another kind of block");
    block.body = {body_begins, static_cast<std::size_t>(line.data() - body_begins)};
    block.text = {block.text.data(), static_cast<std::size_t>(line.data() + line.size() - block.text.data())};
    return block;
  }
  if (body_begins != nullptr) return malformed(block.line, "the block has no END line");
  return PemBlock{};
}

Result<Bytes> decode_pem_body(const PemBlock& block) {
  if (block.body.find(':') != std::string_view::npos) return malformed(block.line, "the block has header lines");
  auto bytes = decode(block.body);
  if (!bytes || bytes->empty()) return malformed(block.line, "the content of the block is not base64");
  return bytes;
}

Result<void> check_pem_body(const PemBlock& block) {
  const auto known = [](char c) { return is_space(c) || c == '=' || values[static_cast<unsigned char>(c)] >= 0; };
  if (!std::ranges::all_of(block.body, known)) return malformed(block.line, "the content of the block is not base64");
  return {};
}

Result<std::vector<PemCertificate>> pem_certificate_blocks(std::string_view text) {
  std::vector<PemCertificate> certificates;
  for (PemReader reader(text);;) {
    KW_ASSIGN(const PemBlock block, reader.next());
    if (block.label.empty()) return certificates;
    // "TRUSTED CERTIFICATE" is not taken: settings follow the certificate in it.
    if (block.label != "CERTIFICATE" && block.label != "X509 CERTIFICATE") continue;
    if (certificates.size() == max_certificates) return fail(Errc::too_long);
    KW_ASSIGN(Bytes der, decode_pem_body(block));
    certificates.push_back({std::move(der), block.line});
  }
}

Result<std::vector<Bytes>> pem_certificates(std::string_view text) {
  KW_ASSIGN(std::vector<PemCertificate> blocks, pem_certificate_blocks(text));
  std::vector<Bytes> certificates;
  certificates.reserve(blocks.size());
  for (PemCertificate& block : blocks) certificates.push_back(std::move(block.der));
  return certificates;
}

Result<Bytes> decode_base64(std::string_view text) {
  if (std::ranges::any_of(text, is_space)) return fail(Errc::malformed_pem);
  return decode(text);
}

std::string encode_base64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
    for (std::size_t i = 0; i < 4; ++i) text += i <= count ? alphabet[group >> (18 - 6 * i) & 0x3f] : '=';
  }
  return text;
}

std::string write_pem(std::string_view label, ByteView der) {
  const std::string base64 = encode_base64(der);
  std::string text;
  text.append(begin_mark).append(label).append(dashes).append("\n");
  for (std::size_t at = 0; at < base64.size(); at += 64) text.append(base64, at, 64).append("\n");
  text.append(end_mark).append(label).append(dashes).append("\n");
  return text;
}

}  // namespace keyway::pki
