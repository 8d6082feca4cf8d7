// SPDX-License-Identifier: Apache-2.0
//
// Cuts a gather list into records and seals each straight into the output queue (RFC 8446 5.1, 5.2, 5.4).
#include "record/tls_writer.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>

#include "record/aead13.h"

namespace keyway::record {
namespace {

void write_header(MutableBytes record, ContentType type, std::uint16_t version) noexcept {
  const std::size_t length = record.size() - header_size;
  record[0] = static_cast<std::byte>(type);
  record[1] = static_cast<std::byte>(version >> 8);
  record[2] = static_cast<std::byte>(version);
  record[3] = static_cast<std::byte>(length >> 8);
  record[4] = static_cast<std::byte>(length);
}

}  // namespace

/// Walks a gather list fragment by fragment; a fragment may end inside a piece.
class TlsWriter::Cutter {
 public:
  explicit Cutter(ByteViews pieces) noexcept : pieces_(pieces) {}

  /// How many pieces the next `size` bytes lie in.
  std::size_t count(std::size_t size) const noexcept {
    std::size_t pieces = 0;
    std::size_t offset = offset_;
    for (std::size_t i = index_; size != 0; ++i) {
      const std::size_t part = std::min(size, pieces_[i].size() - offset);
      offset = 0;
      size -= part;
      if (part != 0) ++pieces;
    }
    return pieces;
  }

  /// Hands each part of the next `size` bytes to `take` and moves on.
  template <class Take>
  void cut(std::size_t size, Take&& take) {
    while (size != 0) {
      const ByteView part = pieces_[index_].subspan(offset_).first(std::min(size, pieces_[index_].size() - offset_));
      offset_ += part.size();
      size -= part.size();
      if (!part.empty()) take(part);
      if (offset_ == pieces_[index_].size()) {
        ++index_;
        offset_ = 0;
      }
    }
  }

  void copy(MutableBytes out) {
    std::byte* to = out.data();
    cut(out.size(), [&](ByteView part) {
      std::memcpy(to, part.data(), part.size());
      to += part.size();
    });
  }

