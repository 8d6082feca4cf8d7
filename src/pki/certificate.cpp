// SPDX-License-Identifier: Apache-2.0
//
// Parsing of Certificate (RFC 5280 4.1). Keys and algorithms: public_key_info.cpp.
#include "pki/certificate.h"

#include "pki/der.h"

namespace keyway::pki {

namespace {

namespace tag = der::tag;

/// The same error code for every broken part; the reason tells which.
std::unexpected<Error> malformed(const char* part) {
  return fail(Errc::malformed_certificate, {.reason = std::string("its ") + part + " does not follow DER or RFC 5280 4.1"});
}

Result<AlgorithmIdentifier> read_algorithm(der::Reader& reader) noexcept {
  KW_ASSIGN(const der::Element sequence, reader.expect(tag::sequence));
  der::Reader fields(sequence.content);
  KW_ASSIGN(const der::Element id, fields.expect(tag::object_identifier));
  KW_TRY(der::check_oid(id.content));
  AlgorithmIdentifier algorithm{.whole = sequence.whole, .oid = id.content};
  if (!fields.empty()) {
    KW_ASSIGN(const der::Element parameters, fields.next());
    algorithm.parameters = parameters.whole;
  }
  KW_TRY(fields.finish());
  return algorithm;
}

Result<void> read_version(der::Reader& fields, ParsedCertificate& certificate) {
  auto version = fields.optional(tag::context_constructed(0));
  if (!version) return malformed("version");
  if (!*version) return {};
  const auto number = der::single(**version, tag::integer);
  if (!number) return malformed("version");
  const auto value = der::small_integer(number->content);
  if (!value) return malformed("version");
  // X.690 11.5: v1 is the default and is left out.
  if (*value != 1 && *value != 2) return fail(Errc::certificate_version);
  certificate.version = static_cast<int>(*value) + 1;
  return {};
}

Result<void> read_serial(der::Reader& fields, ParsedCertificate& certificate) {
  const auto serial = fields.expect(tag::integer);
  if (!serial || !der::integer(serial->content)) return malformed("serial number");
  certificate.serial = serial->content;
  return {};
}

Result<ByteView> read_name(der::Reader& fields, const char* part) {
  const auto name = fields.expect(tag::sequence);
  if (!name || !check_name(name->whole)) return malformed(part);
  return name->whole;
}

Result<void> read_validity(der::Reader& fields, ParsedCertificate& certificate) {
  constexpr std::int64_t year_2050 = 2524608000;
  const auto validity = fields.expect(tag::sequence);
  if (!validity) return malformed("validity");
  der::Reader times(validity->content);
  for (std::int64_t* into : {&certificate.not_before, &certificate.not_after}) {
    const auto element = times.next();
    if (!element) return malformed("validity");
    const auto instant = der::time(*element);
    if (!instant) return malformed("validity");
    *into = instant->time_since_epoch().count();
    // RFC 5280 4.1.2.5: dates through 2049 are UTCTime.
    if (element->tag == tag::generalized_time && *into < year_2050) certificate.early_generalized_time = true;
  }
  if (!times.finish()) return malformed("validity");
  return {};
}

Result<void> read_key(der::Reader& fields, ParsedCertificate& certificate) {
  const auto info = fields.expect(tag::sequence);
  if (!info) return malformed("public key");
  certificate.subject_public_key_info = info->whole;
  der::Reader parts(info->content);
  const auto algorithm = read_algorithm(parts);
  const auto bits = parts.expect(tag::bit_string);
  if (!algorithm || !bits || !parts.finish()) return malformed("public key");
  const auto octets = der::octets_of_bit_string(bits->content);
  if (!octets) return malformed("public key");
  certificate.key_algorithm = *algorithm;
  certificate.key_bits = *octets;
  return {};
}

Result<void> read_extensions(der::Reader& fields, ParsedCertificate& certificate) {
  for (const unsigned number : {1u, 2u}) {
    const auto unique = fields.optional(tag::context(number));
    if (!unique || (*unique && certificate.version == 1)) return malformed("unique identifier");
  }
  const auto wrapped = fields.optional(tag::context_constructed(3));
  if (!wrapped) return malformed("extensions");
  if (!*wrapped) return {};
  // RFC 5280 4.1.2.1: extensions need version 3.
  if (certificate.version != 3) return fail(Errc::certificate_version);
  const auto list = der::single(**wrapped, tag::sequence);
  if (!list) return malformed("extensions");
  auto extensions = parse_extensions(list->content);
  if (!extensions && extensions.error().code() == Errc::certificate_duplicate_extension)
    return std::unexpected(std::move(extensions).error());
  if (!extensions) return malformed("extensions");
  certificate.extension_list = list->content;
  certificate.extensions = *extensions;
  return {};
}

Result<void> read_signed_part(ByteView content, ParsedCertificate& certificate) {
  der::Reader fields(content);
  KW_TRY(read_version(fields, certificate));
  KW_TRY(read_serial(fields, certificate));
  const auto inner = read_algorithm(fields);
  if (!inner) return malformed("signature algorithm");
  // RFC 5280 4.1.1.2: the algorithm that is signed is the algorithm that is used.
  if (as_text(inner->whole) != as_text(certificate.signature_algorithm.whole)) return malformed("signature algorithm");
  KW_ASSIGN(certificate.issuer, read_name(fields, "issuer"));
  KW_TRY(read_validity(fields, certificate));
  KW_ASSIGN(certificate.subject, read_name(fields, "subject"));
  KW_TRY(read_key(fields, certificate));
  KW_TRY(read_extensions(fields, certificate));
  if (!fields.finish()) return malformed("end");
  certificate.self_issued = same_name(certificate.subject, certificate.issuer);
  return {};
}

}  // namespace

Result<ParsedCertificate> parse_certificate(ByteView der) {
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
  ParsedCertificate certificate;
  certificate.der = der;
  certificate.signed_part = signed_part->whole;
  certificate.signature_algorithm = *algorithm;
  certificate.signature = *octets;
  KW_TRY(read_signed_part(signed_part->content, certificate));
  return certificate;
}

Result<AlgorithmIdentifier> parse_algorithm(ByteView whole) noexcept {
  der::Reader reader(whole);
  KW_ASSIGN(const AlgorithmIdentifier algorithm, read_algorithm(reader));
  KW_TRY(reader.finish());
  return algorithm;
}

}  // namespace keyway::pki
