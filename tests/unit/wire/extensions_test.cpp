// SPDX-License-Identifier: Apache-2.0
//
// Each extension: what it reads, that it writes the same, and every way to refuse it.
#include <algorithm>
#include <array>

#include "keyway/psk.h"
#include "unit/wire/wire_test.h"
#include "wire/extension_lists.h"

namespace keyway::wire {
namespace {

template <class E>
E decoded(const Bytes& bytes) {
  auto extension = E::decode(bytes);
  EXPECT_TRUE(extension.has_value());
  return extension.value_or(E{});
}

TEST(ServerName, TakesOneHostName) {
  const Bytes bytes = hex("0009 00 0006 736572766572");
  EXPECT_EQ(as_text(decoded<ServerName>(bytes).host_name), "server");
  expect_round_trip<ServerName>("0009 00 0006 736572766572");
  expect_exact_length<ServerName>("0009 00 0006 736572766572");
}

TEST(ServerName, PassesOverNamesOfOtherTypes) {
  const Bytes bytes = hex("0008 07 0001 ff 00 0001 61");
  EXPECT_EQ(as_text(decoded<ServerName>(bytes).host_name), "a");
}

//= rfc6066#3-1
TEST(ServerName, RefusesOtherLists) {
  EXPECT_EQ(refusal<ServerName>(""), Errc::decode_error);
  EXPECT_EQ(refusal<ServerName>("0000"), Errc::decode_error);
  EXPECT_EQ(refusal<ServerName>("0003 00 0000"), Errc::decode_error) << "empty name";
  EXPECT_EQ(refusal<ServerName>("0004 01 0001 61"), Errc::decode_error) << "no host name";
  EXPECT_EQ(refusal<ServerName>("0008 00 0001 61 00 0001 62"), Errc::decode_error) << "two host names";
  EXPECT_EQ(refusal<ServerName>("0006 00 0003 61 00 62"), Errc::decode_error) << "zero byte";
  EXPECT_EQ(refusal<ServerName>(vec(2, "00" + vec(2, repeat("61", 255)))), std::nullopt);
  EXPECT_EQ(refusal<ServerName>(vec(2, "00" + vec(2, repeat("61", 256)))), Errc::decode_error) << "too long";
  EXPECT_EQ(refusal<ServerName>("0004 00 0001 61 00"), Errc::trailing_data);
}

TEST(EmptyExtensions, RefuseABody) {
  EXPECT_EQ(refusal<ServerNameAck>(""), std::nullopt);
  EXPECT_EQ(refusal<ServerNameAck>("00"), Errc::trailing_data);
  EXPECT_EQ(refusal<EmptyStatusRequest>("00"), Errc::trailing_data);
  EXPECT_EQ(refusal<SctRequest>("0000"), Errc::trailing_data);
  EXPECT_EQ(refusal<EarlyData>("00000000"), Errc::trailing_data);
  EXPECT_EQ(refusal<PostHandshakeAuth>("00"), Errc::trailing_data);
  EXPECT_EQ(refusal<ExtendedMasterSecret>("00"), Errc::trailing_data);
  EXPECT_EQ(refusal<EncryptThenMac>("00"), Errc::trailing_data);
  EXPECT_TRUE(encoded(PostHandshakeAuth{}).empty());
}

TEST(MaxFragmentLength, KnowsFourLengths) {
  for (const auto& [code, length] : {std::pair{"01", 512}, {"02", 1024}, {"03", 2048}, {"04", 4096}}) {
    const Bytes bytes = hex(code);
    const auto extension = decoded<MaxFragmentLength>(bytes);
    EXPECT_EQ(extension.length(), length);
    EXPECT_EQ(max_fragment_code(static_cast<std::size_t>(length)), extension.code);
    expect_round_trip<MaxFragmentLength>(code);
  }
  EXPECT_FALSE(decoded<MaxFragmentLength>(hex("00")).length());
  EXPECT_FALSE(decoded<MaxFragmentLength>(hex("05")).length());
  EXPECT_EQ(max_fragment_code(100), 0);
  EXPECT_EQ(refusal<MaxFragmentLength>(""), Errc::decode_error);
  EXPECT_EQ(refusal<MaxFragmentLength>("0101"), Errc::trailing_data);
}

TEST(StatusRequest, ReadsResponderIdsAndExtensions) {
  expect_round_trip<StatusRequest>("01 0000 0000");
  expect_round_trip<StatusRequest>("01 0007 0002 aabb 0001 cc 0002 dddd");
  expect_exact_length<StatusRequest>("01 0003 0001 cc 0002 dddd");
  const Bytes bytes = hex("01 0007 0002 aabb 0001 cc 0002 dddd");
  EXPECT_EQ(decoded<StatusRequest>(bytes).responder_ids.size(), 2u);
  EXPECT_EQ(to_hex(decoded<StatusRequest>(bytes).request_extensions), "dddd");
}

TEST(StatusRequest, PassesOverOtherTypes) {
  expect_round_trip<StatusRequest>("02 0102030405");
  const Bytes bytes = hex("02 0102030405");
  EXPECT_EQ(decoded<StatusRequest>(bytes).status_type, 2);
}

TEST(StatusRequest, RefusesOtherBodies) {
  EXPECT_EQ(refusal<StatusRequest>(""), Errc::decode_error);
  EXPECT_EQ(refusal<StatusRequest>("01"), Errc::decode_error);
  EXPECT_EQ(refusal<StatusRequest>("01 0000"), Errc::decode_error);
  EXPECT_EQ(refusal<StatusRequest>("01 0002 0000 0000"), Errc::decode_error) << "empty responder id";
  EXPECT_EQ(refusal<StatusRequest>("01 0000 0000 00"), Errc::trailing_data);
}

TEST(CertificateStatus, HasOneResponse) {
  const Bytes bytes = hex("01 000002 3003");
  EXPECT_EQ(to_hex(decoded<CertificateStatus>(bytes).response), "3003");
  expect_round_trip<CertificateStatus>("01 000002 3003");
  expect_exact_length<CertificateStatus>("01 000002 3003");
  EXPECT_EQ(refusal<CertificateStatus>("02 000002 3003"), Errc::wrong_status_type);
  EXPECT_EQ(refusal<CertificateStatus>("01 000000"), Errc::empty_list);
  EXPECT_EQ(refusal<CertificateStatus>("01 000003 3003"), Errc::decode_error);
  EXPECT_EQ(refusal<CertificateStatus>("01 000001 3003"), Errc::trailing_data);
}

template <class E>
void expect_list_of_numbers() {
  expect_round_trip<E>("0004 001d 0403");
  expect_exact_length<E>("0004 001d 0403");
  EXPECT_EQ(refusal<E>(""), Errc::decode_error);
  EXPECT_EQ(refusal<E>("0000"), Errc::empty_list);
  EXPECT_EQ(refusal<E>("0003 001d 04"), Errc::decode_error);
  EXPECT_EQ(refusal<E>("0006 001d 0403"), Errc::decode_error);
  EXPECT_EQ(refusal<E>("0002 001d 0403"), Errc::trailing_data);
}

TEST(ListsOfNumbers, AreEvenAndNotEmpty) {
  expect_list_of_numbers<SupportedGroups>();
  expect_list_of_numbers<SignatureAlgorithms>();
  expect_list_of_numbers<SignatureAlgorithmsCert>();
}

TEST(EcPointFormats, AreNotEmpty) {
  expect_round_trip<EcPointFormats>("02 00 01");
  EXPECT_TRUE(decoded<EcPointFormats>(hex("01 00")).formats.size() == 1);
  EXPECT_EQ(refusal<EcPointFormats>("00"), Errc::empty_list);
  EXPECT_EQ(refusal<EcPointFormats>("02 00"), Errc::decode_error);
  EXPECT_EQ(refusal<EcPointFormats>("01 00 00"), Errc::trailing_data);
}

TEST(Alpn, HasNames) {
  expect_round_trip<Alpn>("000c 02 6832 08 687474702f312e31");
  expect_exact_length<Alpn>("0003 02 6832");
  const Bytes bytes = hex("000c 02 6832 08 687474702f312e31");
  const auto alpn = decoded<Alpn>(bytes);
  EXPECT_EQ(as_text(*std::next(alpn.protocols.begin())), "http/1.1");
  EXPECT_EQ(refusal<Alpn>(""), Errc::decode_error);
  EXPECT_EQ(refusal<Alpn>("0000"), Errc::empty_list);
  EXPECT_EQ(refusal<Alpn>("0001 00"), Errc::decode_error) << "empty name";
  EXPECT_EQ(refusal<Alpn>("0003 03 6832"), Errc::decode_error) << "name beyond the list";
  EXPECT_EQ(refusal<Alpn>("0003 02 6832 00"), Errc::trailing_data);
}

TEST(SignedCertificateTimestamps, IsAListOfOpaques) {
  expect_round_trip<SignedCertificateTimestamps>("0007 0001 aa 0002 bbcc");
  expect_exact_length<SignedCertificateTimestamps>("0003 0001 aa");
  EXPECT_EQ(refusal<SignedCertificateTimestamps>("0000"), Errc::empty_list);
  EXPECT_EQ(refusal<SignedCertificateTimestamps>("0002 0000"), Errc::decode_error);
  EXPECT_EQ(refusal<SignedCertificateTimestamps>("0003 0001 aa 00"), Errc::trailing_data);
}

TEST(Padding, IsOfAnySize) {
  expect_round_trip<Padding>("");
  expect_round_trip<Padding>("000000");
  EXPECT_EQ(decoded<Padding>(hex("000000")).size, 3u);
}

//= rfc8449#4-5
TEST(RecordSizeLimit, IsAtLeast64) {
  expect_round_trip<RecordSizeLimit>("0040");
  expect_round_trip<RecordSizeLimit>("ffff");
  EXPECT_EQ(refusal<RecordSizeLimit>("003f"), Errc::wrong_record_size_limit);
  EXPECT_EQ(refusal<RecordSizeLimit>("40"), Errc::decode_error);
  EXPECT_EQ(refusal<RecordSizeLimit>("004000"), Errc::trailing_data);
}

//= rfc8446#4.2.11-7
TEST(PreSharedKey, HasOneBinderAnIdentity) {
  const std::string identity = "0002 aabb 01020304";
  const std::string binder = "20" + repeat("cc", 32);
  const std::string two = vec(2, identity + identity) + vec(2, binder + binder);
  expect_round_trip<PreSharedKeyClientHello>(two);
  expect_exact_length<PreSharedKeyClientHello>(two);
  const Bytes bytes = hex(two);
  const auto offered = decoded<PreSharedKeyClientHello>(bytes);
  EXPECT_EQ(offered.identities.size(), 2u);
  EXPECT_EQ(to_hex((*offered.identities.begin()).identity), "aabb");
  EXPECT_EQ((*offered.identities.begin()).obfuscated_ticket_age, 0x01020304u);
  EXPECT_EQ(offered.binders_size(), 2 + 2 * 33u);
  using P = PreSharedKeyClientHello;
  EXPECT_EQ(refusal<P>(vec(2, identity) + vec(2, binder + binder)), Errc::psk_binder_count);
  EXPECT_EQ(refusal<P>(vec(2, identity + identity) + vec(2, binder)), Errc::psk_binder_count);
  EXPECT_EQ(refusal<P>("0000" + vec(2, binder)), Errc::empty_list);
  EXPECT_EQ(refusal<P>(vec(2, identity) + "0000"), Errc::empty_list);
  EXPECT_EQ(refusal<P>(vec(2, identity)), Errc::decode_error) << "no binders at all";
  EXPECT_EQ(refusal<P>(vec(2, "0000 01020304") + vec(2, binder)), Errc::decode_error) << "empty identity";
  EXPECT_EQ(refusal<P>(vec(2, "0001 aa 010203") + vec(2, binder)), Errc::decode_error) << "short age";
  EXPECT_EQ(refusal<P>(vec(2, identity) + vec(2, "20" + repeat("cc", 31))), Errc::decode_error);
  EXPECT_EQ(refusal<P>(vec(2, identity) + vec(2, binder) + "00"), Errc::trailing_data);
}

TEST(PreSharedKey, SelectsByIndex) {
  expect_round_trip<PreSharedKeyServerHello>("0102");
  EXPECT_EQ(decoded<PreSharedKeyServerHello>(hex("0102")).selected_identity, 0x0102);
  EXPECT_EQ(refusal<PreSharedKeyServerHello>("01"), Errc::decode_error);
  EXPECT_EQ(refusal<PreSharedKeyServerHello>("010203"), Errc::trailing_data);
}

TEST(EarlyData, HasASizeInTickets) {
  expect_round_trip<EarlyDataTicket>("00004000");
  EXPECT_EQ(decoded<EarlyDataTicket>(hex("00004000")).max_early_data_size, 16384u);
  expect_exact_length<EarlyDataTicket>("00004000");
}

TEST(SupportedVersions, ListAndChoice) {
  expect_round_trip<SupportedVersionsClientHello>("04 0304 0303");
  const Bytes bytes = hex("04 0304 0303");
  EXPECT_TRUE(decoded<SupportedVersionsClientHello>(bytes).versions.contains(ProtocolVersion::tls1_3));
  EXPECT_EQ(refusal<SupportedVersionsClientHello>("00"), Errc::empty_list);
  EXPECT_EQ(refusal<SupportedVersionsClientHello>("03 0304 03"), Errc::decode_error);
  EXPECT_EQ(refusal<SupportedVersionsClientHello>("02 0304 00"), Errc::trailing_data);
  expect_round_trip<SelectedVersion>("0304");
  EXPECT_EQ(decoded<SelectedVersion>(hex("0304")).version, ProtocolVersion::tls1_3);
  EXPECT_EQ(refusal<SelectedVersion>("03"), Errc::decode_error);
  EXPECT_EQ(refusal<SelectedVersion>("02 0304"), Errc::trailing_data) << "the form of a client";
}

TEST(Cookie, IsNotEmpty) {
  expect_round_trip<Cookie>("0002 aabb");
  expect_exact_length<Cookie>("0002 aabb");
  EXPECT_EQ(refusal<Cookie>("0000"), Errc::decode_error);
}

TEST(PskKeyExchangeModes, AreNotEmpty) {
  expect_round_trip<PskKeyExchangeModes>("02 01 0b");
  const Bytes bytes = hex("02 01 0b");
  const auto modes = decoded<PskKeyExchangeModes>(bytes);
  EXPECT_TRUE(modes.contains(PskKeyExchangeMode::psk_dhe_ke));
  EXPECT_FALSE(modes.contains(PskKeyExchangeMode::psk_ke));
  EXPECT_EQ(modes.modes[0], PskKeyExchangeMode::psk_dhe_ke);
  EXPECT_EQ(refusal<PskKeyExchangeModes>("00"), Errc::empty_list);
  EXPECT_EQ(refusal<PskKeyExchangeModes>(""), Errc::decode_error);
  EXPECT_EQ(refusal<PskKeyExchangeModes>("01 01 00"), Errc::trailing_data);
  const std::array own{PskKeyExchangeMode::psk_dhe_ke};
  EXPECT_EQ(to_hex(encoded(PskKeyExchangeModes{own})), "0101");
}

//= rfc8446#4.2.4-1
TEST(CertificateAuthorities, HasNames) {
  expect_round_trip<CertificateAuthorities>("0008 0002 3000 0002 3001");
  expect_exact_length<CertificateAuthorities>("0004 0002 3000");
  EXPECT_EQ(refusal<CertificateAuthorities>("0000"), Errc::empty_list);
  EXPECT_EQ(refusal<CertificateAuthorities>("0002 0000"), Errc::decode_error);
  EXPECT_EQ(refusal<CertificateAuthorities>("0004 0002 3000 00"), Errc::trailing_data);
}

TEST(OidFilters, HaveAnOidEach) {
  expect_round_trip<OidFilters>("0000");
  expect_round_trip<OidFilters>("0009 02 0603 0000 01 06 0000");
  expect_exact_length<OidFilters>("0006 02 0603 0001 05");
  EXPECT_EQ(refusal<OidFilters>("0003 00 0000"), Errc::decode_error);
  EXPECT_EQ(refusal<OidFilters>("0002 01 06"), Errc::decode_error);
}

//= rfc8446#4.2.8-1
TEST(KeyShare, OfAClient) {
  const std::string text = "000b 001d 0002 aabb 0017 0001 cc";
  expect_round_trip<KeyShareClientHello>(text);
  expect_round_trip<KeyShareClientHello>("0000");
  expect_exact_length<KeyShareClientHello>(text);
  const Bytes bytes = hex(text);
  const auto shares = decoded<KeyShareClientHello>(bytes).shares;
  EXPECT_EQ((*shares.begin()).group, NamedGroup::x25519);
  EXPECT_EQ(to_hex((*std::next(shares.begin())).key_exchange), "cc");
  EXPECT_EQ(refusal<KeyShareClientHello>("000a 001d 0001 aa 001d 0001 bb"), Errc::duplicate_key_share);
  EXPECT_EQ(refusal<KeyShareClientHello>("000f 001d 0001 aa 0017 0001 bb 001d 0001 cc"), Errc::duplicate_key_share);
  EXPECT_EQ(refusal<KeyShareClientHello>("0004 001d 0000"), Errc::decode_error) << "empty share";
  EXPECT_EQ(refusal<KeyShareClientHello>("0005 001d 0002 aa"), Errc::decode_error);
  EXPECT_EQ(refusal<KeyShareClientHello>("0000 00"), Errc::trailing_data);
}

TEST(KeyShare, AreBounded) {
  const auto many = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += number(i, 2) + "0001aa";
    return vec(2, text);
  };
  EXPECT_EQ(refusal<KeyShareClientHello>(many(max_key_shares)), std::nullopt);
  EXPECT_EQ(refusal<KeyShareClientHello>(many(max_key_shares + 1)), Errc::wrong_key_share);
}

TEST(KeyShare, OfAServer) {
  expect_round_trip<KeyShareServerHello>("001d 0002 aabb");
  expect_exact_length<KeyShareServerHello>("001d 0002 aabb");
  EXPECT_EQ(refusal<KeyShareServerHello>("001d 0000"), Errc::decode_error);
  expect_round_trip<KeyShareHelloRetryRequest>("001d");
  expect_exact_length<KeyShareHelloRetryRequest>("001d");
}

TEST(OlderExtensions, RoundTrip) {
  expect_round_trip<RenegotiationInfo>("00");
  expect_round_trip<RenegotiationInfo>("02 aabb");
  expect_exact_length<RenegotiationInfo>("02 aabb");
  expect_round_trip<SessionTicketExtension>("");
  expect_round_trip<SessionTicketExtension>("aabb");
  expect_round_trip<CompressCertificate>("04 0002 0001");
  expect_exact_length<CompressCertificate>("02 0001");
  EXPECT_EQ(refusal<CompressCertificate>("00"), Errc::empty_list);
  EXPECT_EQ(refusal<CompressCertificate>("03 000100"), Errc::decode_error);
  EXPECT_EQ(refusal<CompressCertificate>("06 0001 0002 0001"), Errc::invalid_value) << "one twice";
}

TEST(CertificateTypes, OfferAndChoice) {
  expect_round_trip<ClientCertificateTypes>("02 02 00");
  expect_round_trip<ServerCertificateTypes>("01 02");
  EXPECT_EQ(refusal<ServerCertificateTypes>("01 00"), Errc::invalid_value) << "that is what silence means";
  EXPECT_EQ(refusal<ServerCertificateTypes>("00"), Errc::empty_list);
  EXPECT_EQ(refusal<ServerCertificateTypes>("01 00 00"), Errc::trailing_data);
  expect_round_trip<SelectedServerCertificateType>("02");
  expect_exact_length<SelectedClientCertificateType>("00");
}

}  // namespace
}  // namespace keyway::wire
