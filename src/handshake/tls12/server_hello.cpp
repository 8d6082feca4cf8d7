// SPDX-License-Identifier: Apache-2.0
//
// Server: suite and identity for a ClientHello of TLS 1.2 or below (RFC 5246 7.4.1.2, 7.4.1.3; RFC 8422 4).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "handshake/tls12/server_machine.h"
#include "handshake/tls12/server_steps.h"

namespace keyway::handshake::tls12::server {

namespace {

/// RFC 5246 7.4.1.2: null compression must be there. RFC 8422 5.1.2: so must uncompressed points, where forms are named.
Result<void> check_values(const ClientHello& hello) {
  if (std::ranges::find(hello.legacy_compression_methods, std::byte{0}) == hello.legacy_compression_methods.end())
    return fail(Errc::wrong_compression);
  const auto& formats = hello.extensions.get<wire::EcPointFormats>();
  if (formats && !formats->formats.contains(wire::EcPointFormat::uncompressed)) return fail(Errc::invalid_value);
  return {};
}

/// RFC 5746 3.6: the extension empty, or the suite that stands for it; who has neither may be the victim of a splice.
Result<void> check_renegotiation(const ClientHello& hello) {
  const auto& info = hello.extensions.get<wire::RenegotiationInfo>();
  if (info && !info->renegotiated_connection.empty()) return fail(Errc::wrong_renegotiation_info);
  if (!info && !hello.cipher_suites.contains(CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV))
    return fail(Errc::insecure_renegotiation);
  return {};
}

/// Suites that both sides have, that the version has, and whose key exchange can run, in the order that counts.
std::vector<const CipherSuiteInfo*> common_suites(const ClientHello& hello, Flow& flow) {
  const auto& ours = flow.in().common().cipher_suites;
  std::vector<const CipherSuiteInfo*> common;
  const auto add = [&](CipherSuite suite) {
    if (!negotiation::has_suite(flow.facts().info.version, suite)) return;
    const CipherSuiteInfo* row = find_cipher_suite(suite);
    if (can_exchange(*row, hello, flow)) common.push_back(row);
  };
  if (flow.in().server().options.honor_cipher_order) {
    for (const CipherSuite suite : ours) {
      if (hello.cipher_suites.contains(suite)) add(suite);
    }
    return common;
  }
  for (const CipherSuite suite : hello.cipher_suites) {
    if (std::ranges::find(ours, suite) != ours.end()) add(suite);
  }
  return common;
}

/// An identity is of use with a suite that its key authenticates.
std::vector<crypto::KeyType> key_types_for(const std::vector<const CipherSuiteInfo*>& suites) {
  std::vector<crypto::KeyType> types;
  for (const crypto::KeyType type : {crypto::KeyType::rsa, crypto::KeyType::rsa_pss, crypto::KeyType::ec,
                                     crypto::KeyType::ed25519, crypto::KeyType::ed448, crypto::KeyType::dsa}) {
    if (std::ranges::any_of(suites, [&](const CipherSuiteInfo* suite) { return suits(*suite, type); })) types.push_back(type);
  }
  return types;
}

}  // namespace

const CipherSuiteInfo* suite_for(std::size_t identity, const ClientHello& hello, Flow& flow) {
  const auto& identities = flow.in().common().identities;
  if (identity >= identities.size()) return nullptr;
  const crypto::KeyType key = identities[identity]->signer->type();
  for (const CipherSuiteInfo* suite : common_suites(hello, flow)) {
    if (suits(*suite, key)) return suite;
  }
  return nullptr;
}

Result<AskIdentity> enter(hello::server::Chosen12&& from, Flow& flow) {
  const ClientHello& hello = from.hello->hello;
  KW_TRY(check_values(hello));
  KW_TRY(check_renegotiation(hello));
  const ServerSettings& settings = flow.in().server();
  if (settings.options.psk.required) return fail(Errc::no_common_psk);
  KW_ASSIGN(flow.facts().info.alpn, negotiation::choose_alpn(hello, settings.options, settings.common.alpn));
  const auto suites = common_suites(hello, flow);
  if (suites.empty()) return fail(Errc::no_common_cipher_suite);
  flow.follow_older_version();

  Requested asked = requested_by(hello);
  asked.key_types = key_types_for(suites);
  ChooseIdentity question = question_for(asked, flow);
  auto all = std::make_unique<Progress>();
  all->hello = std::move(from.hello);
  return AskIdentity{std::move(question), std::move(all)};
}

}  // namespace keyway::handshake::tls12::server
