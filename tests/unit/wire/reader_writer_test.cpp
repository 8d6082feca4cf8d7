// SPDX-License-Identifier: Apache-2.0
//
// Cursor, builder and lists.
#include <algorithm>
#include <array>
#include <ranges>

#include "keyway/protocol.h"
#include "unit/wire/wire_test.h"
#include "wire/lists.h"
#include "wire/reader.h"

namespace keyway::wire {
namespace {

using Groups = U16List<NamedGroup>;
using Names = ItemList<Vec8Codec<1>>;
static_assert(std::ranges::forward_range<const Groups>);
static_assert(std::ranges::forward_range<const Names>);

TEST(Reader, ReadsNumbersAsBigEndian) {
  const Bytes bytes = hex("01 0203 040506 0708090a");
  Reader reader(bytes);
  EXPECT_EQ(*reader.u8(), 0x01);
  EXPECT_EQ(*reader.u16(), 0x0203);
  EXPECT_EQ(*reader.u24(), 0x040506u);
  EXPECT_FALSE(reader.empty());
  EXPECT_EQ(*reader.u32(), 0x0708090au);
  EXPECT_TRUE(reader.empty());
  EXPECT_TRUE(reader.finish().has_value());
}

TEST(Reader, RefusesWhatIsNotThere) {
  const Bytes bytes = hex("00");
  EXPECT_EQ(code_of(Reader({}).u8()), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(bytes).u16()), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(bytes).u24()), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(bytes).u32()), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(bytes).take(2)), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(bytes).finish()), Errc::trailing_data);
}

TEST(Reader, RefusesVectorsThatAreShorterThanTheirLengthOrTheirMinimum) {
  EXPECT_EQ(code_of(Reader(hex("02 aa")).vec8()), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(hex("0002 aa")).vec16()), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(hex("000002 aa")).vec24()), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(hex("01 aa")).vec8(2)), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(hex("0001 aa")).vec16(2)), Errc::decode_error);
  EXPECT_EQ(code_of(Reader(hex("000001 aa")).vec24(2)), Errc::decode_error);
  const Bytes bytes = hex("01 aa 0001 bb 000001 cc");
  Reader reader(bytes);
  EXPECT_EQ(to_hex(*reader.vec8(1)), "aa");
  EXPECT_EQ(to_hex(*reader.vec16(1)), "bb");
  EXPECT_EQ(to_hex(*reader.vec24(1)), "cc");
}

TEST(Writer, NestsLengths) {
  ByteBuffer buffer;
  Writer writer(buffer);
  writer.vec24([&] {
    writer.u8(1);
    writer.vec16([&] {
      writer.u16(0x0203);
      writer.vec8(hex("aabb"));
    });
    writer.u32(4);
  });
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(to_hex(buffer.view()), without_blanks("00000c 01 0005 0203 02aabb 00000004"));
  writer.overwrite(3, hex("ff"));
  EXPECT_EQ(to_hex(buffer.view()).substr(6, 2), "ff");
}

TEST(Writer, RemembersAVectorThatOutgrewItsLength) {
  ByteBuffer buffer;
  Writer writer(buffer);
  writer.vec8(Bytes(255));
  EXPECT_TRUE(writer.ok());
  writer.vec8(Bytes(256));
  EXPECT_FALSE(writer.ok());
  writer.u8(0);
  EXPECT_FALSE(writer.ok());
}

TEST(U16List, WalksAndFinds) {
  const Bytes bytes = hex("001d 0017 0a0a");
  const auto list = Groups::parse(bytes);
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[1], NamedGroup::secp256r1);
  EXPECT_TRUE(list->contains(NamedGroup::x25519));
  EXPECT_FALSE(list->contains(NamedGroup::x448));
  EXPECT_TRUE(std::ranges::equal(*list, std::array{NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup(0x0a0a)}));
  EXPECT_EQ(to_hex(encoded(*list)), "001d00170a0a");
}

TEST(U16List, RefusesEmptyAndHalfNumbers) {
  EXPECT_EQ(code_of(Groups::parse({})), Errc::empty_list);
  EXPECT_EQ(code_of(Groups::parse(hex("00"))), Errc::decode_error);
  EXPECT_EQ(code_of(Groups::parse(hex("001d00"))), Errc::decode_error);
}

TEST(U16List, IsMadeFromAnArray) {
  const std::vector<NamedGroup> groups{NamedGroup::x25519, NamedGroup::x448};
  const Groups list(groups);
  EXPECT_TRUE(list.contains(NamedGroup::x448));
  EXPECT_EQ(to_hex(encoded(list)), "001d001e");
  EXPECT_TRUE(Groups().empty());
}

TEST(ItemList, WalksReceivedAndOwnItemsAlike) {
  const Bytes bytes = hex("02 6832 01 61");
  const auto list = Names::parse(bytes);
  ASSERT_TRUE(list.has_value());
  std::vector<ByteView> items(list->begin(), list->end());
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(as_text(items[0]), "h2");
  EXPECT_EQ(as_text(items[1]), "a");
  EXPECT_EQ(to_hex(encoded(Names(items))), to_hex(bytes));
  EXPECT_EQ(as_text(*std::next(Names(items).begin())), "a");
  EXPECT_TRUE(Names(items).wire().empty());
  EXPECT_EQ(to_hex(list->wire()), to_hex(bytes));
  EXPECT_EQ(Names().size(), 0u);
  EXPECT_TRUE(Names().begin() == Names().end());
}

TEST(ItemList, RefusesAsItsItemsDo) {
  EXPECT_EQ(code_of(Names::parse(hex("01 61 00"))), Errc::decode_error);
  EXPECT_EQ(code_of(Names::parse(hex("01 61 02 62"))), Errc::decode_error);
  EXPECT_TRUE(Names::parse({})->empty());
}

}  // namespace
}  // namespace keyway::wire
