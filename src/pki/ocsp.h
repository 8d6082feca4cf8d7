// SPDX-License-Identifier: Apache-2.0
//
// OCSP responses (RFC 6960 4.2) as peers staple them (RFC 6066 8): views over their DER, and whether one says that a certificate
// is good. Nothing is fetched here.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "base/inplace_vector.h"
#include "pki/certificate_rules.h"
#include "pki/crl.h"

namespace keyway::pki {

inline constexpr std::size_t max_ocsp_response = 102'400;  ///< bytes; longer ones are refused
inline constexpr std::size_t max_ocsp_answers = 64;        ///< SingleResponses that are looked at
inline constexpr std::size_t max_ocsp_certificates = 8;    ///< likewise of the certificates that come with a response

/// Which certificate an answer is about: the issuer by hashes of name and key, and a serial number.
struct OcspCertificateId {
  AlgorithmIdentifier hash{};
  ByteView issuer_name_hash{};
  ByteView issuer_key_hash{};
  ByteView serial{};  ///< content of the INTEGER
};

struct OcspAnswer {
  enum class Status : std::uint8_t { good, revoked, unknown };
  OcspCertificateId id{};
  Status status = Status::unknown;
  RevokedEntry revoked{};
  std::int64_t this_update = 0;  ///< seconds since 1970
  std::optional<std::int64_t> next_update{};
};

struct ParsedOcspResponse {
  ByteView signed_part{};
  AlgorithmIdentifier signature_algorithm{};
  ByteView signature{};
  ByteView responder_name{};  ///< whole Name; empty: by key
  ByteView responder_key{};   ///< SHA-1 of the key's bits
  std::int64_t produced_at = 0;
  ByteView nonce{};           ///< empty: none
  InplaceVector<OcspAnswer, max_ocsp_answers> answers{};
  InplaceVector<ByteView, max_ocsp_certificates> certificates{};
};

/// Errors: malformed_ocsp_response (the detail's reason says which part); ocsp_response_refused: the responder could not answer,
/// or a critical extension is not known. `der` must outlive the result.
Result<ParsedOcspResponse> parse_ocsp_response(ByteView der);

/// Everything that a response is checked against.
struct OcspQuestion {
  const ParsedCertificate& certificate;
  const ParsedCertificate& issuer;
  const PathRules& rules;
  const crypto::Provider& provider;
  ByteView nonce{};  ///< empty: any, or none
  /// Asked about a responder whose certificate does not say that it needs no check (RFC 6960 4.2.2.2.1).
  std::function<Result<void>(const ParsedCertificate& responder)> check_responder{};
};

/// RFC 6960 3.2: the response is about this certificate, signed by who may, and fresh; it is good. Errors: those of
/// parse_ocsp_response(); ocsp_response_refused; certificate_revoked; certificate_status_unknown: the responder does not know
/// the certificate, or check_responder's. The result: until when that holds, in seconds since 1970.
Result<std::int64_t> check_ocsp_response(ByteView der, const OcspQuestion&);

/// An OCSPRequest about one certificate; without a nonce where that is empty. Empty: the provider has neither SHA-1 nor SHA-256.
Bytes ocsp_request(const ParsedCertificate&, const ParsedCertificate& issuer, ByteView nonce, const crypto::Provider&);
/// The URLs of responders that a certificate names, in their order; whatever their scheme.
std::vector<std::string> ocsp_responders(const Extensions&);

/// The nonce of a client that asks for a staple (RFC 8954 2.1): drawn from its random value, so that nothing has to be kept, and
/// the two hellos of a handshake are alike. Empty where the provider has no SHA-256.
Bytes ocsp_nonce(ByteView client_random, const crypto::Provider&);
/// The Extensions of a request that hold it (RFC 6066 8).
Bytes ocsp_nonce_request(ByteView nonce);

/// In one step.
Bytes hash_of(const crypto::HashMethods&, ByteView);

/// RFC 7633: the certificate promises a staple.
bool must_staple(const Extensions&) noexcept;

}  // namespace keyway::pki
