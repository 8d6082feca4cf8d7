// SPDX-License-Identifier: Apache-2.0
//
// Which algorithms a configuration uses: the defaults, what a user named, and what the provider can serve.
#pragma once

#include <vector>

#include "keyway/crypto/provider.h"
#include "keyway/option_groups.h"

namespace keyway::config {

using Versions = std::vector<ProtocolVersion>;

/// Everything that is built for these versions, in order of preference; the tails beyond the defaults are used when named.
std::vector<CipherSuite> default_cipher_suites(const crypto::Provider&, const Versions&);
std::vector<CipherSuite> all_cipher_suites(const crypto::Provider&, const Versions&);
std::vector<NamedGroup> default_groups(const crypto::Provider&);
std::vector<NamedGroup> all_groups(const crypto::Provider&);
/// For handshake signatures: PKCS#1 only where a version before TLS 1.3 is among them (RFC 8446 4.2.3).
std::vector<SignatureScheme> default_signature_schemes(const crypto::Provider&, const Versions&);
std::vector<SignatureScheme> all_signature_schemes(const crypto::Provider&, const Versions&);
/// For certificates: as above and PKCS#1.
std::vector<SignatureScheme> default_certificate_schemes(const crypto::Provider&);

struct SignatureSelection {
  std::vector<SignatureScheme> handshake;    ///< CertificateVerify
  std::vector<SignatureScheme> certificate;  ///< in chains
};

/// Newest first.
Versions sorted(Versions);

/// Errors: invalid_option for values that are unknown, twice there, for none of the versions or not served by the provider;
/// conflicting_options where a version is left without a suite.
Result<std::vector<CipherSuite>> select_cipher_suites(const std::vector<CipherSuite>& named, const crypto::Provider&,
                                                      const Versions&);
Result<std::vector<NamedGroup>> select_groups(const std::vector<NamedGroup>& named, const crypto::Provider&, const Versions&);
Result<SignatureSelection> select_signatures(const ProtocolOptions&, const crypto::Provider&);

/// Whether a scheme may stand in signature_algs of one identity; the same errors.
Result<void> check_signature_scheme(const std::string& option, SignatureScheme, const crypto::Provider&);

}  // namespace keyway::config
