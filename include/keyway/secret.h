// SPDX-License-Identifier: Apache-2.0
//
// Secret<N> and SecretBytes: storage that wipes itself. No copy, no comparison, no output, one way to look inside.
// Equality of secrets and tags is base/ct.h's `ct::equal`.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "keyway/bytes.h"

namespace keyway {

/// Overwrites bytes in a way the compiler may not remove. Inlined: a handshake wipes some seventy small secrets.
inline void wipe(MutableBytes bytes) noexcept {
  if (bytes.empty()) return;
  std::memset(bytes.data(), 0, bytes.size());
  asm volatile("" : : "r"(bytes.data()) : "memory");
}

/// Called for more bytes than a Secret holds, which is a broken rule of the library: ends the process, or, in a build without
/// assertions, answers how many are kept. A length that a peer decides is checked before.
std::size_t secret_too_long(std::size_t size, std::size_t capacity) noexcept;

/// Up to `Capacity` secret bytes in place. Moving wipes the source; destruction wipes.
template <std::size_t Capacity>
class Secret {
 public:
  Secret() noexcept = default;
  /// Copies the bytes in, at most `Capacity` of them.
  explicit Secret(ByteView bytes) noexcept : size_(fitting(bytes.size())) {
    if (size_ != 0) std::memcpy(bytes_.data(), bytes.data(), size_);
  }
  Secret(Secret&& from) noexcept { take(from); }
  Secret& operator=(Secret&& from) noexcept {
    if (this == &from) return *this;
    if constexpr (!small) clear();
    take(from);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { clear(); }

  /// A second copy, made on purpose.
  Secret duplicate() const noexcept { return Secret(expose()); }

  /// The bytes, valid while this object lives and is not moved from.
  ByteView expose() const noexcept { return {bytes_.data(), size_}; }

  /// Sets the size, at most `Capacity`, and gives the storage for writing.
  MutableBytes fill(std::size_t size) noexcept {
    size_ = fitting(size);
    return {bytes_.data(), size_};
  }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  void clear() noexcept {
    wipe({bytes_.data(), small ? Capacity : size_});
    size_ = 0;
  }

  friend bool operator==(const Secret&, const Secret&) = delete;

 private:
  // Small secrets, of which an idle connection consists to a quarter, have a narrow size, and are copied and wiped as a
  // whole: a few stores where a size that is not known costs a call.
  static constexpr bool small = Capacity <= 64;
  using Size = std::conditional_t<small, std::uint8_t, std::size_t>;
  static Size fitting(std::size_t size) noexcept {
    if (size > Capacity) [[unlikely]]
      size = secret_too_long(size, Capacity);
    return static_cast<Size>(size);
  }

  void take(Secret& from) noexcept {
    size_ = from.size_;
    std::memcpy(bytes_.data(), from.bytes_.data(), small ? Capacity : size_);
    from.clear();
  }

  std::array<std::byte, Capacity> bytes_;
  Size size_ = 0;
};

using Secret32 = Secret<32>;
using Secret48 = Secret<48>;  ///< SHA-384 is the longest hash in use
using SharedSecret = Secret<1024>;  ///< ffdhe8192

/// Secret bytes of any length on the heap: pre-shared keys, passwords, decrypted key files.
class SecretBytes {
 public:
  SecretBytes() noexcept = default;
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit SecretBytes(std::string_view text) : SecretBytes(as_bytes(text)) {}
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  SecretBytes(SecretBytes&& from) noexcept : bytes_(std::exchange(from.bytes_, {})) {}
  SecretBytes& operator=(SecretBytes&& from) noexcept {
    if (this == &from) return *this;
    wipe(bytes_);
    bytes_ = std::exchange(from.bytes_, {});
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(bytes_); }

  SecretBytes duplicate() const { return SecretBytes(expose()); }
  ByteView expose() const noexcept { return bytes_; }
  MutableBytes fill() noexcept { return bytes_; }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

  friend bool operator==(const SecretBytes&, const SecretBytes&) = delete;

 private:
  Bytes bytes_;
};

}  // namespace keyway
