// SPDX-License-Identifier: Apache-2.0
//
// Lists of algorithms into settings.
#include "config/algorithms.h"

#include <algorithm>

#include "config/problem.h"
#include "config/suite_selection.h"
#include "names/cipher_suite_table.h"

namespace keyway::config {
namespace {

bool needs_curve(CipherSuite suite) {
  switch (find_cipher_suite(suite)->key_exchange) {
    case KeyExchange::ecdhe:
    case KeyExchange::ecdhe_psk:
    case KeyExchange::ecdh: return true;
    default: return false;
  }
}

/// RFC 8422 4: without a curve there is nothing to agree on. Suites that nobody named go quietly.
Result<void> match_suites_with_curves(const ProtocolOptions& options, CommonSettings& common) {
  if (!common.curves.empty()) return {};
  const auto found = std::ranges::find_if(common.cipher_suites, needs_curve);
  if (found == common.cipher_suites.end()) return {};
  if (!options.ciphers.empty()) {
    return refuse(Errc::conflicting_options, "supported_groups", std::string(to_string(*found)),
                  "the suite needs a curve of TLS 1.2 and below: add one, for instance x25519, or leave the suite out");
  }
  std::erase_if(common.cipher_suites, needs_curve);
  return {};
}

/// Two versions are there without being named, and a list of suites often means one of them.
void choose_versions(const ProtocolOptions& options, CommonSettings& common) {
  const Versions versions = sorted(options.versions);
  common.versions = versions_of(options.ciphers, versions);
  if (common.versions.front() == versions.front()) return;
  common.warnings.push_back("versions: " + std::string(to_string(versions.front())) +
                            " is left out, because ciphers has no suite of it");
}

}  // namespace

Result<void> set_algorithms(const ProtocolOptions& options, Role role, CommonSettings& common) {
  const crypto::Provider& provider = *common.provider;
  // RFC 8446 9.1: what everybody must have is in each list that the options leave to us, as far as the provider serves it.
  //= rfc8446#9.1-1
  choose_versions(options, common);
  KW_ASSIGN(common.cipher_suites, select_cipher_suites(options.ciphers, provider, common.versions));
  KW_ASSIGN(const auto groups, select_groups(options.supported_groups, provider, common.versions));
  if (groups.empty()) return fail(Errc::unsupported_algorithm);
  KW_ASSIGN(common.curves, select_curves(options.eccs, groups, provider, common.versions, role));
  KW_TRY(match_suites_with_curves(options, common));
  common.offered_groups = groups_to_offer(groups, common.curves, common.versions);
  common.groups = groups_of_tls13(groups);
  KW_ASSIGN(auto signatures, select_signatures(options, provider));
  if (common.versions.front() == ProtocolVersion::tls1_3 && !sign_in_tls13(signatures.handshake))
    common.warnings.emplace_back("signature_algs: TLS 1.3 signs with none of them, so that it has certificates of no use");
  common.send_certificate_schemes = signatures.certificate != signatures.handshake;
  common.signature_schemes = std::move(signatures.handshake);
  common.certificate_schemes = std::move(signatures.certificate);
  return {};
}

}  // namespace keyway::config
