// SPDX-License-Identifier: Apache-2.0
//
// Revocation lists as files have them: PEM or DER; and the names of such files in directories that `openssl rehash` keeps.
#pragma once

#include <string>
#include <vector>

#include "keyway/crypto/provider.h"
#include "keyway/result.h"

namespace keyway::pki {

inline constexpr std::size_t max_list_size = 10 * 1024 * 1024;  ///< bytes of one list

/// The DER of every list in a PEM text, or of the one that is there in DER; each is well-formed to its end. Errors:
/// malformed_pem; malformed_crl, also for a text without a list; too_long: one is above max_list_size.
Result<std::vector<Bytes>> read_lists(ByteView content);

/// OpenSSL's hash of a Name (X509_NAME_hash), 8 hexadecimal digits: SHA-1 over its parts, with texts in UTF-8, lower case and
/// single spaces. `name` is checked. Empty where the provider has no SHA-1.
std::string openssl_name_hash(ByteView name, const crypto::Provider&);

}  // namespace keyway::pki
