// SPDX-License-Identifier: Apache-2.0
//
// What a record layer needs of a cipher, one interface a direction. Implementations: aead13 (TLS 1.3), aead12 and cbc_hmac
// (TLS 1.2), and what is off for safety in legacy/; protection_factory.h makes those of TLS 1.2 and below.
// Headers, fragments, limits and record numbers are the reader's and the writer's; here is only the payload.
#pragma once

#include <cstdint>
#include <optional>

#include "keyway/bytes.h"
#include "keyway/result.h"
#include "names/handshake_type.h"

namespace keyway::record {

/// What a payload turned out to be. `fragment` lies inside the payload that was given.
struct Unprotected {
  ContentType type;
  MutableBytes fragment;
};

/// Opens payloads of one direction, in place.
class ReadProtection {
 public:
  virtual ~ReadProtection() = default;

  /// Largest difference between a payload and its content; longer payloads are refused before they are opened.
  virtual std::size_t max_expansion() const noexcept = 0;
  /// The only outer type of records under this protection; `invalid` where the outer type is the true one.
  virtual ContentType outer_type() const noexcept = 0;
  /// Opens one payload. Errors: bad_record_mac, for every reason that has to do with the cipher; missing_content_type;
  /// plaintext_overflow where content, type and padding are longer than `max_inner` bytes.
  virtual Result<Unprotected> open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                                   std::size_t max_inner) = 0;
};

/// Seals payloads of one direction.
class WriteProtection {
 public:
  virtual ~WriteProtection() = default;

  /// Size of the payload for that much content and padding.
  virtual std::size_t sealed_size(std::size_t content, std::size_t padding) const noexcept = 0;
  /// Application data goes out as a record of so many bytes and one of the rest, so that nobody knows the IV of the record
  /// that he chooses the content of (RFC 5246 F.3); nothing: as one record.
  virtual std::optional<std::size_t> first_part() const noexcept { return std::nullopt; }
  /// What the header says for a record of this type.
  virtual ContentType outer_type(ContentType) const noexcept = 0;
  /// Seals the pieces, at most max_gather_pieces, in order. `out` has exactly sealed_size() bytes and does not overlap
  /// the pieces, except that all content may be one piece that begins at out[in_place_offset()].
  virtual Result<void> seal(ContentType, ByteView header, ByteViews content, std::size_t padding, MutableBytes out,
                            std::uint64_t number) = 0;
  virtual std::size_t in_place_offset() const noexcept { return 0; }
  /// Content that one key may protect.
  virtual std::uint64_t max_bytes() const noexcept { return UINT64_MAX; }
};

}  // namespace keyway::record
