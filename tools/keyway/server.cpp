// SPDX-License-Identifier: Apache-2.0
//
// Accepting, handing out to workers, stopping.
#include "server.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "keyway/reload.h"
#include "session.h"

namespace keyway::tool {
namespace {

// The sessions end by themselves before this; it bounds those that do not.
constexpr std::chrono::seconds stop_time{2};
constexpr std::chrono::milliseconds reload_interval{500};

// A loop and its thread.
class Worker {
 public:
  Worker() : thread_([this] { context.run(); }) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    work_.reset();
    context.stop();
  }

  asio::io_context context{1};
  std::map<int, std::shared_ptr<Session>> sessions;  ///< until they have ended; of the thread alone

 private:
  asio::executor_work_guard<asio::io_context::executor_type> work_{context.get_executor()};
  // Makes the loop open its own descriptors now: with the first connection there may be none left.
  asio::steady_timer opens_loop_{context};
  std::jthread thread_;
};

class Server {
 public:
  Server(const ServerPlan& plan, Output& output, Listener listener)
      : plan_(plan),
        output_(output),
        listener_(std::move(listener)),
        readable_(context_, ::dup(listener_.poll_handle())),
        signals_(context_, SIGINT, SIGTERM),
        hangup_(context_),
        next_look_(context_),
        pause_(context_) {}

  /// SIGHUP would end the process. Error busy: the system does not let us have it.
  Result<void> catch_hangups() {
    std::error_code problem;
    if (plan_.reload == Reload::hup) hangup_.add(SIGHUP, problem);
    if (!problem) return {};
    return fail(Errc::busy, {.system_errno = problem.value(),
                             .option = "--reload",
                             .value = "hup",
                             .mend = "use --reload watch",
                             .reason = "SIGHUP cannot be waited for: " + problem.message()});
  }

  /// Error busy: the system gives no thread.
  Result<void> start_workers() {
    try {
      for (unsigned i = 0; i < std::max(plan_.threads, 1U); ++i) workers_.push_back(std::make_unique<Worker>());
    } catch (const std::system_error& problem) {
      return fail(Errc::busy,
                  {.system_errno = problem.code().value(),
                   .option = "--threads",
                   .value = std::to_string(plan_.threads),
                   .mend = "take fewer threads, or raise the limit of processes (ulimit -u) or memory",
                   .reason = fmt::format("thread {} could not be started: {}", workers_.size() + 1, problem.code().message())});
    }
    return {};
  }

  void run() {
    signals_.async_wait([this](std::error_code problem, int) {
      if (!problem) stop();
    });
    wait();
    start_reloading();
    context_.run();
    listener_.close();
    workers_.clear();
  }

