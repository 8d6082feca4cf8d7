// SPDX-License-Identifier: Apache-2.0
//
// Every rule of the reader, from both sides, with the code that it gives.
#include "record/tls_reader.h"

#include <gtest/gtest.h>

#include "records.h"

namespace keyway::record {
namespace {

using namespace test;
using enum ContentType;

class TlsReaderTest : public ::testing::Test {
 protected:
  void protect() { ASSERT_TRUE(reader.install(AeadAlgorithm::aes_128_gcm, key, iv, provider)); }
  ToyProvider provider;
  TlsReader reader;
};

TEST_F(TlsReaderTest, OpensARecordInTheClear) {
  const Read result = read(reader, record_of(handshake, "hello"));
  EXPECT_EQ(result.type, handshake);
  EXPECT_EQ(result.content, "hello");
  EXPECT_EQ(result.consumed, 10u);
}

TEST_F(TlsReaderTest, SaysHowManyBytesAreMissing) {
  const Bytes whole = record_of(handshake, "hello");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Read result = read(reader, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_EQ(result.wanted, size < 5 ? 5 - size : 10 - size);
    EXPECT_EQ(result.consumed, 0u);
  }
}

TEST_F(TlsReaderTest, TakesOneRecordAtATime) {
  Bytes wire = record_of(handshake, "one");
  const Bytes second = record_of(alert, "no");
  wire.insert(wire.end(), second.begin(), second.end());
  std::size_t consumed = 0;
  ASSERT_TRUE(reader.open(wire, consumed));
  EXPECT_EQ(consumed, 8u);
  const auto outcome = reader.open(MutableBytes(wire).subspan(consumed), consumed);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(std::get<Opened>(*outcome).type, alert);
  EXPECT_EQ(consumed, 7u);
}

//= rfc8446#D.5-1
TEST_F(TlsReaderTest, NamesWhatIsNotTls) {
  const std::pair<std::string_view, Errc> starts[] = {
      {"GET / HTTP/1.0\n", Errc::http_request},
      {"POST / HTTP/1.0\n", Errc::http_request},
      {"HEAD / HTTP/1.0\n", Errc::http_request},
      {"PUT / HTTP/1.0\n", Errc::http_request},
      {"CONNECT a:443 HTTP/1.0", Errc::http_request},
      {"OPTIONS * HTTP/1.1", Errc::http_request},
      {"HTTP/1.1 400 Bad", Errc::http_response},
      {"HTTP 1.1 400 Bad", Errc::not_tls},
      {"PRI * HTTP/2.0", Errc::http_request},
      {"SSH-2.0-OpenSSH_9.2", Errc::ssh_peer},
      {"blah blah", Errc::not_tls},
      {std::string_view("\0\0\0\0\0\0", 6), Errc::not_tls},
      {std::string_view("\x80\x2e\x01\x03\x01\x00", 6), Errc::sslv2_hello},
      {std::string_view("\x80\x2e\x01\x00\x02\x00", 6), Errc::sslv2_hello},
      {std::string_view("\x16\xff\xff\x00\x05hello", 10), Errc::wrong_record_version},
      {std::string_view("\x16\x02\x00\x00\x05hello", 10), Errc::wrong_record_version},
  };
  for (const auto& [start, code] : starts) {
    TlsReader fresh;
    EXPECT_EQ(read(fresh, bytes_of(start)).error, code) << start;
  }
}

TEST_F(TlsReaderTest, RecognisesTheFirstRecordOnly) {
  ASSERT_EQ(read(reader, record_of(handshake, "hello")).type, handshake);
  EXPECT_EQ(read(reader, bytes_of("GET / HTTP/1.0\n")).error, Errc::wrong_record_version);
}

//= rfc5246#E.1-4
TEST_F(TlsReaderTest, TakesAnyMinorVersionInTheClear) {
  for (const unsigned version : {0x0300u, 0x0301u, 0x0303u, 0x03ffu}) {
    TlsReader fresh;
    EXPECT_EQ(read(fresh, record_of(22, as_bytes("hello"), version)).type, handshake) << version;
  }
}

TEST_F(TlsReaderTest, WantsVersion0303UnderProtection) {
  protect();
  Bytes inner = bytes_of("hello\x16");
  EXPECT_EQ(read(reader, sealed_inner(0, inner, 23, 0x0301)).error, Errc::wrong_record_version);
  EXPECT_EQ(read(reader, sealed_inner(0, inner)).type, handshake);
}

//= rfc8446#5-1
//= rfc5246#6-1
TEST_F(TlsReaderTest, RefusesUnknownAndUnexpectedTypesInTheClear) {
  for (const unsigned type : {0u, 19u, 20u, 23u, 24u, 25u, 255u}) {
    TlsReader fresh;
    EXPECT_EQ(read(fresh, record_of(type, as_bytes("x"), 0x0303)).error, Errc::unexpected_record) << type;
  }
}

TEST_F(TlsReaderTest, RefusesOtherOuterTypesUnderProtection) {
  protect();
  for (const unsigned type : {20u, 21u, 22u, 24u}) {
    EXPECT_EQ(read(reader, sealed_inner(0, bytes_of("x\x17"), type)).error, Errc::unexpected_record) << type;
  }
}

TEST_F(TlsReaderTest, RefusesEmptyFragments) {
  EXPECT_EQ(read(reader, record_of(handshake, "")).error, Errc::empty_record);
  TlsReader another;
  EXPECT_EQ(read(another, record_of(alert, "")).error, Errc::empty_record);
  protect();
  EXPECT_EQ(read(reader, sealed(0, handshake, "")).error, Errc::empty_record);
  EXPECT_EQ(read(reader, sealed(0, alert, "", 20)).error, Errc::empty_record);
}

//= rfc8446#5.1-5
TEST_F(TlsReaderTest, LimitsPlaintextRecords) {
  EXPECT_EQ(read(reader, record_of(handshake, std::string(16384, 'x'))).content.size(), 16384u);
  EXPECT_EQ(read(reader, record_of(handshake, std::string(16385, 'x'))).error, Errc::plaintext_overflow);
  EXPECT_EQ(read(reader, record_of(handshake, std::string(16384 + 256, 'x'))).error, Errc::plaintext_overflow);
  EXPECT_EQ(read(reader, record_of(handshake, std::string(16384 + 257, 'x'))).error, Errc::record_overflow);
}

//= rfc8446#5.2-2
TEST_F(TlsReaderTest, RefusesALongRecordByItsHeader) {
  protect();
  EXPECT_EQ(read(reader, bytes_of(std::string_view("\x17\x03\x03\x41\x01", 5))).error, Errc::record_overflow);
  EXPECT_EQ(read(reader, bytes_of(std::string_view("\x17\x03\x03\x41\x00", 5))).wanted, 16640u);
}

//= rfc8446#5.4-3
TEST_F(TlsReaderTest, LimitsContentTypeAndPaddingTogether) {
  protect();
  EXPECT_EQ(read(reader, sealed(0, application_data, std::string(16384, 'x'))).content.size(), 16384u);
  EXPECT_EQ(read(reader, sealed(1, application_data, std::string(8192, 'x'), 8192)).content.size(), 8192u);
  EXPECT_EQ(read(reader, sealed(2, application_data, std::string(8192, 'x'), 8193)).error, Errc::plaintext_overflow);
  TlsReader another;
  ASSERT_TRUE(another.install(AeadAlgorithm::aes_128_gcm, key, iv, provider));
  EXPECT_EQ(read(another, sealed(0, application_data, std::string(16385, 'x'))).error, Errc::plaintext_overflow);
}

//= rfc8449#4-1, 4-3
TEST_F(TlsReaderTest, RecordSizeLimitCountsTheTypeByte) {
  protect();
  reader.set_record_size_limit(64);
  EXPECT_EQ(read(reader, sealed(0, application_data, std::string(63, 'x'))).content.size(), 63u);
  EXPECT_EQ(read(reader, sealed(1, application_data, std::string(60, 'x'), 3)).content.size(), 60u);
  EXPECT_EQ(read(reader, sealed(2, application_data, std::string(64, 'x'))).error, Errc::plaintext_overflow);
  EXPECT_EQ(read(reader, sealed(2, application_data, std::string(400, 'x'))).error, Errc::record_overflow);
}

TEST_F(TlsReaderTest, MaxFragmentHoldsBeforeAndUnderProtection) {
  reader.set_max_fragment(512);
  EXPECT_EQ(read(reader, record_of(handshake, std::string(513, 'x'))).error, Errc::plaintext_overflow);
  EXPECT_EQ(read(reader, record_of(handshake, std::string(512, 'x'))).type, handshake);
  protect();
  EXPECT_EQ(read(reader, sealed(0, application_data, std::string(512, 'x'))).type, application_data);
  EXPECT_EQ(read(reader, sealed(1, application_data, std::string(513, 'x'))).error, Errc::plaintext_overflow);
}

//= rfc8446#5.4-1
TEST_F(TlsReaderTest, StripsPaddingOfAnyLength) {
  protect();
  for (std::uint64_t i = 0; i < 40; ++i) EXPECT_EQ(read(reader, sealed(i, alert, "ab", i)).content, "ab");
}

//= rfc8446#5.4-2
TEST_F(TlsReaderTest, RefusesARecordWithoutType) {
  protect();
  EXPECT_EQ(read(reader, sealed_inner(0, Bytes(10))).error, Errc::missing_content_type);
  EXPECT_EQ(read(reader, sealed_inner(0, Bytes())).error, Errc::missing_content_type);
}

//= rfc8446#5-1
TEST_F(TlsReaderTest, RefusesInnerTypesThatAreNeverProtected) {
  protect();
  EXPECT_EQ(read(reader, sealed(0, change_cipher_spec, "\x01")).error, Errc::unexpected_record);
  EXPECT_EQ(read(reader, sealed_inner(0, bytes_of("x\x18"))).error, Errc::unexpected_record);
}

//= rfc8446#5.3-1, 5.2-5
TEST_F(TlsReaderTest, NumbersRunAndAreChecked) {
  protect();
  EXPECT_EQ(read(reader, sealed(0, handshake, "a")).content, "a");
  EXPECT_EQ(read(reader, sealed(1, handshake, "b")).content, "b");
  EXPECT_EQ(reader.next_number(), 2u);
  EXPECT_EQ(read(reader, sealed(1, handshake, "b")).error, Errc::bad_record_mac);
  EXPECT_EQ(read(reader, sealed(3, handshake, "d")).error, Errc::bad_record_mac);
}

//= rfc8446#5.2-3
TEST_F(TlsReaderTest, EveryDamageIsBadRecordMac) {
  protect();
  const Bytes good = sealed(0, handshake, "hello");
  for (std::size_t i = 5; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= std::byte{1};
    EXPECT_EQ(read(reader, bad).error, Errc::bad_record_mac) << i;
  }
  EXPECT_EQ(read(reader, record_of(application_data, "too short")).error, Errc::bad_record_mac);
  EXPECT_EQ(read(reader, record_of(application_data, "")).error, Errc::bad_record_mac);
  EXPECT_EQ(read(reader, good).content, "hello");
}

//= rfc8446#5.3-2
TEST_F(TlsReaderTest, NumberDoesNotWrap) {
  ASSERT_TRUE(reader.install(AeadAlgorithm::aes_128_gcm, key, iv, provider, max_record_number));
  EXPECT_EQ(read(reader, sealed(max_record_number, handshake, "last")).content, "last");
  EXPECT_EQ(read(reader, sealed(UINT64_MAX, handshake, "beyond")).error, Errc::aead_limit);
}

TEST_F(TlsReaderTest, ANewKeyStartsAgainInTheSameContext) {
  protect();
  EXPECT_EQ(read(reader, sealed(0, handshake, "a")).content, "a");
  protect();
  EXPECT_EQ(read(reader, sealed(0, handshake, "a")).content, "a");
  EXPECT_EQ(reader.next_number(), 1u);
  EXPECT_EQ(provider.contexts, 1);
  ASSERT_TRUE(reader.install(AeadAlgorithm::aes_256_gcm, key, iv, provider));
  EXPECT_EQ(provider.contexts, 2);
}

TEST_F(TlsReaderTest, RefusesAnIvOfAnotherSize) {
  const auto installed = reader.install(AeadAlgorithm::aes_128_gcm, key, Bytes(8), provider);
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().code(), Errc::internal);
}

TEST_F(TlsReaderTest, EmptyApplicationDataIsCounted) {
  protect();
  std::uint64_t number = 0;
  for (std::uint32_t i = 0; i < max_empty_records; ++i) {
    const Read result = read(reader, sealed(number++, application_data, ""));
    EXPECT_EQ(result.type, application_data);
    EXPECT_TRUE(result.content.empty());
  }
  EXPECT_EQ(read(reader, sealed(number++, application_data, "x")).content, "x");
  for (std::uint32_t i = 0; i < max_empty_records; ++i) read(reader, sealed(number++, application_data, ""));
  EXPECT_EQ(read(reader, sealed(number++, application_data, "")).error, Errc::too_many_empty_records);
}

//= rfc8446#5-2
TEST_F(TlsReaderTest, ChangeCipherSpecIsDroppedWhileAllowed) {
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x01")).error, Errc::unexpected_record);
  reader.set_change_cipher_spec_allowed(true);
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x01")).dropped, 6u);
  protect();
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x01")).dropped, 6u);
  EXPECT_EQ(reader.next_number(), 0u);
  reader.set_change_cipher_spec_allowed(false);
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x01")).error, Errc::unexpected_record);
}

//= rfc8446#5-3
TEST_F(TlsReaderTest, ChangeCipherSpecIsOneByteOne) {
  reader.set_change_cipher_spec_allowed(true);
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x02")).error, Errc::bad_change_cipher_spec);
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "")).error, Errc::bad_change_cipher_spec);
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x01\x01")).error, Errc::bad_change_cipher_spec);
}

