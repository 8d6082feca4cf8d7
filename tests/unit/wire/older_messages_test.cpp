// SPDX-License-Identifier: Apache-2.0
//
// The messages of TLS 1.2 and below: what each reads in each of its forms, that it writes the same, and every way to refuse it.
#include <array>
#include <random>

#include "unit/wire/older_forms.h"
#include "unit/wire/stable.h"
#include "unit/wire/wire_test.h"
#include "wire/legacy/next_protocol.h"
#include "wire/messages/certificate12.h"
#include "wire/messages/certificate_status12.h"
#include "wire/messages/hello_request.h"
#include "wire/messages/new_session_ticket12.h"
#include "wire/messages/server_hello.h"
#include "wire/messages/server_hello_done.h"

namespace keyway::wire {
namespace {

using enum SignatureForm;

TEST(OlderMessages, ThatAreEmpty) {
  expect_round_trip<HelloRequest>("");
  expect_round_trip<ServerHelloDone>("");
  EXPECT_EQ(refusal<HelloRequest>("00"), Errc::trailing_data);
  EXPECT_EQ(refusal<ServerHelloDone>("00"), Errc::trailing_data);
}

TEST(Certificate12, IsAListOfCertificates) {
  const std::string text = vec(3, vec(3, "3001") + vec(3, "3002"));
  expect_round_trip<Certificate12>(text);
  expect_round_trip<Certificate12>("000000");
  expect_exact_length<Certificate12>(text);
  const Bytes body = hex(text);
  const auto message = Certificate12::decode(body);
  ASSERT_TRUE(message);
  const auto certificates = message->certificates();
  ASSERT_TRUE(certificates);
  ASSERT_EQ(certificates->size(), 2u);
  EXPECT_EQ(to_hex(*certificates->begin()), "3001");
  EXPECT_EQ(refusal<Certificate12>(""), Errc::decode_error);
  EXPECT_EQ(refusal<Certificate12>("000000 00"), Errc::trailing_data);
  for (const char* list : {"000003 000000", "000004 000002 30"}) {
    const Bytes bytes = hex(list);
    const auto other = Certificate12::decode(bytes);
    ASSERT_TRUE(other) << "what is in it depends on what was agreed on (RFC 7250 3)";
    ASSERT_FALSE(other->certificates());
    EXPECT_EQ(other->certificates().error().code(), Errc::decode_error);
  }
  EXPECT_EQ(encoded(Certificate12{body}).size(), body.size() + 3);
}

const std::string ecdh = "03 001d 03 aabbcc";
const std::string dh = "0002 fffb 0001 02 0002 1234";

TEST(ServerKeyExchange, OfEcdheInBothFormsOfItsSignature) {
  const std::string text = ecdh + "0403 0002 3045";
  expect_round_trip<ServerParams<EcdhParams, with_scheme>>(text);
  expect_exact_length<ServerParams<EcdhParams, with_scheme>>(text);
  expect_round_trip<ServerParams<EcdhParams, bare>>(ecdh + "0002 3045");
  expect_exact_length<ServerParams<EcdhParams, bare>>(ecdh + "0002 3045");
  expect_round_trip<ServerParams<EcdhParams, none>>(ecdh);
  expect_exact_length<ServerParams<EcdhParams, none>>(ecdh);
  const Bytes body = hex(text);
  const auto message = ServerKeyExchange::decode(body);
  ASSERT_TRUE(message);
  const auto read = ServerParams<EcdhParams, with_scheme>::decode(message->body);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->params.group, NamedGroup::x25519);
  EXPECT_EQ(to_hex(read->params.point), "aabbcc");
  EXPECT_EQ(read->params.point.data(), body.data() + 4) << "a view, not a copy";
  EXPECT_EQ(read->signature.algorithm, SignatureScheme::ecdsa_secp256r1_sha256);
  EXPECT_EQ(to_hex(read->signature.signature), "3045");
}

TEST(ServerKeyExchange, OfEcdheRefusesOtherStructures) {
  using Params = ServerParams<EcdhParams, with_scheme>;
  EXPECT_EQ(refusal<Params>(""), Errc::decode_error);
  EXPECT_EQ(refusal<Params>("01 001d 03 aabbcc 0403 0000"), Errc::wrong_group) << "a prime curve that is described";
  EXPECT_EQ(refusal<Params>("02 001d 03 aabbcc 0403 0000"), Errc::wrong_group) << "a binary one";
  EXPECT_EQ(refusal<Params>("03 001d 00 0403 0000"), Errc::decode_error) << "no point";
  EXPECT_EQ(refusal<Params>(ecdh), Errc::decode_error) << "no signature";
  EXPECT_EQ(refusal<Params>(ecdh + "0403 0000 00"), Errc::trailing_data);
  EXPECT_EQ((refusal<ServerParams<EcdhParams, none>>(ecdh + "0000")), Errc::trailing_data) << "a signature of nobody";
}

TEST(ServerKeyExchange, OfDhe) {
  expect_round_trip<ServerParams<DhParams, with_scheme>>(dh + "0804 0002 aabb");
  expect_exact_length<ServerParams<DhParams, with_scheme>>(dh + "0804 0002 aabb");
  expect_round_trip<ServerParams<DhParams, bare>>(dh + "0002 aabb");
  expect_round_trip<ServerParams<DhParams, none>>(dh);
  expect_exact_length<ServerParams<DhParams, none>>(dh);
  const Bytes body = hex(dh);
  const auto read = ServerParams<DhParams, none>::decode(body);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_hex(read->params.p), "fffb");
  EXPECT_EQ(to_hex(read->params.g), "02");
  EXPECT_EQ(to_hex(read->params.y), "1234");
  EXPECT_EQ((refusal<ServerParams<DhParams, none>>("0000 0001 02 0001 03")), Errc::decode_error) << "no prime";
  EXPECT_EQ((refusal<ServerParams<DhParams, none>>("0001 05 0000 0001 03")), Errc::decode_error) << "no generator";
  EXPECT_EQ((refusal<ServerParams<DhParams, none>>("0001 05 0001 02 0000")), Errc::decode_error) << "no value";
}

