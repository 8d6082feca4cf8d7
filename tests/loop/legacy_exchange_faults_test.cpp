// SPDX-License-Identifier: Apache-2.0
//
// Attacks on the key exchanges that are off for safety: keys of certificates that agree, DSA keys, suites without authentication,
// passwords. What is refused, with which code, under which alert; and what must not be told apart.
#include <gmock/gmock.h>

#include "loop/counting_provider.h"
#include "loop/key_exchange.h"

namespace keyway::test {
namespace {

using enum NamedGroup;

// ---- keys of certificates that agree

TEST(StaticEcdhFaults, AKeyThatMayOnlySign) {
  Pair pair(ExchangePair(0xc02d));
  pair.run();
  expect_failed(pair.client, Errc::certificate_wrong_usage, AlertDescription::unsupported_certificate);
}

TEST(StaticEcdhFaults, AKeyThatMayOnlyAgreeDoesNotSign) {
  ExchangePair options(0xc02b);
  Pair pair(options.with_static_key());
  pair.run();
  expect_failed(pair.client, Errc::certificate_wrong_usage, AlertDescription::unsupported_certificate);
}

TEST(StaticEcdhFaults, ACurveThatTheClientDoesNotHave) {
  ExchangePair options(0xc02d);
  options.with_static_key(NewKey::ec_p384).client.protocol.supported_groups = {secp256r1};
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::no_usable_identity, AlertDescription::handshake_failure);
  // A server that takes it all the same: the client says in its hello that it has the curve, and does not.
  Pair forged(options);
  forged.server.give(edit_hello(forged.client.take_output(),
                                [](Hello& hello) { hello.set(ExtensionType::supported_groups, hex("0004 0017 0018")); }));
  forged.client.give(forged.server.take_output());
  expect_failed(forged.client, Errc::certificate_key_type, AlertDescription::unsupported_certificate);
}

TEST(StaticEcdhFaults, PointsThatAreNone) {
  const auto refused = [](Bytes point) {
    ExchangePair options(0xc02d);
    Pair pair(options.with_static_key());
    pair.server.give(edit_clear(second_flight(pair), [&point](Messages& messages) {
      message_in(messages, HandshakeType::client_key_exchange).body = Bytes{static_cast<std::byte>(point.size())} + point;
    }));
    expect_failed(pair.server, Errc::invalid_key_share, AlertDescription::illegal_parameter);
  };
  Bytes off_the_curve(65, std::byte{1});
  off_the_curve[0] = std::byte{4};
  refused(off_the_curve);
  refused({std::byte{0}});  // the point at infinity
  refused(Bytes(33, std::byte{2}));  // compressed
}

TEST(StaticEcdhFaults, ASignerThatAgreesOnNothing) {
  class Nothing final : public crypto::Signer {
   public:
    explicit Nothing(std::shared_ptr<const crypto::Signer> inner) : inner_(std::move(inner)) {}
    crypto::KeyType type() const override { return inner_->type(); }
    bool can(SignatureScheme scheme) const override { return inner_->can(scheme); }
    ByteView subject_public_key_info() const override { return inner_->subject_public_key_info(); }
    void sign(SignatureScheme, ByteView, Answer<Bytes>) const override {}
    void agree(ByteView, Answer<SharedSecret> answer) const override { std::move(answer).give(SharedSecret()); }

   private:
    std::shared_ptr<const crypto::Signer> inner_;
  };
  ExchangePair options(0xc02d);
  options.with_static_key();
  CertKey& identity = options.server.certs_keys.front();
  identity.signer = std::make_shared<Nothing>(identity.signer);
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::wrong_answer, AlertDescription::internal_error);
}

// ---- DSA keys

ExchangePair dss_pair() {
  ExchangePair options(0x00a2);
  options.with_dsa();
  return options;
}

