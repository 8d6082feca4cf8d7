// SPDX-License-Identifier: Apache-2.0
//
// libcrypto's error queue belongs to the host program: whatever our calls add is taken away again.
// Not used for records: GCM and ChaCha20-Poly1305 add nothing when a tag does not match.
#pragma once

#include <openssl/err.h>

namespace keyway::crypto::openssl {

/// While it lives, entries may be added to this thread's queue; at its end they are gone.
class ErrorMark {
 public:
  ErrorMark() noexcept { ERR_set_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
  ~ErrorMark() { ERR_pop_to_mark(); }
};

}  // namespace keyway::crypto::openssl
