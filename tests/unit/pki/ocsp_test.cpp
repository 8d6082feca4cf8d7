// SPDX-License-Identifier: Apache-2.0
//
// OCSP responses that come with a chain: about whom, by whom, for how long (RFC 6960 3.2, 4.2; RFC 7633).
#include "pki/ocsp.h"
#include "unit/pki/revocation_support.h"

namespace keyway::pki::test {
namespace {

using keyway::test::extension;

StapleDescription fresh() { return {.produced_at = now, .this_update = now - day, .next_update = now + day}; }

Bytes staple(const StapleDescription& description, const Made& signer = family().intermediate) {
  return keyway::test::make_staple(description, family().leaf, family().intermediate, *signer.signer, *provider());
}
Result<TrustedChain> judged(const Bytes& response) {
  return Looking{.check = CrlCheck::off, .staple = response, .staple_asked = true}.run();
}

bool says(const Result<TrustedChain>& result, Errc code, std::string_view part) {
  const bool right = code_of(result) == code && reason_of(result).find(part) != std::string::npos;
  EXPECT_TRUE(right) << (result ? "good" : result.error().message());
  return right;
}

TEST(Ocsp, OfTheIssuerIsBelieved) {
  StapleDescription made = fresh();
  EXPECT_TRUE(judged(staple(made)));
  made.hash = HashAlgorithm::sha256;
  made.by_key = false;
  EXPECT_TRUE(judged(staple(made)));
  made.status = StapleDescription::Status::revoked;
  made.reason = 4;
  EXPECT_TRUE(says(judged(staple(made)), Errc::certificate_revoked, "(superseded), says its OCSP response"));
  made.reason.reset();
  EXPECT_EQ(code_of(judged(staple(made))), Errc::certificate_revoked);
  made.status = StapleDescription::Status::unknown;
  EXPECT_EQ(code_of(judged(staple(made))), Errc::certificate_status_unknown);
}

TEST(Ocsp, OfSeveralAnswersTheWorstCounts) {
  using Status = StapleDescription::Status;
  const auto of = [](std::vector<StapleDescription> answers) {
    StapleDescription made = answers.front();
    made.further.assign(answers.begin() + 1, answers.end());
    return code_of(judged(staple(made)));
  };
  const auto answer = [](Status status) {
    StapleDescription made = fresh();
    made.status = status;
    return made;
  };
  const StapleDescription good = answer(Status::good), revoked = answer(Status::revoked), unknown = answer(Status::unknown);
  EXPECT_EQ(of({good, good}), Errc{});
  EXPECT_EQ(of({good, unknown}), Errc::certificate_status_unknown);
  EXPECT_EQ(of({unknown, good}), Errc::certificate_status_unknown);
  EXPECT_EQ(of({good, unknown, revoked}), Errc::certificate_revoked);
  EXPECT_EQ(of({revoked, unknown, good}), Errc::certificate_revoked);
  StapleDescription old = good;
  old.next_update = now - std::chrono::seconds(1);
  EXPECT_EQ(of({good, old}), Errc::ocsp_response_refused);
  EXPECT_EQ(of({old, revoked}), Errc::certificate_revoked);
}

//= rfc6960#3.2-1, 3.2-2, 3.2-3
TEST(Ocsp, IsRefusedFromOthers) {
  const Made other = issue_self(describe_ca("intermediate"), key(7));
  EXPECT_TRUE(says(judged(staple(fresh(), other)), Errc::ocsp_response_refused, "not signed by the issuer"));
  EXPECT_EQ(Error(Errc::ocsp_response_refused).alert(), AlertDescription::bad_certificate_status_response);
  const Bytes of_other =
      keyway::test::make_staple(fresh(), family().intermediate, family().root, *family().root.signer, *provider());
  EXPECT_TRUE(says(judged(of_other), Errc::ocsp_response_refused, "about another certificate"));
  // An equal serial number of another authority.
  const Bytes of_namesake =
      keyway::test::make_staple(fresh(), family().leaf, family().root, *family().intermediate.signer, *provider());
  EXPECT_TRUE(says(judged(of_namesake), Errc::ocsp_response_refused, "about another certificate"));
}

//= rfc6960#4.2.2.1-1, 4.2.2.1-2
TEST(Ocsp, HoldsForItsTime) {
  const auto at = [](WallTime produced, WallTime from, std::optional<WallTime> to) {
    return judged(staple({.produced_at = produced, .this_update = from, .next_update = to}));
  };
  const auto second = std::chrono::seconds(1);
  EXPECT_TRUE(at(now, now, now));
  EXPECT_TRUE(says(at(now - day, now - day, now - second), Errc::ocsp_response_refused, "it was good until 2027-01-15 07:59:59"));
  EXPECT_TRUE(at(now + 300 * second, now + 300 * second, now + day)) << "clocks differ";
  EXPECT_TRUE(says(at(now, now + 301 * second, now + day), Errc::ocsp_response_refused, "from the future"));
  EXPECT_TRUE(says(at(now + 301 * second, now, now + day), Errc::ocsp_response_refused, "from the future"));
  EXPECT_TRUE(at(now - day, now - day, std::nullopt));
  EXPECT_EQ(code_of(at(now - day, now - day - second, std::nullopt)), Errc::ocsp_response_refused);
  EXPECT_EQ(code_of(at(now, now + 100 * second, now + 50 * second)), Errc::ocsp_response_refused);
}

/// A certificate for a responder, of the intermediate unless said otherwise.
Made responder(const std::function<void(CertificateDescription&)>& change = {}, const Made& issuer = family().intermediate) {
  CertificateDescription description = describe("responder");
  description.key_usage = key_usage::digital_signature;
  description.extended_key_usage = {"1.3.6.1.5.5.7.3.9"};
  description.others = {{.oid = "1.3.6.1.5.5.7.48.1.5", .value = der::write(der::tag::null, ByteView())}};
  if (change) change(description);
  return issue(description, key(9), issuer);
}
Result<TrustedChain> judged_with(const Made& delegate, bool by_key = true, Looking looking = {.check = CrlCheck::off}) {
  StapleDescription made = fresh();
  made.by_key = by_key;
  made.certificates = {delegate.der};
  looking.staple = staple(made, delegate);
  return looking.run();
}

//= rfc6960#4.2.2.2-1, 4.2.2.2-2
TEST(OcspResponder, IsAuthorisedByTheIssuerForThis) {
  EXPECT_TRUE(judged_with(responder()));
  EXPECT_TRUE(judged_with(responder(), false));
  const auto refused = [](const Made& delegate, std::string_view part) {
    EXPECT_TRUE(says(judged_with(delegate), Errc::ocsp_response_refused, part));
  };
  refused(responder([](auto& d) { d.extended_key_usage = {"serverAuth"}; }), "not for OCSP responses");
  refused(responder([](auto& d) { d.extended_key_usage = {"any"}; }), "not for OCSP responses");
  refused(responder([](auto& d) { d.extended_key_usage.clear(); }), "not for OCSP responses");
  refused(responder([](auto& d) { d.key_usage = key_usage::key_encipherment; }), "not for OCSP responses");
  refused(responder([](auto& d) { d.not_after = now - day / 24; }), "out of date");
  refused(responder([](auto& d) { d.not_before = now + day / 24; }), "out of date");
  refused(responder([](auto& d) { d.others.push_back({.oid = "1.2.3.4", .critical = true, .value = Bytes(2)}); }),
          "critical extension");
  refused(responder({}, family().root), "not authorised by the issuer");
  refused(responder({}, issue_self(describe_ca("intermediate"), key(7))), "not signed by the issuer of the certificate");
  refused(family().leaf, "not for OCSP responses");
}

TEST(OcspResponder, MayHaveEarlierCertificatesOfItsName) {
  const Made earlier = responder([](auto& d) { d.not_after = now - day / 24; });
  CertificateDescription other = describe("responder");
  other.key_usage = key_usage::digital_signature;
  other.extended_key_usage = {"1.3.6.1.5.5.7.3.9"};
  const Made other_key = issue(other, key(8), family().intermediate);
  const Made current = responder();
  const auto judged_among = [&](const std::vector<Bytes>& certificates, const Made& signer) {
    StapleDescription made = fresh();
    made.by_key = false;
    made.certificates = certificates;
    return judged(staple(made, signer));
  };
  EXPECT_TRUE(judged_among({earlier.der, current.der}, current));
  EXPECT_TRUE(judged_among({other_key.der, earlier.der, current.der}, current));
  const Made liar = issue(other, key(7), family().intermediate);
  EXPECT_TRUE(says(judged_among({earlier.der, current.der}, liar), Errc::ocsp_response_refused, "out of date"))
      << "what is wrong with the first";
  EXPECT_TRUE(says(judged_among({current.der, earlier.der}, liar), Errc::ocsp_response_refused, "its signature is wrong"));
}

//= rfc6960#4.2.2.2.1-1
TEST(OcspResponder, IsCheckedItselfUnlessItNeedsNot) {
  const Made checked = responder([](auto& d) {
    d.others.clear();
    d.serial = {std::byte{0x55}};
  });
  const auto look = [&](const Made& delegate, ListEntry entry) {
    return judged_with(
        delegate, true,
        {.check = CrlCheck::all,
         .cache = cache_of({made_by(family().intermediate, list_with(std::move(entry))), made_by(family().root, list())})});
  };
  EXPECT_TRUE(judged_with(checked)) << "nobody asked for checks";
  EXPECT_TRUE(look(checked, {.serial = {std::byte{9}}}));
  EXPECT_EQ(code_of(look(checked, {.serial = {std::byte{0x55}}})), Errc::certificate_revoked);
  const Made exempt = responder([](auto& d) { d.serial = {std::byte{0x55}}; });
  EXPECT_TRUE(look(exempt, {.serial = {std::byte{0x55}}}));
}

TEST(Ocsp, ThatIsMissingMattersWherePromisedOrRequired) {
  CertificateDescription promising = describe_leaf();
  promising.others = {{.oid = "1.3.6.1.5.5.7.1.24", .value = hex("3003020105")}};
  const Made leaf = issue(promising, key(2), family().intermediate);
  const auto look = [](const Made& of, bool asked, bool required) {
    return Looking{.check = CrlCheck::off, .leaf = of, .staple_asked = asked, .require_staple = required}.code();
  };
  EXPECT_EQ(look(family().leaf, true, false), Errc{});
  EXPECT_EQ(look(family().leaf, true, true), Errc::ocsp_response_missing);
  EXPECT_EQ(look(leaf, false, false), Errc{}) << "who did not ask cannot expect";
  EXPECT_EQ(look(leaf, true, false), Errc::ocsp_response_missing);
  EXPECT_EQ(Error(Errc::ocsp_response_missing).alert(), AlertDescription::handshake_failure);
  const Bytes good = keyway::test::make_staple(fresh(), leaf, family().intermediate, *family().intermediate.signer, *provider());
  EXPECT_EQ((Looking{.check = CrlCheck::off, .leaf = leaf, .staple = good, .staple_asked = true, .require_staple = true}.code()),
            Errc{});
}

//= rfc6960#4.2.1-1
TEST(Ocsp, ThatIsNoAnswerIsRefused) {
  for (const auto& [code, part] : {std::pair("30030a0101", "did not understand"), std::pair("30030a0102", "internal error"),
                                   std::pair("30030a0103", "try later"), std::pair("30030a0105", "requests to be signed"),
                                   std::pair("30030a0106", "does not answer for")})
    EXPECT_TRUE(says(judged(hex(code)), Errc::ocsp_response_refused, part));
  for (const char* broken : {"30030a0100", "30030a0104", "30030a0107", "00", "3000", "30030a0180"})
    EXPECT_EQ(code_of(judged(hex(broken))), Errc::malformed_ocsp_response) << broken;
  EXPECT_EQ(code_of(judged(Bytes(max_ocsp_response + 1))), Errc::ocsp_response_refused);
}

//= rfc6960#4.4-1
TEST(Ocsp, WithAnUnknownCriticalExtensionIsRefused) {
  StapleDescription made = fresh();
  made.extensions = {extension("1.2.3", false, Bytes(2)), extension("1.3.6.1.5.5.7.48.1.2", true, hex("04021234"))};
  EXPECT_TRUE(judged(staple(made)));
  EXPECT_EQ(as_text(parse_ocsp_response(staple(made)).value().nonce), as_text(hex("1234")));
  made.extensions = {extension("1.2.3", true, Bytes(2))};
  EXPECT_TRUE(says(judged(staple(made)), Errc::ocsp_response_refused, "critical extension 1.2.3"));
  made.extensions.clear();
  made.answer_extensions = {extension("1.2.3", true, Bytes(2))};
  EXPECT_EQ(code_of(judged(staple(made))), Errc::ocsp_response_refused);
}

//= rfc6960#4.4.1-1
TEST(Ocsp, OfAnotherNonceIsRefused) {
  StapleDescription made = fresh();
  const auto look = [&](const Bytes& nonce) {
    return Looking{.check = CrlCheck::off, .staple = staple(made), .nonce = nonce, .staple_asked = true}.run();
  };
  EXPECT_TRUE(look(hex("1234"))) << "most responses have none";
  made.extensions = {extension("1.3.6.1.5.5.7.48.1.2", false, hex("04021234"))};
  EXPECT_TRUE(look(hex("1234")));
  EXPECT_TRUE(look({}));
  EXPECT_TRUE(says(look(hex("1235")), Errc::ocsp_response_refused, "its nonce is not ours"));
  made.extensions = {extension("1.3.6.1.5.5.7.48.1.2", false, hex("1234"))};
  EXPECT_TRUE(look(hex("1234"))) << "without its own frame";
}

TEST(Ocsp, NoncesAreOfOneHandshake) {
  const Bytes nonce = ocsp_nonce(Bytes(32, std::byte{1}), *provider());
  EXPECT_EQ(nonce.size(), 32u) << "RFC 8954: at most";
  EXPECT_EQ(nonce, ocsp_nonce(Bytes(32, std::byte{1}), *provider()));
  EXPECT_NE(nonce, ocsp_nonce(Bytes(32, std::byte{2}), *provider()));
  EXPECT_EQ(to_hex(ocsp_nonce_request(hex("0102"))),
            "30133011"
            "06092b0601050507300102"
            "040404020102");
}

TEST(OcspParser, RefusesEveryCutResponse) {
  const Bytes good = staple(fresh());
  EXPECT_EQ(parse_ocsp_response(good).value().answers.size(), 1u);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(code_of(parse_ocsp_response(ByteView(good).first(size))), Errc::malformed_ocsp_response) << size;
}

}  // namespace
}  // namespace keyway::pki::test
