// SPDX-License-Identifier: Apache-2.0
//
// The rules. Each check names its option, shows the value and says how to mend it.
#include "config/validate.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "config/certificate_options.h"
#include "config/key_exchange_options.h"
#include "config/legacy/next_protocol_options.h"
#include "config/problem.h"
#include "config/settings.h"
#include "config/suite_selection.h"
#include "crypto/pkcs11_uri.h"
#include "keyway/session_store.h"
#include "names/legacy.h"
#include "pki/der_writer.h"
#include "session/ticket_age.h"
#include "wire/reader.h"

namespace keyway::config {
namespace {

constexpr std::size_t max_vector16 = 65535;
constexpr std::size_t min_fragment = 64;     // RFC 8449 4
constexpr std::size_t max_fragment = 16384;  // RFC 8446 5.1
constexpr std::int64_t longest_session = session::max_lifetime.count();

template <class T>
Result<void> in_range(const std::string& option, T value, T from, T to, const std::string& unit) {
  if (value >= from && value <= to) return {};
  return invalid(option, std::to_string(value),
                 "give " + std::to_string(from) + " to " + std::to_string(to) + (unit.empty() ? "" : " " + unit));
}

/// Newest first: those that this build can be told to speak.
std::vector<ProtocolVersion> built_versions() {
  using enum ProtocolVersion;
  std::vector<ProtocolVersion> built{tls1_3, tls1_2};
  if (legacy_is_built()) built.insert(built.end(), {tls1_1, tls1_0, ssl3});
  return built;
}

std::string built_versions_text() {
  std::string text = "this build has ";
  for (const ProtocolVersion version : built_versions()) text.append(to_string(version)).append(", ");
  text.resize(text.size() - 2);
  return text;
}

Result<void> check_versions(const std::vector<ProtocolVersion>& versions) {
  if (versions.empty()) return invalid("versions", "", "name at least one version: " + built_versions_text());
  const auto built = built_versions();
  std::set<std::size_t> seen;  // by place, newest first
  for (const ProtocolVersion version : versions) {
    std::string text(to_string(version));
    if (text.empty()) text = std::to_string(static_cast<unsigned>(version));
    const auto found = std::ranges::find(built, version);
    if (found == built.end()) return invalid("versions", std::move(text), built_versions_text());
    if (!seen.insert(static_cast<std::size_t>(found - built.begin())).second)
      return invalid("versions", std::move(text), "name each version once");
  }
  // RFC 5246 E.1: before TLS 1.3 a hello names only the newest, so what is between two others cannot be left out.
  for (std::size_t place = *seen.begin(); place < *seen.rbegin(); ++place) {
    if (seen.contains(place)) continue;
    return invalid("versions", "without " + std::string(to_string(built[place])), "name it, too: there may be no gap");
  }
  return {};
}

/// What only some of the versions use and would be passed over without a word.
Result<void> check_use_of_versions(const ProtocolOptions& options) {
  if (!options.secure_renegotiate) {
    KW_TRY(effective_below_tls13("secure_renegotiate", options));
    if (!legacy_is_built())
      return invalid("secure_renegotiate", "false",
                     "this build protects renegotiations: leave it out, or build with KEYWAY_LEGACY");
  }
  // RFC 7627 5.4: SSL 3.0 has no extensions.
  if (options.require_extended_master_secret && std::ranges::min(options.versions) == ProtocolVersion::ssl3)
    return refuse(Errc::conflicting_options, "require_extended_master_secret", "true",
                  "SSL 3.0 has none: take it out of versions, or leave the option out");
  // The newest with IVs that are chained.
  if (std::ranges::min(options.versions) <= ProtocolVersion::tls1_0) return {};
  constexpr const char* mend = "it is for TLS 1.0 and below: leave it out";
  if (!options.padding_check) return refuse(Errc::conflicting_options, "padding_check", "false", mend);
  if (options.beast_mitigation != BeastMitigation::one_n_minus_one)
    return refuse(Errc::conflicting_options, "beast_mitigation",
                  options.beast_mitigation == BeastMitigation::zero_n ? "zero_n" : "disabled", mend);
  return {};
}

Result<void> check_psk_modes(const std::vector<PskKeyExchangeMode>& modes) {
  if (modes.empty()) return invalid("psk_modes", "", "name psk_dhe_ke, psk_ke or both");
  std::set<PskKeyExchangeMode> seen;
  for (const PskKeyExchangeMode mode : modes) {
    const auto number = std::to_string(static_cast<unsigned>(mode));
    if (mode != PskKeyExchangeMode::psk_dhe_ke && mode != PskKeyExchangeMode::psk_ke) {
      return invalid("psk_modes", number, "name psk_dhe_ke, psk_ke or both");
    }
    if (!seen.insert(mode).second) return invalid("psk_modes", number, "name each mode once");
  }
  return {};
}

/// RFC 6962 3.3: a list of 1 to 2^16-1 bytes of non-empty timestamps.
Result<void> check_timestamps(ByteView bytes) {
  wire::Reader reader(bytes);
  KW_ASSIGN(const ByteView list, reader.vec16(1));
  KW_TRY(reader.finish());
  for (wire::Reader entries(list); !entries.empty();) KW_TRY(entries.vec16(1));
  return {};
}

Result<void> check_identity(const CertKey& identity, std::size_t index, const crypto::Provider& provider) {
  const auto name = [index](std::string_view member) { return element("certs_keys", index, member); };
  if (!identity.raw_public_key && !identity.certfile.empty() && !identity.cert.empty()) {
    return refuse(Errc::conflicting_options, name("certfile"), identity.certfile, "give certfile or cert, not both");
  }
  if (identity.raw_public_key) {
    KW_TRY(check_raw_identity(identity, index));
  } else if (!identity.subject_public_key_info.empty()) {
    return refuse(Errc::conflicting_options, name("subject_public_key_info"), "",
                  "it is for raw public keys: set raw_public_key, or leave it out");
  } else if (identity.certfile.empty() && identity.cert.empty()) {
    return refuse(Errc::missing_option, name("certfile"), "", "name a certificate file, or give cert");
  }
  if (identity.signer && !identity.keyfile.empty()) {
    return refuse(Errc::conflicting_options, name("keyfile"), crypto::without_pin(identity.keyfile),
                  "give keyfile or signer, not both");
  }
  if (!identity.cert.empty() && identity.keyfile.empty() && !identity.signer) {
    return refuse(Errc::missing_option, name("keyfile"), "", "name the file of the private key, or give signer");
  }
  if (!identity.ocsp_staple_file.empty() && !identity.ocsp_staple.empty()) {
    return refuse(Errc::conflicting_options, name("ocsp_staple_file"), identity.ocsp_staple_file,
                  "give ocsp_staple_file or ocsp_staple, not both");
  }
  if (identity.ocsp_staple_source && (!identity.ocsp_staple_file.empty() || !identity.ocsp_staple.empty())) {
    return refuse(Errc::conflicting_options, name("ocsp_staple_source"), identity.ocsp_staple_file,
                  "give ocsp_staple_source, or a response that stays as it is");
  }
  if (!identity.signed_certificate_timestamps.empty() && !check_timestamps(identity.signed_certificate_timestamps)) {
    return invalid(name("signed_certificate_timestamps"),
                   std::to_string(identity.signed_certificate_timestamps.size()) + " bytes",
                   "give a SignedCertificateTimestampList of RFC 6962 3.3");
  }
  for (const SignatureScheme scheme : identity.signature_algs) {
    KW_TRY(check_signature_scheme(name("signature_algs"), scheme, provider));
  }
  return {};
}

bool is_label_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// A last label of digits would be an IPv4 address to most readers (RFC 1123 2.1).
bool is_host_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > 253) return false;
  bool numeric = true;
  std::size_t label = 0;
  char last = '.';
  for (const char c : name) {
    if (c == '.') {
      if (label == 0 || last == '-') return false;
      label = 0;
      numeric = true;
    } else {
      if (!is_label_character(c) || (label == 0 && c == '-') || ++label > 63) return false;
      numeric = numeric && c >= '0' && c <= '9';
    }
    last = c;
  }
  return label != 0 && last != '-' && !numeric;
}

