// SPDX-License-Identifier: Apache-2.0
//
// Asks the ports what a state asks (docs/adr/0008: "later" is one mechanism). An answer at once comes back from ask(); a late one
// is left in the slot and taken by take().
#pragma once

#include "base/guarded.h"
#include "connection/impl.h"
#include "handshake/questions.h"

namespace keyway {

class Handshaker::Oracle {
 public:
  explicit Oracle(ConnectionImpl& connection) noexcept : connection_(connection) {}

  template <class Question>
  Result<std::optional<typename Question::Answered>> ask(Question& question) {
    using Raw = typename Question::Raw;
    if (auto known = at_once(question)) return known;
    connection_.trace({.kind = TraceKind::question, .name = name_of(Question::blocked_on)});
    auto slot = connection_.answers();
    {
      const Asking asking(connection_);
      KW_TRY(guarded([&] { put(question, Answer<Raw>(slot)); }));
    }
    KW_ASSIGN(auto answered, take(question));
    if (!answered) wait_for(Question::blocked_on, *slot);
    return answered;
  }
  Result<std::optional<handshake::KeyAnswered>> ask(handshake::AskForKey&);

  template <class Question>
  Result<std::optional<typename Question::Answered>> take(const Question&) {
    auto raw = connection_.answers_->take<typename Question::Raw>();
    if (!raw) return std::nullopt;
    connection_.blocked_on_.reset();
    if (!*raw) return std::unexpected(std::move(*raw).error());
    return typename Question::Answered{**std::move(raw)};
  }

  Result<std::optional<handshake::KeyAnswered>> take(const handshake::AskForKey&);

 private:
  /// Ports may end the connection that asks them.
  struct Asking {
    explicit Asking(ConnectionImpl& from) : connection(from) { connection.scratch().asking = true; }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
      if (connection.scratch_) connection.scratch_->asking = false;
    }
    ConnectionImpl& connection;
  };
  void wait_for(Blocked::On on, AnswerSlot& slot) {
    if (connection_.question_dropped_ || connection_.failure_) return;  // the port did so: no answer comes
    connection_.blocked_on_ = on;
    slot.expect_later();
  }

  template <class Question>
  std::optional<typename Question::Answered> at_once(Question&) {
    return std::nullopt;
  }
  std::optional<handshake::IdentityChosen> at_once(handshake::ChooseIdentity&);
  std::optional<handshake::SessionFound> at_once(handshake::FindOlderSession&);

  void put(handshake::ChooseConfiguration&, Answer<std::shared_ptr<const ServerConfig>>);
  void put(handshake::VerifyPeer&, Answer<TrustedChain>);
  void put(handshake::ChooseIdentity&, Answer<std::optional<std::size_t>>);
  void put(handshake::Sign&, Answer<Bytes>);
  void put(handshake::FindSession&, Answer<std::shared_ptr<const Session>>);
  void put(handshake::FindOlderSession&, Answer<std::shared_ptr<const Session>>);
  void put(handshake::FindPsk&, Answer<std::shared_ptr<const Psk>>);
  void put(handshake::IssueTicket&, Answer<Bytes>);

  static std::string_view name_of(Blocked::On) noexcept;

  ConnectionImpl& connection_;
};

}  // namespace keyway
