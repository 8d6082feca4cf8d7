// SPDX-License-Identifier: Apache-2.0
//
// Gather lists -> sealed records of a stream (RFC 8446 5). The cipher reads the caller's pieces and writes into the
// output queue; nothing is copied before encryption and nothing is allocated.
#pragma once

#include <algorithm>
#include <memory>

#include "base/output_queue.h"
#include "keyway/crypto/provider.h"
#include "record/aead13.h"
#include "record/limits.h"
#include "record/protection.h"

namespace keyway::record {

class TlsWriter {
 public:
  TlsWriter() noexcept;
  TlsWriter(TlsWriter&&) noexcept;
  TlsWriter& operator=(TlsWriter&&) noexcept;
  ~TlsWriter();

  /// Appends the content as records of at most the fragment limit each. Empty content makes one empty record of
  /// application data, and nothing for other types (RFC 8446 5.1 forbids empty handshake and alert records).
  /// Errors: aead_limit when the record number is used up; what the provider reports.
  Result<void> seal(ContentType, ByteViews content, OutputQueue& out);
  Result<void> seal(ContentType type, ByteView content, OutputQueue& out) { return seal(type, ByteViews(&content, 1), out); }

  /// Appends the dummy record of RFC 8446 D.4: never protected, not counted. For the ChangeCipherSpec of TLS 1.2 and below,
  /// which is protected when there are keys, see seal().
  void change_cipher_spec(OutputQueue& out);

  /// From now on records are protected with this key; the number starts again. Reuses the context where the algorithm
  /// stays.
  Result<void> install(AeadAlgorithm, ByteView key, ByteView iv, const crypto::Provider&, std::uint64_t first_number = 0);
  bool is_protected() const noexcept { return bool(protection_) || older_ != nullptr; }

  /// TLS 1.2 or below was negotiated: all records say this version. TLS 1.3 changes nothing.
  void set_version(ProtocolVersion version) noexcept;
  /// TLS 1.2 and below: from now on records are protected so; the number starts again.
  void install(std::unique_ptr<WriteProtection> protection) noexcept;

  /// RFC 8446 5.1: 0x0301 for an initial ClientHello, for middleboxes; 0x0303 is set for everything after it.
  void set_plaintext_version(std::uint16_t version) noexcept { plaintext_version_ = version; }

  /// Our own wish (max_send_fragment) or max_fragment_length; 1 to 16,384 bytes of content.
  void set_max_fragment(std::size_t size) noexcept { max_fragment_ = at_most_plaintext(size); }
  /// RFC 8449: the peer's limit, in effect for protected records; in TLS 1.3 it counts the type byte and padding.
  void set_record_size_limit(std::uint16_t limit) noexcept { max_inner_ = limit; }
  /// RFC 8446 5.4: inner plaintexts are padded to a multiple of this, as far as the limits allow; 0 and 1: never.
  void set_padding_multiple(std::size_t multiple) noexcept { padding_multiple_ = at_most_plaintext(multiple); }

  /// Size on the wire of that much content sealed now.
  std::size_t wire_size(std::size_t content) const noexcept;

  /// Of the next record under the present key.
  std::uint64_t next_number() const noexcept { return number_; }
  /// Content sealed under the present key.
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// RFC 8446 5.5: time for a KeyUpdate, after `max_bytes` of content or at the algorithm's number of records. Never before
  /// TLS 1.3, which has no KeyUpdate.
  bool wants_key_update(std::uint64_t max_bytes) const noexcept;
  /// Before TLS 1.3: the key has protected all the content that it may.
  bool is_spent() const noexcept { return older_ != nullptr && bytes_ >= older_->max_bytes(); }

 private:
  class Cutter;

  static std::uint16_t at_most_plaintext(std::size_t size) noexcept {
    return static_cast<std::uint16_t>(std::min(size, max_plaintext));
  }
  std::size_t max_content() const noexcept;
  std::size_t padding_for(std::size_t content) const noexcept;
  template <class Protection>
  Result<void> write_protected(Protection&, ContentType, Cutter&, std::size_t size, std::size_t padding, OutputQueue& out);
  Result<void> seal_older(ContentType, ByteViews content, OutputQueue& out);
  void write_plain(ContentType, Cutter&, std::size_t size, OutputQueue& out);

  Aead13Sealer protection_;
  std::unique_ptr<WriteProtection> older_;
  std::uint64_t number_ = 0;
  std::uint64_t enough_ = max_record_number;  ///< the number from which another key is due
  std::uint64_t bytes_ = 0;
  std::uint16_t max_fragment_ = max_plaintext;
  std::uint16_t max_inner_ = max_inner_plaintext13;
  std::uint16_t padding_multiple_ = 0;
  std::uint16_t plaintext_version_ = 0x0303;
};

}  // namespace keyway::record
