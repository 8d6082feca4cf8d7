// SPDX-License-Identifier: Apache-2.0
//
// The server before the version is known: one ClientHello decides the version and may change the configuration
// (RFC 8446 4.1.2, 4.2.1; RFC 6066 3; appendix A.2, START to RECVD_CH).
#pragma once

#include <memory>

#include "handshake/hello/received_hello.h"
#include "handshake/machine.h"
#include "handshake/questions.h"

namespace keyway::handshake::hello::server {

using wire::ClientHello;

struct WaitClientHello {};
/// sni_fun, sni_lookup, or the pause of pause_after_hello.
struct AskConfiguration {
  ChooseConfiguration question;
  std::unique_ptr<ReceivedHello> hello;
};
/// Hand-over: TLS 1.3 it is, under the configuration that Inputs now holds.
struct Chosen13 {
  std::unique_ptr<ReceivedHello> hello;
};
/// Hand-over: an older version, which the facts name.
struct Chosen12 {
  std::unique_ptr<ReceivedHello> hello;
};
using Chosen = OneOf<Chosen13, Chosen12>;

// clang-format off
Result<OneOf<AskConfiguration, Chosen13, Chosen12>> on(WaitClientHello&&,  const ClientHello&,         Flow&);
Result<Chosen>                                      on(AskConfiguration&&, const ConfigurationChosen&, Flow&);

struct Figure {
  using States   = List<WaitClientHello, AskConfiguration, Chosen13, Chosen12>;
  using Messages = List<ClientHello, ConfigurationChosen>;
  using Entries  = WaitClientHello;
  using Exits    = List<Chosen13, Chosen12>;
  using Ignored  = List<>;
};
// clang-format on

}  // namespace keyway::handshake::hello::server
