// SPDX-License-Identifier: Apache-2.0
//
// The machine that runs now, whichever of the figures it is, and the hand-over from one to the next.
#pragma once

#include <optional>

#include "handshake/hello/client_machine.h"
#include "handshake/hello/server_machine.h"
#include "handshake/tls12/client_machine.h"
#include "handshake/tls12/server_machine.h"
#include "handshake/tls13/client_machine.h"
#include "handshake/tls13/server_machine.h"

namespace keyway {

class Handshaker {
 public:
  using HelloClient = handshake::Machine<handshake::hello::client::Figure>;
  using HelloServer = handshake::Machine<handshake::hello::server::Figure>;
  using Client12 = handshake::Machine<handshake::tls12::client::Figure>;
  using Server12 = handshake::Machine<handshake::tls12::server::Figure>;
  using Client13 = handshake::Machine<handshake::tls13::client::Figure>;
  using Server13 = handshake::Machine<handshake::tls13::server::Figure>;

  /// Asks on behalf of a machine; implemented in questions.cpp.
  class Oracle;

  void start(handshake::hello::client::WaitServerHello&&);
  void start_server();

  Result<void> receive(HandshakeType, ByteView body, handshake::Flow&);
  /// TLS 1.2 and below: the peer's record. Error unexpected_message in other machines.
  Result<void> receive_change_cipher_spec(handshake::Flow&);
  /// The alert that stands for an empty Certificate of a client (RFC 6101 5.6.6). False: nothing waits for one.
  Result<bool> receive_no_certificate(handshake::Flow&);
  /// Questions, hand-over, questions of the next machine. True: blocked.
  Result<bool> settle(handshake::Flow&, Oracle&);
  /// Takes the late answer, if it has come. False: still blocked.
  Result<bool> take_answer(handshake::Flow&, Oracle&);
  /// Error not_available in a state that does not know the command.
  Result<void> update_keys(KeyUpdateRequest, handshake::Flow&);
  Result<void> request_authentication(handshake::Flow&);
  Result<void> renegotiate(handshake::Flow&);
  /// The peer does not want to; what was there before goes on. Does nothing where nobody asked.
  void renegotiation_declined(handshake::Flow&);
  void refuse(const Error&);

  bool can_update_keys() const;
  bool can_request_authentication() const;
  /// Finished went both ways.
  bool connected() const;
  /// Nothing of the handshake is needed any more.
  bool idle() const;
  /// TLS 1.3: the present application secrets, once there are any.
  const handshake::tls13::Traffic* traffic() const;
  /// TLS 1.2 and below, likewise.
  const handshake::Established* established() const;
  /// The ClientHello that a server is answering, or null.
  const handshake::ReceivedHello* hello() const;
  /// The present state's name, for traces.
  std::string_view state_name() const;

 private:
  template <class Machine>
  Result<bool> settle_one(Machine&, handshake::Flow&, Oracle&);
  Result<bool> hand_over(handshake::Flow&);

  std::variant<std::monostate, HelloClient, HelloServer, Client12, Server12, Client13, Server13> machine_;
};

}  // namespace keyway
