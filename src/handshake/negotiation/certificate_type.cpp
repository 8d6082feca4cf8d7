// SPDX-License-Identifier: Apache-2.0
//
// In which form either side shows its key: a certificate, or the key alone (RFC 7250 4.2).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::negotiation {

namespace {

bool contains(const std::vector<CertificateType>& types, CertificateType type) {
  return std::ranges::find(types, type) != types.end();
}

/// Of a server's answer.
Result<CertificateType> offered(CertificateType selected, const std::vector<CertificateType>& types) {
  //= rfc7250#4.2-3
  return contains(types, selected) ? Result<CertificateType>(selected) : fail(Errc::certificate_type_not_offered);
}

}  // namespace

CertificateTypes types_for_server(const wire::ClientHello& hello) {
  const auto& offer = hello.extensions.get<wire::ServerCertificateTypes>();
  if (!offer) return {};
  // Values that we do not know are passed over.
  return {offer->types.contains(CertificateType::x509), offer->types.contains(CertificateType::raw_public_key)};
}

Result<CertificateType> choose_client_type(const wire::ClientHello& hello, const std::vector<CertificateType>& accepted) {
  const auto& offer = hello.extensions.get<wire::ClientCertificateTypes>();
  for (const CertificateType type : accepted) {
    if (offer ? offer->types.contains(type) : type == CertificateType::x509) return type;
  }
  //= rfc7250#4.2-1
  return fail(Errc::wrong_certificate_type, {.reason = "the client has nothing that this server takes"});
}

bool goes_on_unasked(const wire::ClientHello& hello, const ServerSettings& settings) {
  // RFC 7250 4.2: the alert is for who sent the extension.
  return !settings.require_certificate && !hello.extensions.get<wire::ClientCertificateTypes>();
}

Result<CertificateType> accept_server_type(const std::optional<wire::SelectedServerCertificateType>& answer,
                                           const std::vector<CertificateType>& accepted) {
  if (answer) return offered(answer->selected, accepted);
  if (contains(accepted, CertificateType::x509)) return CertificateType::x509;
  return fail(Errc::wrong_certificate_type, {.reason = "the server shows a certificate, and none is taken"});
}

Result<CertificateType> accept_client_type(const std::optional<wire::SelectedClientCertificateType>& answer,
                                           const std::vector<CertificateType>& own) {
  return answer ? offered(answer->selected, own) : CertificateType::x509;
}

}  // namespace keyway::handshake::negotiation