TEST(DssFaults, NobodyShowsAKeyToWhoDoesNotTakeItsSignatures) {
  const auto refused = [](const std::function<void(ExchangePair&)>& edit, Errc code) {
    ExchangePair options = dss_pair();
    edit(options);
    Pair pair(options);
    pair.run();
    expect_failed(pair.server, code, AlertDescription::handshake_failure);
  };
  refused(
      [](ExchangePair& options) {
        options.client.protocol.ciphers = {static_cast<CipherSuite>(0x009e)};
        options.client.protocol.signature_algs.clear();
      },
      Errc::no_common_cipher_suite);
  refused(
      [](ExchangePair& options) {
        options.client.protocol.signature_algs = {SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::dsa_sha1};
      },
      Errc::no_common_signature_scheme);
}

/// The server's signature in its ServerKeyExchange, changed: the form of a DSA signature is SEQUENCE { r INTEGER, s INTEGER }.
void expect_signature_refused(const std::function<void(Bytes& scheme, Bytes& signature)>& edit, Errc code,
                              AlertDescription alert) {
  Pair pair(dss_pair());
  give_changed_flight(pair, [&edit](Messages& messages) {
    Bytes& body = message_in(messages, HandshakeType::server_key_exchange).body;
    ByteView rest = body;
    for (int vector = 0; vector < 3; ++vector)
      rest = rest.subspan(2 + (std::to_integer<std::size_t>(rest[0]) << 8 | std::to_integer<std::size_t>(rest[1])));
    Bytes parameters = to_bytes(ByteView(body).first(body.size() - rest.size()));
    Bytes scheme = to_bytes(rest.first(2));
    Bytes signature = to_bytes(rest.subspan(4));
    edit(scheme, signature);
    body = parameters + scheme + vector16(signature);
  });
  expect_failed(pair.client, code, alert);
}

TEST(DssFaults, SignaturesThatAreNone) {
  const auto refused = [](const std::string& what, const std::function<void(Bytes&)>& edit) {
    SCOPED_TRACE(what);
    expect_signature_refused([&edit](Bytes&, Bytes& signature) { edit(signature); }, Errc::wrong_signature,
                             AlertDescription::decrypt_error);
  };
  refused("a bit of s", [](Bytes& der) { der.back() ^= std::byte{1}; });
  refused("a bit of r", [](Bytes& der) { der[10] ^= std::byte{1}; });
  refused("nothing", [](Bytes& der) { der.clear(); });
  refused("no sequence", [](Bytes& der) { der[0] = std::byte{0x31}; });
  refused("r is 0", [](Bytes& der) { der = hex("3006 020100 020101"); });
  refused("s is 0", [](Bytes& der) { der = hex("3006 020101 020100"); });
  refused("both are 0", [](Bytes& der) { der = hex("3006 020100 020100"); });
  refused("r is negative", [](Bytes& der) { der = hex("3006 0201ff 020101"); });
  refused("r alone", [](Bytes& der) { der = hex("3003 020101"); });
  refused("bytes behind it", [](Bytes& der) { der.push_back(std::byte{0}); });
  refused("bytes in it behind s", [](Bytes& der) {
    der.push_back(std::byte{0});
    der[1] = static_cast<std::byte>(std::to_integer<unsigned>(der[1]) + 1);
  });
  refused("cut off", [](Bytes& der) { der.pop_back(); });
  refused("a length of two bytes", [](Bytes& der) { der = hex("3081") + ByteView(der).subspan(1); });
  refused("a length that has no end", [](Bytes& der) { der = hex("3080") + ByteView(der).subspan(2) + hex("0000"); });
  refused("larger than any", [](Bytes& der) { der = hex("3082 2004 0282 2000") + Bytes(0x2000, std::byte{0x11}); });
}

TEST(DssFaults, SchemesThatWereNotOffered) {
  const auto refused = [](const char* scheme) {
    SCOPED_TRACE(scheme);
    expect_signature_refused([scheme](Bytes& named, Bytes&) { named = hex(scheme); }, Errc::wrong_signature_scheme,
                             AlertDescription::illegal_parameter);
  };
  refused("0202");  // SHA-1, which was not named
  refused("0602");  // SHA-512, which has no name here
  refused("0403");  // offered, and of another kind of key
  refused("0401");
}

