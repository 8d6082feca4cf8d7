// SPDX-License-Identifier: Apache-2.0
//
// Records of block ciphers with a MAC, of all forms. The first records were made with Python's cryptography and hmac.
#include <array>

#include "record/record_mac.h"
#if defined(KEYWAY_LEGACY)
#include "record/legacy/ssl3_mac.h"
#endif
#include "unit/record/older_records.h"

namespace keyway::record {
namespace {

using enum ContentType;

constexpr RecordRules in_record{};
constexpr RecordRules cipher_first{.mac = MacForm::hmac_of_cipher};
constexpr RecordRules chained{.cbc_iv = CbcIv::chained};
constexpr RecordRules chained_cipher_first{.mac = MacForm::hmac_of_cipher, .cbc_iv = CbcIv::chained};

struct Form {
  std::string_view suite;
  ProtocolVersion version;
  RecordRules rules;
};

std::vector<Form> forms() {
  std::vector<Form> list;
  for (const std::string_view suite : {"ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA384",
                                       "ECDHE-RSA-CAMELLIA128-SHA256", "TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384"}) {
    list.push_back({suite, ProtocolVersion::tls1_2, in_record});
    list.push_back({suite, ProtocolVersion::tls1_2, cipher_first});
  }
  list.push_back({"ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_0, chained});
  list.push_back({"ECDHE-RSA-AES256-SHA", ProtocolVersion::tls1_0, chained_cipher_first});
#if defined(KEYWAY_LEGACY)
  list.push_back({"DES-CBC3-SHA", ProtocolVersion::tls1_0, chained});
  list.push_back({"DES-CBC3-SHA", ProtocolVersion::tls1_2, in_record});
  list.push_back({"DES-CBC-SHA", ProtocolVersion::tls1_2, in_record});
  list.push_back({"AES128-SHA", ProtocolVersion::ssl3, {.mac = MacForm::ssl3, .cbc_iv = CbcIv::chained}});
  list.push_back({"DES-CBC3-SHA", ProtocolVersion::ssl3, {.mac = MacForm::ssl3, .cbc_iv = CbcIv::chained}});
  list.push_back({"RC4-SHA", ProtocolVersion::tls1_2, in_record});
  list.push_back({"RC4-MD5", ProtocolVersion::tls1_0, chained});
  list.push_back({"RC4-MD5", ProtocolVersion::ssl3, {.mac = MacForm::ssl3, .cbc_iv = CbcIv::chained}});
#endif
  return list;
}

//= rfc5246#6.2.3.2-2
TEST(CbcHmac, OpensTheRecordsOfOthers) {
  const struct {
    std::string_view suite;
    ProtocolVersion version;
    RecordRules rules;
    std::string_view payload;
  } table[] = {
      {"ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_2, in_record,
       "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfc5499c3cc61fbffbf594f3d8eafec4964ebf46ef940f4d84e9773c69695062e1"},
      {"ECDHE-RSA-AES256-SHA384", ProtocolVersion::tls1_2, in_record,
       "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf20b496479837f012e4213f107a0e1ad887d72802839f0e3ecfbf07131a43a052a6eec7baa1ee181859094a886"
       "080fe2c4db79c03c22c3dfe798462d3222680df"},
      {"ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_2, cipher_first,
       "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf74c6fd68d3c56f4558f976b4e5ae4a0370c51107f507ac924608fd0685153d3c3344f3da"},
      {"ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_0, chained,
       "f670eb7db07cb7860b6a06f199df99cd02ccdcd58b28d24bb5c2ea5e344f7a33"},
#if defined(KEYWAY_LEGACY)
      {"AES128-SHA",
       ProtocolVersion::ssl3,
       {.mac = MacForm::ssl3, .cbc_iv = CbcIv::chained},
       "f10acce342a613ad02adf8369ba81ce148758efca15c7277dd0781535eb985d5"},
#endif
  };
  for (const auto& row : table) {
    OlderPair pair(row.suite, row.version, row.rules);
    const Bytes payload = *from_hex(row.payload);
    const auto version = static_cast<unsigned>(row.version);
    Bytes wire{std::byte{23}, static_cast<std::byte>(version >> 8), static_cast<std::byte>(version),
               static_cast<std::byte>(payload.size() >> 8), static_cast<std::byte>(payload.size())};
    wire.insert(wire.end(), payload.begin(), payload.end());
    EXPECT_EQ(pair.opened(wire), "hello") << row.suite << " " << to_string(row.version);
  }
}

TEST(CbcHmac, OpensWhatItSealsFromAnyPieces) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(std::string(form.suite) + " " + std::string(to_string(form.version)));
    OlderPair pair(form.suite, form.version, form.rules);
    for (const std::size_t size : {0u, 1u, 2u, 11u, 12u, 16u, 31u, 1000u, 16384u, 40000u}) {
      const Bytes content = counting(size);
      const ByteView all(content);
      const ByteView pieces[] = {all.first(size / 3), {}, all.subspan(size / 3)};
      const Bytes wire = pair.sealed(application_data, pieces);
      EXPECT_EQ(wire.size(), pair.writer.wire_size(size));
      EXPECT_EQ(pair.opened(wire), as_text(content)) << size;
    }
    std::vector<ByteView> many(200, as_bytes("ab"));
    EXPECT_EQ(pair.opened(pair.sealed(application_data, many))->size(), 400u);
    EXPECT_EQ(pair.opened(pair.sealed(handshake, as_bytes("finished")), handshake), "finished");
  }
}

/// What is in a record, by the cipher and the MAC alone: those that are sealed in one pass and those that are not.
TEST(CbcHmac, SealsContentThenMacThenTheLeastPadding) {
  for (const std::string_view suite :
       {"ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-RSA-AES128-SHA256", "AES256-SHA256", "ECDHE-RSA-AES256-SHA384"}) {
    for (const ProtocolVersion version : {ProtocolVersion::tls1_1, ProtocolVersion::tls1_2}) {
      OlderPair pair(suite, version, in_record);
      const HmacRecordMac mac(*real_provider()->hash(*mac_hash(pair.suite.mac)), pair.mac_key);
      const auto decrypter = real_provider()->decrypter(*bulk_of(pair.suite.cipher), pair.key);
      ASSERT_TRUE(decrypter);
      for (std::size_t number = 0; number < 302; ++number) {
        const std::size_t size = number == 301 ? 16384 : number;
        const Bytes content = counting(size, 9);
        const Bytes wire = pair.sealed(application_data, content);
        const ByteView blocks = ByteView(wire).subspan(5 + 16);
        Bytes text(blocks.size());
        ASSERT_TRUE((*decrypter)->apply(ByteView(wire).subspan(5, 16), ByteViews(&blocks, 1), text));
        Bytes expected = content;
        expected.resize(size + mac.size());
        const ByteView covered(content);
        mac.compute(number, ByteView(wire).first(5), ByteViews(&covered, 1), expected.data() + size);
        const std::size_t padding = 16 - expected.size() % 16;
        expected.resize(expected.size() + padding, static_cast<std::byte>(padding - 1));
        ASSERT_EQ(to_hex(text), to_hex(expected)) << suite << " of " << size;
      }
    }
  }
}

TEST(CbcHmac, RefusesEveryChangeWithOneCode) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(std::string(form.suite) + " " + std::string(to_string(form.version)));
    const Bytes good = OlderPair(form.suite, form.version, form.rules).sealed(handshake, as_bytes("hello, this is a record"));
    const std::size_t padding =
        form.rules.mac == MacForm::ssl3 ? properties(find_cipher_suite(form.suite)->cipher).block_size : 0;
    for (std::size_t at = 5; at + padding < good.size(); ++at) {
      Bytes bad = good;
      bad[at] ^= std::byte{0x80};
      EXPECT_EQ(OlderPair(form.suite, form.version, form.rules).refused(bad), Errc::bad_record_mac) << at;
    }
    Bytes other_type = good;
    other_type[0] = std::byte{23};
    EXPECT_EQ(OlderPair(form.suite, form.version, form.rules).refused(other_type), Errc::bad_record_mac) << "another type";
    OlderPair again(form.suite, form.version, form.rules);
    EXPECT_TRUE(again.opened(good, handshake));
    EXPECT_EQ(again.refused(good), Errc::bad_record_mac) << "another number";
  }
}

