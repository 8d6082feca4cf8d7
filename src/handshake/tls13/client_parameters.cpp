// SPDX-License-Identifier: Apache-2.0
//
// Client: ServerHello and EncryptedExtensions (RFC 8446 4.1.3, 4.3.1). The second ClientHello: client_hello_retry.cpp.
#include <algorithm>

#include "handshake/hello/answers.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/negotiation/psk.h"
#include "handshake/tls13/client_machine.h"
#include "handshake/tls13/key_setup.h"
#include "handshake/tls13/server_hello_rules.h"
#include "names/cipher_suite_table.h"

namespace keyway::handshake::tls13 {

Result<AuthenticatedPsk> take_selected_psk(const ClientOffer& offer, std::size_t index, CipherSuite suite, Flow& flow) {
  // RFC 8446 4.2.11: in range, and made for the hash of the suite.
  //= rfc8446#4.2.11-5
  if (index >= offer.psks.size()) return fail(Errc::wrong_psk_index);
  const OfferedPsk& psk = offer.psks[index];
  //= rfc8446#4.2.11-6
  if (psk.hash != suite_hash(suite)) return fail(Errc::psk_hash_mismatch);
  flow.facts().info.resumed = psk.ticket ? Resumption::ticket : Resumption::external_psk;
  if (!psk.ticket) flow.facts().info.psk_identity = psk.external_identity;
  return AuthenticatedPsk(psk.ticket ? psk.ticket->session : nullptr);
}

namespace client {

namespace {

bool offered(const std::vector<PskKeyExchangeMode>& modes, PskKeyExchangeMode mode) {
  return std::ranges::find(modes, mode) != modes.end();
}

/// The shared secret, empty with psk_ke. RFC 8446 4.1.3 and 4.2.8.
Result<SharedSecret> agree(ClientOffer& offer, const ServerHello& m, bool psk, std::optional<NamedGroup> requested, Flow& flow) {
  const auto& share = m.extensions.get<wire::KeyShareServerHello>();
  const auto& modes = flow.in().protocol().psk_modes;
  if (!share) {
    if (!psk) return wire::missing(ExtensionType::key_share);
    // RFC 8446 4.2.11: with a PSK its absence is illegal where our modes ask for it.
    if (!offered(modes, PskKeyExchangeMode::psk_ke)) return fail(Errc::wrong_key_share);
    return SharedSecret();
  }
  if (psk && !offered(modes, PskKeyExchangeMode::psk_dhe_ke)) return fail(Errc::wrong_key_share);
  //= rfc8446#4.2.8-7
  if (requested && share->share.group != *requested) return fail(Errc::wrong_group);
  for (auto& own : offer.shares) {
    if (own->group() != share->share.group) continue;
    flow.facts().info.group = own->group();
    return std::move(*own).agree(share->share.key_exchange);
  }
  //= rfc8446#4.2.8-6
  return fail(Errc::wrong_group);
}

Result<WaitEncryptedExtensions> accept(std::unique_ptr<ClientOffer> offer, const ServerHello& m,
                                       std::optional<NamedGroup> requested, Flow& flow) {
  const auto& selected = m.extensions.get<wire::PreSharedKeyServerHello>();
  if (selected && offer->psks.empty()) return fail(Errc::unsolicited_extension);
  std::optional<AuthenticatedPsk> psk;
  ByteView psk_secret;
  if (selected) {
    KW_ASSIGN(psk, take_selected_psk(*offer, selected->selected_identity, m.cipher_suite, flow));
    psk_secret = offer->psks[selected->selected_identity].secret();
  }
  KW_ASSIGN(const SharedSecret shared, agree(*offer, m, psk.has_value(), requested, flow));
  std::ranges::copy(m.random, flow.facts().info.server_random.begin());
  flow.facts().info.cipher_suite = m.cipher_suite;
  flow.facts().hash = flow.in().provider().hash(suite_hash(m.cipher_suite));
  flow.transcript().start(*flow.facts().hash);
  flow.hash_received();
  Keys keys = make_handshake_keys(psk_secret, shared.expose(), flow);
  KW_TRY(flow.send_change_cipher_spec());
  KW_TRY(install_handshake_keys(*keys, flow));
  return WaitEncryptedExtensions{std::move(keys), offer->sent, std::move(psk)};
}

Result<void> accept_alpn(const EncryptedExtensions& m, Flow& flow) {
  const auto& alpn = m.extensions.get<wire::Alpn>();
  if (!alpn) return {};
  KW_ASSIGN(flow.facts().info.alpn, negotiation::accept_alpn(*alpn, flow.in().client().options, flow.in().common().alpn));
  return {};
}

}  // namespace

Result<WaitEncryptedExtensions> enter(hello::client::Accepted13&& from, Flow& flow) {
  const ServerHello& m = from.answer->hello;
  KW_TRY(check_server_hello(*from.offer, m.legacy_session_id_echo, m.cipher_suite, flow));
  return accept(std::move(from.offer), m, std::nullopt, flow);
}

Result<WaitEncryptedExtensions> on(WaitSecondServerHello&& s, const ServerHello& m, Flow& flow) {
  KW_TRY(check_server_hello(*s.offer, m.legacy_session_id_echo, m.cipher_suite, flow));
  const auto& version = m.extensions.get<wire::SelectedVersion>();
  // RFC 8446 4.1.4: so does the version.
  //= rfc8446#4.1.4-5
  if (!version || version->version != ProtocolVersion::tls1_3) return fail(Errc::wrong_version_after_retry);
  // RFC 8446 4.1.4: the suite of the HelloRetryRequest stays.
  //= rfc8446#4.1.4-4
  if (m.cipher_suite != s.cipher_suite) return fail(Errc::wrong_cipher_suite);
  return accept(std::move(s.offer), m, s.group, flow);
}

Result<AfterParameters> on(WaitEncryptedExtensions&& s, const EncryptedExtensions& m, Flow& flow) {
  // RFC 8446 4.2.7: supported_groups is a hint for connections to come. It is the one legal extension that nothing here reads.
  //= rfc8446#4.2.7-2
  KW_TRY(check_solicited(m.extensions.all(), s.sent, ProtocolVersion::tls1_3));
  KW_TRY(accept_alpn(m, flow));
  KW_TRY(accept_sizes(m.extensions.get<wire::MaxFragmentLength>(), m.extensions.get<wire::RecordSizeLimit>(), flow));
  if (!s.psk) {
    KW_TRY(accept_types(m.extensions.get<wire::SelectedServerCertificateType>(),
                        m.extensions.get<wire::SelectedClientCertificateType>(), flow));
    if (flow.in().client().options.psk.required) return wire::missing(ExtensionType::pre_shared_key);
    return WaitCertificateOrRequest{{std::move(s.keys), s.sent, nullptr}};
  }
  // RFC 8446 4.6.2: what we show if we are asked after the handshake. The server's own type is that of the session.
  KW_ASSIGN(
      flow.facts().client_certificates,
      negotiation::accept_client_type(m.extensions.get<wire::SelectedClientCertificateType>(), flow.in().common().own_types));
  const auto& session = s.psk->session();
  if (!session || !session->peer || !flow.in().client().options.peer.reverify_on_resumption)
    return WaitFinished{std::move(s.keys), nullptr, std::move(*s.psk)};
  return AskReverdict{question_about(*session, flow), std::move(s.keys), std::move(*s.psk)};
}

Result<WaitFinished> on(AskReverdict&& s, Verdict&& m, Flow& flow) {
  flow.facts().info.verified = m.chain.basis();
  return WaitFinished{std::move(s.keys), nullptr, std::move(s.psk)};
}

}  // namespace client

}  // namespace keyway::handshake::tls13
