// SPDX-License-Identifier: Apache-2.0
//
// What a server staples while its responder is well, late, gone or hostile. Time is given by the tests: nothing waits for it.
#include "keyway/ocsp_stapler.h"

#include <filesystem>
#include <fstream>

#include "fetch/stapler.h"
#include "pki/ocsp.h"
#include "pki/pem.h"
#include "unit/fetch/http_server.h"
#include "unit/pki/revocation_support.h"

namespace keyway::test {
namespace {

using fetch::Stapler;
using pki::test::code_of;
using pki::test::family;
using Kind = StapleEvent::Kind;

constexpr WallTime start = pki::test::now;

StapleDescription good(WallTime from = start, WallTime to = start + 1h) {
  return {.produced_at = from, .this_update = from, .next_update = to};
}
Bytes staple(const StapleDescription& description = good(), const pki::test::Made& by = family().intermediate) {
  return make_staple(description, family().leaf, family().intermediate, *by.signer, *pki::test::provider());
}

/// What was told, from whatever thread.
class Events {
 public:
  std::function<void(const StapleEvent&)> sink() {
    return [this](const StapleEvent& event) {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
      changed_.notify_all();
    };
  }
  /// The event of this number, once there are so many.
  StapleEvent at(std::size_t index) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 20s, [&] { return events_.size() > index; }));
    return events_.size() > index ? events_[index] : StapleEvent{.kind = Kind::expired, .source = "never came"};
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return events_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StapleEvent> events_;
};

Errc code_of(const StapleEvent& event) { return event.error ? event.error->code() : Errc{}; }
std::string reason_of(const StapleEvent& event) {
  return event.error && event.error->detail() != nullptr ? event.error->detail()->reason : std::string();
}

class OcspStaplerTest : public testing::Test {
 protected:
  ~OcspStaplerTest() override {
    server.release();
    if (stapler) stapler->stop();
  }
  OcspStaplerOptions options() { return {.timeout = 10s, .on_event = events.sink(), .provider = pki::test::provider()}; }
  /// Asks these paths, unless told otherwise.
  Result<void> begin(OcspStaplerOptions with, std::vector<std::string> urls) {
    const auto clock = [this] { return Now{TimePoint(since), start + since.load()}; };
    fetch::Limits limits{with.timeout, pki::max_ocsp_response, with.ports, with.allowed_hosts, with.max_redirects, 1};
    if (limits.allowed_hosts.empty()) limits.allowed_hosts = {server.host()};
    fetch::Stapled about{family().leaf.der, family().intermediate.der, std::move(urls), limits};
    stapler = std::make_shared<Stapler>(std::move(with), std::move(about), clock);
    return stapler->begin();
  }
  void begin() { EXPECT_TRUE(begin(options(), {server.url("/")})); }
  std::shared_ptr<const Bytes> served() const { return stapler->staple(start + since.load()); }
  /// Time passes, and what is due is done.
  void advance(std::chrono::seconds time) {
    since = since.load() + time;
    stapler->tick();
  }

  std::atomic<std::chrono::nanoseconds> since{1h};  // monotonic clocks do not begin at nothing
  HttpServer server;
  Events events;
  std::shared_ptr<Stapler> stapler;
};

StapleDescription later(std::chrono::seconds from, std::chrono::seconds to) { return good(start + from, start + to); }

//= rfc6960#4.1.1-1, A.1-1
TEST_F(OcspStaplerTest, FetchesChecksAndServes) {
  const Bytes response = staple(later(0s, 3h));
  server.serve("/", response);
  begin();
  const StapleEvent event = events.at(0);
  EXPECT_EQ(event.kind, Kind::renewed);
  EXPECT_EQ(event.source, server.url("/"));
  EXPECT_EQ(event.good_until, start + 3h);
  ASSERT_TRUE(served());
  EXPECT_EQ(*served(), response);
  const std::string request = server.requests()[0];
  EXPECT_TRUE(request.starts_with("POST / HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Content-Type: application/ocsp-request\r\n"), std::string::npos) << request;
  for (const char* header : {"Expect", "Authorization", "Cookie"}) EXPECT_EQ(request.find(header), std::string::npos) << request;
  const auto leaf = pki::parse_certificate(family().leaf.der).value();
  const auto issuer = pki::parse_certificate(family().intermediate.der).value();
  const Bytes asked = pki::ocsp_request(leaf, issuer, {}, *pki::test::provider());
  EXPECT_EQ(request.substr(request.find("\r\n\r\n") + 4), as_text(asked));
}

