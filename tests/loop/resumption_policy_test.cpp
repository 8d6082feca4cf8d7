// SPDX-License-Identifier: Apache-2.0
//
// Tickets in places where they do not belong: other hosts, ports, settings of verification, policies of a server.
// What is tested is what a client offers, and what a server takes from a client that offers anyway.
#include "config/settings.h"
#include "loop/key_exchange.h"
#include "loop/older_sessions.h"
#include "loop/sessions.h"

namespace keyway::test {
namespace {

const Authority& other_authority() {
  static const Authority other("other");
  return other;
}

bool offered_with(const Ticket& ticket, const ClientOptions& options, const PairOptions& where = {}) {
  Pair pair(make_config(using_ticket(ticket, options)), make_config(server_options()), where);
  return offers_psk(pair);
}

// ---- what a client offers

TEST(TicketTargets, SameHostPortAndNameOnly) {
  const Ticket ticket = get_tickets(client_options(), make_config(server_with_tickets())).front();
  EXPECT_TRUE(offered_with(ticket, client_options()));
  EXPECT_FALSE(offered_with(ticket, client_options(), {.host = "other.test"}));
  EXPECT_FALSE(offered_with(ticket, client_options(), {.port = 444}));
  PeerName fronted = PeerName::of("server.test").value();
  fronted.sni = "front.test";
  const auto config = make_config(using_ticket(ticket));
  const auto with_name = [&](const PeerName& name) {
    End end(Connection::client(config, name, PairOptions().now, 443).value());
    return hello_of(end.take_output()).has(ExtensionType::pre_shared_key);
  };
  EXPECT_TRUE(with_name(PeerName::of("SERVER.test").value())) << "names are compared without regard to case";
  EXPECT_FALSE(with_name(fronted));
}

//= rfc8446#4.6.1-5
TEST(TicketTargets, SameVerificationOnly) {
  const auto server = make_config(server_with_tickets());
  ClientOptions unchecked = client_options();
  unchecked.peer.verify = VerifyMode::verify_none;
  const Ticket of_unchecked = get_tickets(unchecked, server).front();
  const Ticket of_checked = get_tickets(client_options(), server).front();
  EXPECT_TRUE(offered_with(of_unchecked, unchecked));
  EXPECT_FALSE(offered_with(of_unchecked, client_options())) << "from no verification to verification";
  EXPECT_FALSE(offered_with(of_checked, unchecked));
  ClientOptions any_name = client_options();
  any_name.peer.check_host_name = false;
  EXPECT_FALSE(offered_with(of_checked, any_name));
  ClientOptions shallow = client_options();
  shallow.peer.depth = 1;
  EXPECT_FALSE(offered_with(of_checked, shallow));
  ClientOptions more_anchors = client_options();
  more_anchors.peer.cacerts.push_back(other_authority().root());
  EXPECT_FALSE(offered_with(of_checked, more_anchors));
}

TEST(TicketTargets, SameOwnIdentityOnly) {
  const auto server = make_config(asking_for_certificates(server_with_tickets(), false));
  const Ticket ticket = get_tickets(with_certificate(), server).front();
  EXPECT_TRUE(offered_with(ticket, with_certificate()));
  EXPECT_FALSE(offered_with(ticket, client_options())) << "the server would take us for the holder of that certificate";
  ClientOptions another = client_options();
  another.certs_keys = {authority().leaf({.names = {"another.test"}})};
  EXPECT_FALSE(offered_with(ticket, another));
}

// A store shared between an unchecked and a checking configuration: the second must see the certificate, and refuse it.
//= rfc8446#4.6.1-5
TEST(TicketTargets, NoVerificationDoesNotTurnIntoVerification) {
  ServerOptions untrusted = server_with_tickets();
  untrusted.certs_keys = {other_authority().leaf()};
  const auto server = make_config(untrusted);
  ClientOptions options = client_options();
  options.tickets.store = memory_client_tickets();
  options.peer.verify = VerifyMode::verify_none;
  ASSERT_EQ(get_tickets(options, server).size(), 2u);
  options.peer.verify = VerifyMode::verify_peer;
  Pair pair(make_config(options), server, {});
  EXPECT_FALSE(offers_psk(pair));
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_unknown_ca);
  EXPECT_EQ(alert_at(pair.server), AlertDescription::unknown_ca);
}

/// A store that keeps one heap for all targets.
class Heap final : public ClientTicketStore {
 public:
  void put(const TicketTarget&, Ticket ticket) override { tickets_.push_back(std::move(ticket)); }
  Ticket take(const TicketTarget&, Now) override {
    if (tickets_.empty()) return nullptr;
    const Ticket last = tickets_.back();
    tickets_.pop_back();
    return last;
  }
  std::size_t size() const { return tickets_.size(); }

