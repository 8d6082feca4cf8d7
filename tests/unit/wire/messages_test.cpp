// SPDX-License-Identifier: Apache-2.0
//
// Each message: what it reads, that it writes the same, and every way to refuse it. Real hellos: rfc8448_test.cpp.
#include <array>

#include "keyway/connection.h"
#include "unit/wire/wire_test.h"
#include "wire/alert_codec.h"
#include "wire/handshake_header.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_request13.h"
#include "wire/messages/certificate_verify.h"
#include "wire/messages/client_hello.h"
#include "wire/messages/compressed_certificate.h"
#include "wire/messages/encrypted_extensions.h"
#include "wire/messages/end_of_early_data.h"
#include "wire/messages/finished.h"
#include "wire/messages/key_update.h"
#include "wire/messages/new_session_ticket13.h"
#include "wire/messages/server_hello.h"

namespace keyway::wire {
namespace {

const std::string random = repeat("5a", 32);
const std::string retry_random = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

std::string client_hello(const std::string& session_id, const std::string& suites, const std::string& compression,
                         const std::string& rest) {
  return "0303" + random + session_id + suites + compression + rest;
}

TEST(ClientHello, ReadsItsFields) {
  const Bytes body = hex(client_hello("02 aabb", "0004 1301 0a0a", "01 00", "0004 0031 0000"));
  const auto hello = ClientHello::decode(body);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->legacy_version, 0x0303);
  EXPECT_EQ(to_hex(hello->random), random);
  EXPECT_EQ(to_hex(hello->legacy_session_id), "aabb");
  EXPECT_EQ(hello->cipher_suites.size(), 2u);
  EXPECT_TRUE(hello->cipher_suites.contains(CipherSuite::TLS_AES_128_GCM_SHA256));
  EXPECT_EQ(to_hex(hello->legacy_compression_methods), "00");
  EXPECT_TRUE(hello->has_extensions);
  EXPECT_TRUE(hello->extensions.get<PostHandshakeAuth>());
  EXPECT_EQ(hello->binders_size(), 0u);
  EXPECT_EQ(to_hex(hello->truncated(body)), to_hex(body));
  EXPECT_EQ(to_hex(encoded(*hello)), to_hex(body));
}

//= rfc5246#7.4.1.2-4
TEST(ClientHello, MayEndBeforeTheExtensions) {
  const std::string text = client_hello("00", "0002 002f", "01 00", "");
  const Bytes body = hex(text);
  const auto hello = ClientHello::decode(body);
  ASSERT_TRUE(hello.has_value());
  EXPECT_FALSE(hello->has_extensions);
  expect_round_trip<ClientHello>(text);
  expect_round_trip<ClientHello>(client_hello("00", "0002 002f", "02 01 00", "0000"));
}

//= rfc8446#4.1.2-14
TEST(ClientHello, RefusesOtherStructures) {
  const auto refused = [](const std::string& text) { return refusal<ClientHello>(text); };
  EXPECT_EQ(refused(""), Errc::decode_error);
  EXPECT_EQ(refused("0303"), Errc::decode_error);
  EXPECT_EQ(refused("0303" + repeat("00", 31)), Errc::decode_error);
  EXPECT_EQ(refused(client_hello("20" + repeat("aa", 32), "0002 1301", "01 00", "")), std::nullopt);
  EXPECT_EQ(refused(client_hello("21" + repeat("aa", 33), "0002 1301", "01 00", "")), Errc::decode_error);
  EXPECT_EQ(refused(client_hello("00", "0000", "01 00", "")), Errc::empty_list) << "no suites";
  EXPECT_EQ(refused(client_hello("00", "0003 1301 13", "01 00", "")), Errc::decode_error) << "half a suite";
  EXPECT_EQ(refused(client_hello("00", "0004 1301", "", "")), Errc::decode_error);
  EXPECT_EQ(refused(client_hello("00", "0002 1301", "", "")), Errc::decode_error) << "no compression methods";
  EXPECT_EQ(refused(client_hello("00", "0002 1301", "00", "")), Errc::decode_error) << "empty compression methods";
  EXPECT_EQ(refused(client_hello("00", "0002 1301", "01 00", "00")), Errc::decode_error);
  EXPECT_EQ(refused(client_hello("00", "0002 1301", "01 00", "0001")), Errc::decode_error);
  EXPECT_EQ(refused(client_hello("00", "0002 1301", "01 00", "0000 00")), Errc::trailing_data);
  EXPECT_EQ(refused(client_hello("00", "0002 1301", "01 00", "0004 0031 0001")), Errc::decode_error);
}

TEST(ClientHello, IsRefusedAtEveryCut) {
  const Bytes body = hex(client_hello("02 aabb", "0002 1301", "01 00", "000e 0031 0000 002b 0003 02 0304 1a1a 0000"));
  const std::size_t before_extensions = 2 + 32 + 3 + 4 + 2;
  for (std::size_t size = 0; size < body.size(); ++size) {
    const Bytes part(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(ClientHello::decode(part).has_value(), size == before_extensions) << size;
  }
}

TEST(ClientHello, IsEncodedFromArraysInAnyOrderAndTruncatedForItsBinders) {
  const std::array suites{CipherSuite::TLS_AES_256_GCM_SHA384, CipherSuite::TLS_AES_128_GCM_SHA256};
  const std::array versions{ProtocolVersion::tls1_3};
  const Bytes own_random = hex(random);
  const Bytes identity_bytes = hex("aabb");
  const Bytes null_compression = hex("00");
  const Bytes zeros(32);
  const std::array identities{PskIdentity{identity_bytes, 7}};
  const std::array<ByteView, 1> binders{zeros};
  ClientHello hello{.random = own_random, .cipher_suites = suites, .legacy_compression_methods = null_compression};
  hello.extensions.set(PreSharedKeyClientHello{identities, binders}).set(SupportedVersionsClientHello{versions});
  const Bytes body = encoded(hello);
  const auto back = ClientHello::decode(body);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->cipher_suites[0], CipherSuite::TLS_AES_256_GCM_SHA384);
  EXPECT_EQ(back->binders_size(), 2 + 33u);
  EXPECT_EQ(hello.binders_size(), back->binders_size());
  EXPECT_EQ(back->truncated(body).size(), body.size() - 35);
  EXPECT_EQ(to_hex(back->truncated(body)).substr(2 * (body.size() - 35) - 8), "00000007") << "ends with the age";

  ByteBuffer buffer;
  Writer writer(buffer);
  hello.encode(writer, [&] {
    write_extension(writer, PostHandshakeAuth{});
    write_extension(writer, SupportedVersionsClientHello{versions});
  });
  const auto other = ClientHello::decode(buffer.view());
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ((*other->extensions.all().begin()).type, ExtensionType::post_handshake_auth);
}

std::string server_hello(const std::string& version, const std::string& rand, const std::string& session_id,
                         const std::string& compression, const std::string& rest) {
  return version + rand + session_id + "1301" + compression + rest;
}

TEST(ServerHello, ReadsItsFields) {
  const std::string text =
      server_hello("0303", random, "02 aabb", "00", "0014 002b 0002 0304 0033 0006 001d 0002 ccdd 0029 0002 0000");
  EXPECT_EQ(refusal<ServerHello>(text), Errc::trailing_data) << "the block is two bytes longer";
  const std::string good =
      server_hello("0303", random, "02 aabb", "00", "0016 002b 0002 0304 0033 0006 001d 0002 ccdd 0029 0002 0000");
  const Bytes body = hex(good);
  const auto hello = ServerHello::decode(body);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(to_hex(hello->random), random);
  EXPECT_EQ(to_hex(hello->legacy_session_id_echo), "aabb");
  EXPECT_EQ(hello->cipher_suite, CipherSuite::TLS_AES_128_GCM_SHA256);
  EXPECT_EQ(hello->version(), ProtocolVersion::tls1_3);
  EXPECT_EQ(hello->extensions.get<KeyShareServerHello>()->share.group, NamedGroup::x25519);
  EXPECT_EQ(hello->extensions.get<PreSharedKeyServerHello>()->selected_identity, 0);
  EXPECT_TRUE(hello->extensions12.all().empty());
  expect_round_trip<ServerHello>(good);
  expect_round_trip<ServerHello>(server_hello("0303", random, "00", "00", "0006 002b 0002 0304"));
}

//= rfc8446#4.2.1-6
TEST(ServerHello, OfVersionsBefore) {
  const std::string bare = server_hello("0302", random, "00", "00", "");
  const Bytes body = hex(bare);
  const auto hello = ServerHello::decode(body);
  ASSERT_TRUE(hello.has_value());
  EXPECT_FALSE(hello->has_extensions);
  EXPECT_EQ(hello->version(), ProtocolVersion::tls1_1);
  expect_round_trip<ServerHello>(bare);
  const std::string with = server_hello("0303", random, "00", "00", "0009 0017 0000 ff01 0001 00");
  const Bytes with_body = hex(with);
  const auto second = ServerHello::decode(with_body);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->version(), ProtocolVersion::tls1_2);
  EXPECT_FALSE(second->extensions.get<SelectedVersion>());
  EXPECT_TRUE(second->extensions12.get<RenegotiationInfo>());
  expect_round_trip<ServerHello>(with);
}

