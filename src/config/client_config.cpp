// SPDX-License-Identifier: Apache-2.0
//
// ClientConfig: all rules, then all files, then the settings that connections read.
#include <algorithm>
#include <array>
#include <iterator>

#include "config/algorithms.h"
#include "config/certificate_options.h"
#include "config/fingerprint.h"
#include "config/identities.h"
#include "config/key_exchange_options.h"
#include "config/problem.h"
#include "config/settings.h"
#include "config/usable_suites.h"
#include "config/validate.h"
#include "config/verification.h"
#include "names/cipher_suite_table.h"
#include "names/named_group.h"

namespace keyway {
namespace {

Result<std::vector<NamedGroup>> choose_key_shares(const ClientOptions& options, const std::vector<NamedGroup>& groups) {
  const auto first = std::ranges::find_if(groups, [](NamedGroup group) { return find_named_group(group)->tls13; });
  if (!options.key_shares) return first == groups.end() ? std::vector<NamedGroup>{} : std::vector<NamedGroup>{*first};
  const auto& named = *options.key_shares;
  for (auto at = named.begin(); at != named.end(); ++at) {
    // RFC 8446 4.2.8: shares are for groups that are offered, one each.
    //= rfc8446#4.2.8-2
    if (std::ranges::find(groups, *at) == groups.end()) {
      return config::invalid("key_shares", std::string(to_string(*at)), "name groups that are in supported_groups");
    }
    if (std::find(named.begin(), at, *at) != at) {
      return config::invalid("key_shares", std::string(to_string(*at)), "name each group once");
    }
  }
  // RFC 8446 4.2.8: and they stand in the order of those.
  //= rfc8446#4.2.8-2
  std::vector<NamedGroup> shares;
  std::ranges::copy_if(groups, std::back_inserter(shares),
                       [&](NamedGroup group) { return std::ranges::find(named, group) != named.end(); });
  return shares;
}

config::Judge judge_of(const VerifyOptions& options) {
  const auto& types = options.certificate_types;
  if (std::ranges::find(types, CertificateType::x509) == types.end()) return config::Judge::nothing;
  if (options.verify == VerifyMode::verify_none) return config::Judge::without_checking;
  const bool named = options.verifier || !options.cacertfile.empty() || !options.cacerts.empty();
  return options.system_anchors || !named ? config::Judge::by_system : config::Judge::by_anchors;
}

Result<void> check(const ClientOptions& options, const crypto::Provider& provider) {
  KW_TRY(config::check_protocol(options.protocol));
  KW_TRY(config::check_identities(options.certs_keys, provider));
  KW_TRY(config::check_pem_cache(options.pem_cache != nullptr, options.bypass_pem_cache));
  KW_TRY(config::check_verify(options.peer));
  KW_TRY(config::check_certificate_types(options.peer, provider));
  KW_TRY(config::check_psk(options.psk, options.protocol, provider));
  KW_TRY(config::check_tickets(options.tickets));
  KW_TRY(config::check_sessions(options.sessions, options.protocol));
  return config::check_client(options);
}

/// What never could happen would be passed over without a word.
Result<void> check_false_start(const ClientOptions& options, const CommonSettings& common) {
  const auto can = [](CipherSuite suite) { return may_start_falsely(*find_cipher_suite(suite)); };
  if (!options.false_start || std::ranges::any_of(common.cipher_suites, can)) return {};
  return config::refuse(Errc::conflicting_options, "false_start", "true",
                        "name a suite of TLS 1.2 with ECDHE or DHE, a certificate and an AEAD in ciphers, or leave it out");
}

/// A ticket speaks for us, too: whoever resumes with it counts as the holder of the certificate or pre-shared key of the
/// first handshake, and meets the peer with the demands of that handshake. So all of these are part of its target.
Result<void> bind_tickets_to_identities(const ClientOptions& options, CommonSettings& common) {
  KW_ASSIGN(auto fingerprint, config::Fingerprint::start(*common.provider, "keyway client 1"));
  fingerprint.add(common.verification)
      .number(options.stapling)
      .number(options.identity_select != nullptr)
      .number(common.identities.size());
  for (const auto& identity : common.identities) {
    fingerprint.number(identity->chain->size());
    for (std::size_t i = 0; i < identity->chain->size(); ++i) fingerprint.add(identity->chain->der(i));
  }
  fingerprint.add(options.srp.user).number(options.psk.required);
  std::array<std::byte, 16> lookup{};
  if (options.psk.lookup) KW_TRY(common.provider->random(lookup));
  config::add_keys(options.psk, lookup, fingerprint);
  common.verification = fingerprint.finish();
  return {};
}

/// Everything that connections read, from the options that are in `settings`.
Result<void> fill(ClientSettings& settings) {
  const ClientOptions& options = settings.options;
  CommonSettings& common = settings.common;
  common.provider = options.provider ? options.provider : crypto::default_provider();
  KW_TRY(check(options, *common.provider));
  KW_TRY(config::set_algorithms(options.protocol, Role::client, common));
  KW_TRY(check_false_start(options, common));
  KW_TRY(config::set_key_exchanges(options, settings));
  KW_TRY(config::check_usable(options.protocol, false, common));
  KW_ASSIGN(settings.key_shares, choose_key_shares(options, common.groups));
  if (!options.bypass_pem_cache) common.files = pki::FileReader(options.pem_cache);
  KW_ASSIGN(common.identities, config::load_identities(options.certs_keys, common.signature_schemes,
                                                       options.protocol.signature_algs, *common.provider, common.files));
  KW_TRY(config::check_own_lists(common.identities, options.certs_keys, common.versions));
  common.own_types = config::types_of(common);
  KW_TRY(config::set_certificate_types(options.peer, true, common));
  KW_TRY(config::set_verification(options.peer, judge_of(options.peer), common));
  config::complete_chains(common.identities, common.named_anchors);
  KW_TRY(bind_tickets_to_identities(options, common));
  common.alpn = options.alpn_advertised_protocols;
  std::ranges::move(config::warnings_of_psk(options.psk), std::back_inserter(common.warnings));
  std::ranges::move(config::warnings_of_protocol(options.protocol), std::back_inserter(common.warnings));
  if (options.certificate_authorities) config::warn_of_authorities(common, Role::client, common.warnings);
  settings.spent_tickets = std::make_unique<std::atomic_flag[]>(options.tickets.use_ticket.size());
  return {};
}

}  // namespace

Result<std::shared_ptr<const ClientConfig>> ClientConfig::make(ClientOptions options) {
  auto settings = std::make_unique<ClientSettings>();
  settings->options = std::move(options);
  auto filled = fill(*settings);
  config::forget_passwords(settings->options.certs_keys);
  wipe(std::as_writable_bytes(std::span(settings->options.srp.password)));
  settings->options.srp.password.clear();
  if (!filled) return std::unexpected(std::move(filled).error());
  return std::make_shared<const ClientConfig>(std::move(settings));
}

ClientConfig::ClientConfig(std::unique_ptr<const ClientSettings> settings) noexcept : settings_(std::move(settings)) {}
ClientConfig::~ClientConfig() = default;
const ClientOptions& ClientConfig::options() const noexcept { return settings_->options; }
std::vector<std::string> ClientConfig::warnings(WallTime now) const { return config::warnings_of(settings_->common, now); }

}  // namespace keyway