TEST(ServerKeyExchange, OfPreSharedKeys) {
  expect_round_trip<ServerParams<PskHint, none>>("0000");
  expect_round_trip<ServerParams<PskHint, none>>("0002 6162");
  expect_exact_length<ServerParams<PskHint, none>>("0002 6162");
  expect_round_trip<ServerParams<Behind<PskHint, EcdhParams>, none>>("0002 6162" + ecdh);
  expect_exact_length<ServerParams<Behind<PskHint, EcdhParams>, none>>("0002 6162" + ecdh);
  expect_round_trip<ServerParams<Behind<PskHint, DhParams>, none>>("0000" + dh);
  expect_exact_length<ServerParams<Behind<PskHint, DhParams>, none>>("0000" + dh);
  EXPECT_EQ((refusal<ServerParams<Behind<PskHint, EcdhParams>, none>>("0000 01 001d 01 aa")), Errc::wrong_group);
}

TEST(ServerKeyExchange, OfSrp) {
  const std::string text = "0002 fffb 0001 02 01 aa 0002 1234";
  expect_round_trip<ServerParams<SrpParams, none>>(text);
  expect_exact_length<ServerParams<SrpParams, none>>(text);
  expect_round_trip<ServerParams<SrpParams, bare>>(text + "0001 aa");
  expect_round_trip<ServerParams<SrpParams, with_scheme>>(text + "0201 0001 aa");
  const Bytes body = hex(text);
  const auto read = ServerParams<SrpParams, none>::decode(body);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_hex(read->params.n), "fffb");
  EXPECT_EQ(to_hex(read->params.salt), "aa");
  EXPECT_EQ(to_hex(read->params.b), "1234");
  EXPECT_EQ((refusal<ServerParams<SrpParams, none>>("0002 fffb 0001 02 00 0002 1234")), Errc::decode_error) << "no salt";
  EXPECT_EQ((refusal<ServerParams<SrpParams, none>>("0000 0001 02 01 aa 0002 1234")), Errc::decode_error) << "no prime";
  EXPECT_EQ((refusal<ServerParams<SrpParams, none>>("0002 fffb 0000 01 aa 0002 1234")), Errc::decode_error) << "no generator";
  EXPECT_EQ((refusal<ServerParams<SrpParams, none>>("0002 fffb 0001 02 01 aa 0000")), Errc::decode_error) << "no value";
}