 private:
  std::vector<Ticket> tickets_;
};

//= rfc8446#4.6.1-5
TEST(TicketTargets, AreCheckedForWhatAStoreGivesToo) {
  ServerOptions untrusted = server_with_tickets();
  untrusted.certs_keys = {other_authority().leaf()};
  const auto server = make_config(untrusted);
  const auto heap = std::make_shared<Heap>();
  ClientOptions options = client_options();
  options.tickets.store = heap;
  options.peer.verify = VerifyMode::verify_none;
  ASSERT_EQ(get_tickets(options, server).size(), 2u);
  ClientOptions checking = options;
  checking.peer.verify = VerifyMode::verify_peer;
  Pair pair(make_config(checking), server, {});
  EXPECT_EQ(heap->size(), 1u) << "it was asked";
  EXPECT_FALSE(offers_psk(pair));
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_unknown_ca);
  EXPECT_EQ(alert_at(pair.server), AlertDescription::unknown_ca);
  Pair same(make_config(options), server, {});
  same.run();
  expect_resumption(same, Resumption::ticket);
}

//= rfc8446#4.6.1-5
TEST(TicketTargets, OfAStoreAreOfThisHost) {
  ServerOptions two = server_with_tickets();
  two.certs_keys = {authority().leaf({.names = {"a.test", "b.test"}})};
  const auto server = make_config(two);
  ClientOptions options = client_options();
  options.tickets.store = std::make_shared<Heap>();
  const auto client = make_config(options);
  for (const char* host : {"a.test", "b.test"}) {
    Pair pair(client, server, {.host = host});
    pair.run();
    expect_resumption(pair, Resumption::none);
  }
  Pair again(client, server, {.host = "b.test"});
  again.run();
  expect_resumption(again, Resumption::ticket);
}

/// Says yes the first `allowed` times.
class Fickle final : public Verifier {
 public:
  explicit Fickle(int allowed) : left_(allowed) {}
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    ++asked;
    if (left_-- > 0) return std::move(answer).give(TrustedChain::accepted_by_user(question, "once"));
    std::move(answer).give(fail(Errc::certificate_revoked));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("fickle")); }
  mutable int asked = 0;

 private:
  mutable int left_;
};

TEST(TicketTargets, TheChainIsJudgedAgainWhereTheOptionSaysSo) {
  const auto server = make_config(server_with_tickets());
  const auto verifier = std::make_shared<const Fickle>(2);
  ClientOptions options = client_options();
  options.peer.verifier = verifier;
  options.peer.reverify_on_resumption = true;
  const auto tickets = get_tickets(options, server);
  EXPECT_FALSE(tickets[0]->session->peer_validated) << "accepted by the user is not validated";
  Pair again(make_config(using_ticket(tickets[0], options)), server, {});
  again.run();
  expect_resumption(again, Resumption::ticket);
  EXPECT_EQ(verifier->asked, 2);
  Pair refused(make_config(using_ticket(tickets[1], options)), server, {});
  refused.run();
  ASSERT_TRUE(refused.client.error);
  EXPECT_EQ(refused.client.error->code(), Errc::certificate_revoked);
  EXPECT_EQ(alert_at(refused.server), AlertDescription::certificate_revoked);
}

TEST(TicketTargets, TheServerJudgesTheChainAgainWhereTheOptionSaysSo) {
  const auto verifier = std::make_shared<const Fickle>(1);
  ServerOptions options = asking_for_certificates(server_with_tickets());
  options.peer.verifier = verifier;
  options.peer.reverify_on_resumption = true;
  const auto server = make_config(options);
  const Ticket ticket = get_tickets(with_certificate(), server).front();
  Pair refused(make_config(using_ticket(ticket, with_certificate())), server, {});
  refused.run();
  ASSERT_TRUE(refused.server.error);
  EXPECT_EQ(refused.server.error->code(), Errc::certificate_revoked);
  EXPECT_EQ(alert_at(refused.client), AlertDescription::certificate_revoked);
}

