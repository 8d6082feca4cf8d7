// SPDX-License-Identifier: Apache-2.0
//
// What is accepted in a chain only where a user names it: SHA-1 and keys on brainpool curves (RFC 8446 4.2.3, 4.4.2.4).
#include "pki/certificate_rules.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;

/// A leaf whose issuer has a key of one kind and signs with one scheme, judged under `accepted`.
Result<TrustedChain> judged(crypto::Provider::NewKey kind, SignatureScheme scheme, std::vector<SignatureScheme> accepted,
                            VerifySettings settings = {}) {
  const auto issuer = test::key(0, kind);
  const auto root = test::issue_self(test::describe_ca("root"), issuer);
  const Bytes leaf = write_certificate(test::describe_leaf(), test::key(1)->subject_public_key_info(),
                                       {.certificate = root.der, .signer = *issuer, .scheme = scheme}, *test::provider())
                         .value();
  return test::Verification{
      .chain = {leaf}, .anchors = test::store_of({root}), .settings = settings, .schemes = std::move(accepted)}
      .run();
}

void expect_refused(const Result<TrustedChain>& verdict, Errc code, AlertDescription alert) {
  EXPECT_EQ(to_string(code_of(verdict)), to_string(code));
  EXPECT_EQ(Error(code).alert(), alert);
}

//= rfc8446#4.4.2.4-3
TEST(NamedSchemes, Sha1IsAcceptedWhereItIsNamed) {
  using enum SignatureScheme;
  struct Row {
    test::NewKey key;
    SignatureScheme weak, strong;
  };
  for (const auto& [key, weak, strong] : {Row{test::NewKey::ec_p256, ecdsa_sha1, ecdsa_secp256r1_sha256},
                                          Row{test::NewKey::rsa_2048, rsa_pkcs1_sha1, rsa_pkcs1_sha256}}) {
    expect_refused(judged(key, weak, {}), Errc::certificate_weak_signature, AlertDescription::bad_certificate);
    expect_refused(judged(key, weak, {strong}), Errc::certificate_weak_signature, AlertDescription::bad_certificate);
    const auto named = judged(key, weak, {strong, weak});
    EXPECT_TRUE(named) << named.error().message();
    EXPECT_TRUE(judged(key, weak, {}, {.signature_schemes = {weak}})) << "named by the verifier's own settings";
    expect_refused(judged(key, weak, {strong, weak}, {.web_pki = true}), Errc::certificate_weak_signature,
                   AlertDescription::bad_certificate);
  }
  expect_refused(judged(test::NewKey::ec_p256, ecdsa_sha1, {rsa_pkcs1_sha1}), Errc::certificate_weak_signature,
                 AlertDescription::bad_certificate);
}

TEST(NamedSchemes, DsaIsAcceptedWhereItIsNamed) {
  using enum SignatureScheme;
  const auto by_dsa = [](std::vector<SignatureScheme> accepted) {
    return judged(test::NewKey::dsa_2048, dsa_sha256, std::move(accepted));
  };
  expect_refused(by_dsa({}), Errc::certificate_unsupported_algorithm, AlertDescription::unsupported_certificate);
  expect_refused(by_dsa({ecdsa_secp256r1_sha256}), Errc::certificate_unsupported_algorithm,
                 AlertDescription::unsupported_certificate);
  expect_refused(by_dsa({ecdsa_secp256r1_sha256, dsa_sha1}), Errc::certificate_unsupported_algorithm,
                 AlertDescription::unsupported_certificate);
  const auto named = by_dsa({ecdsa_secp256r1_sha256, dsa_sha256});
  EXPECT_TRUE(named) << named.error().message();
}

TEST(NamedSchemes, BrainpoolIssuersNeedASchemeOfTheirCurve) {
  using enum SignatureScheme;
  const auto brainpool = test::NewKey::brainpool_p256;
  const auto scheme = ecdsa_brainpoolP256r1tls13_sha256;
  expect_refused(judged(brainpool, scheme, {ecdsa_secp256r1_sha256}), Errc::certificate_unsupported_algorithm,
                 AlertDescription::unsupported_certificate);
  expect_refused(judged(brainpool, scheme, {ecdsa_secp256r1_sha256, ecdsa_brainpoolP384r1tls13_sha384}),
                 Errc::certificate_unsupported_algorithm, AlertDescription::unsupported_certificate);
  const auto named = judged(brainpool, scheme, {ecdsa_secp256r1_sha256, scheme});
  EXPECT_TRUE(named) << named.error().message();
  EXPECT_TRUE(judged(brainpool, scheme, {})) << "nobody said which schemes are accepted";
}

// Authorities on P-384 that sign with SHA-256 are common.
TEST(NamedSchemes, NistIssuersMaySignWithTheHashOfAnotherCurve) {
  using enum SignatureScheme;
  EXPECT_TRUE(judged(test::NewKey::ec_p384, ecdsa_secp384r1_sha384, {ecdsa_secp384r1_sha384}));
  const ByteView info = test::key(0, test::NewKey::ec_p384)->subject_public_key_info();
  const auto key = test::provider()->public_key(public_key_parts(info).value()).value();
  const SignatureScheme accepted[] = {ecdsa_secp256r1_sha256};
  PathRules rules;
  rules.schemes = accepted;
  EXPECT_EQ(code_of(check_issuer_curve(key->type(), key->curve(), rules)), Errc{});
}

}  // namespace
}  // namespace keyway::pki
