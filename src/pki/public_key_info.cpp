// SPDX-License-Identifier: Apache-2.0
//
// SubjectPublicKeyInfo and signature AlgorithmIdentifiers (RFC 3279, 4055, 5480, 5639, 8410) as the crypto seam's types.
#include <algorithm>

#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

namespace tag = der::tag;
using crypto::KeyType;
using crypto::SignatureKind;

bool is_null(ByteView parameters) noexcept {
  return parameters.size() == 2 && parameters[0] == std::byte{tag::null} && parameters[1] == std::byte{0};
}

struct Curve {
  std::string_view oid;
  NamedGroup group;
};
constexpr Curve curves[] = {
    {oid::secp256r1, NamedGroup::secp256r1},
    {oid::secp384r1, NamedGroup::secp384r1},
    {oid::secp521r1, NamedGroup::secp521r1},
    {oid::brainpool_p256r1, NamedGroup::brainpoolP256r1},
    {oid::brainpool_p384r1, NamedGroup::brainpoolP384r1},
    {oid::brainpool_p512r1, NamedGroup::brainpoolP512r1},
};

Result<crypto::PublicKeyParts> rsa_parts(KeyType type, ByteView key_bits) noexcept {
  const auto sequence = der::single(key_bits, tag::sequence);
  if (!sequence) return fail(Errc::invalid_public_key);
  der::Reader reader(sequence->content);
  const auto modulus = reader.expect(tag::integer);
  const auto exponent = reader.expect(tag::integer);
  if (!modulus || !exponent || !reader.finish()) return fail(Errc::invalid_public_key);
  const auto n = der::unsigned_integer(modulus->content);
  const auto e = der::unsigned_integer(exponent->content);
  if (!n || !e) return fail(Errc::invalid_public_key);
  return crypto::PublicKeyParts{.type = type, .key = *n, .exponent = *e, .dsa_p = {}, .dsa_q = {}, .dsa_g = {}};
}

Result<crypto::PublicKeyParts> ec_parts(const AlgorithmIdentifier& algorithm, ByteView key_bits) noexcept {
  // RFC 5480 2.1.1: named curves only; explicit parameters have hidden forged generators (CVE-2020-0601).
  const auto id = der::single(algorithm.parameters, tag::object_identifier);
  if (!id) return fail(Errc::certificate_key_type);
  const auto* curve = std::ranges::find(curves, as_text(id->content), &Curve::oid);
  if (curve == std::end(curves)) return fail(Errc::certificate_key_type);
  return crypto::PublicKeyParts{
      .type = KeyType::ec, .curve = curve->group, .key = key_bits, .exponent = {}, .dsa_p = {}, .dsa_q = {}, .dsa_g = {}};
}

Result<crypto::PublicKeyParts> edwards_parts(KeyType type, std::size_t size, const AlgorithmIdentifier& algorithm,
                                             ByteView key_bits) noexcept {
  // RFC 8410 3: no parameters.
  if (!algorithm.parameters.empty() || key_bits.size() != size) return fail(Errc::invalid_public_key);
  return crypto::PublicKeyParts{.type = type, .key = key_bits, .exponent = {}, .dsa_p = {}, .dsa_q = {}, .dsa_g = {}};
}

Result<crypto::PublicKeyParts> dsa_parts(const AlgorithmIdentifier& algorithm, ByteView key_bits) noexcept {
  const auto y = der::single(key_bits, tag::integer);
  const auto parameters = der::single(algorithm.parameters, tag::sequence);
  if (!y || !parameters) return fail(Errc::invalid_public_key);
  const auto value = der::unsigned_integer(y->content);
  if (!value) return fail(Errc::invalid_public_key);
  crypto::PublicKeyParts parts{.type = KeyType::dsa, .key = *value, .exponent = {}, .dsa_p = {}, .dsa_q = {}, .dsa_g = {}};
  der::Reader reader(parameters->content);
  for (ByteView* into : {&parts.dsa_p, &parts.dsa_q, &parts.dsa_g}) {
    const auto integer = reader.expect(tag::integer);
    const auto number = integer ? der::unsigned_integer(integer->content) : fail(Errc::invalid_public_key);
    if (!number) return fail(Errc::invalid_public_key);
    *into = *number;
  }
  if (!reader.finish()) return fail(Errc::invalid_public_key);
  return parts;
}

enum class Parameters : std::uint8_t { none, null_or_none };

