// SPDX-License-Identifier: Apache-2.0
//
// Client: HelloRetryRequest and the second ClientHello (RFC 8446 4.1.4, 4.1.2, 4.4.1).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "handshake/tls13/client_machine.h"
#include "handshake/tls13/server_hello_rules.h"
#include "names/cipher_suite_table.h"

namespace keyway::handshake::tls13::client {

namespace {

/// The group to make a share for, if one is asked for. RFC 8446 4.2.8: one we support and sent no share of.
Result<std::optional<NamedGroup>> requested_group(const HelloRetryRequest& m, const ClientOffer& offer, Flow& flow) {
  const auto& wanted = m.extensions.get<wire::KeyShareHelloRetryRequest>();
  if (!wanted) return std::nullopt;
  const auto& groups = flow.in().common().groups;
  //= rfc8446#4.2.8-4
  if (std::ranges::find(groups, wanted->selected_group) == groups.end()) return fail(Errc::wrong_group);
  if (std::ranges::find(offer.share_groups, wanted->selected_group) != offer.share_groups.end()) return fail(Errc::wrong_group);
  return wanted->selected_group;
}

/// RFC 8446 4.1.2: PSKs whose hash is not that of the selected suite cannot be used any more.
void drop_other_hashes(ClientOffer& offer, HashAlgorithm hash) {
  //= rfc8446#4.1.2-6
  std::erase_if(offer.psks, [&](const OfferedPsk& psk) { return psk.hash != hash; });
}

}  // namespace

Result<void> check_server_hello(const ClientOffer& offer, ByteView session_id_echo, CipherSuite suite, Flow& flow) {
  //= rfc8446#4.1.3-3
  if (!std::ranges::equal(session_id_echo, offer.session_id_view())) return fail(Errc::wrong_session_id_echo);
  const auto& suites = flow.in().common().cipher_suites;
  //= rfc8446#4.1.3-5
  if (std::ranges::find(suites, suite) == suites.end()) return fail(Errc::wrong_cipher_suite);
  if (!negotiation::has_suite(ProtocolVersion::tls1_3, suite)) return fail(Errc::cipher_suite_not_for_version);
  return {};
}

Result<WaitSecondServerHello> enter(hello::client::Retry13&& from, Flow& flow) {
  const HelloRetryRequest& m = from.retry;
  ClientOffer& offer = *from.offer;
  //= rfc8446#4.1.4-6
  KW_TRY(check_server_hello(offer, m.legacy_session_id_echo, m.cipher_suite, flow));
  KW_ASSIGN(const auto group, requested_group(m, offer, flow));
  const auto& cookie = m.extensions.get<wire::Cookie>();
  // RFC 8446 4.1.4: a retry that changes nothing would go on for ever.
  //= rfc8446#4.1.4-3
  if (!group && !cookie) return fail(Errc::useless_hello_retry_request);

  KW_TRY(flow.check_flight_ended());

  const HashAlgorithm hash = suite_hash(m.cipher_suite);
  flow.facts().info.hello_retry = true;
  flow.transcript().start(*flow.in().provider().hash(hash));
  flow.transcript().replace_with_message_hash();
  flow.hash_received();

  if (group) {
    //= rfc8446#4.1.2-3
    offer.shares.clear();
    offer.share_groups.clear();
    KW_ASSIGN(auto share, flow.in().provider().key_agreement(*group));
    if (!offer.share_groups.push_back(*group) || !offer.shares.push_back(std::move(share))) return fail(Errc::internal);
  }
  //= rfc8446#4.1.2-5
  if (cookie) offer.cookie = to_bytes(cookie->cookie);
  drop_other_hashes(offer, hash);
  KW_TRY(flow.send_change_cipher_spec());
  //= rfc8446#4.1.2-2
  KW_TRY(send_client_hello(offer, flow));
  return WaitSecondServerHello{std::move(from.offer), m.cipher_suite, group};
}

}  // namespace keyway::handshake::tls13::client
