// SPDX-License-Identifier: Apache-2.0
//
// What the factory asks of the files of this folder. A build without them has without_legacy.cpp instead, which has none of it.
#pragma once

#include <memory>

#include "record/protection.h"
#include "record/record_mac.h"

namespace keyway::record {

/// Null where it is not compiled.
std::unique_ptr<RecordMac> make_ssl3_mac(const crypto::HashMethods&, ByteView secret);
std::unique_ptr<ReadProtection> make_stream_opener(std::unique_ptr<crypto::BulkCipher>, std::unique_ptr<RecordMac>);
std::unique_ptr<WriteProtection> make_stream_sealer(std::unique_ptr<crypto::BulkCipher>, std::unique_ptr<RecordMac>);

}  // namespace keyway::record
