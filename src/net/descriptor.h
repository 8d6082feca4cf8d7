// SPDX-License-Identifier: Apache-2.0
//
// Owner of one file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace keyway::net {

class Descriptor {
 public:
  Descriptor() noexcept = default;
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(Descriptor&& from) noexcept : value_(std::exchange(from.value_, -1)) {}
  Descriptor& operator=(Descriptor&& from) noexcept {
    if (this != &from) reset(std::exchange(from.value_, -1));
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const noexcept { return value_; }
  void reset(int value = -1) noexcept {
    if (value_ >= 0) ::close(value_);
    value_ = value;
  }

 private:
  int value_ = -1;
};

}  // namespace keyway::net
