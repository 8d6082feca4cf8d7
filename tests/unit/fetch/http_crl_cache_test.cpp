// SPDX-License-Identifier: Apache-2.0
//
// Fetching lists from a server of the test: what is asked for, how often, and what becomes of servers that are slow, endless,
// huge, redirecting or lying.
#include "keyway/http_crl_cache.h"

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <future>
#include <set>
#include <thread>

#include "fetch/fetcher.h"
#include "pki/pem.h"
#include "unit/fetch/http_server.h"
#include "unit/pki/revocation_support.h"

namespace keyway::test {
namespace {

using namespace std::chrono_literals;
using pki::test::code_of;
using pki::test::family;

/// One question, and its answer whenever it comes.
class Asked {
 public:
  Asked(CrlCache& cache, std::vector<std::string> uris, WallTime at = pki::test::now) {
    slot_->set_waker([told = told_] { told->set_value(); });
    const Bytes issuer = to_bytes(pki::test::name_of(family().intermediate));
    cache.lookup({.uris = std::move(uris), .issuer = issuer}, issuer, {.monotonic = {}, .wall = at}, Answer<CrlList>(slot_));
    at_once_ = slot_->answered();
    if (!at_once_) slot_->expect_later();
  }
  bool at_once() const { return at_once_; }
  Result<CrlList> result() {
    if (!at_once_) { EXPECT_EQ(told_->get_future().wait_for(30s), std::future_status::ready); }
    auto answer = slot_->take<CrlList>();
    EXPECT_TRUE(answer);
    return answer ? *std::move(answer) : CrlList();
  }
  CrlList lists() { return result().value_or(CrlList()); }

