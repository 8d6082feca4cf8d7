// SPDX-License-Identifier: Apache-2.0
//
// How a version makes its secrets where it does not use the PRF of RFC 5246 5: four functions, which a row of the table of
// versions names. master.cpp asks them in the place of its own.
#pragma once

#include "handshake/tls12/master.h"
#include "schedule/finished.h"

namespace keyway::handshake::tls12 {

/// A signature that a client is to make in CertificateVerify.
struct ToSign {
  SignatureScheme scheme;
  ByteView content;  ///< kept by the flow or the transcript
};

struct Derivation {
  Result<schedule::MasterSecret12> (*master_secret)(const Terms&, ByteView premaster, Flow&);
  Result<schedule::KeyBlock12> (*key_block)(const Master&, const schedule::KeySizes&, Flow&);
  /// Over the messages so far, which the transcript keeps.
  Result<schedule::VerifyData> (*verify_data)(const Master&, Role sender, Flow&);
  /// `implied` is what the key would sign messages with.
  Result<ToSign> (*certificate_verify)(const Master&, SignatureScheme implied, Flow&);
};

/// What CertificateVerify signs in the version of the master secret: all messages so far (RFC 5246 7.4.8), or what its
/// derivation says.
Result<ToSign> certificate_verify_of(const Master&, SignatureScheme, Flow&);

}  // namespace keyway::handshake::tls12