Result<void> check_sni_hosts(const ServerOptions& options) {
  if (options.sni_fun && !options.sni_hosts.empty()) {
    return refuse(Errc::conflicting_options, "sni_fun", "", "give sni_fun or sni_hosts, not both");
  }
  if (options.sni_lookup && (options.sni_fun || !options.sni_hosts.empty())) {
    return refuse(Errc::conflicting_options, "sni_lookup", "", "give sni_lookup, sni_fun or sni_hosts, not two of them");
  }
  if ((options.sni_fun || options.sni_lookup) && options.pause_after_hello) {
    return refuse(Errc::conflicting_options, "pause_after_hello", "true",
                  std::string("decide in ") + (options.sni_fun ? "sni_fun" : "sni_lookup") +
                      ", which may answer later, or pause; not both");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < options.sni_hosts.size(); ++i) {
    const std::string& name = options.sni_hosts[i].name;
    KW_TRY(check_host_name(element("sni_hosts", i, "name"), name));
    if (!seen.insert(ascii_lower(name)).second) {
      return invalid(element("sni_hosts", i, "name"), name, "name each host once; case does not matter");
    }
  }
  return {};
}

/// Or takes nothing that anchors could vouch for.
bool names_anchors(const VerifyOptions& options) {
  const bool certificates =
      std::ranges::find(options.certificate_types, CertificateType::x509) != options.certificate_types.end();
  return !certificates || options.verifier || options.system_anchors || !options.cacertfile.empty() || !options.cacerts.empty();
}

