// SPDX-License-Identifier: Apache-2.0
//
// Runs the machine of the moment and carries hand-over values from hello to its family.
#include "connection/handshaker.h"

#include "connection/oracle.h"
#include "handshake/state_name.h"

namespace keyway {

namespace client12 = handshake::tls12::client;
namespace server12 = handshake::tls12::server;
namespace client13 = handshake::tls13::client;
namespace server13 = handshake::tls13::server;
namespace hello_client = handshake::hello::client;
namespace hello_server = handshake::hello::server;

namespace {

template <class Machine>
constexpr bool is_machine = !std::same_as<Machine, std::monostate>;

template <class State>
concept HasTraffic = requires(const State& state) { state.traffic; };

const handshake::tls13::Traffic* address(const handshake::tls13::Traffic& traffic) { return &traffic; }
const handshake::tls13::Traffic* address(const std::unique_ptr<handshake::tls13::Traffic>& traffic) { return traffic.get(); }

}  // namespace

void Handshaker::start(hello_client::WaitServerHello&& state) { machine_.emplace<HelloClient>(std::move(state)); }
void Handshaker::start_server() { machine_.emplace<HelloServer>(hello_server::WaitClientHello{}); }

Result<void> Handshaker::receive(HandshakeType type, ByteView body, handshake::Flow& flow) {
  return std::visit(
      [&]<class Machine>(Machine& machine) -> Result<void> {
        if constexpr (is_machine<Machine>) {
          return machine.receive(type, body, flow);
        } else {
          return fail(Errc::internal);
        }
      },
      machine_);
}

template <class Machine>
Result<bool> Handshaker::settle_one(Machine& machine, handshake::Flow& flow, Oracle& oracle) {
  KW_ASSIGN(const handshake::Turn turn, machine.settle(flow, oracle));
  return turn == handshake::Turn::blocked;
}

Result<bool> Handshaker::settle(handshake::Flow& flow, Oracle& oracle) {
  for (;;) {
    KW_ASSIGN(const bool blocked, std::visit(
                                      [&]<class Machine>(Machine& machine) -> Result<bool> {
                                        if constexpr (is_machine<Machine>) {
                                          return settle_one(machine, flow, oracle);
                                        } else {
                                          return false;
                                        }
                                      },
                                      machine_));
    if (blocked) return true;
    KW_ASSIGN(const bool handed_over, hand_over(flow));
    if (!handed_over) return false;
  }
}

Result<void> Handshaker::receive_change_cipher_spec(handshake::Flow& flow) {
  constexpr handshake::tls12::ChangeCipherSpec message;
  if (auto* machine = std::get_if<Client12>(&machine_)) return machine->deliver(message, flow);
  if (auto* machine = std::get_if<Server12>(&machine_)) return machine->deliver(message, flow);
  return fail(Errc::unexpected_message);
}

Result<bool> Handshaker::receive_no_certificate(handshake::Flow& flow) {
  auto* machine = std::get_if<Server12>(&machine_);
  const bool meant = handshake::tls12::profile_of(flow.facts().info.version).alerts_no_certificate();
  if (machine == nullptr || !meant || !machine->expects<wire::Certificate12>()) return false;
  KW_TRY(machine->deliver(wire::Certificate12{}, flow));
  return true;
}

Result<bool> Handshaker::hand_over(handshake::Flow& flow) {
  if (auto* machine = std::get_if<HelloClient>(&machine_)) {
    if (auto* accepted = machine->in<hello_client::Accepted12>()) {
      KW_ASSIGN(auto next, client12::enter(std::move(*accepted), flow));
      machine_.emplace<Client12>(std::move(next));
      return true;
    }
    if (auto* accepted = machine->in<hello_client::Accepted13>()) {
      KW_ASSIGN(auto next, client13::enter(std::move(*accepted), flow));
      machine_.emplace<Client13>(std::move(next));
      return true;
    }
    if (auto* retry = machine->in<hello_client::Retry13>()) {
      KW_ASSIGN(auto next, client13::enter(std::move(*retry), flow));
      machine_.emplace<Client13>(std::move(next));
      return true;
    }
  }
  if (auto* machine = std::get_if<Client12>(&machine_)) {
    if (auto* again = machine->in<client12::Renegotiate>()) {
      flow.begin_renegotiation(std::move(again->enclosing), again->by_peer);
      KW_ASSIGN(auto offer, handshake::make_renegotiation_offer(flow.in(), flow.facts().info.version));
      KW_ASSIGN(auto next, hello_client::enter(std::move(offer), flow));
      machine_.emplace<HelloClient>(std::move(next));
      return true;
    }
  }
  if (auto* machine = std::get_if<Server12>(&machine_)) {
    if (auto* again = machine->in<server12::Renegotiate>()) {
      flow.begin_renegotiation(std::move(again->enclosing), again->by_peer);
      KW_ASSIGN(auto next, server12::enter(std::move(*again), flow));
      machine_.emplace<Server12>(std::move(next));
      return true;
    }
  }
  if (auto* machine = std::get_if<HelloServer>(&machine_)) {
    if (auto* chosen = machine->in<hello_server::Chosen12>()) {
      KW_ASSIGN(auto next, server12::enter(std::move(*chosen), flow));
      machine_.emplace<Server12>(std::move(next));
      return true;
    }
    if (auto* chosen = machine->in<hello_server::Chosen13>()) {
      KW_ASSIGN(auto next, server13::enter(std::move(*chosen), flow));
      machine_.emplace<Server13>(std::move(next));
      return true;
    }
  }
  return false;
}

Result<bool> Handshaker::take_answer(handshake::Flow& flow, Oracle& oracle) {
  return std::visit(
      [&]<class Machine>(Machine& machine) -> Result<bool> {
        if constexpr (is_machine<Machine>) {
          if (!machine.blocked()) return true;
          return machine.visit([&]<class State>(State& state) -> Result<bool> {
            if constexpr (handshake::Asks<State>) {
              KW_ASSIGN(auto answer, oracle.take(state.question));
              if (!answer) return false;
              KW_TRY(machine.deliver(*std::move(answer), flow));
            }
            return true;
          });
        } else {
          return true;
        }
      },
      machine_);
}

Result<void> Handshaker::update_keys(KeyUpdateRequest request, handshake::Flow& flow) {
  const handshake::tls13::UpdateKeys command{request};
  if (auto* machine = std::get_if<Client13>(&machine_)) return machine->deliver(command, flow);
  if (auto* machine = std::get_if<Server13>(&machine_)) return machine->deliver(command, flow);
  return fail(Errc::not_available);
}

Result<void> Handshaker::request_authentication(handshake::Flow& flow) {
  if (auto* machine = std::get_if<Server13>(&machine_)) return machine->deliver(handshake::tls13::RequestAuthentication{}, flow);
  return fail(Errc::not_available);
}

Result<void> Handshaker::renegotiate(handshake::Flow& flow) {
  constexpr handshake::tls12::Renegotiation command;
  if (auto* machine = std::get_if<Client12>(&machine_)) return machine->deliver(command, flow);
  if (auto* machine = std::get_if<Server12>(&machine_)) return machine->deliver(command, flow);
  return fail(Errc::not_available);
}

void Handshaker::renegotiation_declined(handshake::Flow& flow) {
  if (std::holds_alternative<HelloClient>(machine_) && flow.enclosing() != nullptr)
    machine_.emplace<Client12>(client12::Connected{flow.give_up_renegotiation()});
  if (auto* machine = std::get_if<Server12>(&machine_)) {
    if (auto* connected = machine->in<server12::Connected>()) connected->now->asked = false;
  }
}

void Handshaker::refuse(const Error& error) {
  std::visit(
      [&]<class Machine>(Machine& machine) {
        if constexpr (is_machine<Machine>) (void)machine.refuse(error);
      },
      machine_);
}

bool Handshaker::can_update_keys() const {
  if (const auto* machine = std::get_if<Client13>(&machine_)) return machine->expects<handshake::tls13::UpdateKeys>();
  if (const auto* machine = std::get_if<Server13>(&machine_)) return machine->expects<handshake::tls13::UpdateKeys>();
  return false;
}

bool Handshaker::can_request_authentication() const {
  const auto* machine = std::get_if<Server13>(&machine_);
  return machine != nullptr && machine->expects<handshake::tls13::RequestAuthentication>();
}

bool Handshaker::connected() const { return traffic() != nullptr || established() != nullptr; }

bool Handshaker::idle() const {
  if (std::holds_alternative<Client12>(machine_) || std::holds_alternative<Server12>(machine_)) return connected();
  if (const auto* machine = std::get_if<Client13>(&machine_)) return machine->in<client13::Connected>() != nullptr;
  if (const auto* machine = std::get_if<Server13>(&machine_)) return machine->in<server13::Connected>() != nullptr;
  return false;
}

const handshake::tls13::Traffic* Handshaker::traffic() const {
  const auto of = [](const auto& machine) {
    return machine.visit([]<class State>(const State& state) -> const handshake::tls13::Traffic* {
      if constexpr (HasTraffic<State>) {
        return address(state.traffic);
      } else {
        return nullptr;
      }
    });
  };
  if (const auto* machine = std::get_if<Client13>(&machine_)) return of(*machine);
  if (const auto* machine = std::get_if<Server13>(&machine_)) return of(*machine);
  return nullptr;
}

const handshake::Established* Handshaker::established() const {
  const auto of = [](const auto* connected) { return connected == nullptr ? nullptr : connected->now.get(); };
  if (const auto* machine = std::get_if<Client12>(&machine_)) return of(machine->in<client12::Connected>());
  if (const auto* machine = std::get_if<Server12>(&machine_)) return of(machine->in<server12::Connected>());
  return nullptr;
}

const handshake::ReceivedHello* Handshaker::hello() const {
  const auto of = [](const auto& machine) {
    return machine.visit([]<class State>(const State& state) -> const handshake::ReceivedHello* {
      if constexpr (requires { state.all->hello.get(); }) {
        return state.all->hello.get();
      } else if constexpr (requires { state.hello.get(); }) {
        return state.hello.get();
      } else if constexpr (requires { state.first.get(); }) {
        return state.first.get();
      } else {
        return nullptr;
      }
    });
  };
  if (const auto* machine = std::get_if<HelloServer>(&machine_)) return of(*machine);
  if (const auto* machine = std::get_if<Server12>(&machine_)) return of(*machine);
  if (const auto* machine = std::get_if<Server13>(&machine_)) return of(*machine);
  return nullptr;
}

std::string_view Handshaker::state_name() const {
  return std::visit(
      []<class Machine>(const Machine& machine) -> std::string_view {
        if constexpr (is_machine<Machine>) {
          return machine.visit([]<class State>(const State&) { return handshake::state_name<State>(); });
        } else {
          return "Start";
        }
      },
      machine_);
}

// ---- the part of the connection that drives the machines

Scratch& ConnectionImpl::scratch() {
  if (!scratch_) scratch_ = std::make_unique_for_overwrite<Scratch>();
  return *scratch_;
}

const std::shared_ptr<AnswerSlot>& ConnectionImpl::answers() {
  if (!answers_) answers_ = std::make_shared<AnswerSlot>();
  return answers_;
}

Result<void> ConnectionImpl::start_client() {
  const ProtocolOptions& protocol = in_.protocol();
  writer_.set_padding_multiple(protocol.pad_records_to);
  writer_.set_max_fragment(protocol.max_send_fragment);
  //= rfc8446#5.1-6
  writer_.set_plaintext_version(std::min<std::uint16_t>(0x0301, static_cast<std::uint16_t>(in_.common().versions.front())));
  reader_.set_change_cipher_spec_allowed(true);
  KW_ASSIGN(auto offer, handshake::make_offer(in_));
  if (offer->session) rare().session = KnownSession{offer->session};
  KW_ASSIGN(auto state, handshake::hello::client::enter(std::move(offer), *this));
  KW_TRY(flush_flight());
  writer_.set_plaintext_version(0x0303);
  handshaker_.start(std::move(state));
  return check_watchers();
}

Result<void> ConnectionImpl::step() {
  Handshaker::Oracle oracle(*this);
  KW_ASSIGN(const bool blocked, handshaker_.settle(*this, oracle));
  KW_TRY(flush_flight());
  trace({.kind = TraceKind::state, .name = handshaker_.state_name()});
  note_progress();
  if (blocked && paused() && !hello_reported_) {
    hello_reported_ = true;
    events_.push(HelloReceived{});
  }
  if (renegotiating() && handshaker_.idle()) return end_renegotiation(true);
  if (handshaker_.idle() && !blocked && !handling_late_) release_scratch();
  return check_watchers();
}

void ConnectionImpl::note_progress() {
  if (done_ || !handshaker_.connected()) return;
  done_ = true;
  write_keys_ready_ = true;
  reader_.set_change_cipher_spec_allowed(false);
  reader_.set_plaintext_alert_allowed(false);
  // RFC 8446 4.6.2: what an authentication after the handshake goes on from.
  if (facts_.post_handshake_auth) rare().handshake = std::make_unique<const schedule::Transcript>(transcript());
  events_.push(HandshakeDone{});
  if (!older() && rare_) rare_->session.reset();  // offered to a server that has a newer version
  tell_session();
}

void ConnectionImpl::tell_session() {
  KnownSession* const session = known_session();
  if (session != nullptr && std::exchange(session->to_be_told, false)) events_.push(TicketReceived{session->ticket});
}

Result<void> ConnectionImpl::renegotiate() {
  KW_TRY(handshaker_.renegotiate(*this));
  return step();
}

Result<void> ConnectionImpl::end_renegotiation(bool made) {
  const auto within = std::move(scratch_->within);
  renegotiating_ = false;
  if (made) handshake::succeed(facts_, std::move(within->facts));
  if (made) asked_for_new_key_ = false;
  if (made) events_.push(Renegotiated{.by_peer = within->by_peer});
  tell_session();
  KW_TRY(send_postponed(within->postponed.view()));
  if (within->close_owed) KW_TRY(close_write());
  release_scratch();
  return check_watchers();
}

void ConnectionImpl::release_scratch() {
  // Made again for the next question, if there ever is one; late answers to old ones keep it as long as they need it. One
  // with a waker stays, for that is set but once.
  if (answers_ && !answers_->has_waker()) answers_.reset();
  if (!scratch_ || !scratch_->flight.empty()) return;
  scratch_.reset();
}

Result<void> ConnectionImpl::resume() {
  if (failure_) return std::unexpected(*failure_);
  if (!blocked_on_) return {};
  Handshaker::Oracle oracle(*this);
  auto taken = handshaker_.take_answer(*this, oracle);
  if (!taken) return fail_with(std::move(taken).error());
  if (!*taken) return {};
  blocked_on_.reset();
  auto done = step();
  if (!done) return fail_with(std::move(done).error());
  return {};
}

}  // namespace keyway
