// SPDX-License-Identifier: Apache-2.0
//
// Loading identities: every form of key, every mistake with its option, and choosing by what the peer says.
#include "pki/identity.h"

#include "fixtures/identities.h"
#include "pki/own_chain.h"
#include "pki/pem.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using keyway::test::TemporaryFolder;
using test::code_of;
using test::family;
using test::NewKey;
using test::provider;

// The P-256 key of the fixtures in other forms.
constexpr std::string_view sec1_key = R"(-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIBShGGLZiQmU5NTjdE2aFzmNhsfcIfeHwXkXAs8CLCb7oAoGCCqGSM49
AwEHoUQDQgAEJCI+QsV+o407w6PS1MVIKZrykeQBS2JuLKX6VLkiIKfmerbW8d6o
dQER5QUvs7ljwXX0VEl9HpHIsEB39DzcJQ==
-----END EC PRIVATE KEY-----
)";
constexpr std::string_view legacy_key = R"(-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,DF4CBAF8B96D694320B415BD7917EAA8

+XLPXA/AKLycKvXy9zsbSH6kp6jDTfCLTUCCQj9e7/1b4+rZBsrGkGwdaBg1tt6X
Og67L9fPqbXaJc3ggFM3UHtvDwh80pf9kIYf1UovOxYZzzAGshcmpHebcROYQlpE
M4qnDn9AOBT0EohAmY3iAE88zo4WTVsyBLHcFaESR7o=
-----END EC PRIVATE KEY-----
)";

class Loading : public testing::Test {
 protected:
  Result<std::shared_ptr<const Identity>> load(std::string_view certificate, std::string_view key,
                                               std::string password = {}) const {
    return load_identity({.certfile = folder_.write("cert.pem", certificate),
                          .keyfile = folder_.write("key.pem", key),
                          .password = std::move(password)},
                         *provider());
  }
  /// An error with the option that it belongs to.
  template <class T>
  static void expect_error(const Result<T>& result, Errc code, std::string_view option) {
    ASSERT_EQ(code_of(result), code);
    ASSERT_NE(result.error().detail(), nullptr);
    EXPECT_EQ(result.error().detail()->option, option);
    EXPECT_FALSE(result.error().detail()->mend.empty());
  }
  TemporaryFolder folder_;
};

TEST_F(Loading, EveryFormOfAKey) {
  using namespace keyway::test;
  EXPECT_EQ(code_of(load(p256_certificate, p256_key)), Errc{});
  EXPECT_EQ(code_of(load(p256_certificate, sec1_key)), Errc{});
  EXPECT_EQ(code_of(load(p256_certificate, p256_encrypted_key, "open-sesame")), Errc{});
  EXPECT_EQ(code_of(load(p256_certificate, legacy_key, "open-sesame")), Errc{});
  EXPECT_EQ(code_of(load(ed25519_certificate, ed25519_key)), Errc{});
  EXPECT_EQ(code_of(load(p256_certificate, "text before\n" + std::string(p256_certificate) + std::string(sec1_key))), Errc{});
  const auto der = decode_pem_body(PemReader(sec1_key).next().value()).value();
  EXPECT_EQ(code_of(load(p256_certificate, as_text(der))), Errc{}) << "DER";
}

TEST_F(Loading, Pkcs1) {
  const SecretBytes pkcs8 = provider()->generate_private_key(NewKey::rsa_2048).value();
  der::Reader fields(der::single(pkcs8.expose(), der::tag::sequence)->content);
  ASSERT_TRUE(fields.expect(der::tag::integer).has_value());
  ASSERT_TRUE(fields.expect(der::tag::sequence).has_value());
  const ByteView pkcs1 = fields.expect(der::tag::octet_string)->content;
  const auto signer = provider()->private_key(pkcs8.expose(), {}).value();
  const auto certificate = write_pem("CERTIFICATE", test::issue_self(test::describe_ca("rsa"), signer).der);
  const auto loaded = load(certificate, write_pem("RSA PRIVATE KEY", pkcs1));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
  EXPECT_EQ((*loaded)->schemes, (std::vector{SignatureScheme::rsa_pss_rsae_sha256, SignatureScheme::rsa_pss_rsae_sha384,
                                             SignatureScheme::rsa_pss_rsae_sha512, SignatureScheme::rsa_pkcs1_sha256,
                                             SignatureScheme::rsa_pkcs1_sha384, SignatureScheme::rsa_pkcs1_sha512}));
}