Result<void> check_policies(const PolicyOptions& options) {
  constexpr std::size_t most = 64;
  const auto& set = options.policy_set;
  if (set.size() > most)
    return invalid("cert_policy_opts.policy_set", std::to_string(set.size()) + " policies", "name at most 64");
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (!pki::der::write_oid(set[i]))
      return invalid(element("cert_policy_opts.policy_set", i), set[i], "write dotted numbers (2.23.140.1.2.1)");
  }
  return {};
}

/// What the stock verifier alone does has no effect beside another one.
Result<void> check_own_verifier(const VerifyOptions& options) {
  if (!options.verifier) return {};
  const auto clash = [](const char* option) {
    return refuse(Errc::conflicting_options, option, "", "it belongs to the stock verifier: leave it or peer.verifier out");
  };
  if (options.verify_fun) return clash("verify_fun");
  if (options.partial_chain) return clash("partial_chain");
  if (options.customize_hostname_check) return clash("customize_hostname_check");
  return {};
}

}  // namespace

Result<void> check_protocol(const ProtocolOptions& options) {
  KW_TRY(check_versions(options.versions));
  KW_TRY(check_use_of_versions(options));
  // RFC 8449 4: in TLS 1.3 the limit counts the type byte, hence one more than 2^14.
  if (options.record_size_limit) {
    //= rfc8449#4-6
    KW_TRY(in_range<unsigned>("record_size_limit", *options.record_size_limit, min_fragment, max_fragment + 1, "bytes"));
  }
  KW_TRY(in_range("max_send_fragment", options.max_send_fragment, min_fragment, max_fragment, "bytes"));
  KW_TRY(in_range<std::size_t>("pad_records_to", options.pad_records_to, 0, max_fragment, "bytes"));
  KW_TRY(in_range<std::uint64_t>("key_update_at", options.key_update_at, 1, UINT64_MAX, "bytes"));
  if (options.renegotiate_at)
    KW_TRY(in_range<std::uint64_t>("renegotiate_at", *options.renegotiate_at, 1, UINT64_MAX, "records"));
  KW_TRY(in_range<std::size_t>("max_handshake_size", options.max_handshake_size, 1, 8388607, "bytes"));
  KW_TRY(in_range<std::size_t>("max_certificate_list", options.max_certificate_list, 1, 16777215, "bytes"));
  KW_TRY(check_compression(options));
  return check_psk_modes(options.psk_modes);
}

Result<void> check_identities(const std::vector<CertKey>& identities, const crypto::Provider& provider) {
  for (std::size_t i = 0; i < identities.size(); ++i) KW_TRY(check_identity(identities[i], i, provider));
  return {};
}

Result<void> check_pem_cache(bool there, bool bypassed) {
  if (!bypassed || there) return {};
  return refuse(Errc::conflicting_options, "bypass_pem_cache", "true",
                "without pem_cache there is nothing to pass over: leave it out");
}