TEST(CbcHmac, RefusesEverySizeThatIsNone) {
  for (const Form& form : forms()) {
    for (std::size_t size = 0; size < 150; ++size) {
      const auto version = static_cast<unsigned>(form.version);
      Bytes wire{std::byte{23}, static_cast<std::byte>(version >> 8), static_cast<std::byte>(version), std::byte{0},
                 static_cast<std::byte>(size)};
      wire.resize(5 + size, std::byte{0x33});
      EXPECT_EQ(OlderPair(form.suite, form.version, form.rules).refused(wire), Errc::bad_record_mac)
          << form.suite << " " << to_string(form.version) << " of " << size;
    }
  }
}

/// A record with any content, MAC and padding, made by hand for "ECDHE-RSA-AES128-SHA" with HMAC first.
class Handmade {
 public:
  explicit Handmade(const OlderPair& pair, ProtocolVersion version, const RecordRules& rules)
      : pair_(pair), version_(static_cast<unsigned>(version)), rules_(rules) {}

  Bytes text_with_mac(ByteView content) const {
    const Bytes header = header_of(0);
    const HmacRecordMac mac(*real_provider()->hash(HashAlgorithm::sha1), pair_.mac_key);
    Bytes text(content.begin(), content.end());
    std::array<std::byte, 20> tag;
    mac.compute(0, header, ByteViews(&content, 1), tag.data());
    text.insert(text.end(), tag.begin(), tag.end());
    return text;
  }
  Bytes record(ByteView text) const {
    const bool chains = rules_.cbc_iv == CbcIv::chained;
    const Bytes iv = chains ? pair_.iv : counting(16, 0x77);
    Bytes payload = chains ? Bytes() : iv;
    const std::size_t at = payload.size();
    payload.resize(at + text.size());
    const auto cipher = real_provider()->encrypter(BulkAlgorithm::aes_128_cbc, pair_.key);
    EXPECT_TRUE((*cipher)->apply(iv, ByteViews(&text, 1), MutableBytes(payload).subspan(at)));
    Bytes wire = header_of(payload.size());
    wire.insert(wire.end(), payload.begin(), payload.end());
    return wire;
  }

