// SPDX-License-Identifier: Apache-2.0
//
// Questions that may be answered at any time: each port of the options, in each way in which an answer can come.
// While a question is open nothing is consumed, and closing works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "loop/older.h"

namespace keyway::test {
namespace {

/// How a port treats its question. It works inside of itself what it would answer, and keeps that here.
class Clerk {
 public:
  enum class Way { at_once, later, drop, twice };
  explicit Clerk(Way way) : way_(way) {}

  template <class T>
  void take(Answer<T> answer, std::move_only_function<Result<T>()> work) {
    ++asked_;
    switch (way_) {
      case Way::at_once: return std::move(answer).give(work());
      case Way::drop: return;
      case Way::twice:
        std::move(answer).give(work());
        // The first answer counts, whatever the second one says.
        return std::move(answer).give(fail(Errc::internal));
      case Way::later:
        keep_ = [answer = std::move(answer), work = std::move(work)](Kind kind) mutable {
          if (kind == Kind::give) std::move(answer).give(work());
          if (kind == Kind::fail) std::move(answer).give(fail(Errc::unrecognized_name));
        };
    }
  }
  bool waiting() const { return bool(keep_); }
  int asked() const { return asked_; }
  /// Answers the question that was kept.
  void answer() { std::exchange(keep_, nullptr)(Kind::give); }
  void answer_with_error() { std::exchange(keep_, nullptr)(Kind::fail); }
  void drop() { keep_ = nullptr; }
  void become(Way way) { way_ = way; }

 private:
  enum class Kind { give, fail };
  Way way_;
  int asked_ = 0;
  std::move_only_function<void(Kind)> keep_;
};
using Way = Clerk::Way;

/// What a signer does, by a clerk.
class ClerkSigner final : public crypto::Signer {
 public:
  ClerkSigner(std::shared_ptr<const crypto::Signer> inner, Clerk& clerk) : inner_(std::move(inner)), clerk_(clerk) {}
  crypto::KeyType type() const override { return inner_->type(); }
  bool can(SignatureScheme scheme) const override { return inner_->can(scheme); }
  ByteView subject_public_key_info() const override { return inner_->subject_public_key_info(); }
  void sign(SignatureScheme scheme, ByteView content, Answer<Bytes> answer) const override {
    clerk_.take<Bytes>(std::move(answer), [this, scheme, content = to_bytes(content)] { return sign_now(scheme, content); });
  }

 private:
  Result<Bytes> sign_now(SignatureScheme scheme, ByteView content) const {
    const auto slot = std::make_shared<AnswerSlot>();
    inner_->sign(scheme, content, Answer<Bytes>(slot));
    return std::move(*slot->take<Bytes>());
  }
  std::shared_ptr<const crypto::Signer> inner_;
  Clerk& clerk_;
};

class ClerkVerifier final : public Verifier {
 public:
  explicit ClerkVerifier(Clerk& clerk) : clerk_(clerk) {}
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    // A copy of what the question points to: it may be gone when the answer comes.
    auto kept = std::make_shared<std::vector<Bytes>>();
    for (const ByteView der : question.chain) kept->push_back(to_bytes(der));
    VerifyQuestion copy = question;
    copy.name = nullptr;
    clerk_.take<TrustedChain>(std::move(answer), [kept, copy]() mutable {
      const std::vector<ByteView> chain(kept->begin(), kept->end());
      copy.chain = chain;
      return TrustedChain::accepted_by_user(copy, "by the clerk");
    });
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("clerk")); }

 private:
  Clerk& clerk_;
};

class ClerkStore final : public TicketStore {
 public:
  enum class Asks { issue, redeem };
  ClerkStore(Clerk& clerk, Asks asks) : clerk_(clerk), asks_(asks) {}
  void issue(std::shared_ptr<const Session> session, Now, Answer<Bytes> answer) override {
    session_ = std::move(session);
    if (asks_ == Asks::redeem) return std::move(answer).give(Bytes(4, std::byte{7}));
    clerk_.take<Bytes>(std::move(answer), [] { return Bytes(4, std::byte{7}); });
  }
  void redeem(ByteView, Now, Answer<std::shared_ptr<const Session>> answer) override {
    if (asks_ == Asks::issue) return std::move(answer).give(session_);
    clerk_.take<std::shared_ptr<const Session>>(std::move(answer), [this] { return session_; });
  }

