// SPDX-License-Identifier: Apache-2.0
//
// Private keys that never enter the process: in PKCS#11 tokens, behind engines of libcrypto, or wherever a Signer of your own
// reaches; and signing apart from the thread of the connection.
//
//   // Named like a file; the PIN is the password, or the URI says where it is.
//   ServerOptions{.certs_keys = {{.certfile = "chain.pem", .keyfile = "pkcs11:token=web;object=tls", .password = pin}}};
//
//   // Signing on threads of its own, for a token takes its time and an event loop has none.
//   asio::thread_pool signers(4);
//   const auto run = [&](std::move_only_function<void()> task) { asio::post(signers, std::move(task)); };
//   ServerOptions{.certs_keys = {{.certfile = "chain.pem", .keyfile = "pkcs11:...", .password = pin, .sign_on = run}}};
//
//   // As a value.
//   auto key = load_private_key("pkcs11:token=web;object=tls?pin-source=file:/run/web.pin");
//   if (!key) return report(key.error().message());
//   ServerOptions{.certs_keys = {{.certfile = "chain.pem", .signer = *key}}};
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/crypto/public_key.h"

namespace keyway {

/// A key of a PKCS#11 token by its URI (RFC 7512): through the provider `pkcs11` where libcrypto finds one, through the
/// engine `pkcs11` otherwise (Debian's libengine-pkcs11-openssl). `module-path` in the URI names the PKCS#11 module; without
/// it p11-kit decides. The PIN: `pin-value` in the URI, or the first line of the file that `pin-source` names, or `pin`. It is
/// kept as long as the key: a token that was away is logged into again. No error and no log shows a PIN, a refused one is not
/// given again, and nothing prompts.
///
/// The Signer answers before sign() returns. Where the token is gone it answers key_unavailable, and it opens the key again with
/// a later signature, at most once a second for all keys behind the same module.
///
/// Errors, with what to mend: invalid_option for what is no such URI or has parts that are not supported; key_not_found;
/// wrong_password, also where the PIN is missing; invalid_private_key for keys that TLS has no use for; key_store_failed where
/// module, provider or engine fail; conflicting_options for a second module; file_unreadable. Any thread.
/// \otp engine keys                                                                                      \since 0.1
Result<std::shared_ptr<const crypto::Signer>> load_private_key(std::string_view pkcs11_uri, std::string_view pin = {});

/// A command of an engine.
struct EngineCommand {
  std::string name;
  std::string value{};  ///< empty: none
  bool optional = false;  ///< an engine that does not know it goes on without
};

/// An engine of libcrypto (3.0 deprecates them, and later ones lack them: prefer a PKCS#11 URI). It is of this library alone, not
/// a default of the process, and is released with the last handle and the last key of it.   \otp crypto:engine_load   \since 0.1
class Engine {
 public:
  virtual ~Engine() = default;

  /// Finds the engine among those that the process has, or else in libcrypto's folder of engines; gives it the commands `before`,
  /// initialises it, and gives it the commands `after`. `dynamic` with SO_PATH, ID and LOAD in `before` loads one from anywhere.
  /// Once per process: a second call with the same arguments answers the same engine; with other ones conflicting_options.
  /// Errors: invalid_option; key_store_failed, whose option is the command that was refused ("before[1]"), and whose value is
  /// its name; not_supported where libcrypto has no engines. Any thread.
  static Result<std::shared_ptr<const Engine>> load(std::string_view id, std::vector<EngineCommand> before = {},
                                                    std::vector<EngineCommand> after = {});

  /// What it was loaded by; as long as the engine. Any thread.
  virtual std::string_view id() const = 0;
};

/// A key of an engine. The engine is kept as long as the key.   \otp #{engine, key_id, algorithm, password}
struct EngineKey {
  std::shared_ptr<const Engine> engine;
  std::string key_id;  ///< what the engine calls it
  std::optional<crypto::KeyType> algorithm{};  ///< refuse keys of another type: invalid_option
  std::string password{};  ///< given to the engine if it asks; never shown
};

/// As the function above, with the errors invalid_option, key_not_found, wrong_password, invalid_private_key and
/// key_store_failed. A key_id that is a PKCS#11 URI may say where the PIN is; `password` counts where it does not. Any thread.
Result<std::shared_ptr<const crypto::Signer>> load_private_key(const EngineKey&);

/// Runs a task, now or later, on any thread: a thread pool's post, for instance. A task that is thrown away, or whose
/// executor throws, ends its handshake with answer_dropped.
using Executor = std::function<void(std::move_only_function<void()> task)>;

/// A Signer that has `key` sign, decrypt and agree in tasks of `run`, and whose connections wait meanwhile without holding up
/// their thread. For keys that are slow and answer at once. Both are kept as long as the signer and its open tasks. Null for no
/// key. Any thread.
std::shared_ptr<const crypto::Signer> sign_on(Executor run, std::shared_ptr<const crypto::Signer> key);

}  // namespace keyway