TEST_F(Loading, OneFileForBoth) {
  using namespace keyway::test;
  const auto path = folder_.write("both.pem", std::string(p256_key) + std::string(p256_certificate));
  const auto loaded = load_identity({.certfile = path}, *provider());
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
  using enum SignatureScheme;
  EXPECT_EQ((*loaded)->schemes, (std::vector{ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512}));
  EXPECT_TRUE((*loaded)->may_use(ecdsa_secp384r1_sha384, ProtocolVersion::tls1_2));
  EXPECT_FALSE((*loaded)->may_use(ecdsa_secp384r1_sha384, ProtocolVersion::tls1_3)) << "of another curve";
  EXPECT_TRUE((*loaded)->may_use(ecdsa_secp256r1_sha256, ProtocolVersion::tls1_3));
  EXPECT_EQ((*loaded)->chain->size(), 1u);
}

TEST_F(Loading, Passwords) {
  using namespace keyway::test;
  for (const std::string_view key : {p256_encrypted_key, legacy_key}) {
    const auto missing = load(p256_certificate, key);
    expect_error(missing, Errc::wrong_password, "password");
    EXPECT_EQ(missing.error().detail()->mend, "the key is encrypted: give its password");
    const auto wrong = load(p256_certificate, key, "open-simsim");
    expect_error(wrong, Errc::wrong_password, "password");
    EXPECT_EQ(wrong.error().detail()->mend, "give the password of this key");
    EXPECT_EQ(wrong.error().detail()->path, folder_.path("key.pem"));
  }
  EXPECT_EQ(code_of(load(p256_certificate, p256_key, "needless")), Errc{});
}

TEST_F(Loading, APasswordIsAskedForWhereTheKeyIsEncrypted) {
  using namespace keyway::test;
  int asked = 0;
  Result<std::string> says = "open-sesame";
  const auto load_asking = [&](std::string_view key) {
    IdentitySource source{.certfile = folder_.write("cert.pem", p256_certificate), .keyfile = folder_.write("key.pem", key)};
    source.ask_password = [&]() -> Result<SecretBytes> {
      ++asked;
      if (!says) return std::unexpected(says.error());
      if (says->empty()) throw std::runtime_error("on purpose");
      return SecretBytes(std::string_view(*says));
    };
    return load_identity(source, *provider());
  };
  EXPECT_EQ(code_of(load_asking(p256_key)), Errc{});
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(code_of(load_asking(p256_encrypted_key)), Errc{});
  EXPECT_EQ(code_of(load_asking(legacy_key)), Errc{});
  EXPECT_EQ(asked, 2);
  says = "open-simsim";
  const auto wrong = load_asking(p256_encrypted_key);
  expect_error(wrong, Errc::wrong_password, "password");
  EXPECT_EQ(wrong.error().detail()->reason, "the password does not open the key");
  says = fail(Errc::canceled);
  const auto none = load_asking(p256_encrypted_key);
  expect_error(none, Errc::canceled, "password");
  EXPECT_EQ(none.error().detail()->path, folder_.path("key.pem"));
  says = "";
  expect_error(load_asking(p256_encrypted_key), Errc::callback_threw, "password");
}

