// SPDX-License-Identifier: Apache-2.0
//
// The client before the version is known: ClientHello is out, the first answer decides which family goes on
// (RFC 8446 4.1, 4.2.1; appendix A.1, WAIT_SH). Exits are hand-over values that a family's machine enters with.
#pragma once

#include <memory>

#include "base/recycled.h"
#include "handshake/hello/client_offer.h"
#include "handshake/machine.h"
#include "wire/messages/server_hello.h"

namespace keyway::handshake::hello::client {

using wire::HelloRetryRequest;
using wire::ServerHello;

struct WaitServerHello {
  std::unique_ptr<ClientOffer> offer;
};

/// On the heap, because it is larger than all that a machine keeps when it is done.
struct ReceivedServerHello : Recycled<ReceivedServerHello> {
  ServerHello hello;
};

/// Hand-over: TLS 1.3 it is. The messages are views into what was received.
struct Accepted13 {
  std::unique_ptr<ClientOffer> offer;
  std::unique_ptr<ReceivedServerHello> answer;
};
struct Retry13 {
  std::unique_ptr<ClientOffer> offer;
  HelloRetryRequest retry;
};
/// Hand-over: an older version that was offered.
struct Accepted12 {
  std::unique_ptr<ClientOffer> offer;
  std::unique_ptr<ReceivedServerHello> answer;
};

/// Builds and sends the first ClientHello.
Result<WaitServerHello> enter(std::unique_ptr<ClientOffer>, Flow&);

// clang-format off
Result<OneOf<Accepted13, Accepted12>> on(WaitServerHello&&, const ServerHello&,       Flow&);
Result<Retry13>                       on(WaitServerHello&&, const HelloRetryRequest&, Flow&);

struct Figure {
  using States   = List<WaitServerHello, Accepted13, Retry13, Accepted12>;
  using Messages = List<ServerHello, HelloRetryRequest>;
  using Entries  = WaitServerHello;
  using Exits    = List<Accepted13, Retry13, Accepted12>;
  using Ignored  = List<>;
};
// clang-format on

}  // namespace keyway::handshake::hello::client
