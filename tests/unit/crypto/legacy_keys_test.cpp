// SPDX-License-Identifier: Apache-2.0
//
// Key exchange with the keys of certificates: RSA decryption, what is in it, and agreement on a curve. libcrypto encrypts.
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/legacy/premaster.h"
#include "unit/crypto/support.h"

namespace keyway::crypto::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

Bytes encrypted(const Signer& signer, ByteView message, int padding) {
  const auto* der = reinterpret_cast<const unsigned char*>(signer.subject_public_key_info().data());
  const Key key(d2i_PUBKEY(nullptr, &der, static_cast<long>(signer.subject_public_key_info().size())), &EVP_PKEY_free);
  const Context context(EVP_PKEY_CTX_new(key.get(), nullptr), &EVP_PKEY_CTX_free);
  Bytes out(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())));
  std::size_t size = out.size();
  EXPECT_EQ(EVP_PKEY_encrypt_init(context.get()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), padding), 1);
  EXPECT_EQ(EVP_PKEY_encrypt(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                             reinterpret_cast<const unsigned char*>(message.data()), message.size()),
            1);
  return out;
}

Result<SecretBytes> decrypted(const Signer& signer, ByteView ciphertext) {
  const auto slot = std::make_shared<AnswerSlot>();
  signer.decrypt(ciphertext, Answer<SecretBytes>(slot));
  auto answer = slot->take<SecretBytes>();
  if (!answer) return fail(Errc::answer_dropped);
  return std::move(*answer);
}

Result<SharedSecret> agreed(const Signer& signer, ByteView share) {
  const auto slot = std::make_shared<AnswerSlot>();
  signer.agree(share, Answer<SharedSecret>(slot));
  auto answer = slot->take<SharedSecret>();
  if (!answer) return fail(Errc::answer_dropped);
  return std::move(*answer);
}

Bytes premaster() {
  Bytes bytes(48, std::byte{0x5a});
  bytes[0] = bytes[1] = std::byte{3};
  return bytes;
}
const Bytes random_bytes(48, std::byte{0xee});

/// Block type 2 of 128 bytes around the premaster.
Bytes encoded() {
  Bytes block(128, std::byte{0xff});
  block[0] = std::byte{0};
  block[1] = std::byte{2};
  block[79] = std::byte{0};
  std::ranges::copy(premaster(), block.begin() + 80);
  return block;
}

std::string taken(ByteView block, ProtocolVersion version = ProtocolVersion::tls1_2) {
  return to_hex(rsa_premaster(block, version, random_bytes).expose());
}

TEST(RsaPremaster, IsWhatTheClientEncrypted) {
  const auto signer = new_signer(Provider::NewKey::rsa_2048);
  ASSERT_TRUE(signer->can_decrypt());
  const auto plain = decrypted(*signer, encrypted(*signer, premaster(), RSA_PKCS1_PADDING));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->size(), 256u);
  EXPECT_EQ(taken(plain->expose()), to_hex(premaster()));
}

TEST(RsaPremaster, IsRandomWhereAnythingIsWrong) {
  ASSERT_EQ(taken(encoded()), to_hex(premaster()));
  EXPECT_EQ(taken(encoded(), ProtocolVersion::tls1_1), to_hex(random_bytes)) << "the version of another ClientHello";
  for (std::size_t at = 0; at < 82; ++at) {
    Bytes bad = encoded();
    bad[at] = at >= 2 && at < 79 ? std::byte{0} : bad[at] ^ std::byte{1};
    EXPECT_EQ(taken(bad), to_hex(random_bytes)) << at;
  }
  for (const std::size_t size : {0u, 1u, 48u, 58u})
    EXPECT_EQ(taken(ByteView(encoded()).last(size)), to_hex(random_bytes)) << size;
  Bytes least(59, std::byte{1});
  least[0] = least[10] = std::byte{0};
  least[1] = std::byte{2};
  std::ranges::copy(premaster(), least.begin() + 11);
  EXPECT_EQ(taken(least), to_hex(premaster()));
}

