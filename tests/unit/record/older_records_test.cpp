// SPDX-License-Identifier: Apache-2.0
//
// Records of TLS 1.2 and below: what the reader allows, and the AEADs of TLS 1.2. The records with known content were made with
// the AEADs of Python's cryptography package. CBC: cbc_hmac_test.cpp.
#include <array>

#include "unit/record/older_records.h"

namespace keyway::record {
namespace {

using enum ContentType;

Bytes record_of(unsigned type, unsigned version, ByteView payload) {
  Bytes record{static_cast<std::byte>(type), static_cast<std::byte>(version >> 8), static_cast<std::byte>(version),
               static_cast<std::byte>(payload.size() >> 8), static_cast<std::byte>(payload.size())};
  record.insert(record.end(), payload.begin(), payload.end());
  return record;
}

constexpr std::string_view aead_suites[] = {
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",    "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-CCM",
    "ECDHE-ECDSA-AES256-CCM8",       "ECDHE-ECDSA-ARIA128-GCM-SHA256", "ECDHE-ARIA256-GCM-SHA384"};

TEST(Aead12, MakesTheRecordsOfOthers) {
  const struct {
    std::string_view suite;
    std::string_view payload;
  } table[] = {
      {"ECDHE-RSA-AES128-GCM-SHA256", "0000000000000000e238a2f1287c84b7b6069122b160d2e48f69541a7f"},
      {"ECDHE-ECDSA-AES128-CCM8", "0000000000000000387dc2d7b541852b78a5bc8a74"},
      {"ECDHE-RSA-CHACHA20-POLY1305", "64ce143322103e11b7f9ff8aef0470aa62a8753da6"},
  };
  for (const auto& row : table) {
    OlderPair pair(row.suite, ProtocolVersion::tls1_2);
    const Bytes wire = pair.sealed("hello");
    EXPECT_EQ(to_hex(ByteView(wire).first(3)), "170303") << row.suite;
    EXPECT_EQ(to_hex(ByteView(wire).subspan(5)), row.payload) << row.suite;
    EXPECT_EQ(pair.opened(wire), "hello") << row.suite;
  }
}

TEST(Aead12, OpensWhatItSealsFromAnyPieces) {
  for (const std::string_view suite : aead_suites) {
    OlderPair pair(suite, ProtocolVersion::tls1_2);
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 1000u, 16384u, 40000u}) {
      const Bytes content = counting(size);
      const ByteView all(content);
      const ByteView pieces[] = {all.first(size / 3), {}, all.subspan(size / 3)};
      const Bytes wire = pair.sealed(application_data, pieces);
      EXPECT_EQ(wire.size(), pair.writer.wire_size(size)) << suite;
      EXPECT_EQ(pair.opened(wire), as_text(content)) << suite << " " << size;
    }
    std::vector<ByteView> many(200, as_bytes("ab"));
    EXPECT_EQ(pair.opened(pair.sealed(application_data, many))->size(), 400u) << "more pieces than a record takes as they are";
    EXPECT_EQ(pair.opened(pair.sealed(handshake, as_bytes("finished")), handshake), "finished");
  }
}

//= rfc5246#6.2.3.3-1
TEST(Aead12, RefusesEveryChange) {
  for (const std::string_view suite : aead_suites) {
    const Bytes good = OlderPair(suite, ProtocolVersion::tls1_2).sealed("hello");
    for (std::size_t at = 0; at < good.size(); ++at) {
      if (at == 1 || at == 2 || at == 3 || at == 4) continue;  // version and length: not the cipher's
      Bytes bad = good;
      bad[at] ^= at == 0 ? std::byte{1} : std::byte{0x80};
      OlderPair pair(suite, ProtocolVersion::tls1_2);
      // ChaCha20-Poly1305 has no nonce in the record; the type is authenticated.
      EXPECT_EQ(pair.refused(bad), Errc::bad_record_mac) << suite << " at " << at;
    }
    for (std::size_t size = 0; size < 30; ++size) {
      OlderPair pair(suite, ProtocolVersion::tls1_2);
      EXPECT_EQ(pair.refused(record_of(23, 0x0303, Bytes(size))), Errc::bad_record_mac) << suite << " of " << size;
    }
  }
}