TEST_F(TlsReaderTest, ChangeCipherSpecIsCounted) {
  reader.set_change_cipher_spec_allowed(true);
  for (std::uint32_t i = 0; i < max_empty_records; ++i) {
    EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x01")).dropped, 6u);
  }
  EXPECT_EQ(read(reader, record_of(change_cipher_spec, "\x01")).error, Errc::too_many_empty_records);
}

TEST_F(TlsReaderTest, AlertInTheClearOnlyWhileAllowed) {
  protect();
  EXPECT_EQ(read(reader, record_of(alert, "\x02\x28")).error, Errc::unexpected_record);
  reader.set_plaintext_alert_allowed(true);
  const Read result = read(reader, record_of(alert, "\x02\x28"));
  EXPECT_EQ(result.type, alert);
  EXPECT_EQ(result.content, "\x02\x28");
  EXPECT_EQ(reader.next_number(), 0u);
}

//= rfc8446#4.2.10-4
TEST_F(TlsReaderTest, SkipsEarlyDataUntilARecordOpens) {
  protect();
  reader.skip_early_data_until_decrypted(100);
  EXPECT_EQ(read(reader, record_of(application_data, std::string(60, 'e'))).dropped, 65u);
  EXPECT_TRUE(reader.skipping());
  EXPECT_EQ(read(reader, sealed(0, handshake, "finished")).content, "finished");
  EXPECT_FALSE(reader.skipping());
  EXPECT_EQ(read(reader, record_of(application_data, std::string(30, 'e'))).error, Errc::bad_record_mac);
}

