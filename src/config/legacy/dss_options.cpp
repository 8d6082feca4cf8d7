// SPDX-License-Identifier: Apache-2.0
//
// Signatures of suites with DSS: none of them is a default.
#include "config/legacy/dss_options.h"

#include <algorithm>

#include "config/problem.h"
#include "names/cipher_suite_table.h"
#include "names/signature_scheme.h"

namespace keyway::config {
namespace {

const CipherSuiteInfo* dss_suite_of(const CommonSettings& common) {
  for (const CipherSuite suite : common.cipher_suites) {
    const CipherSuiteInfo* row = find_cipher_suite(suite);
    if (row->authentication == Authentication::dss) return row;
  }
  return nullptr;
}

}  // namespace

Result<void> set_dss(const ProtocolOptions& options, CommonSettings& common) {
  const CipherSuiteInfo* row = dss_suite_of(common);
  const bool older = common.versions.front() < ProtocolVersion::tls1_2;
  // RFC 4346 7.4.3: DSA keys sign with SHA-1, and nobody says so. Who names them for certificates means clients', too.
  if (older && (row != nullptr || std::ranges::any_of(options.signature_algs_cert, is_dsa)))
    common.signature_schemes.push_back(SignatureScheme::dsa_sha1);
  // Schemes without suites are for certificates of clients.
  if (row == nullptr) return {};
  if (older) {
    if (options.signature_algs_cert.empty()) common.certificate_schemes.push_back(SignatureScheme::dsa_sha256);
  } else if (std::ranges::none_of(common.signature_schemes, is_dsa)) {
    return refuse(Errc::conflicting_options, "signature_algs", std::string(row->iana_name),
                  "the suite signs with DSA: add dsa_sha256, or leave the suite out");
  }
  if (std::ranges::any_of(common.certificate_schemes, is_dsa)) return {};
  return refuse(Errc::conflicting_options, "signature_algs_cert", std::string(row->iana_name),
                "its certificates have DSA keys: add dsa_sha256, or leave the suite out");
}

}  // namespace keyway::config
