// SPDX-License-Identifier: Apache-2.0
//
// Parsing of option values and files.
#include "values.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

namespace keyway::tool {
namespace {

constexpr std::size_t max_file = std::size_t{64} << 20;

std::unexpected<Error> bad_value(std::string_view option, std::string_view value, std::string reason, std::string mend) {
  return fail(Errc::invalid_option,
              {.option = std::string(option), .value = std::string(value), .mend = std::move(mend), .reason = std::move(reason)});
}

std::unexpected<Error> file_problem(std::string_view option, const std::string& path, int system_errno) {
  return fail(Errc::file_unreadable, {.system_errno = system_errno,
                                      .option = std::string(option),
                                      .value = path,
                                      .mend = "check the path and its permissions",
                                      .reason = std::strerror(system_errno)});
}

struct Scaled {
  std::uint64_t number;
  std::string_view unit;
};

Result<Scaled> number_and_unit(std::string_view option, std::string_view text, std::string_view mend) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{}) return bad_value(option, text, "it does not begin with a number", std::string(mend));
  return Scaled{number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

template <class T, class Parse>
Result<std::vector<T>> parse_list(std::string_view option, std::string_view text, std::string_view separators, Parse parse,
                                  const char* what, const char* mend) {
  std::vector<T> values;
  for (const std::string& word : split(text, separators)) {
    const std::optional<T> value = parse(word);
    if (!value) return bad_value(option, word, fmt::format("no {} has this name", what), mend);
    values.push_back(*value);
  }
  if (values.empty() && !text.empty()) return bad_value(option, text, "the list is empty", mend);
  return values;
}

}  // namespace

Result<Duration> parse_duration(std::string_view option, std::string_view text) {
  static constexpr const char* mend = "write a number with a unit: 250ms, 10s, 5m, 2h, 7d";
  KW_ASSIGN(const Scaled value, number_and_unit(option, text, mend));
  if (value.number > 1'000'000'000) return bad_value(option, text, "it is too long", mend);
  const auto number = static_cast<std::int64_t>(value.number);
  if (value.unit == "ms") return std::chrono::milliseconds(number);
  if (value.unit == "s") return std::chrono::seconds(number);
  if (value.number > 1'000'000) return bad_value(option, text, "it is too long", mend);
  if (value.unit == "m") return std::chrono::minutes(number);
  if (value.unit == "h") return std::chrono::hours(number);
  if (value.unit == "d") return std::chrono::hours(number * 24);
  return bad_value(option, text, value.unit.empty() ? "it has no unit" : "its unit is unknown", mend);
}

Result<std::uint64_t> parse_size(std::string_view option, std::string_view text) {
  static constexpr const char* mend = "write a number of bytes, or one with a unit: 16k, 1M, 2G";
  KW_ASSIGN(const Scaled value, number_and_unit(option, text, mend));
  unsigned shift = 0;
  if (value.unit == "k" || value.unit == "K") shift = 10;
  if (value.unit == "m" || value.unit == "M") shift = 20;
  if (value.unit == "g" || value.unit == "G") shift = 30;
  if (shift == 0 && !value.unit.empty()) return bad_value(option, text, "its unit is unknown", mend);
  if (value.number > (std::numeric_limits<std::uint64_t>::max() >> shift))
    return bad_value(option, text, "it is too large", mend);
  return value.number << shift;
}

Result<Bytes> parse_hex(std::string_view option, std::string_view text) {
  if (text.empty() || text.size() % 2 != 0)
    return bad_value(option, text, "it has no even number of hex digits", "write two digits per byte");
  Bytes bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    unsigned value = 0;
    const auto [end, problem] = std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
    if (problem != std::errc{} || end != text.data() + at + 2) {
      return bad_value(option, text.substr(at, 2), "it is no hex digit", "use 0-9 and a-f");
    }
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

// The key is not repeated in the error: it is a secret.
Result<Psk> parse_psk(std::string_view text) {
  const auto equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) {
    return bad_value("--psk", "", "it is not of the form ID=HEX", "write the identity, =, and the key in hex digits");
  }
  const auto key = parse_hex("--psk", text.substr(equals + 1));
  if (!key) return bad_value("--psk", text.substr(0, equals), "its key is not hex", "write two hex digits per byte");
  const SecretBytes secret(*key);
  return Psk::make(text.substr(0, equals), secret.expose());
}

Result<std::vector<ProtocolVersion>> parse_versions(std::string_view text) {
  return parse_list<ProtocolVersion>("--versions", text, ",", protocol_version_from, "version", "use 1.3");
}

Result<std::vector<CipherSuite>> parse_ciphers(std::string_view text) {
  return parse_list<CipherSuite>("--ciphers", text, ",:", cipher_suite_from, "cipher suite", "see: keyway ciphers --set all");
}

Result<std::vector<NamedGroup>> parse_groups(std::string_view option, std::string_view text) {
  return parse_list<NamedGroup>(option, text, ",:", named_group_from, "group", "use names such as x25519,secp256r1");
}

Result<std::vector<SignatureScheme>> parse_schemes(std::string_view text) {
  return parse_list<SignatureScheme>("--sigalgs", text, ",:", signature_scheme_from, "signature scheme",
                                     "use names such as ecdsa_secp256r1_sha256,ed25519");
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    if (end != 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

Result<std::string> read_file(std::string_view option, const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_problem(option, path, errno);
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer, sizeof(buffer));
    if (count > 0) content.append(buffer, static_cast<std::size_t>(count));
    if (count > 0 && content.size() <= max_file) continue;
    const int problem = errno;
    ::close(descriptor);
    if (count < 0) return file_problem(option, path, problem);
    break;
  }
  if (content.size() > max_file) return fail(Errc::too_long, {.option = std::string(option), .value = path});
  return content;
}

Result<void> write_file(std::string_view option, const std::string& path, std::string_view content, bool secret) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
  if (descriptor < 0) return file_problem(option, path, errno);
  if (secret) ::fchmod(descriptor, 0600);
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0) {
      const int problem = errno;
      ::close(descriptor);
      return file_problem(option, path, problem);
    }
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  ::close(descriptor);
  return {};
}

Result<std::string> text_or_file(std::string_view option, const std::string& value) {
  if (value.starts_with('@')) return read_file(option, value.substr(1));
  return value;
}

std::string duration_text(Duration duration) {
  const double milliseconds = std::chrono::duration<double, std::milli>(duration).count();
  if (milliseconds < 1000) return fmt::format("{:.1f} ms", milliseconds);
  return fmt::format("{:.1f} s", milliseconds / 1000);
}

std::string_view event_name(ProtocolVersion version) {
  switch (version) {
    case ProtocolVersion::ssl3: return "sslv3";
    case ProtocolVersion::tls1_0: return "tlsv1";
    case ProtocolVersion::tls1_1: return "tlsv1.1";
    case ProtocolVersion::tls1_2: return "tlsv1.2";
    case ProtocolVersion::tls1_3: return "tlsv1.3";
    case ProtocolVersion::dtls1_0: return "dtlsv1";
    case ProtocolVersion::dtls1_2: return "dtlsv1.2";
    case ProtocolVersion::dtls1_3: return "dtlsv1.3";
  }
  return "unknown";
}

std::string name_or_number(std::string_view name, std::uint16_t number) {
  return name.empty() ? fmt::format("0x{:04x}", number) : std::string(name);
}

}  // namespace keyway::tool