TEST(CertificateRequest12, HasSchemesInTls12Alone) {
  const std::string newer = "02 0140 0004 0403 0804 0006 0004 3002 0500";
  const std::string older = "02 0140 0006 0004 3002 0500";
  expect_round_trip<RequestIn<with_scheme>>(newer);
  expect_exact_length<RequestIn<with_scheme>>(newer);
  expect_round_trip<RequestIn<bare>>(older);
  expect_exact_length<RequestIn<bare>>(older);
  expect_round_trip<RequestIn<bare>>("01 01 0000");
  const Bytes body = hex(newer);
  const auto message = CertificateRequest12::decode(body);
  ASSERT_TRUE(message);
  const auto fields = message->read(with_scheme);
  ASSERT_TRUE(fields);
  EXPECT_TRUE(fields->certificate_types.contains(ClientCertificateType::ecdsa_sign));
  EXPECT_EQ(fields->supported_signature_algorithms[1], SignatureScheme::rsa_pss_rsae_sha256);
  EXPECT_EQ(to_hex(*fields->certificate_authorities.begin()), "30020500");
  EXPECT_EQ(refusal<RequestIn<with_scheme>>("00 0002 0403 0000"), Errc::empty_list) << "no types";
  EXPECT_EQ(refusal<RequestIn<with_scheme>>("01 01 0000 0000"), Errc::empty_list) << "no schemes";
  EXPECT_EQ(refusal<RequestIn<with_scheme>>("01 01 0003 040304 0000"), Errc::decode_error) << "half a scheme";
  EXPECT_EQ(refusal<RequestIn<with_scheme>>("01 01 0002 0403 0002 0000"), Errc::decode_error) << "an empty name";
  EXPECT_EQ(refusal<RequestIn<bare>>("01 01 0000 00"), Errc::trailing_data);
  EXPECT_EQ(refusal<RequestIn<bare>>(""), Errc::decode_error);
}

TEST(CertificateVerify12, HasTwoForms) {
  expect_round_trip<VerifyIn<with_scheme>>("0403 0002 aabb");
  expect_exact_length<VerifyIn<with_scheme>>("0403 0002 aabb");
  expect_round_trip<VerifyIn<bare>>("0002 aabb");
  expect_exact_length<VerifyIn<bare>>("0002 aabb");
  EXPECT_EQ(refusal<VerifyIn<bare>>("0403 0002 aabb"), Errc::decode_error) << "the other form";
  EXPECT_EQ(refusal<VerifyIn<with_scheme>>("0002 aabb"), Errc::decode_error) << "the other form";
  expect_round_trip<CertificateVerify12>("aabb");
}

