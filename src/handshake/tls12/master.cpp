// SPDX-License-Identifier: Apache-2.0
//
// Master secret, key block and Finished; ChangeCipherSpec is where keys come into use (RFC 5246 6.3, 7.1, 7.4.9, 8.1).
#include "handshake/tls12/master.h"

#include "base/ct.h"
#include "schedule/finished.h"

namespace keyway::handshake::tls12 {

namespace {

constexpr Role other(Role role) noexcept { return role == Role::client ? Role::server : Role::client; }

const schedule::DirectionKeys12& keys_of(Role sender, const Master& master) {
  return sender == Role::client ? master.keys.client : master.keys.server;
}

Result<schedule::PrfKey> prf_of(const Master& master, Flow& flow) {
  KW_ASSIGN(const schedule::PrfHash hash, schedule::prf_hash(flow.in().provider(), flow.facts().hash->algorithm));
  return schedule::PrfKey(hash, master.secret.value.expose());
}

Result<schedule::VerifyData> verify_data(Role sender, const Master& master, Flow& flow) {
  KW_ASSIGN(const schedule::PrfKey prf, prf_of(master, flow));
  return schedule::verify_data12(prf, sender, flow.transcript().current());
}

Result<void> expand(Master& master, Flow& flow) {
  flow.log_secret("CLIENT_RANDOM", master.secret.value.expose());
  KW_ASSIGN(const schedule::PrfKey prf, prf_of(master, flow));
  const Terms& terms = master.terms;
  const schedule::KeySizes sizes = schedule::key_sizes(*terms.suite, terms.profile->iv);
  master.keys = schedule::key_block(prf, terms.client_random, terms.server_random, sizes);
  return {};
}

}  // namespace

Result<MasterPtr> make_master(const Terms& terms, Exchange& exchange, Flow& flow) {
  KW_ASSIGN(const ByteView premaster, exchange.secret(flow));
  auto master = std::make_unique<Master>();
  master->terms = terms;
  KW_ASSIGN(const schedule::PrfHash hash, schedule::prf_hash(flow.in().provider(), flow.facts().hash->algorithm));
  // RFC 7627 4: bound to the handshake, so that no two handshakes have the same master secret.
  //= rfc7627#5.2-3, 5.2-4
  master->secret = terms.extended_master_secret
                       ? schedule::extended_master_secret(hash, premaster, flow.transcript().current())
                       : schedule::master_secret(hash, premaster, terms.client_random, terms.server_random);
  KW_TRY(expand(*master, flow));
  return master;
}

Result<MasterPtr> resume_master(const Terms& terms, std::shared_ptr<const Session> session, Flow& flow) {
  auto master = std::make_unique<Master>();
  master->terms = terms;
  //= rfc7627#5.3-7
  master->secret.value = session->secret.duplicate();
  master->session = std::move(session);
  KW_TRY(expand(*master, flow));
  return master;
}

Result<void> send_finished(const Master& master, Flow& flow) {
  const Role own = flow.in().role;
  KW_TRY(flow.change_write_keys(keys_of(own, master)));
  KW_ASSIGN(const schedule::VerifyData data, verify_data(own, master, flow));
  return flow.send(HandshakeType::finished, [&](wire::Writer& w) { w.bytes(data.view()); });
}

Result<void> change_read_keys(const Master& master, Flow& flow) {
  return flow.change_read_keys(keys_of(other(flow.in().role), master));
}

Result<void> check_finished(const Master& master, const wire::Finished& m, Flow& flow) {
  KW_ASSIGN(const schedule::VerifyData expected, verify_data(other(flow.in().role), master, flow));
  if (!ct::equal(m.verify_data, expected.view())) return fail(Errc::finished_mismatch);
  flow.hash_received();
  return {};
}

void remember_authenticated(const Master& master, Flow& flow) {
  if (master.session) return remember_session(*master.session, flow);
  if (master.peer) remember_peer(master.peer->chain(), master.peer->scheme(), flow);
  flow.facts().authenticated_at = flow.in().now.wall;
}

std::shared_ptr<Session> make_session(const Master& master, Flow& flow) {
  const Facts& facts = flow.facts();
  auto session = std::make_shared<Session>();
  session->version = facts.info.version;
  session->cipher_suite = *facts.info.cipher_suite;
  session->secret = master.secret.value.duplicate();
  session->extended_master_secret = master.terms.extended_master_secret;
  session->issued = flow.in().now.wall;
  session->alpn = facts.info.alpn;
  session->server_name = facts.info.server_name;
  remember_in(*session, facts);
  return session;
}

bool is_resumable(const Terms& terms, bool client_authenticates) noexcept {
  return terms.extended_master_secret || !client_authenticates;
}

Kept kept_of(Master&& master) { return {std::move(master.secret), master.terms.client_random, master.terms.server_random}; }

}  // namespace keyway::handshake::tls12
