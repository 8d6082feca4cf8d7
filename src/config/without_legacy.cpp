// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "config/legacy/dss_options.h"
#include "config/legacy/next_protocol_options.h"
#include "config/legacy/srp_options.h"
#include "config/problem.h"

namespace keyway::config {
namespace {

std::unexpected<Error> absent(std::string option, std::string value, std::string_view what = "SRP") {
  return invalid(std::move(option), std::move(value),
                 "this build has no " + std::string(what) + ": leave it out, or build with KEYWAY_LEGACY");
}

constexpr std::string_view npn = "next protocol negotiation";

}  // namespace

Result<void> set_dss(const ProtocolOptions&, CommonSettings&) { return {}; }

Result<void> set_srp(const ClientOptions& options, ClientSettings&) {
  if (!options.srp.user.empty()) return absent("srp.user", options.srp.user);
  if (!options.srp.password.empty()) return absent("srp.password", "");
  return {};
}

Result<void> check_next_protocols(const ClientOptions& options) {
  const NextProtocolOptions& next = options.client_preferred_next_protocols;
  const bool unset = next.protocols.empty() && !next.default_protocol && !next.required;
  return unset ? Result<void>() : absent("client_preferred_next_protocols", "", npn);
}

Result<void> check_next_protocols(const ServerOptions& options) {
  return options.next_protocols_advertised ? absent("next_protocols_advertised", "", npn) : Result<void>();
}

Result<void> set_srp(const ServerOptions& options, const ServerSettings*, ServerSettings&) {
  if (options.srp.lookup) return absent("srp.lookup", "");
  return {};
}

}  // namespace keyway::config
