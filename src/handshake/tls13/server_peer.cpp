// SPDX-License-Identifier: Apache-2.0
//
// Server: our identity, and the client's (RFC 8446 4.3.2, 4.4.2, 4.4.3).
#include "handshake/negotiation/negotiation.h"
#include "handshake/tls13/key_setup.h"
#include "handshake/tls13/server_machine.h"
#include "handshake/tls13/server_steps.h"

namespace keyway::handshake::tls13::server {

namespace {

/// Why a server that has nothing but PSKs cannot answer.
Errc why_no_psk(const wire::ClientHello& hello, const Parameters& parameters) {
  const bool offered = hello.extensions.get<wire::PreSharedKeyClientHello>().has_value();
  const bool mode = parameters.psk_ke || (parameters.psk_dhe_ke && parameters.group);
  return offered && !mode ? Errc::no_common_psk_mode : Errc::no_common_psk;
}

}  // namespace

Result<void> send_certificate_request(ByteView context, Flow& flow) {
  const ServerSettings& settings = flow.in().server();
  const auto schemes = [](wire::Writer& w, ExtensionType type, const std::vector<SignatureScheme>& list) {
    w.u16(static_cast<std::uint16_t>(type));
    w.vec16([&] {
      w.vec16([&] {
        for (const SignatureScheme scheme : list) w.u16(static_cast<std::uint16_t>(scheme));
      });
    });
  };
  return flow.send(HandshakeType::certificate_request, [&](wire::Writer& w) {
    w.vec8(context);
    w.vec16([&] {
      //= rfc8446#4.3.2-3
      schemes(w, ExtensionType::signature_algorithms, settings.common.signature_schemes);
      if (settings.common.send_certificate_schemes)
        schemes(w, ExtensionType::signature_algorithms_cert, settings.common.certificate_schemes);
      if (settings.options.stapling) {
        w.u16(static_cast<std::uint16_t>(ExtensionType::status_request));
        w.u16(0);
      }
      if (const auto& compressors = settings.options.protocol.certificate_compression; !compressors.empty()) {
        w.u16(static_cast<std::uint16_t>(ExtensionType::compress_certificate));
        w.vec16([&] {
          w.vec8([&] {
            for (const auto& compressor : compressors) w.u16(static_cast<std::uint16_t>(compressor->algorithm()));
          });
        });
      }
      const std::vector<ByteView> names = authorities_to_name(settings);
      if (names.empty()) return;
      w.u16(static_cast<std::uint16_t>(ExtensionType::certificate_authorities));
      w.vec16([&] {
        w.vec16([&] {
          for (const ByteView name : names) w.vec16(name);
        });
      });
    });
  });
}

Result<AskSignature> on(AskIdentity&& s, const IdentityChosen& m, Flow& flow) {
  const ServerSettings& settings = flow.in().server();
  if (settings.options.psk.required) return fail(Errc::unknown_psk_identity);
  const Requested asked = requested_of_chosen(s.hello->hello, ProtocolVersion::tls1_3);
  if (settings.common.identities.empty()) return fail(why_no_psk(s.hello->hello, s.parameters));
  // RFC 8446 9.2: needed as soon as a certificate authenticates.
  //= rfc8446#4.2.3-2
  if (!s.hello->hello.extensions.get<wire::SignatureAlgorithms>()) return wire::missing(ExtensionType::signature_algorithms);
  if (!s.parameters.group) return wire::missing(ExtensionType::key_share);
  //= rfc8446#4.4.2-4
  if (!m.index)
    return fail(negotiation::why_no_identity(settings.common.identities, asked.schemes, asked.types, ProtocolVersion::tls1_3));
  KW_ASSIGN(const SignatureScheme scheme, scheme_for(*m.index, asked, flow));
  // send_hello refuses who has nothing to show and must; who need not is not asked.
  const bool request =
      settings.request_certificate && negotiation::choose_client_type(s.hello->hello, settings.common.peer_types).has_value();
  remember_identity(*m.index, flow);
  KW_ASSIGN(Keys keys, send_hello(*s.hello, s.parameters, nullptr, flow));
  //= rfc8446#4.3.2-1
  //= rfc7250#4.2-4
  if (request) KW_TRY(send_certificate_request({}, flow));
  //= rfc8446#4.4.2-1, 4.4.2.2-2
  KW_TRY(send_certificate(settings.common.identities[*m.index].get(), asked, flow));
  return AskSignature{{*m.index, scheme, signature_content(Role::server, flow)}, std::move(keys), request};
}

Result<OneOf<WaitCertificate, WaitFinished>> on(AskSignature&& s, const Signed& m, Flow& flow) {
  KW_TRY(send_certificate_verify(s.question.scheme, m.signature, flow));
  KW_TRY(finish_flight(*s.keys, flow));
  if (s.requested) return WaitCertificate{std::move(s.keys)};
  return WaitFinished{std::move(s.keys), NotAsked{}};
}

Result<OneOf<AskVerdict, WaitFinished>> on(WaitCertificate&& s, const Certificate& m, Flow& flow) {
  if (!m.certificate_request_context.empty()) return fail(Errc::wrong_request_context);
  if (m.entries.empty()) {
    //= rfc8446#4.4.2.4-2
    if (flow.in().server().require_certificate) return fail(Errc::client_certificate_required);
    return WaitFinished{std::move(s.keys), NoneGiven{}};
  }
  KW_ASSIGN(VerifyPeer question, question_about(m, flow.in().server().options.stapling, false, flow));
  return AskVerdict{std::move(question), std::move(s.keys)};
}

Result<OneOf<AskVerdict, WaitFinished>> on(WaitCertificate&& s, const CompressedCertificate& m, Flow& flow) {
  const bool offered = !flow.in().protocol().certificate_compression.empty();
  KW_ASSIGN(const Decompressed certificate, decompress(m, offered, flow));
  return on(std::move(s), certificate.message, flow);
}

Result<WaitCertificateVerify> on(AskVerdict&& s, Verdict&& m, Flow&) {
  return WaitCertificateVerify{std::move(s.keys), std::move(m.chain)};
}

Result<WaitFinished> on(WaitCertificateVerify&& s, const CertificateVerify& m, Flow& flow) {
  KW_ASSIGN(AuthenticatedPeer peer, prove_possession(std::move(s.peer), m, Role::client, flow));
  return WaitFinished{std::move(s.keys), std::move(peer)};
}

}  // namespace keyway::handshake::tls13::server
