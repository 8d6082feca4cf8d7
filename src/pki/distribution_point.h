// SPDX-License-Identifier: Apache-2.0
//
// Distribution points of revocation lists as views: those that a certificate names (RFC 5280 4.2.1.13, 4.2.1.15) and the one
// that a list says it comes from (5.2.5). Whether they belong together: crl_check.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/inplace_vector.h"
#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway::pki {

/// Why certificates are revoked, as a set: bit N is bit N of ReasonFlags (RFC 5280 4.2.1.13).
using Reasons = std::uint16_t;
inline constexpr Reasons all_reasons = 0x01fe;  // bit 0 is unused

/// DistributionPointName: at most one of both.
struct PointName {
  ByteView full{};      ///< content of GeneralNames
  ByteView relative{};  ///< content of a RelativeDistinguishedName: what follows the Name of the issuer of the list
  bool empty() const noexcept { return full.empty() && relative.empty(); }
};

/// What a certificate says.
struct PointOfCertificate {
  PointName name{};
  Reasons reasons = all_reasons;
  ByteView list_issuer{};  ///< cRLIssuer, content of GeneralNames; empty: the issuer of the certificate
};

inline constexpr std::size_t max_points = 8;  ///< of one certificate that are looked at
using Points = InplaceVector<PointOfCertificate, max_points>;

/// Of the value of cRLDistributionPoints or freshestCRL; what is beyond max_points is left out. Error malformed_der.
Result<Points> read_points(ByteView value) noexcept;

/// What a list says (issuingDistributionPoint).
struct PointOfList {
  PointName name{};
  bool only_user = false;
  bool only_authorities = false;
  bool only_attributes = false;
  bool indirect = false;
  Reasons reasons = all_reasons;
  bool present = false;
};
/// Error malformed_der; also for more than one of the scopes.
Result<PointOfList> read_point_of_list(ByteView value) noexcept;

/// The URIs among the names of a point, at most 8 of at most 2,048 characters.
std::vector<std::string> uris_of(const PointName&);
/// The Name (whole) among GeneralNames; empty where there is none.
ByteView directory_name_of(ByteView names) noexcept;

/// RFC 5280 6.3.3 b 2 i: one of the names of the list is one of the names of the point. `issuer` is the Name that a relative name
/// follows, of the issuer of the list.
bool same_point(const PointOfList&, const PointOfCertificate&, ByteView issuer);

}  // namespace keyway::pki