 private:
  Clerk& clerk_;
  Asks asks_;
  std::shared_ptr<const Session> session_;
};

/// Of sessions of TLS 1.2.
class ClerkSessions final : public SessionStore {
 public:
  explicit ClerkSessions(Clerk& clerk) : clerk_(clerk) {}
  void put(ByteView, std::shared_ptr<const Session> session, Now) override { session_ = std::move(session); }
  void find(ByteView, Now, Answer<std::shared_ptr<const Session>> answer) override {
    clerk_.take<std::shared_ptr<const Session>>(std::move(answer), [this] { return session_; });
  }
  void remove(ByteView) override {}
  std::size_t size() const override { return session_ ? 1 : 0; }

 private:
  Clerk& clerk_;
  std::shared_ptr<const Session> session_;
};

/// Every question there is.
enum class Question {
  hello,
  host,
  server_identity,
  client_identity,
  server_key,
  client_key,
  older_server_key,
  older_client_key,
  server_verdict,
  client_verdict,
  redeem,
  issue,
  psk,
  session
};

std::string name_of(Question question) {
  constexpr std::array names{"Hello",
                             "Host",
                             "ServerIdentity",
                             "ClientIdentity",
                             "ServerKey",
                             "ClientKey",
                             "OlderServerKey",
                             "OlderClientKey",
                             "VerdictOnServer",
                             "VerdictOnClient",
                             "Redeem",
                             "Issue",
                             "Psk",
                             "Session"};
  return names[static_cast<std::size_t>(question)];
}

Blocked::On kind_of(Question question) {
  switch (question) {
    case Question::hello:
    case Question::host: return Blocked::On::hello;
    case Question::server_identity:
    case Question::client_identity: return Blocked::On::certificate;
    case Question::server_key:
    case Question::client_key:
    case Question::older_server_key:
    case Question::older_client_key: return Blocked::On::private_key;
    case Question::server_verdict:
    case Question::client_verdict: return Blocked::On::verdict;
    case Question::redeem:
    case Question::issue: return Blocked::On::ticket;
    case Question::psk: return Blocked::On::psk;
    case Question::session: return Blocked::On::session;
  }
  return Blocked::On::hello;
}

bool client_asks(Question question) {
  return question == Question::client_identity || question == Question::client_key || question == Question::older_client_key ||
         question == Question::server_verdict;
}

/// A pair in which one question goes to the clerk.
class Asking {
 public:
  Asking(Question asked, Way way) : question(asked), clerk(way) {
    PairOptions options{.client = client_options(), .server = server_options()};
    set_up(options);
    server_config = make_config(options.server);
    if (question == Question::redeem || question == Question::session) {
      Pair first(make_config(options.client), server_config, options);
      first.run();
      for (const Progress& event : first.client.events) {
        const auto* ticket = std::get_if<TicketReceived>(&event);
        if (ticket != nullptr && question == Question::redeem) options.client.tickets.use_ticket = {ticket->ticket};
      }
    }
    client_config = make_config(options.client);
    pair.emplace(client_config, server_config, options);
  }

