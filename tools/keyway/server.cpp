// SPDX-License-Identifier: Apache-2.0
//
// Accepting, handing out to workers, stopping.
#include "server.h"

#include <fmt/core.h>
#include <unistd.h>

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "session.h"

namespace keyway::tool {
namespace {

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

 private:
  asio::executor_work_guard<asio::io_context::executor_type> work_{context.get_executor()};
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
        pause_(context_) {
    for (unsigned i = 0; i < std::max(plan.threads, 1U); ++i) workers_.push_back(std::make_unique<Worker>());
  }

  void run() {
    signals_.async_wait([this](std::error_code problem, int) {
      if (!problem) context_.stop();
    });
    wait();
    context_.run();
    listener_.close();
    workers_.clear();
  }

 private:
  void wait() {
    readable_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code problem) {
      if (!problem) accept();
    });
  }

  void accept() {
    while (!plan_.count || accepted_ < *plan_.count) {
      auto pending = listener_.transport_accept(Duration::zero());
      if (!pending && pending.error().code() == Errc::timeout) return wait();
      if (!pending) return rest(pending.error());
      hand_out(std::move(*pending).release());
    }
  }

  // Out of descriptors, most likely: those that are open go on, and new ones wait in the kernel's queue.
  void rest(const Error& error) {
    tell(output_, error, "waiting");
    pause_.expires_after(std::chrono::milliseconds(200));
    pause_.async_wait([this](std::error_code problem) {
      if (!problem) wait();
    });
  }

  void hand_out(std::unique_ptr<Transport> transport) {
    const int number = static_cast<int>(++accepted_);
    asio::io_context& context = workers_[accepted_ % workers_.size()]->context;
    // std::function wants copies, so the transport travels in a shared pointer.
    auto shared = std::make_shared<std::unique_ptr<Transport>>(std::move(transport));
    asio::post(context, [this, shared, number, &context] {
      auto socket = NonBlockingSocket::server(std::move(*shared), plan_.config);
      if (!socket) {
        tell(output_, socket.error(), "refused", number);
        return one_ended();
      }
      std::make_shared<Session>(context, *std::move(socket), plan_, output_, number, [this] { one_ended(); })->start();
    });
  }

  void one_ended() {
    if (++ended_ == plan_.count.value_or(0)) asio::post(context_, [this] { context_.stop(); });
  }

  const ServerPlan& plan_;
  Output& output_;
  Listener listener_;
  asio::io_context context_{1};
  asio::posix::stream_descriptor readable_;
  asio::signal_set signals_;
  asio::steady_timer pause_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::uint64_t accepted_ = 0;
  std::atomic<std::uint64_t> ended_{0};
};

}  // namespace

Result<void> run_server(const ServerPlan& plan, Output& output) {
  KW_ASSIGN(Listener listener, Listener::listen(plan.address, plan.config));
  KW_ASSIGN(const Endpoint local, listener.local_endpoint());
  Server server(plan, output, std::move(listener));
  output.event({{"event", "listening"}, {"address", local.host}, {"port", local.port}, {"protocol", "tls"}});
  output.line("listening", to_string(local));
  server.run();
  return {};
}

}  // namespace keyway::tool
