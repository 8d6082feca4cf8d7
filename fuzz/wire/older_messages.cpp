// SPDX-License-Identifier: Apache-2.0
//
// The messages of TLS 1.2 and below: the first byte of the input chooses one and its form, the rest is for it. New ones go to
// the end of the list, so that the corpus keeps its meaning.
#include <tuple>

#include "unit/wire/older_forms.h"
#include "unit/wire/stable.h"
#include "wire/legacy/next_protocol.h"
#include "wire/messages/certificate12.h"
#include "wire/messages/certificate_status12.h"
#include "wire/messages/hello_request.h"
#include "wire/messages/new_session_ticket12.h"
#include "wire/messages/server_hello_done.h"

namespace {

using namespace keyway::wire;
using enum SignatureForm;

using Codecs =
    std::tuple<HelloRequest, ServerHelloDone, Certificate12, NewSessionTicket12, CertificateStatus12,
               ServerParams<EcdhParams, with_scheme>, ServerParams<EcdhParams, bare>, ServerParams<EcdhParams, none>,
               ServerParams<DhParams, with_scheme>, ServerParams<DhParams, bare>, ServerParams<DhParams, none>,
               ServerParams<PskHint, none>, ServerParams<Behind<PskHint, EcdhParams>, none>,
               ServerParams<Behind<PskHint, DhParams>, none>, ServerParams<SrpParams, with_scheme>, ServerParams<SrpParams, bare>,
               ServerParams<SrpParams, none>, RequestIn<with_scheme>, RequestIn<bare>, VerifyIn<with_scheme>, VerifyIn<bare>,
               Whole<ClientEcdhPublic>, Whole<ClientDhPublic>, Whole<ClientPsk>, Whole<Behind<ClientPsk, ClientEcdhPublic>>,
               Whole<Behind<ClientPsk, ClientDhPublic>>, Whole<Behind<ClientPsk, EncryptedPremaster>>, Whole<EncryptedPremaster>,
               Whole<BareEncryptedPremaster>, Whole<ClientSrpPublic>, SrpUser, NextProtocolList>;

template <std::size_t... Index>
void run(std::size_t chosen, keyway::ByteView input, std::index_sequence<Index...>) {
  ((Index == chosen ? void(stable<std::tuple_element_t<Index, Codecs>>(input)) : void()), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  if (input.empty()) return 0;
  // Its padding is written anew, so that only the choice can be compared.
  if (const auto chosen = NextProtocol::decode(input)) {
    keyway::ByteBuffer again;
    write(*chosen, again);
    const auto second = NextProtocol::decode(again.view());
    if (!second || !std::ranges::equal(second->selected_protocol, chosen->selected_protocol)) broken("a choice changed");
  }
  run(std::to_integer<std::size_t>(input[0]), input.subspan(1), std::make_index_sequence<std::tuple_size_v<Codecs>>());
  return 0;
}
