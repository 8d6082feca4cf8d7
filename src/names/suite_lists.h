// SPDX-License-Identifier: Apache-2.0
//
// Lists of cipher suites, groups and signature schemes in the order in which OTP 29 gives them; keyway/cipher_suites.h says
// what they are for. Data: whether a build has all of it is decided elsewhere.
#pragma once

#include <vector>

#include "keyway/protocol.h"

namespace keyway::otp {

std::vector<CipherSuite> default_suites(ProtocolVersion);
std::vector<CipherSuite> all_suites(ProtocolVersion);
std::vector<CipherSuite> exclusive_suites(ProtocolVersion);
std::vector<CipherSuite> anonymous_suites(ProtocolVersion);
std::vector<CipherSuite> exclusive_anonymous_suites(ProtocolVersion);

std::vector<NamedGroup> curves();
std::vector<NamedGroup> groups();
std::vector<NamedGroup> fields();

/// TLS 1.2 or 1.3.
std::vector<SignatureScheme> default_schemes(ProtocolVersion);
/// What `all` has behind them.
std::vector<SignatureScheme> broken_schemes(ProtocolVersion);
/// Of TLS 1.3: for certificates alone.
std::vector<SignatureScheme> certificate_schemes();

}  // namespace keyway::otp
