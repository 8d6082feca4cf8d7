// SPDX-License-Identifier: Apache-2.0
//
// Revocation in handshakes: what each side makes of lists and staples, with the alert that the other one sees.
#include <thread>

#include "fixtures/revocation.h"
#include "loop/older.h"

namespace keyway::test {
namespace {

constexpr auto hour = std::chrono::hours(1);

ListDescription current() { return {.this_update = test_time - hour, .next_update = test_time + hour}; }
Bytes serial_of(const CertKey& identity) { return to_bytes(pki::parse_certificate(identity.cert[0]).value().serial); }
ListDescription revoking(const CertKey& identity) {
  ListDescription list = current();
  list.entries = {ListEntry{.serial = serial_of(identity), .reason = 1, .date = test_time - hour}};
  return list;
}

/// Either side checks the other; handshakes of either family.
struct Side {
  ProtocolVersion version;
  bool client_checks;
};
class EachSide : public testing::TestWithParam<Side> {
 protected:
  PairOptions options() const {
    OlderPair made(GetParam().version);
    made.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
    made.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
    return made;
  }
  VerifyOptions& checker(PairOptions& options) const {
    return GetParam().client_checks ? options.client.peer : options.server.peer;
  }
  CertKey& checked(PairOptions& options) const {
    return GetParam().client_checks ? options.server.certs_keys[0] : options.client.certs_keys[0];
  }
  PairOptions checking(CrlCheck check, const std::function<std::vector<Bytes>(const CertKey&)>& lists) const {
    PairOptions made = options();
    const auto cache = memory_crl_cache();
    for (const Bytes& list : lists(checked(made))) EXPECT_TRUE(cache->insert(list));
    checker(made).crl_check = check;
    checker(made).crl_cache = cache;
    return made;
  }
  void expect_refused(const PairOptions& options, Errc code, AlertDescription alert) const {
    Pair pair(options);
    pair.run();
    const End& judge = GetParam().client_checks ? pair.client : pair.server;
    const End& judged = GetParam().client_checks ? pair.server : pair.client;
    ASSERT_TRUE(judge.error);
    EXPECT_EQ(to_string(judge.error->code()), to_string(code)) << judge.error->message();
    ASSERT_TRUE(judged.error && judged.error->detail());
    EXPECT_EQ(judged.error->detail()->received_alert, alert);
  }
  void expect_accepted(const PairOptions& options) const {
    Pair pair(options);
    pair.run();
    expect_connected(pair);
  }
};

TEST_P(EachSide, RefusesWhatAListRevokes) {
  expect_refused(
      checking(CrlCheck::peer, [](const CertKey& leaf) { return std::vector<Bytes>{authority().list(revoking(leaf))}; }),
      Errc::certificate_revoked, AlertDescription::certificate_revoked);
  expect_accepted(checking(CrlCheck::peer, [](const CertKey&) { return std::vector<Bytes>{authority().list(current())}; }));
}

TEST_P(EachSide, RefusesWhatIsNotKnownUnlessToldOtherwise) {
  const auto nothing = [](const CertKey&) { return std::vector<Bytes>(); };
  expect_refused(checking(CrlCheck::peer, nothing), Errc::certificate_status_unknown, AlertDescription::bad_certificate);
  expect_accepted(checking(CrlCheck::best_effort, nothing));
  const auto of_leaf = [](const CertKey&) { return std::vector<Bytes>{authority().list(current())}; };
  expect_refused(checking(CrlCheck::all, of_leaf), Errc::certificate_status_unknown, AlertDescription::bad_certificate);
  expect_accepted(checking(CrlCheck::all, [](const CertKey&) {
    return std::vector<Bytes>{authority().list(current()), authority().list_of_root(current())};
  }));
}

/// Answers when it is told.
class ClerkCache final : public CrlCache {
 public:
  void lookup(const DistributionPoint&, ByteView, Now, Answer<CrlList> answer) override { std::move(answer).give(CrlList()); }
  void select(ByteView, Now, Answer<CrlList> answer) override { open.emplace(std::move(answer)); }
  std::optional<Answer<CrlList>> open;
};

TEST_P(EachSide, WaitsForAListWithoutBlocking) {
  for (const bool revoked : {true, false}) {
    PairOptions made = options();
    const auto clerk = std::make_shared<ClerkCache>();
    checker(made).crl_check = CrlCheck::peer;
    checker(made).crl_cache = clerk;
    Pair pair(made);
    End& judge = GetParam().client_checks ? pair.client : pair.server;
    std::atomic<int> woken{0};
    judge.connection.set_waker([&] { ++woken; });
    pair.run();
    ASSERT_TRUE(judge.connection.blocked());
    ASSERT_TRUE(clerk->open);
    const Bytes der = authority().list(revoked ? revoking(checked(made)) : current());
    std::thread([&] { std::move(*clerk->open).give(CrlList{std::make_shared<const Bytes>(der)}); }).join();
    EXPECT_EQ(woken, 1);
    const auto resumed = judge.connection.resume();
    if (revoked) {
      judge.work();
      const Error* failure = judge.connection.failure();
      ASSERT_NE(failure, nullptr);
      EXPECT_EQ(to_string(failure->code()), "certificate_revoked");
      continue;
    }
    ASSERT_TRUE(resumed);
    judge.work();
    pair.run();
    expect_connected(pair);
  }
}

TEST_P(EachSide, OutlivesAConnectionThatWaitsForAList) {
  PairOptions made = options();
  const auto clerk = std::make_shared<ClerkCache>();
  checker(made).crl_check = CrlCheck::peer;
  checker(made).crl_cache = clerk;
  std::optional<Pair> pair(made);
  pair->run();
  pair.reset();
  ASSERT_TRUE(clerk->open);
  std::move(*clerk->open).give(CrlList());
  clerk->open.reset();
  EXPECT_EQ(clerk.use_count(), 2) << "the options and this test: nothing is left behind";
}

INSTANTIATE_TEST_SUITE_P(Both, EachSide,
                         testing::Values(Side{ProtocolVersion::tls1_3, true}, Side{ProtocolVersion::tls1_3, false},
                                         Side{ProtocolVersion::tls1_2, true}, Side{ProtocolVersion::tls1_2, false}),
                         [](const auto& tested) {
                           return std::string(tested.param.client_checks ? "Client" : "Server") +
                                  (tested.param.version == ProtocolVersion::tls1_3 ? "13" : "12");
                         });

class EachFamily : public testing::TestWithParam<ProtocolVersion> {
 protected:
  PairOptions stapling() const {
    OlderPair made(GetParam());
    made.client.stapling = true;
    return made;
  }
  void expect_refused(const PairOptions& options, Errc code, AlertDescription alert) const {
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(pair.client.error);
    EXPECT_EQ(to_string(pair.client.error->code()), to_string(code)) << pair.client.error->message();
    ASSERT_TRUE(pair.server.error && pair.server.error->detail());
    EXPECT_EQ(pair.server.error->detail()->received_alert, alert);
  }
};

TEST_P(EachFamily, ChecksTheStapleOfTheServer) {
  PairOptions options = stapling();
  CertKey& identity = options.server.certs_keys[0];
  const StapleDescription fresh{.produced_at = test_time, .this_update = test_time, .next_update = test_time + hour};
  identity.ocsp_staple = authority().staple(identity, fresh);
  options.client.peer.require_ocsp_staple = true;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(*pair.client.connection.info().ocsp_response, identity.ocsp_staple);
  StapleDescription revoked = fresh;
  revoked.status = StapleDescription::Status::revoked;
  identity.ocsp_staple = authority().staple(identity, revoked);
  expect_refused(options, Errc::certificate_revoked, AlertDescription::certificate_revoked);
  StapleDescription old = fresh;
  old.this_update = test_time - hour;
  old.next_update = test_time - std::chrono::seconds(1);
  identity.ocsp_staple = authority().staple(identity, old);
  expect_refused(options, Errc::ocsp_response_refused, AlertDescription::bad_certificate_status_response);
  identity.ocsp_staple = Bytes(5, std::byte{1});
  expect_refused(options, Errc::malformed_ocsp_response, AlertDescription::bad_certificate_status_response);
  options.client.stapling = options.client.peer.require_ocsp_staple = false;
  Pair unasked(options);
  unasked.run();
  expect_connected(unasked);
}

/// Gives what the test puts there, and counts who asks.
struct Changing final : StapleSource {
  std::shared_ptr<const Bytes> staple(WallTime now) const override {
    EXPECT_EQ(now, test_time);
    ++asked;
    if (broken) throw std::runtime_error("no");
    return std::exchange(once, nullptr);
  }
  mutable std::shared_ptr<const Bytes> once;
  mutable int asked = 0;
  bool broken = false;
};

TEST_P(EachFamily, AStapleMayComeFromASourceThatChanges) {
  PairOptions options = stapling();
  CertKey& identity = options.server.certs_keys[0];
  const auto source = std::make_shared<Changing>();
  identity.ocsp_staple_source = source;
  const auto config = make_config(options.server);
  const auto meet = [&](const std::shared_ptr<const Bytes>& staple) {
    source->once = staple;
    Pair pair(make_config(options.client), config, options);
    pair.run();
    expect_connected(pair);
    const auto& got = pair.client.connection.info().ocsp_response;
    return got ? *got : Bytes();
  };
  StapleDescription fresh{.produced_at = test_time, .this_update = test_time, .next_update = test_time + hour};
  const Bytes first = authority().staple(identity, fresh);
  fresh.next_update = test_time + 2 * hour;
  const Bytes second = authority().staple(identity, fresh);
  EXPECT_EQ(meet(std::make_shared<const Bytes>(first)), first);
  EXPECT_EQ(meet(std::make_shared<const Bytes>(second)), second);
  EXPECT_EQ(source->asked, 2) << "what is promised is what is sent";
  EXPECT_EQ(meet(nullptr), Bytes());
  EXPECT_EQ(meet(std::make_shared<const Bytes>()), Bytes());
  source->broken = true;
  EXPECT_EQ(meet(nullptr), Bytes());
  EXPECT_EQ(source->asked, 5);
  options.client.stapling = false;
  EXPECT_EQ(meet(nullptr), Bytes());
  EXPECT_EQ(source->asked, 5) << "nobody wanted one";
}

// RFC 6066 8: whoever asks for a status of another type would not know what to do with an OCSP response.
TEST_P(EachFamily, AStapleIsForWhoAsksForThisType) {
  PairOptions options = stapling();
  for (const bool known : {true, false}) {
    const auto source = std::make_shared<Changing>();
    options.server.certs_keys[0].ocsp_staple_source = source;
    source->once = std::make_shared<const Bytes>(authority().staple(options.server.certs_keys[0]));
    Pair pair(options);
    pair.server.give(edit_hello(pair.client.take_output(), [&](Hello& hello) {
      EXPECT_EQ(hello.at(ExtensionType::status_request).front(), std::byte{1});
      if (!known) hello.set(ExtensionType::status_request, hex("02 0000 0000"));
    }));
    ASSERT_FALSE(pair.server.error) << pair.server.error->message();
    EXPECT_EQ(source->asked, known ? 1 : 0);
    const Bytes flight = pair.server.take_output();
    ASSERT_FALSE(flight.empty());
    if (GetParam() == ProtocolVersion::tls1_2) { EXPECT_EQ(hello_of(flight).has(ExtensionType::status_request), known); }
  }
}

TEST_P(EachFamily, MissesAStapleThatIsRequiredOrPromised) {
  PairOptions options = stapling();
  options.client.peer.require_ocsp_staple = true;
  expect_refused(options, Errc::ocsp_response_missing, AlertDescription::handshake_failure);
  options.client.peer.require_ocsp_staple = false;
  // RFC 7633: status_request.
  const Bytes feature = der::write_sequence({der::write_integer(5)});
  options.server.certs_keys = {authority().leaf({.others = {{.oid = "1.3.6.1.5.5.7.1.24", .value = feature}}})};
  expect_refused(options, Errc::ocsp_response_missing, AlertDescription::handshake_failure);
  options.client.stapling = false;
  Pair unasked(options);
  unasked.run();
  expect_connected(unasked);
}

TEST_P(EachFamily, AsksWithANonceWhereToldTo) {
  PairOptions options = stapling();
  options.client.ocsp_nonce = true;
  CertKey& identity = options.server.certs_keys[0];
  StapleDescription fresh{.produced_at = test_time, .this_update = test_time, .next_update = test_time + hour};
  fresh.extensions = {extension("1.3.6.1.5.5.7.48.1.2", false, der::write_text(der::tag::octet_string, "of another"))};
  identity.ocsp_staple = authority().staple(identity, fresh);
  expect_refused(options, Errc::ocsp_response_refused, AlertDescription::bad_certificate_status_response);
  fresh.extensions.clear();
  identity.ocsp_staple = authority().staple(identity, fresh);
  Pair pair(options);
  const Bytes hello = pair.client.take_output();
  const std::string head("\x30\x31\x30\x2f\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02\x04\x22\x04\x20", 19);
  EXPECT_FALSE(std::ranges::search(hello, as_bytes(head)).empty());
  pair.server.give(hello);
  pair.run();
  expect_connected(pair);
}

INSTANTIATE_TEST_SUITE_P(Both, EachFamily, testing::Values(ProtocolVersion::tls1_3, ProtocolVersion::tls1_2),
                         [](const auto& tested) { return tested.param == ProtocolVersion::tls1_3 ? "Tls13" : "Tls12"; });

}  // namespace
}  // namespace keyway::test
