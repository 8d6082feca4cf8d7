// SPDX-License-Identifier: Apache-2.0
//
// The key schedule of TLS 1.2 and below. The first vector of the PRF is the one that was published when TLS 1.2 was new; all
// other values were computed with the hmac module of Python, and the PRF's also with `openssl kdf TLS1-PRF`.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "keyway/crypto/provider.h"
#include "schedule/exporter.h"
#include "schedule/finished.h"
#include "schedule/key_block12.h"
#include "schedule/master_secret12.h"

namespace keyway::schedule {
namespace {

PrfHash hash_of(HashAlgorithm algorithm) {
  const auto hash = prf_hash(*crypto::default_provider(), algorithm);
  EXPECT_TRUE(hash);
  return *hash;
}

Bytes counting(std::size_t size) {
  Bytes bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(i));
  return bytes;
}

Bytes from_hex(std::string_view text) { return *keyway::from_hex(text); }

const Bytes client_random(32, std::byte{0xc1});
const Bytes server_random(32, std::byte{0x51});

std::string expanded(HashAlgorithm algorithm, const Bytes& secret, std::size_t size) {
  const Bytes seed = from_hex("a0ba9f936cda311827a6f796ffd5198c");
  const ByteView pieces[] = {ByteView(seed).first(5), ByteView(seed).subspan(5)};
  Bytes out(size);
  PrfKey(hash_of(algorithm), secret).expand("test label", pieces, out);
  return to_hex(out);
}

TEST(Prf12, GivesTheKnownAnswers) {
  const Bytes secret = from_hex("9bbe436ba940f017b17652849a71db35");
  EXPECT_EQ(expanded(HashAlgorithm::sha256, secret, 100),
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17"
            "abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66");
  EXPECT_EQ(expanded(HashAlgorithm::sha384, secret, 100),
            "dd88775cd827187b67a3f7652b5c13f715791cc46e0274a6d3fb16651103defc544cd8afb68369a219bb918b8b21ddb1764af0a70339e6de"
            "c085e574f655851ba692513203536bdfc3675e53768210f0a2389dd324311a440c7c30ef44b391d914c3b0c7");
}

TEST(Prf12, OfTwoHashesSplitsItsSecret) {
  Bytes secret = from_hex("9bbe436ba940f017b17652849a71db35");
  EXPECT_EQ(expanded(HashAlgorithm::md5_sha1, secret, 100),
            "661740e6f98bc901efd2738502a71c03f76dd2f86298549b1148eff06714cf0f6b7c532cd8c69f1530e0bb680eec34c495fa75a8bfcc9c33"
            "5484c0d3d194ab6e32975903c50ebcdbe9d67c0591bdbd80dddcc36d33ccd58adf96caae173f48dc40f983e2");
  secret.push_back(std::byte{7});  // the halves of an odd secret share a byte
  EXPECT_EQ(expanded(HashAlgorithm::md5_sha1, secret, 50),
            "11112e77b7963dfd472b87a806593b360cbc34cb21ba724aaa006091627b479343748f66124338cfff36182f20b0e542c4f2");
}

TEST(Prf12, ShorterOutputIsABeginningOfLonger) {
  const Bytes secret = counting(48);
  const std::string longest = expanded(HashAlgorithm::sha256, secret, 200);
  for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 64u, 199u})
    EXPECT_EQ(expanded(HashAlgorithm::sha256, secret, size), longest.substr(0, 2 * size)) << size;
}

