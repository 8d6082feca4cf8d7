// SPDX-License-Identifier: Apache-2.0
//
// The groups of SRP and how a password becomes a number (RFC 5054 2.4, appendix A). The key exchange itself is the provider's
// (Provider::srp_client, srp_server).
#pragma once

#include <optional>
#include <string_view>

#include "keyway/crypto/public_key.h"

namespace keyway::crypto {

/// By Erlang's name, "srp_1024" to "srp_8192", or nothing. The views are valid always.
std::optional<FiniteField> srp_group(std::string_view name) noexcept;

/// Whether a server's parameters are one of these. RFC 5054 2.5.3: others may be anything, so a client does not take them.
bool is_srp_group(const FiniteField&) noexcept;

/// The x of a user, 20 bytes. User and password are UTF-8, prepared by the caller.
Secret32 srp_x(const HashMethods& sha1, ByteView salt, ByteView user, ByteView password);

}  // namespace keyway::crypto