// ---- what a server takes

/// A ticket from one configuration, used under another one with the same store.
struct Swap {
  ClientOptions client = client_options();
  ServerOptions before;
  ServerOptions after;
  std::string host_before = "server.test";
  std::string host_after = "server.test";

  /// The second connection, after all has moved.
  std::unique_ptr<Pair> run() {
    const auto store = memory_ticket_store();
    for (ServerOptions* options : {&before, &after}) {
      options->tickets.mode = TicketMode::stateful;
      options->tickets.store = store;
    }
    const Ticket got = get_tickets(client, make_config(before), {.host = host_before}).front();
    // The client offers it in spite of its own rules.
    const Ticket lie = forged(got, [&](Session& session) { session.policy = policy_for(host_after); });
    auto pair =
        std::make_unique<Pair>(make_config(using_ticket(lie, client)), make_config(after), PairOptions{.host = host_after});
    EXPECT_TRUE(offers_psk(*pair));
    pair->run();
    return pair;
  }

 private:
  /// What a ticket for that host carries: taken from a connection to it.
  Bytes policy_for(const std::string& host) const {
    ServerOptions any = server_with_tickets();
    any.certs_keys = {authority().leaf({.names = {host}})};
    return get_tickets(client, make_config(any), {.host = host}).front()->session->policy;
  }
};

TEST(ServerPolicy, TheSameConfigurationMadeTwiceResumes) {
  Swap swap{.before = server_options(), .after = server_options()};
  const auto pair = swap.run();
  expect_resumption(*pair, Resumption::ticket);
}

TEST(ServerPolicy, AnotherServersKeyIsAFullHandshake) {
  for (const bool in_table : {false, true}) {
    Swap swap{.before = server_options(), .after = server_options()};
    const std::vector<CertKey> others{authority().leaf()};
    if (in_table) {
      swap.before.sni_hosts = {{"server.test", {}}};
      swap.after.sni_hosts = {{"server.test", {.certs_keys = others}}};
    } else {
      swap.after.certs_keys = others;
    }
    expect_resumption(*swap.run(), Resumption::none);
  }
}

TEST(ServerPolicy, ARenewedCertificateOfTheSameKeyResumes) {
  Swap swap{.before = server_options(), .after = server_options()};
  swap.before.certs_keys = {authority().leaf()};
  swap.after.certs_keys = {
      authority().leaf({.signer = swap.before.certs_keys.front().signer, .not_after = test_time + std::chrono::hours(24 * 70)})};
  ASSERT_NE(swap.before.certs_keys.front().cert, swap.after.certs_keys.front().cert);
  expect_resumption(*swap.run(), Resumption::ticket);
}

TEST(ServerPolicy, AnotherAlpnListIsAFullHandshake) {
  Swap swap{.before = server_options(), .after = server_options()};
  swap.client.alpn_advertised_protocols = {"h2", "http/1.1"};
  swap.before.alpn_preferred_protocols = {"h2"};
  swap.after.alpn_preferred_protocols = {"http/1.1"};
  const auto pair = swap.run();
  expect_resumption(*pair, Resumption::none);
  EXPECT_EQ(pair->client.connection.info().alpn, "http/1.1");
}

TEST(ServerPolicy, AlpnByFunctionIsAnotherPolicyThanAList) {
  Swap swap{.before = server_options(), .after = server_options()};
  swap.after.alpn_select = [](const std::vector<std::string>&) { return AlpnChoice{}; };
  expect_resumption(*swap.run(), Resumption::none);
}

TEST(ServerPolicy, ARequiredKeyIsNotReplacedByATicketThatWasGotWithoutIt) {
  Swap swap{.before = server_options(), .after = server_options()};
  swap.after.psk = {.keys = {Psk::make("tester", Bytes(32, std::byte{7}))}, .required = true};
  const auto pair = swap.run();
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::unknown_psk_identity) << pair->server.error->message();
}

// ---- sessions that rest on a key or a password

constexpr auto psk_suite = static_cast<CipherSuite>(0x00a8);

Psk key_of(const std::string& name) { return Psk::make(name, Bytes(32, std::byte{0x42})); }

