// SPDX-License-Identifier: Apache-2.0
//
// Look-ups of names within a time-out, with a resolver that never answers.
#include "net/resolve.h"

#include <netinet/in.h>

#include "fixture.h"

namespace keyway::test {
namespace {

using net::Deadline;

// A resolver whose name server is dead. What is asked now has a state of the test's choice; what was asked before is over.
struct Dead {
  static inline gaicb* asked = nullptr;
  static inline int starts = 0;
  static inline int state_now = EAI_INPROGRESS;
  static inline int cancel_says = EAI_NOTCANCELED;

  static int start(int, gaicb** requests, int, sigevent*) {
    asked = requests[0];
    ++starts;
    return 0;
  }
  static int wait(const gaicb* const*, int, const timespec*) { return EAI_AGAIN; }
  static int state(gaicb* one) { return one == asked ? state_now : 0; }
  static int cancel(gaicb*) { return cancel_says; }
};
constexpr net::LookUps dead{&Dead::start, &Dead::wait, &Dead::state, &Dead::cancel};

Result<std::vector<net::SocketAddress>> ask(const std::string& host, Duration timeout, const net::LookUps& look_ups = dead) {
  return net::resolve_to_connect({host, 443}, Deadline(timeout), look_ups);
}

class Resolve : public testing::Test {
 protected:
  Resolve() { Dead::starts = 0, Dead::state_now = EAI_INPROGRESS, Dead::cancel_says = EAI_NOTCANCELED; }
};

TEST_F(Resolve, ADeadNameServerIsATimeOutWithTheName) {
  const auto found = ask("example.org", 10ms);
  ASSERT_EQ(code_of(found), Errc::timeout);
  EXPECT_EQ(found.error().detail()->path, "example.org:443");
  EXPECT_EQ(Dead::starts, 1);
}

TEST_F(Resolve, WhatALateAnswerIsWrittenToIsStillThere) {
  ASSERT_EQ(code_of(ask("example.org", 1ms)), Errc::timeout);
  gaicb* const late = Dead::asked;
  EXPECT_STREQ(late->ar_name, "example.org");
  ASSERT_EQ(::getaddrinfo("127.0.0.1", nullptr, nullptr, &late->ar_result), 0);
  EXPECT_EQ(code_of(ask("example.net", 1ms)), Errc::timeout) << "which gives the memory of the first one back";
  EXPECT_STREQ(Dead::asked->ar_name, "example.net");
}

TEST_F(Resolve, ALookUpThatHadNotBegunIsTakenBack) {
  Dead::cancel_says = EAI_CANCELED;
  EXPECT_EQ(code_of(ask("example.org", 0ms)), Errc::timeout);
}

TEST_F(Resolve, WhatTheResolverSaysIsTheError) {
  Dead::state_now = EAI_NONAME;
  const auto found = ask("no.such.name", 1s);
  ASSERT_EQ(code_of(found), Errc::resolve_failed);
  EXPECT_EQ(found.error().detail()->path, "no.such.name:443");
  EXPECT_EQ(found.error().detail()->reason, ::gai_strerror(EAI_NONAME));
}

TEST_F(Resolve, NumbersAndLocalhostAskNobody) {
  for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
    const auto found = ask(host, 1s);
    ASSERT_TRUE(found) << host;
    EXPECT_FALSE(found->empty()) << host;
  }
  EXPECT_EQ(Dead::starts, 0);
}

TEST_F(Resolve, LocalhostIsThisMachine) {
  const auto found = ask("localhost", 1s);
  ASSERT_TRUE(found);
  for (const net::SocketAddress& address : *found) {
    const std::string host = net::endpoint_of(address).host;
    EXPECT_TRUE(host == "127.0.0.1" || host == "::1") << host;
  }
}

// A short form of an address, which the system's resolver knows and our test for numbers does not: no server is asked.
TEST_F(Resolve, TheSystemsLookUpsWorkWithinATimeOut) {
  const auto found = ask("127.1", 60s, net::system_look_ups);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(net::endpoint_of(found->front()), (Endpoint{"127.0.0.1", 443}));
}

}  // namespace
}  // namespace keyway::test
