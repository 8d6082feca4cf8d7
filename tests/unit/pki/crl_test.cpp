// SPDX-License-Identifier: Apache-2.0
//
// Revocation lists: which are read, which are believed about whom, and what they make of a path (RFC 5280 5, 6.3).
#include "pki/crl_check.h"
#include "unit/pki/revocation_support.h"

namespace keyway::pki::test {
namespace {

using keyway::test::directory_name;
using keyway::test::extension;
using keyway::test::full_name;
using keyway::test::uri_name;

bool says(const Result<TrustedChain>& result, Errc code, std::string_view part) {
  const bool right = code_of(result) == code && reason_of(result).find(part) != std::string::npos;
  EXPECT_TRUE(right) << (result ? "good" : result.error().message());
  return right;
}

//= rfc5280#6.3.3-8
TEST(Crl, OfTheIssuerRevokesByItsSerialNumber) {
  EXPECT_TRUE(judged_by({list()}));
  EXPECT_TRUE(judged_by({list_with({.serial = {std::byte{2}}})}));
  EXPECT_TRUE(says(judged_by({list_with({.reason = 1})}), Errc::certificate_revoked,
                   "certificate 0 (CN=server.test): it was revoked on 2027-01-14 (key compromise), says the revocation list of "
                   "CN=intermediate"));
  EXPECT_EQ(Error(Errc::certificate_revoked).alert(), AlertDescription::certificate_revoked);
  EXPECT_EQ(Error(Errc::certificate_status_unknown).alert(), AlertDescription::bad_certificate);
  EXPECT_TRUE(says(judged_by({list_with({.reason = 6})}), Errc::certificate_revoked, "on hold"));
  EXPECT_TRUE(judged_by({list_with({.reason = 8})})) << "removed from the list";
}

TEST(Crl, ThatIsMissingLeavesTheStateUnknown) {
  EXPECT_TRUE(
      says(judged_by({}), Errc::certificate_status_unknown, "there is no revocation list of its issuer, CN=intermediate"));
  EXPECT_TRUE((Looking{.check = CrlCheck::best_effort, .cache = cache_of({})}.run()));
  EXPECT_TRUE((Looking{.check = CrlCheck::off}.run()));
  EXPECT_EQ((Looking{.check = CrlCheck::all, .cache = nullptr}.code()), Errc::certificate_status_unknown);
}

TEST(Crl, IsAskedForAsTheOptionSays) {
  const Bytes of_intermediate = made_by(family().intermediate, list());
  const Bytes of_root = made_by(family().root, list());
  const Bytes revoking = made_by(family().root, list_with({}));
  const auto with = [&](CrlCheck check, const std::vector<Bytes>& lists) {
    return Looking{.check = check, .cache = cache_of(lists)}.run();
  };
  EXPECT_TRUE(with(CrlCheck::peer, {of_intermediate}));
  EXPECT_TRUE(with(CrlCheck::peer, {of_intermediate, revoking}));
  EXPECT_TRUE(with(CrlCheck::all, {of_intermediate, of_root}));
  EXPECT_TRUE(says(with(CrlCheck::all, {of_intermediate}), Errc::certificate_status_unknown, "certificate 1 (CN=intermediate)"));
  EXPECT_TRUE(says(with(CrlCheck::all, {of_intermediate, revoking}), Errc::certificate_revoked, "certificate 1"));
  EXPECT_TRUE(says(with(CrlCheck::best_effort, {revoking}), Errc::certificate_revoked, "certificate 1"));
}

TEST(Crl, IsInForceForItsTime) {
  const auto at = [](WallTime from, std::optional<WallTime> to) {
    ListDescription made = list();
    made.this_update = from;
    made.next_update = to;
    return judged_by({made});
  };
  EXPECT_TRUE(at(now, now));
  EXPECT_TRUE(says(at(now + std::chrono::seconds(1), now + day), Errc::certificate_status_unknown,
                   "it is in force from 2027-01-15 08:00:01 UTC"));
  EXPECT_TRUE(says(at(now - day, now - std::chrono::seconds(1)), Errc::certificate_status_unknown,
                   "the next one was due on 2027-01-15 07:59:59 UTC"));
  EXPECT_TRUE(says(at(now - day, std::nullopt), Errc::certificate_status_unknown, "when the next one is due"));
}

//= rfc5280#6.3.3-6, 6.3.3-7
TEST(Crl, IsSignedByWhoMay) {
  const Made other = issue_self(describe_ca("intermediate"), key(7));
  EXPECT_TRUE(says(Looking{.cache = cache_of({made_by(other, list())})}.run(), Errc::certificate_status_unknown,
                   "its signature is wrong"));
  EXPECT_TRUE(says(Looking{.cache = cache_of({made_by(other, list())}), .others = {other}}.run(),
                   Errc::certificate_status_unknown, "its signature is wrong"))
      << "who signed it has no path to the anchor";
  CertificateDescription no_lists = describe_ca("intermediate");
  no_lists.key_usage = key_usage::key_cert_sign;
  const Made issuer = issue(no_lists, key(1), family().root);
  VerifySettings settings{.anchors = store_of({family().root}), .crl_check = CrlCheck::peer};
  settings.crl_cache = cache_of({made_by(issuer, list())});
  EXPECT_EQ(code_of(Verification{.chain = {family().leaf, issuer}, .anchors = settings.anchors, .settings = settings}.run()),
            Errc::certificate_status_unknown);
  // Another certificate of the same authority, with a key for lists alone.
  CertificateDescription signer = describe("intermediate");
  signer.key_usage = key_usage::crl_sign;
  const Made for_lists = issue(signer, key(8), family().root);
  EXPECT_TRUE((Looking{.cache = cache_of({made_by(for_lists, list())}), .others = {for_lists}}.run()));
  EXPECT_EQ((Looking{.cache = cache_of({made_by(for_lists, list_with({}))}), .others = {for_lists}}.code()),
            Errc::certificate_revoked);
}

//= rfc5280#5.2-1
TEST(Crl, WithAnUnknownCriticalExtensionIsNotUsed) {
  ListDescription of_list = list();
  of_list.others = {extension("1.2.3.4", true, Bytes(2))};
  const Bytes unknown = made_by(family().intermediate, of_list);
  EXPECT_EQ(code_of(parse_crl(unknown)), Errc::certificate_critical_extension);
  EXPECT_EQ(reason_of(memory_crl_cache()->insert(unknown)),
            "the list has the critical extension 1.2.3.4, which is not supported");
  // An entry of anybody's.
  const ListDescription of_entry = list_with({.serial = {std::byte{9}}, .others = {extension("1.2.3.4", true, Bytes(2))}});
  const Bytes with_entry = made_by(family().intermediate, of_entry);
  const auto parsed = parse_crl(with_entry);
  EXPECT_EQ(code_of(find_entry(parsed.value(), Bytes{std::byte{1}}, name_of(family().intermediate))),
            Errc::certificate_critical_extension);
  ListDescription number = list();
  number.number.reset();
  number.others = {extension("2.5.29.20", true, der::write_integer(1))};
  EXPECT_EQ(code_of(parse_crl(made_by(family().intermediate, number))), Errc::malformed_crl);
}

TEST(Crl, NeedsANumberWhereTheRulesAreStrict) {
  ListDescription unnumbered = list();
  unnumbered.number.reset();
  const auto cache = cache_of({made_by(family().intermediate, unnumbered)});
  EXPECT_TRUE((Looking{.cache = cache}.run()));
  EXPECT_TRUE(says(Looking{.cache = cache, .strict = true}.run(), Errc::certificate_status_unknown, "it has no number"));
  ListDescription old = unnumbered;
  old.version_2 = false;
  EXPECT_TRUE(judged_by({old})) << "version 1 has no extensions";
  const Bytes of_version_1 = made_by(family().intermediate, old);
  const ParsedCrl parsed = parse_crl(of_version_1).value();
  EXPECT_EQ(parsed.version, 1);
  EXPECT_TRUE(parsed.number.empty());
}

/// The content of an IssuingDistributionPoint of flags alone.
Bytes scope(unsigned number) { return der::write(der::tag::context(number), ByteView(Bytes{std::byte{0xff}})); }

//= rfc5280#6.3.3-3
TEST(CrlScope, OfUsersAuthoritiesAndAttributes) {
  const auto with = [&](const Made& issuer, unsigned number) {
    ListDescription made = list();
    made.point = scope(number);
    return made_by(issuer, made);
  };
  const auto look = [&](unsigned of_leaf, unsigned of_authority) {
    return Looking{.check = CrlCheck::all,
                   .cache = cache_of({with(family().intermediate, of_leaf), with(family().root, of_authority)})}
        .run();
  };
  EXPECT_TRUE(look(1, 2));
  EXPECT_TRUE(says(look(2, 2), Errc::certificate_status_unknown, "authorities alone"));
  EXPECT_TRUE(says(look(1, 1), Errc::certificate_status_unknown, "not about authorities"));
  EXPECT_TRUE(says(look(5, 2), Errc::certificate_status_unknown, "attribute certificates"));
}

/// A leaf of the intermediate with such an extension.
Made leaf_with(std::string_view oid, Bytes value) {
  CertificateDescription leaf = describe_leaf();
  leaf.others = {{.oid = std::string(oid), .value = std::move(value)}};
  return issue(leaf, key(2), family().intermediate);
}
Bytes point_of(std::vector<Bytes> parts) { return der::write_sequence({der::write(der::tag::sequence, parts)}); }

//= rfc5280#6.3.3-2
TEST(CrlScope, OfADistributionPointIsThatOfTheCertificate) {
  const Made leaf = leaf_with("2.5.29.31", point_of({full_name(uri_name("http://a.test/1.crl"))}));
  const auto look = [&](const Bytes& point) {
    ListDescription made = list();
    made.point = point;
    return Looking{.cache = cache_of({made_by(family().intermediate, made)}), .leaf = leaf}.run();
  };
  EXPECT_TRUE(look(full_name(uri_name("http://a.test/1.crl"))));
  EXPECT_TRUE(says(look(full_name(uri_name("http://a.test/2.crl"))), Errc::certificate_status_unknown, "another distribution"));
  const auto issuer = directory_name(name_of(family().intermediate));
  EXPECT_TRUE(look(full_name(issuer))) << "what is published for the issuer as a whole";
  // A name that follows that of the issuer.
  const Bytes attribute = der::write_sequence({der::write_oid("2.5.4.3").value(), der::write_text(der::tag::utf8_string, "x")});
  const Bytes relative =
      der::write(der::tag::context_constructed(0), ByteView(der::write(der::tag::context_constructed(1), ByteView(attribute))));
  const Bytes whole = write_name({{"CN", "intermediate"}, {"CN", "x"}}).value();
  const Made by_relative = leaf_with("2.5.29.31", point_of({relative}));
  for (const Bytes& name : {relative, full_name(directory_name(whole))}) {
    ListDescription made = list();
    made.point = name;
    EXPECT_TRUE((Looking{.cache = cache_of({made_by(family().intermediate, made)}), .leaf = by_relative}.run()));
  }
}

//= rfc5280#6.3.3-5
TEST(CrlScope, OfReasonsNeedsTheOthersToo) {
  const auto some = [](std::uint8_t bits, std::uint8_t unused, std::optional<unsigned> reason) {
    ListDescription made = reason ? list_with({.reason = reason}) : list();
    made.point = der::write(der::tag::context(3), ByteView(Bytes{std::byte{unused}, std::byte{bits}}));
    return made;
  };
  const ListDescription first = some(0b0111'0000, 4, {});
  ListDescription rest = some(0b0000'1111, 0, {});
  rest.point = der::write(der::tag::context(3), ByteView(Bytes{std::byte{7}, std::byte{0b0000'1111}, std::byte{0x80}}));
  EXPECT_EQ(code_of(judged_by({first})), Errc::certificate_status_unknown);
  EXPECT_TRUE(judged_by({first, rest}));
  EXPECT_EQ(code_of(judged_by({some(0b0111'0000, 4, 1)})), Errc::certificate_revoked);
}

//= rfc5280#6.3.3-1, 6.3.3-8
TEST(IndirectCrl, SpeaksForOtherIssuersWhereTheCertificateSaysSo) {
  CertificateDescription signer = describe("lists");
  signer.key_usage = key_usage::crl_sign;
  const Made lists = issue(signer, key(8), family().root);
  const Bytes by = der::write(der::tag::context_constructed(2), ByteView(directory_name(name_of(lists))));
  const Made leaf = leaf_with("2.5.29.31", point_of({full_name(uri_name("http://a.test/i.crl")), by}));
  const auto look = [&](ListDescription made, bool with_signer = true) {
    return Looking{.cache = cache_of({made_by(lists, made)}),
                   .leaf = leaf,
                   .others = with_signer ? std::vector<Made>{lists} : std::vector<Made>{}}
        .run();
  };
  ListDescription made = list();
  EXPECT_EQ(code_of(look(made)), Errc::certificate_status_unknown) << "it does not say that it is indirect";
  made.point = scope(4);
  EXPECT_TRUE(look(made));
  EXPECT_EQ(code_of(look(made, false)), Errc::certificate_status_unknown) << "nobody vouches for who signed it";
  const ListEntry ours{.certificate_issuer = to_bytes(name_of(family().intermediate)), .date = now};
  made.entries = {ListEntry{.date = now}};
  EXPECT_TRUE(look(made)) << "the number is of another issuer's certificate";
  made.entries = {ours};
  EXPECT_EQ(code_of(look(made)), Errc::certificate_revoked);
  made.entries = {ours, ListEntry{.serial = {std::byte{9}}, .date = now}, ListEntry{.date = now}};
  made.entries.front().serial = {std::byte{7}};
  EXPECT_EQ(code_of(look(made)), Errc::certificate_revoked) << "an issuer holds for the entries behind it";
  made.entries = {ours, ListEntry{.serial = {std::byte{9}}, .certificate_issuer = to_bytes(name_of(family().root)), .date = now},
                  ListEntry{.date = now}};
  made.entries.front().serial = {std::byte{7}};
  EXPECT_TRUE(look(made)) << "until another is named";
  made.point.reset();
  EXPECT_EQ(code_of(find_entry(parse_crl(made_by(lists, made)).value(), Bytes{std::byte{1}}, name_of(lists))),
            Errc::malformed_crl);
}

// The path of who signed a list is judged by the rules of the certificate's own, whoever walks along that.
TEST(IndirectCrl, IsJudgedByTheSameRulesWithAFunction) {
  CertificateDescription any_purpose = describe_ca("via");
  any_purpose.extended_key_usage = {"any"};
  const Made via = issue(any_purpose, key(9), family().root);
  CertificateDescription signer = describe("lists");
  signer.key_usage = key_usage::crl_sign;
  const Made lists = issue(signer, key(8), via);
  const Bytes by = der::write(der::tag::context_constructed(2), ByteView(directory_name(name_of(lists))));
  const Made leaf = leaf_with("2.5.29.31", point_of({full_name(uri_name("http://a.test/i.crl")), by}));
  ListDescription made = list();
  made.point = scope(4);
  for (const bool allowed : {false, true}) {
    for (const VerifyFunction& function : {VerifyFunction(), VerifyFunction(as_usual)}) {
      const Looking looking{.cache = cache_of({made_by(lists, made)}),
                            .leaf = leaf,
                            .others = {lists, via},
                            .any_ca_purpose = allowed,
                            .function = function};
      EXPECT_EQ(looking.code(), allowed ? Errc{} : Errc::certificate_status_unknown) << bool(function);
    }
  }
}

/// Hands out as many lists as are looked at, each a copy of its own, signed by somebody else: of the intermediate, or of whom it
/// is asked for.
class Flood final : public CrlCache {
 public:
  explicit Flood(bool of_everybody = false) : of_everybody_(of_everybody) {}
  void lookup(const DistributionPoint&, ByteView issuer, Now, Answer<CrlList> answer) override {
    std::move(answer).give(of(issuer));
  }
  void select(ByteView issuer, Now, Answer<CrlList> answer) override { std::move(answer).give(of(issuer)); }

 private:
  CrlList of(ByteView issuer) const {
    CrlList lists;
    if (!of_everybody_ && !std::ranges::equal(issuer, name_of(family().intermediate))) return lists;
    const Bytes forged = keyway::test::make_list(list(), issuer, *key(7));
    while (lists.size() < max_lists_of_answer) lists.push_back(std::make_shared<const Bytes>(forged));
    return lists;
  }
  const bool of_everybody_;
};

TEST(BestEffort, EndsWhereTooManySignaturesWouldHaveToBeChecked) {
  const auto with = [](unsigned points, bool of_everybody = false, const VerifyFunction& function = {}) {
    std::vector<Bytes> all;
    for (unsigned i = 0; i < points; ++i)
      all.push_back(der::write_sequence({full_name(uri_name("http://a.test/" + std::to_string(i)))}));
    return Looking{.check = CrlCheck::best_effort,
                   .cache = std::make_shared<Flood>(of_everybody),
                   .leaf = points == 0 ? family().leaf : leaf_with("2.5.29.31", der::write(der::tag::sequence, all)),
                   .function = function}
        .run();
  };
  static_assert(max_list_signatures == 2 * max_lists_of_answer);
  for (const VerifyFunction& function : {VerifyFunction(), VerifyFunction(as_usual)}) {
    EXPECT_TRUE(with(1, false, function)) << "one point, then its issuer: all can be checked, none is genuine";
    EXPECT_TRUE(says(with(2, false, function), Errc::certificate_status_unknown, "too many signatures of lists"));
    // Whoever walks along the path has no more for each certificate.
    EXPECT_TRUE(with(0, true, function)) << "of the intermediate, then of the leaf";
    EXPECT_TRUE(says(with(1, true, function), Errc::certificate_status_unknown, "too many signatures of lists"));
  }
}

//= rfc5280#6.3.3-4, 6.3.3-9
TEST(DeltaCrl, StandsBeforeTheCompleteList) {
  ListDescription complete = list();
  complete.number = 5;
  ListDescription delta = list_with({.reason = 1});
  delta.number = 7;
  delta.base = 5;
  EXPECT_EQ(code_of(judged_by({complete, delta})), Errc::certificate_revoked);
  EXPECT_EQ(code_of(judged_by({delta})), Errc::certificate_status_unknown) << "alone it says nothing";
  ListDescription later = delta;
  later.base = 6;
  EXPECT_TRUE(judged_by({complete, later})) << "to a base that we do not have";
  ListDescription older = delta;
  older.number = 5;
  EXPECT_TRUE(judged_by({complete, older}));
  ListDescription held = list_with({.reason = 6});
  held.number = 5;
  ListDescription removed = delta;
  removed.entries.front().reason = 8;
  EXPECT_TRUE(judged_by({held, removed}));
  EXPECT_EQ(code_of(judged_by({held})), Errc::certificate_revoked);
  ListDescription outdated = removed;
  outdated.next_update = now - std::chrono::seconds(1);
  EXPECT_EQ(code_of(judged_by({held, outdated})), Errc::certificate_revoked);
}

TEST(DeltaCrl, IsFoundAtItsOwnPoint) {
  const Made leaf = leaf_with("2.5.29.46", point_of({full_name(uri_name("http://a.test/delta.crl"))}));
  ListDescription delta = list_with({.reason = 1});
  delta.number = 7;
  delta.base = 1;
  const auto cache = cache_of({made_by(family().intermediate, list())});
  EXPECT_TRUE((Looking{.cache = cache, .leaf = leaf}.run()));
  EXPECT_TRUE(cache->insert(made_by(family().intermediate, delta), "http://a.test/delta.crl"));
  EXPECT_EQ((Looking{.cache = cache, .leaf = leaf}.code()), Errc::certificate_revoked);
}

TEST(CrlParser, RefusesWhatIsNoList) {
  const Bytes good = made_by(family().intermediate, list_with({.reason = 1}));
  const ParsedCrl parsed = parse_crl(good).value();
  EXPECT_EQ(parsed.version, 2);
  EXPECT_TRUE(same_name(parsed.issuer, name_of(family().intermediate)));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(code_of(parse_crl(ByteView(good).first(size))), Errc::malformed_crl) << size;
  ListDescription both = list();
  Bytes two = scope(1);
  const Bytes second = scope(2);
  two.insert(two.end(), second.begin(), second.end());
  both.point = two;
  EXPECT_EQ(code_of(parse_crl(made_by(family().intermediate, both))), Errc::malformed_crl);
  ListDescription twice = list();
  twice.others = {extension("2.5.29.20", false, der::write_integer(1))};
  EXPECT_EQ(code_of(parse_crl(made_by(family().intermediate, twice))), Errc::malformed_crl);
  for (const unsigned reason : {7u, 11u, 200u}) {
    const Bytes wrong = made_by(family().intermediate, list_with({.reason = reason}));
    EXPECT_EQ(code_of(find_entry(parse_crl(wrong).value(), {}, parsed.issuer)), Errc::malformed_crl);
  }
}

}  // namespace
}  // namespace keyway::pki::test
