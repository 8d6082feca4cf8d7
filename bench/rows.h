// SPDX-License-Identifier: Apache-2.0
//
// The rows of the report, by subject. Targets are those of bench/README.md.
#pragma once

#include "certificates.h"
#include "measure.h"
#include "report.h"

namespace keyway::bench {

/// handshake_rows.cpp: rates against libssl and time above the primitives.
Figures handshake_rows(const CertificateFolder&, const Schedule&);

/// certificate_rows.cpp: judging a chain against its bare signature checks; handshakes with a known chain.
Figures certificate_rows(const CertificateFolder&, const Schedule&);

/// record_rows.cpp: 16 KiB records against the bare AEAD, 100-byte records against libssl.
Figures record_rows(const CertificateFolder&, const Schedule&);

/// older_rows.cpp: handshakes and records of TLS 1.2 against libssl.
Figures older_rows(const CertificateFolder&, const Schedule&);

/// memory_rows.cpp: allocations and heap. Takes over the allocator of libcrypto: only in a process that used neither
/// libcrypto nor the library before; `in_child` is such a process.
Figures memory_rows();
Figures in_child(Figures (*rows)());

}  // namespace keyway::bench
