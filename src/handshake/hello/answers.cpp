// SPDX-License-Identifier: Apache-2.0
//
// Answers of a server to extensions of a ClientHello.
#include "handshake/hello/answers.h"

#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "names/protocol_version.h"

namespace keyway::handshake {

namespace {

constexpr std::uint16_t largest_content = 16384;

/// RFC 8449 4: in TLS 1.3 the limit counts the type byte.
std::uint16_t type_byte(ProtocolVersion version) noexcept { return version == ProtocolVersion::tls1_3 ? 1 : 0; }

/// Bytes of content under a limit, which is 64 at least.
std::uint16_t content_under(std::uint16_t limit, ProtocolVersion version) noexcept {
  return static_cast<std::uint16_t>(std::min<int>(limit - type_byte(version), largest_content));
}

/// No sizes yet: a handshake within a connection agrees anew.
RecordSizes& begin_sizes(Flow& flow) {
  flow.facts().sizes = {};
  flow.facts().info.max_fragment_length.reset();
  return flow.facts().sizes;
}

void take_fragment_length(std::uint16_t length, Flow& flow) {
  flow.facts().info.max_fragment_length = length;
  flow.facts().sizes.send = flow.facts().sizes.receive = length;
}

}  // namespace

Result<void> check_solicited(const wire::RawExtensions& answers, const wire::SentExtensions& sent, ProtocolVersion version) {
  for (const auto& extension : answers) {
    // RFC 5746 4.5: the only one of a version that has none.
    const bool possible = is_tls(version) || extension.type == ExtensionType::renegotiation_info;
    // RFC 8446 4.2, RFC 5246 7.4.1.4
    //= rfc8446#4.2-2
    //= rfc5246#7.4.1.4-2
    if (!possible || !sent.contains(extension.type)) return fail(Errc::unsolicited_extension);
  }
  return {};
}

Result<void> accept_sizes(const std::optional<wire::MaxFragmentLength>& fragment,
                          const std::optional<wire::RecordSizeLimit>& limit, Flow& flow) {
  // RFC 8449 5: a server that understands both answers with one.
  //= rfc8449#5-2
  if (fragment && limit) return fail(Errc::wrong_record_size_limit);
  RecordSizes& sizes = begin_sizes(flow);
  if (fragment) {
    //= rfc6066#4-3
    if (fragment->length() != flow.in().client().options.max_fragment_length) return fail(Errc::wrong_max_fragment_length);
    take_fragment_length(*fragment->length(), flow);
  }
  if (limit) {
    const ProtocolVersion version = flow.facts().info.version;
    sizes.send = content_under(limit->limit, version);
    //= rfc8449#4-1
    sizes.receive = content_under(*flow.in().protocol().record_size_limit, version);
  }
  flow.apply_record_sizes();
  return {};
}

Result<void> accept_types(const std::optional<wire::SelectedServerCertificateType>& of_server,
                          const std::optional<wire::SelectedClientCertificateType>& of_client, Flow& flow) {
  const CommonSettings& common = flow.in().common();
  KW_ASSIGN(flow.facts().server_certificates, negotiation::accept_server_type(of_server, common.peer_types));
  KW_ASSIGN(flow.facts().client_certificates, negotiation::accept_client_type(of_client, common.own_types));
  return {};
}

void write_types(wire::Writer& writer, const wire::ClientHello& hello, bool shown, bool asked, Flow& flow) {
  const auto write = [&](ExtensionType extension_type, CertificateType type) {
    extension(writer, extension_type, [&] { writer.u8(static_cast<std::uint8_t>(type)); });
  };
  //= rfc7250#4.2-2, 4.2-5
  if (asked && hello.extensions.get<wire::ClientCertificateTypes>())
    write(ExtensionType::client_certificate_type, flow.facts().client_certificates);
  if (!hello.extensions.get<wire::ServerCertificateTypes>()) return;
  //= rfc7250#4.2-7
  if (shown) return write(ExtensionType::server_certificate_type, flow.facts().info.own_certificate_type);
  // A session is resumed without a certificate. Clients look for the answer there all the same: it is that of a full handshake.
  const Resumption resumed = flow.facts().info.resumed;
  if (resumed != Resumption::ticket && resumed != Resumption::session_id) return;
  const negotiation::CertificateTypes types = negotiation::types_for_server(hello);
  const auto& own = flow.in().common().own_types;
  const auto first = std::ranges::find_if(own, [&](CertificateType type) { return types.has(type); });
  if (first != own.end()) write(ExtensionType::server_certificate_type, *first);
}

Result<void> agree_on_sizes(const wire::ClientHello& hello, Flow& flow) {
  RecordSizes& sizes = begin_sizes(flow);
  // RFC 8449 5: it wins over RFC 6066 4.
  if (const auto& limit = hello.extensions.get<wire::RecordSizeLimit>()) {
    const ProtocolVersion version = flow.facts().info.version;
    //= rfc8449#4-7
    sizes.send = content_under(limit->limit, version);
    //= rfc8449#5-1
    if (const auto ours = flow.in().protocol().record_size_limit) sizes.receive = content_under(*ours, version);
    return {};
  }
  if (const auto& fragment = hello.extensions.get<wire::MaxFragmentLength>()) {
    //= rfc6066#4-2
    if (!fragment->length()) return fail(Errc::wrong_max_fragment_length);
    take_fragment_length(*fragment->length(), flow);
  }
  return {};
}

void write_sizes(wire::Writer& writer, const wire::ClientHello& hello, Flow& flow) {
  if (hello.extensions.get<wire::RecordSizeLimit>()) {
    const auto largest = static_cast<std::uint16_t>(largest_content + type_byte(flow.facts().info.version));
    const std::uint16_t ours = std::min(flow.in().protocol().record_size_limit.value_or(largest), largest);
    extension(writer, ExtensionType::record_size_limit, [&] { writer.u16(ours); });
  } else if (const auto length = flow.facts().info.max_fragment_length) {
    //= rfc6066#4-1
    extension(writer, ExtensionType::max_fragment_length, [&] { writer.u8(wire::max_fragment_code(*length)); });
  }
}

}  // namespace keyway::handshake
