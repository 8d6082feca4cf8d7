// SPDX-License-Identifier: Apache-2.0
//
// Rules and settings of what is shown in the place of certificates, raw public keys (RFC 7250), and of how Certificate messages
// are compressed (RFC 8879). Errors are those of validate.h.
#pragma once

#include "config/settings.h"

namespace keyway::config {

/// Types and pins of VerifyOptions: raw public keys are taken where somebody answers for them, and only there.
Result<void> check_certificate_types(const VerifyOptions&, const crypto::Provider&);
/// Algorithms that are named once, and a version that can use them.
Result<void> check_compression(const ProtocolOptions&);
/// What an identity that is a raw public key may be made of.
Result<void> check_raw_identity(const CertKey&, std::size_t index);

/// Fills peer_types and raw_key_verifier; nothing but certificates is asked for where `asked` is false.
Result<void> set_certificate_types(const VerifyOptions&, bool asked, CommonSettings&);
/// The types of the identities, each once, in their order.
std::vector<CertificateType> types_of(const CommonSettings&);

}  // namespace keyway::config
