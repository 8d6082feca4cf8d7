// SPDX-License-Identifier: Apache-2.0
//
// The first flight of a client and what its answer means for the version (RFC 8446 4.1.3, 4.2.1).
#include <algorithm>

#include "handshake/hello/client_machine.h"

namespace keyway::handshake::hello::client {

namespace {

/// RFC 8446 4.1.3: the end of the random by which a server that has a newer version says that it was asked for an older one.
/// A client of TLS 1.3 heeds both marks, one of TLS 1.2 the one that it could not have caused itself.
bool is_downgrade_mark(ByteView random, ProtocolVersion newest) {
  const std::string_view end = as_text(random.last(8));
  return end.starts_with("DOWNGRD") && (end.back() == '\0' || (end.back() == '\1' && newest == ProtocolVersion::tls1_3));
}

/// Whoever has the newest version that we have would have taken it.
Result<void> check_not_downgraded(const ServerHello& m, ProtocolVersion chosen, ProtocolVersion newest) {
  //= rfc8446#4.1.3-9, D.1-1
  if (newest >= ProtocolVersion::tls1_2 && chosen < newest && is_downgrade_mark(m.random, newest))
    return fail(Errc::downgrade_detected);
  return {};
}

/// The version that the server chose (RFC 8446 4.2.1): by supported_versions TLS 1.3 alone, without it an older one.
Result<ProtocolVersion> chosen_version(const ServerHello& m, std::span<const ProtocolVersion> offered) {
  const auto allows = [&](ProtocolVersion version) { return std::ranges::find(offered, version) != offered.end(); };
  const auto& selected = m.extensions.get<wire::SelectedVersion>();
  if (selected) {
    //= rfc8446#4.2.1-7
    if (selected->version != ProtocolVersion::tls1_3 || !allows(selected->version)) return fail(Errc::wrong_selected_version);
    return selected->version;
  }
  const auto version = static_cast<ProtocolVersion>(m.legacy_version);
  //= rfc5246#E.1-1
  if (version > ProtocolVersion::tls1_2 || !allows(version)) {
    KW_TRY(check_not_downgraded(m, version, offered.front()));
    return fail(Errc::no_common_version);
  }
  return version;
}

}  // namespace

Result<WaitServerHello> enter(std::unique_ptr<ClientOffer> offer, Flow& flow) {
  flow.facts().info.server_name = flow.in().destination->name.sni;
  flow.facts().info.client_random = offer->random;
  flow.facts().compatibility = flow.in().client().options.middlebox_comp_mode;
  flow.facts().post_handshake_auth = flow.in().client().options.post_handshake_auth;
  //= rfc8446#4.1.2-1
  KW_TRY(send_client_hello(*offer, flow));
  return WaitServerHello{std::move(offer)};
}

Result<OneOf<Accepted13, Accepted12>> on(WaitServerHello&& s, const ServerHello& m, Flow& flow) {
  KW_ASSIGN(flow.facts().info.version, chosen_version(m, s.offer->versions));
  auto answer = std::make_unique<ReceivedServerHello>();
  answer->hello = m;
  if (flow.facts().info.version == ProtocolVersion::tls1_3) return Accepted13{std::move(s.offer), std::move(answer)};
  // From here on records say the version: those of alerts, too.
  flow.follow_older_version();
  KW_TRY(check_not_downgraded(m, flow.facts().info.version, s.offer->versions.front()));
  return Accepted12{std::move(s.offer), std::move(answer)};
}

Result<Retry13> on(WaitServerHello&& s, const HelloRetryRequest& m, Flow&) {
  const auto& selected = m.extensions.get<wire::SelectedVersion>();
  if (!selected) return fail(Errc::no_common_version);
  // What this hello offered: within a connection of TLS 1.2 that is less than what the configuration allows.
  const auto& offered = s.offer->versions;
  if (selected->version != ProtocolVersion::tls1_3 || std::ranges::find(offered, selected->version) == offered.end())
    return fail(Errc::wrong_selected_version);
  return Retry13{std::move(s.offer), m};
}

}  // namespace keyway::handshake::hello::client
