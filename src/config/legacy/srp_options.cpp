// SPDX-License-Identifier: Apache-2.0
//
// Users, groups and salts of SRP (RFC 5054): who names its suites has them, and who has them names its suites.
#include "config/legacy/srp_options.h"

#include <algorithm>

#include "config/problem.h"
#include "crypto/legacy/srp.h"
#include "names/cipher_suite_table.h"

namespace keyway::config {
namespace {

const CipherSuiteInfo* srp_suite_of(const CommonSettings& common) {
  for (const CipherSuite suite : common.cipher_suites) {
    const CipherSuiteInfo* row = find_cipher_suite(suite);
    if (row->key_exchange == KeyExchange::srp) return row;
  }
  return nullptr;
}

std::unexpected<Error> idle(std::string option, std::string value) {
  return refuse(Errc::conflicting_options, std::move(option), std::move(value),
                "name a suite with SRP in ciphers, or leave it out");
}

Result<void> check_server(const SrpServerOptions& options) {
  if (!crypto::srp_group(options.group))
    return invalid("srp.group", options.group, "choose srp_1024, srp_1536, srp_2048, srp_3072, srp_4096, srp_6144 or srp_8192");
  if (options.salt_size < 1 || options.salt_size > 32)
    return invalid("srp.salt_size", std::to_string(options.salt_size), "give 1 to 32 bytes");
  return {};
}

}  // namespace

Result<void> set_srp(const ClientOptions& options, ClientSettings& settings) {
  const CipherSuiteInfo* row = srp_suite_of(settings.common);
  const SrpIdentity& srp = options.srp;
  if (row != nullptr && srp.user.empty())
    return refuse(Errc::missing_option, "srp.user", "", std::string(row->iana_name) + " needs srp.user and srp.password");
  if (row == nullptr && !srp.user.empty()) return idle("srp.user", srp.user);
  if (srp.user.size() > 255) return invalid("srp.user", std::to_string(srp.user.size()) + " bytes", "give 1 to 255 bytes");
  if (srp.user.empty() && !srp.password.empty())
    return refuse(Errc::missing_option, "srp.user", "", "name the user whose password it is");
  settings.password = SecretBytes(srp.password);
  return {};
}

Result<void> set_srp(const ServerOptions& options, const ServerSettings* listener, ServerSettings& settings) {
  const CipherSuiteInfo* row = srp_suite_of(settings.common);
  if (row != nullptr && !options.srp.lookup)
    return refuse(Errc::missing_option, "srp.lookup", "", std::string(row->iana_name) + " needs a function that finds users");
  if (listener != nullptr) {
    settings.salt_seed = listener->salt_seed.duplicate();
    return {};
  }
  if (row == nullptr && options.srp.lookup) return idle("srp.lookup", "");
  KW_TRY(check_server(options.srp));
  settings.salt_seed = SecretBytes(ByteView(options.srp.salt_seed));
  if (!settings.salt_seed.empty() || !options.srp.lookup) return {};
  constexpr std::size_t seed_size = 32;
  settings.salt_seed = SecretBytes(seed_size);
  return settings.common.provider->random(settings.salt_seed.fill());
}

}  // namespace keyway::config
