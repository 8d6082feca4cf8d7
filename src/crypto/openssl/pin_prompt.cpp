// SPDX-License-Identifier: Apache-2.0
//
// A user interface of libcrypto without a user.
#include "crypto/openssl/pin_prompt.h"

namespace keyway::crypto::openssl {
namespace {

thread_local PinForThread* current = nullptr;

}  // namespace

PinForThread::PinForThread(ByteView pin) noexcept : pin_(pin), outer_(current) { current = this; }
PinForThread::~PinForThread() { current = outer_; }

int PinForThread::read(UI* ui, UI_STRING* question) {
  const auto type = UI_get_string_type(question);
  if (type != UIT_PROMPT && type != UIT_VERIFY) return type == UIT_BOOLEAN ? 0 : 1;
  if (current != nullptr) current->asked_ = true;
  const ByteView pin = current != nullptr ? current->pin_ : ByteView();
  // Without a PIN the empty text is an answer, and no failure: providers ask by themselves where the answer fails.
  const char* text = pin.empty() ? "" : reinterpret_cast<const char*>(pin.data());
  return UI_set_result_ex(ui, question, text, static_cast<int>(pin.size())) == 0 ? 1 : 0;
}

UI_METHOD* pin_method() {
  static UI_METHOD* const method = [] {
    UI_METHOD* made = UI_create_method("keyway");
    if (made == nullptr || UI_method_set_reader(made, &PinForThread::read) != 0) throw std::bad_alloc();
    return made;
  }();
  return method;
}

}  // namespace keyway::crypto::openssl
