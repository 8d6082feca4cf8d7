// SPDX-License-Identifier: Apache-2.0
//
// libcrypto's error queue belongs to the host program: it is left as it was, entries and marks.
// Not used for records of GCM and ChaCha20-Poly1305, which add nothing when a tag does not match.
#pragma once

#include <openssl/err.h>

#include <array>
#include <cstddef>

namespace keyway::crypto::openssl {

/// While it lives, entries may be added to this thread's queue; at its end they are gone. Costs two look-ups where the
/// queue is empty. Where it is not, what the host left is put aside: the queue is a ring of few entries, and a failed
/// decoder adds enough to push out all others and their marks.
class ErrorMark {
 public:
  ErrorMark() noexcept : aside_(ERR_peek_error() != 0) {
    if (aside_) [[unlikely]]
      put_aside();
  }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
  ~ErrorMark() {
    if (aside_) [[unlikely]] {
      put_back();
    } else {
      ERR_pop_to_mark();  // there is no mark: everything goes
    }
  }

 private:
  void put_aside() noexcept;
  void put_back() noexcept;

  bool aside_;
  alignas(void*) std::array<std::byte, 1024> state_;  // filled only when put aside
};

}  // namespace keyway::crypto::openssl
