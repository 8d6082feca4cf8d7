// SPDX-License-Identifier: Apache-2.0
//
// HKDF (RFC 5869) and its labelled forms of TLS 1.3 (RFC 8446 7.1).
#pragma once

#include <string_view>

#include "schedule/hmac.h"
#include "schedule/transcript.h"

namespace keyway::schedule {

Secret48 hkdf_extract(const crypto::HashMethods&, ByteView salt, ByteView key_material);
/// Fills `out` completely; at most 255 times the digest size.
void hkdf_expand(const HmacKey& pseudorandom_key, ByteView info, MutableBytes out);

/// RFC 8446 7.1. `label` without "tls13 "; at most 249 bytes; `context` at most 255.
void expand_label(const HmacKey& secret, std::string_view label, ByteView context, MutableBytes out);
Secret48 expand_label(const crypto::HashMethods&, ByteView secret, std::string_view label, ByteView context, std::size_t size);
Secret48 derive_secret(const HmacKey& secret, std::string_view label, const TranscriptHash& messages);

}  // namespace keyway::schedule
