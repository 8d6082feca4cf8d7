// SPDX-License-Identifier: Apache-2.0
//
// Makers of what is off for safety.
#include "record/legacy/legacy.h"

#include "record/legacy/ssl3_mac.h"
#include "record/legacy/stream_hmac.h"

namespace keyway::record {

std::unique_ptr<RecordMac> make_ssl3_mac(const crypto::HashMethods& hash, ByteView secret) {
  return std::make_unique<Ssl3RecordMac>(hash, secret);
}

std::unique_ptr<ReadProtection> make_stream_opener(std::unique_ptr<crypto::BulkCipher> cipher, std::unique_ptr<RecordMac> mac) {
  return std::make_unique<StreamOpener>(std::move(cipher), std::move(mac));
}

std::unique_ptr<WriteProtection> make_stream_sealer(std::unique_ptr<crypto::BulkCipher> cipher, std::unique_ptr<RecordMac> mac) {
  return std::make_unique<StreamSealer>(std::move(cipher), std::move(mac));
}

}  // namespace keyway::record
