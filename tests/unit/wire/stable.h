// SPDX-License-Identifier: Apache-2.0
//
// The property of every codec, for the mutation tests and the fuzzers: bytes are refused, or what they decode to is
// written to bytes that decode again and are then written the same.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/byte_buffer.h"
#include "keyway/result.h"
#include "wire/messages/client_hello.h"
#include "wire/writer.h"

namespace keyway::wire {

[[noreturn]] inline void broken(const char* rule) {
  std::fprintf(stderr, "%s\n", rule);
  std::abort();
}

/// On the heap, in exactly its size: the sanitizer sees a read beyond it.
class Exact {
 public:
  explicit Exact(ByteView bytes) : size_(bytes.size()), bytes_(std::make_unique<std::byte[]>(size_)) {
    for (std::size_t i = 0; i < size_; ++i) bytes_[i] = bytes[i];
  }
  ByteView view() const noexcept { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> bytes_;
};

template <class T>
void write(const T& value, ByteBuffer& out) {
  Writer writer(out);
  value.encode(writer);
  if (!writer.ok()) broken("what was decoded is too long to be written");
}

/// Whether `bytes` decode; ends the process where the property does not hold.
template <class T>
bool stable(ByteView bytes) {
  const Exact input(bytes);
  const Result<T> value = T::decode(input.view());
  if (!value) return false;
  ByteBuffer first;
  write(*value, first);
  if (first.size() > bytes.size() + 2) broken("writing made it longer");
  const Exact again(first.view());
  const Result<T> second = T::decode(again.view());
  if (!second) broken("what was written is refused");
  ByteBuffer last;
  write(*second, last);
  if (!std::ranges::equal(first.view(), last.view())) broken("writing twice gives two results");
  if constexpr (std::same_as<T, ClientHello>) {
    if (value->binders_size() > bytes.size()) broken("the binders are longer than their hello");
  }
  return true;
}

}  // namespace keyway::wire
