// SPDX-License-Identifier: Apache-2.0
//
// Master secret, key block and Finished; ChangeCipherSpec is where keys come into use (RFC 5246 6.3, 7.1, 7.4.9, 8.1).
#include "handshake/tls12/master.h"

#include "base/ct.h"
#include "handshake/tls12/derivation.h"
#include "handshake/tls12/legacy/next_protocol.h"
#include "schedule/finished.h"

namespace keyway::handshake::tls12 {

namespace {

constexpr Role other(Role role) noexcept { return role == Role::client ? Role::server : Role::client; }

const schedule::DirectionKeys12& keys_of(Role sender, const Master& master) {
  return sender == Role::client ? master.keys.client : master.keys.server;
}

Result<schedule::MasterSecret12> derive_master(const Terms& terms, ByteView premaster, Flow& flow) {
  if (const Derivation* const own = terms.profile->derivation) return own->master_secret(terms, premaster, flow);
  KW_ASSIGN(const schedule::PrfHash hash, schedule::prf_hash(flow.in().provider(), flow.facts().hash->algorithm));
  // RFC 7627 4: bound to the handshake, so that no two handshakes have the same master secret.
  if (terms.extended_master_secret) return schedule::extended_master_secret(hash, premaster, flow.transcript().current());
  return schedule::master_secret(hash, premaster, terms.client_random, terms.server_random);
}

Result<schedule::KeyBlock12> derive_keys(Master& master, Flow& flow) {
  const Terms& terms = master.terms;
  const schedule::KeySizes sizes = schedule::key_sizes(*terms.suite, terms.profile->iv);
  if (terms.profile->derivation != nullptr) return terms.profile->derivation->key_block(master, sizes, flow);
  KW_ASSIGN(const schedule::PrfHash hash, schedule::prf_hash(flow.in().provider(), flow.facts().hash->algorithm));
  const schedule::PrfKey& prf = master.prf.emplace(hash, master.secret.value.expose());
  return schedule::key_block(prf, terms.client_random, terms.server_random, sizes);
}

Result<schedule::VerifyData> compute_verify_data(Role sender, const Master& master, Flow& flow) {
  if (const Derivation* const own = master.terms.profile->derivation) return own->verify_data(master, sender, flow);
  return schedule::verify_data12(*master.prf, sender, flow.transcript().current());
}

/// Computes and notes it.
Result<ByteView> verify_data(Role sender, Master& master, Flow& flow) {
  KW_ASSIGN(const schedule::VerifyData data, compute_verify_data(sender, master, flow));
  VerifyDataPair::Value& noted = master.finished.of(sender);
  noted.clear();
  for (const std::byte b : data.view()) {
    if (!noted.push_back(b)) return fail(Errc::internal);
  }
  return noted.view();
}

Result<void> expand(Master& master, Flow& flow) {
  flow.log_secret("CLIENT_RANDOM", master.secret.value.expose());
  KW_ASSIGN(master.keys, derive_keys(master, flow));
  return {};
}

}  // namespace

Result<MasterPtr> make_master(const Terms& terms, Exchange& exchange, Flow& flow) {
  KW_ASSIGN(const ByteView premaster, exchange.secret(flow));
  auto master = std::make_unique<Master>();
  master->terms = terms;
  master->subject = to_bytes(exchange.subject(flow));
  // As with certificates: within a connection the peer stays who it is.
  const Established* before = flow.enclosing();
  if (before != nullptr && before->by_key && !(is_by_key(*terms.suite) && master->subject == flow.facts().info.psk_identity))
    return fail(Errc::certificate_changed);
  //= rfc7627#5.2-3, 5.2-4
  KW_ASSIGN(master->secret, derive_master(terms, premaster, flow));
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

Result<ToSign> certificate_verify_of(const Master& master, SignatureScheme scheme, Flow& flow) {
  if (const Derivation* const own = master.terms.profile->derivation) return own->certificate_verify(master, scheme, flow);
  return ToSign{scheme, flow.transcript().messages()};
}

Result<void> send_finished(Master& master, Flow& flow) {
  const Role own = flow.in().role;
  KW_TRY(flow.change_write_keys(keys_of(own, master), record_rules(master.terms, flow.in().protocol())));
  if (own == Role::client && master.terms.next_protocol) KW_TRY(client::send_next_protocol(flow));
  KW_ASSIGN(const ByteView data, verify_data(own, master, flow));
  return flow.send(HandshakeType::finished, [&](wire::Writer& w) { w.bytes(data); });
}

Result<void> change_read_keys(const Master& master, Flow& flow) {
  return flow.change_read_keys(keys_of(other(flow.in().role), master), record_rules(master.terms, flow.in().protocol()));
}

Result<void> check_finished(Master& master, const wire::Finished& m, Flow& flow) {
  KW_ASSIGN(const ByteView expected, verify_data(other(flow.in().role), master, flow));
  //= rfc5246#7.4.9-1
  if (!ct::equal(m.verify_data, expected)) return fail(Errc::finished_mismatch);
  flow.hash_received();
  return {};
}

void remember_authenticated(const Master& master, Flow& flow) {
  if (master.session) return remember_session(*master.session, flow);
  flow.facts().info.resumed = Resumption::none;
  if (master.peer) remember_peer(master.peer->chain(), master.peer->scheme(), flow);
  if (!master.subject.empty()) flow.facts().info.psk_identity = master.subject;
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
  if (!facts.info.npn) session->alpn = facts.info.alpn;
  session->server_name = facts.info.server_name;
  remember_in(*session, facts);
  return session;
}

bool is_resumable(const Terms& terms, bool client_authenticates) noexcept {
  return terms.extended_master_secret || !client_authenticates;
}

std::unique_ptr<Established> established_by(const Master& master, const Facts& facts) {
  auto established = std::make_unique<Established>();
  established->secret.value = master.secret.value.duplicate();
  established->hash = facts.hash;
  established->client_random = master.terms.client_random;
  established->server_random = master.terms.server_random;
  established->finished = master.finished;
  established->extended_master_secret = master.terms.extended_master_secret;
  established->encrypt_then_mac = master.terms.encrypt_then_mac;
  if (master.session) established->first_finished = Role::server;
  established->can_renegotiate = master.terms.secure_renegotiation || master.terms.unbound;
  established->bound = !master.terms.unbound;
  established->by_key = is_by_key(*master.terms.suite);
  return established;
}

}  // namespace keyway::handshake::tls12