TEST_F(OcspStaplerTest, RenewsInTheMiddleOfWhatIsLeft) {
  server.serve("/", staple(later(0s, 3h)));
  begin();
  events.at(0);
  advance(59min);  // of the two hours that are left
  EXPECT_EQ(server.requests().size(), 1u);
  const Bytes newer = staple(later(2h, 5h));
  server.serve("/", newer);
  advance(1min);
  EXPECT_EQ(events.at(1).kind, Kind::renewed);
  EXPECT_EQ(*served(), newer);
}

// RFC 6960 4.2.2.1: and then no more.
TEST_F(OcspStaplerTest, ServesTheLastGoodOneUntilItRunsOut) {
  server.serve("/", staple(later(0s, 3h)));
  begin();
  events.at(0);
  server.answer("/", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  advance(1h);
  StapleEvent event = events.at(1);
  EXPECT_EQ(event.kind, Kind::failed);
  EXPECT_EQ(code_of(event), Errc::unreachable);
  EXPECT_EQ(reason_of(event), "the answer has HTTP status 500");
  EXPECT_EQ(event.good_until, start + 3h);
  EXPECT_TRUE(served());
  EXPECT_TRUE(stapler->staple(start + 3h));
  EXPECT_FALSE(stapler->staple(start + 3h + 1s)) << "whoever has told of it";
  since = 3h + 1s;
  stapler->tick();
  for (std::size_t i = 2; (event = events.at(i)).kind == Kind::failed;) ++i;
  EXPECT_EQ(event.kind, Kind::expired);
  EXPECT_EQ(event.good_until, WallTime());
}

TEST(OcspSchedule, RenewsByHalvesAndRetriesByDoubles) {
  const OcspStaplerOptions options{.retry_after = 60s, .longest_retry = 1000s, .max_age = 12h};
  EXPECT_EQ(fetch::time_to_renew(7 * 24h, options), 12h);
  EXPECT_EQ(fetch::time_to_renew(2h, options), 1h);
  EXPECT_EQ(fetch::time_to_renew(1s, options), 60s);
  const std::vector<std::chrono::seconds> waits{60s, 120s, 240s, 480s, 960s, 1000s, 1000s};
  for (unsigned i = 0; i < waits.size(); ++i) EXPECT_EQ(fetch::time_to_retry(i + 1, options), waits[i]);
  EXPECT_EQ(fetch::time_to_retry(4'000'000'000, options), 1000s);
}

TEST_F(OcspStaplerTest, ComesBackAfterFailuresLaterEachTime) {
  begin();
  EXPECT_EQ(events.at(0).kind, Kind::failed);
  advance(59s);
  EXPECT_EQ(server.requests().size(), 1u);
  advance(1s);
  EXPECT_EQ(events.at(1).kind, Kind::failed);
  advance(119s);
  EXPECT_EQ(server.requests().size(), 2u);
  server.serve("/", staple(later(0s, 9h)));
  advance(1s);
  EXPECT_EQ(events.at(2).kind, Kind::renewed);
}

struct Lie {
  const char* name;
  std::function<std::string()> response;
  Errc code;
  const char* reason;
};
std::string body(const Bytes& der) { return HttpServer::ok(std::string(as_text(ByteView(der)))); }
std::string cut(std::string whole, std::size_t bytes) { return whole.erase(whole.size() - bytes); }

// Nothing of these is ever served, and each is told by its name.
TEST_F(OcspStaplerTest, LiesAreNotServed) {
  const pki::test::Made liar = pki::test::issue_self(pki::test::describe_ca("intermediate"), pki::test::key(7));
  const Bytes other =
      make_staple(later(0s, 9h), family().intermediate, family().root, *family().root.signer, *pki::test::provider());
  using Status = StapleDescription::Status;
  StapleDescription unknown = later(0s, 9h);
  unknown.status = Status::unknown;
  const Lie lies[] = {
      {"signature", [&] { return body(staple(later(0s, 9h), liar)); }, Errc::ocsp_response_refused, "not signed by the issuer"},
      {"other", [&] { return body(other); }, Errc::ocsp_response_refused, "about another certificate"},
      {"old", [&] { return body(staple(later(0s, 3599s))); }, Errc::ocsp_response_refused, "it was good until"},
      {"future", [&] { return body(staple(later(2h, 9h))); }, Errc::ocsp_response_refused, "from the future"},
      {"unknown", [&] { return body(staple(unknown)); }, Errc::certificate_status_unknown, "does not know it"},
      {"later", [&] { return body(Bytes{std::byte{0x30}, std::byte{3}, std::byte{0x0a}, std::byte{1}, std::byte{3}}); },
       Errc::ocsp_response_refused, "asks to try later"},
      {"text", [&] { return HttpServer::ok("<html>Sign in to this network</html>"); }, Errc::malformed_ocsp_response, "frame"},
      {"empty", [&] { return HttpServer::ok(""); }, Errc::malformed_ocsp_response, "frame"},
      {"truncated", [&] { return cut(body(staple(later(0s, 9h))), 1); }, Errc::unreachable, ""},
      {"huge", [&] { return HttpServer::ok(std::string(200'000, 'x')); }, Errc::too_long, "longer than 102400 bytes"},
      {"endless", [&] { return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(1'000'000, 'x'); }, Errc::too_long,
       "longer than 102400 bytes"},
      {"no_http", [&] { return std::string("nonsense\r\n\r\n"); }, Errc::unreachable, ""},
      {"https", [&] { return HttpServer::redirect("https://" + server.host() + "/"); }, Errc::refused, "where nothing may be"},
      {"file", [&] { return HttpServer::redirect("file:///etc/hostname"); }, Errc::refused, "where nothing may be"},
      {"inside", [&] { return HttpServer::redirect("http://10.0.0.1/"); }, Errc::refused, "where nothing may be"},
      {"loop", [&] { return HttpServer::redirect("/"); }, Errc::refused, "once too often"},
  };
  server.answer("/", lies[0].response());
  begin();
  for (std::size_t i = 0; i < std::size(lies); ++i) {
    const StapleEvent event = events.at(i);
    EXPECT_EQ(event.kind, Kind::failed) << lies[i].name;
    EXPECT_EQ(to_string(code_of(event)), to_string(lies[i].code)) << lies[i].name << ": " << reason_of(event);
    EXPECT_NE(reason_of(event).find(lies[i].reason), std::string::npos) << lies[i].name << ": " << reason_of(event);
    EXPECT_FALSE(served()) << lies[i].name;
    if (i + 1 == std::size(lies)) break;
    server.answer("/", lies[i + 1].response());
    stapler->refresh();
  }
}

TEST_F(OcspStaplerTest, FollowsRedirectsWithTheWholeRequest) {
  server.answer("/", HttpServer::redirect("/there", "307 Temporary Redirect"));
  server.serve("/there", staple(later(0s, 9h)));
  begin();
  EXPECT_EQ(events.at(0).kind, Kind::renewed);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  const auto of = [](const std::string& request) { return request.substr(request.find("\r\n\r\n")); };
  EXPECT_EQ(of(requests[0]), of(requests[1]));
}

TEST_F(OcspStaplerTest, ARevokedCertificateLosesItsStaple) {
  server.serve("/", staple(later(0s, 9h)));
  begin();
  events.at(0);
  StapleDescription revoked = later(0s, 9h);
  revoked.status = StapleDescription::Status::revoked;
  server.serve("/", staple(revoked));
  stapler->refresh();
  const StapleEvent event = events.at(1);
  EXPECT_EQ(event.kind, Kind::revoked);
  EXPECT_EQ(code_of(event), Errc::certificate_revoked);
  EXPECT_EQ(event.good_until, WallTime());
  EXPECT_FALSE(served());
}

// Somebody on the way could send it again.
TEST_F(OcspStaplerTest, AnOlderResponseTakesNoPlace) {
  const Bytes response = staple(later(0s, 9h));
  server.serve("/", response);
  begin();
  events.at(0);
  server.serve("/", staple(later(0s, 8h)));
  stapler->refresh();
  server.wait_for_requests(2);
  server.answer("/", HttpServer::ok(""));
  // One at a time: once this one has failed, that one has been looked at.
  for (int i = 0; i < 2000 && events.count() < 2; ++i) {
    stapler->refresh();
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(events.at(1).kind, Kind::failed);
  EXPECT_EQ(*served(), response);
}

TEST_F(OcspStaplerTest, NobodyWaitsForASlowResponder) {
  server.hold();
  begin();
  server.wait_for_requests(1);
  EXPECT_FALSE(served());
  for (int i = 0; i < 100; ++i) stapler->refresh();
  stapler->tick();
  server.serve("/", staple(later(0s, 9h)));
  server.release();
  EXPECT_EQ(events.at(0).kind, Kind::renewed);
  EXPECT_EQ(server.requests().size(), 1u) << "one at a time";
}

// No memory for one answer, say, or for who is told of it: that is no reason to fetch no more.
TEST_F(OcspStaplerTest, GoesOnBehindWhatThrows) {
  const auto broken = std::make_shared<std::atomic<bool>>(false);
  const auto clock = [broken] {
    if (broken->exchange(false)) throw std::bad_alloc();
    return Now{TimePoint(1h), start};
  };
  OcspStaplerOptions with = options();
  with.on_event = [sink = events.sink()](const StapleEvent& event) {
    sink(event);
    throw std::bad_alloc();
  };
  server.serve("/", staple(later(0s, 3h)));
  server.hold();
  fetch::Limits limits{10s, pki::max_ocsp_response, {}, {server.host()}, 2, 1};
  fetch::Stapled about{family().leaf.der, family().intermediate.der, {server.url("/")}, limits};
  stapler = std::make_shared<Stapler>(std::move(with), std::move(about), clock);
  EXPECT_TRUE(stapler->begin());
  server.wait_for_requests(1);
  *broken = true;
  server.release();
  for (int i = 0; i < 2000 && *broken; ++i) std::this_thread::sleep_for(5ms);
  ASSERT_FALSE(*broken) << "the answer was looked at";
  for (int i = 0; i < 2000 && events.count() == 0; ++i) {
    stapler->tick();
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(events.at(0).kind, Kind::renewed);
  server.serve("/", staple(later(0s, 4h)));
  stapler->refresh();
  EXPECT_EQ(events.at(1).good_until, start + 4h);
}

TEST_F(OcspStaplerTest, AResponderThatStopsInTheMiddleIsGivenUp) {
  OcspStaplerOptions with = options();
  with.timeout = 200ms;
  server.stall("/", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0");
  EXPECT_TRUE(begin(std::move(with), {server.url("/")}));
  EXPECT_EQ(to_string(code_of(events.at(0))), to_string(Errc::timeout));
  EXPECT_EQ(events.at(0).error->detail()->path, server.url("/"));
}

// The time is that of a whole fetch: none of these answers takes as long, together they do.
TEST_F(OcspStaplerTest, AResponderThatRedirectsSlowlyIsGivenUp) {
  OcspStaplerOptions with = options();
  with.timeout = 400ms;
  with.max_redirects = 5;
  server.delay(100ms);
  server.answer("/", HttpServer::redirect("/1"));
  for (int i = 1; i < 5; ++i) server.answer("/" + std::to_string(i), HttpServer::redirect("/" + std::to_string(i + 1)));
  server.serve("/5", staple(later(0s, 9h)));
  EXPECT_TRUE(begin(std::move(with), {server.url("/")}));
  EXPECT_EQ(events.at(0).kind, Kind::failed);
  EXPECT_EQ(to_string(code_of(events.at(0))), to_string(Errc::timeout));
}

TEST_F(OcspStaplerTest, AsksTheUrlsInTheirOrder) {
  server.serve("/b", staple(later(0s, 9h)));
  EXPECT_TRUE(begin(options(), {server.url("/a"), server.url("/b")}));
  EXPECT_EQ(events.at(0).source, server.url("/b"));
  EXPECT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(events.count(), 1u) << "an attempt is over with its last URL";
}

// The name is allowed, and its port: what it resolves to is not.
TEST_F(OcspStaplerTest, InsideAddressesAreNotTalkedTo) {
  OcspStaplerOptions with = options();
  const auto clock = [] { return Now{TimePoint(1h), start}; };
  const auto port = static_cast<std::uint16_t>(std::stoi(server.host().substr(10)));
  fetch::Limits limits{10s, pki::max_ocsp_response, {port}, {}, 2, 1};
  fetch::Stapled about{family().leaf.der, family().intermediate.der, {"http://localhost:" + std::to_string(port)}, limits};
  stapler = std::make_shared<Stapler>(std::move(with), std::move(about), clock);
  EXPECT_TRUE(stapler->begin());
  EXPECT_EQ(to_string(code_of(events.at(0))), to_string(Errc::refused));
  EXPECT_NE(reason_of(events.at(0)).find("not of the public Internet"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

//= rfc8954#2.1-1
TEST_F(OcspStaplerTest, ANonceIsNewEachTimeAndMustComeBack) {
  StapleDescription replayed = later(0s, 9h);
  replayed.extensions = {extension("1.3.6.1.5.5.7.48.1.2", false, der::write_text(der::tag::octet_string, "of another"))};
  server.serve("/", staple(replayed));
  OcspStaplerOptions with = options();
  with.nonce = true;
  EXPECT_TRUE(begin(std::move(with), {server.url("/")}));
  EXPECT_EQ(to_string(code_of(events.at(0))), to_string(Errc::ocsp_response_refused));
  server.serve("/", staple(later(0s, 9h)));
  stapler->refresh();
  EXPECT_EQ(events.at(1).kind, Kind::renewed) << "whoever answers in advance knows no nonce";
  const auto requests = server.requests();
  const std::string head("\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02\x04\x22\x04\x20", 15);
  ASSERT_EQ(requests.size(), 2u);
  const auto nonce_of = [&](const std::string& request) { return request.substr(request.find(head) + head.size(), 32); };
  EXPECT_EQ(nonce_of(requests[0]).size(), 32u);
  EXPECT_NE(nonce_of(requests[0]), nonce_of(requests[1]));
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("keyway_stapler_" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, ByteView content) const {
    const std::string file = path(name);
    std::ofstream(file, std::ios::binary) << as_text(content);
    return file;
  }
  std::string write(const std::string& name, std::string_view text) const { return write(name, as_bytes(text)); }

 private:
  std::filesystem::path path_;
};

TEST_F(OcspStaplerTest, AFileIsTakenAgainWhenItChanges) {
  const Folder folder;
  const Bytes first = staple(later(0s, 3h)), second = staple(later(0s, 4h));
  OcspStaplerOptions with = options();
  with.file = folder.write("staple.der", first);
  EXPECT_TRUE(begin(std::move(with), {}));
  EXPECT_EQ(events.at(0).kind, Kind::renewed);
  EXPECT_EQ(*served(), first);
  folder.write("staple.der", "a broken one");
  stapler->tick();
  EXPECT_EQ(code_of(events.at(1)), Errc::malformed_ocsp_response);
  EXPECT_EQ(*served(), first);
  folder.write("staple.der", second);
  std::filesystem::last_write_time(folder.path("staple.der"), std::filesystem::file_time_type::clock::now() + 1h);
  stapler->tick();
  EXPECT_EQ(events.at(2).kind, Kind::renewed);
  EXPECT_EQ(*served(), second);
  std::filesystem::remove(folder.path("staple.der"));
  stapler->tick();
  EXPECT_EQ(code_of(events.at(3)), Errc::file_unreadable);
  stapler->tick();
  EXPECT_EQ(events.count(), 4u) << "told once";
  EXPECT_EQ(*served(), second);
}

TEST_F(OcspStaplerTest, AnOldFileServesNobodyAndIsReplaced) {
  const Folder folder;
  OcspStaplerOptions with = options();
  with.file = folder.write("staple.der", staple(later(0s, 1800s)));
  EXPECT_EQ(code_of(begin(with, {})), Errc::ocsp_response_refused);
  const Bytes response = staple(later(0s, 9h));
  server.serve("/", response);
  EXPECT_TRUE(begin(with, {server.url("/")}));
  EXPECT_EQ(code_of(events.at(0)), Errc::ocsp_response_refused);
  EXPECT_EQ(events.at(1).kind, Kind::renewed);
  EXPECT_EQ(*served(), response);
}

/// A leaf whose responders are named by it.
pki::test::Made leaf_with(const std::vector<std::string>& urls) {
  std::vector<Bytes> accesses{
      der::write_sequence({der::write_oid("1.3.6.1.5.5.7.48.2").value(), uri_name("http://issuers.test/")})};
  for (const std::string& url : urls)
    accesses.push_back(der::write_sequence({der::write_oid("1.3.6.1.5.5.7.48.1").value(), uri_name(url)}));
  pki::CertificateDescription description = pki::test::describe_leaf();
  description.others = {{.oid = "1.3.6.1.5.5.7.1.1", .value = der::write(der::tag::sequence, accesses)}};
  return pki::test::issue(description, pki::test::key(2), family().intermediate);
}

TEST(OcspResponders, AreThoseOfTheCertificate) {
  const auto named = [](const pki::test::Made& leaf) {
    return pki::ocsp_responders(pki::parse_certificate(leaf.der).value().extensions);
  };
  EXPECT_TRUE(named(family().leaf).empty());
  EXPECT_EQ(named(leaf_with({"http://a.test/", "ldap://b.test/"})),
            (std::vector<std::string>{"http://a.test/", "ldap://b.test/"}));
}

TEST(OcspStaplerOptionsTest, AreChecked) {
  const Folder folder;
  const pki::test::Made named = leaf_with({"http://192.0.2.1:8080/"});
  const auto expect = [](const OcspStaplerOptions& options, Errc code, std::string_view option) {
    const auto made = ocsp_stapler(options);
    ASSERT_FALSE(made) << option;
    EXPECT_EQ(to_string(made.error().code()), to_string(code)) << option;
    EXPECT_EQ(made.error().detail()->option, option);
    EXPECT_FALSE(made.error().detail()->mend.empty()) << option;
  };
  const std::vector<Bytes> chain{named.der, family().intermediate.der};
  expect({}, Errc::missing_option, "certfile");
  expect({.cert = {named.der}}, Errc::missing_option, "issuer_file");
  expect({.cert = {Bytes(3)}}, Errc::malformed_certificate, "cert");
  expect({.certfile = "/nowhere/cert.pem"}, Errc::file_unreadable, "certfile");
  expect({.certfile = "a", .cert = chain}, Errc::conflicting_options, "certfile");
  expect({.cert = {named.der}, .issuer_file = "/nowhere/ca.pem"}, Errc::file_unreadable, "issuer_file");
  expect({.cert = {family().leaf.der, family().intermediate.der}}, Errc::missing_option, "responder");
  expect({.cert = chain, .fetch = false}, Errc::missing_option, "responder");
  expect({.cert = chain, .ports = {443}}, Errc::missing_option, "responder");
  expect({.cert = chain, .allowed_hosts = {"elsewhere.test"}}, Errc::missing_option, "responder");
  expect({.cert = chain, .fetch = false, .responder = "http://a.test/"}, Errc::conflicting_options, "responder");
  expect({.cert = chain, .responder = "https://a.test/"}, Errc::invalid_option, "responder");
  expect({.cert = chain, .timeout = 0ms}, Errc::invalid_option, "timeout");
  expect({.cert = chain, .allowed_hosts = {"http://a.test"}}, Errc::invalid_option, "allowed_hosts");
  expect({.cert = chain, .max_redirects = 6}, Errc::invalid_option, "max_redirects");
  expect({.cert = chain, .retry_after = 0s}, Errc::invalid_option, "retry_after");
  expect({.cert = chain, .longest_retry = 59s}, Errc::invalid_option, "longest_retry");
  expect({.cert = chain, .max_age = 59s}, Errc::invalid_option, "max_age");
  expect({.cert = chain, .file = "/nowhere/staple.der"}, Errc::file_unreadable, "file");
  expect({.cert = chain, .file = folder.write("broken.der", "no response")}, Errc::malformed_ocsp_response, "file");
  expect({.cert = chain, .file = folder.write("old.der", staple()), .fetch = false}, Errc::ocsp_response_refused, "file");
}

// Authorities that change their key keep their name: what the earlier key signs says nothing of this certificate.
TEST(OcspStaplerMade, TakesForTheIssuerWhoseKeySigned) {
  HttpServer server;
  const pki::test::Made earlier = pki::test::issue_self(pki::test::describe_ca("intermediate"), pki::test::key(7));
  const WallTime today = std::chrono::system_clock::now();
  Events events;
  OcspStaplerOptions options{.cert = {family().leaf.der, earlier.der, family().intermediate.der},
                             .responder = server.url("/"),
                             .on_event = events.sink()};
  const Bytes response = staple(good(today - 1h, today + 1h));
  server.serve("/", response);
  {
    const auto made = ocsp_stapler(options);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(events.at(0).kind, Kind::renewed) << reason_of(events.at(0));
    ASSERT_TRUE((*made)->staple(today));
    EXPECT_EQ(*(*made)->staple(today), response);
  }
  options.cert.pop_back();
  const auto refused = ocsp_stapler(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(to_string(refused.error().code()), to_string(Errc::missing_option));
  EXPECT_EQ(refused.error().detail()->option, "issuer_file");
  const pki::test::Made alone = pki::test::issue_self(pki::test::describe_leaf(), pki::test::key(2));
  options.cert = {alone.der};
  EXPECT_TRUE(ocsp_stapler(options)) << "its own issuer";
}

// Whom the program names may be anywhere; a stapler that ends leaves nothing behind, whatever it waits for.
TEST(OcspStaplerMade, AsksWhoIsNamedAndEndsWithItsFetch) {
  HttpServer server;
  const Folder folder;
  const std::string chain = folder.write("chain.pem", pki::write_pem("CERTIFICATE", family().leaf.der));
  const std::string issuer = folder.write("ca.pem", pki::write_pem("CERTIFICATE", family().intermediate.der));
  const WallTime today = std::chrono::system_clock::now();
  Events events;
  OcspStaplerOptions options{.certfile = chain, .issuer_file = issuer, .responder = server.url("/x"), .on_event = events.sink()};
  server.serve("/x", staple(good(today - 1h, today + 1h)));
  auto made = ocsp_stapler(options);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(events.at(0).kind, Kind::renewed);
  EXPECT_TRUE((*made)->staple(today));
  server.hold();
  (*made)->refresh();
  server.wait_for_requests(2);
  made->reset();
  EXPECT_EQ(events.count(), 1u);
  server.release();
}

}  // namespace
}  // namespace keyway::test
