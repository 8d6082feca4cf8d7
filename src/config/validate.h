// SPDX-License-Identifier: Apache-2.0
//
// Every rule about the values of options, one function per group. No file is read and no key is loaded here: that is
// identities.h and verification.h. Which algorithms exist is suite_selection.h.
//
// Errors: invalid_option, conflicting_options, missing_option, each with ErrorDetail{option, value, mend}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "keyway/client_options.h"
#include "keyway/server_options.h"

namespace keyway::config {

Result<void> check_protocol(const ProtocolOptions&);
Result<void> check_identities(const std::vector<CertKey>&, const crypto::Provider&);
/// Only what is there can be passed over.
Result<void> check_pem_cache(bool there, bool bypassed);
/// Ranges and contradictions inside the group; whether anchors are needed is the role's.
Result<void> check_verify(const VerifyOptions&);
/// One external key under the option that gave it, psk.keys, or psk.lookup by its answer; and the newest version it is for.
Result<void> check_psk_key(const std::string& option, const Psk&, ProtocolVersion newest, const crypto::Provider&);
Result<void> check_psk(const PskOptions&, const ProtocolOptions&, const crypto::Provider&);
/// A sentence for each key that is too short to be safe (RFC 9257 6: at least 128 bits). Such keys are legal.
std::vector<std::string> warnings_of_psk(const PskOptions&);
/// A sentence for each choice that is legal and known to be unsafe.
std::vector<std::string> warnings_of_protocol(const ProtocolOptions&);
Result<void> check_tickets(const ServerTicketOptions&);
Result<void> check_tickets(const ClientTicketOptions&);
Result<void> check_sessions(const ServerSessionOptions&, const ProtocolOptions&);
Result<void> check_sessions(const ClientSessionOptions&, const ProtocolOptions&);
/// `option` is the list's name.
Result<void> check_alpn(const std::string& option, const std::vector<std::string>& protocols);
/// RFC 1034 names as they appear in server_name (RFC 6066 3): letters, digits, hyphens and underscores, no address.
Result<void> check_host_name(const std::string& option, const std::string& name);
/// What TLS 1.3 does not know would be passed over without a word. Error conflicting_options without an older version.
Result<void> only_below_tls13(const std::string& option, const ProtocolOptions&);
/// The same for what changes how a connection is made: suites leave default versions out.
Result<void> effective_below_tls13(const std::string& option, const ProtocolOptions&);

/// What concerns several groups of one role.
Result<void> check_client(const ClientOptions&);
Result<void> check_server(const ServerOptions&);

}  // namespace keyway::config
