// SPDX-License-Identifier: Apache-2.0
//
// What one connection did, as far as the runner's flags ask about it, and the answers that ports still owe. Ports belong to a
// configuration, which may serve several connections: they look here for the flags of the present one.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flags.h"
#include "keyway/answer.h"
#include "keyway/connection.h"

namespace keyway::bogo_shim {

/// Answers of -async connections wait here until the driver sees Blocked and releases them one by one.
class LateAnswers {
 public:
  explicit LateAnswers(bool late) : late_(late) {}

  template <class T> void reply(Answer<T> answer, Result<T> value) {
    if (!late_) {
      std::move(answer).give(std::move(value));
      return;
    }
    waiting_.push_back(
        [answer = std::move(answer), value = std::move(value)]() mutable { std::move(answer).give(std::move(value)); });
  }

  /// Gives the oldest answer; false when none is owed.
  bool release() {
    if (waiting_.empty()) return false;
    auto give = std::move(waiting_.front());
    waiting_.pop_front();
    give();
    return true;
  }

 private:
  bool late_;
  std::deque<std::move_only_function<void()>> waiting_;
};

struct Observed {
  explicit Observed(const Flags& of) : flags(&of), late(of.async) {}

  const Flags* flags;  ///< of the connection
  LateAnswers late;
  bool handshake_done = false;
  bool peer_closed = false;
  int hellos = 0;
  int verifications = 0;
  int alpn_choices = 0;
  int renegotiation_requests = 0;  ///< HelloRequests to a client, ClientHellos to a server after the first
  int renegotiations = 0;          ///< that were done
  std::optional<HelloInfo> hello;            ///< servers: the ClientHello as the hello function saw it
  std::optional<IdentityQuestion> identity;  ///< what the peer accepts, as the identity function saw it
  Bytes certificate_types;                   ///< of a CertificateRequest of TLS 1.2 and below
  std::vector<std::shared_ptr<const SessionTicket>> tickets;
  std::string last_message;  ///< the last handshake message of the peer
  std::string messages;    ///< the trace in the form of -expect-msg-callback
  std::string refused_as;  ///< the runner's name for a refusal that a port of the shim pronounced
  std::string problem;     ///< a check inside a port failed
};

}  // namespace keyway::bogo_shim
