// SPDX-License-Identifier: Apache-2.0
//
// What both families do alike with the extensions that a server answers with, in ServerHello before TLS 1.3 and in
// EncryptedExtensions since: how one is written, that none comes unasked, record sizes (RFC 6066 4, RFC 8449) and types of
// certificates (RFC 7250).
#pragma once

#include <optional>
#include <utility>

#include "handshake/flow.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake {

/// Writes one extension.
template <class Body>
void extension(wire::Writer& writer, ExtensionType type, Body&& body) {
  writer.u16(static_cast<std::uint16_t>(type));
  writer.vec16(std::forward<Body>(body));
}

/// Clients: only answers to what we sent, and none in a version without extensions. Error unsolicited_extension.
Result<void> check_solicited(const wire::RawExtensions& answers, const wire::SentExtensions& sent, ProtocolVersion);

/// Clients: the sizes of a server's answer, in the facts and in force. Errors: wrong_record_size_limit,
/// wrong_max_fragment_length.
Result<void> accept_sizes(const std::optional<wire::MaxFragmentLength>&, const std::optional<wire::RecordSizeLimit>&, Flow&);

/// Clients: the types of certificates that both sides show (RFC 7250), in the facts. Errors: certificate_type_not_offered,
/// wrong_certificate_type.
Result<void> accept_types(const std::optional<wire::SelectedServerCertificateType>&,
                          const std::optional<wire::SelectedClientCertificateType>&, Flow&);
/// Servers: the answer to what the client offered: the type of our identity where it is shown, of the client's where it is asked
/// for one.
void write_types(wire::Writer&, const wire::ClientHello&, bool shown, bool asked, Flow&);

/// Servers: the sizes of a client's offer, in the facts. Error wrong_max_fragment_length.
Result<void> agree_on_sizes(const wire::ClientHello&, Flow&);
/// The answer to that offer.
void write_sizes(wire::Writer&, const wire::ClientHello&, Flow&);

}  // namespace keyway::handshake
