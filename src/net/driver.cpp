// SPDX-License-Identifier: Apache-2.0
//
// One step after the other until the caller has something to do.
#include "net/driver.h"

namespace keyway::net {
namespace {

constexpr std::size_t max_events = 64;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

Result<Turn> Driver::advance() {
  KW_INVARIANT(inbox.plaintext.empty());
  for (;;) {
    KW_ASSIGN(const Step step, connection.receive(inbox.wire()));
    inbox.consumed(step.consumed);
    const auto* data = std::get_if<ApplicationData>(&step.progress);
    if (data != nullptr && data->plaintext.empty()) continue;  // records without content are legal (RFC 8446 5.1)
    return take(step);
  }
}

Result<Turn> Driver::end_of_input() {
  const auto step = connection.end_of_input();
  if (step) return take(*step);
  if (step.error().code() != Errc::truncated || connection.handshake_done()) return std::unexpected(step.error());
  // Where in a handshake a stream ends says much about why.
  const char* where = !inbox.wire().empty()             ? "within a record of the handshake"
                      : connection.info().bytes_in == 0 ? "before the peer had sent anything"
                                                        : "between two records of the handshake";
  return fail(Errc::truncated, {.decided_by = DecidedBy::transport, .reason = where});
}

Result<Turn> Driver::take(const Step& step) {
  return std::visit(Overloaded{
                        [](const NeedBytes&) { return Turn::need_bytes; },
                        [&](const ApplicationData& data) {
                          inbox.plaintext = data.plaintext;
                          return Turn::plaintext;
                        },
                        [](const HandshakeDone&) { return Turn::handshake_done; },
                        [](const FalseStarted&) { return Turn::false_started; },
                        [](const HelloReceived&) { return Turn::hello; },
                        [](const PeerClosed&) { return Turn::peer_closed; },
                        [](const Blocked&) { return Turn::blocked; },
                        [&](const auto& event) { return note(event); },
                    },
                    step.progress);
}

Turn Driver::note(SocketEvent event) {
  if (const auto* renegotiated = std::get_if<Renegotiated>(&event); renegotiated != nullptr && !renegotiated->by_peer)
    renegotiation_ = Renegotiation::made;
  if (const auto* alert = std::get_if<AlertReceived>(&event);
      alert != nullptr && alert->description == AlertDescription::no_renegotiation)
    renegotiation_ = Renegotiation::declined;
  if (events_.size() == max_events) events_.erase(events_.begin());
  events_.push_back(std::move(event));
  return Turn::event;
}

}  // namespace keyway::net
