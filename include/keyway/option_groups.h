// SPDX-License-Identifier: Apache-2.0
//
// One small struct per concern, composed into ClientOptions and ServerOptions. Plain values with safe defaults;
// everything is checked once, when a configuration is made from them. Field names are Erlang/OTP's where it has one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "keyway/certificate_compressor.h"
#include "keyway/crl_cache.h"
#include "keyway/crypto/provider.h"
#include "keyway/log.h"
#include "keyway/pem_cache.h"
#include "keyway/private_key.h"
#include "keyway/protocol.h"
#include "keyway/psk.h"
#include "keyway/raw_public_key.h"
#include "keyway/secret.h"
#include "keyway/session_store.h"
#include "keyway/srp.h"
#include "keyway/staple_source.h"
#include "keyway/verify.h"
#include "keyway/verify_fun.h"

namespace keyway {

/// Gives the password of a private key. Called where the key is encrypted, each time that it is loaded, by the thread that
/// makes the configuration. An error, or what it throws, is that of making the configuration. In its place a text may be given:
/// of that a configuration wipes its copy once the key is loaded, and cannot be reloaded then.
using PasswordFunction = std::function<Result<SecretBytes>()>;

/// One identity: a certificate chain, leaf first, or a raw public key, with its private key. Give files or values, not both. A
/// leaf alone is completed with its issuers, where they are among `cacertfile` and `cacerts`.
struct CertKey {
  std::string certfile{};
  std::string keyfile{};   ///< or the PKCS#11 URI of a key (keyway/private_key.h); empty: the key is in certfile
  /// Of the key, where it is encrypted or in a token: see PasswordFunction.
  std::variant<std::string, PasswordFunction> password{};
  std::vector<Bytes> cert{};                       ///< DER, leaf first
  std::shared_ptr<const crypto::Signer> signer{};  ///< with `cert` or `certfile`: the key, wherever it lives
  std::string ocsp_staple_file{};                  ///< DER OCSP response to staple
  Bytes ocsp_staple{};
  std::shared_ptr<const StapleSource> ocsp_staple_source{};  ///< in the place of both: responses that change
  Bytes signed_certificate_timestamps{};           ///< RFC 6962 list to send with the leaf
  /// Where the key works: see sign_on() in keyway/private_key.h. Null: on the thread that drives the connection.
  Executor sign_on{};
  std::vector<SignatureScheme> signature_algs{};   ///< restricts and orders what it signs with; empty: as the configuration
  bool must_match_issuer = false;                  ///< use only where the peer names an issuer of this chain
  /// The key is shown alone, without a certificate (RFC 7250), to peers that take raw public keys: `keyfile` or `signer`, and
  /// neither `certfile` nor `cert`. Who wants to show either gives two identities.
  bool raw_public_key = false;
  Bytes subject_public_key_info{};  ///< with raw_public_key: DER of the public key, for a `signer` that does not tell it
};

/// What the peer says it accepts, for choosing an identity.
struct IdentityQuestion {
  std::vector<SignatureScheme> signature_schemes{};  ///< those that have a name here, in its order, each once
  std::vector<Bytes> certificate_authorities{};  ///< DER names; empty: the peer did not say
  std::optional<std::string> server_name{};      ///< servers: what the client asked for
  std::optional<std::size_t> preferred{};        ///< what the stock rules choose: an index into certs_keys
  std::vector<CertificateType> certificate_types{CertificateType::x509};  ///< of identities that may be chosen
};

/// Chooses an identity by its index in certs_keys; nothing: none (a server then refuses, a client sends no certificate).
/// May answer later, from any thread. `question` is valid until this call returns. Tickets do not tell choosers apart:
/// configurations that choose differently among the same identities need ticket stores of their own.
using IdentityFunction = std::function<void(const IdentityQuestion& question, Answer<std::optional<std::size_t>>)>;

/// Versions, algorithms and sizes.
struct ProtocolOptions {
  /// Offered and accepted, without a gap. Each needs a suite in `ciphers`; of the two that are there by default, one that
  /// `ciphers` has no suite of is left out, with a warning if that is TLS 1.3.
  std::vector<ProtocolVersion> versions{ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  std::vector<CipherSuite> ciphers{};                  ///< in order of preference; empty: the default list
  std::vector<NamedGroup> supported_groups{};          ///< in order of preference; empty: the default list
  std::vector<SignatureScheme> signature_algs{};       ///< accepted and used; empty: the default list
  std::vector<SignatureScheme> signature_algs_cert{};  ///< in certificates; empty: as signature_algs and rsa_pkcs1
  std::optional<std::uint16_t> record_size_limit{};    ///< RFC 8449: largest plaintext we accept, 64 to 16,385
  std::size_t max_send_fragment = 16384;               ///< largest plaintext we put in one record, 64 to 16,384
  std::size_t pad_records_to = 0;                      ///< pads plaintexts to a multiple of this (RFC 8446 5.4); 0: never
  std::uint64_t key_update_at = 388736063997;          ///< plaintext bytes under one key before a KeyUpdate
  /// TLS 1.2 and below: records of ours under one key before a renegotiation is asked for, where it is possible; a peer that
  /// declines is not asked again. None: never, for not every peer takes it well.   \otp renegotiate_at
  std::optional<std::uint64_t> renegotiate_at{};
  bool require_extended_master_secret = false;         ///< TLS 1.2 and below: refuse peers without it (RFC 7627 5.2, 5.3)
  std::size_t max_handshake_size = 262144;             ///< bytes of one handshake message
  std::size_t max_certificate_list = 102400;           ///< bytes of one certificate list
  /// TLS 1.3: how certificates may be compressed (RFC 8879), in order of preference: offered for the peer's, used for our own
  /// where the peer offers it. Empty: not at all. keyway/compressors.h has some.
  std::vector<std::shared_ptr<const CertificateCompressor>> certificate_compression{};
  std::vector<PskKeyExchangeMode> psk_modes{PskKeyExchangeMode::psk_dhe_ke};  ///< psk_ke has no forward secrecy
  /// Curves of TLS 1.2 and below, in order; empty: those of supported_groups. Clients that also have TLS 1.3 send one list for
  /// both, so that curves which TLS 1.3 knows, too, stand in supported_groups as well.
  std::vector<NamedGroup> eccs{};
  bool encrypt_then_mac = true;    ///< TLS 1.2 and below, CBC suites (RFC 7366): false is for peers that get it wrong
  bool padding_check = true;       ///< TLS 1.0 and SSL 3.0: bytes of CBC padding must be right. False is POODLE
  BeastMitigation beast_mitigation = BeastMitigation::one_n_minus_one;  ///< TLS 1.0 and SSL 3.0
  /// TLS 1.2 and below: false tolerates peers that do not bind renegotiations (RFC 5746), and renegotiates with them unbound:
  /// whoever is on the path can then put data of its own before theirs. Legacy, and warned of.   \otp secure_renegotiate
  bool secure_renegotiate = true;
};

/// \otp verify
enum class VerifyMode : std::uint8_t { verify_none, verify_peer };

/// How the peer's certificate is judged.
struct VerifyOptions {
  VerifyMode verify = VerifyMode::verify_peer;
  std::string cacertfile{};         ///< PEM anchors
  std::vector<Bytes> cacerts{};     ///< DER anchors
  bool system_anchors = false;      ///< also the system's store; clients that name no anchors use it anyway
  std::size_t depth = 10;           ///< intermediates between leaf and anchor, not counting self-issued ones
  std::size_t max_rsa_bits = crypto::max_rsa_bits_default;  ///< largest RSA key in a chain, 2,048 to 16,384
  std::size_t min_rsa_bits = 2048;  ///< smallest RSA key in a chain, 1,024 to max_rsa_bits
  bool check_host_name = true;      ///< clients: the certificate must say the name; false is dangerous and named so
  bool reverify_on_resumption = false;  ///< judge the original chain again when a session is resumed
  /// Whose revocation is looked up in `crl_cache`, which must then be there. Sessions of configurations that look are resumed by
  /// the same configuration alone: what a cache knows cannot be compared.
  CrlCheck crl_check = CrlCheck::off;
  std::shared_ptr<CrlCache> crl_cache{};
  /// Refuse peers that staple no OCSP response; needs `stapling`. A response that comes is always checked (RFC 6960 3.2), and one
  /// that the certificate promises (RFC 7633) must come where it was asked for.
  bool require_ocsp_staple = false;
  /// An authority whose extended key usage is anyExtendedKeyUsage (not critical) may be one of this purpose.
  bool allow_any_ca_purpose = false;
  PolicyOptions cert_policy_opts{};
  /// Verify the signatures of a certificate that was part of a valid path, and is shown again, only once. Everything else is
  /// judged every time. Each configuration remembers for itself, a bounded number; docs/adr/0020 says why this is sound.
  bool remember_signatures = true;
  bool web_pki = false;  ///< also the rules of the public web: RFC 5280 4 for issuers, CA/Browser Forum baseline requirements
  /// With verify_none, too: then nothing is refused but by this function. Sessions of configurations with any of the functions
  /// below are resumed by the same configuration alone.
  VerifyFun verify_fun{};
  PartialChainFunction partial_chain{};
  HostNameCheck customize_hostname_check{};  ///< clients
  std::shared_ptr<const Verifier> verifier{};  ///< replaces the stock verifier altogether; raw public keys are not its business
  /// What the peer may show, in order of preference. Nothing but certificates is offered or taken unless it stands here; raw
  /// public keys (RFC 7250) need `raw_public_keys`, whatever `verify` says.
  std::vector<CertificateType> certificate_types{CertificateType::x509};
  RawPublicKeyOptions raw_public_keys{};
};

/// External pre-shared keys. In TLS 1.2 and below they belong to suites whose names say so (RFC 4279); imported keys do not.
struct PskOptions {
  /// Client: offered in this order, in TLS 1.2 and below the first of them; server: accepted, the first that is offered decides
  /// the hash.
  std::vector<Psk> keys{};
  /// Server: asked for identities that `keys` does not have. Client of TLS 1.2 and below: chooses the key by the server's hint,
  /// in the place of `keys`. Sessions of clients that have one are resumed by the same configuration alone.
  PskLookup lookup{};
  std::string hint{};  ///< server of TLS 1.2 and below: psk_identity_hint, UTF-8, at most 65,535 bytes   \otp psk_identity
  /// Server of TLS 1.2 and below: answer unknown identities with the alert unknown_psk_identity (RFC 4279 2), which tells who is
  /// known. Otherwise the handshake goes on, and fails as with a wrong key.
  bool tell_unknown_identities = false;
  /// Refuse a handshake that uses none of them. A ticket that was got with one of them is as good.
  bool required = false;
};

/// Finite fields of a server for DHE in TLS 1.2 and below. Without any of these: ffdhe2048. Clients that name groups of RFC 7919
/// get one of those (from supported_groups, if it has any; from ffdhe2048, 3072 and 4096 otherwise) and never another field.
struct DhOptions {
  std::optional<NamedGroup> group{};  ///< ffdhe2048 to ffdhe8192
  std::string dhfile{};  ///< PKCS#3 DHParameter, PEM or DER, 2,048 to 8,192 bits   \otp dhfile
  Bytes dh{};  ///< the same as DER   \otp dh
};

/// Next protocol negotiation of TLS 1.2 and below (draft-agl-tls-nextprotoneg-04), which ALPN has replaced: the server shows its
/// protocols, and the client says under encryption which it takes, be it one of those or not. Legacy. Where both are offered, a
/// server that takes ALPN does without it. In TLS 1.3 there is none.
struct NextProtocolOptions {
  /// Whose order decides among the protocols that both have.
  enum class Precedence : std::uint8_t { server, client };
  std::vector<std::string> protocols{};  ///< in order of preference; empty: it is not offered
  Precedence precedence = Precedence::server;
  /// Taken where nothing is common, whether or not the server shows it; may be empty. Unset: the first of `protocols`.
  std::optional<std::string> default_protocol{};
  /// Refuse servers that know neither it nor our ALPN: error no_next_protocol. Otherwise nothing is negotiated with them.
  bool required = false;
};

/// What leaves the connection for people and tools.
struct ObserveOptions {
  KeyLog key_log{};  ///< secrets of every connection, NSS format: for debugging only
  TraceSink trace{};
  /// Connections tell their secrets when they are asked: Connection::key_log and master_secret. For debugging only; without it
  /// nothing is kept.   \otp keep_secrets
  bool keep_secrets = false;
};

/// \otp session_tickets
enum class TicketMode : std::uint8_t { disabled, stateful };

/// Tickets that a server issues and redeems (RFC 8446 4.6.1). Without a mode nothing else may be set but
/// max_skipped_early_data: conflicting_options.   \otp session_tickets and server_session_ticket_* parameters
struct ServerTicketOptions {
  TicketMode mode = TicketMode::disabled;
  std::chrono::seconds lifetime{7200};  ///< at most 7 days
  std::size_t count = 3;  ///< tickets after each handshake, resumptions included
  std::size_t store_size = 1000;  ///< of the stock store
  std::shared_ptr<TicketStore> store{};  ///< null: a stock store of this configuration alone
  std::uint32_t max_skipped_early_data = 16384 + 256;  ///< bytes of refused 0-RTT data that are skipped
};

/// Tickets that a client keeps and offers; none are without a store or a list.   \otp session_tickets, use_ticket
struct ClientTicketOptions {
  std::shared_ptr<ClientTicketStore> store{};  ///< automatic: tickets go in and are offered from here
  /// Manual: the first connection to their target offers them, in order; each is offered once by one configuration
  /// (RFC 8446 C.4). Connections that find none left ask the store.
  std::vector<std::shared_ptr<const SessionTicket>> use_ticket{};
};

/// What a server is about to resume.
struct ReuseQuestion {
  ByteView session_id{};  ///< empty: by a ticket
  const CertificateChain* peer;  ///< of the client; null: it gave none
  CipherSuite cipher_suite;
};
/// Whether it may: false leads to a full handshake.
using ReuseFunction = std::function<bool(const ReuseQuestion&)>;

/// Sessions of TLS 1.2 and below that a server resumes: by their ids, and by tickets that it seals and does not keep (RFC 5077).
/// Either is resumed only under the same virtual host, ALPN policy and policy of client authentication, and not without
/// extended master secret where clients are asked for certificates (RFC 7627 5.3).
struct ServerSessionOptions {
  bool reuse_sessions = true;  ///< by id
  ReuseFunction reuse_session{};  ///< asked last; null: all that fit
  std::chrono::seconds lifetime{86400};  ///< of sessions and all tickets for them; at most 7 days   \otp session_lifetime
  std::size_t store_size = 1000;  ///< of the stock store   \otp session_cache_server_max
  std::size_t store_bytes = 8 * 1024 * 1024;  ///< likewise
  std::shared_ptr<SessionStore> store{};  ///< null: a stock store of this configuration alone
  /// Seal tickets for clients that take them, and open them. The keys are random, of this configuration alone, and change by
  /// themselves; a stolen key opens the sessions of its time, which is why tickets are off unless asked for.
  bool tickets = false;
};

/// no: none is kept, and none but that of `reuse_session` is offered. automatic: the newest that fits is offered, and what a
/// server gives is kept. save: a full handshake, whose session is kept.   \otp false, true, save
enum class ReuseSessions : std::uint8_t { no, automatic, save };

/// Sessions of TLS 1.2 and below that a client keeps and offers. Kept are those of servers whose certificate was verified, and
/// of those that proved a pre-shared key; the latter are offered only as long as there are keys or a look-up.
struct ClientSessionOptions {
  ReuseSessions reuse_sessions = ReuseSessions::automatic;
  std::shared_ptr<ClientSessionStore> store{};  ///< null: with `save` or `tickets` what comes is told by TicketReceived
  /// The session of an id in the store, offered to its target alone; or one with its data, which is offered to whomever this
  /// configuration talks to: whoever gives it vouches for the server. Where target or verification are not those that it was
  /// made for, its chain is judged again under the present ones.
  std::variant<Bytes, std::shared_ptr<const SessionTicket>> reuse_session{};
  bool tickets = false;  ///< take tickets instead of ids (RFC 5077)
};

}  // namespace keyway
