// SPDX-License-Identifier: Apache-2.0
//
// What a connection negotiated, and what a client offered.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/certificate.h"
#include "keyway/protocol.h"
#include "keyway/verify.h"

namespace keyway {

/// What the handshake was spared by.   \otp session_resumption
enum class Resumption : std::uint8_t { none, ticket, external_psk, session_id };
/// What became of 0-RTT data (RFC 8446 4.2.10); none is accepted today.
enum class EarlyData : std::uint8_t { none, accepted, rejected };

/// Complete after HandshakeDone; before it, what is known so far. A value: copy it to keep it.
/// \otp connection_information/1,2, negotiated_protocol/1, peercert/1
struct ConnectionInfo {
  Role role = Role::client;
  ProtocolVersion version = ProtocolVersion::tls1_3;
  std::optional<CipherSuite> cipher_suite{};
  std::optional<NamedGroup> group{};                       ///< none with psk_ke
  std::optional<SignatureScheme> peer_signature_scheme{};  ///< the peer's CertificateVerify
  std::optional<SignatureScheme> own_signature_scheme{};
  std::optional<TrustedChain::Basis> verified{};           ///< how the peer's chain came to be trusted
  Resumption resumed = Resumption::none;
  EarlyData early_data = EarlyData::none;
  bool hello_retry = false;
  bool extended_master_secret = false;                     ///< TLS 1.2 and below (RFC 7627)
  bool encrypt_then_mac = false;                           ///< TLS 1.2 and below (RFC 7366)
  bool secure_renegotiation = true;                        ///< false: TLS 1.2 or below with a peer without RFC 5746
  /// By certificate; on servers now or in the connection that is resumed, on clients now.
  bool client_authenticated = false;
  bool npn = false;                                        ///< `alpn` is of next protocol negotiation
  bool used_identity = false;                              ///< one of certs_keys: `identity_index`
  CertificateType own_certificate_type = CertificateType::x509;   ///< of `identity_index`
  CertificateType peer_certificate_type = CertificateType::x509;  ///< of `peer_chain`
  std::optional<std::uint16_t> max_fragment_length{};
  std::uint16_t flights = 0;          ///< of the handshake, both directions: 3, or 5 with HelloRetryRequest
  std::uint32_t identity_index = 0;
  std::optional<std::string> server_name{};                ///< SNI: sent by us or by the peer
  std::string alpn{};                                      ///< or `npn`; empty: not negotiated   \otp negotiated_protocol/1
  Bytes psk_identity{};                                    ///< external key or SRP user, of this or the resumed connection
  /// Servers: the age that a client claimed for its ticket, which is 32 bits of milliseconds, less the real one.
  std::optional<std::chrono::duration<std::int32_t>> ticket_age_skew{};
  /// On resumption: of the original connection. With a raw public key: its SubjectPublicKeyInfo.
  std::shared_ptr<const CertificateChain> peer_chain{};
  std::shared_ptr<const Bytes> ocsp_response{};            ///< stapled by the peer; null: none
  std::shared_ptr<const Bytes> signed_certificate_timestamps{};  ///< RFC 6962 list of a server; null: none
  std::shared_ptr<const Bytes> session_id{};    ///< TLS 1.2 and below: by which it can be resumed; null: by none
  std::array<std::byte, 32> client_random{};    ///< of the last handshake
  std::array<std::byte, 32> server_random{};    ///< likewise; of ServerHello, not of a HelloRetryRequest
  std::uint32_t key_updates_sent = 0;
  std::uint32_t key_updates_received = 0;
  std::uint64_t bytes_in = 0;   ///< on the wire
  std::uint64_t bytes_out = 0;
};

/// A ClientHello as offered, for decisions of a server (sni_fun, pause_after_hello). Owned values.
struct HelloInfo {
  std::optional<std::string> server_name{};
  std::vector<std::string> alpn{};
  std::vector<std::uint16_t> versions{};
  std::vector<std::uint16_t> cipher_suites{};
  std::vector<std::uint16_t> groups{};
  std::vector<std::uint16_t> signature_schemes{};
  std::vector<std::uint16_t> extensions{};  ///< types in order
  Bytes random{};
  Bytes session_id{};
  Bytes raw{};                              ///< the body of the message
};

}  // namespace keyway
