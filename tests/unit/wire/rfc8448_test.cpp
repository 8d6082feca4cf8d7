// SPDX-License-Identifier: Apache-2.0
//
// The messages of RFC 8448 decode to what the RFC says is in them.
#include "unit/wire/rfc8448.h"

#include <algorithm>

#include "unit/wire/wire_test.h"
#include "wire/handshake_header.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_request13.h"
#include "wire/messages/certificate_verify.h"
#include "wire/messages/client_hello.h"
#include "wire/messages/encrypted_extensions.h"
#include "wire/messages/finished.h"
#include "wire/messages/server_hello.h"

namespace keyway::wire {
namespace {

ByteView body_of(const Bytes& message, HandshakeType type) {
  const auto header = HandshakeHeader::decode(message);
  EXPECT_TRUE(header.has_value());
  EXPECT_EQ(header->type, type);
  EXPECT_EQ(header->length, message.size() - HandshakeHeader::size);
  return ByteView(message).subspan(HandshakeHeader::size);
}

TEST(Rfc8448, ClientHello) {
  const Bytes message = hex(rfc8448::client_hello);
  const auto hello = ClientHello::decode(body_of(message, HandshakeType::client_hello));
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->legacy_version, 0x0303);
  EXPECT_EQ(to_hex(hello->random).substr(0, 8), "cb34ecb1");
  EXPECT_TRUE(hello->legacy_session_id.empty());
  EXPECT_TRUE(std::ranges::equal(hello->cipher_suites,
                                 std::array{CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_CHACHA20_POLY1305_SHA256,
                                            CipherSuite::TLS_AES_256_GCM_SHA384}));
  const auto& extensions = hello->extensions;
  EXPECT_EQ(extensions.all().size(), 9u);
  EXPECT_EQ(as_text(extensions.get<ServerName>()->host_name), "server");
  EXPECT_TRUE(extensions.get<RenegotiationInfo>()->renegotiated_connection.empty());
  EXPECT_EQ(extensions.get<SupportedGroups>()->groups.size(), 9u);
  EXPECT_TRUE(extensions.get<SessionTicketExtension>()->ticket.empty());
  const KeyShareEntry share = *extensions.get<KeyShareClientHello>()->shares.begin();
  EXPECT_EQ(share.group, NamedGroup::x25519);
  EXPECT_EQ(share.key_exchange.size(), 32u);
  EXPECT_TRUE(extensions.get<SupportedVersionsClientHello>()->versions.contains(ProtocolVersion::tls1_3));
  EXPECT_EQ(extensions.get<SignatureAlgorithms>()->schemes.size(), 15u);
  EXPECT_EQ(extensions.get<PskKeyExchangeModes>()->modes.size(), 1u);
  EXPECT_EQ(extensions.get<RecordSizeLimit>()->limit, 16385);
  EXPECT_FALSE(extensions.get<PreSharedKeyClientHello>());
}

//= rfc8446#4.2.11.2-1
TEST(Rfc8448, ResumingClientHelloAndWhatItsBinderCovers) {
  const Bytes message = hex(rfc8448::resuming_client_hello);
  const auto hello = ClientHello::decode(body_of(message, HandshakeType::client_hello));
  ASSERT_TRUE(hello.has_value());
  const auto& offered = hello->extensions.get<PreSharedKeyClientHello>();
  ASSERT_TRUE(offered);
  ASSERT_EQ(offered->identities.size(), 1u);
  EXPECT_EQ((*offered->identities.begin()).identity.size(), 178u);
  EXPECT_EQ((*offered->identities.begin()).obfuscated_ticket_age, 0xfad6aacbu);
  EXPECT_EQ((*offered->binders.begin()).size(), 32u);
  EXPECT_TRUE(hello->extensions.get<EarlyData>());
  EXPECT_EQ(hello->extensions.get<Padding>()->size, 87u);
  EXPECT_EQ(hello->truncated(message).size(), 477u) << "RFC 8448 section 4: the prefix has 477 octets";
}

TEST(Rfc8448, ServerHellos) {
  const Bytes message = hex(rfc8448::server_hello);
  const ByteView body = body_of(message, HandshakeType::server_hello);
  EXPECT_TRUE(ServerHello::matches(body));
  const auto hello = ServerHello::decode(body);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->version(), ProtocolVersion::tls1_3);
  EXPECT_EQ(hello->cipher_suite, CipherSuite::TLS_AES_128_GCM_SHA256);
  EXPECT_EQ(hello->extensions.get<KeyShareServerHello>()->share.group, NamedGroup::x25519);
  EXPECT_FALSE(hello->extensions.get<PreSharedKeyServerHello>());
  const Bytes resuming = hex(rfc8448::resuming_server_hello);
  const auto second = ServerHello::decode(body_of(resuming, HandshakeType::server_hello));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->extensions.get<PreSharedKeyServerHello>()->selected_identity, 0);
}

TEST(Rfc8448, HelloRetryRequest) {
  const Bytes message = hex(rfc8448::hello_retry_request);
  const ByteView body = body_of(message, HandshakeType::server_hello);
  EXPECT_TRUE(HelloRetryRequest::matches(body));
  const auto retry = HelloRetryRequest::decode(body);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->extensions.get<KeyShareHelloRetryRequest>()->selected_group, NamedGroup::secp256r1);
  EXPECT_EQ(retry->extensions.get<Cookie>()->cookie.size(), 114u);
}

TEST(Rfc8448, TheRestOfTheServersFlight) {
  const Bytes extensions = hex(rfc8448::encrypted_extensions);
  const auto parameters = EncryptedExtensions::decode(body_of(extensions, HandshakeType::encrypted_extensions));
  ASSERT_TRUE(parameters.has_value());
  EXPECT_TRUE(parameters->extensions.get<ServerNameAck>());
  EXPECT_EQ(parameters->extensions.get<RecordSizeLimit>()->limit, 16385);
  EXPECT_EQ(parameters->extensions.get<SupportedGroups>()->groups.size(), 9u);

  const Bytes chain = hex(rfc8448::certificate);
  const auto certificate = Certificate13::decode(body_of(chain, HandshakeType::certificate));
  ASSERT_TRUE(certificate.has_value());
  ASSERT_EQ(certificate->entries.size(), 1u);
  EXPECT_EQ((*certificate->entries.begin()).cert_data.size(), 432u);

  const Bytes proof = hex(rfc8448::certificate_verify);
  const auto verify = CertificateVerify::decode(body_of(proof, HandshakeType::certificate_verify));
  ASSERT_TRUE(verify.has_value());
  EXPECT_EQ(verify->algorithm, SignatureScheme::rsa_pss_rsae_sha256);
  EXPECT_EQ(verify->signature.size(), 128u);

  const Bytes end = hex(rfc8448::finished);
  EXPECT_EQ(Finished::decode(body_of(end, HandshakeType::finished))->verify_data.size(), 32u);

  const Bytes asked = hex(rfc8448::certificate_request);
  const auto request = CertificateRequest13::decode(body_of(asked, HandshakeType::certificate_request));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->extensions.get<SignatureAlgorithms>()->schemes.size(), 15u);
}

}  // namespace
}  // namespace keyway::wire
