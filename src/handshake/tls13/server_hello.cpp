// SPDX-License-Identifier: Apache-2.0
//
// Server: what a ClientHello is answered with, in the order in which it is decided; HelloRetryRequest and the second
// hello (RFC 8446 4.1.1 - 4.1.4, 9.2). Deciding itself is negotiation/'s.
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "handshake/negotiation/psk.h"
#include "handshake/tls13/server_machine.h"
#include "handshake/tls13/server_steps.h"
#include "names/cipher_suite_table.h"
#include "schedule/hmac.h"
#include "wire/messages/server_hello.h"

namespace keyway::handshake::tls13::server {

namespace {

bool has(const std::vector<PskKeyExchangeMode>& ours, const wire::PskKeyExchangeModes& offered, PskKeyExchangeMode mode) {
  //= rfc8446#4.2.9-3
  return std::ranges::find(ours, mode) != ours.end() && offered.contains(mode);
}

/// RFC 8446 9.2: extensions that must come together.
Result<void> check_complete(const ClientHello& hello) {
  const auto& extensions = hello.extensions;
  const bool groups = extensions.get<wire::SupportedGroups>().has_value();
  const bool shares = extensions.get<wire::KeyShareClientHello>().has_value();
  const bool psk = extensions.get<wire::PreSharedKeyClientHello>().has_value();
  //= rfc8446#9.2-2
  if (groups != shares) return wire::missing(groups ? ExtensionType::key_share : ExtensionType::supported_groups);
  if (!psk && !groups) return wire::missing(ExtensionType::supported_groups);
  if (!psk && !extensions.get<wire::SignatureAlgorithms>()) return wire::missing(ExtensionType::signature_algorithms);
  //= rfc8446#4.2.9-2
  if (psk && !extensions.get<wire::PskKeyExchangeModes>()) return fail(Errc::psk_modes_missing);
  return {};
}

/// RFC 8446 4.1.2: the only compression method is null. 4.2.8: shares are of offered groups.
Result<void> check_values(const ClientHello& hello) {
  //= rfc8446#4.1.2-11
  if (hello.legacy_compression_methods.size() != 1 || hello.legacy_compression_methods[0] != std::byte{0})
    return fail(Errc::wrong_compression);
  const auto& shares = hello.extensions.get<wire::KeyShareClientHello>();
  const auto& groups = hello.extensions.get<wire::SupportedGroups>();
  if (!shares) return {};
  if (!groups) return wire::missing(ExtensionType::supported_groups);
  for (const wire::KeyShareEntry& share : shares->shares) {
    //= rfc8446#4.2.8-3
    if (!groups->groups.contains(share.group)) return fail(Errc::wrong_key_share);
  }
  return {};
}

/// The hash of the first of our PSKs that is offered; RFC 8446 4.2.11: a suite with another hash would shut it out.
std::optional<HashAlgorithm> wanted_hash(const ClientHello& hello, const ServerSettings& settings) {
  const auto& offered = hello.extensions.get<wire::PreSharedKeyClientHello>();
  const PskOptions& psk = settings.options.psk;
  if (!offered) return std::nullopt;
  if (const auto hash = negotiation::hash_of_first_offered(psk.keys, *offered)) return hash;
  // Keys behind a look-up are not known yet; without any certificate they are all there is, and SHA-256 is their default.
  if (psk.lookup && settings.common.identities.empty()) return HashAlgorithm::sha256;
  return std::nullopt;
}

Result<CipherSuite> choose_suite(const ClientHello& hello, Flow& flow) {
  const ServerSettings& settings = flow.in().server();
  const bool own_order = settings.options.honor_cipher_order;
  if (const auto hash = wanted_hash(hello, settings)) {
    std::vector<CipherSuite> fitting = settings.common.cipher_suites;
    std::erase_if(fitting, [&](CipherSuite suite) {
      return !negotiation::has_suite(ProtocolVersion::tls1_3, suite) || suite_hash(suite) != *hash;
    });
    if (auto suite = negotiation::choose_cipher_suite(hello, fitting, own_order, ProtocolVersion::tls1_3)) return suite;
  }
  return negotiation::choose_cipher_suite(hello, settings.common.cipher_suites, own_order, ProtocolVersion::tls1_3);
}

Result<Parameters> choose(const ClientHello& hello, Flow& flow) {
  const ServerSettings& settings = flow.in().server();
  Parameters parameters;
  KW_ASSIGN(parameters.cipher_suite, choose_suite(hello, flow));
  // RFC 8446 4.2.9 asks for no tickets that do not fit the modes; a client that names none may still learn to resume:
  // Erlang's ssl sends the extension only once it holds a ticket.
  flow.facts().peer_takes_tickets = true;
  if (const auto& modes = hello.extensions.get<wire::PskKeyExchangeModes>()) {
    const auto& ours = settings.options.protocol.psk_modes;
    parameters.psk_dhe_ke = has(ours, *modes, PskKeyExchangeMode::psk_dhe_ke);
    parameters.psk_ke = has(ours, *modes, PskKeyExchangeMode::psk_ke);
    flow.facts().peer_takes_tickets = parameters.psk_dhe_ke || parameters.psk_ke;
  }
  //= rfc7301#3.1-4
  KW_ASSIGN(flow.facts().info.alpn, negotiation::choose_alpn(hello, settings.options, settings.common.alpn));
  flow.facts().info.cipher_suite = parameters.cipher_suite;
  flow.facts().hash = flow.in().provider().hash(suite_hash(parameters.cipher_suite));
  flow.facts().post_handshake_auth =
      settings.options.post_handshake_auth && hello.extensions.get<wire::PostHandshakeAuth>().has_value();
  return parameters;
}

/// Ours alone: a MAC of the first hello's hash under a key of this configuration. It goes back unchanged or not at all.
Secret48 make_cookie(Flow& flow) {
  return schedule::hmac(*flow.facts().hash, flow.in().server().cookie_key.expose(), flow.transcript().current().view());
}

Result<WaitSecondClientHello> retry(std::unique_ptr<ReceivedHello> hello, Parameters parameters, Flow& flow) {
  KW_TRY(flow.check_flight_ended());
  flow.facts().info.hello_retry = true;
  flow.decided("retry", "no share of a common group");
  flow.transcript().start(*flow.facts().hash);
  flow.transcript().update(hello->message);
  const Secret48 cookie = make_cookie(flow);
  flow.transcript().replace_with_message_hash();
  KW_TRY(flow.send(HandshakeType::server_hello, [&](wire::Writer& w) {
    w.u16(static_cast<std::uint16_t>(ProtocolVersion::tls1_2));
    w.bytes(wire::hello_retry_request_random);
    w.vec8(hello->hello.legacy_session_id);
    w.u16(static_cast<std::uint16_t>(parameters.cipher_suite));
    w.u8(0);
    w.vec16([&] {
      //= rfc8446#4.1.4-1
      w.u16(static_cast<std::uint16_t>(ExtensionType::supported_versions));
      w.vec16([&] { w.u16(static_cast<std::uint16_t>(ProtocolVersion::tls1_3)); });
      w.u16(static_cast<std::uint16_t>(ExtensionType::key_share));
      w.vec16([&] { w.u16(static_cast<std::uint16_t>(*parameters.group)); });
      if (!flow.in().server().options.cookie) return;
      w.u16(static_cast<std::uint16_t>(ExtensionType::cookie));
      w.vec16([&] { w.vec16(cookie.expose()); });
    });
  }));
  KW_TRY(flow.send_change_cipher_spec());
  if (hello->hello.extensions.get<wire::EarlyData>()) flow.skip_early_data(true);
  parameters.cookie = cookie.duplicate();
  //= rfc8446#4.1.4-7
  return WaitSecondClientHello{std::move(hello), std::move(parameters)};
}

}  // namespace

Result<Begun> enter(hello::server::Chosen13&& from, Flow& flow) {
  const ClientHello& hello = from.hello->hello;
  flow.facts().compatibility = !hello.legacy_session_id.empty();
  KW_TRY(check_values(hello));
  KW_TRY(check_complete(hello));
  KW_ASSIGN(Parameters parameters, choose(hello, flow));
  if (!hello.extensions.get<wire::KeyShareClientHello>()) {
    // Only PSKs without a key exchange are left; without one that fits there is no common group.
    if (!parameters.psk_ke) return wire::missing(ExtensionType::key_share);
  } else {
    KW_ASSIGN(const auto choice, negotiation::choose_group(hello, flow.in().common().groups));
    parameters.group = choice.group;
    if (choice.share.empty()) {
      KW_ASSIGN(auto waiting, retry(std::move(from.hello), std::move(parameters), flow));
      return waiting;
    }
  }
  flow.transcript().start(*flow.facts().hash);
  return first_candidate(std::move(from.hello), std::move(parameters), flow);
}

Result<Chosen> on(WaitSecondClientHello&& s, const ClientHello& m, Flow& flow) {
  KW_TRY(check_values(m));
  KW_TRY(check_complete(m));
  KW_TRY(check_second(s.first->hello, m, s.parameters, flow));
  auto second = std::make_unique<ReceivedHello>();
  second->message = flow.received();
  second->hello = m;
  return first_candidate(std::move(second), std::move(s.parameters), flow);
}

}  // namespace keyway::handshake::tls13::server
