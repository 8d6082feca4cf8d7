// SPDX-License-Identifier: Apache-2.0
//
// One connection of the server: watches its descriptor, feeds its duty, ends it and says how it went.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>

#include "counting_transport.h"
#include "report.h"
#include "server.h"

namespace keyway::tool {

class Session : public std::enable_shared_from_this<Session> {
 public:
  /// `ended` is called once, when the connection is gone.
  Session(asio::io_context&, NonBlockingSocket, std::shared_ptr<const WireCount>, const ServerPlan&, Output&, int number,
          std::function<void()> ended);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  void start();
  /// The server stops: says close_notify and ends soon, whatever the peer does.
  void stop();

 private:
  enum class State : std::uint8_t { handshake, serving, closing, ended };

  void watch();
  void arm(std::string_view name, Duration);
  void disarm();
  void note_timer(std::string_view what, Duration after = {}) const;
  void on_timer();
  void on_event(bool readable, bool writable);
  void await_end();
  Result<void> step(bool readable, bool writable);
  Result<void> handshake();
  Result<void> serve();
  void finish(const Error*);
  void take_events();
  void tell_end(const Error*);
  void say_done();

  asio::io_context& context_;
  NonBlockingSocket socket_;
  std::shared_ptr<const WireCount> wire_;
  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer timer_;
  std::string_view armed_{};  ///< the timer's name in the trace, while it runs
  const ServerPlan& plan_;
  Output& output_;
  std::function<void()> ended_;
  std::unique_ptr<Duty> duty_;
  TimePoint started_;
  int number_;
  State state_ = State::handshake;
  Told told_;
  std::uint64_t written_ = 0;  ///< on the wire, when write_timeout was armed
  bool stopped_ = false;
  bool reading_ = false;
  bool writing_ = false;
};

}  // namespace keyway::tool