namespace {

std::string name_of(CrlCheck check) {
  switch (check) {
    case CrlCheck::off: return "off";
    case CrlCheck::all: return "all";
    case CrlCheck::peer: return "peer";
    case CrlCheck::best_effort: return "best_effort";
  }
  return std::to_string(static_cast<unsigned>(check));
}

/// What a verifier of the program, or none at all, would pass over without a word.
Result<void> check_revocation(const VerifyOptions& options) {
  if (options.crl_check > CrlCheck::best_effort)
    return invalid("crl_check", name_of(options.crl_check), "choose off, all, peer or best_effort");
  const bool checks = options.crl_check != CrlCheck::off;
  if (checks && !options.crl_cache) {
    return refuse(Errc::missing_option, "crl_cache", "",
                  "crl_check needs lists: give memory_crl_cache() and insert some, or hash_directory_crls()");
  }
  if (!checks && options.crl_cache) {
    return refuse(Errc::conflicting_options, "crl_cache", "", "nothing is looked up in it: set crl_check, or leave it out");
  }
  if (options.verifier && (checks || options.require_ocsp_staple)) {
    return refuse(Errc::conflicting_options, checks ? "crl_check" : "require_ocsp_staple",
                  checks ? name_of(options.crl_check) : "true",
                  "it is for the stock verifier, which verifier takes the place of");
  }
  return {};
}

/// Staples are asked for by the role's option, and only looked at where somebody verifies.
Result<void> check_staples(const VerifyOptions& options, bool stapling, bool verifies) {
  const bool required = options.require_ocsp_staple;
  if (!verifies && (required || options.crl_check != CrlCheck::off)) {
    return refuse(Errc::conflicting_options, required ? "require_ocsp_staple" : "crl_check",
                  required ? "true" : name_of(options.crl_check), "no certificate is verified: set verify to verify_peer");
  }
  if (required && !stapling) {
    return refuse(Errc::conflicting_options, "require_ocsp_staple", "true", "nobody is asked for a staple: set stapling");
  }
  return {};
}

}  // namespace

Result<void> check_verify(const VerifyOptions& options) {
  KW_TRY(in_range<std::size_t>("depth", options.depth, 0, 255, ""));
  KW_TRY(in_range<std::size_t>("max_rsa_bits", options.max_rsa_bits, 2048, crypto::max_rsa_bits, "bits"));
  if (options.verify != VerifyMode::verify_peer && options.verify != VerifyMode::verify_none) {
    return invalid("verify", std::to_string(static_cast<unsigned>(options.verify)), "choose verify_peer or verify_none");
  }
  KW_TRY(in_range<std::size_t>("min_rsa_bits", options.min_rsa_bits, 1024, options.max_rsa_bits, "bits"));
  KW_TRY(check_policies(options.cert_policy_opts));
  KW_TRY(check_own_verifier(options));
  return check_revocation(options);
}

Result<void> check_psk_key(const std::string& option, const Psk& psk, ProtocolVersion newest, const crypto::Provider& provider) {
  const std::string text(as_text(psk.identity));
  // RFC 4279 2 allows an empty one, RFC 8446 4.2.11 does not.
  const bool lacks_identity = psk.identity.empty() && (psk.imported || newest == ProtocolVersion::tls1_3);
  if (lacks_identity || psk.identity.size() > max_vector16) {
    return invalid(option + ".identity", std::to_string(psk.identity.size()) + " bytes", "give 1 to 65535 bytes");
  }
  if (!psk.key || psk.key->empty()) return invalid(option + ".key", "empty", "give the key of identity " + text);
  if (psk.hash != HashAlgorithm::sha256 && psk.hash != HashAlgorithm::sha384) {
    return invalid(option + ".hash", std::string(to_string(psk.hash)), "choose sha256 or sha384");
  }
  if (provider.hash(psk.hash) == nullptr) {
    return invalid(option + ".hash", std::string(to_string(psk.hash)), "this provider does not serve the hash");
  }
  if (!psk.imported && !psk.context.empty()) {
    return refuse(Errc::conflicting_options, option + ".context", "",
                  "a context belongs to imported keys (RFC 9258): set imported");
  }
  // RFC 9258 3.1: identity, context and eight bytes of framing become one identity on the wire.
  if (psk.imported && psk.identity.size() + psk.context.size() + 8 > max_vector16) {
    return invalid(option + ".context", std::to_string(psk.context.size()) + " bytes",
                   "identity and context together must be at most 65527 bytes");
  }
  return {};
}

std::vector<std::string> warnings_of_psk(const PskOptions& options) {
  constexpr std::size_t enough = 16;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < options.keys.size(); ++i) {
    const std::size_t size = options.keys[i].key->size();
    if (size >= enough) continue;
    texts.push_back(element("psk.keys", i, "key") + ": it has " + std::to_string(size) + " bytes and can be guessed; give " +
                    std::to_string(enough) + " random bytes or more");
  }
  return texts;
}