TEST(ServerPolicy, ATicketThatAKeyWasProvedForIsForWhoKnowsThatKey) {
  Swap swap{.before = server_options(), .after = server_options()};
  swap.client.protocol.versions = {ProtocolVersion::tls1_3};
  swap.client.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
  swap.client.psk.keys = swap.before.psk.keys = swap.after.psk.keys = {key_of("one")};
  expect_resumption(*swap.run(), Resumption::ticket);
  swap.after.psk.keys = {key_of("two")};
  expect_resumption(*swap.run(), Resumption::none);
  swap.before.psk.keys.clear();
  expect_resumption(*swap.run(), Resumption::ticket);
}

TEST(ServerPolicy, ASessionThatAKeyWasProvedForIsForWhoKnowsThatKey) {
  Visits visits(Resumption::session_id);
  for (ProtocolOptions* protocol : {&visits.options.client.protocol, &visits.options.server.protocol})
    protocol->ciphers = {psk_suite};
  visits.options.client.psk.keys = visits.options.server.psk.keys = {key_of("one")};
  visits.meet(Resumption::none);
  visits.replace_server();
  visits.meet(Resumption::session_id);
  visits.options.server.psk.keys = {key_of("two"), key_of("one")};
  visits.replace_server();
  visits.meet(Resumption::none);
  visits.options.server.psk.keys = {key_of("two")};
  visits.replace_server();
  Pair pair = visits.begin();
  pair.run();
  expect_failed(pair.server, Errc::bad_record_mac, AlertDescription::bad_record_mac);
}

/// The first configuration, what it becomes, and one that only looks like it; all have one store.
void expect_of_its_look_up(const PairOptions& options, const std::vector<Resumption>& expected) {
  const auto first = make_config(options.server);
  const auto servers = {first, first, first->reload().value(), make_config(options.server)};
  std::vector<Resumption> seen;
  for (const auto& server : servers) {
    Pair pair(make_config(options.client), server, options);
    pair.run();
    ASSERT_TRUE(pair.connected()) << (pair.server.error ? pair.server.error->message() : "");
    seen.push_back(pair.server.connection.info().resumed);
  }
  EXPECT_EQ(seen, expected);
}

TEST(ServerPolicy, ASessionOfWhomALookUpFoundIsForWhoHasTheSame) {
  constexpr auto full = Resumption::none;
  constexpr auto again = Resumption::session_id;
  Visits visits(Resumption::session_id);
  PairOptions& options = visits.options;
  options.server.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
    std::move(answer).give(std::make_shared<const Psk>(key_of("one")));
  };
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol})
    protocol->ciphers = {psk_suite, CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  options.client.psk.keys = {key_of("one")};
  expect_of_its_look_up(options, {full, again, again, full});
  options.client.sessions.store = memory_client_sessions();
  options.client.protocol.ciphers = {CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  options.client.psk.keys.clear();
  expect_of_its_look_up(options, {full, again, again, again});
}

#if defined(KEYWAY_LEGACY)
TEST(ServerPolicy, ASessionThatAPasswordWasProvedForIsForWhoHasTheSameUsers) {
  ExchangePair suite(0xc01e);
  suite.with_rsa().with_srp();
  Visits visits(Resumption::session_id);
  PairOptions& options = visits.options;
  options.client.srp = suite.client.srp;
  options.server.srp.lookup = suite.server.srp.lookup;
  options.server.certs_keys = suite.server.certs_keys;
  options.client.protocol.ciphers = options.server.protocol.ciphers = suite.client.protocol.ciphers;
  expect_of_its_look_up(options, {Resumption::none, Resumption::session_id, Resumption::session_id, Resumption::none});
}
#endif

TEST(ServerPolicy, ClientAuthenticationSwitchedOnIsAFullHandshake) {
  Swap swap{.client = with_certificate(), .before = server_options(), .after = asking_for_certificates(server_options())};
  const auto pair = swap.run();
  expect_resumption(*pair, Resumption::none);
  EXPECT_TRUE(pair->server.connection.info().client_authenticated);
}

TEST(ServerPolicy, ClientAuthenticationSwitchedOnRefusesWhoHasNone) {
  Swap swap{.before = server_options(), .after = asking_for_certificates(server_options())};
  const auto pair = swap.run();
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::client_certificate_required);
  EXPECT_EQ(alert_at(pair->client), AlertDescription::certificate_required);
}