 private:
  void wait() {
    readable_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code problem) {
      if (!problem && !stopping_) accept();
    });
  }

  void start_reloading() {
    if (plan_.reload == Reload::hup) wait_for_hangup();
    if (plan_.reload != Reload::watch) return;
    watch_.emplace(listener_, [this](const Reloaded& told) { tell_reload(told); });
    wait_to_look();
  }

  void wait_to_look() {
    next_look_.expires_after(reload_interval);
    next_look_.async_wait([this](std::error_code problem) {
      if (problem || stopping_) return;
      watch_->look();
      wait_to_look();
    });
  }

  void wait_for_hangup() {
    hangup_.async_wait([this](std::error_code problem, int) {
      if (problem || stopping_) return;
      Reloaded told{.files = listener_.config()->changed_files()};
      if (const auto done = listener_.reload(); !done) told.error = done.error();
      tell_reload(told);
      wait_for_hangup();
    });
  }

  void tell_reload(const Reloaded& told) {
    if (told.error) return tell(output_, *told.error, "unchanged");
    output_.event({{"event", "reloaded"}, {"files", told.files}});
    output_.line("reloaded", fmt::format("{}", fmt::join(told.files, ", ")));
    if (plan_.after_reload) plan_.after_reload();
  }

  void accept() {
    while (!plan_.count || accepted_ < *plan_.count) {
      auto pending = listener_.transport_accept(Duration::zero());
      if (!pending && pending.error().code() == Errc::timeout) return wait();
      if (!pending) return rest(pending.error());
      hand_out(std::move(*pending).release(), listener_.config());
    }
  }

  // Out of descriptors, most likely: those that are open go on, and new ones wait in the kernel's queue.
  void rest(const Error& error) {
    tell(output_, error, "waiting");
    pause_.expires_after(std::chrono::milliseconds(200));
    pause_.async_wait([this](std::error_code problem) {
      if (!problem && !stopping_) wait();
    });
  }

  void hand_out(std::unique_ptr<Transport> transport, const std::shared_ptr<const ServerConfig>& config) {
    const int number = static_cast<int>(++accepted_);
    Worker& worker = *workers_[accepted_ % workers_.size()];
    // std::function wants copies, so the transport travels in a shared pointer.
    auto shared = std::make_shared<std::unique_ptr<Transport>>(std::move(transport));
    asio::post(worker.context, [this, shared, config, number, &worker] { begin(worker, std::move(*shared), config, number); });
  }

  // On the worker's thread.
  void begin(Worker& worker, std::unique_ptr<Transport> transport, const std::shared_ptr<const ServerConfig>& config,
             int number) {
    auto wire = std::make_shared<WireCount>();
    auto socket = NonBlockingSocket::server(std::make_unique<CountingTransport>(std::move(transport), wire), config);
    if (!socket) {
      tell(output_, socket.error(), "refused", number);
      return one_ended();
    }
    const auto ended = [this, number, &worker] {
      worker.sessions.erase(number);
      one_ended();
    };
    const auto session =
        std::make_shared<Session>(worker.context, *std::move(socket), std::move(wire), plan_, output_, number, ended);
    worker.sessions.emplace(number, session);
    session->start();
  }

  // A second signal ends it at once.
  void stop() {
    stopping_ = true;
    readable_.cancel();
    hangup_.cancel();
    next_look_.cancel();
    for (const auto& worker : workers_) {
      asio::post(worker->context, [&sessions = worker->sessions] {
        for (const auto& [number, session] : std::exchange(sessions, {})) session->stop();
      });
    }
    signals_.async_wait([this](std::error_code problem, int) {
      if (!problem) context_.stop();
    });
    pause_.expires_after(stop_time);
    pause_.async_wait([this](std::error_code) { context_.stop(); });
    end_when_done();
  }

  void one_ended() {
    ++ended_;
    if (plan_.count || stopping_) asio::post(context_, [this] { end_when_done(); });
  }

  void end_when_done() {
    const bool all = stopping_ ? ended_ == accepted_ : ended_ >= plan_.count.value_or(0);
    if (all) context_.stop();
  }

  const ServerPlan& plan_;
  Output& output_;
  Listener listener_;
  asio::io_context context_{1};
  asio::posix::stream_descriptor readable_;
  asio::signal_set signals_;
  asio::signal_set hangup_;
  asio::steady_timer next_look_;
  std::optional<ReloadWatch> watch_;
  asio::steady_timer pause_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::uint64_t accepted_ = 0;
  std::atomic<std::uint64_t> ended_{0};
  std::atomic<bool> stopping_{false};
};

// The kernel's words for an address that no interface has are those of a host that cannot be reached.
Error bind_error(const Error& error, const Endpoint& address) {
  if (error.code() != Errc::unreachable || error.detail() == nullptr) return error;
  ErrorDetail detail = *error.detail();
  detail.mend = fmt::format("name an address of this machine, or :{} for all of them", address.port);
  detail.reason = "it is no address of this machine: " + detail.reason;
  return Error(error.code()).with(std::move(detail));
}

}  // namespace

Result<void> run_server(const ServerPlan& plan, Output& output) {
  auto listening = Listener::listen(plan.address, plan.config);
  if (!listening) return std::unexpected(bind_error(listening.error(), plan.address));
  Listener listener = *std::move(listening);
  KW_ASSIGN(const Endpoint local, listener.local_endpoint());
  Server server(plan, output, std::move(listener));
  KW_TRY(server.catch_hangups());
  KW_TRY(server.start_workers());
  output.event({{"event", "listening"}, {"address", local.host}, {"port", local.port}, {"protocol", "tls"}});
  // A port that the kernel chose is known from here alone: -q says it, too.
  if (output.quiet() && !output.json() && plan.address.port == 0) {
    output.text(fmt::format("listening  {}\n", to_string(local)));
  } else {
    output.line("listening", to_string(local));
  }
  server.run();
  return {};
}

Executor signing_threads() {
  constexpr std::size_t threads = 4;
  const auto pool = std::make_shared<asio::thread_pool>(threads);
  return [pool](std::move_only_function<void()> task) { asio::post(*pool, std::move(task)); };
}

}  // namespace keyway::tool