struct KnownSignature {
  std::string_view oid;
  SignatureKind kind;
  HashAlgorithm hash;
  Parameters parameters;
};
constexpr KnownSignature signatures[] = {
    {oid::ecdsa_with_sha256, SignatureKind::ecdsa, HashAlgorithm::sha256, Parameters::none},
    {oid::ecdsa_with_sha384, SignatureKind::ecdsa, HashAlgorithm::sha384, Parameters::none},
    {oid::ecdsa_with_sha512, SignatureKind::ecdsa, HashAlgorithm::sha512, Parameters::none},
    {oid::ecdsa_with_sha224, SignatureKind::ecdsa, HashAlgorithm::sha224, Parameters::none},
    {oid::ecdsa_with_sha1, SignatureKind::ecdsa, HashAlgorithm::sha1, Parameters::none},
    {oid::sha256_with_rsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha256, Parameters::null_or_none},
    {oid::sha384_with_rsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha384, Parameters::null_or_none},
    {oid::sha512_with_rsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha512, Parameters::null_or_none},
    {oid::sha224_with_rsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha224, Parameters::null_or_none},
    {oid::sha1_with_rsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha1, Parameters::null_or_none},
    {oid::md5_with_rsa, SignatureKind::rsa_pkcs1, HashAlgorithm::md5, Parameters::null_or_none},
    {oid::dsa_with_sha256, SignatureKind::dsa, HashAlgorithm::sha256, Parameters::none},
    {oid::dsa_with_sha224, SignatureKind::dsa, HashAlgorithm::sha224, Parameters::none},
    {oid::dsa_with_sha1, SignatureKind::dsa, HashAlgorithm::sha1, Parameters::none},
    {oid::ed25519, SignatureKind::ed25519, HashAlgorithm::sha512, Parameters::none},
    {oid::ed448, SignatureKind::ed448, HashAlgorithm::sha512, Parameters::none},
};

/// The hash of an AlgorithmIdentifier inside RSASSA-PSS-params.
Result<HashAlgorithm> hash_of(ByteView whole) noexcept {
  const auto algorithm = parse_algorithm(whole);
  if (!algorithm || (!algorithm->parameters.empty() && !is_null(algorithm->parameters)))
    return fail(Errc::certificate_unsupported_algorithm);
  const std::string_view id = as_text(algorithm->oid);
  if (id == oid::sha256) return HashAlgorithm::sha256;
  if (id == oid::sha384) return HashAlgorithm::sha384;
  if (id == oid::sha512) return HashAlgorithm::sha512;
  if (id == oid::sha224) return HashAlgorithm::sha224;
  if (id == oid::sha1) return HashAlgorithm::sha1;
  return fail(Errc::certificate_unsupported_algorithm);
}

/// RFC 4055 3.1. All four fields have defaults that nobody should use; with them the hash is SHA-1.
Result<crypto::SignatureAlgorithm> pss_algorithm(ByteView parameters) noexcept {
  const auto unsupported = [] { return fail(Errc::certificate_unsupported_algorithm); };
  const auto sequence = der::single(parameters, tag::sequence);
  if (!sequence) return unsupported();
  der::Reader reader(sequence->content);
  const auto hash = reader.optional(tag::context_constructed(0));
  const auto mask = reader.optional(tag::context_constructed(1));
  const auto salt = reader.optional(tag::context_constructed(2));
  const auto trailer = reader.optional(tag::context_constructed(3));
  if (!hash || !mask || !salt || !trailer || !reader.finish()) return unsupported();
  crypto::SignatureAlgorithm algorithm{SignatureKind::rsa_pss, HashAlgorithm::sha1, 20};
  HashAlgorithm mask_hash = HashAlgorithm::sha1;
  if (*hash) { KW_ASSIGN(algorithm.hash, hash_of(**hash)); }
  if (*mask) {
    const auto function = parse_algorithm(**mask);
    if (!function || as_text(function->oid) != oid::mgf1) return unsupported();
    KW_ASSIGN(mask_hash, hash_of(function->parameters));
  }
  if (*salt) {
    const auto element = der::single(**salt, tag::integer);
    if (!element) return unsupported();
    const auto size = der::small_integer(element->content);
    if (!size) return unsupported();
    algorithm.salt_size = *size;
  }
  if (*trailer) {
    const auto element = der::single(**trailer, tag::integer);
    if (!element || element->content.size() != 1 || element->content[0] != std::byte{1}) return unsupported();
  }
  if (mask_hash != algorithm.hash || algorithm.salt_size > crypto::max_digest_size) return unsupported();
  return algorithm;
}

