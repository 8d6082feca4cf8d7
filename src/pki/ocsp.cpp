// SPDX-License-Identifier: Apache-2.0
//
// Decoding of OCSP responses (RFC 6960 4.2.1). What a response is worth: ocsp_check.cpp.
#include "pki/ocsp.h"

#include "pki/der.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

namespace tag = der::tag;

std::unexpected<Error> malformed(const char* part) {
  return fail(Errc::malformed_ocsp_response, {.reason = std::string("its ") + part + " is malformed"});
}

Result<AlgorithmIdentifier> read_algorithm(der::Reader& fields) noexcept {
  KW_ASSIGN(const der::Element element, fields.expect(tag::sequence));
  return parse_algorithm(element.whole);
}

Result<std::int64_t> read_time(der::Reader& fields) noexcept {
  KW_ASSIGN(const der::Element element, fields.expect(tag::generalized_time));
  KW_ASSIGN(const der::Seconds instant, der::time(element));
  return instant.time_since_epoch().count();
}

/// Extensions of responses and answers: those that are critical must be known (RFC 6960 4.4).
Result<void> read_extensions(ByteView wrapped, ParsedOcspResponse* response) {
  const auto list = der::single(wrapped, tag::sequence);
  if (!list) return malformed("list of extensions");
  for (der::Reader reader(list->content); !reader.empty();) {
    const auto sequence = reader.expect(tag::sequence);
    if (!sequence) return malformed("list of extensions");
    der::Reader fields(sequence->content);
    const auto id = fields.expect(tag::object_identifier);
    const auto critical = id ? fields.optional(tag::boolean) : fail(Errc::malformed_der);
    const auto value = critical ? fields.expect(tag::octet_string) : fail(Errc::malformed_der);
    if (!value || !fields.finish()) return malformed("list of extensions");
    const auto is_critical = *critical ? der::boolean(**critical) : Result<bool>(false);
    if (!is_critical) return malformed("list of extensions");
    const bool nonce = response != nullptr && as_text(id->content) == oid::ocsp_nonce;
    // RFC 8954 2.1: an OCTET STRING; responders that copy what they got leave its frame out.
    if (nonce) {
      const auto inner = der::single(value->content, tag::octet_string);
      response->nonce = inner ? inner->content : value->content;
    }
    //= rfc6960#4.4-1
    if (*is_critical && !nonce) {
      return fail(Errc::ocsp_response_refused,
                  {.reason = "it has the critical extension " + der::oid_text(id->content) + ", which is not supported"});
    }
  }
  return {};
}

Result<OcspCertificateId> read_id(der::Reader& fields) noexcept {
  KW_ASSIGN(const der::Element sequence, fields.expect(tag::sequence));
  der::Reader parts(sequence.content);
  OcspCertificateId id;
  KW_ASSIGN(id.hash, read_algorithm(parts));
  KW_ASSIGN(const der::Element name, parts.expect(tag::octet_string));
  KW_ASSIGN(const der::Element key, parts.expect(tag::octet_string));
  KW_ASSIGN(const der::Element serial, parts.expect(tag::integer));
  KW_TRY(der::integer(serial.content));
  KW_TRY(parts.finish());
  id.issuer_name_hash = name.content;
  id.issuer_key_hash = key.content;
  id.serial = serial.content;
  return id;
}

Result<void> read_status(der::Reader& fields, OcspAnswer& answer) noexcept {
  KW_ASSIGN(const der::Element status, fields.next());
  if (status.tag == tag::context(0) || status.tag == tag::context(2)) {
    if (!status.content.empty()) return fail(Errc::malformed_der);
    answer.status = status.tag == tag::context(0) ? OcspAnswer::Status::good : OcspAnswer::Status::unknown;
    return {};
  }
  if (status.tag != tag::context_constructed(1)) return fail(Errc::malformed_der);
  der::Reader info(status.content);
  answer.status = OcspAnswer::Status::revoked;
  KW_ASSIGN(answer.revoked.date, read_time(info));
  KW_ASSIGN(const auto wrapped, info.optional(tag::context_constructed(0)));
  if (wrapped) {
    KW_ASSIGN(const der::Element reason, der::single(*wrapped, tag::enumerated));
    KW_ASSIGN(answer.revoked.reason, read_reason(reason.content));
  }
  return info.finish();
}

Result<OcspAnswer> read_answer(der::Reader& list) {
  const auto sequence = list.expect(tag::sequence);
  if (!sequence) return malformed("list of answers");
  der::Reader fields(sequence->content);
  OcspAnswer answer;
  const auto id = read_id(fields);
  if (!id || !read_status(fields, answer)) return malformed("list of answers");
  answer.id = *id;
  const auto this_update = read_time(fields);
  const auto wrapped = this_update ? fields.optional(tag::context_constructed(0)) : fail(Errc::malformed_der);
  if (!wrapped) return malformed("list of answers");
  answer.this_update = *this_update;
  if (*wrapped) {
    der::Reader inner(**wrapped);
    const auto next_update = read_time(inner);
    if (!next_update || !inner.finish()) return malformed("list of answers");
    answer.next_update = *next_update;
  }
  const auto extensions = fields.optional(tag::context_constructed(1));
  if (!extensions || !fields.finish()) return malformed("list of answers");
  if (*extensions) KW_TRY(read_extensions(**extensions, nullptr));
  return answer;
}

