// SPDX-License-Identifier: Apache-2.0
//
// Translation of common options.
#include "shared_options.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "config/settings.h"
#include "crypto/pkcs11_uri.h"
#include "keyway/config.h"
#include "names/signature_scheme.h"
#include "values.h"

namespace keyway::tool {
namespace {

// A file that lines are appended to, by any thread. It is for its owner alone: what is in it are secrets, or says much.
class LineFile {
 public:
  static Result<std::shared_ptr<LineFile>> open(const std::string& option, const std::string& path, Output& output) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    std::FILE* file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "a");
    if (file == nullptr) return std::unexpected(unwritable(option, path, errno));
    return std::make_shared<LineFile>(file, output, option + " " + path);
  }
  LineFile(std::FILE* file, Output& output, std::string name) : file_(file), output_(output), name_(std::move(name)) {}
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  ~LineFile() { std::fclose(file_); }
  void write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    const bool written = std::fwrite(line.data(), 1, line.size(), file_) == line.size() && std::fputc('\n', file_) == '\n';
    if (!written || std::fflush(file_) != 0) output_.lose(name_, errno);
  }

 private:
  std::mutex mutex_;
  std::FILE* file_;
  Output& output_;
  std::string name_;
};

std::string_view name_of(TraceKind kind) {
  switch (kind) {
    case TraceKind::record: return "record";
    case TraceKind::message: return "message";
    case TraceKind::state: return "state";
    case TraceKind::decision: return "decision";
    case TraceKind::question: return "question";
    case TraceKind::alert: return "alert";
    case TraceKind::timer: return "timer";
  }
  return "other";
}

std::string_view name_of(Direction direction) {
  switch (direction) {
    case Direction::in: return "in";
    case Direction::out: return "out";
    case Direction::local: return "local";
  }
  return "local";
}

std::string trace_line(const TraceEvent& event) {
  Json line{{"kind", name_of(event.kind)}, {"direction", name_of(event.direction)}, {"name", event.name}};
  if (event.size != 0) line["size"] = event.size;
  if (!event.text.empty()) line["text"] = event.text;
  if (event.kind == TraceKind::record) line["protected"] = event.is_protected;
  if (event.after != Duration::zero()) line["ms"] = std::chrono::ceil<std::chrono::milliseconds>(event.after).count();
  if (event.kind == TraceKind::message && !event.body.empty()) line["body"] = hex(event.body);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void IdentityArguments::add(CLI::App& app) {
  const std::string group = "Identity";
  app.add_option("--cert", certs, "certificate chain, PEM, leaf first; repeatable: several identities [none]")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--key", keys, "private key: PEM or PKCS#11 URI, one for each --cert [in the file of --cert]")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--key-password-env", password_variable,
                 "environment variable with the password of the keys, or their PIN [none]")
      ->group(group);
}

Result<PasswordFunction> IdentityArguments::password() const {
  if (password_variable.empty()) return nullptr;
  const char* value = std::getenv(password_variable.c_str());
  if (value != nullptr) {
    // Nothing of it is kept but what the environment has anyway; and it is there when keys are loaded again.
    return [value]() -> Result<SecretBytes> { return SecretBytes(std::string_view(value)); };
  }
  return fail(Errc::missing_option, {.option = "--key-password-env",
                                     .value = password_variable,
                                     .mend = "export the variable, or name another",
                                     .reason = "the variable is not set"});
}

Result<std::vector<CertKey>> IdentityArguments::identities(bool others) const {
  if (keys.size() > certs.size()) {
    return fail(Errc::missing_option, {.option = "--key",
                                       .value = crypto::without_pin(keys[certs.size()]),
                                       .mend = "give a --cert for each --key",
                                       .reason = "it has no certificate"});
  }
  KW_ASSIGN(const PasswordFunction secret, password());
  if (secret && certs.empty() && !others) {
    return fail(Errc::conflicting_options, {.option = "--key-password-env",
                                            .value = password_variable,
                                            .mend = "give the --cert and the --key that it is for, or leave it out",
                                            .reason = "no key is given that it could open"});
  }
  std::vector<CertKey> identities;
  for (std::size_t i = 0; i < certs.size(); ++i) {
    identities.push_back({.certfile = certs[i], .keyfile = i < keys.size() ? keys[i] : std::string()});
    if (secret) identities.back().password = secret;
  }
  return identities;
}

Error IdentityArguments::as_typed(const Error& error) const {
  if (error.code() != Errc::wrong_password || error.detail() == nullptr) return error;
  ErrorDetail detail = *error.detail();
  if (password_variable.empty()) {
    if (!detail.option.starts_with("sni_hosts")) detail.option = "--key";
    detail.mend.clear();
    return Error(error.code()).with(std::move(detail));
  }
  detail.path = std::exchange(detail.value, password_variable);
  detail.option = "--key-password-env";
  detail.mend = "put the password of " + detail.path + " into the variable " + password_variable;
  return Error(error.code()).with(std::move(detail));
}

void ProtocolArguments::add(CLI::App& app) {
  const std::string group = "Protocol";
  app.add_option("--versions", versions, "protocol versions, comma-separated: 1.3, 1.2, 1.1, 1.0, ssl3 [1.3,1.2]")->group(group);
  app.add_option("--ciphers", ciphers, "cipher suites in order of preference [the library's default]")->group(group);
  app.add_option("--groups", groups, "groups in order of preference [x25519,secp256r1,x448,secp521r1,secp384r1]")->group(group);
  app.add_option("--sigalgs", schemes, "signature schemes in order of preference [the library's default]")->group(group);
  app.add_option("--alpn", alpn, "application protocols, comma-separated, in order of preference [none]")->group(group);
  app.add_option("--npn", npn, "as --alpn, for next protocol negotiation; before TLS 1.3 [none]")->group(group);
  app.add_option("--max-fragment", max_fragment, "largest plaintext of a record, sent and accepted, 64 to 16384 bytes [16384]")
      ->group(group);
  app.add_option("--psk", psks, "external pre-shared key, ID=HEX; repeatable [none]")->allow_extra_args(false)->group("Secrets");
}

