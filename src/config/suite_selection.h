// SPDX-License-Identifier: Apache-2.0
//
// Which algorithms a configuration uses: the defaults, what a user named, and what the provider can serve.
#pragma once

#include <vector>

#include "keyway/crypto/provider.h"
#include "keyway/option_groups.h"

namespace keyway::config {

using Versions = std::vector<ProtocolVersion>;

/// What is used where nothing is named, in order of preference; `versions` newest first.
std::vector<CipherSuite> default_cipher_suites(const crypto::Provider&, const Versions&);
/// Whether a suite can be named: this library, this build and the provider have all its parts.
bool is_available(CipherSuite, const crypto::Provider&);
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
/// Where `versions`, newest first, are the default ones: those of them that a list of suites is about. Otherwise `versions`.
Versions versions_of(const std::vector<CipherSuite>& named, const Versions& versions);

/// Errors: invalid_option for values that are unknown, twice there, for none of the versions or not served by the provider;
/// conflicting_options where a version is left without a suite.
Result<std::vector<CipherSuite>> select_cipher_suites(const std::vector<CipherSuite>& named, const crypto::Provider&,
                                                      const Versions&);
Result<std::vector<NamedGroup>> select_groups(const std::vector<NamedGroup>& named, const crypto::Provider&, const Versions&);
/// Of `eccs`, or those of the groups. Errors: conflicting_options for curves without a version that uses them, and for a
/// client's curve that TLS 1.3 knows and that is not in `groups` where TLS 1.3 is among the versions, because one list is for
/// all versions then (RFC 8446 4.2.7).
Result<std::vector<NamedGroup>> select_curves(const std::vector<NamedGroup>& named, const std::vector<NamedGroup>& groups,
                                              const crypto::Provider&, const Versions&, Role);
/// Those that TLS 1.3 may negotiate (RFC 8446 4.2.7).
std::vector<NamedGroup> groups_of_tls13(const std::vector<NamedGroup>&);
/// The supported_groups of a ClientHello.
std::vector<NamedGroup> groups_to_offer(const std::vector<NamedGroup>& groups, const std::vector<NamedGroup>& curves,
                                        const Versions&);
/// Also conflicting_options: signature_algs without a version that has them.
Result<SignatureSelection> select_signatures(const ProtocolOptions&, const crypto::Provider&);

/// Whether one of them signs handshakes of TLS 1.3.
bool sign_in_tls13(const std::vector<SignatureScheme>&);

/// Whether a scheme may stand in signature_algs of one identity; the same errors.
Result<void> check_signature_scheme(const std::string& option, SignatureScheme, const crypto::Provider&);

}  // namespace keyway::config
