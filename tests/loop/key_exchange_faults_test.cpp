// SPDX-License-Identifier: Apache-2.0
//
// Attacks on the key exchanges of TLS 1.2: Bleichenbacher and ROBOT, FREAK, Logjam, small subgroups, keys and identities that are
// wrong. What is refused, with which code, under which alert; and what must not be told apart.
#include <gmock/gmock.h>

#include "loop/key_exchange.h"

namespace keyway::test {
namespace {

using enum NamedGroup;

const Course as_with_a_wrong_secret{{"goes on, 0 bytes", "goes on, 0 bytes", "bad_record_mac, 7 bytes"}, "bad_record_mac"};

#if defined(KEYWAY_LEGACY)
/// Decrypts, and lets the test change what came out.
class ChangingSigner final : public crypto::Signer {
 public:
  using Change = std::function<void(SecretBytes, Answer<SecretBytes>)>;
  ChangingSigner(std::shared_ptr<const crypto::Signer> inner, Change change)
      : inner_(std::move(inner)), change_(std::move(change)) {}
  crypto::KeyType type() const override { return inner_->type(); }
  bool can(SignatureScheme scheme) const override { return inner_->can(scheme); }
  ByteView subject_public_key_info() const override { return inner_->subject_public_key_info(); }
  void sign(SignatureScheme scheme, ByteView content, Answer<Bytes> answer) const override {
    inner_->sign(scheme, content, std::move(answer));
  }
  bool can_decrypt() const override { return true; }
  void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const override {
    const auto slot = std::make_shared<AnswerSlot>();
    inner_->decrypt(ciphertext, Answer<SecretBytes>(slot));
    change_(std::move(slot->take<SecretBytes>()->value()), std::move(answer));
  }

