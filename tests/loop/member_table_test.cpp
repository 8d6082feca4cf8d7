// SPDX-License-Identifier: Apache-2.0
//
// The table at the head of keyway/connection.h, walked: what each member does in each state of a connection.
#include <gtest/gtest.h>

#include <array>
#include <ostream>

#include "loop/pair.h"

namespace keyway::test {
namespace {

/// The columns, in their order.
enum class State : std::uint8_t { handshake, blocked, connected, write_closed, peer_closed, failed };
constexpr std::array states{State::handshake,    State::blocked,     State::connected,
                            State::write_closed, State::peer_closed, State::failed};

/// A server in one of the states; both sides have offered authentication after the handshake.
struct Reached {
  explicit Reached(State state) {
    PairOptions options{.client = client_options(), .server = server_options()};
    options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
    options.client.post_handshake_auth = options.server.post_handshake_auth = true;
    options.server.peer.cacerts = {authority().root()};
    if (state == State::blocked) {
      options.client.psk.keys = {Psk::make("sensor", Bytes(32))};
      options.server.psk.lookup = [this](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
        owed.emplace(std::move(answer));
      };
    }
    pair = std::make_unique<Pair>(options);
    if (state == State::handshake) return;
    pair->run();
    Connection& client = pair->client.connection;
    if (state == State::write_closed) { EXPECT_TRUE(server().close_write()); }
    if (state == State::peer_closed) { EXPECT_TRUE(client.close_write()); }
    if (state == State::failed) pair->server.give(Bytes(5, std::byte{0xff}));
    if (state == State::peer_closed) pair->run();
    EXPECT_EQ(server().blocked(), state == State::blocked);
    EXPECT_EQ(server().handshake_done(), state != State::blocked);
    EXPECT_EQ(server().write_closed(), state == State::write_closed || state == State::failed) << "by the alert";
    EXPECT_EQ(server().peer_closed(), state == State::peer_closed);
    EXPECT_EQ(server().failure() != nullptr, state == State::failed);
  }
  Connection& server() { return pair->server.connection; }

  std::optional<Answer<std::shared_ptr<const Psk>>> owed;
  std::unique_ptr<Pair> pair;
};

template <class T>
Errc code_of(const Result<T>& result) {
  return result ? Errc{} : result.error().code();
}

constexpr Errc done{};
constexpr Errc incomplete = Errc::handshake_incomplete;
constexpr Errc closed = Errc::write_closed;
constexpr Errc first_error = Errc::wrong_record_version;

struct Member {
  std::string name;
  std::function<Errc(Connection&)> call;
  std::array<Errc, states.size()> expected;
};

void PrintTo(const Member& member, std::ostream* out) { *out << member.name; }

const std::vector<Member>& members() {
  static const std::vector<Member> rows{
      {"resume", [](Connection& c) { return code_of(c.resume()); }, {done, done, done, done, done, first_error}},
      {"send",
       [](Connection& c) { return code_of(c.send(as_bytes("data"))); },
       {incomplete, incomplete, done, closed, done, first_error}},
      {"update_keys",
       [](Connection& c) { return code_of(c.update_keys(KeyUpdateRequest::update_not_requested)); },
       {incomplete, incomplete, done, closed, done, first_error}},
      {"renegotiate",
       [](Connection& c) { return code_of(c.renegotiate()); },
       {incomplete, incomplete, Errc::not_available, closed, Errc::not_available, first_error}},
      {"request_certificate",
       [](Connection& c) { return code_of(c.request_certificate()); },
       {incomplete, incomplete, done, closed, done, first_error}},
      {"export_key",
       [](Connection& c) {
         Bytes out(16);
         return code_of(c.export_key("label", std::nullopt, out));
       },
       {incomplete, incomplete, done, done, done, first_error}},
      {"prf",
       [](Connection& c) {
         Bytes out(16);
         const PrfSeed seed[] = {PrfRandom::client_random, PrfRandom::server_random};
         return code_of(c.prf(MasterSecret(), "label", seed, out));
       },
       {incomplete, incomplete, done, done, done, first_error}},
      {"close", [](Connection& c) { return code_of(c.close()); }, {done, done, done, done, done, done}},
      {"abort",
       [](Connection& c) { return code_of(c.abort(AlertDescription::internal_error)); },
       {done, done, done, done, done, done}}};
  return rows;
}

class EachMember : public testing::TestWithParam<Member> {};
TEST_P(EachMember, DoesWhatTheTableSays) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    Reached reached(states[i]);
    EXPECT_EQ(to_string(GetParam().call(reached.server())), to_string(GetParam().expected[i])) << "column " << i;
  }
}
INSTANTIATE_TEST_SUITE_P(Table, EachMember, testing::ValuesIn(members()), [](const auto& row) { return row.param.name; });

TEST(MemberTable, ReceiveGoesOnUntilTheFirstError) {
  const auto progress_of = [](State state) {
    Reached reached(state);
    auto step = reached.server().receive({});
    EXPECT_TRUE(step) << step.error().message();
    return std::move(step->progress);
  };
  for (const State state : {State::handshake, State::connected, State::write_closed})
    EXPECT_TRUE(std::holds_alternative<NeedBytes>(progress_of(state)));
  EXPECT_TRUE(std::holds_alternative<Blocked>(progress_of(State::blocked)));
  EXPECT_TRUE(std::holds_alternative<PeerClosed>(progress_of(State::peer_closed)));
  Reached failed(State::failed);
  EXPECT_EQ(code_of(failed.server().receive({})), first_error);
  EXPECT_FALSE(failed.server().output().empty()) << "the alert";
}

TEST(MemberTable, ARequestIsAServersAndNeedsBothOffers) {
  Reached reached(State::connected);
  EXPECT_EQ(code_of(reached.pair->client.connection.request_certificate()), Errc::not_available);
  Pair without({.client = client_options(), .server = server_options()});
  without.run();
  EXPECT_EQ(code_of(without.server.connection.request_certificate()), Errc::not_available);
}

}  // namespace
}  // namespace keyway::test
