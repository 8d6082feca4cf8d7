// SPDX-License-Identifier: Apache-2.0
//
// The lists, put together of the runs that they share. The runs that are called anonymous are kept as OTP has them: what a
// version has of its own, then what the version before it has, and so on down, with what is repeated on the way.
#include "names/suite_lists.h"

#include <algorithm>
#include <initializer_list>

#include "names/cipher_suite_table.h"
#include "names/protocol_version.h"

namespace keyway::otp {

namespace {

using Run = std::initializer_list<std::uint16_t>;
using Suites = std::vector<CipherSuite>;

constexpr Run tls13 = {0x1302, 0x1301, 0x1303, 0x1304};
constexpr Run tls13_short_tags = {0x1305};
constexpr Run aeads = {0xc02c, 0xc030, 0xc0ad, 0xcca9, 0xcca8, 0xc02b, 0xc02f, 0xc0ac, 0xc02e,
                       0xc032, 0xc02d, 0xc031, 0x009f, 0x00a3, 0x009e, 0x00a2, 0xccaa};
constexpr Run aeads_short_tags = {0xc0af, 0xc0ae};
constexpr Run aeads_in_order_of_strength = {0xc02c, 0xc030, 0xc0ad, 0xc0af, 0xcca9, 0xcca8, 0xc02b, 0xc02f, 0xc0ac, 0xc0ae,
                                            0xc02e, 0xc032, 0xc02d, 0xc031, 0x009f, 0x00a3, 0x009e, 0x00a2, 0xccaa};
constexpr Run cbc_sha2 = {0xc024, 0xc028, 0xc026, 0xc02a, 0xc023, 0xc027, 0xc025, 0xc029, 0x006b, 0x006a, 0x0067, 0x0040};
constexpr Run rsa_psk = {0x00ad, 0x00b7, 0x00ac, 0x00b6, 0x0095, 0x0094};
constexpr Run rsa_psk_3des = {0x0093};
constexpr Run rsa_psk_rc4 = {0x0092};
constexpr Run srp = {0xc021, 0xc022, 0xc01e, 0xc01f};
constexpr Run srp_3des = {0xc01b, 0xc01c};
constexpr Run rsa12 = {0x009d, 0x003d, 0x009c, 0x003c};
constexpr Run rsa = {0x0035, 0x002f, 0x000a};
constexpr Run weak = {0xc008, 0xc012, 0x0016, 0x0013, 0xc003, 0xc00d, 0x0015,
                      0x0009, 0xc007, 0xc011, 0xc002, 0xc00c, 0x0005, 0x0004};
constexpr Run cbc_sha1 = {0xc00a, 0xc014, 0xc005, 0xc00f, 0xc009, 0xc013, 0xc004, 0xc00e, 0x0039, 0x0038, 0x0033, 0x0032};
constexpr Run dss_3des = {0x0013};

constexpr Run anonymous12 = {0x00ab, 0x00a9, 0xc0a7, 0xc0ab, 0xc0a5, 0xc0a9, 0xccac, 0xd001, 0xd005, 0xd003, 0x00aa, 0x00a8,
                             0xc0a6, 0xc0aa, 0xc0a4, 0xc0a8, 0x00a6, 0x00a7, 0x006c, 0x006d, 0xc018, 0xc019, 0xc017, 0x0018};
constexpr Run anonymous11 = {0xc018, 0xc019, 0xc017, 0x001a, 0x0018};
constexpr Run anonymous10 = {0xc038, 0x00b3, 0x00af, 0xc037, 0x00b2, 0x00ae, 0xc033, 0x0091, 0x008d, 0xc035, 0x0090, 0x008c,
                             0xc034, 0x008f, 0x008b, 0xc033, 0x008e, 0x008a, 0x0018, 0x001b, 0x001a, 0xc01d, 0xc020, 0xc01a};

/// The runs one behind the other, without what a version of DTLS or SSL 3.0 cannot have.
Suites joined(ProtocolVersion version, std::initializer_list<Run> runs) {
  Suites list;
  for (const Run run : runs) {
    for (const std::uint16_t code : run) {
      const CipherSuiteInfo& row = *find_cipher_suite(static_cast<CipherSuite>(code));
      if (is_datagram(version) && !is_for_datagrams(row)) continue;
      if (version == ProtocolVersion::ssl3 && !is_for(row, version)) continue;
      list.push_back(static_cast<CipherSuite>(code));
    }
  }
  return list;
}

/// SSL 3.0 has the lists of TLS 1.0.
ProtocolVersion like(ProtocolVersion version) {
  return version == ProtocolVersion::ssl3 ? ProtocolVersion::tls1_0 : stream_counterpart(version);
}

}  // namespace

Suites default_suites(ProtocolVersion version) {
  switch (like(version)) {
    case ProtocolVersion::tls1_3: return joined(version, {tls13, aeads});
    case ProtocolVersion::tls1_2: return joined(version, {aeads});
    default: return joined(version, {cbc_sha1});
  }
}

Suites all_suites(ProtocolVersion version) {
  switch (like(version)) {
    case ProtocolVersion::tls1_3:
      return joined(version, {tls13, aeads, tls13_short_tags, cbc_sha2, rsa_psk, rsa_psk_rc4, srp, rsa12, rsa, weak, cbc_sha1});
    case ProtocolVersion::tls1_2:
      return joined(version, {aeads, aeads_short_tags, cbc_sha2, rsa_psk, rsa_psk_rc4, srp, rsa12, rsa, weak, cbc_sha1});
    case ProtocolVersion::tls1_1: return joined(version, {cbc_sha1, srp, srp_3des, rsa, weak});
    default: return joined(version, {cbc_sha1, dss_3des, rsa_psk, rsa_psk_3des, rsa_psk_rc4, srp, srp_3des, rsa, weak, dss_3des});
  }
}

Suites exclusive_suites(ProtocolVersion version) {
  switch (like(version)) {
    case ProtocolVersion::tls1_3: return joined(version, {tls13, tls13_short_tags});
    case ProtocolVersion::tls1_2: return joined(version, {aeads_in_order_of_strength});
    case ProtocolVersion::tls1_1: return {};
    default: return joined(version, {cbc_sha1});
  }
}

Suites anonymous_suites(ProtocolVersion version) {
  switch (like(version)) {
    case ProtocolVersion::tls1_3: return {};
    case ProtocolVersion::tls1_2: return joined(version, {anonymous12, anonymous11, anonymous10});
    case ProtocolVersion::tls1_1: return joined(version, {anonymous11, anonymous10});
    default: return joined(version, {anonymous10});
  }
}

Suites exclusive_anonymous_suites(ProtocolVersion version) {
  switch (like(version)) {
    case ProtocolVersion::tls1_3: return {};
    case ProtocolVersion::tls1_2: return joined(version, {anonymous12});
    case ProtocolVersion::tls1_1: return joined(version, {anonymous11});
    default: return joined(version, {anonymous10});
  }
}

std::vector<NamedGroup> curves() {
  using enum NamedGroup;
  return {x25519, x448, secp521r1, brainpoolP512r1, secp384r1, brainpoolP384r1, secp256r1, brainpoolP256r1};
}

std::vector<NamedGroup> groups() {
  using enum NamedGroup;
  return {x25519, x448, secp521r1, secp384r1, secp256r1, brainpoolP512r1tls13, brainpoolP384r1tls13, brainpoolP256r1tls13};
}

std::vector<NamedGroup> fields() {
  using enum NamedGroup;
  return {ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144, ffdhe8192};
}

std::vector<SignatureScheme> default_schemes(ProtocolVersion version) {
  using enum SignatureScheme;
  if (version == ProtocolVersion::tls1_3) {
    return {ed25519,
            ed448,
            ecdsa_secp521r1_sha512,
            ecdsa_secp384r1_sha384,
            ecdsa_secp256r1_sha256,
            ecdsa_brainpoolP512r1tls13_sha512,
            ecdsa_brainpoolP384r1tls13_sha384,
            ecdsa_brainpoolP256r1tls13_sha256,
            rsa_pss_pss_sha512,
            rsa_pss_pss_sha384,
            rsa_pss_pss_sha256,
            rsa_pss_rsae_sha512,
            rsa_pss_rsae_sha384,
            rsa_pss_rsae_sha256,
            rsa_pkcs1_sha512,
            rsa_pkcs1_sha384,
            rsa_pkcs1_sha256};
  }
  return {ecdsa_secp521r1_sha512, rsa_pss_pss_sha512, rsa_pss_rsae_sha512, rsa_pkcs1_sha512,
          ecdsa_secp384r1_sha384, rsa_pss_pss_sha384, rsa_pss_rsae_sha384, rsa_pkcs1_sha384,
          ecdsa_secp256r1_sha256, rsa_pss_pss_sha256, rsa_pss_rsae_sha256, rsa_pkcs1_sha256};
}

std::vector<SignatureScheme> broken_schemes(ProtocolVersion version) {
  using enum SignatureScheme;
  constexpr auto ecdsa_sha224 = static_cast<SignatureScheme>(0x0303);  // RFC 5246 7.4.1.4.1: hash, then signature
  constexpr auto rsa_sha224 = static_cast<SignatureScheme>(0x0301);
  if (version == ProtocolVersion::tls1_3) return {ecdsa_sha1, rsa_pkcs1_sha1, ecdsa_sha224, rsa_sha224, dsa_sha1};
  return {ecdsa_sha224, rsa_sha224, ecdsa_sha1, rsa_pkcs1_sha1, dsa_sha1};
}

std::vector<SignatureScheme> certificate_schemes() {
  using enum SignatureScheme;
  return {rsa_pkcs1_sha512, rsa_pkcs1_sha384, rsa_pkcs1_sha256};
}

}  // namespace keyway::otp