  End& asker() { return client_asks(question) ? pair->client : pair->server; }
  End& other() { return client_asks(question) ? pair->server : pair->client; }
  /// Until the question is open.
  void run_until_blocked() {
    pair->run();
    ASSERT_TRUE(clerk.waiting());
    ASSERT_TRUE(asker().connection.blocked());
    ASSERT_TRUE(std::holds_alternative<Blocked>(asker().events.back()));
    EXPECT_EQ(std::get<Blocked>(asker().events.back()).on, kind_of(question));
  }
  void go_on() {
    ASSERT_TRUE(asker().connection.resume());
    asker().work();
    pair->run();
  }
  void expect_connected() {
    EXPECT_FALSE(pair->client.error) << pair->client.error->message();
    EXPECT_FALSE(pair->server.error) << pair->server.error->message();
    EXPECT_TRUE(pair->connected());
    EXPECT_EQ(pair->server.connection.info().resumed, expected_resumption());
    pair->send_from_client("there");
    pair->send_from_server("back");
    EXPECT_EQ(pair->server.data + pair->client.data, "thereback");
  }

  Question question;
  Clerk clerk;
  std::shared_ptr<const ServerConfig> server_config;  // the ports live longer than the pair
  std::shared_ptr<const ClientConfig> client_config;
  std::optional<Pair> pair;

 private:
  Resumption expected_resumption() const {
    if (question == Question::redeem) return Resumption::ticket;
    if (question == Question::session) return Resumption::session_id;
    return question == Question::psk ? Resumption::external_psk : Resumption::none;
  }
  void choose_by_clerk(IdentityFunction& function) {
    function = [this](const IdentityQuestion& asked, Answer<std::optional<std::size_t>> answer) {
      clerk.take<std::optional<std::size_t>>(std::move(answer), [preferred = asked.preferred] { return preferred; });
    };
  }
  void authenticate_client(PairOptions& options) {
    options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
    options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  }
  void sign_by_clerk(CertKey& identity) { identity.signer = std::make_shared<ClerkSigner>(identity.signer, clerk); }
  void set_up_tickets(ServerOptions& options, ClerkStore::Asks asks) {
    options.tickets = {.mode = TicketMode::stateful, .count = 1, .store = std::make_shared<ClerkStore>(clerk, asks)};
  }
  void set_up(PairOptions& options) {
    switch (question) {
      case Question::hello:
        options.server.sni_fun = [this](const HelloInfo&, Answer<std::shared_ptr<const ServerConfig>> answer) {
          clerk.take<std::shared_ptr<const ServerConfig>>(std::move(answer),
                                                          [] { return std::shared_ptr<const ServerConfig>(); });
        };
        return;
      case Question::host:
        options.server.sni_lookup = [this](const std::string& name, Answer<std::shared_ptr<const SniHost>> answer) {
          EXPECT_EQ(name, "server.test");
          clerk.take<std::shared_ptr<const SniHost>>(std::move(answer),
                                                     [] { return std::make_shared<const SniHost>(SniHost{.name = "*.test"}); });
        };
        return;
      case Question::server_identity: return choose_by_clerk(options.server.identity_select);
      case Question::client_identity: authenticate_client(options); return choose_by_clerk(options.client.identity_select);
      case Question::older_server_key:
        options.client.protocol.versions = options.server.protocol.versions = {ProtocolVersion::tls1_2};
        return sign_by_clerk(options.server.certs_keys[0]);
      case Question::older_client_key:
        options.client.protocol.versions = options.server.protocol.versions = {ProtocolVersion::tls1_2};
        authenticate_client(options);
        return sign_by_clerk(options.client.certs_keys[0]);
      case Question::server_key: return sign_by_clerk(options.server.certs_keys[0]);
      case Question::client_key: authenticate_client(options); return sign_by_clerk(options.client.certs_keys[0]);
      case Question::server_verdict: options.client.peer.verifier = std::make_shared<ClerkVerifier>(clerk); return;
      case Question::client_verdict:
        authenticate_client(options);
        options.server.peer.verifier = std::make_shared<ClerkVerifier>(clerk);
        return;
      case Question::redeem: return set_up_tickets(options.server, ClerkStore::Asks::redeem);
      case Question::issue: return set_up_tickets(options.server, ClerkStore::Asks::issue);
      case Question::session:
        options.client.protocol.versions = options.server.protocol.versions = {ProtocolVersion::tls1_2};
        options.client.sessions.store = memory_client_sessions();
        options.server.sessions.store = std::make_shared<ClerkSessions>(clerk);
        return;
      case Question::psk: {
        const Psk psk = Psk::make("sensor", Bytes(48, std::byte{3}), HashAlgorithm::sha384);
        options.client.psk.keys = {psk};
        options.server.psk.lookup = [this, psk](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
          clerk.take<std::shared_ptr<const Psk>>(std::move(answer), [psk] { return std::make_shared<const Psk>(psk); });
        };
      }
    }
  }
};

