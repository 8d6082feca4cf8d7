// SPDX-License-Identifier: Apache-2.0
//
// A certificate revocation list as views over its DER (RFC 5280 5). Its entries are walked when one is looked for, never
// stored: a list of any size costs no memory. Whether it can be believed: crl_check.h.
#pragma once

#include <optional>

#include "pki/certificate.h"
#include "pki/distribution_point.h"

namespace keyway::pki {

/// CRLReason (RFC 5280 5.3.1).
enum class RevocationReason : std::uint8_t {
  unspecified = 0,
  key_compromise = 1,
  ca_compromise = 2,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  certificate_hold = 6,
  remove_from_crl = 8,
  privilege_withdrawn = 9,
  aa_compromise = 10,
};
/// "key compromise", for people.
std::string_view text_of(RevocationReason) noexcept;
/// From the content of an ENUMERATED. Error malformed_der for numbers that are none.
Result<RevocationReason> read_reason(ByteView content) noexcept;

struct ParsedCrl {
  ByteView signed_part{};  ///< tbsCertList, what the signature covers
  int version = 1;
  AlgorithmIdentifier signature_algorithm{};
  ByteView signature{};
  ByteView issuer{};       ///< whole Name
  std::int64_t this_update = 0;  ///< seconds since 1970
  std::optional<std::int64_t> next_update{};
  ByteView entries{};      ///< content of revokedCertificates
  ByteView authority_key_id{};
  ByteView number{};       ///< cRLNumber, big-endian without leading zero; empty: none
  ByteView base_number{};  ///< of a delta list, likewise; empty: it is a complete one
  PointOfList point{};
  ByteView freshest{};     ///< value of freshestCRL; empty: none
};

/// Reads everything but the entries. Errors: malformed_crl (the detail's reason says which part);
/// certificate_critical_extension: a critical extension that is not known. `der` must outlive the result.
Result<ParsedCrl> parse_crl(ByteView der);

struct RevokedEntry {
  std::int64_t date = 0;  ///< seconds since 1970
  RevocationReason reason = RevocationReason::unspecified;
};

/// What the list says about one certificate: the last entry with its serial number, of its issuer (RFC 5280 5.3.3). Walks over
/// all entries, since none of them may have a critical extension that is not known. Errors as parse_crl().
Result<std::optional<RevokedEntry>> find_entry(const ParsedCrl&, ByteView serial, ByteView issuer);

}  // namespace keyway::pki