 private:
  std::shared_ptr<AnswerSlot> slot_ = std::make_shared<AnswerSlot>();
  std::shared_ptr<std::promise<void>> told_ = std::make_shared<std::promise<void>>();
  bool at_once_ = false;
};

class HttpCrl : public testing::Test {
 protected:
  Bytes list(unsigned number = 1, WallTime next = pki::test::now + pki::test::day) const {
    ListDescription made = pki::test::list();
    made.number = number;
    made.next_update = next;
    return pki::test::made_by(family().intermediate, made);
  }
  HttpCrlOptions options() const { return {.allowed_hosts = {server.host()}}; }
  static std::shared_ptr<CrlCache> make(const HttpCrlOptions& with) { return http_crl_cache(with).value(); }
  HttpServer server;
};

TEST_F(HttpCrl, IsFetchedOnceAndKept) {
  const Bytes list = this->list();
  server.serve("/a.crl", list);
  server.hold();
  const auto cache = make(options());
  Asked first(*cache, {server.url("/a.crl")});
  EXPECT_FALSE(first.at_once());
  server.release();
  ASSERT_EQ(first.lists().size(), 1u);
  Asked second(*cache, {server.url("/a.crl")});
  EXPECT_TRUE(second.at_once());
  EXPECT_EQ(*second.lists()[0], list);
  ASSERT_EQ(server.requests().size(), 1u);
  const std::string request = server.requests()[0];
  EXPECT_TRUE(request.starts_with("GET /a.crl HTTP/1.1\r\n")) << request;
  EXPECT_EQ(request.find("Authorization"), std::string::npos);
  EXPECT_EQ(request.find("Cookie"), std::string::npos);
}

TEST_F(HttpCrl, IsFetchedAgainWhenTheNextIsDue) {
  server.serve("/a.crl", list(1));
  HttpCrlOptions with = options();
  with.retry_after = 0s;
  const auto cache = make(with);
  EXPECT_EQ(Asked(*cache, {server.url("/a.crl")}).lists().size(), 1u);
  const Bytes newer = list(2, pki::test::now + 3 * pki::test::day);
  server.serve("/a.crl", newer);
  const WallTime later = pki::test::now + 2 * pki::test::day;
  Asked again(*cache, {server.url("/a.crl")}, later);
  EXPECT_EQ(*again.lists()[0], newer);
  EXPECT_EQ(server.requests().size(), 2u);
}

// Otherwise each handshake of a client would be a request to whoever publishes late.
TEST_F(HttpCrl, AUrlThatStillGivesAnOldListIsLeftAloneForAWhile) {
  server.serve("/a.crl", list(1, pki::test::now - 1s));
  const auto cache = make(options());
  EXPECT_EQ(Asked(*cache, {server.url("/a.crl")}).lists().size(), 1u);
  Asked again(*cache, {server.url("/a.crl")});
  EXPECT_TRUE(again.at_once());
  EXPECT_EQ(again.lists().size(), 1u) << "what there is, for the check to say that it is old";
  EXPECT_EQ(server.requests().size(), 1u);
  cache->erase(server.url("/a.crl"));
  EXPECT_EQ(Asked(*cache, {server.url("/a.crl")}).lists().size(), 1u) << "nothing is known any more";
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(HttpCrl, AUrlHasOneList) {
  const auto text = [](const Bytes& der) { return pki::write_pem("X509 CRL", der); };
  server.serve("/one", as_bytes(text(list(1))));
  server.serve("/two", as_bytes(text(list(1)) + text(list(2))));
  const auto cache = make(options());
  EXPECT_EQ(Asked(*cache, {server.url("/one")}).lists().size(), 1u);
  EXPECT_TRUE(Asked(*cache, {server.url("/two")}).lists().empty());
}

// A forged answer is handed out until the next fetch, which takes its place, however much newer it claims to be.
TEST_F(HttpCrl, AListThatLiesIsReplacedByTheNextOne) {
  const pki::test::Made liar = pki::test::issue_self(pki::test::describe_ca("intermediate"), pki::test::key(7));
  ListDescription forged = pki::test::list();
  forged.this_update = pki::test::now + pki::test::day;
  forged.number = 99;
  server.serve("/a.crl", pki::test::made_by(liar, forged));
  HttpCrlOptions with = options();
  with.max_age = with.retry_after = 0s;
  const auto cache = make(with);
  EXPECT_EQ(Asked(*cache, {server.url("/a.crl")}).lists().size(), 1u);
  const Bytes right = list();
  server.serve("/a.crl", right);
  const CrlList lists = Asked(*cache, {server.url("/a.crl")}).lists();
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_EQ(*lists[0], right);
}

TEST_F(HttpCrl, IsFetchedAgainWhenItIsOldAndServesWhereThatFails) {
  HttpCrlOptions with = options();
  with.max_age = with.retry_after = 0s;
  server.serve("/a.crl", list());
  const auto cache = make(with);
  EXPECT_EQ(Asked(*cache, {server.url("/a.crl")}).lists().size(), 1u);
  server.answer("/a.crl", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(Asked(*cache, {server.url("/a.crl")}).lists().size(), 1u);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(HttpCrl, OneFlightServesAllWhoWait) {
  server.serve("/a.crl", list());
  server.hold();
  const auto cache = make(options());
  std::deque<Asked> all;
  for (int i = 0; i < 5; ++i) all.emplace_back(*cache, std::vector{server.url("/a.crl")});
  server.wait_for_requests(1);
  server.release();
  std::set<std::shared_ptr<const Bytes>> lists;
  for (Asked& one : all) {
    const CrlList got = one.lists();
    EXPECT_EQ(got.size(), 1u);
    lists.insert(got.begin(), got.end());
  }
  EXPECT_EQ(lists.size(), 1u) << "however many wait, there is one";
  EXPECT_EQ(server.requests().size(), 1u);
  Asked later(*cache, {server.url("/a.crl")});
  EXPECT_TRUE(lists.contains(later.lists().front())) << "it is that in memory";
}

// Text is read once, too; and what the memory has no room for.
TEST_F(HttpCrl, OneFlightServesAllWhoWaitForALongText) {
  const Bytes list = this->list();
  for (const std::size_t room : {std::size_t{1'000'000}, std::size_t{10}}) {
    HttpCrlOptions with = options();
    with.cache.max_bytes = room;
    const std::string path = "/" + std::to_string(room);
    server.serve(path, as_bytes(pki::write_pem("X509 CRL", list)));
    server.hold();
    const auto cache = make(with);
    Asked one(*cache, {server.url(path)}), other(*cache, {server.url(path)});
    server.release();
    const CrlList first = one.lists(), second = other.lists();
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first, second);
    EXPECT_EQ(*first.front(), list);
  }
}

// What one who waits makes of an answer is his own affair.
TEST(Fetcher, GoesOnForTheOthersWhereOneThrows) {
  HttpServer server;
  server.serve("/a", as_bytes("content"));
  server.hold();
  fetch::Fetcher fetcher({.timeout = 20s, .max_size = 100, .allowed_hosts = {server.host()}});
  const auto wait = [&](const std::string& url) {
    const auto got = std::make_shared<std::promise<std::string>>();
    EXPECT_TRUE(fetcher.fetch({.url = url}, [got](const fetch::Content& content) {
      got->set_value(content ? std::string(as_text(ByteView(**content))) : "nothing");
    }));
    return got->get_future();
  };
  const auto text_of = [](std::future<std::string> future) {
    return future.wait_for(20s) == std::future_status::ready ? future.get() : "never";
  };
  const auto slot = std::make_shared<AnswerSlot>();
  auto held = std::make_shared<Answer<int>>(slot);
  EXPECT_TRUE(fetcher.fetch({.url = server.url("/a")}, [held](const fetch::Content&) { throw std::bad_alloc(); }));
  held.reset();
  auto same = wait(server.url("/a"));
  server.release();
  EXPECT_EQ(text_of(std::move(same)), "content");
  const auto failed = slot->take<int>();
  ASSERT_TRUE(failed) << "it has let go of what it held";
  EXPECT_EQ(code_of(*failed), Errc::answer_dropped);
  EXPECT_EQ(text_of(wait(server.url("/a"))), "content");
  // So does a plan, which is for the same later.
  const auto again = std::make_shared<std::promise<void>>();
  fetcher.after(0ms, [again, first = true]() mutable {
    if (std::exchange(first, false)) throw std::bad_alloc();
    again->set_value();
  });
  EXPECT_EQ(again->get_future().wait_for(20s), std::future_status::ready);
  EXPECT_EQ(text_of(wait(server.url("/a"))), "content");
}

TEST_F(HttpCrl, TriesTheUrlsInTheirOrderAndLeavesFailuresAlone) {
  server.serve("/b.crl", list());
  const auto cache = make(options());
  const std::vector<std::string> uris{"ldap://a.test/x", server.url("/none.crl"), server.url("/b.crl")};
  EXPECT_EQ(Asked(*cache, uris).lists().size(), 1u);
  EXPECT_EQ(server.requests().size(), 2u);
  Asked again(*cache, {server.url("/none.crl")});
  EXPECT_TRUE(again.at_once()) << "it failed a moment ago";
  EXPECT_TRUE(again.lists().empty());
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(HttpCrl, AnswersThatAreNoListsAreNothing) {
  const auto cache = make(options());
  server.serve("/text", as_bytes("hello"));
  server.serve("/certificate", family().root.der);
  server.answer("/short", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nabc");
  server.answer("/no_http", "nonsense\r\n\r\n");
  server.answer("/created", "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n");
  for (const char* path : {"/text", "/certificate", "/short", "/no_http", "/created"})
    EXPECT_TRUE(Asked(*cache, {server.url(path)}).lists().empty()) << path;
}

TEST_F(HttpCrl, SizesAndTimesAreBounded) {
  HttpCrlOptions with = options();
  with.timeout = 300ms;
  const Bytes fits = list();
  with.max_size = fits.size();
  const auto cache = make(with);
  server.serve("/fits", fits);
  server.serve("/announced", Bytes(with.max_size + 1));
  server.answer("/endless", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(10'000'000, 'x'));
  EXPECT_EQ(Asked(*cache, {server.url("/fits")}).lists().size(), 1u);
  EXPECT_TRUE(Asked(*cache, {server.url("/announced")}).lists().empty());
  EXPECT_TRUE(Asked(*cache, {server.url("/endless")}).lists().empty());
  server.stall("/dripping", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0");
  EXPECT_TRUE(Asked(*cache, {server.url("/dripping")}).lists().empty());
  server.release();
  server.serve("/slow", list());
  server.hold();
  EXPECT_TRUE(Asked(*cache, {server.url("/slow")}).lists().empty());
  server.release();
}

TEST_F(HttpCrl, RedirectsAreFewAndUnderTheSameRules) {
  const auto to = [](const std::string& url) { return HttpServer::redirect(url); };
  server.serve("/a.crl", list());
  server.answer("/1", to("/a.crl"));
  server.answer("/2", to(server.url("/1")));
  server.answer("/3", to(server.url("/2")));
  server.answer("/loop", to("/loop"));
  server.answer("/other", to("http://localhost:" + server.host().substr(10) + "/a.crl"));
  server.answer("/file", to("file:///etc/hostname"));
  server.answer("/user", to("http://a:b@" + server.host() + "/a.crl"));
  server.answer("/https", to("https://" + server.host() + "/a.crl"));
  const auto cache = make(options());
  EXPECT_EQ(Asked(*cache, {server.url("/2")}).lists().size(), 1u);
  EXPECT_EQ(server.requests().size(), 3u);
  for (const char* path : {"/3", "/loop", "/other", "/file", "/user", "/https"})
    EXPECT_TRUE(Asked(*cache, {server.url(path)}).lists().empty()) << path;
}

TEST_F(HttpCrl, InsideAddressesAndOddPortsAreNotTalkedTo) {
  server.serve("/a.crl", list());
  const auto port = static_cast<std::uint16_t>(std::stoi(server.host().substr(10)));
  const auto open = make({.ports = {port}});
  EXPECT_TRUE(Asked(*open, {server.url("/a.crl")}).lists().empty());
  EXPECT_TRUE(Asked(*open, {"http://localhost:" + std::to_string(port) + "/a.crl"}).lists().empty());
  const auto usual = make({});
  Asked refused(*usual, {server.url("/a.crl")});
  EXPECT_TRUE(refused.at_once()) << "the port alone decides";
  EXPECT_TRUE(refused.lists().empty());
  const auto other = make({.allowed_hosts = {"a.test"}});
  EXPECT_TRUE(Asked(*other, {server.url("/a.crl")}).at_once());
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpCrl, WhatWaitsIsBounded) {
  HttpCrlOptions with = options();
  with.max_fetches = 1;
  const auto cache = make(with);
  server.hold();
  std::deque<Asked> all;
  all.emplace_back(*cache, std::vector{server.url("/0")});
  server.wait_for_requests(1);
  std::size_t turned_away = 0;
  for (int i = 1; i < 20; ++i) {
    all.emplace_back(*cache, std::vector{server.url("/" + std::to_string(i))});
    turned_away += all.back().at_once() ? std::size_t{1} : 0;
  }
  EXPECT_EQ(turned_away, 11u) << "one is under way, eight wait";
  server.release();
  for (Asked& one : all) EXPECT_TRUE(one.lists().empty());
}

TEST_F(HttpCrl, EndsWithItsFetches) {
  server.hold();
  auto cache = make(options());
  Asked one(*cache, {server.url("/a.crl")});
  server.wait_for_requests(1);
  cache.reset();
  EXPECT_EQ(code_of(one.result()), Errc::answer_dropped);
}

/// A leaf that says where its list is.
pki::test::Made leaf_naming(const std::string& url, pki::CertificateDescription description = pki::test::describe_leaf()) {
  const Bytes name = full_name(uri_name(url));
  description.others = {{.oid = "2.5.29.31", .value = der::write_sequence({der::write(der::tag::sequence, ByteView(name))})}};
  return pki::test::issue(description, pki::test::key(2), pki::test::family().intermediate);
}

/// One verification, which may wait for a fetch.
class Judged {
 public:
  Judged(std::shared_ptr<CrlCache> cache, const pki::test::Made& leaf, CrlCheck check = CrlCheck::peer, VerifyFunction fun = {}) {
    slot_->set_waker([told = told_] { told->set_value(); });
    const auto verifier = make_verifier({.anchors = pki::test::store_of({family().root}),
                                         .crl_check = check,
                                         .crl_cache = std::move(cache),
                                         .provider = pki::test::provider(),
                                         .verify_fun = {.function = std::move(fun)}});
    const ByteView chain[] = {leaf, family().intermediate};
    VerifyQuestion question;
    question.chain = chain;
    question.name = &pki::test::server_name();
    question.now.wall = pki::test::now;
    question.provider = pki::test::provider().get();
    verifier->verify(question, Answer<TrustedChain>(slot_));
    at_once_ = slot_->answered();
    if (!at_once_) slot_->expect_later();
  }
  bool at_once() const { return at_once_; }
  Errc code() {
    if (!at_once_) { EXPECT_EQ(told_->get_future().wait_for(30s), std::future_status::ready); }
    const auto verdict = slot_->take<TrustedChain>();
    EXPECT_TRUE(verdict);
    return verdict ? code_of(*verdict) : Errc::internal;
  }

 private:
  std::shared_ptr<AnswerSlot> slot_ = std::make_shared<AnswerSlot>();
  std::shared_ptr<std::promise<void>> told_ = std::make_shared<std::promise<void>>();
  bool at_once_ = false;
};

// Whoever shows a chain of his own making would choose whom we talk to.
TEST_F(HttpCrl, NothingIsFetchedForPathsThatAreNotValid) {
  server.serve("/a.crl", list());
  pki::CertificateDescription expired = pki::test::describe_leaf();
  expired.not_after = pki::test::now - 1s;
  for (const VerifyFunction& function : {VerifyFunction(), VerifyFunction(pki::test::as_usual)}) {
    Judged other_name(make(options()), leaf_naming(server.url("/a.crl"), pki::test::describe_leaf("other.test")),
                      CrlCheck::best_effort, function);
    EXPECT_TRUE(other_name.at_once());
    EXPECT_EQ(other_name.code(), Errc::certificate_name_mismatch);
    Judged late(make(options()), leaf_naming(server.url("/a.crl"), expired), CrlCheck::best_effort, function);
    EXPECT_TRUE(late.at_once());
    EXPECT_EQ(late.code(), Errc::certificate_expired);
  }
  EXPECT_TRUE(server.requests().empty());
}

// Each source says nothing of use; the option alone decides, and whoever else connects meanwhile is judged at once.
TEST_F(HttpCrl, HostileSourcesFailAsTheOptionSays) {
  const pki::test::Made liar = pki::test::issue_self(pki::test::describe_ca("intermediate"), pki::test::key(7));
  ListDescription future = pki::test::list();
  future.this_update = pki::test::now + pki::test::day;
  future.next_update = pki::test::now + 2 * pki::test::day;
  const std::string whole = HttpServer::ok(std::string(as_text(ByteView(list()))));
  server.serve("/other_issuer", pki::test::made_by(family().root, pki::test::list()));
  server.serve("/wrong_signature", pki::test::made_by(liar, pki::test::list()));
  server.serve("/old", list(1, pki::test::now - 1s));
  server.serve("/future", pki::test::made_by(family().intermediate, future));
  server.answer("/truncated", whole.substr(0, whole.size() - 1));
  server.answer("/endless", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(1'000'000, 'x'));
  server.answer("/inside", HttpServer::redirect("http://10.0.0.1/a.crl"));
  server.answer("/loop", HttpServer::redirect("/loop"));
  server.answer("/error", "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  HttpCrlOptions with = options();
  with.max_size = 100'000;
  for (const char* path :
       {"/other_issuer", "/wrong_signature", "/old", "/future", "/truncated", "/endless", "/inside", "/loop", "/error"}) {
    const pki::test::Made leaf = leaf_naming(server.url(path));
    EXPECT_EQ(Judged(make(with), leaf).code(), Errc::certificate_status_unknown) << path;
    EXPECT_EQ(Judged(make(with), leaf, CrlCheck::best_effort).code(), Errc{}) << path;
  }
}

TEST_F(HttpCrl, ASlowSourceKeepsNobodyElse) {
  HttpCrlOptions with = options();
  with.timeout = 60s;
  const auto cache = make(with);
  server.serve("/quick", list());
  EXPECT_EQ(Judged(cache, leaf_naming(server.url("/quick"))).code(), Errc{});
  server.hold();
  Judged slow(cache, leaf_naming(server.url("/slow")));
  server.wait_for_requests(2);
  EXPECT_FALSE(slow.at_once());
  Judged other(cache, leaf_naming(server.url("/quick")));
  EXPECT_TRUE(other.at_once());
  EXPECT_EQ(other.code(), Errc{});
  server.serve("/slow", pki::test::made_by(family().intermediate, pki::test::list_with({.reason = 1})));
  server.release();
  EXPECT_EQ(slow.code(), Errc::certificate_revoked);
}

// Who can forge answers is to gain no more than who can hold them back.
CrlList selected(CrlCache& cache) {
  const auto slot = std::make_shared<AnswerSlot>();
  cache.select(pki::test::name_of(family().intermediate), {.monotonic = {}, .wall = pki::test::now}, Answer<CrlList>(slot));
  return slot->take<CrlList>()->value();
}

TEST_F(HttpCrl, NoForgedOrOlderListHidesOneThatWasFoundGenuine) {
  HttpCrlOptions with = options();
  with.max_age = with.retry_after = 0s;
  const auto cache = make(with);
  const std::string url = server.url("/a.crl");
  const pki::test::Made leaf = leaf_naming(url);
  const auto code = [&] { return Judged(cache, leaf, CrlCheck::best_effort).code(); };
  ListDescription genuine = pki::test::list_with({.reason = 1});
  genuine.this_update = pki::test::now - 3h;
  const Bytes revoking = pki::test::made_by(family().intermediate, genuine);
  server.serve("/a.crl", revoking);
  EXPECT_EQ(code(), Errc::certificate_revoked);
  const pki::test::Made liar = pki::test::issue_self(pki::test::describe_ca("intermediate"), pki::test::key(7));
  ListDescription forged = pki::test::list();
  for (const auto age : {2h, 1h}) {
    forged.this_update = pki::test::now - age;
    server.serve("/a.crl", pki::test::made_by(liar, forged));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(code(), Errc::certificate_revoked) << "forged";
  }
  ListDescription older = pki::test::list();
  older.this_update = pki::test::now - 4h;
  server.serve("/a.crl", pki::test::made_by(family().intermediate, older));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(code(), Errc::certificate_revoked) << "sent again";
  // Who may not fetch takes the first that is genuine, too.
  ASSERT_TRUE(cache->insert(pki::test::made_by(family().intermediate, older)));
  const CrlList known = selected(*cache);
  ASSERT_GE(known.size(), 3u) << "what was found genuine, fetched and inserted";
  EXPECT_EQ(*known.front(), revoking);
  cache->erase_issuer(pki::test::name_of(family().intermediate));
  server.serve("/a.crl", revoking);
  EXPECT_EQ(code(), Errc::certificate_revoked);
  ListDescription newer = pki::test::list();
  newer.this_update = pki::test::now - 30min;
  server.serve("/a.crl", pki::test::made_by(family().intermediate, newer));
  EXPECT_EQ(code(), Errc{}) << "it was on hold";
  EXPECT_EQ(Asked(*cache, {url}).lists().size(), 1u) << "no more are kept than are needed";
  server.serve("/a.crl", pki::test::made_by(liar, forged));
  EXPECT_EQ(Asked(*cache, {url}).lists().size(), 2u);
  cache->erase(url);
  EXPECT_EQ(Asked(*cache, {url}).lists().size(), 1u);
}

// Only what was found genuine is kept for max_age: a forged list, whatever it says of the next one, for as long as a failure.
TEST_F(HttpCrl, AListThatNobodyFoundGenuineIsFetchedAgain) {
  HttpCrlOptions with = options();
  with.retry_after = 0s;
  const auto cache = make(with);
  const pki::test::Made leaf = leaf_naming(server.url("/a.crl"));
  const pki::test::Made liar = pki::test::issue_self(pki::test::describe_ca("intermediate"), pki::test::key(7));
  ListDescription forged = pki::test::list();
  forged.next_update = pki::test::now + 1000 * pki::test::day;
  server.serve("/a.crl", pki::test::made_by(liar, forged));
  EXPECT_EQ(Judged(cache, leaf).code(), Errc::certificate_status_unknown);
  ListDescription genuine = pki::test::list_with({.reason = 1});
  server.serve("/a.crl", pki::test::made_by(family().intermediate, genuine));
  EXPECT_EQ(Judged(cache, leaf).code(), Errc::certificate_revoked);
  EXPECT_EQ(server.requests().size(), 2u);
  Judged again(cache, leaf);
  EXPECT_TRUE(again.at_once());
  EXPECT_EQ(again.code(), Errc::certificate_revoked);
  EXPECT_EQ(server.requests().size(), 2u);
}

// The program knows what it inserts.
TEST_F(HttpCrl, AListThatWasInsertedIsNotFetchedUntilTheNextIsDue) {
  HttpCrlOptions with = options();
  with.max_age = with.retry_after = 0s;
  const auto cache = make(with);
  const std::string url = server.url("/a.crl");
  const Bytes inserted = list(1);
  EXPECT_TRUE(cache->insert(inserted, url));
  Asked one(*cache, {url});
  EXPECT_TRUE(one.at_once());
  EXPECT_EQ(*one.lists().front(), inserted);
  const Bytes newer = list(2, pki::test::now + 3 * pki::test::day);
  server.serve("/a.crl", newer);
  EXPECT_EQ(*Asked(*cache, {url}, pki::test::now + 2 * pki::test::day).lists().front(), newer);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(selected(*cache).size(), 2u) << "that of the program is not pushed out by what came from the net";
  cache->erase(url);
  server.answer("/a.crl", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(Asked(*cache, {url}).lists().empty());
}

std::size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST_F(HttpCrl, ServesAVerificationThatMayOutliveItsMaker) {
  const std::size_t threads = threads_of_this_process();
  const pki::test::Made leaf = leaf_naming(server.url("/a.crl"));
  server.serve("/a.crl", pki::test::made_by(family().intermediate, pki::test::list_with({.reason = 1})));
  EXPECT_EQ(Judged(make(options()), leaf).code(), Errc::certificate_revoked);
  // The cache's thread ends by itself here, and with it what libcrypto keeps for it: not before that ends the process.
  for (int i = 0; threads_of_this_process() > threads && i < 1000; ++i) std::this_thread::sleep_for(10ms);
}

TEST(HttpCrlOptionsTest, AreChecked) {
  const auto refused = [](const HttpCrlOptions& options, std::string_view option) {
    const auto made = http_crl_cache(options);
    EXPECT_EQ(code_of(made), Errc::invalid_option) << option;
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().detail()->option, option);
  };
  refused({.timeout = 0ms}, "timeout");
  refused({.timeout = 60001ms}, "timeout");
  refused({.max_size = 0}, "max_size");
  refused({.max_size = 10 * 1024 * 1024 + 1}, "max_size");
  refused({.max_redirects = 6}, "max_redirects");
  refused({.max_fetches = 0}, "max_fetches");
  refused({.max_fetches = 65}, "max_fetches");
  refused({.max_age = -1s}, "max_age");
  refused({.retry_after = -1s}, "retry_after");
  refused({.allowed_hosts = {"http://a.test"}}, "allowed_hosts");
  EXPECT_TRUE(http_crl_cache());
}

}  // namespace
}  // namespace keyway::test
