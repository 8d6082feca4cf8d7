// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "config/legacy/dss_options.h"
#include "config/legacy/srp_options.h"
#include "config/problem.h"

namespace keyway::config {
namespace {

std::unexpected<Error> absent(std::string option, std::string value) {
  return invalid(std::move(option), std::move(value), "this build has no SRP: leave it out, or build with KEYWAY_LEGACY");
}

}  // namespace

Result<void> set_dss(const ProtocolOptions&, CommonSettings&) { return {}; }

Result<void> set_srp(const ClientOptions& options, ClientSettings&) {
  if (!options.srp.user.empty()) return absent("srp.user", options.srp.user);
  if (!options.srp.password.empty()) return absent("srp.password", "");
  return {};
}

Result<void> set_srp(const ServerOptions& options, const ServerSettings*, ServerSettings&) {
  if (options.srp.lookup) return absent("srp.lookup", "");
  return {};
}

}  // namespace keyway::config
