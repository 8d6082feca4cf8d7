// SPDX-License-Identifier: Apache-2.0
//
// The rules of RFC 8446 4.2 that hold for a block of extensions as a whole, and the table of where each belongs.
#include "unit/wire/wire_test.h"
#include "wire/extension_lists.h"

namespace keyway::wire {
namespace {

std::string extension(ExtensionType type, const std::string& body) {
  return number(static_cast<std::uint16_t>(type), 2) + vec(2, body);
}

template <class Set>
std::optional<Errc> refused(const std::string& block) {
  return refusal<Set>(block);
}

TEST(ExtensionSet, HoldsWhatIsInItsListAndAllInOrder) {
  const Bytes block = hex("1a1a 0000 000a 0004 0002 001d 0031 0000 fafa 0001 00");
  const auto set = ClientHelloExtensions::decode(block);
  ASSERT_TRUE(set.has_value());
  EXPECT_TRUE(set->get<SupportedGroups>());
  EXPECT_TRUE(set->get<PostHandshakeAuth>());
  EXPECT_FALSE(set->get<Cookie>());
  std::vector<std::uint16_t> types;
  for (const RawExtension raw : set->all()) types.push_back(static_cast<std::uint16_t>(raw.type));
  EXPECT_EQ(types, (std::vector<std::uint16_t>{0x1a1a, 10, 49, 0xfafa}));
  EXPECT_EQ(to_hex(set->raw()), to_hex(block));
  EXPECT_TRUE(set->types().contains(ExtensionType::supported_groups));
  EXPECT_TRUE(set->types().contains(ExtensionType::post_handshake_auth));
  EXPECT_FALSE(set->types().contains(ExtensionType::cookie));
}

TEST(ExtensionSet, EncodesInTheOrderOfItsList) {
  ServerHello13Extensions set;
  set.set(PreSharedKeyServerHello{1}).set(SelectedVersion{ProtocolVersion::tls1_3});
  EXPECT_EQ(to_hex(encoded(set)), without_blanks("002b 0002 0304 0029 0002 0001"));
}

//= rfc8446#4.2-4
//= rfc5246#7.4.1.4-3
TEST(ExtensionSet, RefusesDuplicatesOfAnyType) {
  EXPECT_EQ(refused<ClientHelloExtensions>("0031 0000 0031 0000"), Errc::duplicate_extension);
  EXPECT_EQ(refused<ClientHelloExtensions>("1a1a 0000 0031 0000 1a1a 0001 00"), Errc::duplicate_extension);
  EXPECT_EQ(refused<CertificateRequestExtensions>("1a1a 0000 1a1a 0000"), Errc::duplicate_extension);
  EXPECT_EQ(refused<ServerHello13Extensions>("002b 0002 0304 002b 0002 0304"), Errc::duplicate_extension);
}

TEST(ExtensionSet, RefusesTooMany) {
  const auto many = [](std::size_t count) {
    std::string block;
    for (std::size_t i = 0; i < count; ++i) block += number(0x8000 + i, 2) + "0000";
    return block;
  };
  EXPECT_EQ(refused<ClientHelloExtensions>(many(max_extensions)), std::nullopt);
  EXPECT_EQ(refused<ClientHelloExtensions>(many(max_extensions + 1)), Errc::too_many_extensions);
  EXPECT_EQ(refused<ClientHelloExtensions>(many(16000)), Errc::too_many_extensions);
}

TEST(ExtensionSet, RefusesBrokenBlocks) {
  EXPECT_EQ(refused<ClientHelloExtensions>("00"), Errc::decode_error);
  EXPECT_EQ(refused<ClientHelloExtensions>("0031"), Errc::decode_error);
  EXPECT_EQ(refused<ClientHelloExtensions>("0031 00"), Errc::decode_error);
  EXPECT_EQ(refused<ClientHelloExtensions>("1a1a 0002 00"), Errc::decode_error);
  EXPECT_EQ(refused<ClientHelloExtensions>("0031 0000 00"), Errc::decode_error);
}

TEST(ExtensionSet, PassesTheErrorOfAnExtensionOn) {
  EXPECT_EQ(refused<ClientHelloExtensions>("001c 0002 0010"), Errc::wrong_record_size_limit);
  EXPECT_EQ(refused<ClientHelloExtensions>("000a 0002 0000"), Errc::empty_list);
}

//= rfc8446#4.2-6
TEST(ExtensionSet, WantsPreSharedKeyLastInAClientHelloOnly) {
  const std::string psk = extension(ExtensionType::pre_shared_key, vec(2, "0001 aa 00000000") + vec(2, "20" + repeat("cc", 32)));
  EXPECT_EQ(refused<ClientHelloExtensions>("0031 0000" + psk), std::nullopt);
  EXPECT_EQ(refused<ClientHelloExtensions>(psk + "0031 0000"), Errc::pre_shared_key_not_last);
  EXPECT_EQ(refused<ClientHelloExtensions>(psk + "1a1a 0000"), Errc::pre_shared_key_not_last);
  EXPECT_EQ(refused<ServerHello13Extensions>("0029 0002 0000 002b 0002 0304"), std::nullopt);
}

//= rfc8446#4.1.2-12, 4.3.2-4, 4.6.1-6
TEST(ExtensionSet, IgnoresUnknownTypesWhereItMust) {
  EXPECT_EQ(refused<ClientHelloExtensions>("1234 0001 00"), std::nullopt);
  EXPECT_EQ(refused<CertificateRequestExtensions>("1234 0001 00"), std::nullopt);
  EXPECT_EQ(refused<NewSessionTicketExtensions>("1234 0001 00"), std::nullopt);
}

TEST(ExtensionSet, RefusesUnknownTypesInAnswers) {
  EXPECT_EQ(refused<ServerHello13Extensions>("1234 0000"), Errc::unsolicited_extension);
  EXPECT_EQ(refused<ServerHello12Extensions>("1234 0000"), Errc::unsolicited_extension);
  EXPECT_EQ(refused<HelloRetryRequestExtensions>("1a1a 0000"), Errc::unsolicited_extension);
  EXPECT_EQ(refused<EncryptedExtensionsList>("1234 0000"), Errc::unsolicited_extension);
  EXPECT_EQ(refused<CertificateEntryExtensions>("1234 0000"), Errc::unsolicited_extension);
}

// The table of RFC 8446 4.2 the other way round: for each extension, where it is refused as misplaced.
template <class Set>
std::optional<Errc> place(ExtensionType type) {
  return refused<Set>(extension(type, "ff"));  // a body that no extension accepts, or that is not looked into
}

struct Row {
  ExtensionType type;
  bool client_hello, server_hello, retry, encrypted, request, certificate, ticket;
};

constexpr Row table[] = {
    // clang-format off
    //                                                          CH     SH     HRR    EE     CR     CT     NST
    {ExtensionType::server_name,                                true,  false, false, true,  false, false, false},
    {ExtensionType::max_fragment_length,                        true,  false, false, true,  false, false, false},
    {ExtensionType::status_request,                             true,  false, false, false, true,  true,  false},
    {ExtensionType::supported_groups,                           true,  false, false, true,  false, false, false},
    {ExtensionType::ec_point_formats,                           true,  false, false, false, false, false, false},
    {ExtensionType::signature_algorithms,                       true,  false, false, false, true,  false, false},
    {ExtensionType::application_layer_protocol_negotiation,     true,  false, false, true,  false, false, false},
    {ExtensionType::signed_certificate_timestamp,               true,  false, false, false, true,  true,  false},
    {ExtensionType::client_certificate_type,                    true,  false, false, true,  false, false, false},
    {ExtensionType::server_certificate_type,                    true,  false, false, true,  false, false, false},
    {ExtensionType::padding,                                    true,  false, false, false, false, false, false},
    {ExtensionType::encrypt_then_mac,                           true,  false, false, false, false, false, false},
    {ExtensionType::extended_master_secret,                     true,  false, false, false, false, false, false},
    {ExtensionType::compress_certificate,                       true,  false, false, false, true,  false, false},
    {ExtensionType::record_size_limit,                          true,  false, false, true,  false, false, false},
    {ExtensionType::session_ticket,                             true,  false, false, false, false, false, false},
    {ExtensionType::pre_shared_key,                             true,  true,  false, false, false, false, false},
    {ExtensionType::early_data,                                 true,  false, false, true,  false, false, true},
    {ExtensionType::supported_versions,                         true,  true,  true,  false, false, false, false},
    {ExtensionType::cookie,                                     true,  false, true,  false, false, false, false},
    {ExtensionType::psk_key_exchange_modes,                     true,  false, false, false, false, false, false},
    {ExtensionType::certificate_authorities,                    true,  false, false, false, true,  false, false},
    {ExtensionType::oid_filters,                                false, false, false, false, true,  false, false},
    {ExtensionType::post_handshake_auth,                        true,  false, false, false, false, false, false},
    {ExtensionType::signature_algorithms_cert,                  true,  false, false, false, true,  false, false},
    {ExtensionType::key_share,                                  true,  true,  true,  false, false, false, false},
    {ExtensionType::renegotiation_info,                         true,  false, false, false, false, false, false},
    // clang-format on
};

//= rfc8446#4.2-3, 4.3.1-2, 4.2.9-4
TEST(ExtensionLists, AreTheTableOfTheRfc) {
  for (const Row& row : table) {
    const auto number = static_cast<int>(row.type);
    EXPECT_TRUE(is_recognized(row.type)) << number;
    const auto check = [&](const char* where, bool belongs, std::optional<Errc> code) {
      EXPECT_EQ(belongs, code != Errc::misplaced_extension) << number << " in " << where;
    };
    check("ClientHello", row.client_hello, place<ClientHelloExtensions>(row.type));
    check("ServerHello", row.server_hello, place<ServerHello13Extensions>(row.type));
    check("HelloRetryRequest", row.retry, place<HelloRetryRequestExtensions>(row.type));
    check("EncryptedExtensions", row.encrypted, place<EncryptedExtensionsList>(row.type));
    check("CertificateRequest", row.request, place<CertificateRequestExtensions>(row.type));
    check("Certificate", row.certificate, place<CertificateEntryExtensions>(row.type));
    check("NewSessionTicket", row.ticket, place<NewSessionTicketExtensions>(row.type));
  }
  EXPECT_FALSE(is_recognized(ExtensionType(0x1a1a)));
  EXPECT_FALSE(is_recognized(ExtensionType::next_protocol_negotiation));
}

TEST(SentExtensions, HoldsKnownTypes) {
  SentExtensions sent;
  EXPECT_TRUE(sent.empty());
  for (const Row& row : table) {
    EXPECT_FALSE(sent.contains(row.type)) << static_cast<int>(row.type);
    sent.set(row.type);
    EXPECT_TRUE(sent.contains(row.type)) << static_cast<int>(row.type);
  }
  EXPECT_FALSE(sent.contains(ExtensionType::next_protocol_negotiation));
  sent.set(ExtensionType::next_protocol_negotiation);
  EXPECT_TRUE(sent.contains(ExtensionType::next_protocol_negotiation));
  SentExtensions unknown;
  unknown.set(ExtensionType(0x1234));
  EXPECT_TRUE(unknown.empty());
  EXPECT_FALSE(sent.contains(ExtensionType(0x1234)));
  EXPECT_FALSE(sent.contains(ExtensionType(62)));
  EXPECT_NE(sent, unknown);
}

}  // namespace
}  // namespace keyway::wire