TEST(ClientKeyExchange, OfEachKind) {
  expect_round_trip<Whole<ClientEcdhPublic>>("03 aabbcc");
  expect_exact_length<Whole<ClientEcdhPublic>>("03 aabbcc");
  EXPECT_EQ(refusal<Whole<ClientEcdhPublic>>("00"), Errc::decode_error) << "no point";
  expect_round_trip<Whole<ClientDhPublic>>("0002 1234");
  expect_exact_length<Whole<ClientDhPublic>>("0002 1234");
  EXPECT_EQ(refusal<Whole<ClientDhPublic>>(""), Errc::decode_error) << "the form of fixed keys";
  EXPECT_EQ(refusal<Whole<ClientDhPublic>>("0000"), Errc::decode_error) << "no value";
  expect_round_trip<Whole<ClientPsk>>("0000");
  expect_exact_length<Whole<ClientPsk>>("0002 6162");
  expect_round_trip<Whole<Behind<ClientPsk, ClientEcdhPublic>>>("0002 6162 03 aabbcc");
  expect_exact_length<Whole<Behind<ClientPsk, ClientEcdhPublic>>>("0002 6162 03 aabbcc");
  expect_round_trip<Whole<Behind<ClientPsk, ClientDhPublic>>>("0002 6162 0001 05");
  expect_exact_length<Whole<Behind<ClientPsk, ClientDhPublic>>>("0002 6162 0001 05");
  expect_round_trip<Whole<Behind<ClientPsk, EncryptedPremaster>>>("0002 6162 0002 aabb");
  expect_exact_length<Whole<Behind<ClientPsk, EncryptedPremaster>>>("0002 6162 0002 aabb");
  expect_round_trip<Whole<EncryptedPremaster>>("0002 aabb");
  expect_exact_length<Whole<EncryptedPremaster>>("0002 aabb");
  expect_round_trip<Whole<BareEncryptedPremaster>>("0002 aabb");
  EXPECT_EQ(to_hex(Whole<BareEncryptedPremaster>::decode(hex("0002aabb"))->exchange.ciphertext).size(), 8u);
  expect_round_trip<Whole<ClientSrpPublic>>("0002 1234");
  expect_exact_length<Whole<ClientSrpPublic>>("0002 1234");
  EXPECT_EQ(refusal<Whole<ClientSrpPublic>>("0000"), Errc::decode_error);
  expect_round_trip<ClientKeyExchange>("aabb");
}

TEST(NewSessionTicket12, HasAHintAndATicket) {
  expect_round_trip<NewSessionTicket12>("00001c20 0002 aabb");
  expect_round_trip<NewSessionTicket12>("00000000 0000");
  expect_exact_length<NewSessionTicket12>("00001c20 0002 aabb");
  const auto ticket = NewSessionTicket12::decode(hex("00001c20 0002 aabb"));
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->ticket_lifetime_hint, 7200u);
  EXPECT_EQ(ticket->ticket.size(), 2u);
}

TEST(CertificateStatus12, IsOfOcsp) {
  expect_round_trip<CertificateStatus12>("01 000002 3003");
  expect_exact_length<CertificateStatus12>("01 000002 3003");
  EXPECT_EQ(refusal<CertificateStatus12>("02 000002 3003"), Errc::wrong_status_type);
  EXPECT_EQ(refusal<CertificateStatus12>("01 000000"), Errc::empty_list);
}

TEST(NextProtocol, IsPaddedToABlock) {
  const Bytes chosen = hex("6832");
  const Bytes body = encoded(NextProtocol{chosen});
  EXPECT_EQ(body.size() % 32, 0u);
  EXPECT_EQ(to_hex(body),
            "02683"
            "2"
            "1c" +
                repeat("00", 28));
  EXPECT_EQ(to_hex(NextProtocol::decode(body)->selected_protocol), "6832");
  expect_exact_length<NextProtocol>("02 6832 02 0000");
  for (std::size_t size = 0; size <= 255; ++size) {
    const Bytes name(size, std::byte{0x61});
    const Bytes padded = encoded(NextProtocol{name});
    EXPECT_EQ(padded.size() % 32, 0u) << size;
    EXPECT_EQ(NextProtocol::decode(padded)->selected_protocol.size(), size);
  }
}

