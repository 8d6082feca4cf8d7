// SPDX-License-Identifier: Apache-2.0
//
// Options that serve and connect have in common, as text, and their translation to the library's options.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "keyway/option_groups.h"

namespace keyway::tool {

struct IdentityArguments {
  std::vector<std::string> certs{};
  std::vector<std::string> keys{};
  std::string password_variable{};

  void add(CLI::App&);
  /// Errors: missing_option (a key without certificate, an unset variable), conflicting_options (a password and nothing to open,
  /// here or in what `others` is true of).
  Result<std::vector<CertKey>> identities(bool others = false) const;
  Result<PasswordFunction> password() const;
  /// Where the password of a key came from that it does not open.
  Error as_typed(const Error&) const;
};

struct ProtocolArguments {
  std::string versions{};
  std::string ciphers{};
  std::string groups{};
  std::string schemes{};
  std::string alpn{};
  std::string npn{};
  std::string max_fragment{};
  std::vector<std::string> psks{};

  void add(CLI::App&);
  Result<ProtocolOptions> protocol() const;
  Result<PskOptions> psk() const;
  Result<std::vector<std::string>> protocols() const;
  Result<std::vector<std::string>> next_protocols() const;
  /// The library tells suites and groups by their registered names; the one that was typed may be another.
  Error as_typed(const Error&) const;
  /// 64 to 16384, or nothing.
  Result<std::optional<std::size_t>> fragment() const;
};

/// The value of an error of the library as it was typed, where the error is about this option of the library.
Error as_typed(const Error&, std::string_view option, const std::string& typed);

/// Key log and trace of the global options. SSLKEYLOGFILE is read here, and by the library nowhere.
/// A line that cannot be written is lost to `output`, which must outlive every connection. `also` hears the trace, too.
Result<ObserveOptions> observe(const Globals&, Output& output, TraceSink also = {});

/// The files of `keyway certs demo DIR`.
struct DemoFiles {
  static std::string anchors(const std::string& directory) { return directory + "/ca.pem"; }
  /// Every server identity that is there. Error file_unreadable when there is none.
  static Result<std::vector<CertKey>> servers(const std::string& directory);
};

}  // namespace keyway::tool
