// SPDX-License-Identifier: Apache-2.0
//
// The small decoders: the first byte of the input chooses one, the rest is for it. New ones go to the end of the list, so
// that the corpus keeps its meaning.
#include <tuple>

#include "unit/wire/stable.h"
#include "wire/alert_codec.h"
#include "wire/handshake_header.h"
#include "wire/messages/certificate_verify.h"
#include "wire/messages/end_of_early_data.h"
#include "wire/messages/finished.h"
#include "wire/messages/key_update.h"

namespace {

using namespace keyway::wire;

using Codecs =
    std::tuple<Alert, CertificateVerify, EndOfEarlyData, Finished, KeyUpdate, ServerName, MaxFragmentLength, StatusRequest,
               CertificateStatus, SupportedGroups, EcPointFormats, Alpn, SignedCertificateTimestamps, RecordSizeLimit,
               PreSharedKeyClientHello, PreSharedKeyServerHello, EarlyDataTicket, SupportedVersionsClientHello, SelectedVersion,
               Cookie, PskKeyExchangeModes, CertificateAuthorities, OidFilters, KeyShareClientHello, KeyShareServerHello,
               KeyShareHelloRetryRequest, RenegotiationInfo, ServerCertificateTypes, SelectedServerCertificateType>;

template <std::size_t... Index>
void run(std::size_t chosen, keyway::ByteView input, std::index_sequence<Index...>) {
  ((Index == chosen ? void(stable<std::tuple_element_t<Index, Codecs>>(input)) : void()), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  if (input.empty()) return 0;
  (void)HandshakeHeader::decode(input);
  run(std::to_integer<std::size_t>(input[0]), input.subspan(1), std::make_index_sequence<std::tuple_size_v<Codecs>>());
  return 0;
}
