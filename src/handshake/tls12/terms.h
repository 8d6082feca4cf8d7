// SPDX-License-Identifier: Apache-2.0
//
// What the two hellos settled in TLS 1.2 and below (RFC 5246 7.4.1), for both roles, and what differs between the versions:
// one row of a table each, so that no handler compares versions.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "handshake/flow.h"
#include "names/cipher_properties.h"
#include "names/cipher_suite_table.h"
#include "names/record_rules.h"
#include "wire/digitally_signed.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake::tls12 {

struct Derivation;

struct Profile {
  ProtocolVersion version;
  wire::SignatureForm signature;  ///< of ServerKeyExchange and CertificateVerify
  CbcIv iv;                       ///< of the block ciphers
  std::optional<HashAlgorithm> hash{};  ///< of PRF and transcript; nothing: the suite's
  MacForm mac = MacForm::hmac;
  const Derivation* derivation = nullptr;  ///< null: the PRF of RFC 5246 5
  bool false_start = false;                ///< clients may do it (RFC 7918 4.1)

  /// RFC 6101 5.6.6: who has no certificate says so by an alert.
  bool alerts_no_certificate() const noexcept { return derivation != nullptr; }
};

/// The row of a version of this family, which this build has.
const Profile& profile_of(ProtocolVersion) noexcept;

using Random = std::array<std::byte, wire::random_size>;

/// In a ServerHello: what the session is called, or the client's own, echoed.
struct SessionId {
  std::array<std::byte, wire::max_session_id> bytes{};
  std::uint8_t size = 0;

  ByteView view() const noexcept { return {bytes.data(), size}; }
  /// At most 32 bytes, which decoders see to.
  static SessionId of(ByteView id) noexcept {
    SessionId copy;
    copy.size = static_cast<std::uint8_t>(std::min(id.size(), copy.bytes.size()));
    std::copy_n(id.begin(), copy.size, copy.bytes.begin());
    return copy;
  }
};

struct Terms {
  const Profile* profile = nullptr;
  const CipherSuiteInfo* suite = nullptr;
  Random client_random{};
  Random server_random{};
  SessionId session_id{};
  ProtocolVersion offered{};            ///< clients: the newest of the hello, for RSA (RFC 5246 7.4.7.1)
  bool extended_master_secret = false;  ///< RFC 7627
  bool secure_renegotiation = false;    ///< RFC 5746
  bool unbound = false;                 ///< the peer does not know that, which the options tolerate
  bool encrypt_then_mac = false;        ///< RFC 7366
  bool new_ticket = false;              ///< NewSessionTicket is announced (RFC 5077 3.2)
  bool next_protocol = false;           ///< the client says it before its Finished
};

/// Which messages the key exchange of a suite has (RFC 5246 7.4.2 to 7.4.4, RFC 4279 2 to 4, RFC 5054 2.2).
struct Shape {
  enum class Parameters : std::uint8_t { never, perhaps, always };
  bool certificate = false;                   ///< of the server
  Parameters parameters = Parameters::always; ///< ServerKeyExchange
  bool signs = false;                         ///< ServerKeyExchange has a signature
  bool requests = false;                      ///< the server may ask for a certificate
};
Shape shape_of(const CipherSuiteInfo&) noexcept;

/// Whether the suite's records can be encrypted before their MAC is made (RFC 7366 3): those of block ciphers.
bool has_mac_of_its_own(const CipherSuiteInfo&) noexcept;
/// What the records of a connection are like.
RecordRules record_rules(const Terms&, const ProtocolOptions&) noexcept;

/// The terms of a suite under the version in the facts, which get suite, hash and the flags of the terms; the transcript
/// starts. `terms.suite` and the randoms are set.
Result<void> settle(Terms&, Flow&);

}  // namespace keyway::handshake::tls12
