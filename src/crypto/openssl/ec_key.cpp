// SPDX-License-Identifier: Apache-2.0
//
// The spare keys of a thread: one slot a curve and use at a time is enough for handshakes that run one after the other.
#include "crypto/openssl/ec_key.h"

namespace keyway::crypto::openssl {
namespace {

constexpr std::size_t spare_count = 2;  // of a client and a server in one thread

struct SpareKeys {
  std::array<std::array<EC_KEY*, spare_count>, curves.size()> keys{};

  SpareKeys() = default;
  SpareKeys(const SpareKeys&) = delete;
  SpareKeys& operator=(const SpareKeys&) = delete;
  ~SpareKeys();
};

// Keys may outlive the spare ones of a thread that ends; the flag needs no destruction and can still be read then.
thread_local bool spares_gone = false;

SpareKeys::~SpareKeys() {
  spares_gone = true;
  for (const auto& of_curve : keys) {
    for (EC_KEY* key : of_curve) EC_KEY_free(key);
  }
}

SpareKeys* spare_keys() noexcept {
  if (spares_gone) return nullptr;
  thread_local SpareKeys of_thread;
  return &of_thread;
}

bool wipe_private(EC_KEY* key) noexcept {
  if (EC_KEY_get0_private_key(key) == nullptr) return true;
  // Clears the number and reports a failure, which is its way for null; releases before 3.0.5 only report the failure.
  (void)EC_KEY_set_private_key(key, nullptr);
  return EC_KEY_get0_private_key(key) == nullptr;
}

}  // namespace

void EcKeyReturner::operator()(EC_KEY* key) const noexcept {
  SpareKeys* const spares = spare_keys();
  if (spares != nullptr && curve < curves.size() && wipe_private(key)) {
    for (EC_KEY*& slot : spares->keys[curve]) {
      if (slot != nullptr) continue;
      slot = key;
      return;
    }
  }
  EC_KEY_free(key);
}

EcKeyHandle blank_ec_key(const Library& from, std::size_t curve) {
  if (SpareKeys* const spares = spare_keys()) {
    for (EC_KEY*& slot : spares->keys[curve]) {
      if (slot != nullptr) return EcKeyHandle(std::exchange(slot, nullptr), EcKeyReturner{curve});
    }
  }
  EcKeyHandle key = required(EcKeyHandle(EC_KEY_new_ex(from.context(), nullptr), EcKeyReturner{}));
  if (EC_KEY_set_group(key.get(), from.group(curve)) != 1) throw std::bad_alloc();
  key.get_deleter().curve = curve;
  return key;
}

}  // namespace keyway::crypto::openssl