TEST(Prf12, NeedsItsHashes) {
  class NoMd5 final : public crypto::Provider {
   public:
    std::span<const NamedGroup> groups() const override { return {}; }
    std::span<const AeadAlgorithm> aeads() const override { return {}; }
    std::string_view name() const override { return "without MD5"; }
    const crypto::HashMethods* hash(HashAlgorithm algorithm) const override {
      return algorithm == HashAlgorithm::sha1 ? crypto::default_provider()->hash(algorithm) : nullptr;
    }
    Result<std::unique_ptr<crypto::AeadSealer>> sealer(AeadAlgorithm, ByteView) const override { return fail(Errc::internal); }
    Result<std::unique_ptr<crypto::AeadOpener>> opener(AeadAlgorithm, ByteView) const override { return fail(Errc::internal); }
    Result<std::unique_ptr<crypto::KeyAgreement>> key_agreement(NamedGroup) const override { return fail(Errc::internal); }
    Result<std::unique_ptr<crypto::PublicKey>> public_key(const crypto::PublicKeyParts&) const override {
      return fail(Errc::internal);
    }
    Result<std::shared_ptr<const crypto::Signer>> private_key(ByteView, ByteView) const override { return fail(Errc::internal); }
    Result<std::shared_ptr<const crypto::Signer>> private_key_pem(std::string_view, ByteView) const override {
      return fail(Errc::internal);
    }
    Result<SecretBytes> generate_private_key(NewKey) const override { return fail(Errc::internal); }
    Result<void> random(MutableBytes) const override { return fail(Errc::internal); }
  };
  const NoMd5 provider;
  for (const HashAlgorithm algorithm : {HashAlgorithm::md5_sha1, HashAlgorithm::sha256}) {
    const auto hash = prf_hash(provider, algorithm);
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code(), Errc::unsupported_algorithm);
  }
  // A provider that was written for TLS 1.3 has an answer for everything that came later.
  EXPECT_TRUE(provider.bulk_ciphers().empty());
  EXPECT_EQ(provider.encrypter(BulkAlgorithm::aes_128_cbc, {}).error().code(), Errc::unsupported_algorithm);
  EXPECT_EQ(provider.decrypter(BulkAlgorithm::aes_128_cbc, {}).error().code(), Errc::unsupported_algorithm);
  EXPECT_EQ(provider.field_agreement({}).error().code(), Errc::unsupported_algorithm);
  EXPECT_EQ(provider.srp_client({}, {}).error().code(), Errc::unsupported_algorithm);
  EXPECT_EQ(provider.srp_server({}, {}).error().code(), Errc::unsupported_algorithm);
}

//= rfc7627#5.2-3, 5.2-4
TEST(MasterSecret12, IsOfTheRandomsOrOfTheSession) {
  const Bytes premaster = counting(48);
  EXPECT_EQ(to_hex(master_secret(hash_of(HashAlgorithm::sha256), premaster, client_random, server_random).value.expose()),
            "5b23e5643a98387dcb37d7597a8434c4179c4892ae7b2974d75f5f3e7a49da7245cd0306b099c4b4af02eab7aea864d6");
  EXPECT_EQ(to_hex(master_secret(hash_of(HashAlgorithm::md5_sha1), premaster, client_random, server_random).value.expose()),
            "f81fc59dc6eac630d9b0f75224835091c755820306aa9221e3fdc4a927036826c4cc39540845a6be4b0d8f6f4a74c38c");
  TranscriptHash session;
  session.size = 32;
  session.bytes.fill(std::byte{0xee});
  EXPECT_EQ(to_hex(extended_master_secret(hash_of(HashAlgorithm::sha256), premaster, session).value.expose()),
            "c066d84afe595aa419c3affbe367117491abc60f0f2e8a6e69cf8d1e1730ca249e0e0cc0edb5612c04a7f93dff6b1795");
}

TEST(Premaster, OfAFieldHasNoLeadingZeros) {
  EXPECT_EQ(to_hex(without_leading_zeros(from_hex("0000ab00"))), "ab00");
  EXPECT_EQ(to_hex(without_leading_zeros(from_hex("ab00"))), "ab00");
  EXPECT_TRUE(without_leading_zeros(from_hex("0000")).empty());
  EXPECT_TRUE(without_leading_zeros({}).empty());
}

TEST(Premaster, OfAPreSharedKeyHasZerosOrAnotherSecretBeforeIt) {
  EXPECT_EQ(to_hex(psk_premaster({}, from_hex("aabbcc")).expose()), "00030000000003aabbcc");
  EXPECT_EQ(to_hex(psk_premaster(from_hex("1122"), from_hex("aabbcc")).expose()), "000211220003aabbcc");
}

TEST(KeyBlock12, IsCutByKindClientFirst) {
  const PrfKey master(hash_of(HashAlgorithm::sha256),
                      master_secret(hash_of(HashAlgorithm::sha256), counting(48), client_random, server_random).value.expose());
  const CipherSuiteInfo& cbc = *find_cipher_suite("ECDHE-RSA-AES128-SHA");
  const KeySizes sizes = key_sizes(cbc, CbcIv::chained);
  EXPECT_EQ(sizes.block(), 104u);
  const KeyBlock12 keys = key_block(master, client_random, server_random, sizes);
  EXPECT_EQ(to_hex(keys.client.mac_key.expose()), "c5083e1668ae71abd2becbb513bf98d5c75d871b");
  EXPECT_EQ(to_hex(keys.server.mac_key.expose()), "2355b4bc765fb20a3e69cfd5e52ee8458f54bab6");
  EXPECT_EQ(to_hex(keys.client.key.expose()), "ea5cf2d343d9bedf1749729fb25ec5db");
  EXPECT_EQ(to_hex(keys.server.key.expose()), "30a31b6a39d16c8265255bb023208015");
  EXPECT_EQ(to_hex(keys.client.iv.expose()), "01c394fd97aa55e436dc436961bd1956");
  EXPECT_EQ(to_hex(keys.server.iv.expose()), "0be325b2ef1dcac6c613a7a08c8af70a");
}

