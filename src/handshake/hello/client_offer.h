// SPDX-License-Identifier: Apache-2.0
//
// What a client offered and must remember until ServerHello answers it: random, session id, session, ephemeral keys, PSKs.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/inplace_vector.h"
#include "base/recycled.h"
#include "handshake/flow.h"
#include "keyway/crypto/public_key.h"
#include "keyway/psk.h"
#include "keyway/session_store.h"
#include "wire/sent_extensions.h"

namespace keyway::handshake {

/// One PSK in the order offered: a ticket or an external key.
struct OfferedPsk {
  std::shared_ptr<const SessionTicket> ticket;  ///< null for an external key
  Bytes identity;                               ///< as sent
  Bytes external_identity;                      ///< as configured, external keys only
  SecretBytes key;                              ///< external keys: the key or, RFC 9258, the imported one
  HashAlgorithm hash = HashAlgorithm::sha256;
  bool imported = false;

  ByteView secret() const noexcept { return ticket ? ticket->session->secret.expose() : key.expose(); }
};

/// As many as there are groups (keyway/protocol.h); a configuration names each once.
inline constexpr std::size_t max_shares = 16;

struct ClientOffer : Recycled<ClientOffer> {
  std::array<std::byte, 32> random{};
  std::array<std::byte, 32> session_id{};
  std::size_t session_id_size = 0;
  InplaceVector<NamedGroup, max_shares> share_groups;
  InplaceVector<std::unique_ptr<crypto::KeyAgreement>, max_shares> shares;
  std::vector<OfferedPsk> psks;
  std::shared_ptr<const SessionTicket> session{};  ///< of TLS 1.2 or below
  bool session_of_another = false;  ///< target or verification than these: its chain must be judged again
  wire::SentExtensions sent;
  Bytes cookie;                       ///< from a HelloRetryRequest
  std::uint32_t permutation_seed = 0;
  std::span<const ProtocolVersion> versions;  ///< newest first: those of the configuration, or the one of the connection

  ByteView session_id_view() const noexcept { return {session_id.data(), session_id_size}; }
};

/// Draws random values, makes key shares, selects tickets, PSKs and a session.
Result<std::unique_ptr<ClientOffer>> make_offer(const Inputs&);
/// Of a handshake within a connection: of its version, with nothing to resume.
Result<std::unique_ptr<ClientOffer>> make_renegotiation_offer(const Inputs&, ProtocolVersion);

/// Encodes and sends the ClientHello of this offer, with the ages of tickets at this time and binders over it; after a
/// retry once more, with what is left of the offer (RFC 8446 4.1.2).
Result<void> send_client_hello(ClientOffer&, Flow&);

}  // namespace keyway::handshake
