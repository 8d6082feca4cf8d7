// SPDX-License-Identifier: Apache-2.0
//
// Answer<T>: the one way in which a question of the library is answered, now or later, from any thread.
//
// A port (verifier, signer, store, look-up) is called with its question and an Answer. It may answer before it returns
// or keep the Answer and answer later. Dropping an Answer answers with misuse::answer_dropped. An answer given after the
// question is outdated (the connection failed, was closed or destroyed) is dropped and its value destroyed.
//
//   void verify(const Question& q, Answer<TrustedChain> answer) override {
//     pool.post([q, answer = std::move(answer)]() mutable { std::move(answer).give(check(q)); });
//   }
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>

#include "keyway/result.h"

namespace keyway {

/// Where the answer to one question lands. One per connection, used again for each question: at most one is open.
/// Shared by the asking side and by Answer objects; its mutex is held for a move only.
class AnswerSlot {
 public:
  AnswerSlot() = default;
  AnswerSlot(const AnswerSlot&) = delete;
  AnswerSlot& operator=(const AnswerSlot&) = delete;
  ~AnswerSlot() { discard(); }

  /// Called by the answering thread after a late answer was stored; may only signal. What it throws is dropped, and the
  /// answer waits for resume(). Set before the first question.
  void set_waker(std::move_only_function<void()> waker);
  /// In the place of a waker, for who asks on behalf of another question: called once, outside of the slot's lock, so that it
  /// may take the answer and go on. By the answering thread, or by expect_later() where the answer has come.
  void set_continuation(std::move_only_function<void()> go_on);
  bool has_waker() const;

  /// Opens a question; earlier answers become outdated.
  std::uint32_t open();
  /// Closes the question; answers that still come are dropped.
  void close();

  template <class T>
  void give(std::uint32_t ticket, Result<T>&& value) {
    std::unique_lock lock(mutex_);
    if (ticket != ticket_ || state_ != State::open) return;
    if constexpr (sizeof(Result<T>) <= sizeof(storage_)) {
      ::new (static_cast<void*>(storage_)) Result<T>(std::move(value));
      destroy_ = [](void* at) { static_cast<Result<T>*>(at)->~Result<T>(); };
    } else {
      ::new (static_cast<void*>(storage_)) std::unique_ptr<Result<T>>(std::make_unique<Result<T>>(std::move(value)));
      destroy_ = [](void* at) { static_cast<std::unique_ptr<Result<T>>*>(at)->~unique_ptr<Result<T>>(); };
    }
    state_ = State::answered;
    wake(lock);
  }

  /// The value, if it has come; T must be the type asked for.
  template <class T>
  std::optional<Result<T>> take() {
    const std::lock_guard lock(mutex_);
    if (state_ != State::answered) return std::nullopt;
    std::optional<Result<T>> value;
    if constexpr (sizeof(Result<T>) <= sizeof(storage_)) {
      value.emplace(std::move(*std::launder(reinterpret_cast<Result<T>*>(storage_))));
    } else {
      value.emplace(std::move(**std::launder(reinterpret_cast<std::unique_ptr<Result<T>>*>(storage_))));
    }
    discard();
    state_ = State::closed;
    return value;
  }

  /// True when take() would return a value. Any thread.
  bool answered() const;
  /// The asking call has returned without an answer: from now on giving one wakes.
  void expect_later();

 private:
  enum class State : std::uint8_t { closed, open, answered };
  void discard() noexcept;
  void wake(std::unique_lock<std::mutex>&) noexcept;

  mutable std::mutex mutex_;
  std::move_only_function<void()> waker_;
  alignas(16) std::byte storage_[48];
  void (*destroy_)(void*) = nullptr;
  std::uint32_t ticket_ = 0;
  State state_ = State::closed;
  bool late_ = false;
  bool once_ = false;  ///< waker_ is a continuation
};

/// One-shot reply to one question. Movable, usable once, from any thread.
template <class T>
class [[nodiscard]] Answer {
 public:
  /// For the asking side; users receive Answers, they do not make them.
  explicit Answer(std::shared_ptr<AnswerSlot> slot) : slot_(std::move(slot)), ticket_(slot_->open()) {}
  Answer(Answer&&) noexcept = default;
  Answer& operator=(Answer&& from) noexcept {
    if (this != &from) {
      drop();
      slot_ = std::move(from.slot_);
      ticket_ = from.ticket_;
    }
    return *this;
  }
  ~Answer() { drop(); }

  /// Answers; later calls do nothing.
  void give(Result<T> value) && {
    if (const auto slot = std::exchange(slot_, nullptr)) slot->give<T>(ticket_, std::move(value));
  }

 private:
  void drop() noexcept {
    if (const auto slot = std::exchange(slot_, nullptr)) slot->give<T>(ticket_, Result<T>(fail(Errc::answer_dropped)));
  }

  std::shared_ptr<AnswerSlot> slot_;
  std::uint32_t ticket_ = 0;
};

}  // namespace keyway