TEST(ServerHello, RefusesOtherStructures) {
  const std::string version = "0006 002b 0002 0304";
  const auto refused = [](const std::string& text) { return refusal<ServerHello>(text); };
  EXPECT_EQ(refused(""), Errc::decode_error);
  EXPECT_EQ(refused(server_hello("0303", random, "20" + repeat("aa", 32), "00", version)), std::nullopt);
  EXPECT_EQ(refused(server_hello("0303", random, "21" + repeat("aa", 33), "00", version)), Errc::decode_error);
  EXPECT_EQ(refused(server_hello("0303", random, "00", "01", version)), Errc::decode_error);
  EXPECT_EQ(refused(server_hello("0303", random, "00", "01", "")), Errc::wrong_compression) << "before TLS 1.3";
  EXPECT_EQ(refused(server_hello("0303", random, "00", "", "")), Errc::decode_error);
  EXPECT_EQ(refused(server_hello("0303", random, "00", "00", version + "00")), Errc::trailing_data);
  EXPECT_EQ(refused(server_hello("0303", random, "00", "00", "00")), Errc::decode_error);
  EXPECT_EQ(refused(server_hello("0304", random, "00", "00", version)), Errc::decode_error);
  EXPECT_EQ(refused(server_hello("0301", random, "00", "00", version)), Errc::decode_error);
  EXPECT_EQ(refused(server_hello("fefd", random, "00", "00", version)), Errc::decode_error) << "that of DTLS";
  EXPECT_EQ(refused(server_hello("0303", random, "00", "00", "000a 002b 0002 0304 0017 0000")), Errc::misplaced_extension);
  EXPECT_EQ(refused(server_hello("0303", random, "00", "00", "000c 002b 0002 0304 002b 0002 0304")), Errc::duplicate_extension);
}