TEST_F(Loading, MistakesSayWhereTheyAre) {
  using namespace keyway::test;
  const auto where = [](const auto& loaded) {
    const ErrorDetail& detail = *loaded.error().detail();
    return std::pair(detail.position, detail.reason);
  };
  const std::string before = "one\ntwo\n";
  EXPECT_EQ(where(load(p256_certificate, before + std::string(p256_encrypted_key))),
            std::pair(std::optional<std::size_t>(3), std::string("the key is encrypted")));
  EXPECT_EQ(where(load(p256_certificate, before + "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")),
            std::pair(std::optional<std::size_t>(3),
                      std::string("what is in the block EC PRIVATE KEY is damaged or of an unknown kind")));
  EXPECT_EQ(
      where(load(p256_certificate, before + "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")),
      std::pair(std::optional<std::size_t>(3),
                std::string("what is in the block OPENSSH PRIVATE KEY is damaged or of an unknown kind")));
  const auto no_base64 = load(p256_certificate, before + "-----BEGIN PRIVATE KEY-----\nA*AA\n-----END PRIVATE KEY-----\n");
  expect_error(no_base64, Errc::malformed_pem, "keyfile");
  EXPECT_EQ(where(no_base64), std::pair(std::optional<std::size_t>(3), std::string("the content of the block is not base64")));
  EXPECT_EQ(where(load(p256_certificate, before + "-----BEGIN PRIVATE KEY-----\nAAAA\n")),
            std::pair(std::optional<std::size_t>(3), std::string("the block has no END line")));
  EXPECT_EQ(where(load(p256_certificate, "0\x03\x02\x01")),
            std::pair(std::optional<std::size_t>(), std::string("it is not a private key of PKCS#8, PKCS#1 or SEC1 in DER")));
  const auto second = load(before + std::string(p256_certificate) + write_pem("CERTIFICATE", test::hex("0500")), p256_key);
  const auto lines = static_cast<std::size_t>(std::ranges::count(p256_certificate, '\n'));
  EXPECT_EQ(second.error().detail()->position, 3 + lines);
  EXPECT_NE(second.error().message().find(folder_.path("cert.pem") + ":" + std::to_string(3 + lines)), std::string::npos)
      << second.error().message();
}

