// SPDX-License-Identifier: Apache-2.0
//
// Configurations: made once from options, checked completely, immutable, shared by any number of connections and threads.
// A broken option is one error that names the option, the value and the mend; files are read here and nowhere later. What
// changes in them afterwards is taken by a new configuration: ServerConfig::reload, or keyway/reload.h for a whole listener.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "keyway/client_options.h"
#include "keyway/server_options.h"

namespace keyway {

struct ClientSettings;
struct ServerSettings;

/// What clients share. Immutable; any thread.   \since 0.1
class ClientConfig {
 public:
  /// Errors: invalid_option, conflicting_options, missing_option, file_unreadable, malformed_pem, key_mismatch,
  /// wrong_password and others, each with ErrorDetail{option, value, mend}: mend the option and call again.
  static Result<std::shared_ptr<const ClientConfig>> make(ClientOptions);
  ~ClientConfig();

  /// As they were given, but for the passwords of keys: those are wiped once the keys are loaded.
  const ClientOptions& options() const noexcept;
  /// What is legal but deserves a look, one sentence each: anchors that cannot be used and were left out, anchors that
  /// were named and are expired at `now`, pre-shared keys of less than 16 bytes, options that have no effect here. The
  /// system's anchors are not looked at: nobody here chose them.
  std::vector<std::string> warnings(WallTime now) const;
  /// The checked form that connections read; see src/config/settings.h.
  const ClientSettings& settings() const noexcept { return *settings_; }

  /// For the library: users call make.
  explicit ClientConfig(std::unique_ptr<const ClientSettings>) noexcept;

 private:
  std::unique_ptr<const ClientSettings> settings_;
};

/// What servers share. Immutable; any thread; connections keep the one they began with.   \since 0.1
class ServerConfig {
 public:
  /// As ClientConfig::make. SNI entries are validated as a whole, over the listener's options.
  static Result<std::shared_ptr<const ServerConfig>> make(ServerOptions);
  ~ServerConfig();

  /// As ClientConfig::options.
  const ServerOptions& options() const noexcept;
  /// As ClientConfig::warnings, those of virtual hosts included.
  std::vector<std::string> warnings(WallTime now) const;

  /// The configuration of a virtual host: what `host` leaves out, sessions and tickets included, is this one's. For answers of
  /// sni_fun and for Connection::continue_with. Errors as make().   \otp options of handshake/2, handshake_continue/2
  Result<std::shared_ptr<const ServerConfig>> host(const SniHost& host) const;

  /// Made again from the same options, with files as they are now. Sessions, tickets and their keys go on, so that clients can
  /// resume what this configuration began. This one stays as it is, and whoever uses it. Errors: as make(), with path, line and
  /// reason: the files are not in order yet, so keep this one; missing_option where a password was given as a text, which is
  /// wiped: give a function.
  Result<std::shared_ptr<const ServerConfig>> reload() const;
  /// Every file that was read for it, those of virtual hosts in sni_hosts included.
  std::vector<std::string> files() const;
  /// Those of files() that are not as they were when they were read: another size, time or file. Nothing is opened for that.
  std::vector<std::string> changed_files() const;

  const ServerSettings& settings() const noexcept { return *settings_; }

  /// For the library: users call make.
  explicit ServerConfig(std::unique_ptr<const ServerSettings>) noexcept;

 private:
  std::unique_ptr<const ServerSettings> settings_;
};

}  // namespace keyway
