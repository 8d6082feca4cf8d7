// SPDX-License-Identifier: Apache-2.0
//
// Exporters (RFC 8446 7.5, RFC 5705).
#pragma once

#include <optional>

#include "schedule/hkdf.h"
#include "schedule/prf12.h"

namespace keyway::schedule {

/// Fills `out`. The label has at most 249 bytes.
void export_keying_material(const crypto::HashMethods&, const Secret48& exporter_master, std::string_view label, ByteView context,
                            MutableBytes out);

/// Of TLS 1.2 and below (RFC 5705 4): no context and an empty one differ. A context has at most 65,535 bytes; error too_long.
Result<void> export_keying_material12(const PrfKey& master, std::string_view label, std::optional<ByteView> context,
                                      ByteView client_random, ByteView server_random, MutableBytes out);

}  // namespace keyway::schedule