TEST(ServerPolicy, FromOptionalToRequiredRefusesWhoHadNone) {
  Swap swap{.before = asking_for_certificates(server_options(), false), .after = asking_for_certificates(server_options())};
  const auto pair = swap.run();
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::client_certificate_required);
}

TEST(ServerPolicy, OtherAnchorsForClientsAreAFullHandshake) {
  Swap swap{.client = with_certificate(),
            .before = asking_for_certificates(server_options()),
            .after = asking_for_certificates(server_options())};
  swap.after.peer.cacerts = {other_authority().root()};
  const auto pair = swap.run();
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::certificate_unknown_ca);
  EXPECT_EQ(alert_at(pair->client), AlertDescription::unknown_ca);
}

ServerOptions two_hosts() {
  ServerOptions options = server_options();
  static const CertKey a = authority().leaf({.names = {"a.test"}}), b = authority().leaf({.names = {"b.test"}});
  options.sni_hosts = {{.name = "a.test", .options = {.certs_keys = {{a}}}},
                       {.name = "b.test", .options = {.certs_keys = {{b}}}}};
  return options;
}

//= rfc6066#3-6
TEST(ServerPolicy, VirtualHostsOfATableDoNotShareTickets) {
  Swap swap{.before = two_hosts(), .after = two_hosts(), .host_before = "a.test", .host_after = "b.test"};
  const auto pair = swap.run();
  expect_resumption(*pair, Resumption::none);
  Swap same{.before = two_hosts(), .after = two_hosts(), .host_before = "b.test", .host_after = "b.test"};
  expect_resumption(*same.run(), Resumption::ticket);
}

TEST(ServerPolicy, ATableEntryWithItsOwnClientAuthenticationKeepsIt) {
  ServerOptions open = two_hosts();
  ServerOptions closed = two_hosts();
  closed.sni_hosts[0].options.peer = VerifyOptions{.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  Swap swap{.before = open, .after = closed, .host_before = "a.test", .host_after = "a.test"};
  const auto pair = swap.run();
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::client_certificate_required);
}

ServerOptions by_function(HelloFunction choose) {
  ServerOptions options = server_options();
  options.sni_fun = std::move(choose);
  return options;
}

/// Answers with one of two configurations of one store, by the name that was asked for.
ServerOptions hosts_by_function(const std::shared_ptr<TicketStore>& store) {
  std::map<std::string, std::shared_ptr<const ServerConfig>> hosts;
  for (const char* name : {"a.test", "b.test"}) {
    ServerOptions options = server_with_tickets(store);
    options.certs_keys = {authority().leaf({.names = {name}})};
    hosts[name] = make_config(options);
  }
  return by_function([hosts](const HelloInfo& hello, Answer<std::shared_ptr<const ServerConfig>> answer) {
    std::move(answer).give(hosts.at(hello.server_name.value_or("a.test")));
  });
}

TEST(ServerPolicy, VirtualHostsOfAFunctionDoNotShareTickets) {
  const auto store = memory_ticket_store();
  const auto server = make_config(hosts_by_function(store));
  const auto at_a = get_tickets(client_options(), server, {.host = "a.test"});
  const auto at_b = get_tickets(client_options(), server, {.host = "b.test"});
  const Ticket lie = forged(at_a[0], [&](Session& session) { session.policy = at_b[0]->session->policy; });
  Pair swapped(make_config(using_ticket(lie)), server, {.host = "b.test"});
  EXPECT_TRUE(offers_psk(swapped));
  swapped.run();
  expect_resumption(swapped, Resumption::none);
  Pair same(make_config(using_ticket(at_a[1])), server, {.host = "a.test"});
  same.run();
  expect_resumption(same, Resumption::ticket);
}

TEST(ServerPolicy, AFunctionThatSwitchesClientAuthenticationOn) {
  const auto store = memory_ticket_store();
  const auto open = make_config(server_with_tickets(store));
  const auto closed = make_config(asking_for_certificates(server_with_tickets(store)));
  bool strict = false;
  const auto server = make_config(by_function([&](const HelloInfo&, Answer<std::shared_ptr<const ServerConfig>> answer) {
    std::move(answer).give(strict ? closed : open);
  }));
  const auto tickets = get_tickets(client_options(), server);
  strict = true;
  Pair pair(make_config(using_ticket(tickets[0])), server, {});
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::client_certificate_required);
  strict = false;
  Pair open_again(make_config(using_ticket(tickets[1])), server, {});
  open_again.run();
  expect_resumption(open_again, Resumption::ticket);
}

