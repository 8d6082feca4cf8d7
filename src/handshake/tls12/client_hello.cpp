// SPDX-License-Identifier: Apache-2.0
//
// Client: what ServerHello of TLS 1.2 or below settles (RFC 5246 7.4.1.3, 7.4.1.4).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "handshake/tls12/client_machine.h"
#include "session/shared_bytes.h"

namespace keyway::handshake::tls12::client {

namespace {

using wire::ServerHello;

/// RFC 5246 7.4.1.4: only answers to what we sent.
Result<void> check_solicited(const ServerHello& m, const wire::SentExtensions& sent) {
  for (const auto& extension : m.extensions12.all()) {
    if (!sent.contains(extension.type)) return fail(Errc::unsolicited_extension);
  }
  return {};
}

Result<const CipherSuiteInfo*> accept_suite(const ServerHello& m, Flow& flow) {
  const auto& suites = flow.in().common().cipher_suites;
  if (std::ranges::find(suites, m.cipher_suite) == suites.end()) return fail(Errc::wrong_cipher_suite);
  if (!negotiation::has_suite(flow.facts().info.version, m.cipher_suite)) return fail(Errc::cipher_suite_not_for_version);
  const CipherSuiteInfo* row = find_cipher_suite(m.cipher_suite);
  if (flow.in().client().options.psk.required && !needs_psk(*row)) return fail(Errc::no_common_psk);
  return row;
}

/// RFC 5746 3.4: the answer to an initial handshake is empty, and without one the peer could be the victim of a splice.
Result<void> check_renegotiation(const ServerHello& m) {
  const auto& info = m.extensions12.get<wire::RenegotiationInfo>();
  if (!info) return fail(Errc::insecure_renegotiation);
  if (!info->renegotiated_connection.empty()) return fail(Errc::wrong_renegotiation_info);
  return {};
}

Result<void> accept_alpn(const ServerHello& m, Flow& flow) {
  const auto& alpn = m.extensions12.get<wire::Alpn>();
  if (!alpn) return {};
  KW_ASSIGN(flow.facts().info.alpn, negotiation::accept_alpn(*alpn, flow.in().client().options, flow.in().common().alpn));
  return {};
}

Result<void> accept_sizes(const ServerHello& m, Flow& flow) {
  const auto& fragment = m.extensions12.get<wire::MaxFragmentLength>();
  const auto& limit = m.extensions12.get<wire::RecordSizeLimit>();
  if (fragment && limit) return fail(Errc::wrong_record_size_limit);
  RecordSizes& sizes = flow.facts().sizes;
  if (fragment) {
    if (fragment->length() != flow.in().client().options.max_fragment_length) return fail(Errc::wrong_max_fragment_length);
    flow.facts().info.max_fragment_length = fragment->length();
    sizes.send = sizes.receive = *fragment->length();
  }
  if (limit) {
    // RFC 8449 4: before TLS 1.3 there is no type byte to count.
    sizes.send = std::min(sizes.send, limit->limit);
    sizes.receive = std::min(*flow.in().protocol().record_size_limit, sizes.receive);
  }
  flow.apply_record_sizes();
  return {};
}

}  // namespace

Result<AfterHello> enter(hello::client::Accepted12&& from, Flow& flow) {
  const ServerHello& m = from.answer->hello;
  auto all = std::make_unique<Progress>();
  KW_ASSIGN(all->terms.suite, accept_suite(m, flow));
  // RFC 8446 4.1.3 and D.4: the id that we made up for middleboxes names no session.
  const ByteView own_id = from.offer->session_id_view();
  if (!own_id.empty() && std::ranges::equal(m.legacy_session_id_echo, own_id)) return fail(Errc::wrong_session_id_echo);
  KW_TRY(check_solicited(m, from.offer->sent));
  KW_TRY(check_renegotiation(m));
  // RFC 8422 5.2: a list without the uncompressed form is a server that cannot be talked to.
  const auto& formats = m.extensions12.get<wire::EcPointFormats>();
  if (formats && !formats->formats.contains(wire::EcPointFormat::uncompressed)) return fail(Errc::invalid_value);
  KW_TRY(accept_alpn(m, flow));
  KW_TRY(accept_sizes(m, flow));
  // RFC 6962 3.3.1: before TLS 1.3 the list comes with the hello.
  if (const auto& timestamps = m.extensions12.get<wire::SignedCertificateTimestamps>()) {
    flow.facts().info.signed_certificate_timestamps = session::share(timestamps->list);
    all->timestamps = flow.keep(timestamps->list);
  }

  all->terms.client_random = from.offer->random;
  std::ranges::copy(m.random, all->terms.server_random.begin());
  all->terms.extended_master_secret = m.extensions12.get<wire::ExtendedMasterSecret>().has_value();
  all->status_announced = m.extensions12.get<wire::EmptyStatusRequest>().has_value();
  KW_TRY(settle(all->terms, flow));
  KW_ASSIGN(all->exchange, make_exchange(all->terms));
  flow.hash_received();
  flow.follow_older_version();
  const Shape shape = shape_of(*all->terms.suite);
  if (shape.certificate) return WaitCertificate{std::move(all)};
  // RFC 4279 2: the hint of a pre-shared key may be left out, all other parameters may not.
  if (shape.parameters == Shape::Parameters::perhaps) return WaitHintOrServerHelloDone{{std::move(all)}};
  return WaitServerKeyExchange{std::move(all)};
}

}  // namespace keyway::handshake::tls12::client
