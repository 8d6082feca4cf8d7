// SPDX-License-Identifier: Apache-2.0
//
// Does a certificate speak for this name? RFC 9525: subject alternative names only, a wildcard is the whole left-most
// label, addresses equal byte for byte. Names in constraints are name_constraints.h.
#pragma once

#include <string_view>

#include "keyway/peer_name.h"
#include "keyway/verify_fun.h"
#include "pki/certificate.h"
#include "pki/extensions.h"

namespace keyway::pki {

/// What may stand in a host name of our own side: labels of letters, digits, hyphens and underscores, 1 to 63 bytes, not
/// an address; at most 253 bytes, no trailing dot.
bool valid_reference_name(std::string_view) noexcept;

enum class Wildcard : std::uint8_t { refused, allowed };

/// What a certificate may present: as above, with underscores only where `underscore` says so.
/// With Wildcard::allowed the whole left-most label may be "*", if at least two labels follow.
bool valid_presented_name(std::string_view, Wildcard, bool underscore) noexcept;

/// RFC 9525 6.3, without regard to ASCII case. Both names are valid.
bool dns_name_matches(std::string_view presented, std::string_view reference) noexcept;

/// One of the alternative names is this identity. Errors: certificate_no_name where there is none of the identity's
/// kind, certificate_name_mismatch.
Result<void> check_peer_name(const Extensions&, const PeerName&) noexcept;

/// The same with the program's exceptions, where there are any; the reason lists what was asked for and what the certificate
/// has. Also callback_threw.
Result<void> check_name_of_peer(const ParsedCertificate&, const PeerName&, const HostNameCheck*);

}  // namespace keyway::pki
