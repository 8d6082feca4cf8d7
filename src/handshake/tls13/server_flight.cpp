// SPDX-License-Identifier: Apache-2.0
//
// Server: ServerHello to Finished (RFC 8446 4.1.3, 4.3, 4.4).
#include <algorithm>

#include "handshake/hello/answers.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/tls13/key_setup.h"
#include "handshake/tls13/server_machine.h"
#include "handshake/tls13/server_steps.h"

namespace keyway::handshake::tls13::server {

namespace {

ByteView share_of(const ClientHello& hello, NamedGroup group) {
  for (const wire::KeyShareEntry& share : hello.extensions.get<wire::KeyShareClientHello>()->shares) {
    if (share.group == group) return share.key_exchange;
  }
  return {};
}

Result<std::unique_ptr<crypto::KeyAgreement>> make_share(const Parameters& parameters, const AcceptedPsk* psk, Flow& flow) {
  // RFC 8446 4.2.9: with a key exchange whenever both sides can.
  //= rfc8446#4.1.1-3, 4.2.8-8
  if (!parameters.group || (psk != nullptr && !parameters.psk_dhe_ke)) return nullptr;
  flow.facts().info.group = *parameters.group;
  return flow.in().provider().key_agreement(*parameters.group);
}

/// What the client is to show, now or after the handshake; where it has nothing for later, it is not asked then.
Result<void> agree_on_client_type(const ClientHello& hello, bool request, Flow& flow) {
  if (!request && !flow.facts().post_handshake_auth) return {};
  auto type = negotiation::choose_client_type(hello, flow.in().common().peer_types);
  if (!type && request && !negotiation::goes_on_unasked(hello, flow.in().server()))
    return std::unexpected(std::move(type).error());
  flow.facts().post_handshake_auth = flow.facts().post_handshake_auth && type;
  if (type) flow.facts().client_certificates = *type;
  return {};
}

Result<void> server_hello(const ClientHello& hello, const Parameters& parameters, const AcceptedPsk* psk,
                          const crypto::KeyAgreement* own, Flow& flow) {
  std::array<std::byte, 32>& random = flow.facts().info.server_random;
  KW_TRY(flow.in().provider().random(random));
  return flow.send(HandshakeType::server_hello, [&](wire::Writer& w) {
    //= rfc8446#4.1.3-1
    w.u16(static_cast<std::uint16_t>(ProtocolVersion::tls1_2));
    w.bytes(random);
    //= rfc8446#4.1.3-2
    w.vec8(hello.legacy_session_id);
    w.u16(static_cast<std::uint16_t>(parameters.cipher_suite));
    //= rfc8446#4.1.3-6
    w.u8(0);
    w.vec16([&] {
      //= rfc8446#4.1.3-10, 4.2.1-5
      extension(w, ExtensionType::supported_versions, [&] { w.u16(static_cast<std::uint16_t>(ProtocolVersion::tls1_3)); });
      if (own != nullptr) {
        extension(w, ExtensionType::key_share, [&] {
          //= rfc8446#4.2.8-5
          w.u16(static_cast<std::uint16_t>(own->group()));
          w.vec16(own->share());
        });
      }
      if (psk != nullptr) extension(w, ExtensionType::pre_shared_key, [&] { w.u16(static_cast<std::uint16_t>(psk->index)); });
    });
  });
}

Result<void> encrypted_extensions(const ClientHello& hello, const AcceptedPsk* psk, Flow& flow) {
  KW_TRY(agree_on_sizes(hello, flow));
  flow.apply_record_sizes();
  const ServerSettings& settings = flow.in().server();
  const ConnectionInfo& info = flow.facts().info;
  return flow.send(HandshakeType::encrypted_extensions, [&](wire::Writer& w) {
    w.vec16([&] {
      // RFC 6066 3: an empty answer where the name guided a choice; not on resumption.
      //= rfc6066#3-3
      if (info.server_name && settings.options.server_name_ack && psk == nullptr) extension(w, ExtensionType::server_name, [] {});
      write_sizes(w, hello, flow);
      if (!info.alpn.empty()) {
        extension(w, ExtensionType::application_layer_protocol_negotiation,
                  //= rfc7301#3.1-2
                  [&] { w.vec16([&] { w.vec8(as_bytes(info.alpn)); }); });
      }
      const bool full = psk == nullptr;
      // RFC 8446 4.6.2: with a pre-shared key the client may be asked afterwards, as after any other handshake.
      write_types(w, hello, full, (full && settings.request_certificate) || flow.facts().post_handshake_auth, flow);
      // RFC 8446 4.2.7: tells the client what it may begin with next time.
      const auto& groups = settings.common.groups;
      if (info.group && !groups.empty() && groups.front() != *info.group) {
        extension(w, ExtensionType::supported_groups, [&] {
          w.vec16([&] {
            for (const NamedGroup group : groups) w.u16(static_cast<std::uint16_t>(group));
          });
        });
      }
    });
  });
}

}  // namespace

Result<Keys> send_hello(const ReceivedHello& received, const Parameters& parameters, const AcceptedPsk* psk, Flow& flow) {
  const ClientHello& hello = received.hello;
  KW_TRY(agree_on_client_type(hello, psk == nullptr && flow.in().server().request_certificate, flow));
  KW_ASSIGN(auto own, make_share(parameters, psk, flow));
  flow.transcript().update(received.message);
  KW_TRY(server_hello(hello, parameters, psk, own.get(), flow));
  SharedSecret shared;
  if (own) { KW_ASSIGN(shared, std::move(*own).agree(share_of(hello, *parameters.group))); }
  Keys keys = make_handshake_keys(psk == nullptr ? ByteView() : psk->secret(), shared.expose(), flow);
  //= rfc8446#D.4-2
  KW_TRY(flow.send_change_cipher_spec());
  KW_TRY(install_handshake_keys(*keys, flow));
  //= rfc8446#4.2.10-3
  if (hello.extensions.get<wire::EarlyData>() && !flow.facts().info.hello_retry) flow.skip_early_data(false);
  //= rfc8446#4.3.1-1
  KW_TRY(encrypted_extensions(hello, psk, flow));
  return keys;
}

Result<void> finish_flight(HandshakeKeys& keys, Flow& flow) {
  KW_TRY(send_finished(keys.server_handshake, flow));
  derive_application_secrets(keys, flow);
  return flow.install_write(keys.server_application);
}

}  // namespace keyway::handshake::tls13::server
