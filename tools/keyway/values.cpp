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
#include <system_error>

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
  if (problem == std::errc::result_out_of_range) return bad_value(option, text, "the number is too large", std::string(mend));
  if (problem != std::errc{}) return bad_value(option, text, "it does not begin with a number", std::string(mend));
  return Scaled{number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

template <class T, class Parse>
Result<std::vector<T>> parse_list(std::string_view option, std::string_view text, std::string_view separators, Parse parse,
                                  const char* what, const char* mend) {
  std::vector<T> values;
  KW_ASSIGN(const auto words, parse_words(option, text, separators));
  for (const std::string& word : words) {
    const std::optional<T> value = parse(word);
    if (!value) return bad_value(option, word, fmt::format("no {} has this name", what), mend);
    values.push_back(*value);
  }
  return values;
}

}  // namespace

Result<Duration> parse_duration(std::string_view option, std::string_view text) {
  static constexpr const char* mend = "write a number with a unit: 250ms, 10s, 5m, 2h, 7d";
  static constexpr const char* too_long = "the duration is too long";
  static constexpr const char* at_most = "write at most 1000000000 of ms or s, or 1000000 of m, h or d";
  KW_ASSIGN(const Scaled value, number_and_unit(option, text, mend));
  if (value.number > 1'000'000'000) return bad_value(option, text, too_long, at_most);
  const auto number = static_cast<std::int64_t>(value.number);
  if (value.unit == "ms") return std::chrono::milliseconds(number);
  if (value.unit == "s") return std::chrono::seconds(number);
  if (value.number > 1'000'000) return bad_value(option, text, too_long, at_most);
  if (value.unit == "m") return std::chrono::minutes(number);
  if (value.unit == "h") return std::chrono::hours(number);
  if (value.unit == "d") return std::chrono::hours(number * 24);
  return bad_value(option, text, value.unit.empty() ? "it has no unit" : "its unit is unknown", mend);
}

Result<Duration> parse_wait(std::string_view option, std::string_view text) {
  KW_ASSIGN(const Duration wait, parse_duration(option, text));
  if (wait <= Duration::zero()) return bad_value(option, text, "nothing can happen in no time", "give at least 1ms");
  return wait;
}

Result<std::uint64_t> parse_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  if (whole && number >= low && number <= high) return number;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  return bad_value(option, text, digits ? "the number is out of range" : "it is no whole number",
                   fmt::format("give {} to {}", low, high));
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
    return bad_value("--psk", "", "a key is not of the form ID=HEX", "write the identity, =, and the key in hex digits");
  }
  const auto key = parse_hex("--psk", text.substr(equals + 1));
  if (!key) return bad_value("--psk", text.substr(0, equals), "its key is not hex", "write two hex digits per byte");
  const SecretBytes secret(*key);
  return Psk::make(text.substr(0, equals), secret.expose());
}

// The library's sentence about a name, under the option that gave it.
Result<PeerName> parse_name(std::string option, std::string typed, std::string_view name) {
  auto peer = PeerName::of(name);
  if (peer) return peer;
  const ErrorDetail* detail = peer.error().detail();
  return wrong_value(
      std::move(option), std::move(typed),
      detail != nullptr && !detail->reason.empty() ? detail->reason : "it is neither a host name nor an IP address",
      "give a host name in its ASCII form (xn--...) or an IP address");
}

Result<std::vector<ProtocolVersion>> parse_versions(std::string_view option, std::string_view text) {
  return parse_list<ProtocolVersion>(option, text, ",", protocol_version_from, "version", "use 1.3, 1.2, 1.1, 1.0 or ssl3");
}

Result<std::vector<CipherSuite>> parse_ciphers(std::string_view option, std::string_view text) {
  return parse_list<CipherSuite>(option, text, ",:", cipher_suite_from, "cipher suite", "see: keyway ciphers --set all");
}

Result<std::vector<NamedGroup>> parse_groups(std::string_view option, std::string_view text) {
  return parse_list<NamedGroup>(option, text, ",:", named_group_from, "group", "use names such as x25519,secp256r1");
}

Result<std::vector<SignatureScheme>> parse_schemes(std::string_view text) {
  return parse_list<SignatureScheme>("--sigalgs", text, ",:", signature_scheme_from, "signature scheme",
                                     "use names such as ecdsa_secp256r1_sha256,ed25519");
}

Result<std::vector<std::string>> parse_words(std::string_view option, std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= text.size() && !text.empty();) {
    const auto end = std::min(text.find_first_of(separators, begin), text.size());
    if (end == begin)
      return bad_value(option, text, "an element of the list is empty", "write one separator between two elements");
    words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

Error unwritable(std::string_view option, const std::string& path, int system_errno) {
  return Error(Errc::invalid_option)
      .with({.system_errno = system_errno,
             .option = std::string(option),
             .value = path,
             .mend = "name a file that can be written",
             .reason = fmt::format("it cannot be written: {}", std::generic_category().message(system_errno))});
}

Result<void> check_writable(std::string_view option, const std::string& path) {
  struct stat status{};
  int problem = 0;
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) problem = EISDIR;
    if (problem == 0 && ::access(path.c_str(), W_OK) != 0) problem = errno;
  } else if (errno != ENOENT) {
    problem = errno;
  } else {
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) problem = errno;
  }
  if (problem != 0) return std::unexpected(unwritable(option, path, problem));
  return {};
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
  if (descriptor < 0) return std::unexpected(unwritable(option, path, errno));
  if (secret) ::fchmod(descriptor, 0600);
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0) {
      const int problem = errno;
      ::close(descriptor);
      return std::unexpected(unwritable(option, path, problem));
    }
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::close(descriptor) != 0) return std::unexpected(unwritable(option, path, errno));
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

std::unexpected<Error> wrong_value(std::string option, std::string value, std::string reason, std::string mend) {
  return fail(Errc::invalid_option,
              {.option = std::move(option), .value = std::move(value), .mend = std::move(mend), .reason = std::move(reason)});
}

std::unexpected<Error> none_of_its_values(std::string option, std::string value, std::string mend) {
  return wrong_value(std::move(option), std::move(value), "it is none of its values", std::move(mend));
}

std::string name_or_number(std::string_view name, std::uint16_t number) {
  return name.empty() ? fmt::format("0x{:04x}", number) : std::string(name);
}

}  // namespace keyway::tool
