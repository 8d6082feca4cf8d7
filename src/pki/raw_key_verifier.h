// SPDX-License-Identifier: Apache-2.0
//
// Who a raw public key belongs to (RFC 7250 6): pins, and a function of the program. Paths, names, dates and revocation have no
// part in it.
#pragma once

#include <memory>

#include "keyway/raw_public_key.h"
#include "keyway/verify.h"

namespace keyway::pki {

/// The SHA-256 that a pin stands for. Error invalid_option: it is neither a hash nor a SubjectPublicKeyInfo.
Result<Bytes> digest_of_pin(ByteView pin, const crypto::Provider&);

struct RawKeySettings {
  std::vector<Bytes> digests{};       ///< SHA-256 of keys that are trusted
  RawPublicKeyFunction accept{};
  bool accept_any = false;
  std::size_t min_rsa_bits = 2048;
  Bytes function{};                   ///< stands for `accept` in the fingerprint
};

/// Judges questions whose chain is one SubjectPublicKeyInfo. Errors: malformed_raw_public_key, those of keys that cannot be used,
/// certificate_weak_key, raw_public_key_unknown; what the function answers. The basis of a pinned key is `validated`. Any thread.
std::shared_ptr<const Verifier> make_raw_key_verifier(RawKeySettings);

}  // namespace keyway::pki
