// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 and below with poisoned secrets: the PRF, padding and MAC of records, the premaster secret of RSA.
#include <vector>

#include "ct/checks.h"
#include "record/cbc_hmac.h"
#include "schedule/finished.h"
#include "schedule/key_block12.h"
#include "schedule/master_secret12.h"

#if defined(KEYWAY_LEGACY)
#include "crypto/legacy/premaster.h"
#include "record/legacy/ssl3_mac.h"
#endif

namespace keyway::ct_checks {
namespace {

constexpr std::byte header[] = {std::byte{23}, std::byte{3}, std::byte{3}, std::byte{0}, std::byte{0}};

bool prf12() {
  const auto premaster = secret_bytes<48>(1);
  const std::array<std::byte, 32> random{};
  for (const schedule::PrfHash prf :
       {schedule::PrfHash{&hash(HashAlgorithm::sha256)}, schedule::PrfHash{&hash(HashAlgorithm::sha384)},
        schedule::PrfHash{&hash(HashAlgorithm::md5), &hash(HashAlgorithm::sha1)}}) {
    const auto master = schedule::master_secret(prf, premaster, random, random);
    use(schedule::extended_master_secret(prf, premaster, schedule::empty_hash(hash(HashAlgorithm::sha256))));
    const schedule::PrfKey key(prf, master.value.expose());
    const CipherSuiteInfo& suite = *find_cipher_suite("ECDHE-RSA-AES256-SHA384");
    use(schedule::key_block(key, random, random, schedule::key_sizes(suite, CbcIv::in_record)));
    use(schedule::verify_data12(key, Role::client, schedule::empty_hash(hash(HashAlgorithm::sha256))));
  }
  use(schedule::psk_premaster(premaster, premaster).size());
  return true;
}

/// Decrypts to what is there, and makes a secret of it.
class Revealer final : public crypto::BulkCipher {
 public:
  BulkAlgorithm algorithm() const override { return BulkAlgorithm::aes_128_cbc; }
  Result<void> rekey(ByteView) override { return {}; }
  Result<void> apply(ByteView, ByteViews, MutableBytes out) override {
    ct::poison(out);
    return {};
  }
};

using MakeMac = std::unique_ptr<record::RecordMac> (*)();

template <HashAlgorithm Algorithm>
std::unique_ptr<record::RecordMac> make_hmac() {
  return std::make_unique<record::HmacRecordMac>(hash(Algorithm), secret_bytes<32>(4));
}

/// The form where the library tells no chaining values.
std::unique_ptr<record::RecordMac> make_slow_hmac() {
  static const crypto::HashMethods methods = [] {
    crypto::HashMethods sha1 = hash(HashAlgorithm::sha1);
    sha1.chaining = nullptr;
    return sha1;
  }();
  return std::make_unique<record::HmacRecordMac>(methods, secret_bytes<32>(4));
}

/// Content, MAC and padding behind an IV.
Bytes record_with(const record::RecordMac& mac, std::size_t content, std::size_t padding) {
  Bytes payload(16 + content, std::byte{0x21});
  const ByteView covered = ByteView(payload).subspan(16);
  Bytes tag(mac.size());
  mac.compute(0, header, ByteViews(&covered, 1), tag.data());
  ct::unpoison(tag);
  payload.insert(payload.end(), tag.begin(), tag.end());
  payload.resize(payload.size() + padding + 1, static_cast<std::byte>(padding));
  return payload;
}

/// Good records, and such with every fault that there is: all are opened with the plaintext poisoned.
bool opens_in_constant_time(MakeMac make, record::PaddingRule rule, std::size_t content, std::size_t longest) {
  record::CbcOpener opener({.cipher = std::make_unique<Revealer>(), .mac = make()}, rule);
  const auto mac = make();
  const auto opens = [&](Bytes payload) {
    const auto opened = opener.open(ContentType::application_data, header, payload, 0, 16384);
    if (!opened) return opened.error().code() == Errc::bad_record_mac ? std::size_t{0} : std::size_t{1} << 20;
    return opened->fragment.size();
  };
  for (std::size_t padding = 15 - (content + mac->size()) % 16; padding <= longest; padding += 80) {
    Bytes good = record_with(*mac, content, padding);
    if (opens(good) != content) return false;
    Bytes wrong_mac = good;
    wrong_mac[16 + content] ^= std::byte{1};
    if (opens(wrong_mac) != 0) return false;
    Bytes longer = good;
    longer.back() = std::byte{255};
    if (opens(longer) != 0) return false;
    if (rule != record::PaddingRule::every_byte || padding == 0) continue;
    Bytes wrong_padding = good;
    wrong_padding[good.size() - 2] ^= std::byte{1};
    if (opens(wrong_padding) != 0) return false;
  }
  return true;
}

//= rfc5246#6.2.3.2-4
template <MakeMac Make>
bool cbc() {
  return opens_in_constant_time(Make, record::PaddingRule::every_byte, 100, 255) &&
         opens_in_constant_time(Make, record::PaddingRule::every_byte, 1, 255) &&
         opens_in_constant_time(Make, record::PaddingRule::length_only, 300, 100);
}

#if defined(KEYWAY_LEGACY)
std::unique_ptr<record::RecordMac> make_ssl3() {
  return std::make_unique<record::Ssl3RecordMac>(hash(HashAlgorithm::sha1), secret_bytes<20>(4));
}

bool cbc_ssl3() { return opens_in_constant_time(make_ssl3, record::PaddingRule::one_block, 100, 15); }

bool premaster() {
  std::array<std::byte, 128> block;
  block.fill(std::byte{0xff});
  block[0] = block[79] = std::byte{0};
  block[1] = std::byte{2};
  block[80] = block[81] = std::byte{3};
  const auto random = secret_bytes<48>(9);
  const auto taken = [&random](std::array<std::byte, 128> encoded) {
    ct::poison(encoded);
    return crypto::rsa_premaster(encoded, ProtocolVersion::tls1_2, random);
  };
  if (!ct::equal(taken(block).expose(), ByteView(block).last(48))) return false;
  for (const std::size_t at : {0u, 1u, 2u, 40u, 79u, 80u}) {
    auto bad = block;
    bad[at] = at == 79 || at == 0 || at == 1 ? std::byte{9} : std::byte{0};
    if (!ct::equal(taken(bad).expose(), random)) return false;
  }
  return true;
}
#endif

/// What must be reported: padding that is checked until it is wrong.
bool leaking_padding() {
  Bytes text(64, std::byte{15});
  text[50] = std::byte{9};
  ct::poison(text);
  std::size_t same = 0;
  while (same < text.size() && text[text.size() - 1 - same] == text.back()) ++same;
  ct::unpoison(std::as_bytes(std::span(&same, 1)));
  use(same);
  return true;
}

constexpr Case cases[] = {{"prf12", prf12},
                          {"cbc_sha1", cbc<make_hmac<HashAlgorithm::sha1>>},
                          {"cbc_sha256", cbc<make_hmac<HashAlgorithm::sha256>>},
                          {"cbc_sha384", cbc<make_hmac<HashAlgorithm::sha384>>},
                          {"cbc_without_chaining", cbc<make_slow_hmac>},
#if defined(KEYWAY_LEGACY)
                          {"cbc_ssl3", cbc_ssl3},
                          {"premaster", premaster},
#endif
                          {"leaking_padding", leaking_padding}};

}  // namespace

std::span<const Case> older_cases() { return cases; }

}  // namespace keyway::ct_checks