TEST(RsaDecryption, SaysNothingAboutPadding) {
  const auto signer = new_signer(Provider::NewKey::rsa_2048);
  Bytes number(256);
  number.back() = std::byte{7};
  const auto plain = decrypted(*signer, encrypted(*signer, number, RSA_NO_PADDING));
  ASSERT_TRUE(plain);
  EXPECT_EQ(to_hex(plain->expose()), to_hex(number)) << "in the size of the modulus, zeros in front";
  EXPECT_EQ(code_of(decrypted(*signer, Bytes(255))), Errc::crypto_failure);
  EXPECT_EQ(code_of(decrypted(*signer, Bytes(257))), Errc::crypto_failure);
  EXPECT_EQ(code_of(decrypted(*signer, Bytes(256, std::byte{0xff}))), Errc::crypto_failure) << "larger than the modulus";
}

TEST(RsaDecryption, IsForRsaKeysAlone) {
  for (const auto kind : {Provider::NewKey::ec_p256, Provider::NewKey::ed25519, Provider::NewKey::rsa_pss_2048}) {
    const auto signer = new_signer(kind);
    EXPECT_FALSE(signer->can_decrypt());
    EXPECT_EQ(code_of(decrypted(*signer, Bytes(256))), Errc::unsupported_algorithm);
  }
}

TEST(StaticAgreement, IsWithThePointOfTheCertificate) {
  const struct {
    Provider::NewKey kind;
    NamedGroup group;
  } table[] = {{Provider::NewKey::ec_p256, NamedGroup::secp256r1},
               {Provider::NewKey::ec_p384, NamedGroup::secp384r1},
               {Provider::NewKey::ec_p521, NamedGroup::secp521r1}};
  for (const auto& row : table) {
    const auto signer = new_signer(row.kind);
    auto client = provider().key_agreement(row.group);
    ASSERT_TRUE(client);
    const Bytes share = to_bytes((*client)->share());
    // The point is the end of SubjectPublicKeyInfo.
    const auto theirs = std::move(**client).agree(signer->subject_public_key_info().last(share.size()));
    const auto ours = agreed(*signer, share);
    ASSERT_TRUE(theirs && ours);
    EXPECT_EQ(to_hex(ours->expose()), to_hex(theirs->expose()));
    Bytes off = share;
    off.back() ^= std::byte{1};
    EXPECT_EQ(code_of(agreed(*signer, off)), Errc::invalid_key_share) << "off the curve";
    EXPECT_EQ(code_of(agreed(*signer, ByteView(share).first(1))), Errc::invalid_key_share);
  }
  EXPECT_EQ(code_of(agreed(*new_signer(Provider::NewKey::rsa_2048), Bytes(65))), Errc::unsupported_algorithm);
}

TEST(Md5Sha1, SignsAndVerifiesWithRsa) {
  const auto signer = new_signer(Provider::NewKey::rsa_2048);
  ASSERT_TRUE(signer->can(SignatureScheme::rsa_pkcs1_md5_sha1));
  const auto signature = sign(*signer, SignatureScheme::rsa_pkcs1_md5_sha1, as_bytes("message"));
  ASSERT_TRUE(signature);
  const auto* der = reinterpret_cast<const unsigned char*>(signer->subject_public_key_info().data());
  const Key key(d2i_PUBKEY(nullptr, &der, static_cast<long>(signer->subject_public_key_info().size())), &EVP_PKEY_free);
  BIGNUM* n = nullptr;
  ASSERT_EQ(EVP_PKEY_get_bn_param(key.get(), "n", &n), 1);
  Bytes modulus(256);
  BN_bn2binpad(n, reinterpret_cast<unsigned char*>(modulus.data()), 256);
  BN_free(n);
  const Bytes exponent = hex("010001");
  const auto public_key = provider().public_key({.type = KeyType::rsa, .key = modulus, .exponent = exponent});
  ASSERT_TRUE(public_key);
  const SignatureAlgorithm algorithm = *algorithm_of(SignatureScheme::rsa_pkcs1_md5_sha1);
  EXPECT_EQ(algorithm.hash, HashAlgorithm::md5_sha1);
  EXPECT_EQ(code_of((*public_key)->verify(algorithm, as_bytes("message"), *signature)), Errc{});
  EXPECT_EQ(code_of((*public_key)->verify(algorithm, as_bytes("massage"), *signature)), Errc::verification_failed);
}

}  // namespace
}  // namespace keyway::crypto::test