//= rfc5246#6.1-1
TEST(Aead12, CountsRecords) {
  OlderPair pair("ECDHE-RSA-AES128-GCM-SHA256", ProtocolVersion::tls1_2);
  const Bytes first = pair.sealed("one");
  const Bytes second = pair.sealed("two");
  EXPECT_EQ(to_hex(ByteView(second).subspan(5, 8)), "0000000000000001") << "the explicit nonce is the number";
  EXPECT_EQ(pair.opened(first), "one");
  EXPECT_EQ(pair.reader.next_number(), 1u);
  EXPECT_EQ(pair.writer.next_number(), 2u);
  EXPECT_FALSE(pair.writer.wants_key_update(1)) << "there is no KeyUpdate";
  EXPECT_EQ(pair.refused(first), Errc::bad_record_mac) << "again";
}

//= rfc5246#6.2.1-1, 6.2.3-1
TEST(Aead12, HasLimits) {
  OlderPair pair("ECDHE-RSA-AES128-GCM-SHA256", ProtocolVersion::tls1_2);
  const CipherSuiteInfo& suite = pair.suite;
  const auto sealer = make_write_protection(suite, {}, {pair.mac_key, pair.key, pair.iv}, *real_provider());
  const auto sealed_by_hand = [&](std::size_t size) {
    const Bytes content(size);
    Bytes record = record_of(23, 0x0303, Bytes((*sealer)->sealed_size(size, 0)));
    const ByteView piece(content);
    EXPECT_TRUE((*sealer)->seal(application_data, ByteView(record).first(5), ByteViews(&piece, 1), 0,
                                MutableBytes(record).subspan(5), 0));
    return record;
  };
  EXPECT_EQ(pair.refused(sealed_by_hand(16385)), Errc::plaintext_overflow);
  EXPECT_EQ(pair.refused(record_of(23, 0x0303, Bytes(16384 + 2049))), Errc::record_overflow);
  OlderPair limited("ECDHE-RSA-AES128-GCM-SHA256", ProtocolVersion::tls1_2);
  limited.reader.set_record_size_limit(100);
  EXPECT_EQ(limited.refused(sealed_by_hand(101)), Errc::plaintext_overflow) << "RFC 8449 4: content alone counts";
  OlderPair writing("ECDHE-RSA-AES128-GCM-SHA256", ProtocolVersion::tls1_2);
  writing.writer.set_record_size_limit(100);
  EXPECT_EQ(writing.sealed(application_data, Bytes(100)).size(), 5u + 8 + 100 + 16) << "one record";
  EXPECT_EQ(writing.sealed(application_data, Bytes(101)).size(), 2 * (5u + 8 + 16) + 101) << "two records";
}

TEST(OlderReader, AsksForTheNegotiatedVersion) {
  TlsReader reader;
  reader.set_version(ProtocolVersion::tls1_2);
  const auto refused = [&](unsigned type, unsigned version, std::size_t size) {
    Bytes wire = record_of(type, version, Bytes(size, std::byte{1}));
    std::size_t consumed = 0;
    const auto outcome = reader.open(wire, consumed);
    return outcome ? std::nullopt : std::optional(outcome.error().code());
  };
  EXPECT_EQ(refused(22, 0x0303, 4), std::nullopt);
  EXPECT_EQ(refused(22, 0x0301, 4), Errc::wrong_record_version);
  EXPECT_EQ(refused(22, 0x0304, 4), Errc::wrong_record_version);
  EXPECT_EQ(refused(23, 0x0303, 4), Errc::unexpected_record) << "data before keys";
  EXPECT_EQ(refused(24, 0x0303, 4), Errc::unexpected_record);
  EXPECT_EQ(refused(22, 0x0303, 0), Errc::empty_record);
  EXPECT_EQ(refused(21, 0x0303, 0), Errc::empty_record);
  EXPECT_EQ(refused(22, 0x0303, 16385), Errc::plaintext_overflow);
  reader.set_version(ProtocolVersion::tls1_1);
  EXPECT_EQ(refused(22, 0x0302, 4), std::nullopt);
}