class EachQuestion : public testing::TestWithParam<Question> {};

TEST_P(EachQuestion, AnsweredAtOnce) {
  Asking asking(GetParam(), Way::at_once);
  asking.pair->run();
  asking.expect_connected();
  EXPECT_EQ(asking.clerk.asked(), 1);
}

TEST_P(EachQuestion, AnsweredTwiceAtOnceTheFirstCounts) {
  Asking asking(GetParam(), Way::twice);
  asking.pair->run();
  asking.expect_connected();
}

TEST_P(EachQuestion, AnsweredLaterOnTheSameThread) {
  Asking asking(GetParam(), Way::later);
  int woken = 0;
  asking.asker().connection.set_waker([&] { ++woken; });
  asking.run_until_blocked();
  EXPECT_EQ(woken, 0);
  asking.clerk.answer();
  EXPECT_EQ(woken, 1);
  asking.go_on();
  asking.expect_connected();
}

TEST_P(EachQuestion, AnsweredLaterFromAnotherThread) {
  Asking asking(GetParam(), Way::later);
  std::atomic<int> woken{0};
  asking.asker().connection.set_waker([&] { ++woken; });
  asking.run_until_blocked();
  std::thread([&] { asking.clerk.answer(); }).join();
  EXPECT_EQ(woken, 1);
  asking.go_on();
  asking.expect_connected();
}

TEST_P(EachQuestion, NothingIsConsumedMeanwhile) {
  Asking asking(GetParam(), Way::later);
  asking.run_until_blocked();
  Bytes more(100, std::byte{0x55});
  for (int i = 0; i < 3; ++i) {
    const auto step = asking.asker().connection.receive(more);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->consumed, 0u);
    ASSERT_TRUE(std::holds_alternative<Blocked>(step->progress));
    ASSERT_TRUE(asking.asker().connection.resume()) << "without an answer it does nothing";
  }
  EXPECT_TRUE(asking.asker().connection.blocked());
  asking.clerk.answer();
  asking.go_on();
  asking.expect_connected();
}

TEST_P(EachQuestion, DroppedAtOnceIsAnError) {
  Asking asking(GetParam(), Way::drop);
  asking.pair->run();
  ASSERT_TRUE(asking.asker().error);
  EXPECT_EQ(asking.asker().error->code(), Errc::answer_dropped);
  EXPECT_EQ(asking.asker().error->alert(), AlertDescription::internal_error);
  ASSERT_TRUE(asking.other().error);
  EXPECT_EQ(asking.other().error->detail()->received_alert, AlertDescription::internal_error);
}

TEST_P(EachQuestion, DroppedLaterIsAnError) {
  Asking asking(GetParam(), Way::later);
  int woken = 0;
  asking.asker().connection.set_waker([&] { ++woken; });
  asking.run_until_blocked();
  asking.clerk.drop();
  EXPECT_EQ(woken, 1);
  const auto resumed = asking.asker().connection.resume();
  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().code(), Errc::answer_dropped);
  asking.pair->run();
  EXPECT_EQ(asking.other().error->detail()->received_alert, AlertDescription::internal_error);
}

//= rfc6066#3-5
TEST_P(EachQuestion, AnErrorForAnAnswerIsTheEndWithItsAlert) {
  Asking asking(GetParam(), Way::later);
  asking.run_until_blocked();
  asking.clerk.answer_with_error();
  EXPECT_EQ(asking.asker().connection.resume().error().code(), Errc::unrecognized_name);
  EXPECT_EQ(asking.asker().connection.failure()->code(), Errc::unrecognized_name);
  asking.pair->run();
  EXPECT_EQ(asking.other().error->detail()->received_alert, AlertDescription::unrecognized_name);
}