TEST_F(Loading, MistakesWithTheKey) {
  using namespace keyway::test;
  const auto other = load(p256_certificate, ed25519_key);
  expect_error(other, Errc::key_mismatch, "keyfile");
  EXPECT_EQ(other.error().detail()->reason, "the private key is not the one of CN=ec.example");
  expect_error(load(p256_certificate, p256_certificate), Errc::malformed_pem, "keyfile");
  expect_error(load(p256_certificate, ""), Errc::malformed_pem, "keyfile");
  expect_error(load(p256_certificate, "-----BEGIN PRIVATE KEY-----\n"), Errc::malformed_pem, "keyfile");
  expect_error(load(p256_certificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
               Errc::invalid_private_key, "keyfile");
  expect_error(load(p256_certificate, "0\x03\x02\x01"), Errc::invalid_private_key, "keyfile");
  expect_error(load_identity({.certfile = folder_.write("c", p256_certificate), .keyfile = folder_.path("none")}, *provider()),
               Errc::file_unreadable, "keyfile");
  expect_error(load_identity({.certfile = folder_.write("c", p256_certificate)}, *provider()), Errc::malformed_pem, "certfile");
}

TEST_F(Loading, MistakesWithTheCertificate) {
  using namespace keyway::test;
  expect_error(load(p256_key, p256_key), Errc::malformed_pem, "certfile");
  expect_error(load_identity({.certfile = folder_.path("none")}, *provider()), Errc::file_unreadable, "certfile");
  expect_error(load_identity({}, *provider()), Errc::missing_option, "certfile");
  const auto broken = load(std::string(p256_certificate) + write_pem("CERTIFICATE", test::hex("0500")), p256_key);
  expect_error(broken, Errc::malformed_certificate, "certfile");
  EXPECT_EQ(broken.error().detail()->value, "certificate 2");
  EXPECT_NE(broken.error().detail()->reason.find("frame"), std::string::npos);
  // A private key in the place of the certificate is not kept with certificates, which nobody wipes.
  const auto der = decode_pem_body(PemReader(p256_key).next().value()).value();
  expect_error(load(as_text(der), p256_key), Errc::malformed_certificate, "certfile");
  EXPECT_EQ(code_of(FileReader().certificates(folder_.write("key.der", as_text(der)))), Errc::malformed_certificate);
}

IdentitySource values() {
  IdentitySource source;
  source.certificates = {family().leaf.der, family().intermediate.der};
  source.signer = family().leaf.signer;
  return source;
}

TEST_F(Loading, Values) {
  const auto loaded = load_identity(values(), *provider());
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
  EXPECT_EQ((*loaded)->chain->size(), 2u);
  auto source = values();
  source.signer = nullptr;
  expect_error(load_identity(source, *provider()), Errc::missing_option, "keyfile");
  source.certificates.push_back(test::hex("0500"));
  expect_error(load_identity(source, *provider()), Errc::malformed_certificate, "cert");
}

TEST_F(Loading, OptionsThatExcludeEachOther) {
  using namespace keyway::test;
  auto source = values();
  source.certfile = folder_.write("c", p256_certificate);
  expect_error(load_identity(source, *provider()), Errc::conflicting_options, "certfile");
  source = values();
  source.keyfile = folder_.write("k", p256_key);
  expect_error(load_identity(source, *provider()), Errc::conflicting_options, "keyfile");
}

TEST_F(Loading, Schemes) {
  auto source = values();
  source.signature_algs = {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::ecdsa_secp256r1_sha256};
  EXPECT_EQ(load_identity(source, *provider()).value()->schemes, (std::vector{SignatureScheme::ecdsa_secp256r1_sha256}));
  source.signature_algs = {SignatureScheme::ed25519};
  expect_error(load_identity(source, *provider()), Errc::conflicting_options, "signature_algs");
  source.used_algs = {SignatureScheme::ecdsa_secp256r1_sha256};
  expect_error(load_identity(source, *provider()), Errc::conflicting_options, "signature_algs");
  source.signature_algs.clear();
  EXPECT_EQ(load_identity(source, *provider()).value()->schemes, source.used_algs);
  source.used_algs = {SignatureScheme::rsa_pss_rsae_sha256};
  EXPECT_TRUE(load_identity(source, *provider()).value()->schemes.empty());
  const auto dsa = test::key(0, NewKey::dsa_2048);
  const auto der = write_certificate(test::describe("dsa"), dsa->subject_public_key_info(),
                                     {.certificate = {}, .signer = *test::key()}, *provider());
  IdentitySource old;
  old.certificates = {*der};
  old.signer = dsa;
  expect_error(load_identity(old, *provider()), Errc::certificate_key_type, "certfile");
  EXPECT_NE(load_identity(old, *provider()).error().detail()->mend.find("dsa_sha256"), std::string::npos);
  old.legacy_algs = {SignatureScheme::rsa_pkcs1_sha1, SignatureScheme::dsa_sha256};
  EXPECT_EQ(load_identity(old, *provider()).value()->schemes, (std::vector{SignatureScheme::dsa_sha256}));
}

TEST_F(Loading, Staples) {
  auto source = values();
  source.ocsp_response = test::hex("01");
  source.signed_certificate_timestamps = test::hex("02");
  source.must_match_issuer = true;
  auto loaded = load_identity(source, *provider());
  EXPECT_EQ(to_hex(*(*loaded)->ocsp_response), "01");
  EXPECT_EQ(to_hex((*loaded)->signed_certificate_timestamps), "02");
  EXPECT_TRUE((*loaded)->must_match_issuer);
  source.ocsp_staple_file = folder_.write("staple", "\x30\x03\x0a\x01\x06");  // an OCSPResponse: unauthorized
  EXPECT_EQ(to_hex(*load_identity(source, *provider()).value()->ocsp_response), "30030a0106");
  for (const char* other : {"", "abc", "\x30\x03\x02\x01\x06", "\x30\x03\x0a\x01\x06more"}) {
    source.ocsp_staple_file = folder_.write("staple", other);
    expect_error(load_identity(source, *provider()), Errc::malformed_ocsp_response, "ocsp_staple_file");
  }
  source.ocsp_staple_file = folder_.path("none");
  expect_error(load_identity(source, *provider()), Errc::file_unreadable, "ocsp_staple_file");
}

/// A key that is elsewhere, so that its public part is not known.
class Remote final : public crypto::Signer {
 public:
  crypto::KeyType type() const override { return crypto::KeyType::ec; }
  bool can(SignatureScheme scheme) const override { return scheme == SignatureScheme::ecdsa_secp256r1_sha256; }
  ByteView subject_public_key_info() const override { return {}; }
  void sign(SignatureScheme, ByteView, Answer<Bytes>) const override {}
};

TEST_F(Loading, AKeyThatDoesNotSayItsPublicPartIsBelieved) {
  auto source = values();
  source.signer = std::make_shared<const Remote>();
  EXPECT_EQ(code_of(load_identity(source, *provider())), Errc{});
}

TEST_F(Loading, ARawPublicKey) {
  const Bytes public_key = to_bytes(test::key()->subject_public_key_info());
  IdentitySource source{.keyfile = folder_.write("key.pem", keyway::test::p256_key), .raw_public_key = true};
  const auto from_file = load_identity(source, *provider());
  ASSERT_EQ(code_of(from_file), Errc{});
  EXPECT_EQ((*from_file)->type(), CertificateType::raw_public_key);
  EXPECT_TRUE(std::ranges::equal((*from_file)->chain->der(0), (*from_file)->signer->subject_public_key_info()));
  EXPECT_EQ((*from_file)->key().value().curve, NamedGroup::secp256r1);
  // It fits whatever is asked about certificates, but has none of their extensions.
  EXPECT_TRUE((*from_file)->matches_name("any.test") && (*from_file)->issued_by_any({}) &&
              (*from_file)->chain_signed_with_any({}));
  EXPECT_FALSE((*from_file)->satisfies_all(std::array{ExtensionFilter{}}));
  source = {.signer = test::key(), .raw_public_key = true, .subject_public_key_info = public_key};
  EXPECT_EQ(code_of(load_identity(source, *provider())), Errc{});
  source.subject_public_key_info.back() ^= std::byte{1};
  expect_error(load_identity(source, *provider()), Errc::key_mismatch, "subject_public_key_info");
  source = {.signer = std::make_shared<const Remote>(), .raw_public_key = true};
  expect_error(load_identity(source, *provider()), Errc::missing_option, "subject_public_key_info");
  source.subject_public_key_info = public_key;
  EXPECT_EQ(load_identity(source, *provider()).value()->chain->der(0).size(), public_key.size());
  source.subject_public_key_info = test::hex("3000");
  expect_error(load_identity(source, *provider()), Errc::malformed_raw_public_key, "subject_public_key_info");
}

TEST(IdentityChoice, ByName) {
  const auto identity = load_identity(values(), *provider()).value();
  EXPECT_TRUE(identity->matches_name("SERVER.test"));
  EXPECT_FALSE(identity->matches_name("other.test"));
  EXPECT_FALSE(identity->matches_name("192.0.2.1"));
  EXPECT_FALSE(identity->matches_name("no name"));
}

TEST(IdentityChoice, ByAuthority) {
  const auto identity = load_identity(values(), *provider()).value();
  const auto name = [](const char* common) { return write_name({{"CN", common}}).value(); };
  EXPECT_TRUE(identity->issued_by_any({name("x"), name("ROOT")}));
  EXPECT_TRUE(identity->issued_by_any({name("intermediate")}));
  EXPECT_FALSE(identity->issued_by_any({name("server.test"), test::hex("0500")}));
  EXPECT_FALSE(identity->issued_by_any({}));
}

TEST(IdentityChoice, BySignatures) {
  const auto identity = load_identity(values(), *provider()).value();
  EXPECT_TRUE(identity->chain_signed_with_any({SignatureScheme::ed25519, SignatureScheme::ecdsa_secp256r1_sha256}));
  EXPECT_FALSE(identity->chain_signed_with_any({SignatureScheme::ed25519}));
  auto own = values();
  own.certificates = {test::issue_self(test::describe_leaf(), own.signer).der};
  EXPECT_TRUE(load_identity(own, *provider()).value()->chain_signed_with_any({})) << "nobody checks a self-signed one";
}

// ---- completing our own chain

std::shared_ptr<const Identity> alone(const test::Made& leaf) {
  IdentitySource source;
  source.certificates = {leaf.der};
  source.signer = leaf.signer;
  return load_identity(source, *provider()).value();
}

TEST(OwnChain, ALeafAloneGetsItsIssuersButNoRoot) {
  const auto& made = family();
  const std::vector stores{test::store_of({made.root}), test::store_of({made.intermediate})};
  const auto longer = completed(*alone(made.leaf), stores);
  ASSERT_NE(longer, nullptr);
  ASSERT_EQ(longer->chain->size(), 2u);
  EXPECT_EQ(as_text(longer->chain->der(1)), as_text(made.intermediate.der));
  EXPECT_EQ(longer->parsed.size(), 2u);
  EXPECT_EQ(as_text(longer->parsed[1].der), as_text(made.intermediate.der));
  EXPECT_EQ(longer->signer, made.leaf.signer);
  EXPECT_TRUE(longer->issued_by_any({write_name({{"CN", "root"}}).value()})) << "the choice among identities sees them, too";
}

TEST(OwnChain, NothingIsAddedWhereNothingIsMissingOrKnown) {
  const auto& made = family();
  const std::vector both{test::store_of({made.root, made.intermediate})};
  EXPECT_EQ(completed(*load_identity(values(), *provider()).value(), both), nullptr) << "the chain was given";
  EXPECT_EQ(completed(*alone(made.leaf), {}), nullptr);
  const std::vector root{test::store_of({made.root})};
  EXPECT_EQ(completed(*alone(made.leaf), root), nullptr);
  const auto self = test::issue_self(test::describe_leaf(), test::key(2));
  EXPECT_EQ(completed(*alone(self), both), nullptr);
}

TEST(OwnChain, IssuersAreThoseThatSigned) {
  const auto& made = family();
  // The names are right, the key is another one's; the usage is right, but it is no authority.
  const auto namesake = test::issue(test::describe_ca("intermediate"), test::key(7), made.root);
  auto leaf = test::describe("intermediate");
  const auto no_authority = test::issue(leaf, test::key(1), made.root);
  const std::vector wrong{test::store_of({namesake, no_authority})};
  EXPECT_EQ(completed(*alone(made.leaf), wrong), nullptr);
  // Of one that was renewed, the one that lasts longer.
  auto renewed = test::describe_ca("intermediate");
  renewed.not_after += 300 * test::day;
  const auto newer = test::issue(renewed, test::key(1), made.root);
  const std::vector right{test::store_of({namesake, made.intermediate, newer})};
  EXPECT_EQ(as_text(completed(*alone(made.leaf), right)->chain->der(1)), as_text(newer.der));
}

TEST(OwnChain, AuthoritiesThatSignedEachOtherEndIt) {
  const auto one = test::issue_self(test::describe_ca("one"), test::key(0));
  const auto two = test::issue_self(test::describe_ca("two"), test::key(1));
  const auto one_by_two = test::issue(test::describe_ca("one"), test::key(0), two);
  const auto two_by_one = test::issue(test::describe_ca("two"), test::key(1), one);
  const auto leaf = test::issue(test::describe_leaf(), test::key(2), one);
  const std::vector stores{test::store_of({one_by_two, two_by_one})};
  EXPECT_EQ(completed(*alone(leaf), stores)->chain->size(), 3u);
}

}  // namespace
}  // namespace keyway::pki