TEST(NextProtocolList, MayBeEmptyButHasNoEmptyName) {
  expect_round_trip<NextProtocolList>("");
  expect_round_trip<NextProtocolList>("02 6832 03 6162 63");
  EXPECT_EQ(refusal<NextProtocolList>("00"), Errc::decode_error);
  EXPECT_EQ(refusal<NextProtocolList>("02 68"), Errc::decode_error);
  EXPECT_EQ(refusal<NextProtocolOffer>("00"), Errc::trailing_data);
}

TEST(SrpUser, IsNotEmpty) {
  expect_round_trip<SrpUser>("05 616c696365");
  expect_exact_length<SrpUser>("05 616c696365");
  EXPECT_EQ(refusal<SrpUser>("00"), Errc::decode_error);
}

TEST(OlderExtensions, AreReadWhereTheyBelong) {
  const std::string hello = "0303" + repeat("5a", 32) + "00 0002 c01d 01 00";
  const Bytes client = hex(hello + vec(2, "000c 0006 05 616c696365 3374 0000"));
  const auto offered = ClientHello::decode(client);
  ASSERT_TRUE(offered);
  EXPECT_EQ(as_text(offered->extensions.get<SrpUser>()->user), "alice");
  EXPECT_TRUE(offered->extensions.get<NextProtocolOffer>());
  EXPECT_EQ(refusal<ClientHello>(hello + vec(2, "3374 0001 00")), Errc::trailing_data);
  const std::string answer = "0303" + repeat("5a", 32) + "00 c02f 00";
  const Bytes server = hex(answer + vec(2, "3374 0003 02 6832"));
  const auto answered = ServerHello::decode(server);
  ASSERT_TRUE(answered);
  EXPECT_EQ(as_text(*answered->extensions12.get<NextProtocolList>()->protocols.begin()), "h2");
  EXPECT_EQ(refusal<ServerHello>(answer + vec(2, "000c 0002 01 61")), Errc::unsolicited_extension);
}

TEST(OlderMessages, SayWhenTheyAreHashed) {
  EXPECT_EQ(HelloRequest::hashed, Hashed::never);
  EXPECT_EQ(ServerHelloDone::hashed, Hashed::by_handler);
  EXPECT_EQ(ClientKeyExchange::hashed, Hashed::before);
  EXPECT_EQ(ServerKeyExchange::hashed, Hashed::after);
  EXPECT_EQ(CertificateVerify12::hashed, Hashed::after);
  EXPECT_EQ(NewSessionTicket12::hashed, Hashed::after);
}

template <class T>
void expect_stable_at_random(std::string_view seed) {
  std::mt19937 random(5246);
  const Bytes good = hex(seed);
  ASSERT_TRUE(stable<T>(good));
  int refused = 0;
  for (int round = 0; round < 4000; ++round) {
    Bytes bytes = good;
    for (unsigned change = 0; change <= random() % 3; ++change) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    if (random() % 3 == 0) bytes.resize(random() % (bytes.size() + 4));
    refused += stable<T>(bytes) ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
}

TEST(OlderMessages, AreRefusedOrStableUnderMutation) {
  expect_stable_at_random<Certificate12>("00000a 000002 3001 000002 3002");
  expect_stable_at_random<ServerParams<EcdhParams, with_scheme>>(ecdh + "0403 0002 3045");
  expect_stable_at_random<ServerParams<DhParams, bare>>(dh + "0002 aabb");
  expect_stable_at_random<ServerParams<Behind<PskHint, DhParams>, none>>("0002 6162" + dh);
  expect_stable_at_random<ServerParams<SrpParams, with_scheme>>("0002 fffb 0001 02 01 aa 0002 1234 0201 0001 aa");
  expect_stable_at_random<RequestIn<with_scheme>>("02 0140 0004 0403 0804 0006 0004 3002 0500");
  expect_stable_at_random<NewSessionTicket12>("00001c20 0002 aabb");
  expect_stable_at_random<Whole<Behind<ClientPsk, ClientEcdhPublic>>>("0002 6162 03 aabbcc");
}

}  // namespace
}  // namespace keyway::wire
