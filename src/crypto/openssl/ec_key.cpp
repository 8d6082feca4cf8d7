// SPDX-License-Identifier: Apache-2.0
//
// The spare keys of a thread, by curve.
#include "crypto/openssl/ec_key.h"

#include "crypto/openssl/spares.h"

namespace keyway::crypto::openssl {
namespace {

using SpareEcKeys = Spares<Handle<EC_KEY, &EC_KEY_free>, curves.size()>;

bool wipe_private(EC_KEY* key) noexcept {
  if (EC_KEY_get0_private_key(key) == nullptr) return true;
  // Clears the number and reports a failure, which is its way for null; releases before 3.0.5 only report the failure.
  (void)EC_KEY_set_private_key(key, nullptr);
  return EC_KEY_get0_private_key(key) == nullptr;
}

}  // namespace

void EcKeyReturner::operator()(EC_KEY* key) const noexcept {
  Handle<EC_KEY, &EC_KEY_free> returned(key);
  if (curve < curves.size() && wipe_private(key)) SpareEcKeys::give(curve, std::move(returned));
}

EcKeyHandle blank_ec_key(const Library& from, std::size_t curve) {
  if (auto spare = SpareEcKeys::take(curve)) return EcKeyHandle(spare.release(), EcKeyReturner{curve});
  EcKeyHandle key = required(EcKeyHandle(EC_KEY_new_ex(from.context(), nullptr), EcKeyReturner{}));
  if (EC_KEY_set_group(key.get(), from.group(curve)) != 1) throw std::bad_alloc();
  key.get_deleter().curve = curve;
  return key;
}

}  // namespace keyway::crypto::openssl