Result<void> read_responder(der::Reader& fields, ParsedOcspResponse& response) {
  const auto by_name = fields.optional(tag::context_constructed(1));
  if (!by_name) return malformed("responder");
  if (*by_name) {
    const auto name = der::single(**by_name, tag::sequence);
    if (!name || !check_name(name->whole)) return malformed("responder");
    response.responder_name = name->whole;
    return {};
  }
  const auto by_key = fields.expect(tag::context_constructed(2));
  const auto key = by_key ? der::single(by_key->content, tag::octet_string) : fail(Errc::malformed_der);
  if (!key) return malformed("responder");
  response.responder_key = key->content;
  return {};
}

Result<void> read_signed_part(ByteView content, ParsedOcspResponse& response) {
  der::Reader fields(content);
  const auto version = fields.optional(tag::context_constructed(0));
  if (!version) return malformed("version");
  if (*version) {
    const auto number = der::single(**version, tag::integer);
    const auto value = number ? der::small_integer(number->content) : fail(Errc::malformed_der);
    // RFC 6960 4.2.1: v1 is all there is.
    if (!value || *value != 0) return malformed("version");
  }
  KW_TRY(read_responder(fields, response));
  const auto produced_at = read_time(fields);
  if (!produced_at) return malformed("time");
  response.produced_at = *produced_at;
  const auto list = fields.expect(tag::sequence);
  if (!list) return malformed("list of answers");
  for (der::Reader answers(list->content); !answers.empty();) {
    KW_ASSIGN(const OcspAnswer answer, read_answer(answers));
    (void)response.answers.push_back(answer);
  }
  const auto extensions = fields.optional(tag::context_constructed(1));
  if (!extensions || !fields.finish()) return malformed("list of extensions");
  return *extensions ? read_extensions(**extensions, &response) : Result<void>();
}

Result<void> read_basic(ByteView der, ParsedOcspResponse& response) {
  const auto outer = der::single(der, tag::sequence);
  if (!outer) return malformed("frame");
  der::Reader parts(outer->content);
  const auto signed_part = parts.expect(tag::sequence);
  const auto algorithm = signed_part ? read_algorithm(parts) : fail(Errc::malformed_der);
  const auto signature = algorithm ? parts.expect(tag::bit_string) : fail(Errc::malformed_der);
  const auto octets = signature ? der::octets_of_bit_string(signature->content) : fail(Errc::malformed_der);
  if (!octets) return malformed("signature");
  response.signed_part = signed_part->whole;
  response.signature_algorithm = *algorithm;
  response.signature = *octets;
  const auto certificates = parts.optional(tag::context_constructed(0));
  if (!certificates || !parts.finish()) return malformed("list of certificates");
  if (*certificates) {
    const auto list = der::single(**certificates, tag::sequence);
    if (!list) return malformed("list of certificates");
    for (der::Reader reader(list->content); !reader.empty();) {
      const auto certificate = reader.expect(tag::sequence);
      if (!certificate) return malformed("list of certificates");
      (void)response.certificates.push_back(certificate->whole);
    }
  }
  return read_signed_part(signed_part->content, response);
}

/// RFC 6960 4.2.1: 4 is not used.
const char* text_of_status(std::uint32_t status) noexcept {
  switch (status) {
    case 1: return "the responder did not understand the request";
    case 2: return "the responder met an internal error";
    case 3: return "the responder asks to try later";
    case 5: return "the responder wants requests to be signed";
    case 6: return "the responder does not answer for this certificate";
    default: return nullptr;
  }
}

}  // namespace

Result<ParsedOcspResponse> parse_ocsp_response(ByteView der) {
  if (der.size() > max_ocsp_response) return fail(Errc::ocsp_response_refused, {.reason = "it is longer than 102400 bytes"});
  const auto outer = der::single(der, tag::sequence);
  if (!outer) return malformed("frame");
  der::Reader fields(outer->content);
  const auto status = fields.expect(tag::enumerated);
  const auto number = status ? der::small_integer(status->content) : fail(Errc::malformed_der);
  if (!number) return malformed("status");
  const auto wrapped = fields.optional(tag::context_constructed(0));
  if (!wrapped || !fields.finish()) return malformed("frame");
  //= rfc6960#4.2.1-1
  if (*number != 0) {
    const char* text = text_of_status(*number);
    return text != nullptr ? fail(Errc::ocsp_response_refused, {.reason = text}) : malformed("status");
  }
  const auto bytes = *wrapped ? der::single(**wrapped, tag::sequence) : fail(Errc::malformed_der);
  if (!bytes) return malformed("frame");
  der::Reader typed(bytes->content);
  const auto type = typed.expect(tag::object_identifier);
  const auto basic = type ? typed.expect(tag::octet_string) : fail(Errc::malformed_der);
  if (!basic || !typed.finish()) return malformed("frame");
  if (as_text(type->content) != oid::ocsp_basic)
    return fail(Errc::ocsp_response_refused, {.reason = "it is of the unknown type " + der::oid_text(type->content)});
  ParsedOcspResponse response;
  KW_TRY(read_basic(basic->content, response));
  return response;
}

}  // namespace keyway::pki
