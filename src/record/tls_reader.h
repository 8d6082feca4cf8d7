// SPDX-License-Identifier: Apache-2.0
//
// Bytes of a stream -> opened records, in place (RFC 8446 5 and D.4). Without buffer, clock or handshake knowledge:
// the connection says what is legal at the moment, the reader applies it. Fragments of handshake messages, interleaving
// and the meaning of alerts are the connection's.
#pragma once

#include <algorithm>
#include <memory>
#include <variant>

#include "keyway/crypto/provider.h"
#include "record/aead13.h"
#include "record/limits.h"
#include "record/protection.h"

namespace keyway::record {

/// One record. `fragment` points into the bytes that were given; it is empty for application data at most.
struct Opened {
  ContentType type;
  MutableBytes fragment;
  std::uint64_t number;
};

/// No whole record yet. `bytes_wanted` counts the bytes missing beyond those given, at least.
struct Partial {
  std::size_t bytes_wanted;
};

/// A record that is not the connection's business: skipped early data or a dummy change_cipher_spec.
struct Dropped {
  std::size_t bytes;
};

class TlsReader {
 public:
  TlsReader() noexcept;
  TlsReader(TlsReader&&) noexcept;
  TlsReader& operator=(TlsReader&&) noexcept;
  ~TlsReader();

  /// Takes at most one record from the front of `wire`. `consumed` is the size of that record, 0 for Partial. After an
  /// error the connection is over. Errors:
  ///   http_request, http_response, ssh_peer, sslv2_hello, not_tls    the first record is no record
  ///   wrong_record_version                            RFC 8446 5.1
  ///   record_overflow, plaintext_overflow             RFC 8446 5.1, 5.2; RFC 8449 4
  ///   bad_record_mac, missing_content_type            RFC 8446 5.2, 5.4
  ///   unexpected_record, bad_change_cipher_spec, empty_record, too_many_empty_records
  ///   too_much_skipped_early_data, aead_limit
  /// The sections of RFC 5246 that are their counterparts are cited where they are checked.
  Result<std::variant<Partial, Dropped, Opened>> open(MutableBytes wire, std::size_t& consumed);

  /// From now on records are protected with this key; the number starts again. Reuses the context where the algorithm
  /// stays. Errors are the provider's.
  Result<void> install(AeadAlgorithm, ByteView key, ByteView iv, const crypto::Provider&, std::uint64_t first_number = 0);
  bool is_protected() const noexcept { return bool(protection_) || older_ != nullptr; }

  /// TLS 1.2 or below was negotiated: from now on records say this version, and a change_cipher_spec is opened like any other
  /// record. TLS 1.3 changes nothing.
  void set_version(ProtocolVersion version) noexcept;
  /// TLS 1.2 and below: from now on records are protected so; the number starts again.
  void install(std::unique_ptr<ReadProtection> protection) noexcept;

  /// RFC 8446 D.4 and 5: from the first ClientHello to the peer's Finished. Initially false.
  void set_change_cipher_spec_allowed(bool allowed) noexcept { change_cipher_spec_allowed_ = allowed; }
  /// A peer that failed before it had keys sends its alert in the clear. Initially false; matters under protection only.
  void set_plaintext_alert_allowed(bool allowed) noexcept { plaintext_alert_allowed_ = allowed; }
  /// RFC 8449: the limit that we sent, in effect for protected records; in TLS 1.3 it counts the type byte and padding.
  void set_record_size_limit(std::uint16_t limit) noexcept { max_inner_ = limit; }
  /// RFC 6066 4: the largest content, in effect for all records; padding counts (RFC 8446 5.4).
  void set_max_fragment(std::uint16_t size) noexcept { max_content_ = size; }

  /// RFC 8446 4.2.10, 0-RTT refused in the first flight: records that do not open are dropped until one does.
  void skip_early_data_until_decrypted(std::uint32_t budget) noexcept { start_skipping(Skip::until_decrypted, budget); }
  /// The same after a HelloRetryRequest: protected records are dropped until a handshake record in the clear comes.
  void skip_early_data_until_handshake(std::uint32_t budget) noexcept { start_skipping(Skip::until_handshake, budget); }
  bool skipping() const noexcept { return skip_ != Skip::nothing; }

  /// Of the next record under the present key.
  std::uint64_t next_number() const noexcept { return number_; }

 private:
  enum class Skip : std::uint8_t { nothing, until_decrypted, until_handshake };
  struct Header;
  using Outcome = std::variant<Partial, Dropped, Opened>;

  void start_skipping(Skip mode, std::uint32_t budget) noexcept;
  Result<void> check_header(const Header&) const;
  Result<void> check_type(ContentType) const;
  Result<Outcome> open_plaintext(const Header&, MutableBytes payload);
  Result<Outcome> open_protected(MutableBytes record);
  Result<void> check_older_header(const Header&) const;
  Result<Outcome> open_older(const Header&, MutableBytes record);
  std::size_t max_older_content() const noexcept { return std::min(max_inner_, max_content_); }
  Result<Outcome> drop_change_cipher_spec(ByteView payload);
  Result<Outcome> skip_early_data(std::size_t payload_size);
  Result<void> count_empty() noexcept;
  std::size_t max_inner() const noexcept { return std::min<std::size_t>(max_inner_, std::size_t{max_content_} + 1); }

  Aead13Opener protection_;
  std::unique_ptr<ReadProtection> older_;
  std::uint64_t number_ = 0;
  std::uint32_t skip_budget_ = 0;
  std::uint16_t max_content_ = max_plaintext;
  std::uint16_t max_inner_ = max_inner_plaintext13;
  std::uint16_t older_version_ = 0;  ///< 0: TLS 1.3, or not known yet
  std::uint8_t empty_in_a_row_ = 0;
  Skip skip_ = Skip::nothing;
  bool first_ = true;
  bool change_cipher_spec_allowed_ = false;
  bool plaintext_alert_allowed_ = false;
};

}  // namespace keyway::record
