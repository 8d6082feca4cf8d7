// SPDX-License-Identifier: Apache-2.0
//
// From the premaster secret to keys and Finished (RFC 5246 8.1, 6.3, 7.4.9; RFC 7627).
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

/// What the rest of a handshake is about; on the heap, because states are small.
struct Master : Recycled<Master> {
  Terms terms;
  schedule::MasterSecret12 secret;
  schedule::KeyBlock12 keys;
  std::optional<AuthenticatedPeer> peer{};  ///< by certificate; told behind its Finished
};
using MasterPtr = std::unique_ptr<Master>;

/// Of the exchange's secret, after ClientKeyExchange went into the transcript (RFC 7627 3 wants it there).
Result<MasterPtr> make_master(const Terms&, Exchange&, Flow&);

/// ChangeCipherSpec, our keys, Finished.
Result<void> send_finished(const Master&, Flow&);
/// On the peer's ChangeCipherSpec. Error excess_handshake_data for a message that straddles it.
Result<void> change_read_keys(const Master&, Flow&);
/// Checks verify_data over the present transcript, then adds the message to it. Error finished_mismatch.
Result<void> check_finished(const Master&, const wire::Finished&, Flow&);
/// What a connected connection keeps: enough for exporters (RFC 5705 4).
struct Kept {
  schedule::MasterSecret12 secret;
  Random client_random{};
  Random server_random{};
};
Kept kept_of(Master&&);

}  // namespace keyway::handshake::tls12
