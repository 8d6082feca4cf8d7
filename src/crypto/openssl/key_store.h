// SPDX-License-Identifier: Apache-2.0
//
// Where keys are that stay where they are: an engine, or a provider for tokens, with the keys that were opened in it. A key that
// fails is opened again, after its store has begun anew, so that a token that was away serves again when it is back.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "crypto/openssl/library.h"
#include "keyway/error.h"
#include "keyway/secret.h"

namespace keyway::crypto::openssl {

/// What the queue of libcrypto has about the failure that was just met.
struct Failure {
  std::string reason;        ///< for people; never empty
  bool pin_refused = false;  ///< a token has told so
};
Failure last_failure();

/// A key as its store keeps it.
struct StoredKey {
  StoredKey(std::string name_of_key, ByteView secret) : name(std::move(name_of_key)), pin(secret) {}

  const std::string name;  ///< as the store wants it, without a PIN
  const SecretBytes pin;

 private:
  friend class KeyStore;
  KeyHandle key_;
  Bytes public_half_;                     ///< what it was when it was opened first
  std::optional<std::uint64_t> lost_at_;  ///< it could not be opened again: after so many restarts
  std::string lost_for_;                  ///< why
  bool refused_ = false;                  ///< the PIN was: it is not given again
  std::atomic<int> useless_{0};           ///< how often in a row opening it again did not help
};

/// How long a store is left alone after it has begun anew. A restart cuts off every key of the store, and handshakes ask for one.
/// Tests set it.
inline std::atomic<std::chrono::steady_clock::duration> between_restarts{std::chrono::seconds(1)};

class PinForThread;

class KeyStore {
 public:
  using Use = std::function<Result<void>(EVP_PKEY&)>;

  KeyStore();
  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;
  virtual ~KeyStore() = default;

  /// Opens a key that close() must be called for. Errors of load().
  Result<std::unique_ptr<StoredKey>> open(std::string name, ByteView pin);
  void close(StoredKey&) noexcept;
  /// Has `use` called with the key, twice if it fails: nothing that a peer sends may make it fail. Error key_unavailable, at once
  /// where the store has begun anew in vain a moment ago. Any thread.
  Result<void> use(StoredKey&, const Use&);

  /// A context for operations with a key of the store.
  virtual KeyCtxHandle context_for(EVP_PKEY&) const = 0;
  /// The library context of its keys.
  virtual OSSL_LIB_CTX* library_context() const noexcept = 0;

 protected:
  /// Errors, with reason and mend: key_not_found, wrong_password, key_store_failed. Under the lock, with a PinForThread.
  virtual Result<KeyHandle> load(const StoredKey&, const PinForThread&) = 0;
  /// Whether restart() is possible: a store that others share is left alone.
  virtual bool can_restart() const noexcept = 0;
  /// Lets go of everything and begins anew. No key is left when it is called.
  virtual void restart() = 0;

 private:
  void begin_anew();
  bool may_restart() const;
  Result<void> use_again(StoredKey&, std::uint64_t seen, bool failed, const Use&);
  Result<void> open_again(StoredKey&);

  std::shared_mutex lock_;  ///< shared: keys are used; alone: keys come and go
  std::vector<StoredKey*> keys_;
  std::uint64_t restarts_ = 0;
  std::optional<std::chrono::steady_clock::time_point> restarted_;  ///< the last time
  bool fresh_ = true;  ///< nothing was looked for since it began
};

/// Whether libcrypto has been taken down, at the end of the process: what is still there must be left alone.
bool libcrypto_has_ended() noexcept;

}  // namespace keyway::crypto::openssl
