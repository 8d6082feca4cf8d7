// SPDX-License-Identifier: Apache-2.0
//
// Encodes a ClientHello (RFC 8446 4.1.2) from an offer and the configuration, and binds its PSKs (4.2.11.2).
#include <algorithm>
#include <span>

#include "handshake/hello/client_offer.h"
#include "handshake/negotiation/negotiation.h"
#include "names/cipher_properties.h"
#include "names/protocol_version.h"
#include "pki/ocsp.h"
#include "schedule/binder.h"
#include "session/ticket_age.h"
#include "wire/extension_lists.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake {

namespace {

struct Hello {
  ClientOffer& offer;
  const Inputs& in;
  const Established* enclosing;
  wire::Writer& out;

  const ClientOptions& options() const { return in.client().options; }
  bool speaks13() const { return offer.versions.front() == ProtocolVersion::tls1_3; }
  bool speaks12_or_less() const { return offer.versions.back() <= ProtocolVersion::tls1_2; }
  /// Writes one extension and remembers that its answer is welcome.
  template <class Body>
  void add(ExtensionType type, Body&& body) {
    offer.sent.set(type);
    out.u16(static_cast<std::uint16_t>(type));
    out.vec16(std::forward<Body>(body));
  }
  template <class List>
  void numbers(const List& list) {
    out.vec16([&] {
      for (const auto value : list) out.u16(static_cast<std::uint16_t>(value));
    });
  }
};

void server_name(Hello& h) {
  //= rfc8446#9.2-3
  if (!h.in.destination->name.sni) return;
  h.add(ExtensionType::server_name, [&] {
    h.out.vec16([&] {
      h.out.u8(0);
      h.out.vec16(as_bytes(*h.in.destination->name.sni));
    });
  });
}

void max_fragment_length(Hello& h) {
  if (const auto size = h.options().max_fragment_length)
    h.add(ExtensionType::max_fragment_length, [&] { h.out.u8(wire::max_fragment_code(*size)); });
}

void status_request(Hello& h) {
  if (!h.options().stapling) return;
  h.add(ExtensionType::status_request, [&] {
    h.out.u8(1);  // ocsp, RFC 6066 8
    h.out.u16(0);
    h.out.vec16([&] {
      if (h.options().ocsp_nonce) h.out.bytes(pki::ocsp_nonce_request(pki::ocsp_nonce(h.offer.random, h.in.provider())));
    });
  });
}

void supported_groups(Hello& h) {
  //= rfc8446#4.2.7-1
  if (const auto& groups = h.in.common().offered_groups; !groups.empty())
    h.add(ExtensionType::supported_groups, [&] { h.numbers(groups); });
}

void signature_algorithms(Hello& h) {
  // RFC 5246 7.4.1.4.1: older versions do not know it.
  //= rfc5246#7.4.1.4.1-1
  if (h.offer.versions.front() < ProtocolVersion::tls1_2) return;
  //= rfc8446#4.2.3-1
  h.add(ExtensionType::signature_algorithms, [&] { h.numbers(h.in.common().signature_schemes); });
}

void signature_algorithms_cert(Hello& h) {
  if (h.in.common().send_certificate_schemes)
    h.add(ExtensionType::signature_algorithms_cert, [&] { h.numbers(h.in.common().certificate_schemes); });
}

void alpn(Hello& h) {
  if (h.in.common().alpn.empty() || h.enclosing != nullptr) return;  // the protocol of a connection stays
  h.add(ExtensionType::application_layer_protocol_negotiation, [&] {
    h.out.vec16([&] {
      for (const std::string& protocol : h.in.common().alpn) h.out.vec8(as_bytes(protocol));
    });
  });
}

void signed_certificate_timestamps(Hello& h) {
  if (h.options().signed_certificate_timestamps) h.add(ExtensionType::signed_certificate_timestamp, [] {});
}

/// Certificates alone are what everybody means without the extension.
void certificate_types(Hello& h, ExtensionType type, const std::vector<CertificateType>& types) {
  //= rfc7250#4.1-2, 4.1-4
  if (std::ranges::find(types, CertificateType::raw_public_key) == types.end()) return;
  h.add(type, [&] {
    h.out.vec8([&] {
      for (const CertificateType one : types) h.out.u8(static_cast<std::uint8_t>(one));
    });
  });
}

void client_certificate_type(Hello& h) {
  //= rfc7250#4.1-1
  certificate_types(h, ExtensionType::client_certificate_type, h.in.common().own_types);
}

void server_certificate_type(Hello& h) {
  //= rfc7250#4.1-3
  certificate_types(h, ExtensionType::server_certificate_type, h.in.common().peer_types);
}

void compress_certificate(Hello& h) {
  const auto& compressors = h.in.protocol().certificate_compression;
  if (compressors.empty() || !h.speaks13()) return;
  h.add(ExtensionType::compress_certificate, [&] {
    h.out.vec8([&] {
      for (const auto& compressor : compressors) h.out.u16(static_cast<std::uint16_t>(compressor->algorithm()));
    });
  });
}

void record_size_limit(Hello& h) {
  if (const auto limit = h.in.protocol().record_size_limit) h.add(ExtensionType::record_size_limit, [&] { h.out.u16(*limit); });
}

void supported_versions(Hello& h) {
  if (!h.speaks13()) return;
  h.add(ExtensionType::supported_versions, [&] {
    h.out.vec8([&] {
      //= rfc8446#4.2.1-1
      for (const ProtocolVersion version : h.offer.versions) h.out.u16(static_cast<std::uint16_t>(version));
    });
  });
}

void cookie(Hello& h) {
  //= rfc8446#4.2.2-1, 4.2.2-2
  if (!h.offer.cookie.empty()) h.add(ExtensionType::cookie, [&] { h.out.vec16(ByteView(h.offer.cookie)); });
}

void psk_key_exchange_modes(Hello& h) {
  if (!h.speaks13()) return;
  //= rfc8446#4.2.9-1
  h.add(ExtensionType::psk_key_exchange_modes, [&] {
    h.out.vec8([&] {
      for (const PskKeyExchangeMode mode : h.in.protocol().psk_modes) h.out.u8(static_cast<std::uint8_t>(mode));
    });
  });
}

void certificate_authorities(Hello& h) {
  if (!h.options().certificate_authorities || !h.in.common().anchors) return;
  const auto names = h.in.common().anchors->subject_names();
  if (names.empty() || names.size() > max_authority_names) return;
  h.add(ExtensionType::certificate_authorities, [&] {
    h.out.vec16([&] {
      for (const ByteView name : names) h.out.vec16(name);
    });
  });
}

void post_handshake_auth(Hello& h) {
  //= rfc8446#4.2.6-1
  if (h.options().post_handshake_auth && h.speaks13()) h.add(ExtensionType::post_handshake_auth, [] {});
}

void key_share(Hello& h) {
  if (h.in.common().groups.empty() || !h.speaks13()) return;
  h.add(ExtensionType::key_share, [&] {
    h.out.vec16([&] {
      for (const auto& share : h.offer.shares) {
        h.out.u16(static_cast<std::uint16_t>(share->group()));
        h.out.vec16(share->share());
      }
    });
  });
}

// ---- what only TLS 1.2 and below look at

void ec_point_formats(Hello& h) {
  // RFC 8422 5.1.2: uncompressed, the only form that is left.
  if (h.speaks12_or_less() && !h.in.common().curves.empty())
    h.add(ExtensionType::ec_point_formats, [&] { h.out.vec8([&] { h.out.u8(0); }); });
}

void extended_master_secret(Hello& h) {
  //= rfc7627#5.2-1, 5.3-1
  if (h.speaks12_or_less()) h.add(ExtensionType::extended_master_secret, [] {});
}

void encrypt_then_mac(Hello& h) {
  // RFC 7366 2: to be offered where one of the suites could use it.
  const auto has_use = [](CipherSuite suite) { return properties(find_cipher_suite(suite)->cipher).kind == CipherKind::block; };
  if (h.in.protocol().encrypt_then_mac && std::ranges::any_of(h.in.common().cipher_suites, has_use))
    h.add(ExtensionType::encrypt_then_mac, [] {});
}

void renegotiation_info(Hello& h) {
  // RFC 5746 3.4, 3.5: empty in an initial handshake, bound to our Finished within a connection.
  if (!h.speaks12_or_less()) return;
  //= rfc5746#3.4-1, 3.5-1
  h.add(ExtensionType::renegotiation_info,
        [&] { h.out.vec8(h.enclosing == nullptr ? ByteView() : h.enclosing->finished.client.view()); });
}

/// Whether the hello offers less than one that failed. That a session or a connection has the version was settled before: a
/// server that is met again in it has been asked for more, or has nothing more.
bool is_fallback(const Hello& h) {
  const SessionTicket* session = h.offer.session.get();
  //= rfc7507#4-3
  const bool known = h.enclosing != nullptr || (session != nullptr && session->session->version == h.offer.versions.front());
  return h.options().fallback && !known;
}

/// Within a connection, those of its version alone.
void cipher_suites(Hello& h) {
  h.out.vec16([&] {
    for (const CipherSuite suite : h.in.common().cipher_suites) {
      if (h.enclosing == nullptr || negotiation::has_suite(h.offer.versions.front(), suite))
        h.out.u16(static_cast<std::uint16_t>(suite));
    }
    // RFC 7507 4: where a newer version was tried before.
    //= rfc7507#4-1
    if (is_fallback(h)) h.out.u16(static_cast<std::uint16_t>(CipherSuite::TLS_FALLBACK_SCSV));
    // RFC 5746 3.3: in the place of the extension.
    if (!is_tls(h.offer.versions.front())) h.out.u16(static_cast<std::uint16_t>(CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV));
  });
}

void session_ticket(Hello& h) {
  // RFC 5077 3.2: empty asks for a ticket.
  const SessionTicket* session = h.offer.session.get();
  if (!h.speaks12_or_less() || (!h.options().sessions.tickets && (session == nullptr || session->ticket.empty()))) return;
  h.add(ExtensionType::session_ticket, [&] {
    if (session != nullptr) h.out.bytes(session->ticket);
  });
}

/// RFC 5054 2.8.1: in the clear, as all that a first flight says.
void srp_user(Hello& h) {
  const std::string& user = h.options().srp.user;
  if (!user.empty()) h.add(ExtensionType::srp, [&] { wire::SrpUser{as_bytes(user)}.encode(h.out); });
}

/// Within a connection the protocol stays, as that of ALPN does.
void next_protocol_negotiation(Hello& h) {
  const bool offers = h.speaks12_or_less() && h.enclosing == nullptr;
  if (offers && !h.options().client_preferred_next_protocols.protocols.empty())
    h.add(ExtensionType::next_protocol_negotiation, [] {});
}

using Part = void (*)(Hello&);

// The order is ours to choose; common middleboxes have seen this one.
constexpr Part parts[] = {server_name,
                          max_fragment_length,
                          status_request,
                          encrypt_then_mac,
                          extended_master_secret,
                          renegotiation_info,
                          supported_groups,
                          ec_point_formats,
                          srp_user,
                          session_ticket,
                          alpn,
                          next_protocol_negotiation,
                          signed_certificate_timestamps,
                          client_certificate_type,
                          server_certificate_type,
                          compress_certificate,
                          record_size_limit,
                          signature_algorithms,
                          signature_algorithms_cert,
                          key_share,
                          psk_key_exchange_modes,
                          supported_versions,
                          cookie,
                          certificate_authorities,
                          post_handshake_auth};

std::array<Part, std::size(parts)> ordered_parts(const Hello& h) {
  std::array<Part, std::size(parts)> order;
  std::ranges::copy(parts, order.begin());
  if (!h.options().permute_extensions) return order;
  std::uint32_t state = h.offer.permutation_seed | 1;
  for (std::size_t left = order.size(); left > 1; --left) {
    state = state * 1664525 + 1013904223;
    std::swap(order[left - 1], order[(state >> 8) % left]);
  }
  return order;
}

/// Identities, and room for the binders; returns the size of the binders list with its length.
std::size_t pre_shared_key(Hello& h) {
  if (h.offer.psks.empty()) return 0;
  std::size_t binders = 2;
  h.add(ExtensionType::pre_shared_key, [&] {
    h.out.vec16([&] {
      for (const OfferedPsk& psk : h.offer.psks) {
        h.out.vec16(ByteView(psk.identity));
        // RFC 8446 4.1.2: the second hello has an age of its own. 4.2.11: external keys have none.
        //= rfc8446#4.2.11.1-1
        h.out.u32(psk.ticket ? session::obfuscated_age(*psk.ticket->session, h.in.now.wall) : 0);
      }
    });
    h.out.vec16([&] {
      for (const OfferedPsk& psk : h.offer.psks) {
        static constexpr std::array<std::byte, crypto::max_digest_size> zeros{};
        const std::size_t size = h.in.provider().hash(psk.hash)->digest_size;
        h.out.vec8(ByteView(zeros).first(size));
        binders += 1 + size;
      }
    });
  });
  return binders;
}

void write_body(Hello& h, std::size_t& binders) {
  //= rfc8446#4.1.2-8, 9.2-1
  h.out.u16(static_cast<std::uint16_t>(std::min(h.offer.versions.front(), ProtocolVersion::tls1_2)));
  h.out.bytes(h.offer.random);
  h.out.vec8(h.offer.session_id_view());
  cipher_suites(h);
  //= rfc8446#4.1.2-10
  //= rfc5246#7.4.1.2-3
  h.out.vec8([&] { h.out.u8(0); });
  if (!is_tls(h.offer.versions.front())) {
    h.offer.sent.set(ExtensionType::renegotiation_info);
    return;
  }
  h.out.vec16([&] {
    for (const Part part : ordered_parts(h)) part(h);
    //= rfc8446#4.2-5
    binders = pre_shared_key(h);  // RFC 8446 4.2.11: always the last
  });
}

/// RFC 8446 4.2.11.2: each binder covers the transcript and the hello up to the binders.
void bind(const ClientOffer& offer, std::size_t binders, Flow& flow) {
  const MutableBytes message = flow.message_in_progress();
  const ByteView truncated = message.first(message.size() - binders);
  std::size_t at = message.size() - binders + 2;
  for (const OfferedPsk& psk : offer.psks) {
    const crypto::HashMethods& hash = *flow.in().provider().hash(psk.hash);
    const auto kind = psk.ticket     ? schedule::BinderKind::resumption
                      : psk.imported ? schedule::BinderKind::imported
                                     : schedule::BinderKind::external;
    //= rfc8446#4.2.11.2-1, 4.2.11.2-2
    const auto binder = schedule::psk_binder(hash, psk.secret(), kind, flow.transcript().hash_with(hash, truncated));
    std::ranges::copy(binder.view(), message.begin() + static_cast<std::ptrdiff_t>(at + 1));
    at += 1 + binder.view().size();
  }
}

}  // namespace

Result<void> send_client_hello(ClientOffer& offer, Flow& flow) {
  offer.sent = {};
  wire::Writer& writer = flow.begin_message(HandshakeType::client_hello);
  Hello hello{offer, flow.in(), flow.enclosing(), writer};
  std::size_t binders = 0;
  write_body(hello, binders);
  if (binders != 0) bind(offer, binders, flow);
  return flow.end_message();
}

}  // namespace keyway::handshake
