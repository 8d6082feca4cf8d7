// SPDX-License-Identifier: Apache-2.0
//
// What the writer puts on the wire: headers, fragments, gathering, padding, numbers.
#include "record/tls_writer.h"

#include <gtest/gtest.h>

#include "records.h"

namespace keyway::record {
namespace {

using namespace test;
using enum ContentType;

class TlsWriterTest : public ::testing::Test {
 protected:
  void protect() { ASSERT_TRUE(writer.install(AeadAlgorithm::aes_128_gcm, key, iv, provider)); }

  Bytes take() {
    Bytes wire;
    for (const ByteView piece : out.views()) wire.insert(wire.end(), piece.begin(), piece.end());
    out.sent(wire.size());
    return wire;
  }

  /// Opens everything that was written; the contents, one for each record.
  std::vector<std::string> read_back(ContentType type) {
    TlsReader reader;
    EXPECT_TRUE(reader.install(AeadAlgorithm::aes_128_gcm, key, iv, provider));
    Bytes wire = take();
    std::vector<std::string> contents;
    for (MutableBytes rest(wire); !rest.empty();) {
      std::size_t consumed = 0;
      auto outcome = reader.open(rest, consumed);
      if (!outcome || !std::holds_alternative<Opened>(*outcome)) {
        ADD_FAILURE() << "not a record";
        break;
      }
      EXPECT_EQ(std::get<Opened>(*outcome).type, type);
      contents.emplace_back(as_text(std::get<Opened>(*outcome).fragment));
      rest = rest.subspan(consumed);
    }
    return contents;
  }

