// SPDX-License-Identifier: Apache-2.0
//
// The derivations of SSL 3.0 (RFC 6101 5.6.8, 5.6.9, 6.1, 6.2.2), made of plain MD5 and SHA-1.
#pragma once

#include "keyway/protocol.h"
#include "schedule/finished.h"
#include "schedule/key_block12.h"
#include "schedule/master_secret12.h"

namespace keyway::schedule {

/// The two hashes; both must be there.
struct Ssl3Hashes {
  const crypto::HashMethods* md5 = nullptr;
  const crypto::HashMethods* sha1 = nullptr;
};

MasterSecret12 ssl3_master_secret(const Ssl3Hashes&, ByteView premaster, ByteView client_random, ByteView server_random);
KeyBlock12 ssl3_key_block(const Ssl3Hashes&, const MasterSecret12&, ByteView client_random, ByteView server_random,
                          const KeySizes&);

/// 36 bytes over all messages so far, with their headers.
VerifyData ssl3_verify_data(const Ssl3Hashes&, const MasterSecret12&, Role sender, ByteView messages);
/// What CertificateVerify signs: 36 bytes for RSA keys, of which DSS signs the last 20.
VerifyData ssl3_certificate_verify(const Ssl3Hashes&, const MasterSecret12&, ByteView messages);

}  // namespace keyway::schedule
