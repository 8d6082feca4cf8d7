// SPDX-License-Identifier: Apache-2.0
//
// Compressed certificates (RFC 8879): in both directions, kept, and everything that may be wrong with them.
#include <atomic>
#include <ranges>

#include "loop/certificate_forms.h"
#include "pki/compressed_forms.h"

namespace keyway::test {
namespace {

using enum CertificateType;

/// The message backwards behind a mark.
class Toy final : public CertificateCompressor {
 public:
  explicit Toy(std::uint16_t number) : number_(number) {}
  CertificateCompression algorithm() const override { return static_cast<CertificateCompression>(number_); }
  Result<Bytes> compress(ByteView message) const override {
    ++compressions;
    if (fails) return fail(Errc::crypto_failure);
    Bytes out{std::byte{0x5a}};
    out.insert(out.end(), message.rbegin(), message.rend());
    return out;
  }
  Result<void> decompress(ByteView compressed, MutableBytes message) const override {
    if (compressed.size() != message.size() + 1 || compressed[0] != std::byte{0x5a}) return fail(Errc::decompression_failed);
    std::ranges::copy(compressed.subspan(1) | std::views::reverse, message.begin());
    return {};
  }
  mutable std::atomic<int> compressions = 0;
  bool fails = false;

 private:
  std::uint16_t number_;
};

// Another compressor may be made where one was that is gone.
TEST(CertificateCompression, FormsBelongToTheAlgorithm) {
  const pki::CompressedForms forms;
  const Bytes message = hex("010203");
  std::optional<Toy> toy(std::in_place, std::uint16_t{0xfe01});
  const auto first = forms.of(message, *toy);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, hex("5a030201"));
  toy.emplace(std::uint16_t{0xfe02});
  const auto second = forms.of(message, *toy);
  EXPECT_NE(second, first);
  EXPECT_EQ(toy->compressions, 1);
  const Toy same(0xfe02);
  EXPECT_EQ(forms.of(message, same), second);
  EXPECT_EQ(same.compressions, 0);
}

struct CompressedPair : PairOptions {
  CompressedPair() {
    client = with_certificate();
    server = asking_for_certificates(server_options());
    client.protocol.certificate_compression = {first, second};
    server.protocol.certificate_compression = {second, first};
    server.observe.key_log = book.sink();
    client.observe.trace = server.observe.trace = [all = seen](const TraceEvent& event) {
      if (event.kind == TraceKind::message && event.direction == Direction::out) all->emplace_back(event.name);
    };
  }
  std::size_t sent(std::string_view name) const { return static_cast<std::size_t>(std::ranges::count(*seen, name)); }

  KeyBook book;
  std::shared_ptr<Toy> first = std::make_shared<Toy>(0xfe01);
  std::shared_ptr<Toy> second = std::make_shared<Toy>(0xfe02);
  std::shared_ptr<std::vector<std::string>> seen = std::make_shared<std::vector<std::string>>();
};

//= rfc8879#4-1, 5-3, 5-4
TEST(CertificateCompression, IsOfBothSidesAndMadeOnce) {
  CompressedPair options;
  const auto client = make_config(options.client);
  const auto server = make_config(options.server);
  for (int i = 0; i < 3; ++i) {
    Pair pair(client, server, options);
    pair.run();
    expect_all_well(pair);
    EXPECT_EQ(pair.client.connection.info().peer_chain->size(), 2u);
  }
  EXPECT_EQ(options.sent("compressed_certificate"), 6u);
  EXPECT_EQ(options.sent("certificate"), 0u);
  // Each side uses the first of its own that the other has, once for all connections.
  EXPECT_EQ(options.second->compressions, 1);
  EXPECT_EQ(options.first->compressions, 1);
}

TEST(CertificateCompression, IsDoneWithoutWhereNothingIsCommonOrItFails) {
  CompressedPair options;
  options.server.protocol.certificate_compression = {std::make_shared<Toy>(std::uint16_t{7})};
  Pair nothing_common(options);
  nothing_common.run();
  expect_all_well(nothing_common);
  EXPECT_EQ(options.sent("compressed_certificate"), 0u);
  EXPECT_EQ(options.sent("certificate"), 2u);
  CompressedPair failing;
  failing.first->fails = failing.second->fails = true;
  Pair pair(failing);
  pair.run();
  expect_all_well(pair);
  EXPECT_EQ(failing.sent("certificate"), 2u);
}

//= rfc8879#3-1
TEST(CertificateCompression, IsPassedOverInTls12) {
  CompressedPair options;
  options.server.protocol.versions = {ProtocolVersion::tls1_2};
  options.server.protocol.certificate_compression.clear();
  Pair pair(options);
  EXPECT_TRUE(hello_of(Bytes(pair.client.connection.output().front().begin(), pair.client.connection.output().front().end()))
                  .has(ExtensionType::compress_certificate));
  pair.run();
  expect_all_well(pair);
  EXPECT_EQ(options.sent("compressed_certificate"), 0u);
}

//= rfc8446#4.4.2-6
TEST(CertificateCompression, IsNotDoneForALateRequest) {
  CompressedPair options;
  options.server.peer.verify = VerifyMode::verify_none;
  options.server.fail_if_no_peer_cert.reset();
  options.server.post_handshake_auth = options.client.post_handshake_auth = true;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.connection.request_certificate());
  pair.run();
  expect_all_well(pair);
  EXPECT_TRUE(pair.server.connection.info().client_authenticated);
  EXPECT_EQ(options.sent("compressed_certificate"), 1u) << "the server's";
  EXPECT_EQ(options.sent("certificate"), 1u) << "the client's answer";
}