 private:
  std::shared_ptr<const crypto::Signer> inner_;
  Change change_;
};

/// The block is written where it stands.
ChangingSigner::Change with(std::function<void(MutableBytes)> edit) {
  return [edit = std::move(edit)](SecretBytes block, Answer<SecretBytes> answer) {
    edit(block.fill());
    std::move(answer).give(std::move(block));
  };
}

struct Oracle {
  std::string name;
  ChangingSigner::Change change;
};

// RFC 5246 7.4.7.1: whatever is wrong with the premaster secret, the server says the same at the same time.
//= rfc5246#7.4.7.1-2
TEST(Bleichenbacher, NothingIsToldApart) {
  const std::size_t at = 256 - 48;
  const Oracle oracles[] = {
      {"block type", with([](MutableBytes b) { b[1] = std::byte{1}; })},
      {"first byte", with([](MutableBytes b) { b[0] = std::byte{1}; })},
      {"zero in the padding", with([](MutableBytes b) { b[20] = std::byte{0}; })},
      {"zero in the first eight bytes of padding", with([](MutableBytes b) { b[5] = std::byte{0}; })},
      {"no zero behind the padding", with([](MutableBytes b) { b[at - 1] = std::byte{1}; })},
      {"too short", with([](MutableBytes b) { b[at] = std::byte{0}; })},
      {"too long", with([](MutableBytes b) { b[at - 2] = std::byte{0}; })},
      {"version of SSL 3.0", with([](MutableBytes b) { b[at + 1] = std::byte{0}; })},
      {"version of TLS 1.3", with([](MutableBytes b) { b[at + 1] = std::byte{4}; })},
      {"another secret", with([](MutableBytes b) { b.back() ^= std::byte{1}; })},
      {"nothing", with([](MutableBytes b) { std::ranges::fill(b, std::byte{0}); })},
      {"another size",
       [](SecretBytes block, Answer<SecretBytes> answer) { std::move(answer).give(SecretBytes(block.expose().first(255))); }},
      {"an error", [](SecretBytes, Answer<SecretBytes> answer) { std::move(answer).give(fail(Errc::crypto_failure)); }},
      {"a dropped answer", [](SecretBytes, Answer<SecretBytes>) {}},
      {"an exception", [](SecretBytes, Answer<SecretBytes>) { throw std::runtime_error("bad padding"); }},
  };
  for (const int suite : {0x009c, 0x00ac}) {
    for (const auto& [name, change] : oracles) {
      SCOPED_TRACE(name);
      ExchangePair options(suite);
      options.with_rsa();
      if (suite == 0x00ac) options.with_psk();
      CertKey& identity = options.server.certs_keys.front();
      identity.signer = std::make_shared<ChangingSigner>(identity.signer, change);
      Pair pair(options);
      EXPECT_EQ(course_of(pair.server, second_flight(pair)), as_with_a_wrong_secret);
    }
  }
}

TEST(Bleichenbacher, NorWhatIsNoCiphertext) {
  const std::pair<std::string, std::function<void(Bytes&)>> edits[] = {
      {"a bit", [](Bytes& c) { c[100] ^= std::byte{1}; }},
      {"zeros", [](Bytes& c) { std::ranges::fill(c, std::byte{0}); }},
      {"more than the modulus", [](Bytes& c) { std::ranges::fill(c, std::byte{0xff}); }},
      {"one byte less", [](Bytes& c) { c.pop_back(); }},
      {"one byte more", [](Bytes& c) { c.push_back(std::byte{0}); }},
      {"no byte", [](Bytes& c) { c.clear(); }},
  };
  for (const auto& [name, edit] : edits) {
    SCOPED_TRACE(name);
    ExchangePair options(0x009c);
    Pair pair(options.with_rsa());
    const Bytes flight = edit_clear(second_flight(pair), [&edit](Messages& messages) {
      HandshakeMessage& message = message_in(messages, HandshakeType::client_key_exchange);
      Bytes ciphertext(message.body.begin() + 2, message.body.end());
      edit(ciphertext);
      message.body = vector16(ciphertext);
    });
    EXPECT_EQ(course_of(pair.server, flight), as_with_a_wrong_secret);
  }
}

// The form of the message is another matter: everybody sees it.
TEST(RsaFaults, TheFormOfTheMessageIsChecked) {
  ExchangePair options(0x009c);
  Pair pair(options.with_rsa());
  pair.server.give(edit_clear(second_flight(pair), [](Messages& messages) {
    message_in(messages, HandshakeType::client_key_exchange).body.push_back(std::byte{0});
  }));
  expect_failed(pair.server, Errc::trailing_data, AlertDescription::decode_error);
}

// FREAK: a client that asked for RSA and takes a short, ephemeral key.
TEST(RsaFaults, ParametersThatDoNotBelongThere) {
  ExchangePair options(0x009c);
  Pair pair(options.with_rsa());
  give_changed_flight(pair, [](Messages& messages) {
    messages.insert(messages.end() - 1, {HandshakeType::server_key_exchange, vector16(Bytes(64, std::byte{0xff}))});
  });
  expect_failed(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
}

TEST(RsaFaults, AKeyThatMayOnlySign) {
  ExchangePair options(0x009c);
  options.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048})};
  Pair pair(options);
  pair.run();
  expect_failed(pair.client, Errc::certificate_wrong_usage, AlertDescription::unsupported_certificate);
}

#if defined(KEYWAY_LEGACY)
// RFC 5246 7.4.2: the key usage of a server's own certificate decides between suites, and between certificates.
//= rfc5246#7.4.2-2
TEST(RsaFaults, SuitesAreThoseThatTheKeyMayBeUsedFor) {
  using pki::key_usage::digital_signature;
  using pki::key_usage::key_encipherment;
  constexpr auto decrypts = static_cast<CipherSuite>(0x009c);
  constexpr auto signs = static_cast<CipherSuite>(0xc02f);
  const auto meet = [](std::vector<std::uint16_t> usages, std::vector<CipherSuite> suites) {
    PairOptions options{.client = client_options(), .server = server_options()};
    options.server.certs_keys.clear();
    for (const std::uint16_t usage : usages)
      options.server.certs_keys.push_back(authority().leaf({.key = NewKey::rsa_2048, .key_usage = usage}));
    for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol}) {
      protocol->versions = {ProtocolVersion::tls1_2};
      protocol->ciphers = suites;
    }
    Pair pair(options);
    pair.run();
    EXPECT_TRUE(pair.connected());
    return pair.client.connection.info().cipher_suite;
  };
  EXPECT_EQ(meet({key_encipherment}, {signs, decrypts}), decrypts);
  EXPECT_EQ(meet({digital_signature}, {decrypts, signs}), signs);
  EXPECT_EQ(meet({digital_signature, key_encipherment}, {decrypts}), decrypts);
  EXPECT_EQ(meet({key_encipherment, digital_signature}, {signs}), signs);
  // Rather a signature that the client may mind than none.
  ExchangePair options(0xc02f);
  options.with_psk();
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol})
    protocol->ciphers.push_back(static_cast<CipherSuite>(0x00a8));
  options.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048, .key_usage = key_encipherment})};
  Pair pair(options);
  pair.run();
  expect_failed(pair.client, Errc::certificate_wrong_usage, AlertDescription::unsupported_certificate);
}
#endif

