// SPDX-License-Identifier: Apache-2.0
//
// The answer to whatever engine or provider asks a person for. Nothing is ever asked of one.
#pragma once

#include <openssl/ui.h>

#include "crypto/openssl/handles.h"

namespace keyway::crypto::openssl {

/// While it lives, questions of this thread are answered with `pin`, which must live as long.
class PinForThread {
 public:
  explicit PinForThread(ByteView pin) noexcept;
  PinForThread(const PinForThread&) = delete;
  PinForThread& operator=(const PinForThread&) = delete;
  ~PinForThread();

  bool asked() const noexcept { return asked_; }

 private:
  static int read(UI*, UI_STRING*);
  friend UI_METHOD* pin_method();

  ByteView pin_;
  bool asked_ = false;
  PinForThread* outer_;
};

/// Answers by the PinForThread of the calling thread; without one, or without a PIN in it, with nothing. Lives for ever.
UI_METHOD* pin_method();

}  // namespace keyway::crypto::openssl
