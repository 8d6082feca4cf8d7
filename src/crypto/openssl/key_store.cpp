// SPDX-License-Identifier: Apache-2.0
//
// Opening, using, losing and opening again.
#include "crypto/openssl/key_store.h"

#include <algorithm>

#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_abilities.h"
#include "crypto/openssl/pin_prompt.h"

namespace keyway::crypto::openssl {
namespace {

constexpr int most_useless = 3;
std::atomic<bool> ended{false};

std::unexpected<Error> unavailable(const StoredKey& key, std::string reason) {
  return fail(Errc::key_unavailable, {.option = "certs_keys",
                                      .value = key.name,
                                      .mend = "see that the token is there, has the key and takes the PIN",
                                      .reason = std::move(reason)});
}

/// PKCS#11 3.0, table of return values: CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE, CKR_PIN_EXPIRED, CKR_PIN_LOCKED.
bool is_about_pin(unsigned long code) {
  const char* library = ERR_lib_error_string(code);
  if (library == nullptr) return false;
  const std::string_view name(library);
  const int reason = ERR_GET_REASON(code);
  return (name == "PKCS#11 module" || name == "pkcs11") && reason >= 0xa0 && reason <= 0xa4;
}

}  // namespace

Failure last_failure() {
  Failure failure;
  while (const unsigned long code = ERR_get_error()) {
    failure.pin_refused = failure.pin_refused || is_about_pin(code);
    const char* reason = ERR_reason_error_string(code);
    const char* library = ERR_lib_error_string(code);
    // The first one is the cause; what called it adds that it failed, too.
    if (!failure.reason.empty() || reason == nullptr) continue;
    if (library != nullptr) failure.reason.append(library).append(": ");
    failure.reason += reason;
  }
  if (failure.reason.empty()) failure.reason = "no reason is given";
  return failure;
}

bool libcrypto_has_ended() noexcept { return ended; }

KeyStore::KeyStore() {
  static const bool watched = OPENSSL_atexit([] { ended = true; }) == 1;
  if (!watched) throw std::bad_alloc();
}

Result<std::unique_ptr<StoredKey>> KeyStore::open(std::string name, ByteView pin) {
  auto key = std::make_unique<StoredKey>(std::move(name), pin);
  const ErrorMark mark;
  const PinForThread given(key->pin.expose());
  const std::lock_guard lock(lock_);
  auto loaded = load(*key, given);
  // Tokens are listed when a store begins: this one may have come later, or have been away.
  if (!loaded && loaded.error().code() != Errc::wrong_password && can_restart() && !fresh_) {
    begin_anew();
    loaded = load(*key, given);
  }
  fresh_ = false;
  if (!loaded) return std::unexpected(std::move(loaded).error());
  key->key_ = *std::move(loaded);
  key->public_half_ = public_key_info_of(*key->key_);
  keys_.push_back(key.get());
  return key;
}

void KeyStore::close(StoredKey& key) noexcept {
  if (libcrypto_has_ended()) return (void)key.key_.release();
  const ErrorMark mark;
  const std::lock_guard lock(lock_);
  std::erase(keys_, &key);
  key.key_.reset();
}

Result<void> KeyStore::use(StoredKey& key, const Use& use) {
  const ErrorMark mark;
  const PinForThread given(key.pin.expose());
  std::uint64_t seen = 0;
  bool failed = false;
  {
    const std::shared_lock lock(lock_);
    seen = restarts_;
    if (key.refused_) return unavailable(key, "the token has refused the PIN, which is not given to it again");
    if (key.key_ != nullptr) {
      if (use(*key.key_)) {
        if (key.useless_ != 0) key.useless_ = 0;
        return {};
      }
      failed = true;
      if (!can_restart() || key.useless_ >= most_useless || !may_restart()) return unavailable(key, last_failure().reason);
    } else if (key.lost_at_ == restarts_ && !may_restart()) {
      return unavailable(key, key.lost_for_);
    }
  }
  return use_again(key, seen, failed, use);
}

Result<void> KeyStore::use_again(StoredKey& key, std::uint64_t seen, bool failed, const Use& use) {
  const std::lock_guard lock(lock_);
  // A key that only went with a restart for the sake of another one is simply opened.
  if (restarts_ == seen && (failed || key.lost_at_ == restarts_)) begin_anew();
  if (key.key_ == nullptr && key.lost_at_ == restarts_) return unavailable(key, key.lost_for_);
  if (key.key_ == nullptr) KW_TRY(open_again(key));
  if (use(*key.key_)) {
    key.useless_ = 0;
    return {};
  }
  ++key.useless_;
  return unavailable(key, last_failure().reason);
}

bool KeyStore::may_restart() const {
  return !restarted_ || std::chrono::steady_clock::now() - *restarted_ >= between_restarts.load();
}

void KeyStore::begin_anew() {
  for (StoredKey* each : keys_) each->key_.reset();
  ++restarts_;
  restart();
  restarted_ = std::chrono::steady_clock::now();
  fresh_ = true;
  ERR_clear_error();
}

Result<void> KeyStore::open_again(StoredKey& key) {
  const auto lost = [&](std::string reason) {
    key.lost_at_ = restarts_;
    key.lost_for_ = std::move(reason);
    return unavailable(key, key.lost_for_);
  };
  const PinForThread given(key.pin.expose());
  ERR_clear_error();
  auto loaded = load(key, given);
  fresh_ = false;
  if (!loaded) {
    // A token that counts wrong PINs is locked after a few; one that took this PIN before is another token now.
    key.refused_ = loaded.error().code() == Errc::wrong_password;
    return lost(loaded.error().detail() != nullptr ? loaded.error().detail()->reason : "it cannot be opened again");
  }
  if (public_key_info_of(**loaded) != key.public_half_) return lost("the token has another key under this name now");
  key.lost_at_.reset();
  key.key_ = *std::move(loaded);
  return {};
}

}  // namespace keyway::crypto::openssl
