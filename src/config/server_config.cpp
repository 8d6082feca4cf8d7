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
#include "pki/verify_driver.h"

namespace keyway {
namespace {

Result<void> check(const ServerOptions& options, const crypto::Provider& provider) {
  KW_TRY(config::check_protocol(options.protocol));
  KW_TRY(config::check_identities(options.certs_keys, provider));
  KW_TRY(config::check_pem_cache(options.pem_cache != nullptr, options.bypass_pem_cache));
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

/// What settings are made from, besides their options.
struct Origin {
  const ServerSettings* listener = nullptr;  ///< whose virtual host they are, with `host`
  const SniHost* host = nullptr;
  const ServerSettings* before = nullptr;  ///< whose place they take
};

/// Clients of one server must not take another for it because a store is that of both: a resumption shows no certificate. Keys
/// and not certificates, so that a renewed certificate changes nothing; and who takes another one's place may have new keys.
Result<void> set_own_keys(ServerSettings& settings, const Origin& origin) {
  if (origin.before != nullptr) {
    settings.own_keys = origin.before->own_keys;
    return {};
  }
  const CommonSettings& common = settings.common;
  KW_ASSIGN(auto fingerprint, config::Fingerprint::start(*common.provider, "keyway own keys 1"));
  for (const auto& identity : common.identities) {
    const bool raw = identity->type() == CertificateType::raw_public_key;
    fingerprint.add(raw ? identity->chain->der(0) : identity->parsed.front().subject_public_key_info);
  }
  settings.own_keys = fingerprint.finish();
  return {};
}

/// Any session is redeemed only where all of this is equal: virtual host, our own keys, ALPN policy, policy of client
/// authentication.
Result<Bytes> resumption_policy(const ServerSettings& settings) {
  const ServerOptions& options = settings.options;
  KW_ASSIGN(auto fingerprint, config::Fingerprint::start(*settings.common.provider, "keyway resumption 1"));
  fingerprint.add(settings.host).add(settings.own_keys).number(settings.common.alpn.size());
  for (const std::string& protocol : settings.common.alpn) fingerprint.add(protocol);
  fingerprint.number(options.alpn_select != nullptr)
      .number(settings.request_certificate)
      .number(settings.require_certificate)
      .number(options.stapling)
      .number(options.psk.required)
      .add(settings.common.verification);
  // Where a key must be proved, whoever comes back has proved one of these.
  if (options.psk.required) config::add_keys(options.psk, settings.lookups, fingerprint);
  return fingerprint.finish();
}

/// Who has proved a key or a password comes back only where it is known: a store may be that of several configurations.
Result<Bytes> key_policy(const ServerSettings& settings) {
  KW_ASSIGN(auto fingerprint, config::Fingerprint::start(*settings.common.provider, "keyway resumption by key 1"));
  fingerprint.add(settings.resumption_policy).number(settings.options.srp.lookup != nullptr);
  config::add_keys(settings.options.psk, settings.lookups, fingerprint);
  return fingerprint.finish();
}

/// Whom look-ups find cannot be compared; who inherits them finds the same.
Result<void> stand_in_for_lookups(ServerSettings& settings, const Origin& origin) {
  const ServerOptions& options = settings.options;
  if (const ServerSettings* shared = origin.listener != nullptr ? origin.listener : origin.before)
    settings.lookups = shared->lookups;
  if (!settings.lookups.empty() || (!options.psk.lookup && !options.srp.lookup)) return {};
  settings.lookups.resize(16);
  return settings.common.provider->random(settings.lookups);
}

/// Where sessions are, and the keys of tickets and cookies: each listener has its own, unless a store is given to several. A
/// configuration that takes another one's place goes on with its.
Result<void> set_sessions(ServerSettings& settings, const Origin& origin) {
  if (const ServerSettings* shared = origin.listener != nullptr ? origin.listener : origin.before) {
    settings.tickets = shared->tickets;
    settings.sessions = shared->sessions;
    settings.ticket_keys = shared->ticket_keys;
    settings.cookie_key = shared->cookie_key.duplicate();
    // Those who are not known are shown a salt that stays.
    settings.salt_seed = shared->salt_seed.duplicate();
    return {};
  }
  const ServerOptions& options = settings.options;
  KW_TRY(settings.common.provider->random(settings.cookie_key.fill(32)));
  const CommonSettings& common = settings.common;
  if (options.tickets.mode == TicketMode::stateful) {
    settings.tickets =
        options.tickets.store ? options.tickets.store : memory_ticket_store(options.tickets.store_size, common.provider);
  }
  // Those of TLS 1.2 and below even where these versions have no use for them: a host may have others.
  const ServerSessionOptions& sessions = options.sessions;
  if (sessions.reuse_sessions)
    settings.sessions = sessions.store ? sessions.store : memory_session_store(sessions.store_size, sessions.store_bytes);
  if (sessions.tickets) { KW_ASSIGN(settings.ticket_keys, session::TicketKeys::make(common.provider, sessions.lifetime)); }
  return {};
}

/// What is legal and deserves a look. A host tells only what is not its listener's already.
void warn(ServerSettings& settings, const Origin& origin) {
  const auto& [listener, host, before] = origin;
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
  if (listener != nullptr && listener->options.identity_select && host->options.certs_keys && !host->options.identity_select) {
    warnings.emplace_back(
        "certs_keys: the stock rules choose among them, because identity_select of the listener answers for the listener's own");
  }
}

/// Whether each handshake of these settings is authenticated with their own identities, if with a certificate at all: not where
/// another configuration takes its place, and not in TLS 1.3 where a pre-shared key may.
bool by_own_keys(const ServerSettings& settings, bool is_host) {
  const ServerOptions& options = settings.options;
  if (settings.common.identities.empty() || (!is_host && (options.sni_fun || options.sni_lookup || options.pause_after_hello)))
    return false;
  const bool has_psk = !options.psk.keys.empty() || options.psk.lookup;
  return !has_psk || settings.common.versions.front() < ProtocolVersion::tls1_3;
}

/// Keys and anchors. A host has its listener's where it names none.
Result<void> set_credentials(ServerSettings& settings, const Origin& origin) {
  const ServerOptions& options = settings.options;
  CommonSettings& common = settings.common;
  const auto& [listener, host, before] = origin;
  const bool own_keys = listener == nullptr || host->options.certs_keys;
  const bool own_anchors = listener == nullptr || host->options.peer;
  if (own_keys) {
    KW_ASSIGN(common.identities, config::load_identities(options.certs_keys, common.signature_schemes,
                                                         options.protocol.signature_algs, *common.provider, common.files));
    KW_TRY(config::check_own_lists(common.identities, options.certs_keys, common.versions));
  } else {
    common.identities = listener->common.identities;
    if (host->options.protocol)
      KW_TRY(config::restrict_schemes(common.identities, options.certs_keys, options.protocol.signature_algs));
  }
  common.own_types = config::types_of(common);
  KW_TRY(config::check_usable(options.protocol, by_own_keys(settings, listener != nullptr), common));
  if (own_anchors || host->options.protocol) {
    const bool asks = options.peer.verify == VerifyMode::verify_peer || options.post_handshake_auth;
    KW_TRY(config::set_certificate_types(options.peer, asks, common));
    KW_TRY(config::set_verification(options.peer, judge_of(options), common));
  } else {
    common.anchors = listener->common.anchors;
    KW_ASSIGN(common.verifier, verifier_of_its_own(listener->common.verifier));
    common.verification = listener->common.verification;
    common.peer_types = listener->common.peer_types;
    common.raw_key_verifier = listener->common.raw_key_verifier;
  }
  if (!own_anchors) common.named_anchors.clear();  // which are told of with the listener's
  if (own_keys) config::complete_chains(common.identities, own_anchors ? common.named_anchors : listener->common.named_anchors);
  return {};
}

/// Everything but the table of hosts, from the options that are in `settings`.
Result<void> fill(ServerSettings& settings, const Origin& origin) {
  const ServerOptions& options = settings.options;
  CommonSettings& common = settings.common;
  common.provider = options.provider ? options.provider : crypto::default_provider();
  KW_TRY(check(options, *common.provider));
  if (!options.bypass_pem_cache) common.files = pki::FileReader(options.pem_cache);
  KW_TRY(config::set_algorithms(options.protocol, Role::server, common));
  KW_TRY(config::set_key_exchanges(options, origin.listener, settings));
  if (origin.before != nullptr) common.functions = origin.before->common.functions;
  KW_TRY(set_credentials(settings, origin));
  common.alpn = options.alpn_preferred_protocols;
  settings.request_certificate = options.peer.verify == VerifyMode::verify_peer;
  settings.require_certificate = options.fail_if_no_peer_cert.value_or(settings.request_certificate);
  warn(settings, origin);
  KW_TRY(set_sessions(settings, origin));
  if (origin.host != nullptr) settings.host = ascii_lower(origin.host->name);
  if (origin.before != nullptr) settings.host = origin.before->host;
  if (options.sni_lookup) settings.looked_up_hosts = std::make_unique<config::LookedUpHosts>();
  KW_TRY(stand_in_for_lookups(settings, origin));
  KW_TRY(set_own_keys(settings, origin));
  KW_ASSIGN(settings.resumption_policy, resumption_policy(settings));
  KW_ASSIGN(settings.key_policy, key_policy(settings));
  return {};
}

/// `where` is what named the host, `before` the host whose place it takes, or null. Hosts of a listener whose passwords are gone
/// cannot be made again, either.
Result<std::shared_ptr<const ServerConfig>> make_host(const ServerSettings& listener, const SniHost& host, std::string_view where,
                                                      const ServerSettings* before = nullptr) {
  auto settings = std::make_unique<ServerSettings>();
  settings->options = config::options_of_host(listener.options, host.options);
  settings->options.sni_hosts.clear();
  auto filled = host.name.empty() ? config::invalid("name", "", "name the host: its sessions are kept under it")
                                  : fill(*settings, {.listener = &listener, .host = &host, .before = before});
  settings->forgot_password = config::forget_passwords(settings->options.certs_keys) || listener.forgot_password;
  if (!filled) return std::unexpected(config::within(std::string(where) + "[" + host.name + "].", filled.error()));
  return std::make_shared<const ServerConfig>(std::move(settings));
}

/// Wipes the passwords of the table, too.
bool forget_passwords(ServerOptions& options) {
  bool any = config::forget_passwords(options.certs_keys);
  for (SniHost& host : options.sni_hosts) {
    if (host.options.certs_keys && config::forget_passwords(*host.options.certs_keys)) any = true;
  }
  return any;
}

Result<void> add_hosts(ServerSettings& settings, const std::vector<SniHost>& hosts, const ServerSettings* before) {
  for (const SniHost& host : hosts) {
    const std::string name = ascii_lower(host.name);
    const ServerSettings* old = before != nullptr ? &before->sni_hosts.at(name)->settings() : nullptr;
    KW_ASSIGN(auto made, make_host(settings, host, "sni_hosts", old));
    settings.sni_hosts.emplace(name, std::move(made));
  }
  return {};
}

Result<void> fill_with_hosts(ServerSettings& settings, const ServerSettings* before) {
  auto filled = fill(settings, {.before = before});
  // Hosts inherit what the listener has: not its passwords, nor a copy of the table with those of the others.
  settings.forgot_password = config::forget_passwords(settings.options.certs_keys);
  std::vector<SniHost> hosts = std::exchange(settings.options.sni_hosts, {});
  if (filled) filled = add_hosts(settings, hosts, before);
  settings.options.sni_hosts = std::move(hosts);
  if (forget_passwords(settings.options)) settings.forgot_password = true;
  return filled;
}

Result<std::shared_ptr<const ServerConfig>> make_looked_up(const ServerSettings& listener,
                                                           const std::shared_ptr<const SniHost>& host,
                                                           const ServerSettings* before) {
  KW_ASSIGN(auto made, make_host(listener, *host, "sni_lookup", before));
  return listener.looked_up_hosts->keep(host, std::move(made));
}

/// Those that were looked up count as those of the table: a broken file of one leaves all as they are. The least recently used
/// comes first.
Result<void> look_up_again(const ServerSettings& settings, const ServerSettings& before) {
  if (!before.looked_up_hosts) return {};
  const auto known = before.looked_up_hosts->all();
  for (auto old = known.rbegin(); old != known.rend(); ++old) {
    // Held by the table and here alone: the program has dropped it, and with it perhaps its files. (A configuration of before
    // holds it as long as connections use that one.)
    if (old->host.use_count() <= 2) continue;
    KW_TRY(make_looked_up(settings, old->host, &old->config->settings()));
  }
  return {};
}

void add_files(const ServerSettings& settings, std::vector<pki::FileStamp>& files) {
  for (const pki::FileStamp& file : settings.common.files.files()) {
    if (std::ranges::none_of(files, [&](const pki::FileStamp& known) { return known.path == file.path; })) files.push_back(file);
  }
}

}  // namespace

namespace config {

std::vector<pki::FileStamp> files_of(const ServerSettings& settings) {
  std::vector<pki::FileStamp> files;
  add_files(settings, files);
  for (const auto& [name, host] : settings.sni_hosts) add_files(host->settings(), files);
  if (!settings.looked_up_hosts) return files;
  for (const auto& known : settings.looked_up_hosts->all()) add_files(known.config->settings(), files);
  return files;
}

Result<std::shared_ptr<const ServerConfig>> looked_up_host(const ServerSettings& listener,
                                                           const std::shared_ptr<const SniHost>& host) {
  if (!host) return nullptr;
  KW_ASSIGN(auto known, listener.looked_up_hosts->find(host));
  if (known) return known;
  auto made = make_looked_up(listener, host, nullptr);
  if (!made) listener.looked_up_hosts->keep_failure(host, made.error());
  return made;
}

}  // namespace config

Result<std::shared_ptr<const ServerConfig>> ServerConfig::make(ServerOptions options) {
  auto settings = std::make_unique<ServerSettings>();
  settings->options = std::move(options);
  KW_TRY(fill_with_hosts(*settings, nullptr));
  return std::make_shared<const ServerConfig>(std::move(settings));
}

Result<std::shared_ptr<const ServerConfig>> ServerConfig::host(const SniHost& host) const {
  return make_host(*settings_, host, "host");
}

Result<std::shared_ptr<const ServerConfig>> ServerConfig::reload() const {
  if (settings_->forgot_password) {
    return config::refuse(Errc::missing_option, "password", "",
                          "give the password of the key as a function: a text is wiped once the key is loaded");
  }
  auto settings = std::make_unique<ServerSettings>();
  settings->options = settings_->options;
  KW_TRY(fill_with_hosts(*settings, settings_.get()));
  KW_TRY(look_up_again(*settings, *settings_));
  return std::make_shared<const ServerConfig>(std::move(settings));
}

std::vector<std::string> ServerConfig::files() const {
  std::vector<std::string> paths;
  for (const pki::FileStamp& file : config::files_of(*settings_)) paths.push_back(file.path);
  return paths;
}

std::vector<std::string> ServerConfig::changed_files() const { return pki::changed_among(config::files_of(*settings_)); }

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
