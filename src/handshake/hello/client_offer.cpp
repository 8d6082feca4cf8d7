// SPDX-License-Identifier: Apache-2.0
//
// What a client draws and selects before its first ClientHello: randoms, ephemeral keys, tickets, external keys.
#include "handshake/hello/client_offer.h"

#include <algorithm>

#include "base/guarded.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/negotiation/psk.h"
#include "names/cipher_suite_table.h"
#include "session/client_selection.h"
#include "session/ticket_age.h"

namespace keyway::handshake {

namespace {

bool offers_hash(const Inputs& in, HashAlgorithm hash) {
  return std::ranges::any_of(in.common().cipher_suites, [&](CipherSuite suite) {
    return negotiation::has_suite(ProtocolVersion::tls1_3, suite) && suite_hash(suite) == hash;
  });
}

/// Without a certificate the peer was authenticated by a pre-shared key: only who has keys may rely on that.
bool authenticates_peer(const Session& session, const Inputs& in) {
  const PskOptions& psk = in.client().options.psk;
  return session.peer || !psk.keys.empty() || psk.lookup;
}

/// Whether a ticket may be offered to the peer of this connection, wherever it comes from.
bool fits(const Session& session, ByteView policy, const Inputs& in) {
  // A ticket of another host, name or verification would carry its peer's identity over to this connection.
  //= rfc8446#4.6.1-5
  if (!std::ranges::equal(session.policy, policy) || session.version != ProtocolVersion::tls1_3) return false;
  if (!authenticates_peer(session, in)) return false;
  //= rfc8446#4.2.11-1, 4.2.11.1-2, 4.6.1-4
  return offers_hash(in, suite_hash(session.cipher_suite)) && session::is_live(session, in.now.wall);
}

void offer_ticket(ClientOffer& offer, std::shared_ptr<const SessionTicket> ticket) {
  OfferedPsk psk{
      .identity = ticket->ticket, .external_identity = {}, .key = {}, .hash = suite_hash(ticket->session->cipher_suite)};
  psk.ticket = std::move(ticket);
  offer.psks.push_back(std::move(psk));
}

Result<void> offer_tickets(ClientOffer& offer, const Inputs& in) {
  if (in.client().options.tickets.use_ticket.empty() && !in.client().options.tickets.store) return {};
  const TicketTarget target = session::ticket_target(in.destination->name, in.destination->port, in.common().verification);
  const Bytes policy = session::ticket_policy(target);
  const ClientTicketOptions& options = in.client().options.tickets;
  for (std::size_t i = 0; i < options.use_ticket.size(); ++i) {
    const auto& ticket = options.use_ticket[i];
    // Who sees a ticket twice can tell that the same client came back. The flag is shared by all connections.
    //= rfc8446#C.4-1
    if (fits(*ticket->session, policy, in) && !in.client().spent_tickets[i].test_and_set()) offer_ticket(offer, ticket);
  }
  if (!options.store || !offer.psks.empty()) return {};
  KW_ASSIGN(auto ticket, guarded([&] { return options.store->take(target, in.now); }));
  // A store is the user's code: what it gives for this target need not be of this target.
  if (ticket && ticket->usable() && fits(*ticket->session, policy, in)) offer_ticket(offer, std::move(ticket));
  return {};
}

void offer_external(ClientOffer& offer, const Psk& psk, HashAlgorithm hash, const Inputs& in) {
  if (!offers_hash(in, hash)) return;
  OfferedPsk offered{.ticket = nullptr, .external_identity = psk.identity, .hash = hash, .imported = psk.imported};
  offered.identity = psk.imported ? negotiation::imported_identity(psk, hash) : psk.identity;
  auto key = negotiation::usable_external(psk, offered.identity, hash, in.provider());
  if (!key) return;
  offered.key = std::move(*key);
  offer.psks.push_back(std::move(offered));
}

// ---- TLS 1.2 and below

bool can_resume(const Session& session, const Inputs& in) {
  const auto& suites = in.common().cipher_suites;
  return session.version < ProtocolVersion::tls1_3 && in.allows(session.version) && authenticates_peer(session, in) &&
         //= rfc5246#7.4.1.2-2
         std::ranges::find(suites, session.cipher_suite) != suites.end() &&
         negotiation::has_suite(session.version, session.cipher_suite) && session::is_live(session, in.now.wall) &&
         (session.extended_master_secret || !in.protocol().require_extended_master_secret);
}

TicketTarget target_of(const Inputs& in) {
  return session::ticket_target(in.destination->name, in.destination->port, in.common().verification);
}

/// One of the store: that of an id, or the newest.
Result<std::shared_ptr<const SessionTicket>> find_session(const Inputs& in) {
  const ClientSessionOptions& options = in.client().options.sessions;
  if (!options.store || options.reuse_sessions == ReuseSessions::save) return nullptr;
  const Bytes& id = std::get<Bytes>(options.reuse_session);
  if (id.empty() && options.reuse_sessions == ReuseSessions::no) return nullptr;
  const TicketTarget target = target_of(in);
  KW_ASSIGN(auto found, guarded([&] { return options.store->find(target, id, in.now); }));
  // A store is the user's code: what it gives for this target need not be of this target.
  const bool fits = found && found->usable() && found->session->policy == session::ticket_policy(target);
  return fits && can_resume(*found->session, in) ? std::move(found) : nullptr;
}

Result<void> offer_session(ClientOffer& offer, const Inputs& in) {
  if (in.common().versions.back() == ProtocolVersion::tls1_3) return {};
  // What the program gives, it vouches for; it may have been made for another name, or under other demands.
  if (const auto* given = std::get_if<std::shared_ptr<const SessionTicket>>(&in.client().options.sessions.reuse_session)) {
    offer.session_of_another = (*given)->session->policy != session::ticket_policy(target_of(in));
    // Only a chain can be judged again for another target; a pre-shared key belongs to who has it.
    const bool fits = !offer.session_of_another || (*given)->session->peer;
    if (fits && can_resume(*(*given)->session, in)) offer.session = *given;
  } else {
    KW_ASSIGN(offer.session, find_session(in));
  }
  if (!offer.session) return {};
  const Bytes& id = offer.session->session_id;
  if (offer.session->ticket.empty()) {
    offer.session_id_size = id.size();
    std::ranges::copy(id, offer.session_id.begin());
  } else if (offer.session_id_size == 0) {
    // RFC 5077 3.4: by its echo we see that the server took the ticket.
    offer.session_id_size = offer.session_id.size();
    KW_TRY(in.provider().random(offer.session_id));
  }
  return {};
}

Result<void> draw_permutation(ClientOffer& offer, const Inputs& in) {
  if (!in.client().options.permute_extensions) return {};
  std::array<std::byte, 4> seed;
  KW_TRY(in.provider().random(seed));
  for (const std::byte b : seed) offer.permutation_seed = offer.permutation_seed << 8 | std::to_integer<std::uint32_t>(b);
  return {};
}

}  // namespace

Result<std::unique_ptr<ClientOffer>> make_renegotiation_offer(const Inputs& in, ProtocolVersion version) {
  auto offer = std::make_unique<ClientOffer>();
  KW_TRY(in.provider().random(offer->random));
  const auto& versions = in.common().versions;
  const auto at = std::ranges::find(versions, version);
  if (at == versions.end()) return fail(Errc::internal);
  offer->versions = {at, 1};
  return offer;
}

Result<std::unique_ptr<ClientOffer>> make_offer(const Inputs& in) {
  auto offer = std::make_unique<ClientOffer>();
  KW_TRY(in.provider().random(offer->random));
  offer->versions = in.common().versions;
  const bool speaks13 = in.allows(ProtocolVersion::tls1_3);
  if (speaks13 && in.client().options.middlebox_comp_mode) {
    offer->session_id_size = offer->session_id.size();
    //= rfc8446#4.1.2-9, D.4-1
    KW_TRY(in.provider().random(offer->session_id));
  }
  KW_TRY(draw_permutation(*offer, in));
  KW_TRY(offer_session(*offer, in));
  if (!speaks13) return offer;
  for (const NamedGroup group : in.client().key_shares) {
    KW_ASSIGN(auto share, in.provider().key_agreement(group));
    if (!offer->share_groups.push_back(group) || !offer->shares.push_back(std::move(share))) return fail(Errc::internal);
  }
  KW_TRY(offer_tickets(*offer, in));
  for (const Psk& psk : in.client().options.psk.keys) {
    if (!psk.imported) offer_external(*offer, psk, psk.hash, in);
    if (!psk.imported) continue;
    offer_external(*offer, psk, HashAlgorithm::sha256, in);
    offer_external(*offer, psk, HashAlgorithm::sha384, in);
  }
  return offer;
}

}  // namespace keyway::handshake
