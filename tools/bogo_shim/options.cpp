// SPDX-License-Identifier: Apache-2.0
//
// Flags to ClientOptions and ServerOptions. Defaults that the runner's tests rely on are BoringSSL's: they stand at
// the top.
#include "options.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "algorithms.h"
#include "error_names.h"
#include "ports.h"
#include "text.h"

namespace keyway::bogo_shim {
namespace {

constexpr auto default_groups = std::to_array<NamedGroup>({NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::secp384r1});

constexpr auto default_schemes = std::to_array<SignatureScheme>({
    SignatureScheme::ecdsa_secp256r1_sha256,
    SignatureScheme::rsa_pss_rsae_sha256,
    SignatureScheme::rsa_pkcs1_sha256,
    SignatureScheme::ecdsa_secp384r1_sha384,
    SignatureScheme::rsa_pss_rsae_sha384,
    SignatureScheme::rsa_pkcs1_sha384,
    SignatureScheme::rsa_pss_rsae_sha512,
    SignatureScheme::rsa_pkcs1_sha512,
    SignatureScheme::rsa_pkcs1_sha1,
});

/// What keys sign with where the runner does not say: the list of the connection is about the peer's signatures alone.
constexpr auto own_schemes = std::to_array<SignatureScheme>(
    {SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::ecdsa_secp384r1_sha384, SignatureScheme::ecdsa_secp521r1_sha512,
     SignatureScheme::ed25519, SignatureScheme::ed448, SignatureScheme::rsa_pss_rsae_sha256, SignatureScheme::rsa_pss_rsae_sha384,
     SignatureScheme::rsa_pss_rsae_sha512, SignatureScheme::rsa_pss_pss_sha256, SignatureScheme::rsa_pss_pss_sha384,
     SignatureScheme::rsa_pss_pss_sha512, SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha384,
     SignatureScheme::rsa_pkcs1_sha512, SignatureScheme::rsa_pkcs1_sha1});

/// BoringSSL skips this many bytes of refused early data.
constexpr std::uint32_t skipped_early_data = 16384;
constexpr std::size_t ticket_count = 2;

template <class T, std::size_t N> std::vector<T> list_of(const std::array<T, N>& values) {
  return {values.begin(), values.end()};
}

bool is_pkcs1_or_sha1(std::uint16_t scheme) {
  const unsigned low = scheme & 0xffU;
  const unsigned high = static_cast<unsigned>(scheme) >> 8;
  return (low == 1 && high <= 6) || high == 2;
}

bool is_sha1(SignatureScheme scheme) { return static_cast<unsigned>(scheme) >> 8 == 2; }

/// Schemes that one of the versions allows for signatures of handshakes (RFC 8446 4.2.3), in the order given.
std::vector<SignatureScheme> handshake_schemes(const std::vector<std::uint16_t>& values, const Flags& flags) {
  const bool older = allows_older_versions(flags);
  std::vector<SignatureScheme> schemes;
  for (const std::uint16_t value : values) {
    const auto scheme = static_cast<SignatureScheme>(value);
    if (scheme == SignatureScheme::rsa_pkcs1_md5_sha1) continue;  // TLS 1.1 and below have it unasked
    if ((older || !is_pkcs1_or_sha1(value)) && !to_string(scheme).empty()) schemes.push_back(scheme);
  }
  return schemes;
}

std::vector<NamedGroup> groups_of(const std::vector<std::uint16_t>& values) {
  std::vector<NamedGroup> groups;
  for (const std::uint16_t value : values) groups.push_back(static_cast<NamedGroup>(value));
  return groups;
}

std::expected<CertKey, std::string> cert_key(const Flags& flags, const Credential& credential,
                                             const std::shared_ptr<Observed>& observed) {
  const bool raw = credential.kind == CredentialKind::raw_public_key;
  CertKey out{.certfile = raw ? std::string() : credential.cert_file,
              .signed_certificate_timestamps = credential.signed_cert_timestamps,
              .signature_algs = handshake_schemes(credential.signing_prefs, flags),
              .must_match_issuer = credential.must_match_issuer,
              .raw_public_key = raw};
  if (out.signature_algs.empty()) out.signature_algs = list_of(own_schemes);
  if (!flags.decline_ocsp_callback) out.ocsp_staple = credential.ocsp_response;
  if (!flags.async) {
    out.keyfile = credential.key_file;
    return out;
  }
  const auto pem = read_file(credential.key_file);
  if (!pem) return std::unexpected(pem.error());
  auto signer = crypto::default_provider()->private_key_pem(*pem, {});
  if (!signer) return std::unexpected(describe(signer.error()));
  out.signer = late_signer(std::move(*signer), observed);
  return out;
}

CertificateType type_of(const Credential& credential) {
  return credential.kind == CredentialKind::raw_public_key ? CertificateType::raw_public_key : CertificateType::x509;
}

/// What is shown of ourselves, in the runner's order; its default credential comes last. A client that is told which types it has
/// shows those, in the order of the types.
std::vector<const Credential*> own_credentials(const Flags& flags) {
  std::vector<const Credential*> all;
  for (const Credential& credential : flags.credentials) {
    if (credential.kind == CredentialKind::x509 || credential.kind == CredentialKind::raw_public_key) all.push_back(&credential);
  }
  if (!flags.default_credential.cert_file.empty()) all.push_back(&flags.default_credential);
  if (!flags.available_client_cert_types) return all;
  std::vector<const Credential*> sorted;
  for (const std::uint16_t type : *flags.available_client_cert_types) {
    std::ranges::copy_if(all, std::back_inserter(sorted),
                         [type](const Credential* one) { return type_of(*one) == static_cast<CertificateType>(type); });
  }
  return sorted;
}

std::expected<std::vector<CertKey>, std::string> cert_keys(const Flags& flags, const std::shared_ptr<Observed>& observed) {
  std::vector<CertKey> out;
  for (const Credential* credential : own_credentials(flags)) {
    auto one = cert_key(flags, *credential, observed);
    if (!one) return std::unexpected(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

/// -psk is looked up, because it is for TLS 1.2 and below; these are for TLS 1.3.
std::vector<Psk> pre_shared_keys(const Flags& flags) {
  std::vector<Psk> keys;
  for (const Credential& credential : flags.credentials) {
    if (credential.kind != CredentialKind::pre_shared_key) continue;
    Psk key = Psk::make(as_text(credential.psk_identity), credential.psk_key, credential.psk_hash);
    key.imported = true;
    key.context = credential.psk_context;
    keys.push_back(std::move(key));
  }
  return keys;
}

PskOptions psk_options(const Flags& flags, const std::shared_ptr<Observed>& observed) {
  PskOptions out{.keys = pre_shared_keys(flags)};
  if (flags.psk.empty()) return out;
  out.lookup = psk_lookup(observed);
  if (flags.server) out.hint = flags.psk_identity;
  return out;
}

/// A key signs with SHA-1 only where the list of the connection has it, too.
void add_own_sha1(const Flags& flags, std::vector<SignatureScheme>& schemes) {
  std::vector<const Credential*> credentials{&flags.default_credential};
  for (const Credential& credential : flags.credentials) credentials.push_back(&credential);
  for (const Credential* credential : credentials) {
    for (const SignatureScheme scheme : handshake_schemes(credential->signing_prefs, flags)) {
      if (is_sha1(scheme) && std::ranges::find(schemes, scheme) == schemes.end()) schemes.push_back(scheme);
    }
  }
}

ProtocolOptions protocol_options(const Flags& flags) {
  ProtocolOptions out{.versions = built_versions(flags),
                      .ciphers = suites_of(flags),
                      .supported_groups = flags.curves.empty() ? list_of(default_groups) : groups_of(flags.curves)};
  // RFC 5246 7.4.1.4.1: older versions have no choice of schemes.
  const bool chooses = !out.versions.empty() && out.versions.front() >= ProtocolVersion::tls1_2;
  if (chooses) out.signature_algs = list_of(default_schemes);
  if (chooses && !flags.verify_prefs.empty()) {
    auto schemes = handshake_schemes(flags.verify_prefs, flags);
    // Nothing of the list may sign: any list without the runner's scheme has the same effect.
    out.signature_algs = schemes.empty() ? std::vector{SignatureScheme::ed448} : std::move(schemes);
  }
  if (chooses) add_own_sha1(flags, out.signature_algs);
  if (flags.max_send_fragment) out.max_send_fragment = *flags.max_send_fragment;
  if (flags.max_cert_list) out.max_certificate_list = *flags.max_cert_list;
  // Older versions have none, which the library would not pass over.
  if (!out.versions.empty() && out.versions.front() == ProtocolVersion::tls1_3)
    out.certificate_compression = compressors_of(flags);
  // The runner takes it for granted that a first handshake without RFC 5746 is tolerated.
  if (is_built(ProtocolVersion::tls1_1) && allows_older_versions(flags)) out.secure_renegotiate = flags.no_legacy_server_connect;
  return out;
}

/// By pins where the runner says what comes: what a function has accepted is not resumed by another configuration.
void set_raw_keys(const Flags& flags, const std::shared_ptr<Observed>& observed, RawPublicKeyOptions& keys) {
  const bool certificate = flags.expect_peer_certificate_type == static_cast<std::uint16_t>(CertificateType::x509);
  if (flags.expect_peer_rpk_sha256) {
    keys.pins = {*flags.expect_peer_rpk_sha256};
  } else if (certificate) {
    keys.pins = {Bytes(32)};  // of no key
  } else {
    keys.accept = raw_key_function(observed);
  }
}

VerifyOptions verify_options(const Flags& flags, const std::shared_ptr<Observed>& observed) {
  VerifyOptions out{
      .verify = VerifyMode::verify_none, .check_host_name = false, .reverify_on_resumption = flags.reverify_on_resume};
  if (flags.server && !flags.verify_peer && !flags.require_any_client_certificate) return out;
  out.verify = VerifyMode::verify_peer;
  out.verifier = scripted_verifier(observed);
  if (flags.accepted_peer_cert_types.empty()) return out;
  out.certificate_types.clear();
  for (const std::uint16_t type : flags.accepted_peer_cert_types)
    out.certificate_types.push_back(static_cast<CertificateType>(type));
  if (std::ranges::find(out.certificate_types, CertificateType::raw_public_key) != out.certificate_types.end())
    set_raw_keys(flags, observed, out.raw_public_keys);
  return out;
}

/// "<EMPTY>" and "<NULL>" both mean that no name is sent.
std::vector<Bytes> authority_names(const std::string& list) {
  if (list.starts_with('<')) return {};
  return from_hex_list(list).value_or(std::vector<Bytes>());
}

/// RFC 9258 4.1: an imported identity begins with the external one and its context, each behind its length.
bool is_identity_of(const Credential& credential, ByteView identity) {
  Bytes imported;
  for (const Bytes* part : {&credential.psk_identity, &credential.psk_context}) {
    imported.push_back(static_cast<std::byte>(part->size() >> 8));
    imported.push_back(static_cast<std::byte>(part->size() & 0xff));
    imported.insert(imported.end(), part->begin(), part->end());
  }
  return std::ranges::equal(identity, credential.psk_identity) ||
         (identity.size() >= imported.size() && std::ranges::equal(identity.first(imported.size()), imported));
}

ServerOptions server_options(const Flags& flags, const Memory& memory, std::vector<CertKey> identities,
                             const std::shared_ptr<Observed>& observed) {
  ServerOptions out{.certs_keys = std::move(identities),
                    .protocol = protocol_options(flags),
                    .peer = verify_options(flags, observed),
                    .fail_if_no_peer_cert = flags.require_any_client_certificate && !flags.verify_peer,
                    .psk = psk_options(flags, observed),
                    .observe = {.trace = message_trace(observed)},
                    .honor_cipher_order = flags.server_preference || !flags.cipher.empty(),
                    .server_name_ack = !flags.no_server_name_ack};
  if (flags.use_client_ca_list && out.peer.verify == VerifyMode::verify_peer)
    out.client_ca_names = authority_names(*flags.use_client_ca_list);
  if (flags.async || flags.fail_cert_callback || !flags.expect_peer_verify_pref.empty()) {
    out.identity_select = identity_function(observed);
  }
  if (!flags.no_ticket && !flags.skip_ticket) {
    out.tickets.mode = TicketMode::stateful;
    out.tickets.count = ticket_count;
    out.tickets.store = flags.async ? late_store(memory.store, observed) : memory.store;
  }
  out.tickets.max_skipped_early_data = skipped_early_data;
  out.tickets.lifetime = out.sessions.lifetime = session_lifetime;
  if (allows_older_versions(flags)) {
    out.sessions.store = flags.async ? late_store(memory.sessions, observed) : memory.sessions;
    out.sessions.tickets = !flags.no_ticket && !flags.skip_ticket;
    if (flags.advertise_npn) out.next_protocols_advertised = split_protocol_names(*flags.advertise_npn);
    if (flags.advertise_empty_npn) out.next_protocols_advertised.emplace();
  }
  if (!flags.select_alpn.empty() || flags.select_empty_alpn || flags.decline_alpn || flags.reject_alpn) {
    out.alpn_select = alpn_function(observed);
  }
  return out;
}

/// A session of TLS 1.2 or below is given back by itself: what a store would offer is the library's choice.
ClientSessionOptions session_options(const Flags& flags, const Memory& memory) {
  ClientSessionOptions out{.store = memory_client_sessions(), .tickets = !flags.no_ticket};
  const bool is_older = memory.ticket && memory.ticket->session->version < ProtocolVersion::tls1_3;
  if (is_older && !(flags.no_ticket && !memory.ticket->ticket.empty())) out.reuse_session = memory.ticket;
  return out;
}

/// True where a certificate stands before the pre-shared keys in the runner's list of credentials.
bool certificate_first(const Flags& flags) {
  return flags.credentials.size() > 1 && flags.credentials.front().kind == CredentialKind::x509 &&
         std::ranges::any_of(flags.credentials, [](const Credential& one) { return one.kind == CredentialKind::pre_shared_key; });
}

/// BoringSSL's callback takes one protocol whatever the server shows. With TLS 1.3 alone it would never be asked.
NextProtocolOptions next_protocols(const Flags& flags) {
  if (!allows_older_versions(flags)) return {};
  if (flags.select_empty_next_proto) return {.protocols = {"a protocol that no server shows"}, .default_protocol = ""};
  if (flags.select_next_proto.empty()) return {};
  return {.protocols = {flags.select_next_proto}, .precedence = NextProtocolOptions::Precedence::client};
}

template <class T>
std::expected<std::shared_ptr<const T>, std::string> described(Result<std::shared_ptr<const T>> config) {
  if (config) return std::move(*config);
  const ErrorDetail* detail = config.error().detail();
  std::string text = describe(config.error());
  if (detail != nullptr && detail->option == "versions") text = ":NO_SUPPORTED_VERSIONS_ENABLED: " + text;
  if (detail != nullptr && detail->option.find("signed_certificate_timestamps") != std::string::npos) {
    text = ":INVALID_SCT_LIST: " + text;
  }
  return std::unexpected(std::move(text));
}

}  // namespace

bool allows_older_versions(const Flags& flags) {
  const auto versions = built_versions(flags);
  return !versions.empty() && versions.back() < ProtocolVersion::tls1_3;
}

std::optional<std::string> not_implemented(const Flags& flags) {
  // Early data is never offered and never taken; another reason for that than "disabled" is not told.
  if (flags.expect_early_data_reason.value_or("disabled") != "disabled") return "0-RTT is not built";
  std::vector<std::uint16_t> groups = flags.curves;
  if (flags.key_shares) groups.insert(groups.end(), flags.key_shares->begin(), flags.key_shares->end());
  const auto provided = crypto::default_provider()->groups();
  for (const std::uint16_t value : groups) {
    if (std::ranges::find(provided, static_cast<NamedGroup>(value)) == provided.end()) {
      return "group " + std::to_string(value) + " is not built";
    }
  }
  return std::nullopt;
}

std::expected<std::shared_ptr<const ClientConfig>, std::string> client_config(const Flags& flags, const Memory& memory,
                                                                              std::shared_ptr<Observed> observed) {
  auto identities = cert_keys(flags, observed);
  if (!identities) return std::unexpected(identities.error());
  ClientOptions options{.certs_keys = std::move(*identities),
                        .protocol = protocol_options(flags),
                        .peer = verify_options(flags, observed),
                        .psk = psk_options(flags, observed),
                        .observe = {.trace = message_trace(observed)},
                        .alpn_advertised_protocols = split_protocol_names(flags.advertise_alpn),
                        .allow_unknown_alpn = flags.allow_unknown_alpn_protos,
                        .stapling = flags.enable_ocsp_stapling,
                        .signed_certificate_timestamps = flags.enable_signed_cert_timestamps,
                        .server_renegotiation = flags.renegotiate_once || flags.renegotiate_freely || flags.renegotiate_explicit,
                        .permute_extensions = flags.permute_extensions,
                        .fallback = flags.fallback_scsv};
  options.identity_select = identity_function(observed);
  if (allows_older_versions(flags)) options.sessions = session_options(flags, memory);
  options.client_preferred_next_protocols = next_protocols(flags);
  const bool has_protocols =
      !options.alpn_advertised_protocols.empty() || !options.client_preferred_next_protocols.protocols.empty();
  options.false_start = flags.false_start && has_protocols;
  if (flags.key_shares) options.key_shares = groups_of(*flags.key_shares);
  options.psk.required = relies_on_imported_keys(flags);
  const bool is_ticket13 = memory.ticket && memory.ticket->session->version == ProtocolVersion::tls1_3;
  if (is_ticket13) options.tickets.use_ticket.push_back(memory.ticket);
  return described(ClientConfig::make(std::move(options)));
}

std::expected<std::shared_ptr<const ServerConfig>, std::string> server_config(const Flags& flags, const Memory& memory,
                                                                              std::shared_ptr<Observed> observed) {
  auto identities = cert_keys(flags, observed);
  if (!identities) return std::unexpected(identities.error());
  ServerOptions options = server_options(flags, memory, std::move(*identities), observed);
  ServerOptions without_psk = options;
  without_psk.psk = {};
  std::shared_ptr<const ServerConfig> certificates_only;
  if (certificate_first(flags)) {
    auto made = described(ServerConfig::make(std::move(without_psk)));
    if (!made) return made;
    certificates_only = std::move(*made);
  }
  options.sni_fun = hello_function(observed, [certificates_only](const HelloInfo& hello) {
    return hello.signature_schemes.empty() ? nullptr : certificates_only;
  });
  return described(ServerConfig::make(std::move(options)));
}

bool same_configuration(Flags one, Flags other) {
  for (Flags* flags : {&one, &other}) {
    const Flags& first = one;
    flags->verify_fail = first.verify_fail;
    flags->shim_writes_first = first.shim_writes_first;
    flags->shim_initial_write = first.shim_initial_write;
    flags->repeat_shim_initial_write = first.repeat_shim_initial_write;
    flags->read_with_unfinished_write = first.read_with_unfinished_write;
    flags->export_keying_material = first.export_keying_material;
    flags->export_label = first.export_label;
    flags->export_context = first.export_context;
    flags->use_export_context = first.use_export_context;
    flags->expect_session_miss = first.expect_session_miss;
    flags->expect_no_session = first.expect_no_session;
    flags->expect_curve_id = first.expect_curve_id;
    flags->expect_selected_credential = first.expect_selected_credential;
    flags->expect_peer_cert_file = first.expect_peer_cert_file;
  }
  return one == other;
}

int selected_credential(const Flags& flags, const ConnectionInfo& info) {
  for (std::size_t i = 0; i < flags.credentials.size(); ++i) {
    const Credential& credential = flags.credentials[i];
    const bool is_key = credential.kind == CredentialKind::pre_shared_key;
    if (is_key && !info.psk_identity.empty() && is_identity_of(credential, info.psk_identity)) return static_cast<int>(i);
  }
  if (!info.used_identity) return -1;
  const Credential* shown = own_credentials(flags)[info.identity_index];
  return shown == &flags.default_credential ? -1 : static_cast<int>(shown - flags.credentials.data());
}

}  // namespace keyway::bogo_shim
