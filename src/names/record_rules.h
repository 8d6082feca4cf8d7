// SPDX-License-Identifier: Apache-2.0
//
// What the records of a version of TLS 1.2 and below have of their own, settled by version, extensions and options. The
// handshake decides it, the record layer does it.
#pragma once

#include "names/cipher_properties.h"

namespace keyway {

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
  /// For chained records.
  BeastMitigation split = BeastMitigation::one_n_minus_one;
};

}  // namespace keyway