 private:
  Bytes header_of(std::size_t size) const {
    return {std::byte{23}, static_cast<std::byte>(version_ >> 8), static_cast<std::byte>(version_),
            static_cast<std::byte>(size >> 8), static_cast<std::byte>(size)};
  }
  const OlderPair& pair_;
  unsigned version_;
  RecordRules rules_;
};

/// What becomes of "hello" with this padding, of which the last byte is its length.
std::optional<Errc> with_padding(const RecordRules& rules, ByteView padding) {
  const ProtocolVersion version = rules.cbc_iv == CbcIv::chained ? ProtocolVersion::tls1_0 : ProtocolVersion::tls1_2;
  OlderPair pair("ECDHE-RSA-AES128-SHA", version, rules);
  const Handmade by_hand(pair, version, rules);
  Bytes text = by_hand.text_with_mac(as_bytes("hello"));
  text.insert(text.end(), padding.begin(), padding.end());
  return pair.refused(by_hand.record(text));
}

/// `size` bytes that say their number.
Bytes padding_of(std::size_t size) { return Bytes(size, static_cast<std::byte>(size - 1)); }

TEST(CbcHmac, TakesAnyLengthOfPadding) {
  for (std::size_t size = 7; size <= 256; size += 16) EXPECT_EQ(with_padding(in_record, padding_of(size)), std::nullopt) << size;
}

//= rfc5246#6.2.3.2-3
TEST(CbcHmac, RefusesPaddingThatIsWrongAnywhere) {
  for (const std::size_t size : {7u, 23u, 247u}) {
    for (std::size_t at = 0; at < size; ++at) {
      Bytes padding = padding_of(size);
      padding[at] ^= std::byte{0x40};
      EXPECT_EQ(with_padding(in_record, padding), Errc::bad_record_mac) << size << " at " << at;
      EXPECT_EQ(with_padding(chained, padding), Errc::bad_record_mac) << size << " at " << at;
    }
  }
  // Longer than the record, and all of the record.
  EXPECT_EQ(with_padding(in_record, Bytes(7, std::byte{255})), Errc::bad_record_mac);
  EXPECT_EQ(with_padding(in_record, Bytes(7, std::byte{31})), Errc::bad_record_mac);
}

TEST(CbcHmac, ChecksNoPaddingWhenToldNotTo) {
  const RecordRules unchecked{.cbc_iv = CbcIv::chained, .check_padding = false};
  Bytes padding = counting(7, 0x50);
  padding.back() = std::byte{6};
  EXPECT_EQ(with_padding(unchecked, padding), std::nullopt);
  padding.back() = std::byte{5};
  EXPECT_EQ(with_padding(unchecked, padding), Errc::bad_record_mac) << "then the MAC is elsewhere";
  padding.back() = std::byte{200};
  EXPECT_EQ(with_padding(unchecked, padding), Errc::bad_record_mac) << "longer than the record";
  // No newer version has this hole.
  padding.back() = std::byte{6};
  EXPECT_EQ(with_padding({.check_padding = false}, padding), Errc::bad_record_mac);
}

