// SPDX-License-Identifier: Apache-2.0
//
// Server: ServerHello to ServerHelloDone (RFC 5246 7.4.1.3 to 7.4.5).
#include <algorithm>

#include "handshake/hello/answers.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/tls12/legacy/next_protocol.h"
#include "handshake/tls12/server_machine.h"
#include "handshake/tls12/server_steps.h"
#include "names/client_certificate_type.h"
#include "names/signature_scheme.h"
#include "wire/messages/certificate_request12.h"
#include "wire/messages/certificate_status12.h"

namespace keyway::handshake::tls12::server {

namespace {

/// RFC 8446 4.1.3: the mark by which a client sees that it was made to ask for less than both sides have.
void mark_downgrade(Random& random, Flow& flow) {
  const ProtocolVersion newest = flow.in().common().versions.front();
  const ProtocolVersion chosen = flow.facts().info.version;
  if (chosen == newest || newest < ProtocolVersion::tls1_2) return;
  //= rfc8446#4.1.3-8
  const std::string_view mark(chosen == ProtocolVersion::tls1_2 ? "DOWNGRD\1" : "DOWNGRD\0", 8);
  std::ranges::copy(as_bytes(mark), random.end() - 8);
}

/// RFC 7366 3: where the client offers it, and the suite has a MAC beside its cipher.
//= rfc7366#3-1
bool takes_encrypt_then_mac(const ClientHello& hello, const CipherSuiteInfo& suite, Flow& flow) {
  return hello.extensions.get<wire::EncryptThenMac>() && flow.in().protocol().encrypt_then_mac && has_mac_of_its_own(suite);
}

/// Asked for once: what is promised in the hello is what is sent.
std::shared_ptr<const Bytes> choose_staple(const Progress& all, Flow& flow) {
  if (!all.identity || !asks_for_ocsp(all.hello->hello)) return nullptr;
  return flow.in().common().identities[*all.identity]->staple(flow.in().now.wall);
}

void answers(wire::Writer& w, const ClientHello& hello, const Progress& all, Flow& flow) {
  const ConnectionInfo& info = flow.facts().info;
  // RFC 5746 3.6, 3.7: sent to whoever said that it knows it, by extension or by suite; within a connection it binds both.
  //= rfc5746#3.6-3, 3.7-3
  const auto binding = [&] {
    w.vec8([&] {
      const Established* enclosing = flow.enclosing();
      if (enclosing == nullptr) return;
      w.bytes(enclosing->finished.client.view());
      w.bytes(enclosing->finished.server.view());
    });
  };
  if (!all.terms.unbound) extension(w, ExtensionType::renegotiation_info, binding);
  //= rfc7627#5.2-2, 5.3-4
  if (all.terms.extended_master_secret) extension(w, ExtensionType::extended_master_secret, [] {});
  if (all.terms.encrypt_then_mac) extension(w, ExtensionType::encrypt_then_mac, [] {});
  //= rfc5077#3.3-1
  if (all.terms.new_ticket) extension(w, ExtensionType::session_ticket, [] {});
  const bool full = all.session == nullptr;
  //= rfc6066#3-3
  const bool first = flow.enclosing() == nullptr;  // host and protocol of the connection stay
  if (first && full && hello.extensions.get<wire::ServerName>() && info.server_name && flow.in().server().options.server_name_ack)
    extension(w, ExtensionType::server_name, [] {});
  //= rfc5246#7.4.1.4-1
  if (full && hello.extensions.get<wire::EcPointFormats>())
    extension(w, ExtensionType::ec_point_formats, [&] { w.vec8([&] { w.u8(0); }); });
  write_sizes(w, hello, flow);
  if (all.staple) extension(w, ExtensionType::status_request, [] {});
  // RFC 6962 3.3.1: the whole list, its length included.
  if (all.identity && hello.extensions.get<wire::SctRequest>()) {
    const Bytes& list = flow.in().common().identities[*all.identity]->signed_certificate_timestamps;
    if (!list.empty()) extension(w, ExtensionType::signed_certificate_timestamp, [&] { w.bytes(list); });
  }
  if (first && !info.alpn.empty()) {
    extension(w, ExtensionType::application_layer_protocol_negotiation, [&] { w.vec16([&] { w.vec8(as_bytes(info.alpn)); }); });
  }
  if (all.terms.next_protocol) show_next_protocols(w, flow);
  write_types(w, hello, all.identity.has_value(), all.requested, flow);
}

Result<void> send_server_hello(const Progress& all, Flow& flow) {
  const ClientHello& hello = all.hello->hello;
  return flow.send(HandshakeType::server_hello, [&](wire::Writer& w) {
    w.u16(static_cast<std::uint16_t>(flow.facts().info.version));
    w.bytes(all.terms.server_random);
    w.vec8(all.terms.session_id.view());  // RFC 5246 7.4.1.3: empty where there is nothing to resume by it
    w.u16(all.terms.suite->code);
    w.u8(0);
    const std::size_t before = w.size();
    w.vec16([&] { answers(w, hello, all, flow); });
    // RFC 5246 7.4.1.3: who knows of no extensions knows of no block of them.
    if (w.size() == before + 2) w.buffer().truncate(before);
  });
}

Result<void> send_status(const Progress& all, Flow& flow) {
  if (!all.staple) return {};
  return flow.send(HandshakeType::certificate_status,
                   [&](wire::Writer& w) { wire::CertificateStatus12{ByteView(*all.staple)}.encode(w); });
}

Result<void> send_own_certificate(const Progress& all, Flow& flow) {
  KW_TRY(send_certificate(flow.in().common().identities[*all.identity].get(), flow));
  return send_status(all, flow);
}

Result<void> send_certificate_request(const Progress& all, Flow& flow) {
  using enum ClientCertificateType;
  static constexpr std::array all_types{ecdsa_sign, rsa_sign, dss_sign};
  const ServerSettings& settings = flow.in().server();
  const bool dss = std::ranges::any_of(settings.common.signature_schemes, is_dsa);
  const auto types = std::span(all_types).first(dss ? 3 : 2);
  const std::vector<ByteView> names = authorities_to_name(settings);
  return flow.send(HandshakeType::certificate_request, [&](wire::Writer& w) {
    wire::CertificateRequestFields{types, settings.common.signature_schemes, names}.encode(w, all.terms.profile->signature);
  });
}

/// Behind ServerKeyExchange, or where it would be.
Result<FlightSent> end_flight(ProgressPtr all, Flow& flow) {
  if (all->requested) KW_TRY(send_certificate_request(*all, flow));
  KW_TRY(flow.send(HandshakeType::server_hello_done, [](wire::Writer&) {}));
  if (all->requested) return WaitCertificate{std::move(all)};
  return WaitClientKeyExchange{std::move(all), nullptr};
}

/// ServerHello, Certificate and its status; the parameters of ServerKeyExchange are only written down.
Result<void> begin_flight(Progress& all, ByteBuffer& parameters, Flow& flow) {
  all.staple = choose_staple(all, flow);
  KW_TRY(send_hello(all, flow));
  if (all.identity) KW_TRY(send_own_certificate(all, flow));
  wire::Writer writer(parameters);
  return all.exchange->write_parameters(writer, flow);
}

Result<AskSignature> ask_signature(ProgressPtr all, ByteView parameters, Flow& flow) {
  KW_ASSIGN(const SignatureScheme scheme, scheme_for(*all->identity, requested_of_chosen(all->hello->hello), flow));
  const ByteView content = signed_parameters(all->terms, parameters, flow);
  all->parameters = content.last(parameters.size());
  return AskSignature{{*all->identity, scheme, content}, std::move(all)};
}

/// A ServerKeyExchange that nobody signs; where there is nothing to say, there is none.
Result<void> send_unsigned(ByteView parameters, Flow& flow) {
  if (parameters.empty()) return {};
  return flow.send(HandshakeType::server_key_exchange, [&](wire::Writer& w) { w.bytes(parameters); });
}

}  // namespace

Result<void> settle_hello(Progress& all, Flow& flow) {
  const ClientHello& hello = all.hello->hello;
  std::ranges::copy(hello.random, all.terms.client_random.begin());
  //= rfc5246#7.4.1.3-1
  KW_TRY(flow.in().provider().random(all.terms.server_random));
  mark_downgrade(all.terms.server_random, flow);
  flow.facts().info.server_random = all.terms.server_random;
  all.terms.encrypt_then_mac = takes_encrypt_then_mac(hello, *all.terms.suite, flow);
  KW_TRY(agree_on_sizes(hello, flow));
  return settle(all.terms, flow);
}

Result<void> send_hello(const Progress& all, Flow& flow) {
  flow.transcript().update(all.hello->message);
  KW_TRY(send_server_hello(all, flow));
  flow.apply_record_sizes();
  return {};
}

Result<void> settle_terms(Progress& all, Flow& flow) {
  const ClientHello& hello = all.hello->hello;
  all.requested = flow.in().server().request_certificate && shape_of(*all.terms.suite).requests;
  if (all.requested) {
    auto type = negotiation::choose_client_type(hello, flow.in().common().peer_types);
    all.requested = type || !negotiation::goes_on_unasked(hello, flow.in().server());
    if (all.requested) { KW_ASSIGN(flow.facts().client_certificates, std::move(type)); }
  }
  // Who showed a certificate shows it again.
  if (flow.enclosing() != nullptr && flow.facts().info.peer_chain && !all.requested) return fail(Errc::certificate_changed);
  all.terms.extended_master_secret = hello.extensions.get<wire::ExtendedMasterSecret>().has_value();
  const auto identity = all.identity ? flow.in().common().identities[*all.identity] : nullptr;
  if (all.identity) remember_identity(*all.identity, flow);
  KW_TRY(settle_hello(all, flow));
  KW_ASSIGN(all.exchange, make_exchange(all.terms, {hello, identity}, flow));
  return name_session(all, flow);
}

Result<WaitClientKeyExchange> send_without_certificate(ProgressPtr all, Flow& flow) {
  ByteBuffer parameters;
  KW_TRY(begin_flight(*all, parameters, flow));
  KW_TRY(send_unsigned(parameters.view(), flow));
  KW_TRY(flow.send(HandshakeType::server_hello_done, [](wire::Writer&) {}));
  return WaitClientKeyExchange{std::move(all), nullptr};
}

Result<OneOf<AskParameters, AskSignature, WaitCertificate, WaitClientKeyExchange>> on(AskIdentity&& s, const IdentityChosen& m,
                                                                                      Flow& flow) {
  Progress& all = *s.all;
  KW_TRY(choose_suite(all, m.index, flow));
  KW_TRY(settle_terms(all, flow));
  if (KeyQuestion* const question = all.exchange->question(flow)) return AskParameters{{question}, std::move(s.all)};
  if (!all.identity) {
    KW_ASSIGN(auto next, send_without_certificate(std::move(s.all), flow));
    return next;
  }
  ByteBuffer parameters;
  KW_TRY(begin_flight(all, parameters, flow));
  if (shape_of(*all.terms.suite).signs) {
    KW_ASSIGN(auto next, ask_signature(std::move(s.all), parameters.view(), flow));
    return next;
  }
  KW_TRY(send_unsigned(parameters.view(), flow));
  KW_ASSIGN(auto sent, end_flight(std::move(s.all), flow));
  return sent;
}

Result<OneOf<AskSignature, WaitClientKeyExchange>> on(AskParameters&& s, const KeyAnswered&, Flow& flow) {
  if (!s.all->identity) {
    KW_ASSIGN(auto next, send_without_certificate(std::move(s.all), flow));
    return next;
  }
  ByteBuffer parameters;
  KW_TRY(begin_flight(*s.all, parameters, flow));
  KW_ASSIGN(auto next, ask_signature(std::move(s.all), parameters.view(), flow));
  return next;
}

Result<FlightSent> on(AskSignature&& s, const Signed& m, Flow& flow) {
  Progress& all = *s.all;
  flow.facts().info.own_signature_scheme = s.question.scheme;
  KW_TRY(flow.send(HandshakeType::server_key_exchange, [&](wire::Writer& w) {
    w.bytes(all.parameters);
    wire::DigitallySigned{s.question.scheme, m.signature}.write(w, all.terms.profile->signature);
  }));
  return end_flight(std::move(s.all), flow);
}

}  // namespace keyway::handshake::tls12::server