/// RFC 4055 1.2 and 3.3: parameters of a key, where there are any, say what its signatures are made with.
Result<crypto::PublicKeyParts> pss_parts(const AlgorithmIdentifier& algorithm, ByteView key_bits) noexcept {
  KW_ASSIGN(auto parts, rsa_parts(KeyType::rsa_pss, key_bits));
  if (algorithm.parameters.empty()) return parts;
  const auto limits = pss_algorithm(algorithm.parameters);
  if (!limits) return fail(Errc::invalid_public_key);
  parts.pss_limits = *limits;
  return parts;
}

}  // namespace

std::size_t bits_of(ByteView number) noexcept {
  if (number.empty()) return 0;
  std::size_t bits = number.size() * 8;
  for (unsigned first = std::to_integer<unsigned>(number[0]); bits > 0 && (first & 0x80) == 0; first <<= 1) {
    if (first == 0) break;
    --bits;
  }
  return bits;
}

Result<crypto::SignatureAlgorithm> signature_algorithm(const AlgorithmIdentifier& algorithm) noexcept {
  const std::string_view id = as_text(algorithm.oid);
  if (id == oid::rsassa_pss) return pss_algorithm(algorithm.parameters);
  const auto* known = std::ranges::find(signatures, id, &KnownSignature::oid);
  if (known == std::end(signatures)) return fail(Errc::certificate_unsupported_algorithm);
  const bool parameters_fit =
      algorithm.parameters.empty() || (known->parameters == Parameters::null_or_none && is_null(algorithm.parameters));
  if (!parameters_fit) return fail(Errc::certificate_unsupported_algorithm);
  const auto from_scheme = [&](SignatureScheme scheme) { return crypto::algorithm_of(scheme); };
  // What the hash field says of Edwards curves is the seam's choice.
  if (known->kind == SignatureKind::ed25519) return *from_scheme(SignatureScheme::ed25519);
  if (known->kind == SignatureKind::ed448) return *from_scheme(SignatureScheme::ed448);
  return crypto::SignatureAlgorithm{known->kind, known->hash, 0};
}

bool scheme_matches(SignatureScheme scheme, const crypto::SignatureAlgorithm& algorithm) noexcept {
  const auto named = crypto::algorithm_of(scheme);
  return named && *named == algorithm;
}

Result<crypto::PublicKeyParts> public_key_parts(const AlgorithmIdentifier& algorithm, ByteView key_bits) noexcept {
  const std::string_view id = as_text(algorithm.oid);
  if (id == oid::ec_public_key) return ec_parts(algorithm, key_bits);
  if (id == oid::rsa_encryption) {
    // RFC 3279 2.3.1: the parameters are NULL.
    if (!is_null(algorithm.parameters)) return fail(Errc::invalid_public_key);
    return rsa_parts(KeyType::rsa, key_bits);
  }
  if (id == oid::rsassa_pss) return pss_parts(algorithm, key_bits);
  if (id == oid::ed25519) return edwards_parts(KeyType::ed25519, 32, algorithm, key_bits);
  if (id == oid::ed448) return edwards_parts(KeyType::ed448, 57, algorithm, key_bits);
  if (id == oid::dsa) return dsa_parts(algorithm, key_bits);
  return fail(Errc::certificate_key_type);
}

Result<crypto::PublicKeyParts> public_key_parts(ByteView subject_public_key_info) noexcept {
  const auto info = der::single(subject_public_key_info, tag::sequence);
  if (!info) return fail(Errc::invalid_public_key);
  der::Reader reader(info->content);
  const auto first = reader.next();
  const auto bits = reader.expect(tag::bit_string);
  if (!first || !bits || !reader.finish()) return fail(Errc::invalid_public_key);
  const auto algorithm = parse_algorithm(first->whole);
  const auto octets = der::octets_of_bit_string(bits->content);
  if (!algorithm || !octets) return fail(Errc::invalid_public_key);
  return public_key_parts(*algorithm, *octets);
}

std::size_t rsa_bits(const crypto::PublicKeyParts& parts) noexcept {
  return parts.type == KeyType::rsa || parts.type == KeyType::rsa_pss ? bits_of(parts.key) : 0;
}

std::string key_text(const AlgorithmIdentifier& algorithm, ByteView key_bits) {
  const auto parts = public_key_parts(algorithm, key_bits);
  if (!parts) return der::oid_text(algorithm.oid);
  switch (parts->type) {
    case KeyType::rsa: return "RSA " + std::to_string(rsa_bits(*parts));
    case KeyType::rsa_pss: return "RSA-PSS " + std::to_string(rsa_bits(*parts));
    case KeyType::ec: return "EC " + std::string(to_string(parts->curve));
    case KeyType::ed25519: return "Ed25519";
    case KeyType::ed448: return "Ed448";
    case KeyType::dsa: return "DSA";
  }
  return der::oid_text(algorithm.oid);
}

}  // namespace keyway::pki
