// SPDX-License-Identifier: Apache-2.0
//
// Lists of algorithms into settings.
#include "config/algorithms.h"

#include "config/suite_selection.h"

namespace keyway::config {

Result<void> set_algorithms(const ProtocolOptions& options, CommonSettings& common) {
  const crypto::Provider& provider = *common.provider;
  // RFC 8446 9.1: what everybody must have is in each list that the options leave to us, as far as the provider serves it.
  //= rfc8446#9.1-1
  common.versions = sorted(options.versions);
  KW_ASSIGN(common.cipher_suites, select_cipher_suites(options.ciphers, provider, common.versions));
  KW_ASSIGN(common.groups, select_groups(options.supported_groups, provider, common.versions));
  if (common.groups.empty()) return fail(Errc::unsupported_algorithm);
  KW_ASSIGN(common.curves, select_curves(options.eccs, common.groups, provider, common.versions));
  common.offered_groups = groups_to_offer(common.groups, common.curves, common.versions);
  KW_ASSIGN(auto signatures, select_signatures(options, provider));
  common.send_certificate_schemes = signatures.certificate != signatures.handshake;
  common.signature_schemes = std::move(signatures.handshake);
  common.certificate_schemes = std::move(signatures.certificate);
  return {};
}

}  // namespace keyway::config