std::vector<std::string> warnings_of_protocol(const ProtocolOptions& options) {
  if (options.secure_renegotiate) return {};
  return {"secure_renegotiate: false lets whoever is on the path put data of its own before the peer's (RFC 5746 1)"};
}

Result<void> check_psk(const PskOptions& options, const ProtocolOptions& protocol, const crypto::Provider& provider) {
  std::set<std::pair<Bytes, bool>> seen;
  for (std::size_t i = 0; i < options.keys.size(); ++i) {
    KW_TRY(check_psk_key(element("psk.keys", i), options.keys[i], std::ranges::max(protocol.versions), provider));
    if (!seen.emplace(options.keys[i].identity, options.keys[i].imported).second) {
      return invalid(element("psk.keys", i, "identity"), std::string(as_text(options.keys[i].identity)),
                     "name each identity once");
    }
  }
  if (options.required && options.keys.empty() && !options.lookup) {
    return refuse(Errc::missing_option, "psk.keys", "", "psk.required needs psk.keys or, on servers, psk.lookup");
  }
  return check_psk_modes(protocol.psk_modes);
}

namespace {

/// What only tickets that are issued can use, and would be passed over without a word.
Result<void> check_no_tickets(const ServerTicketOptions& options) {
  const ServerTicketOptions untouched;
  const auto idle = [](const std::string& option, std::string value) {
    return refuse(Errc::conflicting_options, option, std::move(value), "set tickets.mode to stateful, or leave it out");
  };
  if (options.store) return idle("tickets.store", "");
  if (options.count != untouched.count) return idle("tickets.count", std::to_string(options.count));
  if (options.lifetime != untouched.lifetime)
    return idle("tickets.lifetime", std::to_string(options.lifetime.count()) + " seconds");
  if (options.store_size != untouched.store_size) return idle("tickets.store_size", std::to_string(options.store_size));
  return {};
}

/// What only a server that asks for certificates can use: in the handshake, later, or as one of its virtual hosts.
Result<void> check_requests(const ServerOptions& options) {
  const auto asks = [](const SniHost& host) { return host.options.peer && host.options.peer->verify == VerifyMode::verify_peer; };
  if (options.peer.verify == VerifyMode::verify_peer || options.post_handshake_auth) return {};
  if (std::ranges::any_of(options.sni_hosts, asks)) return {};
  if (options.client_ca_names) {
    return refuse(Errc::conflicting_options, "client_ca_names", std::to_string(options.client_ca_names->size()) + " names",
                  "they go into a request for a certificate: set verify to verify_peer");
  }
  if (options.stapling) {
    return refuse(Errc::conflicting_options, "stapling", "true",
                  "it asks clients about their certificates: set verify to verify_peer; staples of our own need no option");
  }
  return {};
}

/// RFC 8446 4.2.4: names of one byte or more. The bound is ours: nothing useful is longer.
Result<void> check_ca_names(const std::vector<Bytes>& names) {
  std::size_t size = 0;
  for (const Bytes& name : names) {
    if (name.empty() || name.size() > max_vector16)
      return invalid("client_ca_names", std::to_string(name.size()) + " bytes", "give names in DER");
    size += 2 + name.size();
  }
  return in_range<std::size_t>("client_ca_names", size, 0, max_authority_bytes, "bytes, with two for the length of each name");
}

}  // namespace

Result<void> check_tickets(const ServerTicketOptions& options) {
  if (options.mode != TicketMode::disabled && options.mode != TicketMode::stateful) {
    return invalid("tickets.mode", std::to_string(static_cast<unsigned>(options.mode)), "choose disabled or stateful");
  }
  // RFC 8446 4.6.1: not longer than 7 days.
  //= rfc8446#4.6.1-1
  KW_TRY(in_range<std::int64_t>("tickets.lifetime", options.lifetime.count(), 1, longest_session, "seconds"));
  KW_TRY(in_range<std::size_t>("tickets.count", options.count, 0, 255, ""));
  KW_TRY(in_range<std::size_t>("tickets.store_size", options.store_size, 1, 10'000'000, "sessions"));
  return options.mode == TicketMode::disabled ? check_no_tickets(options) : Result<void>();
}

