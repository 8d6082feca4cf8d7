// SPDX-License-Identifier: Apache-2.0
//
// Everything a program with blocking sockets needs. The engine alone is keyway/connection.h; event loops of your own
// find keyway/nonblocking.h, programs on Asio keyway/asio.h.
#pragma once

#include "keyway/connection.h"
#include "keyway/listener.h"
#include "keyway/nonblocking.h"
#include "keyway/reload.h"
#include "keyway/socket.h"
#include "keyway/transport.h"
