// SPDX-License-Identifier: Apache-2.0
//
// Chooses a protection.
#include "record/protection_factory.h"

#include "record/aead12.h"
#include "record/cbc_hmac.h"
#include "record/legacy/legacy.h"

namespace keyway::record {
namespace {

Result<std::unique_ptr<RecordMac>> make_mac(const CipherSuiteInfo& suite, const RecordRules& rules, ByteView key,
                                            const crypto::Provider& provider) {
  const auto algorithm = mac_hash(suite.mac);
  const crypto::HashMethods* hash = algorithm ? provider.hash(*algorithm) : nullptr;
  if (hash == nullptr) return fail(Errc::unsupported_algorithm);
  if (rules.mac != MacForm::ssl3) return std::make_unique<HmacRecordMac>(*hash, key);
  auto mac = make_ssl3_mac(*hash, key);
  if (mac == nullptr) return fail(Errc::unsupported_algorithm);
  return mac;
}

CbcParts make_parts(std::unique_ptr<crypto::BulkCipher> cipher, std::unique_ptr<RecordMac> mac, const RecordRules& rules,
                    ByteView iv) {
  return {.cipher = std::move(cipher),
          .mac = std::move(mac),
          .order = rules.mac == MacForm::hmac_of_cipher ? MacOrder::cipher_first : MacOrder::mac_first,
          .iv_rule = rules.cbc_iv,
          .first_iv = Secret<crypto::max_cipher_block>(iv)};
}

PaddingRule padding_rule(const RecordRules& rules) noexcept {
  if (rules.mac == MacForm::ssl3) return PaddingRule::one_block;
  // The option is for old peers, which chain; no newer one has a reason to pad wrongly.
  return rules.cbc_iv == CbcIv::chained && !rules.check_padding ? PaddingRule::length_only : PaddingRule::every_byte;
}

/// RFC 5246 F.3: only who knows the IV of a record before he chooses its content gains anything.
std::optional<std::size_t> first_part(const RecordRules& rules) noexcept {
  if (rules.cbc_iv != CbcIv::chained || rules.split == BeastMitigation::disabled) return std::nullopt;
  return rules.split == BeastMitigation::zero_n ? 0 : 1;
}

/// A chain must begin with a block.
Result<void> check_iv(const CipherSuiteInfo& suite, const RecordRules& rules, const RecordKeys& keys) {
  const std::size_t needed = rules.cbc_iv == CbcIv::chained ? properties(suite.cipher).block_size : 0;
  return keys.iv.size() == needed ? Result<void>() : fail(Errc::internal);
}

/// Null where there is none, or not for such records.
Result<std::unique_ptr<WriteProtection>> make_one_pass_sealer(BulkAlgorithm bulk, const CipherSuiteInfo& suite,
                                                              const RecordRules& rules, const RecordKeys& keys,
                                                              const crypto::Provider& provider) {
  const auto hash = mac_hash(suite.mac);
  if (!hash || rules.mac != MacForm::hmac || rules.cbc_iv != CbcIv::in_record) return nullptr;
  KW_ASSIGN(auto sealer, provider.cbc_hmac_sealer(bulk, *hash, keys.key, keys.mac_key));
  if (sealer == nullptr) return nullptr;
  const CbcOnePassSealer::Sizes sizes{mac_size(suite.mac), crypto::block_size(bulk)};
  return std::make_unique<CbcOnePassSealer>(std::move(sealer), sizes, provider);
}

template <class Protection>
Result<std::unique_ptr<Protection>> or_unsupported(std::unique_ptr<Protection> made) {
  if (made == nullptr) return fail(Errc::unsupported_algorithm);
  return made;
}

}  // namespace

Result<std::unique_ptr<ReadProtection>> make_read_protection(const CipherSuiteInfo& suite, const RecordRules& rules,
                                                             const RecordKeys& keys, const crypto::Provider& provider) {
  if (const auto aead = aead_of(suite.cipher)) return Aead12Opener::make(*aead, keys.key, keys.iv, provider);
  const auto bulk = bulk_of(suite.cipher);
  if (!bulk) return fail(Errc::unsupported_algorithm);
  KW_ASSIGN(auto mac, make_mac(suite, rules, keys.mac_key, provider));
  KW_ASSIGN(auto cipher, provider.decrypter(*bulk, keys.key));
  if (properties(suite.cipher).kind == CipherKind::stream) {
    return or_unsupported(make_stream_opener(std::move(cipher), std::move(mac)));
  }
  KW_TRY(check_iv(suite, rules, keys));
  return std::make_unique<CbcOpener>(make_parts(std::move(cipher), std::move(mac), rules, keys.iv), padding_rule(rules));
}

Result<std::unique_ptr<WriteProtection>> make_write_protection(const CipherSuiteInfo& suite, const RecordRules& rules,
                                                               const RecordKeys& keys, const crypto::Provider& provider) {
  if (const auto aead = aead_of(suite.cipher)) return Aead12Sealer::make(*aead, keys.key, keys.iv, provider);
  const auto bulk = bulk_of(suite.cipher);
  if (!bulk) return fail(Errc::unsupported_algorithm);
  KW_ASSIGN(auto one_pass, make_one_pass_sealer(*bulk, suite, rules, keys, provider));
  if (one_pass != nullptr) return one_pass;
  KW_ASSIGN(auto mac, make_mac(suite, rules, keys.mac_key, provider));
  KW_ASSIGN(auto cipher, provider.encrypter(*bulk, keys.key));
  if (properties(suite.cipher).kind == CipherKind::stream) {
    return or_unsupported(make_stream_sealer(std::move(cipher), std::move(mac)));
  }
  KW_TRY(check_iv(suite, rules, keys));
  return std::make_unique<CbcSealer>(make_parts(std::move(cipher), std::move(mac), rules, keys.iv), provider, first_part(rules));
}

}  // namespace keyway::record
