// SPDX-License-Identifier: Apache-2.0
//
// client_certificate_type and server_certificate_type (RFC 7250): what a client offers and what a server chose.
#pragma once

#include "keyway/protocol.h"
#include "wire/extension_set.h"

namespace keyway::wire {

template <ExtensionType Type>
struct OfferedCertificateTypes {
  static constexpr ExtensionType type = Type;
  U8List<CertificateType> types{};

  /// Errors: empty_list; invalid_value for certificates alone.
  static Result<OfferedCertificateTypes> decode(ByteView body) {
    KW_ASSIGN(const auto types, whole_vec8<U8List<CertificateType>>(body));
    // RFC 7250 4.1: who has nothing but certificates leaves the extension out.
    //= rfc7250#4.1-2, 4.1-4
    if (types.size() == 1 && types[0] == CertificateType::x509) return fail(Errc::invalid_value);
    return OfferedCertificateTypes{types};
  }
  void encode(Writer& writer) const {
    writer.vec8([&] { types.encode(writer); });
  }
};

template <ExtensionType Type>
struct SelectedCertificateType {
  static constexpr ExtensionType type = Type;
  CertificateType selected{};

  static Result<SelectedCertificateType> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const auto selected, reader.u8());
    KW_TRY(reader.finish());
    return SelectedCertificateType{static_cast<CertificateType>(selected)};
  }
  void encode(Writer& writer) const { writer.u8(static_cast<std::uint8_t>(selected)); }
};

using ClientCertificateTypes = OfferedCertificateTypes<ExtensionType::client_certificate_type>;
using ServerCertificateTypes = OfferedCertificateTypes<ExtensionType::server_certificate_type>;
using SelectedClientCertificateType = SelectedCertificateType<ExtensionType::client_certificate_type>;
using SelectedServerCertificateType = SelectedCertificateType<ExtensionType::server_certificate_type>;

}  // namespace keyway::wire
