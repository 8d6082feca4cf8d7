// SPDX-License-Identifier: Apache-2.0
//
// Decoding of revocation lists and their entries (RFC 5280 5.1 to 5.3).
#include "pki/crl.h"

#include <algorithm>

#include "pki/der.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

namespace tag = der::tag;

constexpr std::size_t max_list_extensions = 64;

std::unexpected<Error> malformed(const char* part) {
  return fail(Errc::malformed_crl, {.reason = std::string("its ") + part + " is malformed"});
}

struct Extension {
  ByteView oid;
  bool critical = false;
  ByteView value;
};

Result<Extension> read_extension(der::Reader& list) noexcept {
  KW_ASSIGN(const der::Element sequence, list.expect(tag::sequence));
  der::Reader fields(sequence.content);
  KW_ASSIGN(const der::Element id, fields.expect(tag::object_identifier));
  KW_TRY(der::check_oid(id.content));
  Extension extension{.oid = id.content};
  KW_ASSIGN(const auto critical, fields.optional(tag::boolean));
  if (critical) { KW_ASSIGN(extension.critical, der::boolean(*critical)); }
  KW_ASSIGN(const der::Element value, fields.expect(tag::octet_string));
  KW_TRY(fields.finish());
  extension.value = value.content;
  return extension;
}

std::unexpected<Error> unknown(const Extension& extension) {
  return fail(Errc::certificate_critical_extension,
              {.reason = "the list has the critical extension " + der::oid_text(extension.oid) + ", which is not supported"});
}

/// RFC 5280 5.2.3: up to 20 octets.
Result<ByteView> read_number(ByteView value) noexcept {
  KW_ASSIGN(const der::Element element, der::single(value, tag::integer));
  KW_ASSIGN(const ByteView number, der::unsigned_integer(element.content));
  if (number.size() > 20) return fail(Errc::malformed_der);
  return number;
}

Result<ByteView> read_key_id(ByteView value) noexcept {
  KW_ASSIGN(const der::Element sequence, der::single(value, tag::sequence));
  der::Reader fields(sequence.content);
  KW_ASSIGN(const auto id, fields.optional(tag::context(0)));
  return id.value_or(ByteView());
}

enum class Known : std::uint8_t { no, yes };

//= rfc5280#5.2-1
/// The extensions of a list whose demands are met, so that they may be critical (RFC 5280 5.2).
Result<Known> take(const Extension& extension, ParsedCrl& crl) {
  const std::string_view id = as_text(extension.oid);
  if (id == oid::delta_crl_indicator) {
    const auto number = read_number(extension.value);
    if (!number) return malformed("base number");
    crl.base_number = *number;
    return Known::yes;
  }
  if (id == oid::issuing_distribution_point) {
    const auto point = read_point_of_list(extension.value);
    if (!point) return malformed("distribution point");
    crl.point = *point;
    return Known::yes;
  }
  if (id == oid::crl_number) {
    const auto number = read_number(extension.value);
    if (!number) return malformed("number");
    // RFC 5280 5.2.3: it must not be critical.
    if (extension.critical) return fail(Errc::malformed_crl, {.reason = "its number is a critical extension"});
    crl.number = *number;
  } else if (id == oid::authority_key_identifier) {
    const auto key = read_key_id(extension.value);
    if (!key) return malformed("authority key identifier");
    crl.authority_key_id = *key;
  } else if (id == oid::freshest_crl) {
    if (!read_points(extension.value)) return malformed("freshest CRL");
    crl.freshest = extension.value;
  }
  return Known::no;
}

Result<void> read_extensions(ByteView wrapped, ParsedCrl& crl) {
  const auto list = der::single(wrapped, tag::sequence);
  if (!list || list->content.empty()) return malformed("extensions");
  InplaceVector<std::string_view, max_list_extensions> seen;
  for (der::Reader reader(list->content); !reader.empty();) {
    const auto extension = read_extension(reader);
    if (!extension) return malformed("extensions");
    const std::string_view id = as_text(extension->oid);
    if (std::ranges::find(seen, id) != seen.end() || !seen.push_back(id)) return malformed("extensions");
    KW_ASSIGN(const Known known, take(*extension, crl));
    if (extension->critical && known == Known::no) return unknown(*extension);
  }
  return {};
}

Result<std::int64_t> read_time(der::Reader& fields) noexcept {
  KW_ASSIGN(const der::Element element, fields.next());
  KW_ASSIGN(const der::Seconds instant, der::time(element));
  return instant.time_since_epoch().count();
}

Result<AlgorithmIdentifier> read_algorithm(der::Reader& fields) noexcept {
  KW_ASSIGN(const der::Element element, fields.expect(tag::sequence));
  return parse_algorithm(element.whole);
}

Result<void> read_head(der::Reader& fields, ParsedCrl& crl) {
  const auto version = fields.optional(tag::integer);
  if (!version) return malformed("version");
  if (*version) {
    // RFC 5280 5.1.2.1: v2 or nothing.
    const auto number = der::small_integer(**version);
    if (!number || *number != 1) return malformed("version");
    crl.version = 2;
  }
  const auto inner = read_algorithm(fields);
  // RFC 5280 5.1.1.2: the algorithm that is signed is the algorithm that is used.
  if (!inner || as_text(inner->whole) != as_text(crl.signature_algorithm.whole)) return malformed("signature algorithm");
  const auto issuer = fields.expect(tag::sequence);
  // RFC 5280 5.1.2.3: it is not empty.
  if (!issuer || !check_name(issuer->whole) || name_is_empty(issuer->whole)) return malformed("issuer");
  crl.issuer = issuer->whole;
  const auto this_update = read_time(fields);
  if (!this_update) return malformed("time of issue");
  crl.this_update = *this_update;
  if (fields.next_is(tag::utc_time) || fields.next_is(tag::generalized_time)) {
    const auto next_update = read_time(fields);
    if (!next_update) return malformed("time of the next update");
    crl.next_update = *next_update;
  }
  return {};
}