TEST_P(EachQuestion, CloseWorksMeanwhileAndTheAnswerIsIgnored) {
  Asking asking(GetParam(), Way::later);
  int woken = 0;
  asking.asker().connection.set_waker([&] { ++woken; });
  asking.run_until_blocked();
  const bool connected = asking.asker().done();
  ASSERT_TRUE(asking.asker().connection.close());
  EXPECT_TRUE(asking.asker().connection.write_closed());
  EXPECT_FALSE(asking.asker().connection.output().empty()) << "close_notify";
  asking.clerk.answer();
  EXPECT_EQ(woken, 0);
  (void)asking.asker().connection.resume();
  EXPECT_EQ(asking.asker().done(), connected);
  EXPECT_FALSE(asking.asker().connection.blocked());
  if (connected) {
    asking.pair->run();
    ASSERT_TRUE(asking.other().connection.close());
    asking.pair->run();
    EXPECT_EQ(asking.asker().count<PeerClosed>(), 1u);
    EXPECT_FALSE(asking.asker().error);
    return;
  }
  Bytes more(10);
  EXPECT_EQ(asking.asker().connection.receive(more).error().code(), Errc::user_canceled);
}

TEST_P(EachQuestion, AbortWorksMeanwhileAndTheAnswerIsIgnored) {
  Asking asking(GetParam(), Way::later);
  int woken = 0;
  asking.asker().connection.set_waker([&] { ++woken; });
  asking.run_until_blocked();
  ASSERT_TRUE(asking.asker().connection.abort(AlertDescription::internal_error));
  asking.clerk.answer();
  EXPECT_EQ(woken, 0);
  EXPECT_EQ(asking.asker().connection.resume().error().code(), Errc::canceled);
  asking.pair->run();
  EXPECT_EQ(asking.other().error->detail()->received_alert, AlertDescription::internal_error);
}

TEST_P(EachQuestion, AnAnswerAfterDestructionFindsNobody) {
  Asking asking(GetParam(), Way::later);
  int woken = 0;
  asking.asker().connection.set_waker([&] { ++woken; });
  asking.run_until_blocked();
  asking.pair.reset();
  asking.clerk.answer();
  EXPECT_EQ(woken, 0);
}

TEST_P(EachQuestion, AnAnswerAfterAnotherConnectionTookThePlaceFindsNobody) {
  Asking asking(GetParam(), Way::later);
  int woken = 0;
  asking.asker().connection.set_waker([&] { ++woken; });
  asking.run_until_blocked();
  asking.asker().connection = Connection::server(make_config(server_options()), Now{}).value();
  asking.clerk.answer();
  EXPECT_EQ(woken, 0);
}

TEST_P(EachQuestion, AnAnswerAfterTheConnectionMovedIsFound) {
  Asking asking(GetParam(), Way::later);
  asking.run_until_blocked();
  Connection moved = std::move(asking.asker().connection);
  asking.clerk.answer();
  asking.asker().connection = std::move(moved);
  asking.go_on();
  asking.expect_connected();
}

INSTANTIATE_TEST_SUITE_P(All, EachQuestion,
                         testing::Values(Question::hello, Question::host, Question::server_identity, Question::client_identity,
                                         Question::server_key, Question::client_key, Question::older_server_key,
                                         Question::older_client_key, Question::server_verdict, Question::client_verdict,
                                         Question::redeem, Question::issue, Question::psk, Question::session),
                         [](const auto& tested) { return name_of(tested.param); });

// ---- the pause after the hello

ServerOptions pausing() {
  ServerOptions options = server_options();
  options.pause_after_hello = true;
  return options;
}