 private:
  ByteViews pieces_;
  std::size_t index_ = 0;
  std::size_t offset_ = 0;
};

TlsWriter::TlsWriter() noexcept = default;
TlsWriter::TlsWriter(TlsWriter&&) noexcept = default;
TlsWriter& TlsWriter::operator=(TlsWriter&&) noexcept = default;
TlsWriter::~TlsWriter() = default;

Result<void> TlsWriter::seal(ContentType type, ByteViews content, OutputQueue& out) {
  std::size_t rest = total_size(content);
  // RFC 8446 5.1: only application data may be sent empty, as cover traffic.
  //= rfc8446#5.1-3, 5.4-4
  //= rfc5246#6.2.1-2
  if (rest == 0 && type != ContentType::application_data) return {};
  if (older_ != nullptr) return seal_older(type, content, out);
  const std::size_t largest = max_content();
  Cutter cutter(content);
  do {
    const std::size_t size = std::min(rest, largest);
    if (protection_) {
      KW_TRY(write_protected(protection_, type, cutter, size, padding_for(size), out));
    } else {
      write_plain(type, cutter, size, out);
    }
    rest -= size;
  } while (rest != 0);
  return {};
}

Result<void> TlsWriter::seal_older(ContentType type, ByteViews content, OutputQueue& out) {
  std::size_t rest = total_size(content);
  //= rfc5246#6.2.1-1
  const std::size_t largest = max_content();
  const auto first = type == ContentType::application_data ? older_->first_part() : std::nullopt;
  Cutter cutter(content);
  do {
    // What a split record brings is still one record's worth.
    std::size_t size = std::min(rest, largest);
    rest -= size;
    if (first && size > *first) {
      KW_TRY(write_protected(*older_, type, cutter, *first, 0, out));
      size -= *first;
    }
    KW_TRY(write_protected(*older_, type, cutter, size, 0, out));
  } while (rest != 0);
  return {};
}

void TlsWriter::change_cipher_spec(OutputQueue& out) {
  const MutableBytes record = out.reserve(header_size + 1).first(header_size + 1);
  //= rfc8446#5-4
  write_header(record, ContentType::change_cipher_spec, 0x0303);
  record[header_size] = std::byte{1};
  out.commit(record.size());
}

Result<void> TlsWriter::install(AeadAlgorithm algorithm, ByteView key, ByteView iv, const crypto::Provider& provider,
                                std::uint64_t first_number) {
  if (protection_ && protection_.algorithm() == algorithm) {
    KW_TRY(protection_.rekey(key, iv));
  } else {
    KW_ASSIGN(protection_, Aead13Sealer::make(algorithm, key, iv, provider));
  }
  //= rfc8446#5.3-1
  number_ = first_number;
  enough_ = first_number + std::min(max_records_per_key(algorithm), max_record_number - first_number);
  bytes_ = 0;
  return {};
}

void TlsWriter::set_version(ProtocolVersion version) noexcept {
  if (version < ProtocolVersion::tls1_3) plaintext_version_ = static_cast<std::uint16_t>(version);
}

void TlsWriter::install(std::unique_ptr<WriteProtection> protection) noexcept {
  older_ = std::move(protection);
  number_ = 0;
  bytes_ = 0;
}

std::size_t TlsWriter::wire_size(std::size_t content) const noexcept {
  const std::size_t largest = max_content();
  const auto one = [this](std::size_t size) {
    if (older_ != nullptr) {
      const auto first = older_->first_part();
      if (!first || size <= *first) return header_size + older_->sealed_size(size, 0);
      return 2 * header_size + older_->sealed_size(*first, 0) + older_->sealed_size(size - *first, 0);
    }
    return header_size + (!protection_ ? size : protection_.sealed_size(size, padding_for(size)));
  };
  const std::size_t rest = content % largest;
  return content / largest * one(largest) + (rest != 0 || content == 0 ? one(rest) : 0);
}

bool TlsWriter::wants_key_update(std::uint64_t max_bytes) const noexcept {
  //= rfc8446#5.5-1
  return protection_ && (bytes_ >= max_bytes || number_ >= enough_);
}

std::size_t TlsWriter::max_content() const noexcept {
  //= rfc8449#4-2, 4-4
  if (!is_protected()) return max_fragment_;
  // RFC 8449 4: before TLS 1.3 the limit is about content alone.
  if (older_ != nullptr) return std::min(max_fragment_, max_inner_);
  // RFC 8449 4: the limit counts the type byte.
  //= rfc8446#5.2-1
  return std::min<std::size_t>(max_fragment_, max_inner_ - std::size_t{1});
}

std::size_t TlsWriter::padding_for(std::size_t content) const noexcept {
  if (padding_multiple_ < 2) return 0;
  const std::size_t inner = content + 1;
  const std::size_t padded = (inner + padding_multiple_ - 1) / padding_multiple_ * padding_multiple_;
  return std::min(padded, max_content() + 1) - inner;
}

template <class Protection>
Result<void> TlsWriter::write_protected(Protection& protection, ContentType type, Cutter& cutter, std::size_t size,
                                        std::size_t padding, OutputQueue& out) {
  // RFC 8446 5.3: numbers do not wrap.
  //= rfc8446#5.3-2
  if (number_ > max_record_number) return fail(Errc::aead_limit);
  const std::size_t whole = header_size + protection.sealed_size(size, padding);
  const MutableBytes record = out.reserve(whole).first(whole);
  //= rfc8446#5.2-4
  write_header(record, protection.outer_type(type), std::same_as<Protection, Aead13Sealer> ? 0x0303 : plaintext_version_);
  const ByteView header = record.first(header_size);
  const MutableBytes payload = record.subspan(header_size);
  const std::size_t pieces = cutter.count(size);
  if (pieces <= 1) {
    ByteView only;
    cutter.cut(size, [&](ByteView part) { only = part; });
    KW_TRY(protection.seal(type, header, ByteViews(&only, 1), padding, payload, number_));
  } else if (pieces <= max_gather_pieces) {
    std::array<ByteView, max_gather_pieces> parts;
    std::size_t count = 0;
    cutter.cut(size, [&](ByteView part) { parts[count++] = part; });
    KW_TRY(protection.seal(type, header, ByteViews(parts).first(count), padding, payload, number_));
  } else {
    const MutableBytes together = payload.subspan(protection.in_place_offset(), size);
    cutter.copy(together);
    const ByteView only = together;
    KW_TRY(protection.seal(type, header, ByteViews(&only, 1), padding, payload, number_));
  }
  out.commit(whole);
  ++number_;
  bytes_ += size;
  return {};
}

void TlsWriter::write_plain(ContentType type, Cutter& cutter, std::size_t size, OutputQueue& out) {
  const MutableBytes record = out.reserve(header_size + size).first(header_size + size);
  write_header(record, type, plaintext_version_);
  cutter.copy(record.subspan(header_size));
  out.commit(record.size());
}

}  // namespace keyway::record
