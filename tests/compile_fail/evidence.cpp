// SPDX-License-Identifier: Apache-2.0
//
// Evidence cannot be forged: each type is made in its one place, and no state behind authentication exists without it.
#include "handshake/tls13/client_machine.h"
#include "handshake/tls13/server_machine.h"
#include "schedule/finished.h"
#include "schedule/traffic_keys.h"

namespace keyway::handshake::tls13 {

// case forge_trusted_chain: TrustedChain::TrustedChain\(.*is private within this context|calling a private constructor
#ifdef CASE_forge_trusted_chain
TrustedChain chain(std::shared_ptr<const CertificateChain> certificates, std::unique_ptr<crypto::PublicKey> key) {
  return TrustedChain(TrustedChain::Basis::validated, std::move(certificates), std::move(key), {}, WallTime::max(), true);
}
#else
Result<TrustedChain> chain(const VerifyQuestion& question) { return TrustedChain::accepted_by_user(question, "a test"); }
#endif

// case empty_trusted_chain: no matching function for call to .*TrustedChain|no matching constructor|no default constructor
#ifdef CASE_empty_trusted_chain
TrustedChain empty_chain() { return TrustedChain(); }
#else
TrustedChain empty_chain(TrustedChain& chain) { return std::move(chain); }
#endif

// case copy_trusted_chain: use of deleted function .*TrustedChain|call to (implicitly-)?deleted (copy )?constructor
#ifdef CASE_copy_trusted_chain
TrustedChain twice(const TrustedChain& chain) { return chain; }
#else
const TrustedChain& twice(const TrustedChain& chain) { return chain; }
#endif

// case forge_peer: AuthenticatedPeer::AuthenticatedPeer\(.*is private within this context|calling a private constructor
#ifdef CASE_forge_peer
AuthenticatedPeer peer(TrustedChain&& chain) { return AuthenticatedPeer(std::move(chain), SignatureScheme::ed25519); }
#else
Result<AuthenticatedPeer> peer(TrustedChain&& chain, const wire::CertificateVerify& m, Flow& flow) {
  return prove_possession(std::move(chain), m, Role::server, flow);
}
#endif

// case chain_as_peer: could not convert .*TrustedChain|no matching conversion|no viable conversion
#ifdef CASE_chain_as_peer
Peer peer_of(TrustedChain&& chain) { return std::move(chain); }
#else
Peer peer_of(AuthenticatedPeer&& peer) { return std::move(peer); }
#endif

// case forge_psk: AuthenticatedPsk::AuthenticatedPsk\(.*is private within this context|calling a private constructor
#ifdef CASE_forge_psk
AuthenticatedPsk psk(std::shared_ptr<const Session> session) { return AuthenticatedPsk(std::move(session)); }
#else
Result<AuthenticatedPsk> psk(const OfferedBinder& offered, ByteView binder, Flow& flow) {
  return check_binder(offered, binder, flow);
}
#endif

// case client_skips_authentication: use of deleted function .*variant|no matching constructor|deleted default constructor
#ifdef CASE_client_skips_authentication
client::WaitFinished client_waits(Keys&& keys) { return {.keys = std::move(keys)}; }
#else
client::WaitFinished client_waits(Keys&& keys, AuthenticatedPeer&& peer) {
  return {.keys = std::move(keys), .peer = std::move(peer)};
}
#endif

// case server_skips_verdict: could not convert|no matching (function|constructor)|no default constructor
#ifdef CASE_server_skips_verdict
server::WaitCertificateVerify server_waits(Keys&& keys) { return {.keys = std::move(keys)}; }
#else
server::WaitCertificateVerify server_waits(Keys&& keys, TrustedChain&& peer) {
  return {.keys = std::move(keys), .peer = std::move(peer)};
}
#endif

// case certificate_makes_nobody: could not convert .*WaitFinished|no viable conversion|cannot convert
#ifdef CASE_certificate_makes_nobody
Result<client::WaitFinished> skipped(client::WaitCertificate&& s, const client::Certificate& m, Flow& flow) {
  return on(std::move(s), m, flow);
}
#else
Result<client::AskVerdict> skipped(client::WaitCertificate&& s, const client::Certificate& m, Flow& flow) {
  return on(std::move(s), m, flow);
}
#endif

// case stage_used_twice: cannot bind|passing .* discards|not viable|rvalue
#ifdef CASE_stage_used_twice
schedule::HandshakeSecret next(schedule::EarlySecret& early) { return early.into_handshake({}); }
#else
schedule::HandshakeSecret next(schedule::EarlySecret& early) { return std::move(early).into_handshake({}); }
#endif

// case forge_stage: is private within this context|calling a private constructor
#ifdef CASE_forge_stage
schedule::MasterSecret master(const crypto::HashMethods& hash) {
  return schedule::MasterSecret(schedule::HmacKey(hash, ByteView()));
}
#else
schedule::MasterSecret master(schedule::HandshakeSecret&& stage) { return std::move(stage).into_master(); }
#endif

// case secrets_exchanged: could not convert|cannot convert|no viable conversion|invalid initialization
#ifdef CASE_secrets_exchanged
schedule::VerifyData finished(const crypto::HashMethods& hash, const schedule::ResumptionSecret& key) {
  return schedule::verify_data(hash, key, {});
}
#else
schedule::TrafficKeys keys(const crypto::HashMethods& hash, const schedule::TrafficSecret& key) {
  return schedule::traffic_keys(hash, key, 16);
}
#endif

}  // namespace keyway::handshake::tls13