TEST(Pause, ShowsTheHelloAndGoesOnWithThePresentConfiguration) {
  PairOptions options{.client = client_options(), .server = pausing()};
  options.client.alpn_advertised_protocols = {"h2"};
  Pair pair(options);
  pair.run();
  EXPECT_EQ(pair.server.count<HelloReceived>(), 1u);
  const auto hello = pair.server.connection.hello();
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->server_name, "server.test");
  EXPECT_EQ(hello->alpn, std::vector<std::string>{"h2"});
  EXPECT_EQ(hello->versions, (std::vector<std::uint16_t>{0x0304, 0x0303}));
  ASSERT_TRUE(pair.server.connection.continue_with(nullptr));
  pair.server.work();
  pair.run();
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.connection.hello().error().code(), Errc::not_available);
  EXPECT_EQ(pair.server.connection.continue_with(nullptr).error().code(), Errc::not_available);
}

TEST(Pause, GoesOnWithAnotherConfiguration) {
  ServerOptions other = server_options();
  other.certs_keys = {authority().leaf({.key = NewKey::ed25519})};
  Pair pair({.client = client_options(), .server = pausing()});
  pair.run();
  ASSERT_TRUE(pair.server.connection.continue_with(make_config(other)));
  pair.server.work();
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, SignatureScheme::ed25519);
}

/// What chooses among configurations, in one that was chosen already.
std::vector<std::pair<std::string, ServerOptions>> choosing_again() {
  ServerOptions by_function = server_options();
  by_function.sni_fun = [](const HelloInfo&, Answer<std::shared_ptr<const ServerConfig>> answer) {
    std::move(answer).give(nullptr);
  };
  ServerOptions by_table = server_options();
  by_table.sni_hosts = {{.name = "a.test"}};
  return {{"sni_fun", by_function}, {"sni_hosts", by_table}, {"pause_after_hello", pausing()}};
}

void expect_chosen_twice(const Pair& pair, std::string_view option) {
  ASSERT_TRUE(pair.server.error) << option;
  EXPECT_EQ(pair.server.error->code(), Errc::wrong_answer);
  ASSERT_NE(pair.server.error->detail(), nullptr);
  EXPECT_EQ(pair.server.error->detail()->option, option);
  EXPECT_FALSE(pair.server.error->detail()->mend.empty());
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::internal_error);
}

TEST(Pause, TheChosenConfigurationDoesNotChooseAgain) {
  for (const auto& [option, again] : choosing_again()) {
    Pair pair({.client = client_options(), .server = pausing()});
    pair.run();
    (void)pair.server.connection.continue_with(make_config(again));
    pair.server.work();
    pair.run();
    expect_chosen_twice(pair, option);
  }
}

TEST(Pause, ThePresentConfigurationByItsNameIsAsGoodAsNull) {
  ServerOptions options = pausing();
  options.sni_hosts = {{.name = "server.test", .options = {.ciphers = std::vector{CipherSuite::TLS_AES_128_GCM_SHA256}}}};
  const auto server = make_config(options);
  Pair pair(make_config(client_options()), server, {});
  pair.run();
  ASSERT_TRUE(pair.server.connection.continue_with(server));
  pair.server.work();
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().cipher_suite, CipherSuite::TLS_AES_128_GCM_SHA256) << "its table of hosts counts";
}

TEST(SniFunction, TheChosenConfigurationDoesNotChooseAgain) {
  for (const auto& [option, again] : choosing_again()) {
    PairOptions options{.client = client_options(), .server = server_options()};
    options.server.sni_fun = [config = make_config(again)](const HelloInfo&, Answer<std::shared_ptr<const ServerConfig>> answer) {
      std::move(answer).give(config);
    };
    Pair pair(options);
    pair.run();
    expect_chosen_twice(pair, option);
  }
}

TEST(Pause, MayEndInAnAlert) {
  Pair pair({.client = client_options(), .server = pausing()});
  pair.run();
  ASSERT_TRUE(pair.server.connection.abort(AlertDescription::unrecognized_name));
  EXPECT_EQ(pair.server.connection.continue_with(nullptr).error().code(), Errc::canceled);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::unrecognized_name);
}

