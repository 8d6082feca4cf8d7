// SPDX-License-Identifier: Apache-2.0
//
// Two transports joined by two bounded queues of bytes, for tests and examples.
#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "keyway/transport.h"
#include "net/system_error.h"

namespace keyway {
namespace {

using net::Deadline;

// One direction: written by one side, read by the other.
class Pipe {
 public:
  explicit Pipe(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

  Result<std::size_t> read(MutableBytes into, Duration timeout) {
    std::unique_lock lock(mutex_);
    const bool ready = wait(lock, timeout, [&] { return reader_gone_ || writer_done_ || !bytes_.empty(); });
    if (reader_gone_) return net::transport_failure(ECANCELED, "memory");
    if (!ready) return net::timed_out("memory", "no data came");
    const std::size_t count = std::min(into.size(), bytes_.size());
    const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(count);
    std::copy(bytes_.begin(), end, into.begin());
    bytes_.erase(bytes_.begin(), end);
    changed_.notify_all();
    return count;
  }

  Result<std::size_t> write(ByteViews from, Duration timeout) {
    if (total_size(from) == 0) return std::size_t{0};
    std::unique_lock lock(mutex_);
    const bool ready = wait(lock, timeout, [&] { return reader_gone_ || writer_done_ || bytes_.size() < capacity_; });
    if (writer_done_) return net::transport_failure(ECANCELED, "memory");
    if (reader_gone_) return net::transport_failure(EPIPE, "memory");
    if (!ready) return net::timed_out("memory", "the peer does not read");
    std::size_t taken = 0;
    for (const ByteView piece : from) {
      const ByteView part = piece.first(std::min(piece.size(), capacity_ - bytes_.size()));
      bytes_.insert(bytes_.end(), part.begin(), part.end());
      taken += part.size();
    }
    changed_.notify_all();
    return taken;
  }

  void end_writing() {
    const std::lock_guard lock(mutex_);
    writer_done_ = true;
    changed_.notify_all();
  }
  void end_reading() {
    const std::lock_guard lock(mutex_);
    reader_gone_ = true;
    changed_.notify_all();
  }

 private:
  template <class Condition>
  bool wait(std::unique_lock<std::mutex>& lock, Duration timeout, Condition condition) {
    if (timeout == no_timeout) {
      changed_.wait(lock, condition);
      return true;
    }
    return changed_.wait_for(lock, timeout, condition);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::byte> bytes_;
  const std::size_t capacity_;
  bool writer_done_ = false;
  bool reader_gone_ = false;
};

class MemoryTransport final : public Transport {
 public:
  MemoryTransport(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out, std::uint16_t number)
      : in_(std::move(in)), out_(std::move(out)), number_(number) {}
  ~MemoryTransport() override { MemoryTransport::close(); }

  Result<std::size_t> read(MutableBytes into, Duration timeout) override { return in_->read(into, timeout); }
  Result<std::size_t> write(ByteViews from, Duration timeout) override { return out_->write(from, timeout); }
  Result<void> shutdown_write() override {
    out_->end_writing();
    return {};
  }
  void close() noexcept override {
    out_->end_writing();
    in_->end_reading();
  }
  Result<Endpoint> peer_name() const override {
    return Endpoint{.host = "memory", .port = static_cast<std::uint16_t>(3 - number_)};
  }
  Result<Endpoint> socket_name() const override { return Endpoint{.host = "memory", .port = number_}; }

 private:
  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
  std::uint16_t number_;
};

}  // namespace

MemoryTransports memory_transports(std::size_t capacity) {
  const auto there = std::make_shared<Pipe>(capacity);
  const auto back = std::make_shared<Pipe>(capacity);
  return {.first = std::make_unique<MemoryTransport>(back, there, std::uint16_t{1}),
          .second = std::make_unique<MemoryTransport>(there, back, std::uint16_t{2})};
}

}  // namespace keyway
