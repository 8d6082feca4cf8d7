// SPDX-License-Identifier: Apache-2.0
//
// Keys that sign on threads of the program's choice: the connection waits for its task, and no other does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <thread>

#include "keyway/private_key.h"
#include "loop/older.h"

namespace keyway::test {
namespace {

/// Tasks that wait until the test runs them.
struct Tasks {
  std::deque<std::move_only_function<void()>> waiting;
  Executor executor() {
    return [this](std::move_only_function<void()> task) { waiting.push_back(std::move(task)); };
  }
  void run_one() {
    ASSERT_FALSE(waiting.empty());
    auto task = std::move(waiting.front());
    waiting.pop_front();
    task();
  }
};

struct Elsewhere {
  ProtocolVersion version;
  Role role;
};

/// Options in which the key of one role signs by `run`; the other role's does at once.
OlderPair signing_on(const Executor& run, const Elsewhere& where) {
  OlderPair options(where.version);
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  auto& signer = (where.role == Role::client ? options.client.certs_keys : options.server.certs_keys)[0].signer;
  signer = sign_on(run, signer);
  return options;
}

class SignOn : public testing::TestWithParam<Elsewhere> {
 protected:
  End& asker(Pair& pair) { return GetParam().role == Role::client ? pair.client : pair.server; }
  End& other(Pair& pair) { return GetParam().role == Role::client ? pair.server : pair.client; }
};

TEST_P(SignOn, AConnectionWaitsForItsTaskAndOthersGoOn) {
  Tasks tasks;
  const OlderPair options = signing_on(tasks.executor(), GetParam());
  Pair first(options);
  first.run();
  ASSERT_TRUE(asker(first).connection.blocked());
  Pair second(options);
  second.run();
  ASSERT_EQ(tasks.waiting.size(), 2u);
  std::swap(tasks.waiting[0], tasks.waiting[1]);
  for (Pair* pair : {&second, &first}) {
    std::jthread([&] { tasks.run_one(); });
    ASSERT_TRUE(asker(*pair).connection.resume());
    asker(*pair).work();
    pair->run();
    expect_connected(*pair);
  }
}

TEST_P(SignOn, ATaskThatIsThrownAwayIsADroppedAnswer) {
  Tasks tasks;
  Pair pair(signing_on(tasks.executor(), GetParam()));
  pair.run();
  tasks.waiting.clear();
  EXPECT_EQ(asker(pair).connection.resume().error().code(), Errc::answer_dropped);
  pair.run();
  EXPECT_EQ(other(pair).error->detail()->received_alert, AlertDescription::internal_error);
}

TEST_P(SignOn, AnExecutorThatThrowsEndsTheHandshake) {
  Pair pair(signing_on([](std::move_only_function<void()>) { throw std::runtime_error("no thread"); }, GetParam()));
  pair.run();
  ASSERT_TRUE(asker(pair).error);
  EXPECT_EQ(asker(pair).error->code(), Errc::callback_threw);
  EXPECT_EQ(other(pair).error->detail()->received_alert, AlertDescription::internal_error);
}

TEST_P(SignOn, AKeyThatThrowsDoesNotEndTheExecutorsThread) {
  class Throwing final : public crypto::Signer {
   public:
    explicit Throwing(std::shared_ptr<const crypto::Signer> inner) : inner_(std::move(inner)) {}
    crypto::KeyType type() const override { return inner_->type(); }
    bool can(SignatureScheme scheme) const override { return inner_->can(scheme); }
    ByteView subject_public_key_info() const override { return inner_->subject_public_key_info(); }
    void sign(SignatureScheme, ByteView, Answer<Bytes>) const override { throw std::runtime_error("no token"); }

   private:
    std::shared_ptr<const crypto::Signer> inner_;
  };
  Tasks tasks;
  OlderPair options = signing_on(tasks.executor(), GetParam());
  auto& signer = (GetParam().role == Role::client ? options.client.certs_keys : options.server.certs_keys)[0].signer;
  signer = sign_on(tasks.executor(), std::make_shared<Throwing>(signer));
  Pair pair(options);
  pair.run();
  EXPECT_NO_THROW(tasks.run_one());
  EXPECT_EQ(asker(pair).connection.resume().error().code(), Errc::answer_dropped);
  pair.run();
  EXPECT_EQ(other(pair).error->detail()->received_alert, AlertDescription::internal_error);
}

TEST_P(SignOn, ATaskOfAConnectionThatDiedFindsNobody) {
  Tasks tasks;
  std::optional<Pair> pair(signing_on(tasks.executor(), GetParam()));
  pair->run();
  ASSERT_TRUE(asker(*pair).connection.abort(AlertDescription::internal_error));
  EXPECT_NO_THROW(tasks.run_one());
  EXPECT_EQ(asker(*pair).connection.resume().error().code(), Errc::canceled);
  pair.emplace(signing_on(tasks.executor(), GetParam()));
  pair->run();
  pair.reset();
  EXPECT_NO_THROW(tasks.run_one());
}

INSTANTIATE_TEST_SUITE_P(All, SignOn,
                         testing::Values(Elsewhere{ProtocolVersion::tls1_3, Role::server},
                                         Elsewhere{ProtocolVersion::tls1_3, Role::client},
                                         Elsewhere{ProtocolVersion::tls1_2, Role::server},
                                         Elsewhere{ProtocolVersion::tls1_2, Role::client}),
                         [](const auto& tested) {
                           return std::string(tested.param.role == Role::server ? "Server" : "Client") +
                                  (tested.param.version == ProtocolVersion::tls1_3 ? "13" : "12");
                         });

TEST(SignOnNothing, IsNothing) {
  EXPECT_EQ(sign_on([](std::move_only_function<void()>) {}, nullptr), nullptr);
}

}  // namespace
}  // namespace keyway::test
