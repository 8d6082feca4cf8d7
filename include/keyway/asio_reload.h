// SPDX-License-Identifier: Apache-2.0
//
// ReloadWatch on a timer of standalone Asio. Header-only; the program brings Asio (Debian: libasio-dev).
//
//   keyway::AsioReload watch(context, keyway::ReloadWatch(*listener, report), std::chrono::seconds(2));
//   watch.start();                                           // until it is destroyed
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

#include "keyway/reload.h"

namespace keyway {

/// Looks at the files at each interval, on the executor, which reads them there when they have changed: that takes as long as the
/// disk does. Give it an executor of its own where that is too long.
///
/// Threads: as with every object of Asio, one at a time.   \since 0.1
class AsioReload {
 public:
  template <class ExecutorOrContext>
  AsioReload(ExecutorOrContext& where, ReloadWatch watch, std::chrono::milliseconds interval)
      : state_(std::make_shared<State>(asio::steady_timer(where), std::move(watch), interval)) {}
  AsioReload(AsioReload&&) noexcept = default;
  AsioReload& operator=(AsioReload&&) = delete;
  ~AsioReload() {
    if (state_) state_->stop();
  }

  /// Also after stop().
  void start() {
    state_->stopped = false;
    State::wait(state_);
  }
  /// No look follows, whoever calls it: the sink of the watch may.
  void stop() { state_->stop(); }
  /// A look out of turn: after SIGHUP, for instance. As ReloadWatch::look.
  bool look() { return state_->watch.look(); }

 private:
  struct State {
    State(asio::steady_timer with, ReloadWatch of, std::chrono::milliseconds each)
        : timer(std::move(with)), watch(std::move(of)), interval(each) {}

    static void wait(const std::shared_ptr<State>& state) {
      state->timer.expires_after(state->interval);
      state->timer.async_wait([weak = std::weak_ptr<State>(state)](std::error_code problem) {
        const auto open = weak.lock();
        if (problem || !open || open->stopped) return;
        open->watch.look();
        if (!open->stopped) wait(open);
      });
    }
    void stop() {
      stopped = true;
      timer.cancel();
    }

    asio::steady_timer timer;
    ReloadWatch watch;
    std::chrono::milliseconds interval;
    bool stopped = false;
  };

  std::shared_ptr<State> state_;
};

}  // namespace keyway