TEST(ServerHello, IsOfTls13ByItsExtensionsEvenWithoutAVersion) {
  const Bytes body = hex(server_hello("0303", random, "00", "00", "0006 0029 0002 0000"));
  const auto hello = ServerHello::decode(body);
  ASSERT_TRUE(hello.has_value());
  EXPECT_FALSE(hello->extensions.get<SelectedVersion>());
  EXPECT_TRUE(hello->extensions.get<PreSharedKeyServerHello>());
  EXPECT_EQ(refusal<ServerHello>(server_hello("0302", random, "00", "00", "0006 0029 0002 0000")), Errc::decode_error);
}

//= rfc8446#4.1.3-7
TEST(HelloRetryRequest, IsToldFromServerHelloByItsRandom) {
  const Bytes retry = hex(server_hello("0303", retry_random, "00", "00", "0006 002b 0002 0304"));
  const Bytes hello = hex(server_hello("0303", random, "00", "00", "0006 002b 0002 0304"));
  EXPECT_TRUE(HelloRetryRequest::matches(retry));
  EXPECT_FALSE(ServerHello::matches(retry));
  EXPECT_FALSE(HelloRetryRequest::matches(hello));
  EXPECT_TRUE(ServerHello::matches(hello));
  EXPECT_TRUE(ServerHello::matches(ByteView(retry).first(33))) << "too short to tell: refused as a ServerHello";
  EXPECT_FALSE(HelloRetryRequest::matches({}));
}