TEST(Pause, IsAServersAndNeedsTheOption) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  EXPECT_EQ(pair.server.count<HelloReceived>(), 0u);
  EXPECT_EQ(pair.server.connection.continue_with(nullptr).error().code(), Errc::not_available);
  EXPECT_EQ(pair.client.connection.continue_with(nullptr).error().code(), Errc::not_available);
}

// ---- what answers may be

TEST(Answers, AnUnknownKeyMeansCertificates) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.psk.keys = {Psk::make("sensor", Bytes(32, std::byte{3}))};
  options.server.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>> answer) { std::move(answer).give(nullptr); };
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.connection.info().resumed, Resumption::none);
}

TEST(Answers, AnIdentityThatDoesNotExistIsOurFault) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.identity_select = [](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(std::optional<std::size_t>(1));
  };
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::wrong_answer);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::internal_error);
}

TEST(Answers, NoIdentityOfAServerIsAHandshakeFailure) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.identity_select = [](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(std::nullopt);
  };
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::no_usable_identity);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::handshake_failure);
}

TEST(Answers, ACallbackThatThrowsEndsTheHandshake) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.sni_fun = [](const HelloInfo&, Answer<std::shared_ptr<const ServerConfig>>) { throw std::runtime_error("no"); };
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::callback_threw);
  ASSERT_TRUE(pair.server.error->detail()->exception);
  EXPECT_THROW(std::rethrow_exception(pair.server.error->detail()->exception), std::runtime_error);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::internal_error);
}

TEST(Answers, NoTicketForAnAnswerMeansNone) {
  class NoTickets final : public TicketStore {
   public:
    void issue(std::shared_ptr<const Session>, Now, Answer<Bytes> answer) override { std::move(answer).give(Bytes()); }
    void redeem(ByteView, Now, Answer<std::shared_ptr<const Session>> answer) override { std::move(answer).give(nullptr); }
  };
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.tickets = {.mode = TicketMode::stateful, .store = std::make_shared<NoTickets>()};
  Pair pair(options);
  pair.run();
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.count<TicketReceived>(), 0u);
}

TEST(VerifyFun, EachEventIsAnsweredLaterAndFromAnotherThread) {
  Clerk clerk(Way::later);
  PairOptions options{.client = client_options(), .server = server_options()};
  std::vector<VerifyEvent::Kind> events;
  // The name of the leaf is not the one that was asked for, which is passed over.
  options.client.peer.customize_hostname_check.match_fun = [](const auto&, const auto&) { return std::optional<bool>(false); };
  options.client.peer.verify_fun.function = [&](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    events.push_back(event.kind);
    clerk.take<VerifyVerdict>(std::move(answer), [] { return VerifyVerdict::valid; });
  };
  Pair pair(options);
  pair.run();
  for (int i = 0; clerk.waiting() && i < 10; ++i) {
    ASSERT_TRUE(pair.client.connection.blocked());
    std::thread([&] { clerk.answer(); }).join();
    ASSERT_TRUE(pair.client.connection.resume());
    pair.client.work();
    pair.run();
  }
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(events, (std::vector{VerifyEvent::Kind::valid, VerifyEvent::Kind::bad_certificate}));
}

TEST(VerifyFun, IsAskedWithoutVerification) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.peer.verify = VerifyMode::verify_none;
  options.client.peer.cacerts.clear();
  std::vector<Errc> reasons;
  options.client.peer.verify_fun.function = [&](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    if (event.kind == VerifyEvent::Kind::bad_certificate) reasons.push_back(event.reason);
    std::move(answer).give(strict_verdict(event));
  };
  Pair pair(options);
  pair.run();
  EXPECT_EQ(reasons, std::vector{Errc::certificate_unknown_ca});
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_unknown_ca);
  EXPECT_EQ(pair.server.error->detail()->received_alert, AlertDescription::unknown_ca);
}

}  // namespace
}  // namespace keyway::test
