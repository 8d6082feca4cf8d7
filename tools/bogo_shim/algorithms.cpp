// SPDX-License-Identifier: Apache-2.0
//
// Asking the configuration what it takes; see algorithms.h.
#include "algorithms.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "keyway/config.h"

namespace keyway::bogo_shim {
namespace {

constexpr auto newest_suites = std::to_array<CipherSuite>({
    CipherSuite::TLS_AES_128_GCM_SHA256,
    CipherSuite::TLS_AES_256_GCM_SHA384,
    CipherSuite::TLS_CHACHA20_POLY1305_SHA256,
});

/// BoringSSL's order for TLS 1.2 and below, by name so that kinds can be told from it.
constexpr auto older_suites = std::to_array<std::string_view>({
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_PSK_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_PSK_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
});
constexpr std::string_view triple_des = "TLS_RSA_WITH_3DES_EDE_CBC_SHA";

bool is_configurable(const ProtocolOptions& protocol, bool keyed) {
  ClientOptions options{.protocol = protocol, .peer = {.verify = VerifyMode::verify_none}};
  if (keyed) options.psk.keys = {Psk::make("some", as_bytes("a key for the suites that need one"))};
  return ClientConfig::make(std::move(options)).has_value();
}

/// Asked once in a process: every connection of it has the same library.
bool is_usable(CipherSuite suite) {
  static std::map<CipherSuite, bool> known;
  const auto [row, is_new] = known.try_emplace(suite);
  const bool keyed = to_string(suite).find("PSK") != std::string_view::npos;
  if (is_new) row->second = is_configurable({.versions = {ProtocolVersion::tls1_2}, .ciphers = {suite}}, keyed);
  return row->second;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// RFC 5246 A.5: suites with AEADs and with HMACs of SHA-2 need TLS 1.2.
bool is_for_every_version(std::string_view suite) { return suite.ends_with("_SHA"); }

using Names = std::vector<std::string_view>;

void add(Names& names, std::string_view name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// One word of -cipher.
void take_word(std::string_view word, Names& names) {
  if (word.starts_with('!')) {
    std::erase_if(names, [&](std::string_view name) { return has(name, word.substr(1)); });
  } else if (word == "ALL" || word == "DEFAULT") {
    for (const std::string_view name : older_suites) add(names, name);
  } else if (word == "3DES") {
    add(names, triple_des);
  } else if (word == "AES128") {
    for (const std::string_view name : older_suites) {
      if (has(name, "_AES_128_")) add(names, name);
    }
  } else {
    add(names, word);
  }
}

Names older_names(std::string_view list) {
  Names names;
  if (list.empty()) take_word("ALL", names);
  while (!list.empty()) {
    const std::string_view word = list.substr(0, list.find_first_of(":[]|"));
    if (!word.empty()) take_word(word, names);
    list.remove_prefix(std::min(word.size() + 1, list.size()));
  }
  return names;
}

bool is_older_than13(ProtocolVersion version) { return version < ProtocolVersion::tls1_3; }

/// Suites of TLS 1.2 and below that this library has, and that one of the versions can have.
std::vector<CipherSuite> older_suites_of(const Flags& flags, const std::vector<ProtocolVersion>& versions) {
  const bool has12 = std::ranges::find(versions, ProtocolVersion::tls1_2) != versions.end();
  std::vector<CipherSuite> suites;
  if (std::ranges::none_of(versions, is_older_than13)) return suites;
  for (const std::string_view name : older_names(flags.cipher)) {
    const bool lacks_key = has(name, "PSK") && flags.psk.empty();
    const auto suite = cipher_suite_from(name);
    if (!suite || lacks_key || (!has12 && !is_for_every_version(name))) continue;
    if (is_usable(*suite)) suites.push_back(*suite);
  }
  return suites;
}

std::vector<ProtocolVersion> allowed_versions(const Flags& flags) {
  struct Row {
    ProtocolVersion version;
    bool Flags::* off;
  };
  constexpr Row rows[] = {{ProtocolVersion::tls1_3, &Flags::no_tls13},
                          {ProtocolVersion::tls1_2, &Flags::no_tls12},
                          {ProtocolVersion::tls1_1, &Flags::no_tls11},
                          {ProtocolVersion::tls1_0, &Flags::no_tls1}};
  std::vector<ProtocolVersion> versions;
  for (const Row& row : rows) {
    const auto number = static_cast<std::uint16_t>(row.version);
    if (!(flags.*row.off) && number >= flags.min_version.value_or(0) && number <= flags.max_version.value_or(0xffff))
      versions.push_back(row.version);
  }
  // RFC 7507 4: who says that it fell back has left the newest version out.
  if (flags.fallback_scsv) std::erase(versions, ProtocolVersion::tls1_3);
  // RFC 9258 5.1: imported keys are for TLS 1.3.
  if (relies_on_imported_keys(flags)) std::erase_if(versions, is_older_than13);
  return versions;
}

}  // namespace

bool is_built(ProtocolVersion version) {
  static std::map<ProtocolVersion, bool> known;
  const auto [row, is_new] = known.try_emplace(version);
  if (is_new) row->second = is_configurable({.versions = {version}}, false);
  return row->second;
}

bool relies_on_imported_keys(const Flags& flags) {
  const auto is_key = [](const Credential& one) { return one.kind == CredentialKind::pre_shared_key; };
  return !flags.server && !flags.verify_peer && std::ranges::any_of(flags.credentials, is_key);
}

std::vector<ProtocolVersion> built_versions(const Flags& flags) {
  std::vector<ProtocolVersion> versions = allowed_versions(flags);
  std::erase_if(versions, [](ProtocolVersion version) { return !is_built(version); });
  // A version without a suite is left out; those of TLS 1.3 are not chosen by flags.
  const auto suites = older_suites_of(flags, versions);
  const bool sha1 = std::ranges::any_of(suites, [](CipherSuite suite) { return is_for_every_version(to_string(suite)); });
  std::erase_if(versions, [&](ProtocolVersion version) {
    return is_older_than13(version) && (suites.empty() || (!sha1 && version < ProtocolVersion::tls1_2));
  });
  return versions;
}

std::vector<CipherSuite> suites_of(const Flags& flags) {
  const auto versions = built_versions(flags);
  std::vector<CipherSuite> suites;
  if (!versions.empty() && versions.front() == ProtocolVersion::tls1_3) suites.assign(newest_suites.begin(), newest_suites.end());
  const auto older = older_suites_of(flags, versions);
  suites.insert(suites.end(), older.begin(), older.end());
  return suites;
}

}  // namespace keyway::bogo_shim