Result<void> check_tickets(const ClientTicketOptions& options) {
  for (std::size_t i = 0; i < options.use_ticket.size(); ++i) {
    const auto& ticket = options.use_ticket[i];
    const bool usable = ticket && ticket->usable() && ticket->session->version == ProtocolVersion::tls1_3;
    if (!usable) {
      return invalid(element("tickets.use_ticket", i), "",
                     "give tickets that came from a connection of TLS 1.3; what is older goes into sessions.reuse_session");
    }
  }
  return {};
}

Result<void> only_below_tls13(const std::string& option, const ProtocolOptions& protocol) {
  const auto older = [](ProtocolVersion version) { return version < ProtocolVersion::tls1_3; };
  if (std::ranges::any_of(protocol.versions, older)) return {};
  return refuse(Errc::conflicting_options, option, "",
                "it is for TLS 1.2 and below: name one of them in versions, or leave it out");
}

Result<void> effective_below_tls13(const std::string& option, const ProtocolOptions& protocol) {
  ProtocolOptions meant;
  meant.versions = versions_of(protocol.ciphers, sorted(protocol.versions));
  return only_below_tls13(option, meant);
}

Result<void> check_sessions(const ServerSessionOptions& options, const ProtocolOptions& protocol) {
  KW_TRY(in_range<std::int64_t>("sessions.lifetime", options.lifetime.count(), 1, longest_session, "seconds"));
  KW_TRY(in_range<std::size_t>("sessions.store_size", options.store_size, 1, 10'000'000, "sessions"));
  KW_TRY(in_range<std::size_t>("sessions.store_bytes", options.store_bytes, 1024, std::size_t{1} << 40, "bytes"));
  if (options.tickets) KW_TRY(only_below_tls13("sessions.tickets", protocol));
  if (options.store) {
    KW_TRY(only_below_tls13("sessions.store", protocol));
    if (!options.reuse_sessions)
      return refuse(Errc::conflicting_options, "sessions.store", "", "set sessions.reuse_sessions, or leave it out");
  }
  if (options.reuse_session) {
    KW_TRY(only_below_tls13("sessions.reuse_session", protocol));
    if (!options.reuse_sessions && !options.tickets)
      return refuse(Errc::conflicting_options, "sessions.reuse_session", "", "set sessions.reuse_sessions or sessions.tickets");
  }
  return {};
}

Result<void> check_sessions(const ClientSessionOptions& options, const ProtocolOptions& protocol) {
  if (options.tickets) KW_TRY(only_below_tls13("sessions.tickets", protocol));
  const auto* id = std::get_if<Bytes>(&options.reuse_session);
  if (id != nullptr && id->empty()) return {};
  KW_TRY(only_below_tls13("sessions.reuse_session", protocol));
  if (options.reuse_sessions == ReuseSessions::save)
    return refuse(Errc::conflicting_options, "sessions.reuse_session", "", "save makes a full handshake: choose automatic or no");
  if (id == nullptr) {
    const auto& session = std::get<std::shared_ptr<const SessionTicket>>(options.reuse_session);
    const bool usable = session && session->usable() && session->session->version < ProtocolVersion::tls1_3;
    return usable ? Result<void>() : invalid("sessions.reuse_session", "", "give a session that came from a connection");
  }
  if (id->size() > 32) return invalid("sessions.reuse_session", std::to_string(id->size()) + " bytes", "ids have 1 to 32 bytes");
  if (!options.store) {
    return refuse(Errc::missing_option, "sessions.store", "", "name the store that has the session, or give the session itself");
  }
  return {};
}

Result<void> check_alpn(const std::string& option, const std::vector<std::string>& protocols) {
  std::set<std::string_view> seen;
  std::size_t size = 0;
  for (const std::string& protocol : protocols) {
    // RFC 7301 3.1
    //= rfc7301#3.1-1
    if (protocol.empty() || protocol.size() > 255) return invalid(option, protocol, "names have 1 to 255 bytes");
    if (!seen.insert(protocol).second) return invalid(option, protocol, "name each protocol once");
    size += 1 + protocol.size();
  }
  // RFC 7301 3.1: the list and its length are one extension.
  if (size > max_vector16 - 2) return invalid(option, std::to_string(size) + " bytes", "name fewer protocols");
  return {};
}

