// SPDX-License-Identifier: Apache-2.0
//
// Content octets of the OBJECT IDENTIFIERs that this module knows, compared as bytes.
#pragma once

#include <string_view>

namespace keyway::pki::oid {

using namespace std::string_view_literals;

// Attribute types of names (RFC 4519, RFC 5280 appendix A).
inline constexpr std::string_view common_name = "\x55\x04\x03"sv;
inline constexpr std::string_view email_address = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"sv;

// Extensions (RFC 5280 4.2).
inline constexpr std::string_view subject_directory_attributes = "\x55\x1d\x09"sv;
inline constexpr std::string_view subject_key_identifier = "\x55\x1d\x0e"sv;
inline constexpr std::string_view key_usage = "\x55\x1d\x0f"sv;
inline constexpr std::string_view subject_alternative_name = "\x55\x1d\x11"sv;
inline constexpr std::string_view issuer_alternative_name = "\x55\x1d\x12"sv;
inline constexpr std::string_view basic_constraints = "\x55\x1d\x13"sv;
inline constexpr std::string_view name_constraints = "\x55\x1d\x1e"sv;
inline constexpr std::string_view crl_distribution_points = "\x55\x1d\x1f"sv;
inline constexpr std::string_view certificate_policies = "\x55\x1d\x20"sv;
inline constexpr std::string_view any_policy = "\x55\x1d\x20\x00"sv;
inline constexpr std::string_view policy_mappings = "\x55\x1d\x21"sv;
inline constexpr std::string_view authority_key_identifier = "\x55\x1d\x23"sv;
inline constexpr std::string_view policy_constraints = "\x55\x1d\x24"sv;
inline constexpr std::string_view extended_key_usage = "\x55\x1d\x25"sv;
inline constexpr std::string_view inhibit_any_policy = "\x55\x1d\x36"sv;
inline constexpr std::string_view authority_information_access = "\x2b\x06\x01\x05\x05\x07\x01\x01"sv;
inline constexpr std::string_view freshest_crl = "\x55\x1d\x2e"sv;
inline constexpr std::string_view subject_information_access = "\x2b\x06\x01\x05\x05\x07\x01\x0b"sv;
inline constexpr std::string_view signed_certificate_timestamps = "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02"sv;
inline constexpr std::string_view ocsp_no_check = "\x2b\x06\x01\x05\x05\x07\x30\x01\x05"sv;
inline constexpr std::string_view tls_feature = "\x2b\x06\x01\x05\x05\x07\x01\x18"sv;

// Extensions of revocation lists and of their entries (RFC 5280 5.2, 5.3).
inline constexpr std::string_view crl_number = "\x55\x1d\x14"sv;
inline constexpr std::string_view reason_code = "\x55\x1d\x15"sv;
inline constexpr std::string_view invalidity_date = "\x55\x1d\x18"sv;
inline constexpr std::string_view delta_crl_indicator = "\x55\x1d\x1b"sv;
inline constexpr std::string_view issuing_distribution_point = "\x55\x1d\x1c"sv;
inline constexpr std::string_view certificate_issuer = "\x55\x1d\x1d"sv;

// OCSP (RFC 6960 4.2.1, 4.4.1).
inline constexpr std::string_view ocsp_basic = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"sv;
inline constexpr std::string_view ocsp_access = "\x2b\x06\x01\x05\x05\x07\x30\x01"sv;
inline constexpr std::string_view ocsp_nonce = "\x2b\x06\x01\x05\x05\x07\x30\x01\x02"sv;

// Purposes (RFC 5280 4.2.1.12).
inline constexpr std::string_view any_extended_key_usage = "\x55\x1d\x25\x00"sv;
inline constexpr std::string_view server_auth = "\x2b\x06\x01\x05\x05\x07\x03\x01"sv;
inline constexpr std::string_view ocsp_signing = "\x2b\x06\x01\x05\x05\x07\x03\x09"sv;
inline constexpr std::string_view client_auth = "\x2b\x06\x01\x05\x05\x07\x03\x02"sv;

// Keys (RFC 3279, 4055, 5480, 5639, 8410).
inline constexpr std::string_view rsa_encryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;
inline constexpr std::string_view rsassa_pss = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv;
inline constexpr std::string_view mgf1 = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"sv;
inline constexpr std::string_view ec_public_key = "\x2a\x86\x48\xce\x3d\x02\x01"sv;
inline constexpr std::string_view dsa = "\x2a\x86\x48\xce\x38\x04\x01"sv;
inline constexpr std::string_view ed25519 = "\x2b\x65\x70"sv;
inline constexpr std::string_view ed448 = "\x2b\x65\x71"sv;
inline constexpr std::string_view secp256r1 = "\x2a\x86\x48\xce\x3d\x03\x01\x07"sv;
inline constexpr std::string_view secp384r1 = "\x2b\x81\x04\x00\x22"sv;
inline constexpr std::string_view secp521r1 = "\x2b\x81\x04\x00\x23"sv;
inline constexpr std::string_view brainpool_p256r1 = "\x2b\x24\x03\x03\x02\x08\x01\x01\x07"sv;
inline constexpr std::string_view brainpool_p384r1 = "\x2b\x24\x03\x03\x02\x08\x01\x01\x0b"sv;
inline constexpr std::string_view brainpool_p512r1 = "\x2b\x24\x03\x03\x02\x08\x01\x01\x0d"sv;

// Signatures and hashes.
inline constexpr std::string_view md5_with_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04"sv;
inline constexpr std::string_view sha1_with_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"sv;
inline constexpr std::string_view sha224_with_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"sv;
inline constexpr std::string_view sha256_with_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"sv;
inline constexpr std::string_view sha384_with_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"sv;
inline constexpr std::string_view sha512_with_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"sv;
inline constexpr std::string_view ecdsa_with_sha1 = "\x2a\x86\x48\xce\x3d\x04\x01"sv;
inline constexpr std::string_view ecdsa_with_sha224 = "\x2a\x86\x48\xce\x3d\x04\x03\x01"sv;
inline constexpr std::string_view ecdsa_with_sha256 = "\x2a\x86\x48\xce\x3d\x04\x03\x02"sv;
inline constexpr std::string_view ecdsa_with_sha384 = "\x2a\x86\x48\xce\x3d\x04\x03\x03"sv;
inline constexpr std::string_view ecdsa_with_sha512 = "\x2a\x86\x48\xce\x3d\x04\x03\x04"sv;
inline constexpr std::string_view dsa_with_sha1 = "\x2a\x86\x48\xce\x38\x04\x03"sv;
inline constexpr std::string_view dsa_with_sha224 = "\x60\x86\x48\x01\x65\x03\x04\x03\x01"sv;
inline constexpr std::string_view dsa_with_sha256 = "\x60\x86\x48\x01\x65\x03\x04\x03\x02"sv;
inline constexpr std::string_view sha1 = "\x2b\x0e\x03\x02\x1a"sv;
inline constexpr std::string_view sha224 = "\x60\x86\x48\x01\x65\x03\x04\x02\x04"sv;
inline constexpr std::string_view sha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv;
inline constexpr std::string_view sha384 = "\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv;
inline constexpr std::string_view sha512 = "\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv;

}  // namespace keyway::pki::oid