  ToyProvider provider;
  OutputQueue out;
  TlsWriter writer;
};

TEST_F(TlsWriterTest, WritesInTheClear) {
  ASSERT_TRUE(writer.seal(handshake, as_bytes("hello"), out));
  EXPECT_EQ(take(), record_of(handshake, "hello"));
}

//= rfc8446#5.1-6
TEST_F(TlsWriterTest, FirstClientHelloSays0301) {
  writer.set_plaintext_version(0x0301);
  ASSERT_TRUE(writer.seal(handshake, as_bytes("hello"), out));
  EXPECT_EQ(take(), record_of(22, as_bytes("hello"), 0x0301));
  writer.set_plaintext_version(0x0303);
  ASSERT_TRUE(writer.seal(handshake, as_bytes("hello"), out));
  EXPECT_EQ(take(), record_of(22, as_bytes("hello"), 0x0303));
}

//= rfc8446#5-4
TEST_F(TlsWriterTest, ChangeCipherSpecIsNeverProtected) {
  protect();
  writer.change_cipher_spec(out);
  EXPECT_EQ(take(), record_of(change_cipher_spec, "\x01"));
  EXPECT_EQ(writer.next_number(), 0u);
}

//= rfc8446#5.2-4
TEST_F(TlsWriterTest, SealsTypeAndNumber) {
  protect();
  ASSERT_TRUE(writer.seal(handshake, as_bytes("a"), out));
  EXPECT_EQ(take(), sealed(0, handshake, "a"));
  ASSERT_TRUE(writer.seal(alert, as_bytes("bc"), out));
  EXPECT_EQ(take(), sealed(1, alert, "bc"));
  EXPECT_EQ(writer.next_number(), 2u);
  EXPECT_EQ(writer.bytes(), 3u);
}

//= rfc8446#5.1-3, 5.4-4
//= rfc5246#6.2.1-2
TEST_F(TlsWriterTest, EmptyContentIsForApplicationDataAlone) {
  protect();
  ASSERT_TRUE(writer.seal(handshake, ByteView(), out));
  ASSERT_TRUE(writer.seal(alert, ByteView(), out));
  EXPECT_TRUE(out.empty());
  ASSERT_TRUE(writer.seal(application_data, ByteView(), out));
  EXPECT_EQ(take(), sealed(0, application_data, ""));
}

//= rfc8446#5.2-1
TEST_F(TlsWriterTest, CutsIntoFragments) {
  protect();
  const std::string text(40000, 'x');
  ASSERT_TRUE(writer.seal(application_data, as_bytes(text), out));
  const auto contents = read_back(application_data);
  ASSERT_EQ(contents.size(), 3u);
  EXPECT_EQ(contents[0].size(), 16384u);
  EXPECT_EQ(contents[2].size(), 40000u - 2 * 16384u);
}

TEST_F(TlsWriterTest, CutsInTheClearToo) {
  writer.set_max_fragment(4);
  ASSERT_TRUE(writer.seal(handshake, as_bytes("abcdefg"), out));
  Bytes expected = record_of(handshake, "abcd");
  const Bytes second = record_of(handshake, "efg");
  expected.insert(expected.end(), second.begin(), second.end());
  EXPECT_EQ(take(), expected);
}

TEST_F(TlsWriterTest, GathersAnyPieces) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>('a' + i % 26);
  // Pieces of many sizes, empty ones among them; fragments end inside of pieces.
  for (const std::size_t piece : {1u, 2u, 7u, 61u, 64u, 500u, 2999u, 3000u}) {
    for (const std::size_t fragment : {1u, 63u, 64u, 1000u, 16384u}) {
      SCOPED_TRACE(testing::Message() << piece << " " << fragment);
      std::vector<ByteView> pieces;
      for (std::size_t at = 0; at < text.size(); at += piece) {
        pieces.push_back(as_bytes(std::string_view(text).substr(at, piece)));
        if (at % 3 == 0) pieces.emplace_back();
      }
      protect();
      writer.set_max_fragment(fragment);
      ASSERT_TRUE(writer.seal(application_data, pieces, out));
      std::string joined;
      for (const std::string& content : read_back(application_data)) {
        EXPECT_LE(content.size(), fragment);
        joined += content;
      }
      EXPECT_EQ(joined, text);
    }
  }
}

//= rfc8449#4-1, 4-2, 4-4
TEST_F(TlsWriterTest, RecordSizeLimitCountsTheTypeByte) {
  protect();
  writer.set_record_size_limit(64);
  ASSERT_TRUE(writer.seal(application_data, as_bytes(std::string(64, 'x')), out));
  const auto contents = read_back(application_data);
  ASSERT_EQ(contents.size(), 2u);
  EXPECT_EQ(contents[0].size(), 63u);
}

TEST_F(TlsWriterTest, PadsToAMultiple) {
  protect();
  writer.set_padding_multiple(32);
  ASSERT_TRUE(writer.seal(application_data, as_bytes("hello"), out));
  EXPECT_EQ(take(), sealed(0, application_data, "hello", 32 - 6));
  ASSERT_TRUE(writer.seal(application_data, as_bytes(std::string(31, 'x')), out));
  EXPECT_EQ(take(), sealed(1, application_data, std::string(31, 'x'), 0));
  ASSERT_TRUE(writer.seal(application_data, as_bytes(std::string(32, 'x')), out));
  EXPECT_EQ(take(), sealed(2, application_data, std::string(32, 'x'), 31));
  const ByteView pieces[] = {as_bytes("ab"), as_bytes("cd")};
  ASSERT_TRUE(writer.seal(application_data, pieces, out));
  EXPECT_EQ(take(), sealed(3, application_data, "abcd", 27));
}

TEST_F(TlsWriterTest, PaddingStaysWithinTheLimit) {
  protect();
  writer.set_padding_multiple(16384);
  ASSERT_TRUE(writer.seal(application_data, as_bytes(std::string(16384, 'x')), out));
  EXPECT_EQ(take(), sealed(0, application_data, std::string(16384, 'x')));
  writer.set_record_size_limit(100);
  ASSERT_TRUE(writer.seal(application_data, as_bytes("hello"), out));
  EXPECT_EQ(take(), sealed(1, application_data, "hello", 94));
}

TEST_F(TlsWriterTest, WireSizeIsWhatComesOut) {
  for (const std::size_t padding : {0u, 100u}) {
    writer.set_padding_multiple(padding);
    for (const std::size_t size : {0u, 1u, 99u, 1000u, 16384u, 16385u, 50000u}) {
      const std::size_t told = writer.wire_size(size);
      ASSERT_TRUE(writer.seal(application_data, as_bytes(std::string(size, 'x')), out));
      EXPECT_EQ(take().size(), told) << size;
    }
    protect();
  }
}

//= rfc8446#5.3-2
TEST_F(TlsWriterTest, NumberDoesNotWrap) {
  ASSERT_TRUE(writer.install(AeadAlgorithm::aes_128_gcm, key, iv, provider, max_record_number));
  EXPECT_TRUE(writer.seal(alert, as_bytes("ab"), out));
  EXPECT_EQ(take(), sealed(max_record_number, alert, "ab"));
  const auto refused = writer.seal(alert, as_bytes("ab"), out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::aead_limit);
  EXPECT_TRUE(out.empty());
}

//= rfc8446#5.5-1
TEST_F(TlsWriterTest, WantsANewKeyAtTheLimits) {
  EXPECT_FALSE(writer.wants_key_update(0));
  protect();
  EXPECT_FALSE(writer.wants_key_update(5));
  ASSERT_TRUE(writer.seal(application_data, as_bytes("hello"), out));
  EXPECT_TRUE(writer.wants_key_update(5));
  EXPECT_FALSE(writer.wants_key_update(6));
  protect();
  EXPECT_FALSE(writer.wants_key_update(5));
  EXPECT_EQ(provider.contexts, 1);
  EXPECT_EQ(max_records_per_key(AeadAlgorithm::aes_256_gcm), 23'726'566u);
  EXPECT_EQ(max_records_per_key(AeadAlgorithm::chacha20_poly1305), max_record_number);
}

}  // namespace
}  // namespace keyway::record
