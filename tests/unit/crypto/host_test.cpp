// SPDX-License-Identifier: Apache-2.0
//
// The host program notices nothing: libcrypto's error queue stays as it was, entries and marks, whatever succeeds or fails.
#include <openssl/err.h>

#include <functional>

#include "keys.h"
#include "names/named_group.h"

namespace keyway::crypto::test {
namespace {

/// What the host program left in the queue: entries with these reasons, the second one marked.
constexpr int first_reason = 40;
void leave_entries(int count) {
  ERR_clear_error();
  for (int i = 0; i < count; ++i) {
    ERR_raise_data(ERR_LIB_USER, first_reason + i, "entry %d", i);
    if (i == 1) ERR_set_mark();
  }
}

/// Empties the queue, oldest entry first.
std::vector<int> take_reasons() {
  std::vector<int> reasons;
  while (const unsigned long error = ERR_get_error())
    reasons.push_back(ERR_GET_LIB(error) == ERR_LIB_USER ? ERR_GET_REASON(error) : -1);
  return reasons;
}

/// Runs one use of the seam over queues of several sizes.
void expect_no_trace(const std::string& what, const std::function<void()>& use) {
  for (const int count : {0, 1, 2, 15}) {
    leave_entries(count);
    use();
    const char* data = nullptr;
    int flags = 0;
    if (count > 0) {
      EXPECT_EQ(ERR_GET_REASON(ERR_peek_last_error_data(&data, &flags)), first_reason + count - 1) << what;
      EXPECT_STREQ(data, ("entry " + std::to_string(count - 1)).c_str()) << what;
    }
    if (count > 1) { EXPECT_EQ(ERR_pop_to_mark(), 1) << what << " lost the host's mark"; }
    std::vector<int> expected;
    for (int i = 0; i < std::min(count, 2); ++i) expected.push_back(first_reason + i);
    EXPECT_EQ(take_reasons(), expected) << what << " over " << count << " entries";
  }
}

/// Of the curves whose shares are points; of the others any octets may be a share, also such that begin as points do.
bool has_points(NamedGroup group) {
  const GroupKind kind = find_named_group(group)->kind;
  return kind == GroupKind::nist || kind == GroupKind::brainpool;
}

TEST(Host, AgreementLeavesNoTrace) {
  for (const NamedGroup group : provider().groups()) {
    const std::string name(to_string(group));
    const auto other = provider().key_agreement(group).value();
    const auto agree = [&](Bytes share) { return std::move(*provider().key_agreement(group).value()).agree(share); };
    expect_no_trace(name, [&] { EXPECT_TRUE(agree(to_bytes(other->share())).has_value()); });
    Bytes off_curve = to_bytes(other->share());
    off_curve.back() ^= std::byte{1};
    if (has_points(group)) {
      expect_no_trace(name + " off its curve", [&] { EXPECT_EQ(code_of(agree(off_curve)), Errc::invalid_key_share); });
    }
    expect_no_trace(name + " of zeros",
                    [&] { EXPECT_EQ(code_of(agree(Bytes(other->share().size()))), Errc::invalid_key_share); });
    expect_no_trace(name + " cut", [&] { EXPECT_EQ(code_of(agree(Bytes(3))), Errc::invalid_key_share); });
  }
  const auto unknown = static_cast<NamedGroup>(0xfafa);
  expect_no_trace("unknown group", [&] { EXPECT_EQ(code_of(provider().key_agreement(unknown)), Errc::unsupported_algorithm); });
}

TEST(Host, RecordsLeaveNoTrace) {
  for (const AeadAlgorithm algorithm : provider().aeads()) {
    const std::string name = "AEAD " + std::to_string(static_cast<int>(algorithm));
    const auto opener = provider().opener(algorithm, Bytes(key_size(algorithm))).value();
    const auto sealer = provider().sealer(algorithm, Bytes(key_size(algorithm))).value();
    const Bytes text(20);
    const ByteView piece = text;
    Bytes record(text.size() + sealer->tag_size());
    expect_no_trace(name, [&] {
      EXPECT_TRUE(sealer->rekey(Bytes(key_size(algorithm))).has_value());
      EXPECT_TRUE(sealer->seal(Bytes(12), {}, {&piece, 1}, record).has_value());
      EXPECT_TRUE(opener->open(Bytes(12), {}, record).has_value());
    });
    expect_no_trace(name + " with a wrong tag",
                    [&] { EXPECT_EQ(code_of(opener->open(Bytes(12), {}, record)), Errc::bad_record_mac); });
    expect_no_trace(name + " with a wrong key", [&] {
      EXPECT_EQ(code_of(provider().opener(algorithm, Bytes(3))), Errc::internal);
      EXPECT_EQ(code_of(sealer->rekey(Bytes(3))), Errc::internal);
    });
  }
}

class HostKeys : public testing::TestWithParam<Provider::NewKey> {};

TEST_P(HostKeys, SignaturesLeaveNoTrace) {
  const auto signer = new_signer(GetParam());
  const auto key = public_key_of(*signer).value();
  std::size_t made = 0;
  for (unsigned number = 0x0201; number <= 0x081c; ++number) {
    const auto scheme = static_cast<SignatureScheme>(number);
    const auto algorithm = algorithm_of(scheme);
    if (!algorithm) continue;
    const std::string name = "scheme " + std::to_string(number);
    const auto signature = sign(*signer, scheme, as_bytes("m"));
    expect_no_trace("signing, " + name, [&] {
      EXPECT_EQ(sign(*signer, scheme, as_bytes("m")).has_value(), signature.has_value());
      EXPECT_LE(signer->can(scheme), signature.has_value());
    });
    const auto expect_refused = [&](const Bytes& wrong) {
      expect_no_trace("verification, " + name,
                      [&] { EXPECT_EQ(code_of(key->verify(*algorithm, as_bytes("m"), wrong)), Errc::verification_failed); });
    };
    for (const std::size_t size : {0u, 1u, 64u, 70u, 114u, 256u}) expect_refused(Bytes(size, std::byte{1}));
    if (!signature) continue;
    ++made;
    expect_no_trace("verification, " + name,
                    [&] { EXPECT_TRUE(key->verify(*algorithm, as_bytes("m"), *signature).has_value()); });
    Bytes wrong = *signature;
    wrong[wrong.size() / 2] ^= std::byte{1};
    expect_refused(wrong);
  }
  EXPECT_GT(made, 0u);
}

TEST_P(HostKeys, LoadingLeavesNoTrace) {
  const SecretBytes der = provider().generate_private_key(GetParam()).value();
  expect_no_trace("generation", [] { EXPECT_TRUE(provider().generate_private_key(GetParam()).has_value()); });
  expect_no_trace("loading", [&] { EXPECT_TRUE(provider().private_key(der.expose(), {}).has_value()); });
  expect_no_trace("loading with a needless password",
                  [&] { EXPECT_TRUE(provider().private_key(der.expose(), as_bytes("x")).has_value()); });
  const auto signer = provider().private_key(der.expose(), {}).value();
  expect_no_trace("import", [&] { EXPECT_TRUE(public_key_of(*signer).has_value()); });
  for (const std::size_t at : {1u, 5u, 12u, 30u}) {
    Bytes damaged = to_bytes(der.expose());
    if (at >= damaged.size()) continue;
    damaged[at] ^= std::byte{0x41};
    expect_no_trace("loading, damaged at " + std::to_string(at), [&] { (void)provider().private_key(damaged, as_bytes("x")); });
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, HostKeys,
                         testing::Values(Provider::NewKey::ec_p256, Provider::NewKey::rsa_2048, Provider::NewKey::rsa_pss_2048,
                                         Provider::NewKey::ed25519, Provider::NewKey::ed448, Provider::NewKey::brainpool_p256));

TEST(Host, RefusedKeysLeaveNoTrace) {
  for (const std::string_view der : {"", "30", "3000", "3082", "3003020100", "300000", "0500"}) {
    expect_no_trace("DER " + std::string(der),
                    [&] { EXPECT_EQ(code_of(provider().private_key(hex(der), {})), Errc::invalid_private_key); });
  }
  const std::string_view headed =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END RSA PRIVATE KEY-----\n";
  expect_no_trace("legacy PEM",
                  [&] { EXPECT_EQ(code_of(provider().private_key_pem(headed, as_bytes("pw"))), Errc::wrong_password); });
  const std::string_view unknown_cipher =
      "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: ROT-13,0011223344556677\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
  expect_no_trace("unknown cipher", [&] {
    EXPECT_EQ(code_of(provider().private_key_pem(unknown_cipher, as_bytes("pw"))), Errc::invalid_private_key);
  });
  for (const std::string_view body : {"AAAA", "!", "", "MAA="}) {
    const std::string pem = "-----BEGIN PRIVATE KEY-----\n" + std::string(body) + "\n-----END PRIVATE KEY-----\n";
    expect_no_trace("PEM of " + std::string(body),
                    [&] { EXPECT_EQ(code_of(provider().private_key_pem(pem, {})), Errc::invalid_private_key); });
  }
  PublicKeyParts parts;
  const Bytes numbers(256, std::byte{0xff});
  for (const KeyType type : {KeyType::rsa, KeyType::rsa_pss, KeyType::ec, KeyType::ed25519, KeyType::ed448, KeyType::dsa}) {
    parts.type = type;
    parts.key = numbers;
    expect_no_trace("public key", [&] { EXPECT_EQ(code_of(provider().public_key(parts)), Errc::invalid_public_key); });
  }
}

TEST(Host, RandomNumbersLeaveNoTrace) {
  Bytes random(1000);
  expect_no_trace("random", [&] {
    EXPECT_TRUE(provider().random(random).has_value());
    EXPECT_TRUE(provider().random(MutableBytes(random).first(16)).has_value());
  });
}

TEST(Host, TheProviderIsShared) {
  EXPECT_EQ(default_provider(), default_provider());
  EXPECT_NE(provider().name().find("OpenSSL"), std::string_view::npos);
}

}  // namespace
}  // namespace keyway::crypto::test
