// SPDX-License-Identifier: Apache-2.0
//
// From the premaster secret, or the master secret of a session, to keys and Finished (RFC 5246 8.1, 6.3, 7.4.9; RFC 7627).
#pragma once

#include "base/recycled.h"
#include "handshake/tls12/authentication.h"
#include "keyway/secret.h"
#include "schedule/key_block12.h"
#include "schedule/master_secret12.h"
#include "wire/messages/finished.h"

namespace keyway::handshake::tls12 {

/// The peer's ChangeCipherSpec: a record and no message (RFC 5246 7.1).
struct ChangeCipherSpec {};

/// Commands of the application on a connection that stands: a client begins a handshake, a server asks for one.
struct Renegotiation {};

/// What the rest of a handshake is about; on the heap, because states are small.
struct Master : Recycled<Master> {
  Terms terms;
  schedule::MasterSecret12 secret;
  std::optional<schedule::PrfKey> prf{};  ///< of the secret, where the version derives with it
  schedule::KeyBlock12 keys;
  std::optional<AuthenticatedPeer> peer{};  ///< by certificate; told behind its Finished
  Bytes subject{};                          ///< whose key or password it needs; likewise
  std::shared_ptr<const Session> session{};  ///< that is resumed: the peer is who it was then; likewise
  Bytes ticket{};                           ///< clients: of NewSessionTicket
  std::uint32_t ticket_lifetime = 0;        ///< likewise; seconds, 0: not said
  VerifyDataPair finished{};
};
using MasterPtr = std::unique_ptr<Master>;

/// Of the exchange's secret, after ClientKeyExchange went into the transcript (RFC 7627 3 wants it there).
Result<MasterPtr> make_master(const Terms&, Exchange&, Flow&);

/// New keys of the secret of a session (RFC 5246 F.1.4).
Result<MasterPtr> resume_master(const Terms&, std::shared_ptr<const Session>, Flow&);

/// ChangeCipherSpec, our keys, Finished.
Result<void> send_finished(Master&, Flow&);
/// On the peer's ChangeCipherSpec. Error excess_handshake_data for a message that straddles it.
Result<void> change_read_keys(const Master&, Flow&);
/// Checks verify_data over the present transcript, then adds the message to it. Error finished_mismatch.
Result<void> check_finished(Master&, const wire::Finished&, Flow&);
/// Notes in the facts who the peer is: behind its Finished, not before.
void remember_authenticated(const Master&, Flow&);

/// What this connection can be resumed with, its peer noted already. The role's policy and lifetime are not in it yet.
std::shared_ptr<Session> make_session(const Master&, Flow&);
/// Whether both ends may rely on it: without RFC 7627 a client's certificate could be another connection's (RFC 7627 5.4).
bool is_resumable(const Terms&, bool client_authenticates) noexcept;

/// What stays of a handshake when both Finished are there, or will.
std::unique_ptr<Established> established_by(const Master&, const Facts&);

}  // namespace keyway::handshake::tls12
