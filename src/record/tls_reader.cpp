// SPDX-License-Identifier: Apache-2.0
//
// Every check of RFC 8446 5 that needs no more than one record, in the order in which its bytes arrive: version, type
// and length when five bytes are there, the rest when the record is complete.
#include "record/tls_reader.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "keyway/record_size.h"
#include "record/aead13.h"

namespace keyway::record {

static_assert(max_record_size == header_size + max_plaintext + std::max(max_expansion12, max_expansion13));

namespace {

constexpr unsigned byte_at(ByteView bytes, std::size_t index) noexcept { return std::to_integer<unsigned>(bytes[index]); }

constexpr bool is_content_type(unsigned type) noexcept { return type >= 20 && type <= 23; }

/// What people point at a TLS port by mistake, named so that the log says what happened.
Result<void> recognise_first(ByteView header) {
  using namespace std::string_view_literals;
  static constexpr std::array http{"GET "sv, "POST"sv, "HEAD"sv, "PUT "sv, "CONN"sv,
                                   "OPTI"sv, "DELE"sv, "PATC"sv, "TRAC"sv, "PRI "sv};
  const std::string_view start = as_text(header.first(4));
  if (std::ranges::find(http, start) != http.end()) return fail(Errc::http_request);
  if (as_text(header) == "HTTP/"sv) return fail(Errc::http_response);
  if (start == "SSH-"sv) return fail(Errc::ssh_peer);
  // RFC 5246 E.2: two bytes of length with the high bit, type 1, then the highest version, 3.x or 0.2.
  const bool sslv2_length = (byte_at(header, 0) & 0x80) != 0 && byte_at(header, 2) == 1;
  //= rfc8446#D.5-1
  if (sslv2_length && (byte_at(header, 3) == 3 || (byte_at(header, 3) == 0 && byte_at(header, 4) == 2))) {
    return fail(Errc::sslv2_hello);
  }
  if (byte_at(header, 1) != 3) {
    return is_content_type(byte_at(header, 0)) ? fail(Errc::wrong_record_version) : fail(Errc::not_tls);
  }
  return {};
}

}  // namespace

struct TlsReader::Header {
  explicit Header(ByteView bytes) noexcept
      : type(static_cast<ContentType>(bytes[0])),
        version(static_cast<std::uint16_t>(byte_at(bytes, 1) << 8 | byte_at(bytes, 2))),
        length(byte_at(bytes, 3) << 8 | byte_at(bytes, 4)) {}
  ContentType type;
  std::uint16_t version;
  std::size_t length;
};

TlsReader::TlsReader() noexcept = default;
TlsReader::TlsReader(TlsReader&&) noexcept = default;
TlsReader& TlsReader::operator=(TlsReader&&) noexcept = default;
TlsReader::~TlsReader() = default;

Result<std::variant<Partial, Dropped, Opened>> TlsReader::open(MutableBytes wire, std::size_t& consumed) {
  consumed = 0;
  if (wire.size() < header_size) return Outcome(Partial{header_size - wire.size()});
  if (first_) KW_TRY(recognise_first(wire.first(header_size)));
  const Header header(wire);
  KW_TRY(older_version_ == 0 ? check_header(header) : check_older_header(header));
  const std::size_t size = header_size + header.length;
  if (wire.size() < size) return Outcome(Partial{size - wire.size()});
  const MutableBytes record = wire.first(size);
  first_ = false;
  auto outcome = protection_ && header.type == ContentType::application_data ? open_protected(record)
                 : older_version_ != 0                                       ? open_older(header, record)
                                       : open_plaintext(header, record.subspan(header_size));
  if (outcome) consumed = size;
  return outcome;
}

Result<void> TlsReader::install(AeadAlgorithm algorithm, ByteView key, ByteView iv, const crypto::Provider& provider,
                                std::uint64_t first_number) {
  if (protection_ && protection_.algorithm() == algorithm) {
    KW_TRY(protection_.rekey(key, iv));
  } else {
    KW_ASSIGN(protection_, Aead13Opener::make(algorithm, key, iv, provider));
  }
  number_ = first_number;
  return {};
}

void TlsReader::set_version(ProtocolVersion version) noexcept {
  older_version_ = version < ProtocolVersion::tls1_3 ? static_cast<std::uint16_t>(version) : 0;
}

void TlsReader::install(std::unique_ptr<ReadProtection> protection) noexcept {
  older_ = std::move(protection);
  //= rfc5246#6.1-1
  number_ = 0;
}

void TlsReader::start_skipping(Skip mode, std::uint32_t budget) noexcept {
  skip_ = mode;
  skip_budget_ = budget;
}

Result<void> TlsReader::check_header(const Header& header) const {
  // RFC 8446 5.1: the version says nothing; still, a record that does not begin like one is the end of framing. Before
  // protection any 3.x is taken (a ClientHello may say 0x0301), afterwards nobody has a reason to deviate.
  //= rfc5246#E.1-4
  const bool version_fits = is_protected() ? header.version == 0x0303 : header.version >> 8 == 3;
  if (!version_fits) return fail(Errc::wrong_record_version);
  KW_TRY(check_type(header.type));
  if (header.type == ContentType::change_cipher_spec) {
    return header.length == 1 ? Result<void>{} : fail(Errc::bad_change_cipher_spec);
  }
  if (header.type == ContentType::application_data) {
    // RFC 8446 5.2, RFC 8449 4: refused before it is received.
    const std::size_t largest = std::min(max_inner() - 1, max_plaintext) + max_expansion13;
    //= rfc8446#5.2-2
    return header.length <= (skipping() ? max_ciphertext13 : largest) ? Result<void>{} : fail(Errc::record_overflow);
  }
  if (header.length > max_ciphertext13) return fail(Errc::record_overflow);
  //= rfc8446#5.1-5
  if (header.length > std::min<std::size_t>(max_content_, max_plaintext)) return fail(Errc::plaintext_overflow);
  // RFC 8446 5.1: handshake and alert fragments are never empty.
  return header.length != 0 ? Result<void>{} : fail(Errc::empty_record);
}

Result<void> TlsReader::check_older_header(const Header& header) const {
  // RFC 5246 6.2.1: the version that was negotiated.
  if (header.version != older_version_) return fail(Errc::wrong_record_version);
  //= rfc5246#6-1
  if (!is_content_type(static_cast<unsigned>(header.type))) return fail(Errc::unexpected_record);
  if (older_ != nullptr) {
    // RFC 5246 6.2.3: refused before it is received.
    //= rfc5246#6.2.3-1
    return header.length <= max_plaintext + older_->max_expansion() ? Result<void>{} : fail(Errc::record_overflow);
  }
  // Nobody has keys yet, so nobody has data to send.
  if (header.type == ContentType::application_data) return fail(Errc::unexpected_record);
  // RFC 5246 6.2.1.
  return header.length <= std::min<std::size_t>(max_content_, max_plaintext) ? Result<void>{} : fail(Errc::plaintext_overflow);
}

Result<TlsReader::Outcome> TlsReader::open_older(const Header& header, MutableBytes record) {
  MutableBytes fragment = record.subspan(header_size);
  if (older_ != nullptr) {
    // RFC 5246 6.1: numbers do not wrap.
    if (number_ > max_record_number) return fail(Errc::aead_limit);
    KW_ASSIGN(const Unprotected opened,
              older_->open(header.type, record.first(header_size), fragment, number_, max_older_content()));
    fragment = opened.fragment;
  }
  switch (header.type) {
    case ContentType::application_data:
      if (fragment.empty()) KW_TRY(count_empty());
      break;
    case ContentType::change_cipher_spec:
      // RFC 5246 7.1: one byte 1.
      if (fragment.size() != 1 || fragment[0] != std::byte{1}) return fail(Errc::bad_change_cipher_spec);
      break;
    default:
      // RFC 5246 6.2.1: the others are never empty.
      if (fragment.empty()) return fail(Errc::empty_record);
      break;
  }
  // A peer that puts warnings in between gets no further.
  if (!fragment.empty() && header.type != ContentType::alert) empty_in_a_row_ = 0;
  return Outcome(Opened{header.type, fragment, older_ != nullptr ? number_++ : 0});
}

Result<void> TlsReader::check_type(ContentType type) const {
  switch (type) {
    case ContentType::change_cipher_spec:
      // RFC 8446 5: outside of the handshake it is an unexpected record.
      if (change_cipher_spec_allowed_) return {};
      break;
    case ContentType::application_data:
      if (is_protected() || skip_ == Skip::until_handshake) return {};
      break;
    case ContentType::alert:
      if (!is_protected() || plaintext_alert_allowed_) return {};
      break;
    case ContentType::handshake:
      if (!is_protected()) return {};
      break;
    default: break;
  }
  //= rfc8446#5-1
  return fail(Errc::unexpected_record);
}

Result<TlsReader::Outcome> TlsReader::open_plaintext(const Header& header, MutableBytes payload) {
  if (header.type == ContentType::change_cipher_spec) return drop_change_cipher_spec(payload);
  // Only skipped early data reaches this line as application data: check_type refused the rest.
  if (header.type == ContentType::application_data) return skip_early_data(payload.size());
  if (skip_ == Skip::until_handshake) skip_ = Skip::nothing;
  empty_in_a_row_ = 0;
  return Outcome(Opened{header.type, payload, 0});
}

Result<TlsReader::Outcome> TlsReader::open_protected(MutableBytes record) {
  // RFC 8446 5.3: numbers do not wrap.
  if (number_ > max_record_number) return fail(Errc::aead_limit);
  const MutableBytes payload = record.subspan(header_size);
  auto opened = protection_.open(ContentType::application_data, record.first(header_size), payload, number_, max_inner());
  if (!opened) {
    //= rfc8446#5.2-3
    const bool undecryptable = opened.error().code() == Errc::bad_record_mac;
    if (undecryptable && skip_ == Skip::until_decrypted) return skip_early_data(payload.size());
    return std::unexpected(std::move(opened).error());
  }
  skip_ = Skip::nothing;
  switch (opened->type) {
    case ContentType::application_data:
      if (opened->fragment.empty()) KW_TRY(count_empty());
      break;
    case ContentType::handshake:
    case ContentType::alert:
      // RFC 8446 5.4: the content of these is never empty, however much padding follows.
      if (opened->fragment.empty()) return fail(Errc::empty_record);
      break;
    default: return fail(Errc::unexpected_record);
  }
  if (!opened->fragment.empty() && opened->type != ContentType::alert) empty_in_a_row_ = 0;
  return Outcome(Opened{opened->type, opened->fragment, number_++});
}

Result<TlsReader::Outcome> TlsReader::drop_change_cipher_spec(ByteView payload) {
  // RFC 8446 5: one byte 0x01 is dropped without a word, anything else is an unexpected message.
  //= rfc8446#5-3
  if (payload.size() != 1 || payload[0] != std::byte{1}) return fail(Errc::bad_change_cipher_spec);
  KW_TRY(count_empty());
  //= rfc8446#5-2
  return Outcome(Dropped{header_size + payload.size()});
}

Result<TlsReader::Outcome> TlsReader::skip_early_data(std::size_t payload_size) {
  // RFC 8446 4.2.10: a server may bound what it skips.
  //= rfc8446#4.2.10-4
  if (payload_size > skip_budget_) return fail(Errc::too_much_skipped_early_data);
  // Empty payloads would not use the budget up.
  if (payload_size == 0) KW_TRY(count_empty());
  skip_budget_ -= static_cast<std::uint32_t>(payload_size);
  return Outcome(Dropped{header_size + payload_size});
}

Result<void> TlsReader::count_empty() noexcept {
  if (++empty_in_a_row_ > max_empty_records) return fail(Errc::too_many_empty_records);
  return {};
}

}  // namespace keyway::record
