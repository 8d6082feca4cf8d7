// SPDX-License-Identifier: Apache-2.0
//
// Echo, discard and source.
#include "duty.h"

#include <array>

namespace keyway::tool {
namespace {

class Echo final : public Duty {
 public:
  Result<std::size_t> input(NonBlockingSocket& socket, ByteView bytes) override { return socket.send(bytes); }
};

class Discard final : public Duty {
 public:
  Result<std::size_t> input(NonBlockingSocket&, ByteView bytes) override { return bytes.size(); }
};

constexpr std::array<std::byte, 65536> zeros{};

class Source final : public Duty {
 public:
  explicit Source(std::uint64_t bytes) : left_(bytes) {}
  Result<std::size_t> input(NonBlockingSocket&, ByteView bytes) override { return bytes.size(); }
  Result<void> output(NonBlockingSocket& socket) override {
    while (left_ != 0) {
      KW_ASSIGN(const std::size_t taken, socket.send(ByteView(zeros).first(std::min<std::uint64_t>(left_, zeros.size()))));
      if (taken == 0) return {};
      left_ -= taken;
    }
    return {};
  }
  bool finished() const override { return left_ == 0; }
  bool has_output() const override { return left_ != 0; }

 private:
  std::uint64_t left_;
};

}  // namespace

std::unique_ptr<Duty> make_echo() { return std::make_unique<Echo>(); }
std::unique_ptr<Duty> make_discard() { return std::make_unique<Discard>(); }
std::unique_ptr<Duty> make_source(std::uint64_t bytes) { return std::make_unique<Source>(bytes); }

}  // namespace keyway::tool
