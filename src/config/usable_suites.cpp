// SPDX-License-Identifier: Apache-2.0
//
// What would make each handshake of a version fail is told before the first of them.
#include "config/usable_suites.h"

#include <algorithm>

#include "config/problem.h"
#include "names/protocol_version.h"
#include "names/signature_scheme.h"

namespace keyway::config {
namespace {

using Row = CipherSuiteInfo;
using crypto::KeyType;

bool has_certificate(const Row& row) {
  return row.authentication == Authentication::rsa || row.authentication == Authentication::ecdsa ||
         row.authentication == Authentication::dss;
}

/// Whether the certificate's key signs what keys are exchanged with.
bool signs(const Row& row) {
  return has_certificate(row) &&
         (row.key_exchange == KeyExchange::dhe || row.key_exchange == KeyExchange::ecdhe || row.key_exchange == KeyExchange::srp);
}

KeyType key_type_of(SignatureKey key) {
  switch (key) {
    case SignatureKey::rsa: return KeyType::rsa;
    case SignatureKey::rsa_pss: return KeyType::rsa_pss;
    case SignatureKey::ec: return KeyType::ec;
    case SignatureKey::ed25519: return KeyType::ed25519;
    case SignatureKey::ed448: return KeyType::ed448;
    case SignatureKey::dsa: return KeyType::dsa;
  }
  return KeyType::ec;
}

/// RFC 5246 7.4.1.4.1: a scheme for the kind of key that the suite signs with. Before TLS 1.2 nobody names any.
bool has_scheme(const Row& row, ProtocolVersion version, const CommonSettings& common) {
  if (!signs(row) || stream_counterpart(version) < ProtocolVersion::tls1_2) return true;
  return std::ranges::any_of(common.signature_schemes, [&row](SignatureScheme scheme) {
    const SignatureSchemeInfo* known = find_signature_scheme(scheme);
    return known != nullptr && suits(row, key_type_of(known->key)) && !is_for_tls13_alone(scheme);
  });
}

/// A key that signs in newer versions alone may be beside older ones: who has no newer is told so at the handshake.
bool has_key(const Row& row, const CommonSettings& common) {
  if (!has_certificate(row)) return true;
  const bool implied = signs(row) && stream_counterpart(common.versions.front()) < ProtocolVersion::tls1_2;
  return std::ranges::any_of(common.identities, [&](const auto& identity) {
    return suits(row, identity->signer->type()) && (!implied || identity->implied_scheme);
  });
}

bool signs_in(const pki::Identity& identity, ProtocolVersion version) {
  return std::ranges::any_of(identity.schemes, [&](SignatureScheme scheme) { return identity.may_use(scheme, version); });
}

/// The same, and signature_algs leaves the key a scheme where it signs.
bool has_signing_key(const Row& row, const CommonSettings& common) {
  const bool implied = stream_counterpart(common.versions.front()) < ProtocolVersion::tls1_2;
  if (!signs(row) || implied) return has_key(row, common);
  return std::ranges::any_of(common.identities, [&](const auto& identity) {
    return suits(row, identity->signer->type()) && signs_in(*identity, ProtocolVersion::tls1_2);
  });
}

/// RFC 8446 4.2.3: kinds of keys that a scheme of TLS 1.3 is for.
bool signs_in_tls13(KeyType type) {
  return std::ranges::any_of(keyway::all_signature_schemes(),
                             [type](const SignatureSchemeInfo& row) { return row.in_handshake && key_type_of(row.key) == type; });
}

std::unexpected<Error> unusable(std::string option, ProtocolVersion version, const std::string& mend) {
  return refuse(Errc::conflicting_options, std::move(option), std::string(to_string(version)),
                mend + ", or take the version out of versions");
}

Result<void> check_tls13(const CommonSettings& common) {
  const auto can = [](const auto& identity) { return signs_in_tls13(identity->signer->type()); };
  if (std::ranges::none_of(common.identities, can))
    return unusable("certs_keys", ProtocolVersion::tls1_3, "none of the keys signs in it: add an ECDSA, RSA or EdDSA key");
  const auto signs_with_any = [](const auto& identity) { return signs_in(*identity, ProtocolVersion::tls1_3); };
  if (std::ranges::any_of(common.identities, signs_with_any)) return {};
  return unusable("signature_algs", ProtocolVersion::tls1_3, "the keys sign with none of them in it: add one");
}

Result<void> check_older(ProtocolVersion version, const CommonSettings& common, bool by_own_keys) {
  std::vector<const Row*> rows;
  for (const CipherSuite suite : common.cipher_suites) {
    if (const Row* row = find_cipher_suite(suite); is_for(*row, version)) rows.push_back(row);
  }
  // A server's own keys are judged below.
  if (!by_own_keys) std::erase_if(rows, [&](const Row* row) { return !has_scheme(*row, version, common); });
  if (rows.empty()) return unusable("signature_algs", version, "none of the schemes is for its suites in ciphers: add one");
  if (!by_own_keys) return {};
  if (std::ranges::none_of(rows, [&](const Row* row) { return has_key(*row, common); }))
    return unusable("certs_keys", version,
                    "none of the keys is of a kind that its suites in ciphers authenticate with: add one, or another suite");
  if (std::ranges::any_of(rows, [&](const Row* row) { return has_signing_key(*row, common); })) return {};
  return unusable("signature_algs", version, "the keys sign with none of them for its suites in ciphers: add one");
}

/// Neither version nor suites need have been named: what is asked for is then what TLS 1.3 does.
void leave_out_older(ProtocolVersion first, CommonSettings& common) {
  common.warnings.push_back("versions: " + std::string(to_string(first)) +
                            " is left out, because none of its suites goes with keys, groups and signature_algs");
  std::erase_if(common.versions, [](ProtocolVersion version) { return stream_counterpart(version) < ProtocolVersion::tls1_3; });
  std::erase_if(common.cipher_suites,
                [](CipherSuite suite) { return !is_for(*find_cipher_suite(suite), ProtocolVersion::tls1_3); });
}

}  // namespace

bool suits(const CipherSuiteInfo& suite, crypto::KeyType key) noexcept {
  //= rfc5246#7.4.2-2
  // RFC 5246 7.4.2: a key that agrees, and one that decrypts.
  if (suite.key_exchange == KeyExchange::ecdh) return key == KeyType::ec;
  if (!signs(suite) && suite.authentication == Authentication::rsa) return key == KeyType::rsa;
  switch (suite.authentication) {
    case Authentication::rsa: return key == KeyType::rsa || key == KeyType::rsa_pss;
    // RFC 8422 5.10: EdDSA keys go with the ECDSA suites.
    case Authentication::ecdsa: return key == KeyType::ec || key == KeyType::ed25519 || key == KeyType::ed448;
    case Authentication::dss: return key == KeyType::dsa;
    default: return false;
  }
}

Result<void> check_usable(const ProtocolOptions& options, bool by_own_keys, CommonSettings& common) {
  const bool has_newer = stream_counterpart(common.versions.front()) == ProtocolVersion::tls1_3;
  if (has_newer && by_own_keys) KW_TRY(check_tls13(common));
  for (const ProtocolVersion version : common.versions) {
    if (stream_counterpart(version) == ProtocolVersion::tls1_3) continue;
    auto usable = check_older(version, common, by_own_keys);
    if (usable) continue;
    const bool named = !options.ciphers.empty() || options.versions != ProtocolOptions().versions;
    if (!has_newer || named) return usable;
    leave_out_older(version, common);
    return {};
  }
  return {};
}

}  // namespace keyway::config
