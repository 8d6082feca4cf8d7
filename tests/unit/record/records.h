// SPDX-License-Identifier: Apache-2.0
//
// Makes records by hand, so that the reader is not judged by the writer.
#pragma once

#include <string_view>

#include "record/tls_reader.h"
#include "toy_provider.h"

namespace keyway::test {

inline const Bytes key(16, std::byte{0x4b});
inline const Bytes iv(12, std::byte{0x69});

inline Bytes bytes_of(std::string_view text) { return to_bytes(as_bytes(text)); }

inline Bytes record_of(unsigned type, ByteView payload, unsigned version = 0x0303) {
  Bytes record{static_cast<std::byte>(type), static_cast<std::byte>(version >> 8), static_cast<std::byte>(version),
               static_cast<std::byte>(payload.size() >> 8), static_cast<std::byte>(payload.size())};
  record.insert(record.end(), payload.begin(), payload.end());
  return record;
}

inline Bytes record_of(ContentType type, std::string_view payload) {
  return record_of(static_cast<unsigned>(type), as_bytes(payload));
}

/// A protected record around any inner plaintext.
inline Bytes sealed_inner(std::uint64_t number, ByteView inner, unsigned outer = 23, unsigned version = 0x0303) {
  Bytes nonce(iv);
  for (std::size_t i = 0; i < 8; ++i) nonce[11 - i] ^= static_cast<std::byte>(number >> (8 * i));
  Bytes payload(inner.begin(), inner.end());
  payload.resize(inner.size() + toy_tag_size);
  Bytes record = record_of(outer, payload, version);
  const auto tag = ToyKey(key).tag(nonce, ByteView(record).first(5), inner);
  std::ranges::copy(tag, record.end() - static_cast<std::ptrdiff_t>(tag.size()));
  return record;
}

inline Bytes sealed(std::uint64_t number, ContentType type, std::string_view content, std::size_t padding = 0) {
  Bytes inner = bytes_of(content);
  inner.push_back(static_cast<std::byte>(type));
  inner.resize(inner.size() + padding);
  return sealed_inner(number, inner);
}

/// What one call of open gave.
struct Read {
  std::optional<Errc> error{};
  std::optional<std::size_t> wanted{};
  std::optional<std::size_t> dropped{};
  std::optional<ContentType> type{};
  std::string content{};
  std::size_t consumed = 0;
};

inline Read read(record::TlsReader& reader, Bytes wire) {
  Read result;
  auto outcome = reader.open(wire, result.consumed);
  if (!outcome) {
    result.error = outcome.error().code();
    return result;
  }
  if (const auto* partial = std::get_if<record::Partial>(&*outcome)) result.wanted = partial->bytes_wanted;
  if (const auto* dropped = std::get_if<record::Dropped>(&*outcome)) result.dropped = dropped->bytes;
  if (const auto* opened = std::get_if<record::Opened>(&*outcome)) {
    result.type = opened->type;
    result.content = as_text(opened->fragment);
  }
  return result;
}

}  // namespace keyway::test
