// SPDX-License-Identifier: Apache-2.0
//
// Questions that states carry and the answers that lead out of them. Each question type names the raw answer of its port
// (what an Answer<Raw> gives) and the message that the machine gets. The connection asks (connection/questions.cpp).
#pragma once

#include <memory>
#include <optional>

#include "handshake/inputs.h"
#include "keyway/connection.h"
#include "keyway/verify.h"
#include "pki/identity.h"

namespace keyway::handshake {

/// Which configuration goes on with this ClientHello?
struct ConfigurationChosen {
  std::shared_ptr<const ServerConfig> config;
};
struct ChooseConfiguration {
  using Raw = std::shared_ptr<const ServerConfig>;
  using Answered = ConfigurationChosen;
  static constexpr Blocked::On blocked_on = Blocked::On::hello;
};

/// May the connection go on with this chain? Views live until the handshake is done.
struct Verdict {
  TrustedChain chain;
};
struct VerifyPeer {
  using Raw = TrustedChain;
  using Answered = Verdict;
  static constexpr Blocked::On blocked_on = Blocked::On::verdict;
  std::span<const ByteView> chain;
  ByteView ocsp_response;
  ByteView signed_certificate_timestamps;
  bool of_session = false;  ///< what an earlier connection was shown
  bool raw_public_key = false;  ///< the chain is one SubjectPublicKeyInfo
};

/// Which of our identities, if any?
struct IdentityChosen {
  std::optional<std::size_t> index;
};
struct ChooseIdentity {
  using Raw = std::optional<std::size_t>;
  using Answered = IdentityChosen;
  static constexpr Blocked::On blocked_on = Blocked::On::certificate;
  std::optional<std::size_t> preferred;               ///< what the stock rules choose
  std::shared_ptr<const IdentityQuestion> for_chooser; ///< null where no chooser is configured
};

struct Signed {
  Bytes signature;
};
struct Sign {
  using Raw = Bytes;
  using Answered = Signed;
  static constexpr Blocked::On blocked_on = Blocked::On::private_key;
  std::size_t identity;
  SignatureScheme scheme;
  ByteView content;
};

struct SessionFound {
  std::shared_ptr<const Session> session;
};
struct FindSession {
  using Raw = std::shared_ptr<const Session>;
  using Answered = SessionFound;
  static constexpr Blocked::On blocked_on = Blocked::On::ticket;
  ByteView ticket;
};

/// TLS 1.2 and below: by a ticket of ours, or by an id in the store.
struct FindOlderSession {
  using Raw = std::shared_ptr<const Session>;
  using Answered = SessionFound;
  static constexpr Blocked::On blocked_on = Blocked::On::session;
  ByteView ticket;  ///< empty: by the id
  ByteView session_id;
};

struct PskFound {
  std::shared_ptr<const Psk> psk;
};
struct FindPsk {
  using Raw = std::shared_ptr<const Psk>;
  using Answered = PskFound;
  static constexpr Blocked::On blocked_on = Blocked::On::psk;
  ByteView identity;
};

/// What a key exchange of TLS 1.2 or below must be told before it can go on. Which port is asked, and what comes back, is its own
/// business (tls12/kx).
class KeyQuestion {
 public:
  virtual ~KeyQuestion() = default;
  virtual Blocked::On blocked_on() const = 0;
  virtual void put(const std::shared_ptr<AnswerSlot>&, const Inputs&) = 0;
  /// What the answer comes to; nothing while there is none.
  virtual std::optional<Result<void>> take(AnswerSlot&) = 0;
};
struct KeyAnswered {};
struct AskForKey {
  using Answered = KeyAnswered;
  KeyQuestion* question;  ///< of the exchange that the same state owns
};

struct TicketIssued {
  Bytes ticket;
};
struct IssueTicket {
  using Raw = Bytes;
  using Answered = TicketIssued;
  static constexpr Blocked::On blocked_on = Blocked::On::ticket;
  std::shared_ptr<const Session> session;
};

}  // namespace keyway::handshake
