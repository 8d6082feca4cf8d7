// SPDX-License-Identifier: Apache-2.0
//
// Lists to choose from and the names in them. What a configuration offers by itself is suite_selection.cpp.
#include "keyway/cipher_suites.h"

#include <algorithm>

#include "config/problem.h"
#include "config/suite_selection.h"
#include "names/cipher_suite_table.h"
#include "names/protocol_version.h"
#include "names/suite_lists.h"

namespace keyway {
namespace {

bool contains(const std::vector<CipherSuite>& suites, CipherSuite suite) {
  return std::ranges::find(suites, suite) != suites.end();
}

void add_new(std::vector<CipherSuite>& list, const std::vector<CipherSuite>& suites) {
  for (const CipherSuite suite : suites) {
    if (!contains(list, suite)) list.push_back(suite);
  }
}

bool fits(const CipherSuiteParts& parts, const SuiteFilter& filter) {
  const auto one = [](std::string_view wanted, std::string_view part) { return wanted.empty() || wanted == part; };
  return one(filter.key_exchange, parts.key_exchange) && one(filter.cipher, parts.cipher) && one(filter.mac, parts.mac) &&
         one(filter.prf, parts.prf);
}

/// OTP's word for suites that leave the PRF to the version: all that are older than TLS 1.2, the first ones with SHA-256
/// (RFC 5246 A.5 and what was modelled on it), and those with CCM whose names have no hash (RFC 6655 3).
std::string_view prf_name(const CipherSuiteInfo& row) noexcept {
  const bool rsa = row.key_exchange == KeyExchange::rsa || row.key_exchange == KeyExchange::rsa_psk;
  const bool dhe = row.key_exchange == KeyExchange::dhe && row.authentication != Authentication::none;
  const bool first_sha256 = row.mac == Mac::sha256 && (rsa || dhe);
  const bool bare_ccm = row.iana_name.ends_with("_CCM") || row.iana_name.ends_with("_CCM_8");
  const bool of_version = row.mac == Mac::md5 || row.mac == Mac::sha1 || first_sha256 || bare_ccm;
  return of_version ? "default_prf" : to_string(row.hash);
}

}  // namespace

std::vector<CipherSuite> cipher_suites(SuiteSet set, ProtocolVersion version) {
  switch (set) {
    case SuiteSet::defaults: return otp::default_suites(version);
    case SuiteSet::all: return otp::all_suites(version);
    case SuiteSet::exclusive: return otp::exclusive_suites(version);
    case SuiteSet::anonymous: return otp::anonymous_suites(version);
    case SuiteSet::exclusive_anonymous: return otp::exclusive_anonymous_suites(version);
  }
  return {};
}

std::optional<CipherSuiteParts> parts_of(CipherSuite suite) noexcept {
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  if (row == nullptr) return std::nullopt;
  return CipherSuiteParts{key_exchange_name(*row), to_string(row->cipher), to_string(row->mac), prf_name(*row)};
}

std::vector<CipherSuite> filter_cipher_suites(const std::vector<CipherSuite>& suites, const SuiteFilter& filter,
                                              const crypto::Provider* provider) {
  const auto stock = provider == nullptr ? crypto::default_provider() : nullptr;
  const crypto::Provider& used = provider == nullptr ? *stock : *provider;
  std::vector<CipherSuite> list;
  for (const CipherSuite suite : suites) {
    const auto parts = parts_of(suite);
    if (parts && fits(*parts, filter) && config::is_available(suite, used) && !contains(list, suite)) list.push_back(suite);
  }
  return list;
}

std::vector<CipherSuite> prepend_cipher_suites(const std::vector<CipherSuite>& preferred,
                                               const std::vector<CipherSuite>& suites) {
  std::vector<CipherSuite> list;
  add_new(list, preferred);
  add_new(list, suites);
  return list;
}

std::vector<CipherSuite> append_cipher_suites(const std::vector<CipherSuite>& deferred, const std::vector<CipherSuite>& suites) {
  std::vector<CipherSuite> kept;
  std::ranges::copy_if(suites, std::back_inserter(kept), [&](CipherSuite suite) { return !contains(deferred, suite); });
  std::vector<CipherSuite> list;
  add_new(list, kept);
  add_new(list, deferred);
  return list;
}

std::string_view suite_to_openssl_str(CipherSuite suite) noexcept {
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  return row == nullptr ? to_string(suite) : row->openssl_name;
}

Result<CipherSuite> str_to_suite(std::string_view name) {
  for (const CipherSuite signal : {CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV, CipherSuite::TLS_FALLBACK_SCSV}) {
    if (name == to_string(signal)) return signal;
  }
  if (const auto suite = cipher_suite_from(name)) return *suite;
  return config::invalid("ciphers", std::string(name), "write a name of IANA, OpenSSL or Erlang");
}

Result<std::vector<CipherSuite>> suites_from_string(std::string_view names) {
  std::vector<CipherSuite> suites;
  for (;;) {
    const auto colon = names.find(':');
    KW_ASSIGN(const CipherSuite suite, str_to_suite(names.substr(0, colon)));
    suites.push_back(suite);
    if (colon == std::string_view::npos) return suites;
    names.remove_prefix(colon + 1);
  }
}

Result<std::vector<NamedGroup>> eccs(ProtocolVersion version) {
  if (stream_counterpart(version) == ProtocolVersion::tls1_3)
    return config::invalid("version", std::string(to_string(version)), "its curves are among groups()");
  return otp::curves();
}

std::vector<NamedGroup> groups() {
  std::vector<NamedGroup> list = otp::groups();
  const std::vector<NamedGroup> fields = otp::fields();
  list.insert(list.end(), fields.begin(), fields.end());
  return list;
}

std::vector<NamedGroup> default_groups() { return otp::groups(); }

Result<std::vector<SignatureScheme>> signature_algs(SuiteSet set, ProtocolVersion version) {
  const ProtocolVersion like = stream_counterpart(version);
  if (like < ProtocolVersion::tls1_2)
    return config::invalid("version", std::string(to_string(version)), "before TLS 1.2 the kind of key implies the scheme");
  auto list = otp::default_schemes(like);
  if (set == SuiteSet::all) {
    const auto broken = otp::broken_schemes(like);
    list.insert(list.end(), broken.begin(), broken.end());
  } else if (set == SuiteSet::exclusive) {
    if (like == ProtocolVersion::tls1_3) list.resize(list.size() - otp::certificate_schemes().size());
  } else if (set != SuiteSet::defaults) {
    return config::invalid("set", "anonymous", "choose defaults, all or exclusive");
  }
  return list;
}

}  // namespace keyway
