// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a stapled OCSP response: refused, or it is about the certificate and says what it says.
#include "pki/ocsp.h"
#include "revocable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway;
  const ByteView der = std::as_bytes(std::span(data, size));
  if (der.empty()) return 0;
  const auto response = pki::parse_ocsp_response(der);
  const auto verdict = fuzz::judge(nullptr, der);
  if (verdict) {
    fuzz::require(response.has_value() && !response->answers.empty());
    return 0;
  }
  const Errc code = verdict.error().code();
  fuzz::require(code == Errc::certificate_revoked || code == Errc::certificate_status_unknown ||
                code == Errc::ocsp_response_refused || code == Errc::malformed_ocsp_response);
  if (!response) fuzz::require(response.error().code() == code);
  return 0;
}