TEST(KeyBlock12, HasTheSizesOfItsSuite) {
  const struct {
    std::string_view suite;
    CbcIv iv;
    KeySizes sizes;
  } table[] = {{"ECDHE-RSA-AES128-SHA", CbcIv::in_record, {20, 16, 0}},
               {"ECDHE-RSA-AES256-SHA384", CbcIv::in_record, {48, 32, 0}},
               {"DES-CBC3-SHA", CbcIv::chained, {20, 24, 8}},
               {"RC4-MD5", CbcIv::chained, {16, 16, 0}},
               {"ECDHE-RSA-AES128-GCM-SHA256", CbcIv::in_record, {0, 16, 4}},
               {"ECDHE-RSA-CHACHA20-POLY1305", CbcIv::in_record, {0, 32, 12}}};
  for (const auto& row : table) {
    const KeySizes sizes = key_sizes(*find_cipher_suite(row.suite), row.iv);
    EXPECT_EQ(sizes.mac, row.sizes.mac) << row.suite;
    EXPECT_EQ(sizes.key, row.sizes.key) << row.suite;
    EXPECT_EQ(sizes.iv, row.sizes.iv) << row.suite;
  }
  for (const CipherSuiteInfo& suite : all_cipher_suites())
    EXPECT_LE(key_sizes(suite, CbcIv::chained).block(), max_key_block) << suite.iana_name;
}

TEST(Finished12, IsTwelveBytesThatSayWhoSent) {
  TranscriptHash transcript;
  transcript.size = 32;
  transcript.bytes.fill(std::byte{0xaa});
  const Bytes premaster = counting(48);
  const PrfHash sha256 = hash_of(HashAlgorithm::sha256);
  const PrfKey master(sha256, master_secret(sha256, premaster, client_random, server_random).value.expose());
  EXPECT_EQ(to_hex(verify_data12(master, Role::client, transcript).view()), "efb20d000a47ec82d4d3c2c8");
  EXPECT_EQ(to_hex(verify_data12(master, Role::server, transcript).view()), "bde8c2c7ae9ee8b7fc6162c1");
  const PrfHash two = hash_of(HashAlgorithm::md5_sha1);
  const PrfKey older(two, master_secret(two, premaster, client_random, server_random).value.expose());
  transcript.size = 36;
  EXPECT_EQ(to_hex(verify_data12(older, Role::client, transcript).view()), "1b87807f0e681ae91253a696");
}

TEST(Exporter12, TellsNoContextFromAnEmptyOne) {
  const PrfHash sha256 = hash_of(HashAlgorithm::sha256);
  const PrfKey master(sha256, master_secret(sha256, counting(48), client_random, server_random).value.expose());
  const auto exported = [&](std::optional<ByteView> context) {
    Bytes out(20);
    EXPECT_TRUE(export_keying_material12(master, "EXPORTER-x", context, client_random, server_random, out));
    return to_hex(out);
  };
  EXPECT_EQ(exported(std::nullopt), "2c8be1617c02bdd627f1b069b159828cfa48298e");
  EXPECT_EQ(exported(ByteView()), "686bb40c5eee998f80a89334f185fade0bfb47c0");
  EXPECT_EQ(exported(as_bytes("abc")), "d84f86c1423632ba789d8dee936c8145f578e1ee");
  Bytes out(20);
  const Bytes context(0x10000);
  const auto refused = export_keying_material12(master, "EXPORTER-x", context, client_random, server_random, out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::too_long);
}

TEST(Transcript, KeepsMessagesWhenAsked) {
  const crypto::HashMethods& sha256 = *crypto::default_provider()->hash(HashAlgorithm::sha256);
  Transcript transcript;
  transcript.keep_messages();
  transcript.update(as_bytes("one"));
  transcript.start(sha256);
  transcript.update(as_bytes("two"));
  EXPECT_EQ(as_text(transcript.messages()), "onetwo");
  const Transcript copy = transcript;
  EXPECT_EQ(as_text(copy.messages()), "onetwo");
  transcript.forget_messages();
  EXPECT_TRUE(transcript.messages().empty());
  transcript.update(as_bytes("three"));
  EXPECT_TRUE(transcript.messages().empty());
  Transcript plain;
  plain.update(as_bytes("onetwothree"));
  plain.start(sha256);
  EXPECT_EQ(to_hex(transcript.current().view()), to_hex(plain.current().view()));
}

}  // namespace
}  // namespace keyway::schedule
