// SPDX-License-Identifier: Apache-2.0
//
// The queue of a thread, put aside and back. libcrypto has no call for this before 3.2 (OSSL_ERR_STATE_save), so its
// public structure is moved as a whole; that is no cryptography, hence the same in builds that use EVP alone.
#undef OPENSSL_NO_DEPRECATED
#undef OPENSSL_API_COMPAT
#undef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/openssl/errors.h"

#include <openssl/crypto.h>

#include <cstring>

namespace keyway::crypto::openssl {

void ErrorMark::put_aside() noexcept {
  static_assert(sizeof(ERR_STATE) <= sizeof(state_));
  ERR_STATE* queue = ERR_get_state();
  std::memcpy(state_.data(), queue, sizeof *queue);
  *queue = {};
}

void ErrorMark::put_back() noexcept {
  ERR_clear_error();
  ERR_STATE* queue = ERR_get_state();
  // Cleared entries keep the memory of their texts for the next ones.
  for (std::size_t i = 0; i < ERR_NUM_ERRORS; ++i) {
    if ((queue->err_data_flags[i] & ERR_TXT_MALLOCED) != 0) OPENSSL_free(queue->err_data[i]);
  }
  std::memcpy(queue, state_.data(), sizeof *queue);
}

}  // namespace keyway::crypto::openssl
