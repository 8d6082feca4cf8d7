// SPDX-License-Identifier: Apache-2.0
//
// A transport that counts what goes over the wire: alerts, refused records and bytes that are no TLS included.
#pragma once

#include <atomic>
#include <memory>

#include "keyway/transport.h"

namespace keyway::tool {

/// Bytes of one connection. Any thread.
struct WireCount {
  std::atomic<std::uint64_t> in{0};
  std::atomic<std::uint64_t> out{0};
};

class CountingTransport final : public Transport {
 public:
  CountingTransport(std::unique_ptr<Transport> below, std::shared_ptr<WireCount> count)
      : below_(std::move(below)), count_(std::move(count)) {}

  Result<std::size_t> read(MutableBytes into, Duration timeout) override {
    return counted(below_->read(into, timeout), count_->in);
  }
  Result<std::size_t> write(ByteViews from, Duration timeout) override {
    return counted(below_->write(from, timeout), count_->out);
  }
  Result<void> shutdown_write() override { return below_->shutdown_write(); }
  void close() noexcept override { below_->close(); }
  int poll_handle() const noexcept override { return below_->poll_handle(); }
  Result<Endpoint> peer_name() const override { return below_->peer_name(); }
  Result<Endpoint> socket_name() const override { return below_->socket_name(); }

 private:
  static Result<std::size_t> counted(Result<std::size_t> moved, std::atomic<std::uint64_t>& total) {
    if (moved) total.fetch_add(*moved, std::memory_order_relaxed);
    return moved;
  }

  std::unique_ptr<Transport> below_;
  std::shared_ptr<WireCount> count_;
};

}  // namespace keyway::tool