Result<void> check_host_name(const std::string& option, const std::string& name) {
  if (is_host_name(name)) return {};
  return invalid(option, name,
                 name.find('*') == std::string::npos
                     ? "give a DNS name in its ASCII form, without a final dot; addresses are not sent as SNI"
                     : "wildcards are matched by sni_lookup or sni_fun; name each host here");
}

namespace {

Result<void> check_false_start(const ClientOptions& options) {
  if (!options.false_start) return {};
  if (std::ranges::find(options.protocol.versions, ProtocolVersion::tls1_2) == options.protocol.versions.end())
    return refuse(Errc::conflicting_options, "false_start", "true", "it is for TLS 1.2: name it in versions, or leave it out");
  // RFC 7918 3: the application protocol is known to both when data leave.
  if (options.alpn_advertised_protocols.empty() && options.client_preferred_next_protocols.protocols.empty()) {
    return refuse(Errc::missing_option, "alpn_advertised_protocols", "",
                  "false_start needs a protocol that both sides have agreed on: name those that you speak");
  }
  return {};
}

}  // namespace

Result<void> check_client(const ClientOptions& options) {
  KW_TRY(check_false_start(options));
  KW_TRY(check_next_protocols(options));
  if (options.server_renegotiation) KW_TRY(effective_below_tls13("server_renegotiation", options.protocol));
  KW_TRY(check_alpn("alpn_advertised_protocols", options.alpn_advertised_protocols));
  if (options.certificate_authorities && options.peer.verify == VerifyMode::verify_none) {
    return refuse(Errc::conflicting_options, "certificate_authorities", "true",
                  "without verification there are no authorities to name: set verify to verify_peer");
  }
  KW_TRY(check_staples(options.peer, options.stapling, options.peer.verify == VerifyMode::verify_peer));
  if (options.ocsp_nonce && !options.stapling)
    return refuse(Errc::conflicting_options, "ocsp_nonce", "true", "nobody is asked for a staple: set stapling");
  // RFC 7507 4: never in an attempt with the newest version that a client has.
  //= rfc7507#4-2
  if (options.fallback && std::ranges::max(options.protocol.versions) == ProtocolVersion::tls1_3) {
    return refuse(Errc::conflicting_options, "fallback", "true",
                  "it says that newer versions were tried and failed: take TLS 1.3 out of versions, or leave it out");
  }
  if (options.max_fragment_length) {
    static constexpr std::array<std::uint16_t, 4> lengths{512, 1024, 2048, 4096};
    // RFC 6066 4
    if (!std::ranges::count(lengths, *options.max_fragment_length)) {
      return invalid("max_fragment_length", std::to_string(*options.max_fragment_length), "choose 512, 1024, 2048 or 4096");
    }
  }
  return {};
}

Result<void> check_server(const ServerOptions& options) {
  KW_TRY(check_next_protocols(options));
  if (options.client_renegotiation) KW_TRY(effective_below_tls13("client_renegotiation", options.protocol));
  KW_TRY(check_alpn("alpn_preferred_protocols", options.alpn_preferred_protocols));
  KW_TRY(check_sni_hosts(options));
  const bool verifies = options.peer.verify == VerifyMode::verify_peer;
  if (options.fail_if_no_peer_cert.value_or(false) && !verifies && !options.post_handshake_auth) {
    return refuse(Errc::conflicting_options, "fail_if_no_peer_cert", "true", "it needs verify: verify_peer");
  }
  if ((verifies || options.post_handshake_auth) && !names_anchors(options.peer)) {
    return refuse(Errc::missing_option, "cacertfile", "",
                  "a server names the authorities whose clients it admits: cacertfile, cacerts or system_anchors");
  }
  KW_TRY(check_staples(options.peer, options.stapling, verifies || options.post_handshake_auth));
  const bool has_psk = !options.psk.keys.empty() || options.psk.lookup;
  const bool decides_later = options.sni_fun || options.sni_lookup || options.pause_after_hello || !options.sni_hosts.empty();
  if (options.certs_keys.empty() && !has_psk && !decides_later && !names_suite_without_certificate(options.protocol)) {
    return refuse(Errc::missing_option, "certs_keys", "", "give a certificate with its key, or pre-shared keys");
  }
  KW_TRY(check_requests(options));
  return options.client_ca_names ? check_ca_names(*options.client_ca_names) : Result<void>();
}

}  // namespace keyway::config
