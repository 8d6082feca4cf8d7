// SPDX-License-Identifier: Apache-2.0
//
// Fetching lists from a server of the test: what is asked for, how often, and what becomes of servers that are slow, endless,
// huge, redirecting or lying.
#include "keyway/http_crl_cache.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include "unit/pki/revocation_support.h"

namespace keyway::test {
namespace {

using namespace std::chrono_literals;
using pki::test::code_of;
using pki::test::family;

/// An HTTP server on loopback that answers each path with what it is told; one connection after the other.
class HttpServer {
 public:
  HttpServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer() {
    stop_ = true;
    release();
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url(std::string_view path) const { return "http://" + host() + std::string(path); }
  void answer(const std::string& path, std::string response) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(response);
  }
  void serve(const std::string& path, ByteView body) { answer(path, ok(std::string(as_text(body)))); }
  static std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
  }
  /// Requests are read and not answered until release().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    changed_.notify_all();
  }
  void wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 20s, [&] { return requests_.size() >= count; }));
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void run() {
    while (!stop_) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      talk(connection);
      ::close(connection);
    }
  }
  void talk(int connection) {
    std::string request;
    char chunk[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const auto got = ::recv(connection, chunk, sizeof chunk, 0);
      if (got <= 0) return;
      request.append(chunk, static_cast<std::size_t>(got));
    }
    std::string response = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
    {
      std::unique_lock lock(mutex_);
      requests_.push_back(request);
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_; });
      const std::string path = request.substr(4, request.find(' ', 4) - 4);
      if (const auto known = answers_.find(path); known != answers_.end()) response = known->second;
    }
    for (std::string_view rest = response; !rest.empty();) {
      const auto sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

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
  const auto cache = make(options());
  EXPECT_EQ(Asked(*cache, {server.url("/a.crl")}).lists().size(), 1u);
  const Bytes newer = list(2, pki::test::now + 3 * pki::test::day);
  server.serve("/a.crl", newer);
  const WallTime later = pki::test::now + 2 * pki::test::day;
  Asked again(*cache, {server.url("/a.crl")}, later);
  EXPECT_EQ(*again.lists()[0], newer);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(HttpCrl, IsFetchedAgainWhenItIsOldAndServesWhereThatFails) {
  HttpCrlOptions with = options();
  with.max_age = 0s;
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
  for (Asked& one : all) EXPECT_EQ(one.lists().size(), 1u);
  EXPECT_EQ(server.requests().size(), 1u);
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
  server.serve("/slow", list());
  server.hold();
  EXPECT_TRUE(Asked(*cache, {server.url("/slow")}).lists().empty());
  server.release();
}

TEST_F(HttpCrl, RedirectsAreFewAndUnderTheSameRules) {
  const auto to = [](const std::string& url) {
    return "HTTP/1.1 302 Found\r\nLocation: " + url + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  };
  server.serve("/a.crl", list());
  server.answer("/1", to("/a.crl"));
  server.answer("/2", to(server.url("/1")));
  server.answer("/3", to(server.url("/2")));
  server.answer("/loop", to("/loop"));
  server.answer("/other", to("http://localhost:" + server.host().substr(10) + "/a.crl"));
  server.answer("/file", to("file:///etc/hostname"));
  server.answer("/user", to("http://a:b@" + server.host() + "/a.crl"));
  const auto cache = make(options());
  EXPECT_EQ(Asked(*cache, {server.url("/2")}).lists().size(), 1u);
  EXPECT_EQ(server.requests().size(), 3u);
  for (const char* path : {"/3", "/loop", "/other", "/file", "/user"})
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

std::size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST_F(HttpCrl, ServesAVerificationThatMayOutliveItsMaker) {
  const std::size_t threads = threads_of_this_process();
  const Bytes name = full_name(uri_name(server.url("/a.crl")));
  pki::CertificateDescription description = pki::test::describe_leaf();
  description.others = {{.oid = "2.5.29.31", .value = der::write_sequence({der::write(der::tag::sequence, ByteView(name))})}};
  const pki::test::Made leaf = pki::test::issue(description, pki::test::key(2), family().intermediate);
  server.serve("/a.crl", pki::test::made_by(family().intermediate, pki::test::list_with({.reason = 1})));
  const auto slot = std::make_shared<AnswerSlot>();
  const auto told = std::make_shared<std::promise<void>>();
  slot->set_waker([told] { told->set_value(); });
  {
    const auto verifier = make_verifier({.anchors = pki::test::store_of({family().root}),
                                         .crl_check = CrlCheck::peer,
                                         .crl_cache = make(options()),
                                         .provider = pki::test::provider()});
    const ByteView chain[] = {leaf, family().intermediate};
    VerifyQuestion question;
    question.chain = chain;
    question.name = &pki::test::server_name();
    question.now.wall = pki::test::now;
    question.provider = pki::test::provider().get();
    verifier->verify(question, Answer<TrustedChain>(slot));
  }
  slot->expect_later();
  ASSERT_EQ(told->get_future().wait_for(30s), std::future_status::ready);
  EXPECT_EQ(code_of(*slot->take<TrustedChain>()), Errc::certificate_revoked);
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
