// SPDX-License-Identifier: Apache-2.0
//
// ServerConfig: all rules, then all files, then the settings that connections read; virtual hosts in the same way, with
// what they share with their listener.
#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "config/algorithms.h"
#include "config/certificate_options.h"
#include "config/fingerprint.h"
#include "config/identities.h"
#include "config/key_exchange_options.h"
#include "config/problem.h"
#include "config/settings.h"
#include "config/sni_table.h"
#include "config/usable_suites.h"
#include "config/validate.h"
#include "config/verification.h"

namespace keyway {
namespace {

Result<void> check(const ServerOptions& options, const crypto::Provider& provider) {
  KW_TRY(config::check_protocol(options.protocol));
  KW_TRY(config::check_identities(options.certs_keys, provider));
  KW_TRY(config::check_verify(options.peer));
  KW_TRY(config::check_certificate_types(options.peer, provider));
  KW_TRY(config::check_psk(options.psk, options.protocol, provider));
  KW_TRY(config::check_tickets(options.tickets));
  KW_TRY(config::check_sessions(options.sessions, options.protocol));
  return config::check_server(options);
}

config::Judge judge_of(const ServerOptions& options) {
  if (options.peer.verify == VerifyMode::verify_none && !options.post_handshake_auth) return config::Judge::nothing;
  const auto& types = options.peer.certificate_types;
  if (std::ranges::find(types, CertificateType::x509) == types.end()) return config::Judge::nothing;
  return options.peer.system_anchors ? config::Judge::by_system : config::Judge::by_anchors;
}

/// A session is redeemed only where all of this is equal: virtual host, ALPN policy, policy of client authentication.
Result<Bytes> resumption_policy(const ServerSettings& settings, std::string_view host) {
  const ServerOptions& options = settings.options;
  KW_ASSIGN(auto fingerprint, config::Fingerprint::start(*settings.common.provider, "keyway resumption 1"));
  fingerprint.add(host).number(settings.common.alpn.size());
  for (const std::string& protocol : settings.common.alpn) fingerprint.add(protocol);
  fingerprint.number(options.alpn_select != nullptr)
      .number(settings.request_certificate)
      .number(settings.require_certificate)
      .number(options.psk.required)
      .add(settings.common.verification);
  return fingerprint.finish();
}

/// Where sessions are, and the keys of tickets: each listener has its own, unless a store is given to several.
Result<void> set_sessions(ServerSettings& settings) {
  const ServerOptions& options = settings.options;
  const CommonSettings& common = settings.common;
  if (options.tickets.mode == TicketMode::stateful) {
    settings.tickets =
        options.tickets.store ? options.tickets.store : memory_ticket_store(options.tickets.store_size, common.provider);
  }
  const ServerSessionOptions& sessions = options.sessions;
  if (common.versions.back() == ProtocolVersion::tls1_3) return {};
  if (sessions.reuse_sessions)
    settings.sessions = sessions.store ? sessions.store : memory_session_store(sessions.store_size, sessions.store_bytes);
  if (sessions.tickets) { KW_ASSIGN(settings.ticket_keys, session::TicketKeys::make(common.provider, sessions.lifetime)); }
  return {};
}

/// What is legal and deserves a look. A host tells only what is not its listener's already.
void warn(ServerSettings& settings, const ServerSettings* listener, const SniHost* host) {
  const ServerOptions& options = settings.options;
  std::vector<std::string>& warnings = settings.common.warnings;
  if (listener == nullptr) {
    std::ranges::move(config::warnings_of_psk(options.psk), std::back_inserter(warnings));
    std::ranges::move(config::warnings_of_protocol(options.protocol), std::back_inserter(warnings));
  }
  const bool names = options.certificate_authorities && !options.client_ca_names;
  const bool asks = settings.request_certificate || options.post_handshake_auth;
  if (names && asks && (listener == nullptr || host->options.peer))
    config::warn_of_authorities(settings.common, Role::server, warnings);
  if (listener != nullptr && listener->options.identity_select && host->options.certs_keys) {
    warnings.emplace_back(
        "certs_keys: the stock rules choose among them, because identity_select of the listener answers for the listener's own");
  }
}

/// Whether each handshake of these settings is authenticated with their own identities, if with a certificate at all: not where
/// another configuration takes its place, and not in TLS 1.3 where a pre-shared key may.
bool by_own_keys(const ServerSettings& settings, bool is_host) {
  const ServerOptions& options = settings.options;
  if (settings.common.identities.empty() || (!is_host && (options.sni_fun || options.pause_after_hello))) return false;
  const bool has_psk = !options.psk.keys.empty() || options.psk.lookup;
  return !has_psk || settings.common.versions.front() < ProtocolVersion::tls1_3;
}

/// Everything but the table of hosts, from the options that are in `settings`. `listener` and `host` are null for a
/// listener itself.
Result<void> fill(ServerSettings& settings, const ServerSettings* listener, const SniHost* host) {
  const ServerOptions& options = settings.options;
  CommonSettings& common = settings.common;
  common.provider = options.provider ? options.provider : crypto::default_provider();
  KW_TRY(check(options, *common.provider));
  KW_TRY(config::set_algorithms(options.protocol, Role::server, common));
  KW_TRY(config::set_key_exchanges(options, listener, settings));
  if (listener != nullptr && !host->options.certs_keys) {
    common.identities = listener->common.identities;
  } else {
    KW_ASSIGN(common.identities, config::load_identities(options.certs_keys, common.signature_schemes, *common.provider));
  }
  common.own_types = config::types_of(common);
  KW_TRY(config::check_usable(options.protocol, by_own_keys(settings, listener != nullptr), common));
  if (listener != nullptr && !host->options.peer) {
    common.anchors = listener->common.anchors;
    common.verifier = listener->common.verifier;
    common.verification = listener->common.verification;
    common.peer_types = listener->common.peer_types;
    common.raw_key_verifier = listener->common.raw_key_verifier;
  } else {
    const bool asks = options.peer.verify == VerifyMode::verify_peer || options.post_handshake_auth;
    KW_TRY(config::set_certificate_types(options.peer, asks, common));
    KW_TRY(config::set_verification(options.peer, judge_of(options), common));
  }
  common.alpn = options.alpn_preferred_protocols;
  settings.request_certificate = options.peer.verify == VerifyMode::verify_peer;
  settings.require_certificate = options.fail_if_no_peer_cert.value_or(settings.request_certificate);
  warn(settings, listener, host);
  if (listener != nullptr) {
    settings.tickets = listener->tickets;
    settings.sessions = listener->sessions;
    settings.ticket_keys = listener->ticket_keys;
    settings.cookie_key = listener->cookie_key.duplicate();
  } else {
    KW_TRY(set_sessions(settings));
    KW_TRY(common.provider->random(settings.cookie_key.fill(32)));
  }
  KW_ASSIGN(settings.resumption_policy, resumption_policy(settings, host != nullptr ? ascii_lower(host->name) : std::string()));
  return {};
}

void forget_passwords(ServerOptions& options) {
  config::forget_passwords(options.certs_keys);
  for (SniHost& host : options.sni_hosts) {
    if (host.options.certs_keys) config::forget_passwords(*host.options.certs_keys);
  }
}

Result<void> add_host(ServerSettings& listener, const SniHost& host) {
  auto settings = std::make_unique<ServerSettings>();
  settings->options = config::options_of_host(listener.options, host.options);
  auto filled = fill(*settings, &listener, &host);
  forget_passwords(settings->options);
  if (!filled) return std::unexpected(config::within("sni_hosts[" + host.name + "].", filled.error()));
  listener.sni_hosts.emplace(ascii_lower(host.name), std::make_shared<const ServerConfig>(std::move(settings)));
  return {};
}

Result<void> fill_with_hosts(ServerSettings& settings) {
  KW_TRY(fill(settings, nullptr, nullptr));
  // Hosts inherit what the listener has: not its passwords, nor a copy of the table with those of the others.
  config::forget_passwords(settings.options.certs_keys);
  std::vector<SniHost> hosts = std::exchange(settings.options.sni_hosts, {});
  Result<void> added;
  for (const SniHost& host : hosts) {
    added = add_host(settings, host);
    if (!added) break;
  }
  settings.options.sni_hosts = std::move(hosts);
  return added;
}

}  // namespace

Result<std::shared_ptr<const ServerConfig>> ServerConfig::make(ServerOptions options) {
  auto settings = std::make_unique<ServerSettings>();
  settings->options = std::move(options);
  auto filled = fill_with_hosts(*settings);
  forget_passwords(settings->options);
  if (!filled) return std::unexpected(std::move(filled).error());
  return std::make_shared<const ServerConfig>(std::move(settings));
}

ServerConfig::ServerConfig(std::unique_ptr<const ServerSettings> settings) noexcept : settings_(std::move(settings)) {}
ServerConfig::~ServerConfig() = default;
const ServerOptions& ServerConfig::options() const noexcept { return settings_->options; }
std::vector<std::string> ServerConfig::warnings(WallTime now) const {
  std::vector<std::string> texts = config::warnings_of(settings_->common, now);
  for (const auto& [name, host] : settings_->sni_hosts) {
    for (const std::string& text : host->warnings(now)) texts.push_back("sni_hosts[" + name + "]: " + text);
  }
  return texts;
}

}  // namespace keyway
