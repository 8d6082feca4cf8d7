// SPDX-License-Identifier: Apache-2.0
//
// DER: one value has one encoding, everything else is malformed.
#include "pki/der.h"

#include "unit/pki/support.h"

namespace keyway::pki::der {
namespace {

using test::code_of;
using test::hex;

Errc read(std::string_view text) {
  const Bytes bytes = hex(text);
  Reader reader(bytes);
  return code_of(reader.next());
}

TEST(Der, ReadsElementsOneAfterTheOther) {
  const Bytes bytes = hex("0201053003010100ff");
  Reader reader(bytes);
  const auto number = reader.expect(tag::integer);
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(to_hex(number->content), "05");
  EXPECT_EQ(to_hex(number->whole), "020105");
  EXPECT_TRUE(reader.next_is(tag::sequence));
  EXPECT_EQ(code_of(reader.finish()), Errc::malformed_der);
  EXPECT_FALSE(reader.optional(tag::boolean).value().has_value());
  EXPECT_EQ(to_hex(reader.optional(tag::sequence).value().value()), "010100");
  EXPECT_EQ(code_of(reader.expect(tag::boolean)), Errc::malformed_der);
  EXPECT_EQ(to_hex(reader.rest()), "ff");
}

TEST(Der, LongLengths) {
  for (const std::size_t size : {127u, 128u, 255u, 256u, 65535u, 65536u}) {
    const Bytes element = write(tag::octet_string, Bytes(size));
    const auto parsed = single(element, tag::octet_string);
    ASSERT_TRUE(parsed.has_value()) << size;
    EXPECT_EQ(parsed->content.size(), size);
  }
}

TEST(Der, RefusesOtherFormsOfLengths) {
  EXPECT_EQ(read(""), Errc::malformed_der);
  EXPECT_EQ(read("30"), Errc::malformed_der);
  EXPECT_EQ(read("3080"), Errc::malformed_der) << "indefinite";
  EXPECT_EQ(read("30800000"), Errc::malformed_der) << "indefinite";
  EXPECT_EQ(read("308105"
                 "0000000000"),
            Errc::malformed_der)
      << "long form of a short length";
  EXPECT_EQ(read("30817f" + std::string(254, '0')), Errc::malformed_der) << "long form of a short length";
  EXPECT_EQ(read("30820080" + std::string(256, '0')), Errc::malformed_der) << "leading zero";
  EXPECT_EQ(read("3085"
                 "0000000001"
                 "00"),
            Errc::malformed_der)
      << "five octets of length";
  EXPECT_EQ(read("30ff"), Errc::malformed_der);
  EXPECT_EQ(read("3082ff"), Errc::malformed_der) << "cut length";
  EXPECT_EQ(read("3001"), Errc::malformed_der) << "cut content";
  EXPECT_EQ(read("1f2000"), Errc::malformed_der) << "high tag number";
  EXPECT_EQ(read("3000"), Errc{});
}

TEST(Der, ASingleElementIsAlone) {
  EXPECT_EQ(code_of(single(hex("050000"), tag::null)), Errc::malformed_der);
  EXPECT_EQ(code_of(single(hex("0500"), tag::boolean)), Errc::malformed_der);
  EXPECT_EQ(code_of(single(hex("0500"), tag::null)), Errc{});
}

TEST(Der, Booleans) {
  EXPECT_TRUE(boolean(hex("ff")).value());
  EXPECT_FALSE(boolean(hex("00")).value());
  for (const char* wrong : {"", "01", "fe", "0000"}) EXPECT_EQ(code_of(boolean(hex(wrong))), Errc::malformed_der) << wrong;
}

TEST(Der, Integers) {
  EXPECT_EQ(to_hex(integer(hex("80")).value()), "80");
  EXPECT_EQ(to_hex(integer(hex("0080")).value()), "0080");
  EXPECT_EQ(to_hex(integer(hex("ff7f")).value()), "ff7f");
  for (const char* wrong : {"", "0000", "007f", "ff80", "ffff"})
    EXPECT_EQ(code_of(integer(hex(wrong))), Errc::malformed_der) << wrong;
}

TEST(Der, UnsignedIntegers) {
  EXPECT_EQ(to_hex(unsigned_integer(hex("00")).value()), "00");
  EXPECT_EQ(to_hex(unsigned_integer(hex("0080")).value()), "80");
  EXPECT_EQ(to_hex(unsigned_integer(hex("7f")).value()), "7f");
  for (const char* wrong : {"", "80", "ff7f", "0001"})
    EXPECT_EQ(code_of(unsigned_integer(hex(wrong))), Errc::malformed_der) << wrong;
}

TEST(Der, SmallIntegers) {
  EXPECT_EQ(small_integer(hex("00")).value(), 0u);
  EXPECT_EQ(small_integer(hex("0100")).value(), 256u);
  EXPECT_EQ(small_integer(hex("7fffffff")).value(), 0x7fffffffu);
  for (const char* wrong : {"", "ff", "0080000000", "0100000000", "0000"}) {
    EXPECT_EQ(code_of(small_integer(hex(wrong))), Errc::malformed_der) << wrong;
  }
}

TEST(Der, BitStrings) {
  const Bytes bytes = hex("04a0");
  const auto bits = bit_string(bytes);
  ASSERT_TRUE(bits.has_value());
  EXPECT_TRUE(bits->bit(0));
  EXPECT_FALSE(bits->bit(1));
  EXPECT_TRUE(bits->bit(2));
  EXPECT_FALSE(bits->bit(100));
  EXPECT_EQ(code_of(bit_string(hex("00"))), Errc{});
  for (const char* wrong : {"", "01", "08ff", "01ff", "07c0"})
    EXPECT_EQ(code_of(bit_string(hex(wrong))), Errc::malformed_der) << wrong;
  EXPECT_EQ(to_hex(octets_of_bit_string(hex("00aabb")).value()), "aabb");
  EXPECT_EQ(code_of(octets_of_bit_string(hex("01aa"))), Errc::malformed_der);
}

TEST(Der, ObjectIdentifiers) {
  EXPECT_EQ(oid_text(hex("550403")), "2.5.4.3");
  EXPECT_EQ(oid_text(hex("2a864886f70d010101")), "1.2.840.113549.1.1.1");
  EXPECT_EQ(oid_text(hex("00")), "0.0");
  EXPECT_EQ(oid_text(hex("27")), "0.39");
  EXPECT_EQ(oid_text(hex("28")), "1.0");
  EXPECT_EQ(oid_text(hex("8837")), "2.999");
  EXPECT_EQ(oid_text(hex("55ffffffffffffffffffff7f")), "?") << "an arc beyond 64 bits";
  for (const char* wrong : {"", "80", "8001", "5580", "558001"}) {
    EXPECT_EQ(code_of(check_oid(hex(wrong))), Errc::malformed_der) << wrong;
    EXPECT_EQ(oid_text(hex(wrong)), "?");
  }
}

Result<Seconds> time_of(std::uint8_t tag, std::string_view text) {
  const Bytes element = write(tag, as_bytes(text));
  return time(single(element, tag).value());
}

TEST(Der, Times) {
  EXPECT_EQ(time_of(tag::utc_time, "700101000000Z").value().time_since_epoch().count(), 0);
  EXPECT_EQ(time_of(tag::generalized_time, "19700101000001Z").value().time_since_epoch().count(), 1);
  EXPECT_EQ(time_of(tag::utc_time, "500101000000Z").value(), time_of(tag::generalized_time, "19500101000000Z").value());
  EXPECT_EQ(time_of(tag::utc_time, "491231235959Z").value(), time_of(tag::generalized_time, "20491231235959Z").value());
  EXPECT_EQ(code_of(time_of(tag::utc_time, "240229000000Z")), Errc{}) << "a leap year";
}

TEST(Der, RefusesOtherFormsOfTimes) {
  for (const char* wrong :
       {"", "7001010000Z", "700101000000", "700101000000+0000", "700101000000z", "700101000000.0Z", "701301000000Z",
        "700001000000Z", "700132000000Z", "700100000000Z", "700101240000Z", "700101006000Z", "700101000060Z", "7x0101000000Z",
        "70010100000xZ", "70010100x000Z", "230229000000Z", "700101 00000Z"}) {
    EXPECT_EQ(code_of(time_of(tag::utc_time, wrong)), Errc::malformed_der) << wrong;
  }
  for (const char* wrong : {"", "19700101000000", "1970010100000Z", "x9700101000000Z", "19700101000000.5Z", "700101000000Z"}) {
    EXPECT_EQ(code_of(time_of(tag::generalized_time, wrong)), Errc::malformed_der) << wrong;
  }
  EXPECT_EQ(code_of(time_of(tag::octet_string, "700101000000Z")), Errc::malformed_der);
}

TEST(Der, WallTimeIsClamped) {
  EXPECT_EQ(wall_time(Seconds(std::chrono::seconds(5))), WallTime(std::chrono::seconds(5)));
  const WallTime last = wall_time(time_of(tag::generalized_time, "99991231235959Z").value());
  EXPECT_GT(last, WallTime::max() - std::chrono::seconds(2));
  const WallTime first = wall_time(time_of(tag::generalized_time, "00010101000000Z").value());
  EXPECT_LT(first, WallTime::min() + std::chrono::seconds(2));
}

TEST(DerWriter, WritesWhatTheReaderTakes) {
  EXPECT_EQ(to_hex(write_boolean(true)), "0101ff");
  EXPECT_EQ(to_hex(write_boolean(false)), "010100");
  EXPECT_EQ(to_hex(write_integer(0)), "020100");
  EXPECT_EQ(to_hex(write_integer(127)), "02017f");
  EXPECT_EQ(to_hex(write_integer(128)), "02020080");
  EXPECT_EQ(to_hex(write_positive_integer(hex("0000ff"))), "020200ff");
  EXPECT_EQ(to_hex(write_positive_integer({})), "020100");
  EXPECT_EQ(to_hex(write_bit_string(hex("aa"))), "030200aa");
  EXPECT_EQ(to_hex(write_named_bits(1)), "03020780");
  EXPECT_EQ(to_hex(write_named_bits(0x100)), "0303070080");
  EXPECT_EQ(to_hex(write_named_bits(0)), "030100");
  EXPECT_EQ(to_hex(write_text(tag::utf8_string, "a")), "0c0161");
  EXPECT_EQ(to_hex(write_sequence({write_integer(1), write_boolean(true)})), "30060201010101ff");
}

TEST(DerWriter, Identifiers) {
  for (const char* text : {"2.5.4.3", "1.2.840.113549.1.1.1", "0.39", "1.0", "2.999", "2.5.1152921504606846975"}) {
    const Bytes written = write_oid(text).value();
    EXPECT_EQ(oid_text(single(written, tag::object_identifier).value().content), text);
  }
  for (const char* wrong : {"", "1", "a", "1.", ".1", "1..2", "3.1", "1.40", "1.2.x", "-1.2", "2.5.1152921504606846976"}) {
    EXPECT_EQ(code_of(write_oid(wrong)), Errc::invalid_value) << wrong;
  }
}

TEST(DerWriter, Times) {
  EXPECT_EQ(as_text(single(write_time(test::now), tag::utc_time).value().content), "270115080000Z");
  const WallTime late = test::now + 10'000 * test::day;
  const Bytes written = write_time(late);
  EXPECT_EQ(wall_time(time(single(written, tag::generalized_time).value()).value()), late);
}

}  // namespace
}  // namespace keyway::pki::der
