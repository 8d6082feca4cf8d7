// SPDX-License-Identifier: Apache-2.0
//
// Files of certificates and keys, read as a whole when a configuration is made.
#pragma once

#include <string>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/result.h"
#include "pki/pem.h"

namespace keyway::pki {

/// The whole file. Error file_unreadable with path, errno and mend in the detail; files above 16 MiB are refused so.
/// A file that may hold a private key should be wiped by the caller after use.
Result<Bytes> read_file(const std::string& path);

/// The certificates of a PEM file in their order, with their lines; or the one of a file in DER. Errors, with path, line and
/// reason in the detail: file_unreadable; malformed_pem, also where there is none; malformed_certificate for other DER.
Result<std::vector<PemCertificate>> read_certificate_blocks(const std::string& path);
/// The same without the lines.
Result<std::vector<Bytes>> read_certificates(const std::string& path);

}  // namespace keyway::pki