//= rfc5246#7.4.2-3
TEST(RsaFaults, AKeyThatMayOnlyDecryptDoesNotSign) {
  ExchangePair options(0x009e);
  options.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048, .key_usage = pki::key_usage::key_encipherment})};
  Pair pair(options);
  pair.run();
  expect_failed(pair.client, Errc::certificate_wrong_usage, AlertDescription::unsupported_certificate);
}

TEST(RsaFaults, AServerWithoutAnRsaKeyHasNoSuite) {
  ExchangePair options(0x009c);
  options.server.protocol.ciphers.push_back(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::no_common_cipher_suite, AlertDescription::handshake_failure);
}
#endif

// ---- curves

struct NoPoint {
  NamedGroup group;
  std::string name;
  Bytes point;
};
std::vector<NoPoint> points_that_are_none() {
  Bytes off_the_curve(65, std::byte{1});
  off_the_curve[0] = std::byte{4};
  Bytes order_four(32, std::byte{0});
  order_four[0] = std::byte{1};
  return {{x25519, "0, with which the secret is 0", Bytes(32, std::byte{0})},
          {x25519, "of order four", order_four},
          {x25519, "short", Bytes(31, std::byte{9})},
          {x25519, "long", Bytes(33, std::byte{9})},
          {secp256r1, "off the curve", off_the_curve},
          {secp256r1, "at infinity", Bytes(1, std::byte{0})},
          {secp256r1, "compressed", Bytes(33, std::byte{2})},
          {secp256r1, "hybrid", Bytes(65, std::byte{6})},
          {secp256r1, "cut off", Bytes(64, std::byte{4})}};
}

ExchangePair pair_on(NamedGroup group, int suite) {
  ExchangePair options(suite);
  if (suite == 0xd001) options.with_psk();
  // The key of the certificate is on P-256.
  std::vector<NamedGroup> groups{group};
  if (group != secp256r1) groups.push_back(secp256r1);
  options.client.protocol.supported_groups = options.server.protocol.supported_groups = groups;
  return options;
}

// ECDHE_PSK, whose parameters nobody signs: behind the hint stand type, group and point.
TEST(EcdheFaults, PointsOfTheServerThatAreNone) {
  for (const auto& [group, name, point] : points_that_are_none()) {
    SCOPED_TRACE(name);
    Pair pair(pair_on(group, 0xd001));
    give_changed_flight(pair, [&point](Messages& messages) {
      Bytes& body = message_in(messages, HandshakeType::server_key_exchange).body;
      body.resize(2 + 3);
      body = body + Bytes{static_cast<std::byte>(point.size())} + point;
    });
    expect_failed(pair.client, Errc::invalid_key_share, AlertDescription::illegal_parameter);
  }
}

TEST(EcdheFaults, PointsOfTheClientThatAreNone) {
  for (const auto& [group, name, point] : points_that_are_none()) {
    SCOPED_TRACE(name);
    Pair pair(pair_on(group, 0xc02b));
    pair.server.give(edit_clear(second_flight(pair), [&point](Messages& messages) {
      message_in(messages, HandshakeType::client_key_exchange).body = Bytes{static_cast<std::byte>(point.size())} + point;
    }));
    expect_failed(pair.server, Errc::invalid_key_share, AlertDescription::illegal_parameter);
  }
}

