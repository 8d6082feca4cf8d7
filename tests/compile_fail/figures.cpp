// SPDX-License-Identifier: Apache-2.0
//
// Figures that are wrong: edges that lead out of them or do not exist, states that nothing enters or leaves. A toy figure,
// and the client's.
#include "handshake/tls13/client_machine.h"

namespace keyway::handshake {

namespace toy {

struct Coin {};
struct Push {};
struct Stranger {};

struct Locked {};
struct Open {};
struct Forgotten {};

Result<Open> on(Locked&&, const Coin&, Flow&);

Result<Locked> on(Open&&, const Push&, Flow&);

// case state_never_left: no `on` leads out of this state and it is no exit
#ifdef CASE_state_never_left
using Exits = List<Locked>;
#else
using Exits = List<Locked, Forgotten>;
#endif

// case state_never_entered: no edge and no entry leads to this state
#ifdef CASE_state_never_entered
Result<Locked> on(Forgotten&&, const Push&, Flow&);
using States = List<Locked, Open, Forgotten>;
#else
using States = List<Locked, Open>;
#endif

// case edge_out_of_the_figure: each N in Figure::States
#ifdef CASE_edge_out_of_the_figure
Result<Forgotten> on(Open&&, const Coin&, Flow&);
#else
Result<Open> on(Open&&, const Coin&, Flow&);
#endif

// case edge_that_returns_no_result: must return Result<N>
#ifdef CASE_edge_that_returns_no_result
Locked on(Locked&&, const Push&, Flow&);
#else
Result<Locked> on(Locked&&, const Push&, Flow&);
#endif

// case state_that_throws: a state that throws when moved
#ifdef CASE_state_that_throws
struct Heavy {
  Heavy() = default;
  Heavy(Heavy&&) noexcept(false) {}
  Heavy& operator=(Heavy&&) noexcept(false) { return *this; }
};
#else
struct Heavy {
  Heavy() = default;
  Heavy(Heavy&&) noexcept {}
  Heavy& operator=(Heavy&&) noexcept { return *this; }
};
#endif
Result<Locked> on(Heavy&&, const Push&, Flow&);

struct Figure {
  using States = toy::States;
  using Messages = List<Coin, Push>;
  using Entries = Locked;
  using Exits = List<>;
  using Ignored = List<>;
};
struct HeavyFigure {
  using States = List<Heavy, Locked, Open>;
  using Messages = List<Coin, Push>;
  using Entries = Heavy;
  using Exits = List<Locked, Open>;
  using Ignored = List<>;
};

struct EndFigure {
  using States = List<Locked, Open, Forgotten>;
  using Messages = List<Coin, Push>;
  using Entries = OneOf<Locked, Forgotten>;
  using Exits = toy::Exits;
  using Ignored = List<>;
};

void run(Machine<EndFigure>& machine, Flow& flow) { (void)machine.deliver(Coin{}, flow); }
void run(Machine<Figure>& machine, Flow& flow) { (void)machine.deliver(Coin{}, flow); }
void run(Machine<HeavyFigure>& machine, Flow& flow) { (void)machine.deliver(Push{}, flow); }

// case message_of_no_figure: no matching (member )?function
#ifdef CASE_message_of_no_figure
void push(Machine<Figure>& machine, Flow& flow) { (void)machine.deliver(Stranger{}, flow); }
#else
void push(Machine<Figure>& machine, Flow& flow) { (void)machine.deliver(Push{}, flow); }
#endif

}  // namespace toy

namespace tls13::client {

// case edge_that_does_not_exist: no matching function for call to 'on
#ifdef CASE_edge_that_does_not_exist
Result<Connected> skip(WaitCertificate&& s, const Finished& m, Flow& flow) { return on(std::move(s), m, flow); }
#else
Result<OneOf<AskIdentity, Connected>> skip(WaitFinished&& s, const Finished& m, Flow& flow) { return on(std::move(s), m, flow); }
#endif

// case wrong_target: could not convert|no viable conversion
#ifdef CASE_wrong_target
Result<WaitFinished> wrong(Traffic&& traffic) { return Connected{std::move(traffic)}; }
#else
Result<Connected> right(Traffic&& traffic) { return Connected{std::move(traffic)}; }
#endif

// case larger_set_as_a_smaller: could not convert|no viable conversion
#ifdef CASE_larger_set_as_a_smaller
Result<Connected> smaller(Result<OneOf<AskIdentity, Connected>>&& from) { return std::move(from); }
#else
Result<OneOf<AskIdentity, AskSignature, Connected>> larger(OneOf<AskIdentity, Connected>&& from) { return std::move(from); }
#endif

// case used_state_again: cannot bind rvalue reference|no matching function for call to 'on
#ifdef CASE_used_state_again
Result<AskVerdict> again(WaitCertificate& s, const Certificate& m, Flow& flow) { return on(s, m, flow); }
#else
Result<AskVerdict> again(WaitCertificate& s, const Certificate& m, Flow& flow) { return on(std::move(s), m, flow); }
#endif

// case foreign_edge: each N in Figure::States
#ifdef CASE_foreign_edge
Result<hello::client::WaitServerHello> on(Connected&&, const ServerHello&, Flow&);
#endif
inline constexpr auto graph = Graph<Figure>::edges<ServerHello>();
static_assert(graph.size() == 13);

}  // namespace tls13::client

}  // namespace keyway::handshake
