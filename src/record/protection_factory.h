// SPDX-License-Identifier: Apache-2.0
//
// From a row of the suite table and the keys of one direction to the protection of its records, TLS 1.2 and below. What a
// version has of its own is a rule here, so that no version is asked for below the handshake.
#pragma once

#include <memory>

#include "keyway/crypto/provider.h"
#include "names/cipher_properties.h"
#include "record/protection.h"

namespace keyway::record {

/// How MAC and padding are made.
enum class MacForm : std::uint8_t {
  hmac,           ///< then encrypted (RFC 5246 6.2.3.2)
  hmac_of_cipher, ///< encrypted first: encrypt_then_mac was agreed on (RFC 7366); for block ciphers only
  ssl3,           ///< hashes with pads (RFC 6101 5.2.3.1), and padding that says only its length
};

struct RecordRules {
  MacForm mac = MacForm::hmac;
  CbcIv cbc_iv = CbcIv::in_record;
  /// The user's option padding_check: what is in the padding of chained records. The length is always checked.
  bool check_padding = true;
  /// RFC 5246 F.3, for chained records.
  bool split_first_byte = true;
};

/// What the key block gives to one direction.
struct RecordKeys {
  ByteView mac_key;
  ByteView key;
  ByteView iv;  ///< fixed part of the nonces, or the first IV of chained records
};

/// Errors: unsupported_algorithm where the provider or this build does not have it; what the provider reports. The provider
/// must outlive the protection.
Result<std::unique_ptr<ReadProtection>> make_read_protection(const CipherSuiteInfo&, const RecordRules&, const RecordKeys&,
                                                             const crypto::Provider&);
Result<std::unique_ptr<WriteProtection>> make_write_protection(const CipherSuiteInfo&, const RecordRules&, const RecordKeys&,
                                                               const crypto::Provider&);

}  // namespace keyway::record