/// One entry; `names` is where a certificateIssuer that holds from here on is told.
struct Entry {
  ByteView serial;
  RevokedEntry what;
  ByteView names{};
};

Result<void> read_entry_extensions(ByteView list, Entry& entry) {
  for (der::Reader reader(list); !reader.empty();) {
    const auto extension = read_extension(reader);
    if (!extension) return malformed("list of entries");
    const std::string_view id = as_text(extension->oid);
    if (id == oid::certificate_issuer) {
      const auto names = der::single(extension->value, tag::sequence);
      if (!names) return malformed("list of entries");
      // RFC 5280 5.3.3: the name of the issuer as in the certificates.
      const ByteView name = directory_name_of(names->content);
      if (name.empty() || !check_name(name)) return malformed("list of entries");
      entry.names = name;
    } else if (id == oid::reason_code) {
      const auto value = der::single(extension->value, tag::enumerated);
      const auto reason = value ? read_reason(value->content) : fail(Errc::malformed_der);
      if (!reason) return malformed("list of entries");
      entry.what.reason = *reason;
    } else if (extension->critical && id != oid::invalidity_date) {
      return unknown(*extension);
    }
  }
  return {};
}

Result<Entry> read_entry(der::Reader& list) {
  const auto sequence = list.expect(tag::sequence);
  if (!sequence) return malformed("list of entries");
  der::Reader fields(sequence->content);
  const auto serial = fields.expect(tag::integer);
  if (!serial || !der::integer(serial->content)) return malformed("list of entries");
  const auto date = read_time(fields);
  if (!date) return malformed("list of entries");
  Entry entry{.serial = serial->content, .what = {.date = *date}};
  const auto extensions = fields.optional(tag::sequence);
  if (!extensions || !fields.finish()) return malformed("list of entries");
  if (*extensions) KW_TRY(read_entry_extensions(**extensions, entry));
  return entry;
}

}  // namespace

std::string_view text_of(RevocationReason reason) noexcept {
  switch (reason) {
    case RevocationReason::unspecified: return "unspecified reason";
    case RevocationReason::key_compromise: return "key compromise";
    case RevocationReason::ca_compromise: return "compromise of an authority";
    case RevocationReason::affiliation_changed: return "affiliation changed";
    case RevocationReason::superseded: return "superseded";
    case RevocationReason::cessation_of_operation: return "cessation of operation";
    case RevocationReason::certificate_hold: return "on hold";
    case RevocationReason::remove_from_crl: return "removed from the list";
    case RevocationReason::privilege_withdrawn: return "privilege withdrawn";
    case RevocationReason::aa_compromise: return "compromise of an attribute authority";
  }
  return "unspecified reason";
}

Result<RevocationReason> read_reason(ByteView content) noexcept {
  if (content.size() != 1) return fail(Errc::malformed_der);
  const auto number = std::to_integer<std::uint8_t>(content[0]);
  // RFC 5280 5.3.1: 7 is not used.
  if (number > 10 || number == 7) return fail(Errc::malformed_der);
  return static_cast<RevocationReason>(number);
}

Result<ParsedCrl> parse_crl(ByteView der) {
  const auto outer = der::single(der, tag::sequence);
  if (!outer) return malformed("frame");
  der::Reader parts(outer->content);
  const auto signed_part = parts.expect(tag::sequence);
  if (!signed_part) return malformed("frame");
  const auto algorithm = read_algorithm(parts);
  if (!algorithm) return malformed("signature algorithm");
  const auto signature = parts.expect(tag::bit_string);
  if (!signature || !parts.finish()) return malformed("signature");
  const auto octets = der::octets_of_bit_string(signature->content);
  if (!octets) return malformed("signature");
  ParsedCrl crl;
  crl.signed_part = signed_part->whole;
  crl.signature_algorithm = *algorithm;
  crl.signature = *octets;
  der::Reader fields(signed_part->content);
  KW_TRY(read_head(fields, crl));
  const auto entries = fields.optional(tag::sequence);
  if (!entries) return malformed("list of entries");
  crl.entries = entries->value_or(ByteView());
  const auto extensions = fields.optional(tag::context_constructed(0));
  // RFC 5280 5.1.2.7: extensions need version 2.
  if (!extensions || !fields.finish() || (*extensions && crl.version != 2)) return malformed("extensions");
  if (*extensions) KW_TRY(read_extensions(**extensions, crl));
  return crl;
}

//= rfc5280#6.3.3-8
Result<std::optional<RevokedEntry>> find_entry(const ParsedCrl& crl, ByteView serial, ByteView issuer) {
  std::optional<RevokedEntry> found;
  // RFC 5280 5.3.3: entries are of the issuer of the list until one names another, which holds for those behind it.
  bool ours = same_name(crl.issuer, issuer);
  for (der::Reader reader(crl.entries); !reader.empty();) {
    KW_ASSIGN(const Entry entry, read_entry(reader));
    if (!entry.names.empty()) {
      if (!crl.point.indirect) return malformed("list of entries");
      ours = same_name(entry.names, issuer);
    }
    if (ours && as_text(entry.serial) == as_text(serial)) found = entry.what;
  }
  return found;
}

}  // namespace keyway::pki