TEST(CbcHmac, RefusesARecordOfPaddingAlone) {
  OlderPair pair("ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_2, in_record);
  const Handmade by_hand(pair, ProtocolVersion::tls1_2, in_record);
  // CVE-2016-2107, CVE-2019-1559: no room for a MAC, and the padding is right.
  EXPECT_EQ(pair.refused(by_hand.record(Bytes(32, std::byte{31}))), Errc::bad_record_mac);
  EXPECT_EQ(pair.refused(by_hand.record(Bytes(256, std::byte{255}))), Errc::bad_record_mac);
  EXPECT_EQ(pair.refused(by_hand.record(Bytes(16, std::byte{15}))), Errc::bad_record_mac);
}

TEST(CbcHmac, HasLimits) {
  OlderPair pair("ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_2, in_record);
  const Handmade by_hand(pair, ProtocolVersion::tls1_2, in_record);
  Bytes text = by_hand.text_with_mac(Bytes(16385));
  const Bytes padding = padding_of(16 - text.size() % 16);
  text.insert(text.end(), padding.begin(), padding.end());
  EXPECT_EQ(pair.refused(by_hand.record(text)), Errc::plaintext_overflow);
}

//= rfc5246#6.2.3.2-1
TEST(CbcHmac, DrawsAnIvForEachRecord) {
  OlderPair pair("ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_2, in_record);
  const Bytes first = pair.sealed("hello");
  const Bytes second = pair.sealed("hello");
  EXPECT_NE(to_hex(ByteView(first).subspan(5, 16)), to_hex(ByteView(second).subspan(5, 16)));
}

TEST(CbcHmac, ChainsOneByteBeforeTheRest) {
  OlderPair pair("ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_0, chained);
  const Bytes wire = pair.sealed("hello");
  ASSERT_EQ(wire.size(), 2 * (5u + 32)) << "BEAST: two records";
  EXPECT_EQ(pair.writer.next_number(), 2u);
  EXPECT_EQ(pair.opened(wire), "hello");
  EXPECT_EQ(pair.sealed("h").size(), 5u + 32) << "nothing to split";
  EXPECT_EQ(pair.sealed(handshake, as_bytes("hello")).size(), 5u + 32) << "not application data";
  const Bytes full(16384);
  EXPECT_EQ(pair.sealed(application_data, full).size(), 5u + 32 + 5 + (16383 + 20) / 16 * 16 + 16);
  OlderPair whole("ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_0,
                  {.cbc_iv = CbcIv::chained, .split = BeastMitigation::disabled});
  EXPECT_EQ(whole.sealed("hello").size(), 5u + 32);
  OlderPair newer("ECDHE-RSA-AES128-SHA", ProtocolVersion::tls1_2, in_record);
  EXPECT_EQ(newer.sealed("hello").size(), 5u + 16 + 32);
}

TEST(CbcHmac, NeedsTheIvOfItsRule) {
  const CipherSuiteInfo& suite = *find_cipher_suite("ECDHE-RSA-AES128-SHA");
  const Bytes key = counting(20);
  const RecordKeys keys{key, ByteView(key).first(16), {}};
  const auto read = make_read_protection(suite, chained, keys, *real_provider());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Errc::internal);
  const auto write = make_write_protection(suite, chained, keys, *real_provider());
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().code(), Errc::internal);
}

#if defined(KEYWAY_LEGACY)
TEST(CbcHmac, OfSsl3HasLessThanABlockOfAnyPadding) {
  const RecordRules rules{.mac = MacForm::ssl3, .cbc_iv = CbcIv::chained};
  const auto refused = [&](std::size_t padding) {
    OlderPair pair("AES128-SHA", ProtocolVersion::ssl3, rules);
    const Bytes header{std::byte{23}, std::byte{3}, std::byte{0}, std::byte{0}, std::byte{0}};
    Bytes text = to_bytes(as_bytes("0123456789ab"));  // two blocks with its MAC
    const ByteView content(text);
    std::array<std::byte, 20> tag;
    Ssl3RecordMac(*real_provider()->hash(HashAlgorithm::sha1), pair.mac_key)
        .compute(0, header, ByteViews(&content, 1), tag.data());
    text.insert(text.end(), tag.begin(), tag.end());
    text.resize(text.size() + padding, std::byte{0xee});
    text.back() = static_cast<std::byte>(padding - 1);
    return pair.refused(Handmade(pair, ProtocolVersion::ssl3, rules).record(text));
  };
  EXPECT_EQ(refused(16), std::nullopt) << "what is in it is not looked at";
  EXPECT_EQ(refused(32), Errc::bad_record_mac) << "more than a block";
}
#else
TEST(CbcHmac, OfWhatIsOffIsRefused) {
  const Bytes key = counting(32);
  for (const std::string_view name : {"DES-CBC3-SHA", "DES-CBC-SHA", "RC4-SHA"}) {
    const CipherSuiteInfo& suite = *find_cipher_suite(name);
    const RecordKeys keys{key, ByteView(key).first(properties(suite.cipher).key_size), {}};
    const auto read = make_read_protection(suite, in_record, keys, *real_provider());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), Errc::unsupported_algorithm) << name;
  }
  const auto ssl3 = make_read_protection(*find_cipher_suite("ECDHE-RSA-AES128-SHA"), {.mac = MacForm::ssl3},
                                         {key, ByteView(key).first(16), {}}, *real_provider());
  ASSERT_FALSE(ssl3);
  EXPECT_EQ(ssl3.error().code(), Errc::unsupported_algorithm);
}
#endif

}  // namespace
}  // namespace keyway::record