TEST(CertificateCompression, AndRawPublicKeysGoTogether) {
  RawPair options(ProtocolVersion::tls1_3);
  const auto toy = std::make_shared<Toy>(std::uint16_t{0xfe01});
  options.client.protocol.certificate_compression = options.server.protocol.certificate_compression = {toy};
  Pair pair(options);
  pair.run();
  expect_all_well(pair);
  EXPECT_EQ(pair.client.connection.info().peer_certificate_type, raw_public_key);
  EXPECT_EQ(toy->compressions, 1);
}

//= rfc8879#4-2, 4-3, 4-4, 5-1, 5-2
TEST(CertificateCompression, WhatIsWrongWithIt) {
  struct Case {
    std::function<void(Bytes&)> change;
    Errc code;
    AlertDescription alert;
  };
  const auto set = [](std::size_t at, std::initializer_list<int> bytes) {
    return [at, values = std::vector<int>(bytes)](Bytes& body) {
      for (std::size_t i = 0; i < values.size(); ++i) body[at + i] = static_cast<std::byte>(values[i]);
    };
  };
  using A = AlertDescription;
  const Case cases[] = {
      {set(0, {0, 1}), Errc::wrong_compression_algorithm, A::illegal_parameter},
      {[](Bytes& body) { body[4] = static_cast<std::byte>(std::to_integer<int>(body[4]) ^ 1); }, Errc::decompression_failed,
       A::bad_certificate},
      {set(2, {0, 0, 0}), Errc::decompression_failed, A::bad_certificate},
      {set(2, {4, 0, 1}), Errc::uncompressed_certificate_too_long, A::bad_certificate},
      {set(2, {0xff, 0xff, 0xff}), Errc::uncompressed_certificate_too_long, A::bad_certificate},
      {set(8, {0}), Errc::decompression_failed, A::bad_certificate},
      {[](Bytes& body) { body.push_back(std::byte{0}); }, Errc::trailing_data, A::decode_error},
      {[](Bytes& body) { body.resize(8); }, Errc::decode_error, A::decode_error},
      // The last byte is the first of the message: the length of the context.
      {[](Bytes& body) { body.back() = std::byte{1}; }, Errc::decode_error, A::decode_error},
  };
  for (const Case& one : cases) {
    CompressedPair options;
    Pair pair(options);
    meet_changed(pair, options.book, HandshakeType::compressed_certificate,
                 [&](HandshakeMessage& message) { one.change(message.body); });
    expect_failed(pair.client, one.code, one.alert);
  }
}

//= rfc8879#4-3
TEST(CertificateCompression, ThatWasNotOfferedIsUnexpected) {
  CompressedPair options;
  options.client.protocol.certificate_compression.clear();
  Pair pair(options);
  meet_changed(pair, options.book, HandshakeType::certificate, [](HandshakeMessage& message) {
    message = {HandshakeType::compressed_certificate, hex("fe02 000001 000002 5a00")};
  });
  expect_failed(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
}

//= rfc8879#4-3
TEST(CertificateCompression, ThatAServerDidNotOfferIsUnexpected) {
  CompressedPair options;
  options.server.protocol.certificate_compression.clear();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  pair.client.give(pair.server.take_output());
  const Bytes& secret = options.book.at("CLIENT_HANDSHAKE_TRAFFIC_SECRET");
  pair.server.give(edit_flight(pair.client.take_output(), suite, secret, [](Messages& flight) {
    message_in(flight, HandshakeType::certificate) = {HandshakeType::compressed_certificate, hex("fe02 000001 000002 5a00")};
  }));
  expect_failed(pair.server, Errc::unexpected_message, AlertDescription::unexpected_message);
}

TEST(CertificateCompression, AnOfferThatRepeatsItselfIsIllegal) {
  for (const auto& [body, code, alert] : {std::tuple("04 0001 0001", Errc::invalid_value, AlertDescription::illegal_parameter),
                                          std::tuple("00", Errc::empty_list, AlertDescription::decode_error),
                                          std::tuple("03 000100", Errc::decode_error, AlertDescription::decode_error)}) {
    Pair pair({.client = client_options(), .server = server_options()});
    pair.server.give(
        edit_hello(pair.client.take_output(), [&](Hello& hello) { hello.set(ExtensionType::compress_certificate, hex(body)); }));
    expect_failed(pair.server, code, alert);
  }
}

}  // namespace
}  // namespace keyway::test
