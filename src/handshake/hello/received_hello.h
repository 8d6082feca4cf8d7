// SPDX-License-Identifier: Apache-2.0
//
// A ClientHello that a server keeps while it answers it: the decoded views of bytes that live until the handshake is done.
#pragma once

#include "base/recycled.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake {

struct ReceivedHello : Recycled<ReceivedHello> {
  ByteView message;         ///< header and body, as received; kept by the flow
  wire::ClientHello hello;  ///< views into `message`

  ByteView body() const noexcept { return message.subspan(4); }
};

}  // namespace keyway::handshake