// ---- hosts that a function looks up

using Host = std::shared_ptr<const SniHost>;

/// Hosts by their names, each an object of its own; who is not there is not served, and "plain.test" has nothing of its own.
class HostBook {
 public:
  Host add(const std::string& name, SniOptions options) {
    return hosts_[name] = std::make_shared<const SniHost>(SniHost{.name = name, .options = std::move(options)});
  }
  ServerOptions server(ServerOptions options) {
    options.sni_lookup = [this](const std::string& name, Answer<Host> answer) {
      asked.push_back(name);
      if (name == "plain.test") return std::move(answer).give(nullptr);
      const auto found = hosts_.find(name);
      if (found == hosts_.end()) return std::move(answer).give(fail(Errc::unrecognized_name));
      std::move(answer).give(found->second);
    };
    return options;
  }
  std::vector<std::string> asked;

 private:
  std::map<std::string, Host> hosts_;
};

SniOptions with_identity(const std::string& name) { return {.certs_keys = std::vector{authority().leaf({.names = {name}})}}; }

class LookedUp : public testing::TestWithParam<ProtocolVersion> {
 protected:
  ServerOptions server() const {
    ServerOptions options = server_with_tickets();
    options.certs_keys = {authority().leaf({.names = {"plain.test"}})};
    options.protocol.versions = {GetParam()};
    return options;
  }
  std::unique_ptr<Pair> meet(const std::shared_ptr<const ServerConfig>& config, const std::string& host,
                             ClientOptions client = client_options()) const {
    client.protocol.versions = {GetParam()};
    auto pair = std::make_unique<Pair>(make_config(std::move(client)), config, PairOptions{.host = host});
    pair->run();
    return pair;
  }
  HostBook book;
};

TEST_P(LookedUp, HostsHaveTheirOptionsOverThoseOfTheListener) {
  auto own = with_identity("a.test");
  own.alpn_preferred_protocols = std::vector<std::string>{"own"};
  book.add("a.test", own);
  book.add("b.test", with_identity("b.test"));
  ServerOptions options = server();
  options.alpn_preferred_protocols = {"listener"};
  const auto config = make_config(book.server(options));
  ClientOptions client = client_options();
  client.alpn_advertised_protocols = {"listener", "own"};
  const std::pair<const char*, const char*> expected[] = {{"a.test", "own"}, {"b.test", "listener"}, {"plain.test", "listener"}};
  for (const auto& [host, alpn] : expected) {
    const auto pair = meet(config, host, client);
    EXPECT_TRUE(pair->connected()) << host << ": its certificate has its name";
    EXPECT_EQ(pair->client.connection.info().alpn, alpn) << host;
  }
}

TEST_P(LookedUp, AnAnswerThatComesAgainIsMadeOnce) {
  book.add("a.test", with_identity("a.test"));
  const auto config = make_config(book.server(server()));
  ASSERT_TRUE(meet(config, "a.test")->connected());
  const auto& made = config->settings().looked_up_hosts->all();
  ASSERT_EQ(made.size(), 1u);
  ASSERT_TRUE(meet(config, "A.TEST")->connected());
  EXPECT_EQ(config->settings().looked_up_hosts->all(), made);
  EXPECT_EQ(book.asked, (std::vector<std::string>{"a.test", "a.test"}));
  book.add("a.test", with_identity("a.test"));
  ASSERT_TRUE(meet(config, "a.test")->connected());
  EXPECT_EQ(config->settings().looked_up_hosts->all().size(), 2u) << "another object is another host";
}

TEST_P(LookedUp, WhoIsNotServedIsTold) {
  const auto pair = meet(make_config(book.server(server())), "nobody.test");
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::unrecognized_name);
  EXPECT_EQ(pair->client.error->detail()->received_alert, AlertDescription::unrecognized_name);
}