TEST(HelloRetryRequest, ReadsItsFields) {
  const std::string text =
      server_hello("0303", retry_random, "01 aa", "00", "0015 002b 0002 0304 0033 0002 0017 002c 0005 0003 010203");
  const Bytes body = hex(text);
  const auto retry = HelloRetryRequest::decode(body);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->extensions.get<KeyShareHelloRetryRequest>()->selected_group, NamedGroup::secp256r1);
  EXPECT_EQ(to_hex(retry->extensions.get<Cookie>()->cookie), "010203");
  EXPECT_EQ(to_hex(retry->legacy_session_id_echo), "aa");
  EXPECT_EQ(retry->cipher_suite, CipherSuite::TLS_AES_128_GCM_SHA256);
  expect_round_trip<HelloRetryRequest>(text);
}

TEST(HelloRetryRequest, RefusesOtherStructures) {
  const auto refused = [](const std::string& version, const std::string& compression, const std::string& rest) {
    return refusal<HelloRetryRequest>(server_hello(version, retry_random, "00", compression, rest));
  };
  EXPECT_EQ(refused("0301", "00", "0006 002b 0002 0304"), Errc::decode_error);
  EXPECT_EQ(refused("fefd", "00", "0006 002b 0002 0304"), Errc::decode_error) << "that of DTLS";
  EXPECT_EQ(refused("0303", "01", "0006 002b 0002 0304"), Errc::decode_error);
  EXPECT_EQ(refused("0303", "00", "0006 0029 0002 0000"), Errc::misplaced_extension);
  EXPECT_EQ(refused("0303", "00", "0004 1234 0000"), Errc::unsolicited_extension);
  EXPECT_EQ(refused("0303", "00", "0008 0033 0004 0017 0000"), Errc::trailing_data) << "the form of a ServerHello";
}

TEST(EncryptedExtensions, IsOneBlock) {
  expect_round_trip<EncryptedExtensions>("0000");
  expect_round_trip<EncryptedExtensions>("000d 0000 0000 0010 0005 0003 02 6832");
  expect_exact_length<EncryptedExtensions>("000d 0000 0000 0010 0005 0003 02 6832");
  EXPECT_EQ(refusal<EncryptedExtensions>(""), Errc::decode_error);
  EXPECT_EQ(refusal<EncryptedExtensions>("0000 00"), Errc::trailing_data);
  EXPECT_EQ(refusal<EncryptedExtensions>("0004 0033 0000"), Errc::misplaced_extension);
  EXPECT_EQ(refusal<EncryptedExtensions>("0004 1a1a 0000"), Errc::unsolicited_extension);
  EXPECT_EQ(refusal<EncryptedExtensions>("0008 0000 0000 0000 0000"), Errc::duplicate_extension);
  EXPECT_EQ(refusal<EncryptedExtensions>("0005 0000 0001 00"), Errc::trailing_data) << "an answer to server_name is empty";
}

TEST(CertificateRequest13, HasAContextAndExtensions) {
  const std::string text = "01 aa 0008 000d 0004 0002 0403";
  expect_round_trip<CertificateRequest13>(text);
  expect_exact_length<CertificateRequest13>(text);
  const Bytes body = hex(text);
  const auto request = CertificateRequest13::decode(body);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(to_hex(request->certificate_request_context), "aa");
  EXPECT_TRUE(request->extensions.get<SignatureAlgorithms>()->schemes.contains(SignatureScheme::ecdsa_secp256r1_sha256));
  EXPECT_EQ(refusal<CertificateRequest13>("00"), Errc::decode_error);
  EXPECT_EQ(refusal<CertificateRequest13>("00 0000"), std::nullopt);
  EXPECT_EQ(refusal<CertificateRequest13>("00 0000 00"), Errc::trailing_data);
  EXPECT_EQ(refusal<CertificateRequest13>("00 0004 0033 0000"), Errc::misplaced_extension);
  EXPECT_EQ(refusal<CertificateRequest13>("00 0005 0005 0001 01"), Errc::trailing_data) << "status_request is empty here";
}