// RFC 5246 7.4.2: the key that the suite names.
TEST(DssFaults, ACertificateWithAnotherKey) {
  const auto shown = [](ExchangePair options, const CertKey& instead) {
    Pair pair(options);
    give_changed_flight(pair, [&instead](Messages& messages) {
      Bytes list;
      for (const Bytes& certificate : instead.cert) list = list + (Bytes{std::byte{0}} + vector16(certificate));
      message_in(messages, HandshakeType::certificate).body = Bytes{std::byte{0}} + vector16(list);
    });
    expect_failed(pair.client, Errc::certificate_key_type, AlertDescription::unsupported_certificate);
  };
  shown(dss_pair(), authority().leaf());
  ExchangePair ecdsa(0xc02b);
  shown(ecdsa, dsa_identity());
  ecdsa.client.protocol.signature_algs = {SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::dsa_sha256};
  shown(ecdsa, dsa_identity());
  ExchangePair unverified = dss_pair();
  unverified.client.peer = {.verify = VerifyMode::verify_none};
  shown(unverified, authority().leaf());
}

/// The kinds of keys in the CertificateRequest of a server with this pair's options, and whether a client that sees others
/// shows its DSA key.
TEST(DssFaults, AKeyOfTheClientsIsShownWhereItsKindIsNamed) {
  const auto request_of = [](bool named) {
    ExchangePair options = dss_pair();
    options.server.peer = options.client.peer;
    if (!named) {
      options.with_rsa();
      for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol}) {
        protocol->ciphers = {static_cast<CipherSuite>(0x009e)};
        protocol->signature_algs.clear();
      }
    }
    Pair pair(options);
    Bytes types;
    give_changed_flight(pair, [&types](Messages& messages) {
      const Bytes& body = message_in(messages, HandshakeType::certificate_request).body;
      types = to_bytes(ByteView(body).subspan(1, std::to_integer<std::size_t>(body[0])));
    });
    return types;
  };
  EXPECT_THAT(request_of(true), testing::Contains(std::byte{2}));
  EXPECT_THAT(request_of(false), testing::Not(testing::Contains(std::byte{2})));

  ExchangePair options = dss_pair();
  options.server.peer = options.client.peer;
  options.client.certs_keys = {dsa_identity()};
  Pair pair(options);
  give_changed_flight(pair, [](Messages& messages) {
    message_in(messages, HandshakeType::certificate_request).body = hex("01 40 0004 0403 0402 0000");
  });
  ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  (void)edit_clear(pair.client.take_output(),
                   [](Messages& messages) { EXPECT_EQ(message_in(messages, HandshakeType::certificate).body, hex("000000")); });
}

// ---- nobody is authenticated

TEST(AnonymousFaults, ACertificateRequest) {
  ExchangePair options(0x00a6);
  options.client.peer = {.verify = VerifyMode::verify_none};
  Pair pair(options);
  give_changed_flight(pair, [](Messages& messages) {
    messages.insert(messages.end() - 1, {HandshakeType::certificate_request, hex("01 40 0002 0403 0000")});
  });
  expect_failed(pair.client, Errc::unwanted_certificate_request, AlertDescription::handshake_failure);
}

// ---- passwords

/// The user's course with a server that knows alice.
Course course_of_user(SrpIdentity user, int suite = 0xc01d) {
  ExchangePair options(suite);
  options.with_rsa().with_srp().client.srp = std::move(user);
  Pair pair(options);
  return course_of(pair.server, second_flight(pair));
}

// RFC 5054 2.5.1.3: who is not known is not told from who has a wrong password.
TEST(SrpFaults, UnknownUsersAreAsWrongPasswords) {
  for (const int suite : {0xc01d, 0xc01e}) {
    const Course wrong = course_of_user({"alice", "incorrect horse"}, suite);
    EXPECT_EQ(wrong.alert, "bad_record_mac");
    EXPECT_EQ(course_of_user({"mallory", "correct horse"}, suite), wrong);
  }
}

