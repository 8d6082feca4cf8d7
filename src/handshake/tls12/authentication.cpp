// SPDX-License-Identifier: Apache-2.0
//
// Who the peer is, by certificate and signature (RFC 5246 7.4.2, 7.4.3, 7.4.8; RFC 8422 5.3).
#include "handshake/tls12/authentication.h"

#include <algorithm>
#include <array>
#include <memory_resource>

#include "crypto/legacy/implied_scheme.h"
#include "names/signature_scheme.h"

namespace keyway::handshake::tls12 {

namespace {

/// RFC 5246 7.4.1.4.1: in this family a scheme names a kind of key and a hash; the curve is the key's own.
bool scheme_fits(SignatureScheme scheme, const crypto::PublicKey& key) {
  const SignatureSchemeInfo* row = find_signature_scheme(scheme);
  if (row == nullptr) return false;
  switch (row->key) {
    case SignatureKey::rsa: return key.type() == crypto::KeyType::rsa;
    case SignatureKey::rsa_pss: return key.type() == crypto::KeyType::rsa_pss;
    case SignatureKey::ed25519: return key.type() == crypto::KeyType::ed25519;
    case SignatureKey::ed448: return key.type() == crypto::KeyType::ed448;
    case SignatureKey::ec: return key.type() == crypto::KeyType::ec && !is_for_tls13_alone(scheme);
    case SignatureKey::dsa: return key.type() == crypto::KeyType::dsa;
  }
  return false;
}

/// RFC 8422 5.1.1, 5.3: the groups of our hello are for the keys in certificates, too.
Result<void> check_curve(const crypto::PublicKey& key, Flow& flow) {
  const auto& groups = flow.in().common().offered_groups;
  const bool ours = flow.in().role == Role::server || key.type() != crypto::KeyType::ec ||
                    std::ranges::find(groups, key.curve()) != groups.end();
  return ours ? Result<void>()
              : fail(Errc::certificate_key_type, {.reason = "its curve is none of the groups that were offered"});
}

}  // namespace

Result<SignatureScheme> scheme_of(const wire::DigitallySigned& signature, const crypto::PublicKey& key, Flow& flow) {
  if (profile_of(flow.facts().info.version).signature == wire::SignatureForm::bare) {
    const auto implied = crypto::implied_scheme(key.type());
    if (!implied) return fail(Errc::certificate_key_type);
    return signature.algorithm != SignatureScheme{} ? signature.algorithm : *implied;
  }
  const auto& accepted = flow.in().common().signature_schemes;
  // RFC 5246 7.4.3, 7.4.8: one of the pairs that we offered, and one of the key's kind.
  const bool offered = std::ranges::find(accepted, signature.algorithm) != accepted.end();
  //= rfc5246#7.4.3-2, 7.4.8-1
  if (!offered || !scheme_fits(signature.algorithm, key)) return fail(Errc::wrong_signature_scheme);
  return signature.algorithm;
}

Result<AuthenticatedPeer> prove_possession(TrustedChain&& chain, const wire::DigitallySigned& signature, ByteView content,
                                           Flow& flow) {
  //= rfc5246#7.4.2-3
  if (!chain.leaf_may_sign()) return fail(Errc::certificate_wrong_usage);
  KW_TRY(check_curve(chain.leaf_key(), flow));
  KW_ASSIGN(const SignatureScheme scheme, scheme_of(signature, chain.leaf_key(), flow));
  const auto algorithm = crypto::algorithm_of(scheme);
  if (!algorithm) return fail(Errc::wrong_signature_scheme);
  if (!chain.leaf_key().verify(*algorithm, content, signature.signature)) return fail(Errc::wrong_signature);
  return AuthenticatedPeer(std::move(chain), scheme);
}

Result<AuthenticatedPeer> exchange_with(TrustedChain&& chain, Exchange& exchange, Flow& flow) {
  KW_TRY(exchange.use_certificate(chain, flow));
  return AuthenticatedPeer(std::move(chain), std::nullopt);
}

ByteView signed_parameters(const Terms& terms, ByteView parameters, Flow& flow) {
  Bytes content;
  content.reserve(terms.client_random.size() + terms.server_random.size() + parameters.size());
  content.insert(content.end(), terms.client_random.begin(), terms.client_random.end());
  content.insert(content.end(), terms.server_random.begin(), terms.server_random.end());
  content.insert(content.end(), parameters.begin(), parameters.end());
  return flow.keep(content);
}

Result<void> send_certificate(const pki::Identity* identity, Flow& flow) {
  // RFC 8879 3: what a hello offers for TLS 1.3 means nothing here.
  //= rfc8879#3-1
  if (identity == nullptr && profile_of(flow.facts().info.version).alerts_no_certificate()) return flow.send_no_certificate();
  return flow.send(HandshakeType::certificate, [&](wire::Writer& w) {
    w.vec24([&] {
      if (identity == nullptr) return;
      // RFC 7250 3: the key in the place of the list.
      //= rfc7250#4.2-6
      if (identity->type() == CertificateType::raw_public_key) return w.bytes(identity->chain->der(0));
      for (std::size_t i = 0; i < identity->chain->size(); ++i) w.vec24(identity->chain->der(i));
    });
  });
}

Result<VerifyPeer> question_about(const wire::Certificate12& m, Flow& flow) {
  std::size_t size = 0;
  std::array<std::byte, 1024> memory;
  std::pmr::monotonic_buffer_resource resource(memory.data(), memory.size());
  std::pmr::vector<ByteView> chain(&resource);
  const auto take = [&](ByteView certificate) -> Result<void> {
    size += certificate.size();
    if (size > flow.in().protocol().max_certificate_list) return fail(Errc::certificate_list_too_long);
    chain.push_back(flow.keep(certificate));
    return {};
  };
  const Facts& facts = flow.facts();
  const CertificateType type = flow.in().role == Role::client ? facts.server_certificates : facts.client_certificates;
  const bool raw = type == CertificateType::raw_public_key;
  if (raw) {
    KW_TRY(take(m.content));
  } else {
    KW_ASSIGN(const auto certificates, m.certificates());
    for (const ByteView certificate : certificates) KW_TRY(take(certificate));
  }
  // Who talks to us in the middle of a connection is who began it: RFC 5746 binds the handshakes, but a program that looked
  // at the peer once would not look again.
  const auto& before = facts.info.peer_chain;
  const auto same = [&] { return before->is_raw_public_key() == raw && std::ranges::equal(chain.front(), before->der(0)); };
  if (flow.enclosing() != nullptr && before && (chain.empty() || !same())) return fail(Errc::certificate_changed);
  VerifyPeer question{};
  question.chain = flow.keep(chain);
  question.raw_public_key = raw;
  return question;
}

}  // namespace keyway::handshake::tls12