// Raccoon, and whoever learns one secret: none of them is used twice, though the configurations are.
TEST(EphemeralKeys, AreNewForEachHandshake) {
  for (const int suite : {0xc02b, 0xd001, 0x00aa}) {
    ExchangePair options = pair_on(x25519, suite);
    if (suite == 0x00aa) options.with_psk();
    const auto client = make_config(options.client);
    const auto server = make_config(options.server);
    std::vector<Bytes> seen;
    for (int i = 0; i < 3; ++i) {
      Pair pair(client, server, options);
      give_changed_flight(pair, [&seen](const Messages& messages) {
        const auto found = std::ranges::find(messages, HandshakeType::server_key_exchange, &HandshakeMessage::type);
        // Before a signature, whose randoms differ anyway.
        seen.emplace_back(found->body.begin(), found->body.begin() + 32);
        if (found->body.size() > 500) seen.back().assign(found->body.end() - 256, found->body.end());
      });
      (void)edit_clear(pair.client.take_output(), [&seen](Messages& messages) {
        seen.push_back(message_in(messages, HandshakeType::client_key_exchange).body);
      });
    }
    std::ranges::sort(seen);
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
    EXPECT_EQ(seen.size(), 6u);
  }
}

// ---- finite fields

/// Parameters of DHE_PSK, which nobody signs, taken apart.
struct Parameters {
  Bytes hint, p, g, y;
  static Parameters of(ByteView body) {
    Parameters all;
    for (Bytes* into : {&all.hint, &all.p, &all.g, &all.y}) {
      const std::size_t size = std::to_integer<std::size_t>(body[0]) << 8 | std::to_integer<std::size_t>(body[1]);
      *into = to_bytes(body.subspan(2, size));
      body = body.subspan(2 + size);
    }
    return all;
  }
  Bytes body() const { return vector16(hint) + vector16(p) + vector16(g) + vector16(y); }
};

void expect_parameters_refused(const std::function<void(Parameters&)>& edit, Errc code, AlertDescription alert) {
  ExchangePair options(0x00aa);
  Pair pair(options.with_psk());
  give_changed_flight(pair, [&edit](Messages& messages) {
    HandshakeMessage& message = message_in(messages, HandshakeType::server_key_exchange);
    Parameters parameters = Parameters::of(message.body);
    edit(parameters);
    message.body = parameters.body();
  });
  expect_failed(pair.client, code, alert);
}

/// p - 1: the element of order two.
Bytes less_one(Bytes p) {
  p.back() ^= std::byte{1};
  return p;
}

//= rfc7919#5.1-1
TEST(DheFaults, PublicValuesInSmallSubgroups) {
  const auto refused = [](const std::function<void(Parameters&)>& edit) {
    expect_parameters_refused(edit, Errc::invalid_key_share, AlertDescription::illegal_parameter);
  };
  refused([](Parameters& of) { of.y = {std::byte{0}}; });
  refused([](Parameters& of) { of.y = {std::byte{1}}; });
  refused([](Parameters& of) { of.y = less_one(of.p); });
  refused([](Parameters& of) { of.y = of.p; });
  refused([](Parameters& of) { of.y = Bytes(257, std::byte{0xff}); });
  refused([](Parameters& of) { of.g = {std::byte{1}}; });
  refused([](Parameters& of) { of.g = {std::byte{0}}; });
  refused([](Parameters& of) { of.g = less_one(of.p); });
  refused([](Parameters& of) { of.p.back() ^= std::byte{1}; });
  refused([](Parameters& of) { of.p = Bytes(1025, std::byte{0xff}); });
}

// Logjam.
TEST(DheFaults, AFieldThatIsTooSmall) {
  const auto weak = [](std::size_t size) {
    expect_parameters_refused([size](Parameters& of) { of.p = Bytes(size, std::byte{0xff}); }, Errc::weak_group,
                              AlertDescription::insufficient_security);
  };
  weak(64);
  weak(128);
  weak(255);
  // 2,047 bits behind zeros that do not count.
  expect_parameters_refused(
      [](Parameters& of) {
        of.p = Bytes(256, std::byte{0xff});
        of.p[0] = std::byte{0x7f};
        of.p.insert(of.p.begin(), std::byte{0});
      },
      Errc::weak_group, AlertDescription::insufficient_security);
}

TEST(DheFaults, AFieldSmallerThanTheClientWants) {
  ExchangePair options(0x009e);
  options.with_rsa().client.min_dh_bits = 3072;
  Pair pair(options);
  pair.run();
  expect_failed(pair.client, Errc::weak_group, AlertDescription::insufficient_security);
}

