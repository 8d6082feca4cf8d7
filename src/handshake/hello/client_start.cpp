// SPDX-License-Identifier: Apache-2.0
//
// The first flight of a client and what its answer means for the version (RFC 8446 4.1.3, 4.2.1).
#include "handshake/hello/client_machine.h"

namespace keyway::handshake::hello::client {

namespace {

/// RFC 8446 4.1.3: the end of the random by which a server that knows 1.3 says that it was asked for 1.2, or for less.
bool is_downgrade_mark(ByteView random) {
  const std::string_view end = as_text(random.last(8));
  return end.starts_with("DOWNGRD") && (end.back() == '\1' || end.back() == '\0');
}

/// RFC 8446 4.2.1: a ServerHello that selects no version with the extension selects 1.2 or below, which was not offered;
/// one that selects 1.2 or below with it, or another value, is wrong.
Result<void> check_version(const std::optional<wire::SelectedVersion>& selected, ByteView random, const Inputs& in) {
  //= rfc8446#4.1.3-9, D.1-1
  if (!selected) return is_downgrade_mark(random) ? fail(Errc::downgrade_detected) : fail(Errc::no_common_version);
  for (const ProtocolVersion offered : in.protocol().versions) {
    if (selected->version == offered) return {};
  }
  //= rfc8446#4.2.1-7
  return fail(Errc::wrong_selected_version);
}

}  // namespace

Result<WaitServerHello> enter(std::unique_ptr<ClientOffer> offer, Flow& flow) {
  flow.facts().info.server_name = flow.in().destination->name.sni;
  flow.facts().client_random = offer->random;
  flow.facts().compatibility = flow.in().client().options.middlebox_comp_mode;
  flow.facts().post_handshake_auth = flow.in().client().options.post_handshake_auth;
  //= rfc8446#4.1.2-1
  KW_TRY(send_client_hello(*offer, flow));
  return WaitServerHello{std::move(offer)};
}

Result<Accepted13> on(WaitServerHello&& s, const ServerHello& m, Flow& flow) {
  KW_TRY(check_version(m.extensions.get<wire::SelectedVersion>(), m.random, flow.in()));
  auto answer = std::make_unique<ReceivedServerHello>();
  answer->hello = m;
  return Accepted13{std::move(s.offer), std::move(answer)};
}

Result<Retry13> on(WaitServerHello&& s, const HelloRetryRequest& m, Flow& flow) {
  KW_TRY(check_version(m.extensions.get<wire::SelectedVersion>(), wire::hello_retry_request_random, flow.in()));
  return Retry13{std::move(s.offer), m};
}

}  // namespace keyway::handshake::hello::client