TEST(Certificate13, HasEntriesWithExtensions) {
  const std::string staple = "0005 0005 01 000001 30";
  const std::string timestamps = "0012 0005 0003 0001 aa";
  const std::string text = "00" + vec(3, vec(3, "3001") + vec(2, staple + timestamps) + vec(3, "3002") + "0000");
  expect_round_trip<Certificate13>(text);
  expect_exact_length<Certificate13>(text);
  const Bytes body = hex(text);
  const auto message = Certificate13::decode(body);
  ASSERT_TRUE(message.has_value());
  ASSERT_EQ(message->entries.size(), 2u);
  const CertificateEntry first = *message->entries.begin();
  EXPECT_EQ(to_hex(first.cert_data), "3001");
  EXPECT_EQ(to_hex(first.extensions.get<CertificateStatus>()->response), "30");
  EXPECT_EQ(to_hex(first.extensions.get<SignedCertificateTimestamps>()->list), "00030001aa");
  EXPECT_EQ(to_hex((*std::next(message->entries.begin())).cert_data), "3002");
}

TEST(Certificate13, MayBeEmpty) {
  expect_round_trip<Certificate13>("00 000000");
  expect_round_trip<Certificate13>("02 aabb 000000");
}

TEST(Certificate13, RefusesOtherStructures) {
  EXPECT_EQ(refusal<Certificate13>(""), Errc::decode_error);
  EXPECT_EQ(refusal<Certificate13>("00 0000"), Errc::decode_error);
  EXPECT_EQ(refusal<Certificate13>("00 000000 00"), Errc::trailing_data);
  EXPECT_EQ(refusal<Certificate13>("00 000005 000000 0000"), Errc::decode_error) << "empty certificate";
  EXPECT_EQ(refusal<Certificate13>("00 000004 000001 30"), Errc::decode_error) << "no extensions";
  EXPECT_EQ(refusal<Certificate13>("00" + vec(3, "000001 30 0004 1234 0000")), Errc::unsolicited_extension);
  EXPECT_EQ(refusal<Certificate13>("00" + vec(3, "000001 30 0004 0000 0000")), Errc::misplaced_extension);
  EXPECT_EQ(refusal<Certificate13>("00" + vec(3, "000001 30 0000 000001 30 0004 1234 0000")), Errc::unsolicited_extension);
}

TEST(Certificate13, IsEncodedFromAnArray) {
  const Bytes der = hex("3000");
  const Bytes response = hex("30");
  std::array<CertificateEntry, 2> entries{CertificateEntry{der, {}}, CertificateEntry{der, {}}};
  entries[0].extensions.set(CertificateStatus{response});
  const Bytes body = encoded(Certificate13{{}, entries});
  EXPECT_EQ(to_hex(body), without_blanks("00 000017 000002 3000 0009 0005 0005 01 000001 30 000002 3000 0000"));
}

TEST(CertificateVerify, HasASchemeAndASignature) {
  expect_round_trip<CertificateVerify>("0403 0002 aabb");
  expect_round_trip<CertificateVerify>("0403 0000");
  expect_exact_length<CertificateVerify>("0403 0002 aabb");
  EXPECT_EQ(CertificateVerify::decode(hex("0403 0000"))->algorithm, SignatureScheme::ecdsa_secp256r1_sha256);
}

TEST(Finished, IsAllOfTheBody) {
  expect_round_trip<Finished>("");
  expect_round_trip<Finished>("aabbcc");
}

TEST(NewSessionTicket13, ReadsItsFields) {
  const std::string text = "00015180 01020304 01 07 0002 aabb 0008 002a 0004 00004000";
  expect_round_trip<NewSessionTicket13>(text);
  expect_exact_length<NewSessionTicket13>(text);
  const Bytes body = hex(text);
  const auto ticket = NewSessionTicket13::decode(body);
  ASSERT_TRUE(ticket.has_value());
  EXPECT_EQ(ticket->ticket_lifetime, 86400u);
  EXPECT_EQ(ticket->ticket_age_add, 0x01020304u);
  EXPECT_EQ(to_hex(ticket->ticket_nonce), "07");
  EXPECT_EQ(to_hex(ticket->ticket), "aabb");
  EXPECT_EQ(ticket->extensions.get<EarlyDataTicket>()->max_early_data_size, 16384u);
  EXPECT_EQ(refusal<NewSessionTicket13>("00015180 01020304 00 0000 0000"), Errc::decode_error) << "empty ticket";
  EXPECT_EQ(refusal<NewSessionTicket13>("00015180 01020304 00 0001 aa 0004 1234 0000"), std::nullopt);
  EXPECT_EQ(refusal<NewSessionTicket13>("00015180 01020304 00 0001 aa 0004 0033 0000"), Errc::misplaced_extension);
  EXPECT_EQ(refusal<NewSessionTicket13>("00015180 01020304 00 0001 aa 0004 002a 0000"), Errc::decode_error);
  EXPECT_EQ(refusal<NewSessionTicket13>("00015180 01020304 00 0001 aa 0000 00"), Errc::trailing_data);
}