TEST_P(LookedUp, AHostThatCannotBeMadeEndsTheHandshake) {
  book.add("a.test", {.certs_keys = std::vector<CertKey>{{.certfile = "/nowhere/cert.pem"}}});
  book.add("b.test", {.fail_if_no_peer_cert = true});
  const auto config = make_config(book.server(server()));
  const std::tuple<const char*, Errc, const char*> expected[] = {
      {"a.test", Errc::file_unreadable, "sni_lookup[a.test].certs_keys[0].certfile"},
      {"b.test", Errc::conflicting_options, "sni_lookup[b.test].fail_if_no_peer_cert"}};
  for (const auto& [host, code, option] : expected) {
    const auto pair = meet(config, host);
    ASSERT_TRUE(pair->server.error) << host;
    EXPECT_EQ(pair->server.error->code(), code);
    EXPECT_EQ(pair->server.error->detail()->option, option);
    EXPECT_EQ(pair->client.error->detail()->received_alert, AlertDescription::internal_error);
  }
}

TEST_P(LookedUp, WhatTheFunctionThrowsEndsTheHandshake) {
  ServerOptions options = server();
  options.sni_lookup = [](const std::string&, Answer<Host>) { throw std::runtime_error("on purpose"); };
  const auto pair = meet(make_config(options), "a.test");
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::callback_threw);
  EXPECT_EQ(pair->client.error->detail()->received_alert, AlertDescription::internal_error);
}

TEST_P(LookedUp, NobodyIsAskedWithoutAName) {
  ServerOptions options = server();
  options.certs_keys = {authority().leaf()};
  const auto config = make_config(book.server(options));
  ClientOptions client = client_options();
  client.protocol.versions = {GetParam()};
  PeerName name = PeerName::of("server.test").value();
  name.sni.reset();
  End client_end(Connection::client(make_config(client), name, PairOptions().now, 443).value());
  End server_end(Connection::server(config, PairOptions().now).value());
  server_end.give(client_end.take_output());
  EXPECT_FALSE(server_end.error) << server_end.error->message();
  EXPECT_FALSE(server_end.take_output().empty()) << "it has answered";
  EXPECT_TRUE(book.asked.empty());
}

INSTANTIATE_TEST_SUITE_P(EachVersion, LookedUp, testing::Values(ProtocolVersion::tls1_3, ProtocolVersion::tls1_2));

//= rfc6066#3-6
TEST(ServerPolicy, HostsThatAreLookedUpDoNotShareTickets) {
  HostBook book;
  book.add("a.test", with_identity("a.test"));
  book.add("b.test", with_identity("b.test"));
  const auto config = make_config(book.server(server_with_tickets()));
  for (const auto& [host, resumed] : {std::pair("a.test", true), std::pair("b.test", false)}) {
    const Ticket of_a = get_tickets(client_options(), config, {.host = "a.test"}).front();
    const Ticket at_host = get_tickets(client_options(), config, {.host = host}).front();
    const Ticket lie = forged(of_a, [&](Session& session) { session.policy = at_host->session->policy; });
    Pair pair(make_config(using_ticket(lie)), config, {.host = host});
    EXPECT_TRUE(offers_psk(pair));
    pair.run();
    expect_resumption(pair, resumed ? Resumption::ticket : Resumption::none);
  }
}

// ---- a configuration that takes the place of another one

TEST(Reloading, SessionsAreResumedAndTicketsOpened) {
  const auto config = make_config(server_with_tickets());
  const Ticket got = get_tickets(client_options(), config).front();
  const auto next = config->reload();
  ASSERT_TRUE(next) << next.error().message();
  Pair pair(make_config(using_ticket(got)), *next, {});
  pair.run();
  expect_resumption(pair, Resumption::ticket);
}

TEST(Reloading, AHandshakeThatIsUnderWayKeepsItsConfiguration) {
  ServerOptions options = server_options();
  options.protocol.supported_groups = {NamedGroup::secp384r1};  // so that the client must say hello again
  auto config = make_config(options);
  ClientOptions client = client_options();
  client.protocol.versions = {ProtocolVersion::tls1_3};
  client.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::secp384r1};
  Pair pair(make_config(client), config, {});
  const std::weak_ptr<const ServerConfig> old = config;
  pair.server.give(pair.client.take_output());
  auto next = config->reload();
  ASSERT_TRUE(next);
  config = *next;
  EXPECT_FALSE(old.expired());
  pair.run();
  EXPECT_TRUE(pair.connected()) << "with the cookie of the first hello";
}

}  // namespace
}  // namespace keyway::test
