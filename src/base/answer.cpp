// SPDX-License-Identifier: Apache-2.0
//
// The shared state behind Answer<T>.
#include "keyway/answer.h"

namespace keyway {

void AnswerSlot::set_waker(std::move_only_function<void()> waker) {
  const std::lock_guard lock(mutex_);
  waker_ = std::move(waker);
  once_ = false;
}

void AnswerSlot::set_continuation(std::move_only_function<void()> go_on) {
  const std::lock_guard lock(mutex_);
  waker_ = std::move(go_on);
  once_ = true;
}

bool AnswerSlot::has_waker() const {
  const std::lock_guard lock(mutex_);
  return waker_ != nullptr;
}

std::uint32_t AnswerSlot::open() {
  const std::lock_guard lock(mutex_);
  discard();
  state_ = State::open;
  late_ = false;
  return ++ticket_;
}

void AnswerSlot::close() {
  const std::lock_guard lock(mutex_);
  discard();
  state_ = State::closed;
}

bool AnswerSlot::answered() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::answered;
}

void AnswerSlot::expect_later() {
  std::unique_lock lock(mutex_);
  late_ = true;
  // The answer may have come from another thread between the question and this call.
  if (state_ == State::answered) wake(lock);
}

void AnswerSlot::discard() noexcept {
  if (state_ == State::answered && destroy_ != nullptr) destroy_(storage_);
  destroy_ = nullptr;
}

// The waker runs under the slot's mutex, so that it cannot be replaced or destroyed while it runs; it may only signal. What it
// throws has nowhere to go: an Answer that is dropped gives its answer in a destructor. A continuation leaves the slot first.
void AnswerSlot::wake(std::unique_lock<std::mutex>& lock) noexcept {
  if (!late_ || !waker_) return;
  try {
    if (!once_) return waker_();
    auto go_on = std::move(waker_);
    waker_ = nullptr;
    lock.unlock();
    go_on();
  } catch (...) {}
}

}  // namespace keyway
