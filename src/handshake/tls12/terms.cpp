// SPDX-License-Identifier: Apache-2.0
//
// The table of versions, and the terms in the facts.
#include "handshake/tls12/terms.h"

#include <algorithm>

#include "handshake/tls12/legacy/profiles.h"
#include "names/cipher_properties.h"

namespace keyway::handshake::tls12 {

namespace {

constexpr Profile tls1_2{.version = ProtocolVersion::tls1_2,
                         .signature = wire::SignatureForm::with_scheme,
                         .iv = CbcIv::in_record,
                         .false_start = true};

}  // namespace

const Profile& profile_of(ProtocolVersion version) noexcept {
  const auto older = legacy_profiles();
  const auto row = std::ranges::find(older, version, &Profile::version);
  return row != older.end() ? *row : tls1_2;
}

bool has_mac_of_its_own(const CipherSuiteInfo& suite) noexcept { return properties(suite.cipher).kind == CipherKind::block; }

RecordRules record_rules(const Terms& terms, const ProtocolOptions& options) noexcept {
  return {.mac = terms.encrypt_then_mac ? MacForm::hmac_of_cipher : terms.profile->mac,
          .cbc_iv = terms.profile->iv,
          .check_padding = options.padding_check,
          .split = options.beast_mitigation};
}

Shape shape_of(const CipherSuiteInfo& suite) noexcept {
  using enum Shape::Parameters;
  Shape shape;
  //= rfc5246#7.4.2-1
  switch (suite.authentication) {
    case Authentication::rsa:
    case Authentication::dss:
    case Authentication::ecdsa: shape.certificate = true; break;
    default: break;
  }
  switch (suite.key_exchange) {
    case KeyExchange::rsa:
    case KeyExchange::ecdh: shape.parameters = never; break;
    case KeyExchange::psk:
    case KeyExchange::rsa_psk: shape.parameters = perhaps; break;
    default: break;
  }
  shape.signs = shape.certificate && shape.parameters == always;
  // Who proves a key or a password is not asked for a certificate.
  //= rfc4279#2-2
  shape.requests = shape.certificate && (suite.key_exchange == KeyExchange::rsa || suite.key_exchange == KeyExchange::dhe ||
                                         suite.key_exchange == KeyExchange::ecdhe || suite.key_exchange == KeyExchange::ecdh);
  return shape;
}

Result<void> settle(Terms& terms, Flow& flow) {
  Facts& facts = flow.facts();
  terms.profile = &profile_of(facts.info.version);
  if (const Established* before = flow.enclosing()) {
    if (before->extended_master_secret != terms.extended_master_secret) return fail(Errc::extended_master_secret_changed);
    //= rfc7366#3.1-1
    if (before->encrypt_then_mac && !terms.encrypt_then_mac && has_mac_of_its_own(*terms.suite))
      return fail(Errc::wrong_encrypt_then_mac);
  }
  facts.info.cipher_suite = static_cast<CipherSuite>(terms.suite->code);
  facts.info.extended_master_secret = terms.extended_master_secret;
  facts.info.encrypt_then_mac = terms.encrypt_then_mac;
  facts.info.secure_renegotiation = !terms.unbound;
  facts.hash = flow.in().provider().hash(terms.profile->hash.value_or(terms.suite->hash));
  if (facts.hash == nullptr) return fail(Errc::unsupported_algorithm);
  // RFC 5246 7.4.8: CertificateVerify signs the messages themselves, under a hash that only its scheme names.
  // What hashes master secrets with them needs them to the end.
  flow.transcript().keep_messages(terms.profile->derivation != nullptr);
  flow.transcript().start(*facts.hash);
  return {};
}

}  // namespace keyway::handshake::tls12
