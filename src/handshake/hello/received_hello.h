// SPDX-License-Identifier: Apache-2.0
//
// A ClientHello that a server keeps while it answers it: the decoded views and the bytes they point into.
#pragma once

#include "wire/messages/client_hello.h"

namespace keyway::handshake {

struct ReceivedHello {
  Bytes message;            ///< header and body, as received
  wire::ClientHello hello;  ///< views into `message`

  ByteView body() const noexcept { return ByteView(message).subspan(4); }
};

}  // namespace keyway::handshake