Error ProtocolArguments::as_typed(const Error& error) const {
  if (error.detail() == nullptr) return error;
  const auto typed = [&](const std::string& list, auto parse) {
    const auto words = parse_words({}, list, ",:");
    if (!words) return error;
    const auto same = [&](const std::string& word) {
      const auto parsed = parse(word);
      return parsed && to_string(*parsed) == error.detail()->value;
    };
    const auto found = std::ranges::find_if(*words, same);
    return found == words->end() ? error : tool::as_typed(error, error.detail()->option, *found);
  };
  if (error.detail()->option == "ciphers") return typed(ciphers, cipher_suite_from);
  if (error.detail()->option == "supported_groups") return typed(groups, named_group_from);
  return error;
}

Result<std::optional<std::size_t>> ProtocolArguments::fragment() const {
  if (max_fragment.empty()) return std::optional<std::size_t>();
  KW_ASSIGN(const std::uint64_t size, parse_size("--max-fragment", max_fragment));
  if (size < 64 || size > 16384) {
    return fail(Errc::invalid_option, {.option = "--max-fragment",
                                       .value = max_fragment,
                                       .mend = "choose 64 to 16384 bytes",
                                       .reason = "RFC 8449 allows no record of this size"});
  }
  return std::optional<std::size_t>(size);
}

Result<ProtocolOptions> ProtocolArguments::protocol() const {
  ProtocolOptions options;
  if (!versions.empty()) { KW_ASSIGN(options.versions, parse_versions("--versions", versions)); }
  KW_ASSIGN(options.ciphers, parse_ciphers("--ciphers", ciphers));
  KW_ASSIGN(options.supported_groups, parse_groups("--groups", groups));
  KW_ASSIGN(options.signature_algs, parse_schemes(schemes));
  // --sigalgs is about the peer's own signature: the authorities above it sign with what they like.
  if (!schemes.empty()) {
    KW_ASSIGN(const auto stock, ClientConfig::make({.peer = {.verify = VerifyMode::verify_none}}));
    options.signature_algs_cert = stock->settings().common.certificate_schemes;
    // A DSA key is in a certificate, and nobody's unless it is named.
    std::ranges::copy_if(options.signature_algs, std::back_inserter(options.signature_algs_cert), is_dsa);
  }
  KW_ASSIGN(const auto size, fragment());
  if (size) {
    options.max_send_fragment = *size;
    options.record_size_limit = static_cast<std::uint16_t>(*size + 1);  // RFC 8449 4: in TLS 1.3 the type byte counts
  }
  return options;
}

Result<PskOptions> ProtocolArguments::psk() const {
  PskOptions options;
  for (const std::string& text : psks) {
    KW_ASSIGN(Psk key, parse_psk(text));
    const std::string identity = text.substr(0, text.rfind('='));
    for (const std::string& other : std::span(psks).first(options.keys.size())) {
      if (other.substr(0, other.rfind('=')) == identity) {
        return fail(Errc::invalid_option, {.option = "--psk",
                                           .value = identity,
                                           .mend = "give each identity one key",
                                           .reason = "this identity has a key already"});
      }
    }
    options.keys.push_back(std::move(key));
  }
  return options;
}

Result<std::vector<std::string>> ProtocolArguments::protocols() const { return parse_words("--alpn", alpn); }
Result<std::vector<std::string>> ProtocolArguments::next_protocols() const { return parse_words("--npn", npn); }

Result<ObserveOptions> observe(const Globals& globals, Output& output, TraceSink also) {
  ObserveOptions options{.trace = also};
  const char* variable = std::getenv("SSLKEYLOGFILE");
  const std::string keylog = !globals.keylog.empty() ? globals.keylog : variable != nullptr ? variable : "";
  if (!keylog.empty()) {
    KW_ASSIGN(auto file, LineFile::open(globals.keylog.empty() ? "SSLKEYLOGFILE" : "--keylog", keylog, output));
    options.key_log = [file](std::string_view line) { file->write(line); };
  }
  if (!globals.trace.empty()) {
    KW_ASSIGN(auto file, LineFile::open("--trace", globals.trace, output));
    options.trace = [file, also = std::move(also)](const TraceEvent& event) {
      if (also) also(event);
      file->write(trace_line(event));
    };
  }
  return options;
}

Error as_typed(const Error& error, std::string_view option, const std::string& typed) {
  if (error.detail() == nullptr || error.detail()->option != option) return error;
  ErrorDetail detail = *error.detail();
  detail.value = typed;
  return Error(error.code()).with(std::move(detail));
}

Result<std::vector<CertKey>> DemoFiles::servers(const std::string& directory) {
  std::vector<CertKey> identities;
  for (const char* algorithm : {"ecdsa", "rsa", "ed25519"}) {
    const std::string stem = directory + "/server-" + algorithm;
    if (::access((stem + ".pem").c_str(), R_OK) == 0) identities.push_back({.certfile = stem + ".pem", .keyfile = stem + ".key"});
  }
  if (identities.empty()) {
    return fail(Errc::file_unreadable, {.option = "--demo",
                                        .value = directory,
                                        .mend = "make the files first: keyway certs demo " + directory,
                                        .reason = "there is no demo identity in it"});
  }
  return identities;
}

}  // namespace keyway::tool
