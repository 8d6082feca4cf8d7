// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "handshake/tls12/legacy/next_protocol.h"
#include "handshake/tls12/legacy/profiles.h"
#include "handshake/tls12/server_machine.h"

namespace keyway::handshake::tls12 {

std::span<const Profile> legacy_profiles() noexcept { return {}; }

Result<bool> client::accept_next_protocol(const wire::ServerHello&, Flow&) { return false; }
Result<void> client::send_next_protocol(Flow&) { return {}; }
bool server::shows_next_protocols(const wire::ClientHello&, Flow&) { return false; }
void server::show_next_protocols(wire::Writer&, Flow&) {}

// States that nothing leads to.
Result<server::WaitFinished> server::on(WaitNextProtocol&&, const NextProtocol&, Flow&) { return fail(Errc::internal); }
Result<server::ResumedWaitFinished> server::on(ResumedWaitNextProtocol&&, const NextProtocol&, Flow&) {
  return fail(Errc::internal);
}

}  // namespace keyway::handshake::tls12
