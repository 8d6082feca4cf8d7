// SPDX-License-Identifier: Apache-2.0
//
// status_request (RFC 6066 section 8): a client asks for an OCSP response; in TLS 1.3 the response stands in the certificate's
// entry (RFC 8446 4.4.2.1) and a server may ask as well, with an empty extension.
#pragma once

#include <optional>

#include "wire/extension_set.h"

namespace keyway::wire {

inline constexpr std::uint8_t status_type_ocsp = 1;

/// ClientHello.
struct StatusRequest {
  static constexpr ExtensionType type = ExtensionType::status_request;
  std::uint8_t status_type = status_type_ocsp;
  ItemList<Vec16Codec<1>> responder_ids{};  ///< DER; this and the extensions are empty for other types
  ByteView request_extensions{};            ///< DER
  ByteView other{};                         ///< the request of a type that is not OCSP

  static Result<StatusRequest> decode(ByteView body);
  void encode(Writer&) const;
};

/// CertificateRequest, and the ServerHello of TLS 1.2.
using EmptyStatusRequest = EmptyExtension<ExtensionType::status_request>;

/// An entry of Certificate in TLS 1.3.
struct CertificateStatus {
  static constexpr ExtensionType type = ExtensionType::status_request;
  ByteView response{};  ///< DER of an OCSPResponse, not empty

  /// Errors wrong_status_type: not OCSP. empty_list: no response.
  static Result<CertificateStatus> decode(ByteView body);
  void encode(Writer&) const;
};

}  // namespace keyway::wire
