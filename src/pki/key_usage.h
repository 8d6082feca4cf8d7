// SPDX-License-Identifier: Apache-2.0
//
// Key usage and extended key usage for a purpose of TLS (RFC 5280 4.2.1.3 and 4.2.1.12).
#pragma once

#include "keyway/verify.h"
#include "pki/extensions.h"
#include "pki/problems.h"

namespace keyway::pki {

/// A leaf signs handshakes, or its key is what keys are exchanged with (RFC 5246 7.4.2): one of digitalSignature,
/// keyEncipherment and keyAgreement where there is a key usage; keys of clients do not encipher. Which of them is needed, the
/// handshake knows (TrustedChain::leaf_may_sign and its like). Error certificate_wrong_usage.
Result<void> check_handshake_usage(const Extensions&, Purpose);

/// The purpose is among the extended usages, where there are any. Error certificate_wrong_extended_usage.
Result<void> check_leaf_purpose(const Extensions&, Purpose);

/// An authority signs certificates, and its extended usages bound those below; anyExtendedKeyUsage counts with `any_purpose`,
/// but for critical ones. Both problems.
void check_issuer_usage(const Extensions&, Purpose, bool any_purpose, Problems&);

/// One wish of a server (oid_filters, RFC 8446 4.2.5): an extension of certificates and the values it must have.
struct ExtensionFilter {
  Bytes oid;     ///< DER
  Bytes values;  ///< DER of the extension; empty: any value
};

/// Whether a certificate fulfils the wish. Extensions but key usage and extended key usage are not looked at.
bool satisfies(const Extensions&, const ExtensionFilter&);

}  // namespace keyway::pki