//= rfc8446#4.2.10-4
TEST_F(TlsReaderTest, SkipsNoMoreThanTheBudget) {
  protect();
  reader.skip_early_data_until_decrypted(100);
  EXPECT_EQ(read(reader, record_of(application_data, std::string(60, 'e'))).dropped, 65u);
  EXPECT_EQ(read(reader, record_of(application_data, std::string(40, 'e'))).dropped, 45u);
  EXPECT_EQ(read(reader, record_of(application_data, "e")).error, Errc::too_much_skipped_early_data);
}

TEST_F(TlsReaderTest, SkippingForgivesDecryptionAlone) {
  protect();
  reader.skip_early_data_until_decrypted(100);
  EXPECT_EQ(read(reader, sealed_inner(0, Bytes(10))).error, Errc::missing_content_type);
}

TEST_F(TlsReaderTest, SkipsEarlyDataUntilAHandshakeRecord) {
  read(reader, record_of(handshake, "client hello"));
  reader.skip_early_data_until_handshake(100);
  EXPECT_EQ(read(reader, record_of(application_data, std::string(60, 'e'))).dropped, 65u);
  EXPECT_EQ(read(reader, record_of(handshake, "client hello")).type, handshake);
  EXPECT_EQ(read(reader, record_of(application_data, std::string(10, 'e'))).error, Errc::unexpected_record);
}

TEST_F(TlsReaderTest, SkippingUntilHandshakeHasABudgetAndLetsAlertsThrough) {
  reader.skip_early_data_until_handshake(100);
  EXPECT_EQ(read(reader, record_of(application_data, std::string(101, 'e'))).error, Errc::too_much_skipped_early_data);
  EXPECT_EQ(read(reader, record_of(alert, "\x02\x28")).type, alert);
}

TEST_F(TlsReaderTest, SkippedEmptyRecordsAreCounted) {
  reader.skip_early_data_until_handshake(100);
  for (std::uint32_t i = 0; i < max_empty_records; ++i) { EXPECT_EQ(read(reader, record_of(application_data, "")).dropped, 5u); }
  EXPECT_EQ(read(reader, record_of(application_data, "")).error, Errc::too_many_empty_records);
}

}  // namespace
}  // namespace keyway::record
