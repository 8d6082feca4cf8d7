// SPDX-License-Identifier: Apache-2.0
//
// Versions and cipher suites of a connection, from the flags: what the runner may mean, as far as this library has it.
#pragma once

#include <vector>

#include "flags.h"

namespace keyway::bogo_shim {

/// A client that has such keys and, without -verify-peer, no way to trust a certificate.
bool relies_on_imported_keys(const Flags&);

bool is_built(ProtocolVersion);

/// Newest first; empty where the flags leave none that is built. BoGo's shim speaks everything from TLS 1.0 on.
std::vector<ProtocolVersion> built_versions(const Flags&);

/// In order of preference, those of TLS 1.3 first. -cipher is a list in BoringSSL's language; of a group of equal
/// preference the order of its text counts.
std::vector<CipherSuite> suites_of(const Flags&);

}  // namespace keyway::bogo_shim
