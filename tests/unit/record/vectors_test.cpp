// SPDX-License-Identifier: Apache-2.0
//
// Records of RFC 8448 section 3 byte for byte, with the keys that the RFC prints; and every AEAD round.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "record/tls_reader.h"
#include "record/tls_writer.h"

namespace keyway::record {
namespace {

Bytes from_hex(std::string_view text) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); };
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(digit(text[i]) << 4 | digit(text[i + 1])));
  }
  return bytes;
}

Bytes taken(OutputQueue& out) {
  Bytes wire;
  for (const ByteView piece : out.views()) wire.insert(wire.end(), piece.begin(), piece.end());
  out.sent(wire.size());
  return wire;
}

class EveryAead : public ::testing::TestWithParam<AeadAlgorithm> {};

TEST_P(EveryAead, SealsAndOpens) {
  const auto provider = crypto::default_provider();
  const Bytes key(crypto::key_size(GetParam()), std::byte{7});
  const Bytes iv(12, std::byte{9});
  TlsWriter writer;
  TlsReader reader;
  OutputQueue out;
  ASSERT_TRUE(writer.install(GetParam(), key, iv, *provider));
  ASSERT_TRUE(reader.install(GetParam(), key, iv, *provider));
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 1000u, 16384u}) {
    Bytes content(size, std::byte{0x61});
    // Also a list that must be copied together, and padding: the in-place forms of sealing.
    std::vector<ByteView> pieces;
    for (std::size_t at = 0; at < size; at += 100)
      pieces.push_back(ByteView(content).subspan(at, std::min<std::size_t>(100, size - at)));
    for (const std::size_t padding : {0u, 64u}) {
      writer.set_padding_multiple(padding);
      ASSERT_TRUE(writer.seal(ContentType::application_data, pieces, out));
      Bytes wire = taken(out);
      std::size_t consumed = 0;
      const auto opened = reader.open(wire, consumed);
      ASSERT_TRUE(opened) << opened.error().message();
      EXPECT_EQ(to_bytes(std::get<Opened>(*opened).fragment), content);
    }
  }
  ASSERT_TRUE(writer.seal(ContentType::alert, as_bytes("ab"), out));
  Bytes wire = taken(out);
  wire.back() ^= std::byte{1};
  std::size_t consumed = 0;
  const auto refused = reader.open(wire, consumed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::bad_record_mac);
}

INSTANTIATE_TEST_SUITE_P(Aeads, EveryAead,
                         ::testing::Values(AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_256_gcm,
                                           AeadAlgorithm::chacha20_poly1305, AeadAlgorithm::aes_128_ccm,
                                           AeadAlgorithm::aes_128_ccm_8));

#if defined(KEYWAY_VECTORS)

std::map<std::string, Bytes> simple_handshake() {
  std::map<std::string, Bytes> values;
  std::ifstream file(KEYWAY_VECTORS "/rfc8448/transcripts.vec");
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('[')) inside = line == "[Simple_1RTT_Handshake]";
    const auto split = line.find(" = ");
    if (inside && split != std::string::npos) values[line.substr(0, split)] = from_hex(line.substr(split + 3));
  }
  return values;
}

Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (const ByteView part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Direction {
  std::string_view key;
  std::string_view iv;
};
constexpr Direction server_handshake{"3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30"};
constexpr Direction client_handshake{"dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f"};
constexpr Direction server_application{"9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984"};
constexpr Direction client_application{"17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9"};

/// Both ways: our seal gives the RFC's bytes, and our open takes them.
void expect_record(Direction direction, std::uint64_t number, ContentType type, ByteView content, Bytes wire) {
  ASSERT_FALSE(wire.empty());
  const auto provider = crypto::default_provider();
  const Bytes key = from_hex(direction.key);
  const Bytes iv = from_hex(direction.iv);
  TlsWriter writer;
  OutputQueue out;
  ASSERT_TRUE(writer.install(AeadAlgorithm::aes_128_gcm, key, iv, *provider, number));
  ASSERT_TRUE(writer.seal(type, content, out));
  EXPECT_EQ(taken(out), wire);
  TlsReader reader;
  ASSERT_TRUE(reader.install(AeadAlgorithm::aes_128_gcm, key, iv, *provider, number));
  std::size_t consumed = 0;
  const auto outcome = reader.open(wire, consumed);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(consumed, wire.size());
  EXPECT_EQ(std::get<Opened>(*outcome).type, type);
  EXPECT_EQ(to_bytes(std::get<Opened>(*outcome).fragment), to_bytes(content));
}

TEST(Rfc8448, PlaintextRecords) {
  auto values = simple_handshake();
  TlsReader reader;
  Bytes wire = values.at("Record_ServerHello");
  std::size_t consumed = 0;
  const auto outcome = reader.open(wire, consumed);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(to_bytes(std::get<Opened>(*outcome).fragment), values.at("Message_ServerHello"));
  TlsWriter writer;
  OutputQueue out;
  writer.set_plaintext_version(0x0301);
  const Bytes& hello = values.at("Record_ClientHello_1");
  ASSERT_TRUE(writer.seal(ContentType::handshake, ByteView(hello).subspan(5), out));
  EXPECT_EQ(taken(out), hello);
}

//= rfc8446#5.3-3, 5.2-5
TEST(Rfc8448, ProtectedRecords) {
  auto values = simple_handshake();
  const Bytes flight = joined({values.at("Message_EncryptedExtensions"), values.at("Message_Server_Certificate"),
                               values.at("Message_Server_CertificateVerify"), values.at("Message_Server_Finished")});
  expect_record(server_handshake, 0, ContentType::handshake, flight, values.at("Record_ServerHandshakeMessages"));
  expect_record(client_application, 0, ContentType::application_data, values.at("Client_AppData"),
                values.at("Record_Client_AppData"));
  // The ticket was record 0.
  expect_record(server_application, 1, ContentType::application_data, values.at("Server_AppData"),
                values.at("Record_Server_AppData"));
  expect_record(client_application, 1, ContentType::alert, from_hex("0100"), values.at("Record_Client_CloseNotify"));
  expect_record(server_application, 2, ContentType::alert, from_hex("0100"), values.at("Record_Server_CloseNotify"));
}

TEST(Rfc8448, ClientFinishedOpens) {
  auto values = simple_handshake();
  TlsReader reader;
  ASSERT_TRUE(reader.install(AeadAlgorithm::aes_128_gcm, from_hex(client_handshake.key), from_hex(client_handshake.iv),
                             *crypto::default_provider()));
  Bytes wire = values.at("Record_ClientFinished");
  std::size_t consumed = 0;
  const auto outcome = reader.open(wire, consumed);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(std::get<Opened>(*outcome).type, ContentType::handshake);
  EXPECT_EQ(std::get<Opened>(*outcome).fragment.size(), 36u);
  EXPECT_EQ(std::get<Opened>(*outcome).fragment[0], std::byte{20});
}

#endif

}  // namespace
}  // namespace keyway::record
