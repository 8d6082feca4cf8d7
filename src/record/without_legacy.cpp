// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "record/legacy/legacy.h"

namespace keyway::record {

std::unique_ptr<RecordMac> make_ssl3_mac(const crypto::HashMethods&, ByteView) { return nullptr; }

std::unique_ptr<ReadProtection> make_stream_opener(std::unique_ptr<crypto::BulkCipher>, std::unique_ptr<RecordMac>) {
  return nullptr;
}

std::unique_ptr<WriteProtection> make_stream_sealer(std::unique_ptr<crypto::BulkCipher>, std::unique_ptr<RecordMac>) {
  return nullptr;
}

}  // namespace keyway::record