// What an attacker says in the server's name is not computed with before its certificate and its signature are judged: not even
// the time of it may depend on the password.
TEST(SrpFaults, NothingIsComputedBeforeTheVerdict) {
  for (const int suite : {0xc01e, 0xc01f, 0x009e, 0x00a2}) {
    for (const bool signature : {true, false}) {
      ExchangePair options(suite);
      suite == 0xc01f || suite == 0x00a2 ? options.with_dsa() : options.with_rsa();
      if (suite == 0xc01e || suite == 0xc01f) options.with_srp();
      const auto provider = std::make_shared<Counting>();
      options.client.provider = provider;
      static const Authority another("another");
      if (!signature) options.client.peer.cacerts = {another.root()};
      Pair pair(options);
      give_changed_flight(pair, [signature](Messages& messages) {
        if (signature) message_in(messages, HandshakeType::server_key_exchange).body.back() ^= std::byte{1};
      });
      ASSERT_TRUE(pair.client.error);
      EXPECT_EQ(pair.client.error->code(), signature ? Errc::wrong_signature : Errc::certificate_unknown_ca);
      EXPECT_EQ(provider->counts(), Counting::Counts()) << std::hex << suite;
    }
  }
}

// RFC 5054 2.5.1.3: as much work for a user that does not exist as for each that does.
TEST(SrpFaults, TheWorkIsTheSameForEachUser) {
  const auto work_for = [](const std::string& user, SrpKeeps keeps) {
    ExchangePair options(0xc01d);
    options.with_srp("srp_2048", keeps).client.srp.user = user;
    const auto provider = std::make_shared<Counting>();
    options.server.provider = provider;
    Pair pair(options);
    pair.run();
    EXPECT_EQ(pair.server.error.has_value(), user != "alice");
    return provider->counts();
  };
  const Counting::Counts unknown = work_for("mallory", SrpKeeps::verifier);
  EXPECT_EQ(unknown.servers, 1);
  EXPECT_EQ(work_for("alice", SrpKeeps::verifier), unknown);
  EXPECT_EQ(work_for("alice", SrpKeeps::derived_key), unknown);
}

/// Salt and field that the server shows to this user.
std::pair<Bytes, Bytes> shown_to(const std::string& user, const std::shared_ptr<const ServerConfig>& config) {
  ExchangePair options(0xc01d);
  options.client.srp = {user, "a guess"};
  Pair pair(make_config(options.client), config, options);
  pair.server.give(pair.client.take_output());
  Bytes salt, p;
  (void)edit_clear(pair.server.take_output(), [&salt, &p](Messages& messages) {
    ByteView body = message_in(messages, HandshakeType::server_key_exchange).body;
    const auto vector = [&body](std::size_t length_size) {
      std::size_t size = 0;
      for (std::size_t i = 0; i < length_size; ++i) size = size << 8 | std::to_integer<std::size_t>(body[i]);
      Bytes value = to_bytes(body.subspan(length_size, size));
      body = body.subspan(length_size + size);
      return value;
    };
    p = vector(2);
    (void)vector(2);  // g
    salt = vector(1);
  });
  return {salt, p};
}

TEST(SrpFaults, UnknownUsersHaveASaltOfTheirOwnThatStays) {
  ExchangePair options(0xc01d);
  options.with_srp().server.srp.salt_seed = Bytes(32, std::byte{9});
  const auto config = make_config(options.server);
  const auto again = make_config(options.server);
  const auto alice = shown_to("alice", config);
  const auto bob = shown_to("bob", config);
  EXPECT_EQ(bob, shown_to("bob", config));
  EXPECT_EQ(bob, shown_to("bob", again)) << "after a restart";
  EXPECT_NE(bob.first, shown_to("carol", config).first);
  EXPECT_EQ(bob.first.size(), alice.first.size());
  EXPECT_EQ(bob.second, alice.second);
  options.server.srp.salt_seed = Bytes(32, std::byte{8});
  EXPECT_NE(bob.first, shown_to("bob", make_config(options.server)).first);
}

TEST(SrpFaults, UnknownUsersAreToldWhereTheServerWantsIt) {
  ExchangePair options(0xc01d);
  options.with_srp().client.srp.user = "mallory";
  options.server.srp.tell_unknown_users = true;
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::unknown_psk_identity, AlertDescription::unknown_psk_identity);
}