TEST(OlderReader, OpensChangeCipherSpecLikeAnyOther) {
  TlsReader reader;
  reader.set_version(ProtocolVersion::tls1_2);
  Bytes wire = record_of(20, 0x0303, Bytes{std::byte{1}});
  std::size_t consumed = 0;
  const auto outcome = reader.open(wire, consumed);
  ASSERT_TRUE(outcome);
  ASSERT_TRUE(std::holds_alternative<Opened>(*outcome));
  EXPECT_EQ(std::get<Opened>(*outcome).type, change_cipher_spec);
  EXPECT_EQ(consumed, 6u);
  for (const Bytes& payload : {Bytes{std::byte{2}}, Bytes{}, Bytes{std::byte{1}, std::byte{1}}}) {
    Bytes bad = record_of(20, 0x0303, payload);
    const auto refused = reader.open(bad, consumed);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::bad_change_cipher_spec);
  }
  // In a renegotiation it is protected.
  OlderPair pair("ECDHE-RSA-AES128-GCM-SHA256", ProtocolVersion::tls1_2);
  const std::array one{std::byte{1}};
  const Bytes record = pair.sealed(change_cipher_spec, one);
  EXPECT_EQ(record.size(), 5u + 8 + 1 + 16);
  EXPECT_EQ(pair.opened(record, change_cipher_spec), "\1");
}

TEST(OlderReader, PutsUpWithFewEmptyRecords) {
  OlderPair pair("ECDHE-RSA-AES128-GCM-SHA256", ProtocolVersion::tls1_2);
  for (std::uint32_t i = 0; i < max_empty_records; ++i) EXPECT_EQ(pair.opened(pair.sealed("")), "");
  EXPECT_EQ(pair.opened(pair.sealed("x")), "x");
  for (std::uint32_t i = 0; i < max_empty_records; ++i) EXPECT_EQ(pair.opened(pair.sealed("")), "");
  EXPECT_EQ(pair.refused(pair.sealed("")), Errc::too_many_empty_records);
}

TEST(OlderReader, CountsEmptyRecordsAcrossWarnings) {
  OlderPair pair("ECDHE-RSA-AES128-GCM-SHA256", ProtocolVersion::tls1_2);
  const std::array warning{std::byte{1}, std::byte{100}};
  for (std::uint32_t i = 0; i < max_empty_records; ++i) {
    EXPECT_EQ(pair.opened(pair.sealed("")), "");
    EXPECT_EQ(pair.opened(pair.sealed(ContentType::alert, warning), ContentType::alert)->size(), 2u);
  }
  EXPECT_EQ(pair.refused(pair.sealed("")), Errc::too_many_empty_records);
}

TEST(OlderRecords, AreNotChangedByTls13) {
  TlsReader reader;
  reader.set_version(ProtocolVersion::tls1_3);
  reader.set_change_cipher_spec_allowed(true);
  Bytes wire = record_of(20, 0x0301, Bytes{std::byte{1}});
  std::size_t consumed = 0;
  const auto outcome = reader.open(wire, consumed);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(std::holds_alternative<Dropped>(*outcome));
}

TEST(ProtectionFactory, RefusesWhatIsNeverNegotiated) {
  const Bytes key(32);
  const CipherSuiteInfo& null = *find_cipher_suite("NULL-SHA");
  const auto read = make_read_protection(null, {}, {key, key, key}, *real_provider());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Errc::unsupported_algorithm);
  const auto write = make_write_protection(null, {}, {key, key, key}, *real_provider());
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().code(), Errc::unsupported_algorithm);
}

}  // namespace
}  // namespace keyway::record
