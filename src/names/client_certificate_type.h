// SPDX-License-Identifier: Apache-2.0
//
// IANA "TLS ClientCertificateType Identifiers" (RFC 5246 7.4.4, RFC 8422 5.5): what a server of TLS 1.2 or below asks for.
// The types with fixed Diffie-Hellman keys have no enumerators: they are never asked for and never chosen.
#pragma once

#include <cstdint>

namespace keyway {

enum class ClientCertificateType : std::uint8_t { rsa_sign = 1, dss_sign = 2, ecdsa_sign = 64 };

}  // namespace keyway