//= rfc8446#4.6.3-3
TEST(KeyUpdate, AsksOrDoesNot) {
  EXPECT_EQ(KeyUpdate::decode(hex("00"))->request_update, KeyUpdateRequest::update_not_requested);
  EXPECT_EQ(KeyUpdate::decode(hex("01"))->request_update, KeyUpdateRequest::update_requested);
  expect_round_trip<KeyUpdate>("01");
  EXPECT_EQ(refusal<KeyUpdate>("02"), Errc::wrong_key_update);
  EXPECT_EQ(refusal<KeyUpdate>("ff"), Errc::wrong_key_update);
  EXPECT_EQ(refusal<KeyUpdate>(""), Errc::decode_error);
  EXPECT_EQ(refusal<KeyUpdate>("0000"), Errc::trailing_data);
}

TEST(EndOfEarlyData, IsEmpty) {
  expect_round_trip<EndOfEarlyData>("");
  EXPECT_EQ(refusal<EndOfEarlyData>("00"), Errc::trailing_data);
}

TEST(CompressedCertificate, IsReadByItsHandler) {
  const auto read = [](const char* text) {
    const Bytes body = hex(text);
    const auto fields = CompressedCertificate::decode(body)->read();
    return fields ? to_hex(fields->compressed) : std::string(to_string(fields.error().code()));
  };
  EXPECT_EQ(read("0001 000005 000002 aabb"), "aabb");
  EXPECT_EQ(read("0001 000005 000000"), "decode_error") << "nothing in it";
  EXPECT_EQ(read("0001 000005 000002 aa"), "decode_error");
  EXPECT_EQ(read("0001 000005 000001 aabb"), "trailing_data");
  const Bytes content = hex("aabb");
  EXPECT_EQ(to_hex(encoded(CompressedFields{CertificateCompression::brotli, 0x010203, content})), "0002010203000002aabb");
}

TEST(Messages, SayWhenTheyAreHashed) {
  EXPECT_EQ(ClientHello::hashed, Hashed::by_handler);
  EXPECT_EQ(ServerHello::hashed, Hashed::by_handler);
  EXPECT_EQ(HelloRetryRequest::hashed, Hashed::by_handler);
  EXPECT_EQ(EncryptedExtensions::hashed, Hashed::after);
  EXPECT_EQ(CertificateVerify::hashed, Hashed::after);
  EXPECT_EQ(Finished::hashed, Hashed::by_handler);
  EXPECT_EQ(NewSessionTicket13::hashed, Hashed::never);
  EXPECT_EQ(KeyUpdate::hashed, Hashed::never);
}

TEST(HandshakeHeader, IsTypeAndLength) {
  expect_round_trip<HandshakeHeader>("0b 010203");
  const auto header = HandshakeHeader::decode(hex("0b 010203"));
  EXPECT_EQ(header->type, HandshakeType::certificate);
  EXPECT_EQ(header->length, 0x010203u);
  EXPECT_EQ(refusal<HandshakeHeader>("0b 0102"), Errc::decode_error);
}

//= rfc8446#5.1-4
TEST(Alert, IsTwoBytes) {
  expect_round_trip<Alert>("0228");
  expect_round_trip<Alert>("01ff");
  EXPECT_EQ(Alert::decode(hex("0228"))->description, AlertDescription::handshake_failure);
  EXPECT_EQ(refusal<Alert>(""), Errc::bad_alert);
  EXPECT_EQ(refusal<Alert>("02"), Errc::bad_alert);
  EXPECT_EQ(refusal<Alert>("02280228"), Errc::bad_alert);
  EXPECT_EQ(refusal<Alert>("0028"), Errc::wrong_alert_level);
  EXPECT_EQ(refusal<Alert>("0328"), Errc::wrong_alert_level);
}

}  // namespace
}  // namespace keyway::wire