// RFC 5054 2.5.1.2: a hello that offers only this and names nobody.
TEST(SrpFaults, AHelloWithoutAUser) {
  ExchangePair options(0xc01d);
  Pair pair(options.with_srp());
  pair.server.give(edit_hello(pair.client.take_output(), [](Hello& hello) { hello.remove(ExtensionType::srp); }));
  expect_failed(pair.server, Errc::unknown_psk_identity, AlertDescription::unknown_psk_identity);
}

/// Multiples of N.
std::vector<Bytes> zeros_modulo(ByteView n) { return {{std::byte{0}}, Bytes(n.size(), std::byte{0}), to_bytes(n)}; }

//= rfc5054#2.5.4-1
TEST(SrpFaults, AnAThatIsZero) {
  for (const Bytes& a : zeros_modulo(crypto::srp_group("srp_2048")->p)) {
    ExchangePair options(0xc01d);
    Pair pair(options.with_srp());
    pair.server.give(edit_clear(second_flight(pair), [&a](Messages& messages) {
      message_in(messages, HandshakeType::client_key_exchange).body = vector16(a);
    }));
    expect_failed(pair.server, Errc::invalid_key_share, AlertDescription::illegal_parameter);
  }
}

/// The client gets these parameters in the place of the server's.
void expect_srp_parameters_refused(ByteView n, ByteView g, ByteView b, Errc code, AlertDescription alert) {
  ExchangePair options(0xc01d);
  Pair pair(options.with_srp());
  const Bytes body = vector16(n) + vector16(g) + hex("01 51") + vector16(b);
  give_changed_flight(pair,
                      [&body](Messages& messages) { message_in(messages, HandshakeType::server_key_exchange).body = body; });
  expect_failed(pair.client, code, alert);
}

//= rfc5054#2.5.3-1
TEST(SrpFaults, ABThatIsZero) {
  const auto field = *crypto::srp_group("srp_2048");
  for (const Bytes& b : zeros_modulo(field.p))
    expect_srp_parameters_refused(field.p, field.g, b, Errc::invalid_key_share, AlertDescription::illegal_parameter);
}

//= rfc5054#2.5.3-2
TEST(SrpFaults, FieldsThatAreNotSafe) {
  const auto refused = [](ByteView n, ByteView g) {
    expect_srp_parameters_refused(n, g, Bytes(10, std::byte{7}), Errc::weak_group, AlertDescription::insufficient_security);
  };
  const auto known = *crypto::srp_group("srp_2048");
  const auto small = *crypto::srp_group("srp_1024");
  refused(small.p, small.g);  // known, and too small
  refused(known.p, Bytes{std::byte{3}});  // another generator
  refused(Bytes(256, std::byte{0xff}), known.g);
}

TEST(SrpFaults, AnswersThatAreNone) {
  const auto answered = [](SrpEntry entry) {
    ExchangePair options(0xc01d);
    options.with_srp().server.srp.lookup = [&entry](std::string_view, Answer<std::shared_ptr<const SrpEntry>> answer) {
      std::move(answer).give(std::make_shared<const SrpEntry>(std::move(entry)));
    };
    Pair pair(options);
    pair.run();
    expect_failed(pair.server, Errc::wrong_answer, AlertDescription::internal_error);
  };
  const auto secret = [](std::size_t size, std::byte value) { return std::make_shared<const SecretBytes>(Bytes(size, value)); };
  const Bytes salt(20, std::byte{1});
  answered({.group = "srp_512", .salt = salt, .verifier = secret(10, std::byte{1})});
  answered({.salt = {}, .verifier = secret(10, std::byte{1})});
  answered({.salt = Bytes(256), .verifier = secret(10, std::byte{1})});
  answered({.salt = salt});
  answered({.salt = salt, .verifier = secret(10, std::byte{1}), .derived_key = secret(20, std::byte{1})});
  answered({.salt = salt, .verifier = secret(257, std::byte{1})});
  answered({.salt = salt, .verifier = secret(256, std::byte{0})});
  answered({.salt = salt, .derived_key = secret(20, std::byte{0})});
}

}  // namespace
}  // namespace keyway::test
