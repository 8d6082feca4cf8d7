// SPDX-License-Identifier: Apache-2.0
//
// Caches of revocation lists: what goes in, what comes out, when; and verifications that wait for one.
#include <thread>

#include "fixtures/identities.h"
#include "loop/counting_provider.h"
#include "pki/crl_check.h"
#include "pki/crl_files.h"
#include "pki/late_judgement.h"
#include "pki/pem.h"
#include "unit/pki/revocation_support.h"

namespace keyway::pki::test {
namespace {

using keyway::test::full_name;
using keyway::test::TemporaryFolder;
using keyway::test::uri_name;

CrlList asked(const std::function<void(Answer<CrlList>)>& ask) {
  const auto slot = std::make_shared<AnswerSlot>();
  ask(Answer<CrlList>(slot));
  auto answer = slot->take<CrlList>();
  EXPECT_TRUE(answer && *answer);
  return answer && *answer ? **answer : CrlList();
}
CrlList looked_up(CrlCache& cache, std::vector<std::string> uris) {
  const Bytes issuer = to_bytes(name_of(family().intermediate));
  return asked([&](auto answer) { cache.lookup({std::move(uris), issuer}, issuer, {}, std::move(answer)); });
}
CrlList selected(CrlCache& cache, const Made& issuer) {
  return asked([&](auto answer) { cache.select(name_of(issuer), {}, std::move(answer)); });
}

Bytes numbered(unsigned number, WallTime from = now, const Made& issuer = family().intermediate) {
  ListDescription made = list();
  made.number = number;
  made.this_update = from;
  return made_by(issuer, made);
}

TEST(MemoryCrlCache, FindsByPointAndByIssuer) {
  const auto cache = memory_crl_cache();
  ASSERT_TRUE(cache->insert(numbered(1), "http://a.test/x"));
  ASSERT_TRUE(cache->insert(numbered(2)));
  ASSERT_TRUE(cache->insert(numbered(3, now, family().root)));
  EXPECT_EQ(looked_up(*cache, {"http://a.test/y", "http://a.test/x"}).size(), 1u);
  EXPECT_TRUE(looked_up(*cache, {"http://a.test/y"}).empty());
  EXPECT_TRUE(looked_up(*cache, {}).empty());
  EXPECT_EQ(selected(*cache, family().intermediate).size(), 2u);
  EXPECT_EQ(selected(*cache, family().root).size(), 1u);
  cache->erase("http://a.test/x");
  EXPECT_TRUE(looked_up(*cache, {"http://a.test/x"}).empty());
  EXPECT_EQ(selected(*cache, family().intermediate).size(), 1u);
  cache->erase_issuer(name_of(family().intermediate));
  EXPECT_TRUE(selected(*cache, family().intermediate).empty());
  EXPECT_EQ(selected(*cache, family().root).size(), 1u);
}

TEST(MemoryCrlCache, KeepsTheNewestOfEachScope) {
  const auto cache = memory_crl_cache();
  const Bytes older = numbered(1, now - day), newer = numbered(2, now);
  ASSERT_TRUE(cache->insert(newer));
  ASSERT_TRUE(cache->insert(older));
  ASSERT_EQ(selected(*cache, family().intermediate).size(), 1u);
  EXPECT_EQ(*selected(*cache, family().intermediate)[0], newer);
  ListDescription of_users = list();
  of_users.point = der::write(der::tag::context(1), ByteView(Bytes{std::byte{0xff}}));
  ASSERT_TRUE(cache->insert(made_by(family().intermediate, of_users)));
  EXPECT_EQ(selected(*cache, family().intermediate).size(), 2u);
}

TEST(MemoryCrlCache, IsBounded) {
  const Bytes first = numbered(1);
  const auto few = memory_crl_cache({.max_lists = 2});
  for (const char* uri : {"a", "b"}) ASSERT_TRUE(few->insert(first, uri));
  EXPECT_EQ(looked_up(*few, {"a"}).size(), 1u) << "and so b is the one that was not used for longer";
  ASSERT_TRUE(few->insert(first, "c"));
  EXPECT_EQ(looked_up(*few, {"a"}).size(), 1u);
  EXPECT_TRUE(looked_up(*few, {"b"}).empty());
  const auto small = memory_crl_cache({.max_bytes = first.size() * 2});
  for (const char* uri : {"a", "b", "c"}) ASSERT_TRUE(small->insert(first, uri));
  EXPECT_TRUE(looked_up(*small, {"a"}).empty());
  EXPECT_EQ(looked_up(*small, {"b", "c"}).size(), 2u);
  EXPECT_EQ(code_of(memory_crl_cache({.max_bytes = first.size() - 1})->insert(first)), Errc::too_long);
}

TEST(MemoryCrlCache, TakesPemAndRefusesTheRest) {
  const auto cache = memory_crl_cache();
  const std::string pem = "text\n" + write_pem("X509 CRL", numbered(1)) + write_pem("CERTIFICATE", family().root.der) +
                          write_pem("X509 CRL", numbered(1, now, family().root));
  ASSERT_TRUE(cache->insert(as_bytes(pem)));
  EXPECT_EQ(selected(*cache, family().intermediate).size(), 1u);
  EXPECT_EQ(selected(*cache, family().root).size(), 1u);
  EXPECT_EQ(code_of(cache->insert(as_bytes("nothing"))), Errc::malformed_crl);
  EXPECT_EQ(code_of(cache->insert(family().root.der)), Errc::malformed_crl);
  EXPECT_EQ(code_of(cache->insert(as_bytes("-----BEGIN X509 CRL-----\n"))), Errc::malformed_pem);
  const Bytes broken_entry = made_by(family().intermediate, list_with({.reason = 7}));
  EXPECT_EQ(code_of(cache->insert(broken_entry)), Errc::malformed_crl);
}

TEST(NameHash, IsOpenssls) {
  const auto hash = [](const std::vector<std::pair<std::string, std::string>>& parts) {
    return openssl_name_hash(write_name(parts).value(), *provider());
  };
  // From `openssl x509 -subject_hash`.
  EXPECT_EQ(hash({{"CN", "intermediate"}}), "60372d06");
  EXPECT_EQ(hash({{"C", "DE"}, {"O", "  Some   BODY "}, {"CN", "A.test"}}), "f22d973c");
  EXPECT_EQ(hash({{"emailAddress", "A@B.test"}}), "e0d084a4");
  const auto attribute = [](std::string_view type, std::uint8_t tag, std::string_view text) {
    return der::write_sequence({der::write_oid(type).value(), der::write_text(tag, text)});
  };
  const Bytes two = der::write(der::tag::set, std::vector<Bytes>{attribute("2.5.4.11", der::tag::utf8_string, "A"),
                                                                 attribute("2.5.4.3", der::tag::utf8_string, "b")});
  EXPECT_EQ(openssl_name_hash(der::write_sequence({two}), *provider()), "c8419504");
  const std::string wide("\0B\0m\0p\0 \0N\0a\0m\0e", 16);
  const Bytes bmp = der::write(der::tag::set, std::vector<Bytes>{attribute("2.5.4.3", der::tag::bmp_string, wide)});
  EXPECT_EQ(openssl_name_hash(der::write_sequence({bmp}), *provider()), "2d5ad747");
}

TEST(CrlHashDirectory, ReadsItsFilesAtEachUse) {
  const TemporaryFolder folder;
  const auto cache = hash_directory_crls(folder.path(""));
  const std::string name = openssl_name_hash(name_of(family().intermediate), *provider());
  const auto find = [&] { return selected(*cache, family().intermediate).size(); };
  EXPECT_EQ(find(), 0u);
  folder.write(name + ".r0", std::string(as_text(numbered(1))));
  EXPECT_EQ(find(), 1u);
  folder.write(name + ".r2", std::string(as_text(numbered(1))));
  EXPECT_EQ(find(), 1u) << "a gap ends the search";
  folder.write(name + ".r1", "no list");
  EXPECT_EQ(find(), 2u) << "a broken file hides nothing";
  folder.write(name + ".r0", std::string(as_text(numbered(1, now, family().root))));
  EXPECT_EQ(find(), 1u) << "that of another issuer is not handed out";
  folder.write(name + ".r0", write_pem("X509 CRL", made_by(family().intermediate, list_with({}))));
  EXPECT_EQ((Looking{.cache = cache}.code()), Errc::certificate_revoked);
  EXPECT_EQ(selected(*hash_directory_crls("/nowhere"), family().root).size(), 0u);
  EXPECT_EQ(code_of(cache->insert(numbered(1))), Errc::not_available);
}

/// Keeps its questions until it is told.
class SlowCache final : public CrlCache {
 public:
  void lookup(const DistributionPoint& point, ByteView, Now, Answer<CrlList> answer) override {
    points.push_back(point);
    waiting.emplace_back(std::move(answer));
  }
  void select(ByteView, Now, Answer<CrlList> answer) override {
    ++selects;
    waiting.emplace_back(std::move(answer));
  }
  void fresh_crl(const DistributionPoint&, const CrlList& old, Now, Answer<CrlList> answer) override {
    outdated += old.size();
    waiting.emplace_back(std::move(answer));
  }
  void answer(Result<CrlList> lists) {
    auto one = std::move(waiting.front());
    waiting.erase(waiting.begin());
    std::move(one).give(std::move(lists));
  }
  std::vector<Answer<CrlList>> waiting;
  std::vector<DistributionPoint> points;
  std::size_t selects = 0, outdated = 0;
};

/// A question to the stock verifier whose own data are gone before the answer comes.
std::shared_ptr<AnswerSlot> ask(const std::shared_ptr<CrlCache>& cache, const Made& leaf = family().leaf,
                                const std::shared_ptr<const crypto::Provider>& with = provider(),
                                const VerifyFunction& function = {}) {
  std::vector<std::string> warnings;
  const ByteView root = family().root;
  const auto verifier = make_verifier({.anchors = TrustStore::from_der({&root, 1}, with, warnings).value(),
                                       .crl_check = CrlCheck::all,
                                       .crl_cache = cache,
                                       .provider = with,
                                       .verify_fun = {.function = function}});
  const auto slot = std::make_shared<AnswerSlot>();
  std::vector<Bytes> chain{leaf.der, family().intermediate.der};
  std::vector<ByteView> views(chain.begin(), chain.end());
  const auto name = std::make_unique<PeerName>(server_name());
  VerifyQuestion question;
  question.chain = views;
  question.name = name.get();
  question.now.wall = now;
  question.provider = with.get();
  verifier->verify(question, Answer<TrustedChain>(slot));
  for (Bytes& der : chain) std::ranges::fill(der, std::byte{0});
  return slot;
}
CrlList lists(const Bytes& der) { return {std::make_shared<const Bytes>(der)}; }

TEST(VerificationThatWaits, GoesOnWhereItStopped) {
  const auto cache = std::make_shared<SlowCache>();
  const auto slot = ask(cache);
  ASSERT_EQ(cache->waiting.size(), 1u);
  EXPECT_FALSE(slot->answered());
  std::thread([&] { cache->answer(lists(made_by(family().root, list()))); }).join();
  ASSERT_EQ(cache->waiting.size(), 1u) << "the intermediate's, then the leaf's";
  cache->answer(lists(made_by(family().intermediate, list())));
  auto verdict = slot->take<TrustedChain>();
  ASSERT_TRUE(verdict && *verdict);
  EXPECT_EQ((*verdict)->basis(), TrustedChain::Basis::validated);
  EXPECT_TRUE(std::ranges::equal((*verdict)->chain()->der(0), family().leaf.der));
  EXPECT_EQ(cache->selects, 2u);
}

TEST(VerificationThatWaits, EndsWithWhatIsFound) {
  const auto cache = std::make_shared<SlowCache>();
  const auto slot = ask(cache);
  cache->answer(lists(made_by(family().root, list())));
  cache->answer(lists(made_by(family().intermediate, list_with({}))));
  EXPECT_EQ(code_of(*slot->take<TrustedChain>()), Errc::certificate_revoked);
  for (const bool dropped : {true, false}) {
    const auto again = ask(cache);
    if (dropped)
      cache->waiting.clear();
    else
      cache->answer(fail(Errc::timeout));
    EXPECT_EQ(code_of(*again->take<TrustedChain>()), Errc::certificate_status_unknown);
  }
}

TEST(VerificationThatWaits, AsksPointsThenIssuersAndForNewerLists) {
  const auto cache = std::make_shared<SlowCache>();
  const Bytes point = der::write(der::tag::sequence, ByteView(full_name(uri_name("http://a.test/1.crl"))));
  CertificateDescription description = describe_leaf();
  description.others = {{.oid = "2.5.29.31", .value = der::write_sequence({point})}};
  const auto slot = ask(cache, issue(description, key(2), family().intermediate));
  cache->answer(lists(made_by(family().root, list())));
  ASSERT_EQ(cache->points.size(), 1u);
  EXPECT_EQ(cache->points[0].uris, std::vector<std::string>{"http://a.test/1.crl"});
  ListDescription old = list();
  old.next_update = now - day / 2;
  cache->answer(lists(made_by(family().intermediate, old)));
  EXPECT_EQ(cache->outdated, 1u);
  cache->answer(lists(made_by(family().intermediate, list())));
  auto verdict = slot->take<TrustedChain>();
  ASSERT_TRUE(verdict);
  EXPECT_TRUE(verdict->has_value());
}

TEST(VerificationThatWaits, AsksNobodyWhomAForgedListNames) {
  const auto asked = [](const Made& signer) {
    const auto cache = std::make_shared<SlowCache>();
    const auto slot = ask(cache);
    cache->answer(lists(made_by(family().root, list())));
    ListDescription complete = list();
    const Bytes point = der::write(der::tag::sequence, ByteView(full_name(uri_name("http://inside.test/"))));
    complete.others = {keyway::test::extension("2.5.29.46", false, der::write_sequence({point}))};
    cache->answer(lists(made_by(signer, complete)));
    cache->waiting.clear();  // what is asked holds the cache
    return cache->points.size();
  };
  EXPECT_EQ(asked(family().intermediate), 1u);
  EXPECT_EQ(asked(issue_self(describe_ca("intermediate"), key(7))), 0u);
}

TEST(VerificationThatWaits, AsksNothingAboutPathsThatAreNotValid) {
  const auto cache = std::make_shared<SlowCache>();
  CertificateDescription other_name = describe_leaf("other.test");
  const auto slot = ask(cache, issue(other_name, key(2), family().intermediate));
  EXPECT_TRUE(cache->waiting.empty() && cache->points.empty());
  EXPECT_EQ(code_of(*slot->take<TrustedChain>()), Errc::certificate_name_mismatch);
}

/// A leaf with so many distribution points.
Made leaf_naming(unsigned points, CertificateDescription description = describe_leaf()) {
  std::vector<Bytes> all;
  for (unsigned i = 0; i < points; ++i)
    all.push_back(der::write_sequence({full_name(uri_name("http://a.test/" + std::to_string(i)))}));
  if (points != 0) description.others.push_back({.oid = "2.5.29.31", .value = der::write(der::tag::sequence, all)});
  return issue(description, key(2), family().intermediate);
}

TEST(VerificationThatWaits, ChecksNoSignatureOfAListTwice) {
  const Bytes forged = made_by(issue_self(describe_ca("intermediate"), key(7)), list());
  const auto total = [&](unsigned points, const VerifyFunction& function, Errc expected) {
    const auto counting = std::make_shared<const keyway::test::Counting>();
    const auto cache = std::make_shared<SlowCache>();
    const auto slot = ask(cache, leaf_naming(points), counting, function);
    int judgements = 1;
    cache->answer(lists(made_by(family().root, list())));
    while (++judgements, !cache->waiting.empty()) {
      CrlList many;
      while (many.size() < max_lists_of_answer) many.push_back(std::make_shared<const Bytes>(forged));
      cache->answer(std::move(many));
    }
    EXPECT_EQ(code_of(*slot->take<TrustedChain>()), expected);
    EXPECT_EQ(judgements, static_cast<int>(points) + 3) << "the intermediate's, each point's, then the issuer's";
    // Both certificates of the chain are verified in each judgement; who walks along it has verified them once.
    return counting->verified() - 2 * (function ? 1 : judgements);
  };
  for (const VerifyFunction& function : {VerifyFunction(), VerifyFunction(as_usual)}) {
    EXPECT_EQ(total(0, function, Errc::certificate_status_unknown), 1 + static_cast<int>(max_lists_of_answer));
    EXPECT_EQ(total(4, function, Errc::certificate_status_unknown), static_cast<int>(max_list_signatures));
  }
}

/// As usual, but another name is good enough, and critical extensions are understood.
void tolerant(const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
  const bool known = event.kind == VerifyEvent::Kind::extension && event.extension_critical;
  const bool passed = known || event.reason == Errc::certificate_name_mismatch;
  std::move(answer).give(passed ? VerifyVerdict::valid : strict_verdict(event));
}
CertificateDescription with_critical_extension(const std::string& host = "server.test") {
  CertificateDescription description = describe_leaf(host);
  description.others = {{.oid = "1.2.8", .critical = true, .value = hex("0500")}};
  return description;
}

TEST(RevocationAlongAPath, CountsAlsoWhereAProblemIsPassedOver) {
  for (const CertificateDescription& description :
       {describe_leaf("other.test"), with_critical_extension(), with_critical_extension("other.test")}) {
    for (const CrlCheck check : {CrlCheck::best_effort, CrlCheck::all, CrlCheck::peer}) {
      const auto look = [&](const ListDescription& made) {
        return Looking{.check = check,
                       .cache = cache_of({made_by(family().intermediate, made), made_by(family().root, list())}),
                       .leaf = issue(description, key(2), family().intermediate),
                       .function = tolerant}
            .run();
      };
      EXPECT_EQ(code_of(look(list_with({}))), Errc::certificate_revoked);
      const auto good = look(list());
      ASSERT_TRUE(good) << good.error().message();
      EXPECT_EQ(good->basis(), description.dns_names.front() == "server.test" ? TrustedChain::Basis::validated
                                                                              : TrustedChain::Basis::accepted_by_user);
    }
  }
}

// Who leaves its issuer out must not be better off for it.
TEST(RevocationAlongAPath, IsNotKnownOfWhoseIssuerIsNotThere) {
  const auto any_authority = [](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    const bool passed = event.reason == Errc::certificate_unknown_ca;
    std::move(answer).give(passed ? VerifyVerdict::valid : strict_verdict(event));
  };
  const auto look = [&](CrlCheck check, bool with_issuer) {
    return Looking{.check = check,
                   .cache = cache_of({made_by(family().intermediate, list_with({}))}),
                   .function = any_authority,
                   .anchored = false,
                   .with_issuer = with_issuer}
        .code();
  };
  EXPECT_EQ(look(CrlCheck::peer, true), Errc::certificate_revoked);
  EXPECT_EQ(look(CrlCheck::best_effort, true), Errc::certificate_revoked);
  for (const CrlCheck check : {CrlCheck::peer, CrlCheck::all}) EXPECT_EQ(look(check, false), Errc::certificate_status_unknown);
  EXPECT_EQ(look(CrlCheck::best_effort, false), Errc{});
  EXPECT_EQ(look(CrlCheck::off, false), Errc{});
}

TEST(RevocationAlongAPath, GoesNowhereForAPathThatIsNotValid) {
  const auto places = [](const CertificateDescription& description) {
    const auto cache = std::make_shared<SlowCache>();
    const Looking looking{
        .check = CrlCheck::best_effort, .cache = cache, .leaf = leaf_naming(1, description), .function = tolerant};
    EXPECT_EQ(looking.code(), Errc{}) << "nobody answered";
    EXPECT_EQ(cache->selects, 2u) << "of both issuers";
    while (!cache->waiting.empty()) cache->answer(CrlList());
    return cache->points.size();
  };
  EXPECT_EQ(places(describe_leaf("other.test")), 0u);
  EXPECT_EQ(places(with_critical_extension("other.test")), 0u);
  EXPECT_EQ(places(with_critical_extension()), 1u) << "the function said that it understands";
  EXPECT_EQ(places(describe_leaf()), 1u);
}

TEST(RevocationAlongAPath, WaitsAtEachCertificateAndAsksOnce) {
  const auto cache = std::make_shared<SlowCache>();
  VerifySettings settings{.anchors = store_of({family().root})};
  settings.crl_check = CrlCheck::all;
  settings.crl_cache = cache;
  settings.provider = provider();
  VerifyQuestion question;
  const ByteView chain[] = {family().leaf, family().intermediate};
  question.chain = chain;
  question.now.wall = now;
  const auto along = std::make_shared<LateRevocation>(settings, question);
  const ParsedCertificate certificates[] = {parse_certificate(family().leaf.der).value(),
                                            parse_certificate(family().intermediate.der).value(),
                                            parse_certificate(family().root.der).value()};
  const std::vector<PathCertificate> path{{&certificates[0], 0}, {&certificates[1], 1}, {&certificates[2], 2}};
  const auto slot = std::make_shared<AnswerSlot>();
  along->check(path, 1, Answer<void>(slot));
  EXPECT_FALSE(slot->answered());
  cache->answer(lists(made_by(family().root, list())));
  EXPECT_TRUE(slot->take<void>()->has_value());
  along->check(path, 0, Answer<void>(slot));
  cache->answer(lists(made_by(family().intermediate, list_with({}))));
  EXPECT_EQ(code_of(*slot->take<void>()), Errc::certificate_revoked);
  along->check(path, 1, Answer<void>(slot));
  EXPECT_TRUE(slot->take<void>()->has_value()) << "known by now";
  EXPECT_TRUE(cache->waiting.empty());
}

TEST(VerifyChain, TakesListsThatComeLaterAsMissing) {
  for (const VerifyFunction& function : {VerifyFunction(), VerifyFunction(as_usual)}) {
    const auto cache = std::make_shared<SlowCache>();
    EXPECT_EQ((Looking{.check = CrlCheck::all, .cache = cache, .function = function}.code()), Errc::certificate_status_unknown);
    EXPECT_TRUE((Looking{.check = CrlCheck::best_effort, .cache = cache, .function = function}.run()));
    while (!cache->waiting.empty()) cache->answer(CrlList());
  }
}

TEST(VerifyChain, WaitsForNoFunction) {
  std::vector<Answer<VerifyVerdict>> kept;
  const auto later = [&](const VerifyEvent&, std::any&, Answer<VerifyVerdict> answer) { kept.push_back(std::move(answer)); };
  EXPECT_EQ((Looking{.check = CrlCheck::off, .function = later}.code()), Errc::answer_dropped);
  EXPECT_EQ(kept.size(), 1u);
}

/// What throws has no list.
class BrokenCache final : public CrlCache {
 public:
  void lookup(const DistributionPoint&, ByteView, Now, Answer<CrlList>) override { throw 1; }
  void select(ByteView, Now, Answer<CrlList>) override { throw 1; }
};
TEST(VerificationThatWaits, DoesNotWaitForACacheThatThrows) {
  EXPECT_EQ(code_of(*ask(std::make_shared<BrokenCache>())->take<TrustedChain>()), Errc::certificate_status_unknown);
}

}  // namespace
}  // namespace keyway::pki::test