//= rfc7919#5.1-1
TEST(DheFaults, TheClientsValueInASmallSubgroup) {
  const auto field = crypto::default_provider()->field_of(ffdhe2048);
  ASSERT_TRUE(field);
  for (const Bytes& y : {Bytes{std::byte{0}}, Bytes{std::byte{1}}, less_one(to_bytes(field->p)), to_bytes(field->p),
                         Bytes(257, std::byte{0xff})}) {
    ExchangePair options(0x009e);
    Pair pair(options.with_rsa());
    pair.server.give(edit_clear(second_flight(pair), [&y](Messages& messages) {
      message_in(messages, HandshakeType::client_key_exchange).body = vector16(y);
    }));
    expect_failed(pair.server, Errc::invalid_key_share, AlertDescription::illegal_parameter);
  }
}

TEST(DheFaults, AnEmptyValueIsNone) {
  ExchangePair options(0x009e);
  Pair pair(options.with_rsa());
  pair.server.give(edit_clear(second_flight(pair), [](Messages& messages) {
    message_in(messages, HandshakeType::client_key_exchange).body = vector16(Bytes{});
  }));
  expect_failed(pair.server, Errc::decode_error, AlertDescription::decode_error);
}

TEST(DheFaults, ParametersThatAnotherSigned) {
  ExchangePair options(0x009e);
  Pair pair(options.with_rsa());
  give_changed_flight(pair, [](Messages& messages) {
    message_in(messages, HandshakeType::server_key_exchange).body[2 + 256 + 2 + 1 + 2 + 100] ^= std::byte{1};
  });
  expect_failed(pair.client, Errc::wrong_signature, AlertDescription::decrypt_error);
}

// RFC 7919 4: a client that names fields does not get another one, and is told so where no other suite is left.
//= rfc7919#4-1, 4-3
TEST(DheFaults, AFieldThatOnlyTheClientHas) {
  ExchangePair options(0x009e);
  options.with_rsa().client.protocol.supported_groups = {x25519, ffdhe8192};
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::weak_group, AlertDescription::insufficient_security);
  // Nor with suites that are left, but not for a key of ours.
  options.client.protocol.ciphers.push_back(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  options.server.protocol.ciphers = options.client.protocol.ciphers;
  Pair without_key(options);
  without_key.run();
  expect_failed(without_key.server, Errc::weak_group, AlertDescription::insufficient_security);
}

TEST(DheFaults, ASuiteWithoutAFieldGoesOnWhereOnlyTheClientHasTheField) {
  ExchangePair options(0x009e);
  options.with_rsa().client.protocol.supported_groups = {x25519, ffdhe8192};
  options.client.protocol.ciphers.push_back(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
  options.server.protocol.ciphers = options.client.protocol.ciphers;
  Pair pair(options);
  pair.run();
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.connection.info().cipher_suite, CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
}

// ---- pre-shared keys

/// A server that knows "tester" meets a client with this key.
Course course_with(const Psk& psk, const std::function<void(ServerOptions&)>& set) {
  ExchangePair options(0x00a8);
  options.with_psk().client.psk.keys = {psk};
  set(options.server);
  Pair pair(options);
  return course_of(pair.server, second_flight(pair));
}

// RFC 4279 2: who is not known is not told from who has a wrong key.
TEST(PskFaults, UnknownIdentitiesAreAsWrongKeys) {
  const Psk wrong = Psk::make("tester", Bytes(32, std::byte{0x43}));
  const Psk unknown = Psk::make("nobody", Bytes(32, std::byte{0x42}));
  const auto plain = [](ServerOptions&) {};
  const auto with_lookup = [](ServerOptions& server) {
    server.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
      std::move(answer).give(std::shared_ptr<const Psk>());
    };
  };
  EXPECT_EQ(course_with(wrong, plain), as_with_a_wrong_secret);
  EXPECT_EQ(course_with(unknown, plain), as_with_a_wrong_secret);
  EXPECT_EQ(course_with(unknown, with_lookup), as_with_a_wrong_secret);
}

TEST(PskFaults, UnknownIdentitiesAreToldWhereTheServerWantsIt) {
  ExchangePair options(0x00a8);
  options.with_psk().client.psk.keys = {Psk::make("nobody", Bytes(32, std::byte{0x42}))};
  options.server.psk.tell_unknown_identities = true;
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::unknown_psk_identity, AlertDescription::unknown_psk_identity);
}

