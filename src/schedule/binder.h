// SPDX-License-Identifier: Apache-2.0
//
// PSK binders (RFC 8446 4.2.11.2) and imported PSKs (RFC 9258 4.1).
#pragma once

#include "schedule/finished.h"

namespace keyway::schedule {

/// `truncated` is the transcript with the ClientHello up to its binders.
VerifyData psk_binder(const crypto::HashMethods&, ByteView psk, BinderKind, const TranscriptHash& truncated);

/// The key that stands for an external one under a target; `size` is the digest size of the target's hash.
Secret48 import_psk(const crypto::HashMethods& external_hash, ByteView external_psk, ByteView imported_identity,
                    std::size_t size);

}  // namespace keyway::schedule
