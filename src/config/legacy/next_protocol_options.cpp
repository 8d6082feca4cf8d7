// SPDX-License-Identifier: Apache-2.0
//
// Protocols of next protocol negotiation (draft-agl-tls-nextprotoneg-04): names as those of ALPN, for TLS 1.2 and below.
#include "config/legacy/next_protocol_options.h"

#include <algorithm>

#include "config/problem.h"
#include "config/suite_selection.h"
#include "config/validate.h"

namespace keyway::config {

Result<void> check_next_protocols(const ClientOptions& options) {
  const NextProtocolOptions& next = options.client_preferred_next_protocols;
  const std::string name = "client_preferred_next_protocols";
  if (next.protocols.empty()) {
    const bool idle = next.default_protocol || next.required || next.precedence != NextProtocolOptions::Precedence::server;
    return idle ? refuse(Errc::missing_option, name + ".protocols", "", "name protocols, or leave the rest of it out")
                : Result<void>();
  }
  KW_TRY(effective_below_tls13(name, options.protocol));
  KW_TRY(check_alpn(name + ".protocols", next.protocols));
  if (next.default_protocol && next.default_protocol->size() > 255)
    return invalid(name + ".default_protocol", *next.default_protocol, "names have at most 255 bytes");
  const bool newest = versions_of(options.protocol.ciphers, sorted(options.protocol.versions)).front() == ProtocolVersion::tls1_3;
  if (next.required && newest)
    return refuse(Errc::conflicting_options, name + ".required", "true", "TLS 1.3 does not have it: take that out of versions");
  return {};
}

Result<void> check_next_protocols(const ServerOptions& options) {
  if (!options.next_protocols_advertised) return {};
  KW_TRY(effective_below_tls13("next_protocols_advertised", options.protocol));
  return check_alpn("next_protocols_advertised", *options.next_protocols_advertised);
}

}  // namespace keyway::config