TEST(PskFaults, TheClientKnowsNoKeyForTheHint) {
  ExchangePair options(0x00a8);
  options.with_psk().client.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
    std::move(answer).give(std::shared_ptr<const Psk>());
  };
  Pair pair(options);
  pair.run();
  expect_failed(pair.client, Errc::no_common_psk, AlertDescription::handshake_failure);
}

TEST(PskFaults, AnswersThatAreNone) {
  const auto answered = [](std::shared_ptr<const Psk> psk) {
    ExchangePair options(0x00a8);
    options.with_psk().server.psk.keys.clear();
    options.server.psk.lookup = [psk](ByteView, Answer<std::shared_ptr<const Psk>> answer) { std::move(answer).give(psk); };
    Pair pair(options);
    pair.run();
    expect_failed(pair.server, Errc::wrong_answer, AlertDescription::internal_error);
  };
  answered(std::make_shared<const Psk>(Psk{.identity = to_bytes(as_bytes("tester")), .key = nullptr}));
  Psk imported = Psk::make("tester", Bytes(32));
  imported.imported = true;
  answered(std::make_shared<const Psk>(std::move(imported)));
}

TEST(PskFaults, ADroppedAnswerEndsTheHandshake) {
  ExchangePair options(0x00a8);
  options.with_psk().server.psk.keys.clear();
  options.server.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>>) {};
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::answer_dropped, AlertDescription::internal_error);
}

//= rfc5246#7.4.4-2
TEST(PskFaults, ACertificateRequestOfAServerWithoutOne) {
  ExchangePair options(0x00aa);
  Pair pair(options.with_psk());
  give_changed_flight(pair, [](Messages& messages) {
    messages.insert(messages.end() - 1, {HandshakeType::certificate_request, hex("01 40 0002 0403 0000")});
  });
  expect_failed(pair.client, Errc::unwanted_certificate_request, AlertDescription::handshake_failure);
}

TEST(PskFaults, ACertificateOfAServerWithoutOne) {
  ExchangePair options(0x00a8);
  Pair pair(options.with_psk());
  give_changed_flight(
      pair, [](Messages& messages) { messages.insert(messages.begin() + 1, {HandshakeType::certificate, hex("000000")}); });
  expect_failed(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
}

TEST(PskFaults, ParametersThatAreLeftOut) {
  ExchangePair options(0x00aa);
  Pair pair(options.with_psk());
  give_changed_flight(pair, [](Messages& messages) {
    std::erase_if(messages, [](const HandshakeMessage& m) { return m.type == HandshakeType::server_key_exchange; });
  });
  expect_failed(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
}

TEST(PskFaults, AServerThatGivesUpARequiredKey) {
  ExchangePair options(0xc02b);
  options.with_psk().client.psk.required = true;
  options.server.psk.keys.clear();
  options.client.protocol.ciphers.push_back(static_cast<CipherSuite>(0x00a8));
  Pair pair(options);
  pair.run();
  expect_failed(pair.client, Errc::no_common_psk, AlertDescription::handshake_failure);
}

TEST(PskFaults, AClientWithoutASuiteOfTheRequiredKind) {
  ExchangePair options(0xc02b);
  options.with_psk().server.psk.required = true;
  options.client.psk.keys.clear();
  options.server.protocol.ciphers.push_back(static_cast<CipherSuite>(0x00a8));
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::no_common_psk, AlertDescription::handshake_failure);
}

// A suite that was never offered: whoever could choose one could choose that nobody is authenticated.
TEST(SuiteFaults, SuitesWithoutCertificatesThatWereNotOffered) {
  for (const int suite : {0x00a8, 0x00aa, 0xd001, 0x00a6, 0xc018, 0x006c, 0xc01d, 0x009c, 0xc02d}) {
    Pair pair(ExchangePair(0xc02b));
    give_changed_flight(pair, [suite](Messages& messages) {
      Hello hello = Hello::of(messages.front());
      hello.choose(static_cast<CipherSuite>(suite));
      messages.front() = hello.message();
    });
    expect_failed(pair.client, Errc::wrong_cipher_suite, AlertDescription::illegal_parameter);
  }
}

}  // namespace
}  // namespace keyway::test
