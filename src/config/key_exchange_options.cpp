// SPDX-License-Identifier: Apache-2.0
//
// What belongs together is there together, and what would have no effect is refused. Parameters from files (PKCS#3).
#include "config/key_exchange_options.h"

#include <algorithm>
#include <array>
#include <span>

#include "config/legacy/dss_options.h"
#include "config/legacy/srp_options.h"
#include "config/problem.h"
#include "crypto/prime.h"
#include "names/cipher_suite_table.h"
#include "names/named_group.h"
#include "pki/der.h"
#include "pki/pem.h"
#include "pki/pem_file.h"

namespace keyway::config {
namespace {

using Row = CipherSuiteInfo;

/// The first suite that a rule is about, or null.
template <class Rule>
const Row* find_suite(const CommonSettings& common, Rule rule) {
  for (const CipherSuite suite : common.cipher_suites) {
    if (const Row* row = find_cipher_suite(suite); rule(*row)) return row;
  }
  return nullptr;
}

bool has_field(const Row& row) { return row.key_exchange == KeyExchange::dhe || row.key_exchange == KeyExchange::dhe_psk; }

std::unexpected<Error> idle(std::string option, std::string value, const std::string& suites) {
  return refuse(Errc::conflicting_options, std::move(option), std::move(value),
                "name " + suites + " in ciphers, or leave it out");
}

Result<void> check_psk_suites(const PskOptions& options, const CommonSettings& common) {
  const bool has_key = options.lookup || std::ranges::any_of(options.keys, [](const Psk& psk) { return !psk.imported; });
  const Row* row = find_suite(common, needs_psk);
  if (row != nullptr && !has_key) {
    return refuse(Errc::missing_option, "psk.keys", "",
                  std::string(row->iana_name) + " needs pre-shared keys that are not imported, or psk.lookup");
  }
  return {};
}

/// RFC 4279: without a suite for them keys are of use in TLS 1.3 alone, and there only TLS 1.3 can demand one.
Result<void> check_idle_psk(const PskOptions& options, const CommonSettings& common) {
  if (common.versions.front() == ProtocolVersion::tls1_3 || find_suite(common, needs_psk) != nullptr) return {};
  if (options.required) return idle("psk.required", "true", "a suite with PSK");
  if (options.lookup) return idle("psk.lookup", "", "a suite with PSK");
  if (!options.keys.empty()) return idle("psk.keys", std::string(as_text(options.keys.front().identity)), "a suite with PSK");
  return {};
}

Result<void> check_anonymous(const VerifyOptions& options, const CommonSettings& common) {
  const Row* row = find_suite(common, is_anonymous);
  if (row == nullptr || options.verify == VerifyMode::verify_none) return {};
  return refuse(Errc::conflicting_options, "ciphers", std::string(row->iana_name),
                "without authentication there is nobody to verify: leave the suite out, or set verify to verify_none");
}

Result<void> check_server_psk(const PskOptions& options, const CommonSettings& common) {
  constexpr std::size_t max_vector16 = 65535;
  const bool has_suite = find_suite(common, needs_psk) != nullptr;
  if (options.hint.size() > max_vector16)
    return invalid("psk.hint", std::to_string(options.hint.size()) + " bytes", "give at most 65535 bytes");
  if (!options.hint.empty() && !has_suite) return idle("psk.hint", options.hint, "a suite with PSK");
  if (options.tell_unknown_identities && !has_suite) return idle("psk.tell_unknown_identities", "true", "a suite with PSK");
  return {};
}

Result<void> check_client_psk(const PskOptions& options, const CommonSettings& common) {
  if (!options.hint.empty())
    return refuse(Errc::conflicting_options, "psk.hint", options.hint, "hints are for servers: leave it out");
  if (options.tell_unknown_identities)
    return refuse(Errc::conflicting_options, "psk.tell_unknown_identities", "true", "it is for servers: leave it out");
  if (options.lookup && find_suite(common, needs_psk) == nullptr) {
    return refuse(Errc::conflicting_options, "psk.lookup", "",
                  "clients offer psk.keys; look-ups are for servers, and for suites with PSK of TLS 1.2 and below");
  }
  return {};
}

// ---- finite fields

struct Source {
  std::string option;
  std::string value;
};

std::unexpected<Error> no_parameters(const Source& source, const std::string& reason) {
  return invalid(source.option, source.value, "give the parameters that `openssl dhparam 2048` writes: " + reason);
}

/// PKCS#3: SEQUENCE { prime INTEGER, base INTEGER, privateValueLength INTEGER OPTIONAL }.
Result<void> read_parameters(ByteView der, const Source& source, const crypto::Provider& provider, DhSettings& into) {
  const auto sequence = pki::der::single(der, pki::der::tag::sequence);
  if (!sequence) return no_parameters(source, "this is no DHParameter in DER");
  pki::der::Reader reader(sequence->content);
  const auto prime = reader.expect(pki::der::tag::integer);
  const auto base = reader.expect(pki::der::tag::integer);
  const auto length = reader.optional(pki::der::tag::integer);
  if (!prime || !base || !length || !reader.finish()) return no_parameters(source, "this is no DHParameter in DER");
  const auto p = pki::der::unsigned_integer(prime->content);
  const auto g = pki::der::unsigned_integer(base->content);
  if (!p || !g) return no_parameters(source, "its numbers are negative");
  constexpr std::size_t smallest = 2048 / 8;
  if (p->size() < smallest || (p->size() == smallest && (std::to_integer<unsigned>((*p)[0]) & 0x80) == 0))
    return no_parameters(source, "this prime has less than 2048 bits");
  if (!provider.field_agreement({*p, *g})) return no_parameters(source, "nobody can exchange keys with these numbers");
  // RFC 5246 F.1.1.3 leaves good numbers to the server, and clients cannot look closely at each connection.
  if (!crypto::looks_prime(*p)) return no_parameters(source, "its modulus is not prime");
  into.p = to_bytes(*p);
  into.g = to_bytes(*g);
  return {};
}

Result<void> read_file(const std::string& path, const crypto::Provider& provider, pki::FileReader& files, DhSettings& into) {
  const Source source{"dh.dhfile", path};
  auto file = files.other(path);
  if (!file) return std::unexpected(about(source.option, path, "name a file with DH parameters", file.error()));
  pki::PemReader blocks(as_text(*file));
  for (;;) {
    auto block = blocks.next();
    if (!block) return std::unexpected(about(source.option, path, "check that the file was copied completely", block.error()));
    if (block->label.empty()) break;
    if (block->label != "DH PARAMETERS") continue;
    auto der = pki::decode_pem_body(*block);
    if (!der) return std::unexpected(about(source.option, path, "check that the file was copied completely", der.error()));
    return read_parameters(*der, source, provider, into);
  }
  return read_parameters(*file, source, provider, into);
}

Result<void> set_group(NamedGroup group, const crypto::Provider& provider, DhSettings& into) {
  const NamedGroupInfo* row = find_named_group(group);
  if (row == nullptr || row->kind != GroupKind::ffdh)
    return invalid("dh.group", std::string(to_string(group)), "choose ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144 or ffdhe8192");
  if (!provider.field_of(group))
    return invalid("dh.group", std::string(to_string(group)), "this provider does not serve the group");
  into.group = group;
  return {};
}

/// Of the user's groups those that are fields, with his choice first; without any, those that cost little enough.
std::vector<NamedGroup> fields_of(const DhOptions& options, const ProtocolOptions& protocol) {
  std::vector<NamedGroup> fields;
  if (options.group) fields.push_back(*options.group);
  for (const NamedGroup group : protocol.supported_groups) {
    const NamedGroupInfo* row = find_named_group(group);
    if (row->kind == GroupKind::ffdh && group != options.group) fields.push_back(group);
  }
  if (!fields.empty()) return fields;
  return {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096};
}

Result<void> set_fields(const ServerOptions& options, CommonSettings& common, DhSettings& into) {
  const DhOptions& dh = options.dh;
  const std::array<Source, 3> given{Source{"dh.group", dh.group ? std::string(to_string(*dh.group)) : std::string()},
                                    Source{"dh.dhfile", dh.dhfile},
                                    Source{"dh.dh", dh.dh.empty() ? std::string() : std::to_string(dh.dh.size()) + " bytes"}};
  const Source* one = nullptr;
  for (const Source& source : given) {
    if (source.value.empty() && !(source.option == "dh.group" && dh.group)) continue;
    if (one != nullptr)
      return refuse(Errc::conflicting_options, source.option, source.value, "give it or " + one->option + ", not both");
    one = &source;
  }
  if (dh.group) KW_TRY(set_group(*dh.group, *common.provider, into));
  if (!dh.dhfile.empty()) KW_TRY(read_file(dh.dhfile, *common.provider, common.files, into));
  if (!dh.dh.empty()) KW_TRY(read_parameters(dh.dh, given[2], *common.provider, into));
  if (one != nullptr && find_suite(common, has_field) == nullptr) return idle(one->option, one->value, "a suite with DHE");
  into.groups = fields_of(dh, options.protocol);
  return {};
}

}  // namespace

Result<void> set_key_exchanges(const ClientOptions& options, ClientSettings& settings) {
  const CommonSettings& common = settings.common;
  KW_TRY(set_dss(options.protocol, settings.common));
  constexpr std::size_t smallest = 1024;
  if (options.min_dh_bits < smallest || options.min_dh_bits > crypto::max_field_bits)
    return invalid("min_dh_bits", std::to_string(options.min_dh_bits), "give 1024 to 8192 bits");
  KW_TRY(check_client_psk(options.psk, common));
  KW_TRY(check_psk_suites(options.psk, common));
  KW_TRY(check_idle_psk(options.psk, common));
  KW_TRY(check_anonymous(options.peer, common));
  return set_srp(options, settings);
}

Result<void> set_key_exchanges(const ServerOptions& options, const ServerSettings* listener, ServerSettings& settings) {
  CommonSettings& common = settings.common;
  KW_TRY(set_dss(options.protocol, settings.common));
  KW_TRY(check_psk_suites(options.psk, common));
  KW_TRY(check_anonymous(options.peer, common));
  KW_TRY(set_srp(options, listener, settings));
  if (listener != nullptr) {
    settings.dh = listener->dh;
    return {};
  }
  KW_TRY(check_server_psk(options.psk, common));
  KW_TRY(check_idle_psk(options.psk, common));
  return set_fields(options, common, settings.dh);
}

bool names_suite_without_certificate(const ProtocolOptions& options) noexcept {
  return std::ranges::any_of(options.ciphers, [](CipherSuite suite) {
    const Row* row = find_cipher_suite(suite);
    return row != nullptr && row->authentication == Authentication::none;
  });
}

}  // namespace keyway::config
