// SPDX-License-Identifier: Apache-2.0
//
// Exporters (RFC 8446 7.5).
#pragma once

#include "schedule/hkdf.h"

namespace keyway::schedule {

/// Fills `out`. The label has at most 249 bytes.
void export_keying_material(const crypto::HashMethods&, const Secret48& exporter_master, std::string_view label, ByteView context,
                            MutableBytes out);

}  // namespace keyway::schedule
