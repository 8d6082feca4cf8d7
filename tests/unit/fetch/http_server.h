// SPDX-License-Identifier: Apache-2.0
//
// The other end of fetches: an HTTP server of the test that is as slow, huge, redirecting or lying as it is told.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "keyway/bytes.h"

namespace keyway::test {

using namespace std::chrono_literals;

/// An HTTP server on loopback that answers each path with what it is told; one connection after the other.
class HttpServer {
 public:
  HttpServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer() {
    stop_ = true;
    release();
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url(std::string_view path) const { return "http://" + host() + std::string(path); }
  void answer(const std::string& path, std::string response) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(response);
  }
  void serve(const std::string& path, ByteView body) { answer(path, ok(std::string(as_text(body)))); }
  static std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
  }
  /// Sends this much and no more, and keeps the connection until release().
  void stall(const std::string& path, std::string beginning) {
    const std::lock_guard lock(mutex_);
    stalled_ = true;
    answers_[path] = std::move(beginning);
    stalling_.insert(path);
  }
  static std::string redirect(const std::string& to, const char* status = "302 Found") {
    return std::string("HTTP/1.1 ") + status + "\r\nLocation: " + to + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }
  /// Each answer takes so long.
  void delay(std::chrono::milliseconds time) { delay_ = time; }
  /// Requests are read and not answered until release().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      held_ = stalled_ = false;
    }
    changed_.notify_all();
  }
  void wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 20s, [&] { return requests_.size() >= count; }));
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void run() {
    while (!stop_) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      talk(connection);
      ::close(connection);
    }
  }
  void talk(int connection) {
    std::string request;
    char chunk[4096];
    std::size_t body = 0;
    for (auto end = std::string::npos; end == std::string::npos || request.size() < end + 4 + body;) {
      const auto got = ::recv(connection, chunk, sizeof chunk, 0);
      if (got <= 0) return;
      request.append(chunk, static_cast<std::size_t>(got));
      end = request.find("\r\n\r\n");
      if (const auto length = request.find("Content-Length: "); length < end) body = std::stoul(request.substr(length + 16));
    }
    std::string path;
    std::string response = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
    {
      std::unique_lock lock(mutex_);
      requests_.push_back(request);
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_; });
      const auto begin = request.find(' ') + 1;
      path = request.substr(begin, request.find(' ', begin) - begin);
      if (const auto known = answers_.find(path); known != answers_.end()) response = known->second;
    }
    std::this_thread::sleep_for(delay_.load());
    for (std::string_view rest = response; !rest.empty();) {
      const auto sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !stalled_ || !stalling_.contains(path); });
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<std::chrono::milliseconds> delay_{};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool stalled_ = false;
  std::set<std::string> stalling_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace keyway::test
