// SPDX-License-Identifier: Apache-2.0
//
// Putting a certificate together and having it signed (RFC 5280 4.1, 4.2; algorithm identifiers RFC 4055, 5758, 8410).
#include "pki/certificate_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "keyway/peer_name.h"
#include "names/signature_scheme.h"
#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/der_writer.h"

namespace keyway::pki {

namespace {

using der::write;
using der::write_oid;
using der::write_sequence;

struct Scheme {
  SignatureScheme scheme;
  std::string_view oid;
  std::string_view pss_hash;  ///< RSASSA-PSS alone
  unsigned salt;
};

constexpr std::string_view pss_oid = "1.2.840.113549.1.1.10";
constexpr std::string_view sha256_oid = "2.16.840.1.101.3.4.2.1";
constexpr std::string_view sha384_oid = "2.16.840.1.101.3.4.2.2";
constexpr std::string_view sha512_oid = "2.16.840.1.101.3.4.2.3";

constexpr std::array schemes = {
    Scheme{SignatureScheme::ecdsa_secp256r1_sha256, "1.2.840.10045.4.3.2", "", 0},
    Scheme{SignatureScheme::ecdsa_secp384r1_sha384, "1.2.840.10045.4.3.3", "", 0},
    Scheme{SignatureScheme::ecdsa_secp521r1_sha512, "1.2.840.10045.4.3.4", "", 0},
    Scheme{SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256, "1.2.840.10045.4.3.2", "", 0},
    Scheme{SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384, "1.2.840.10045.4.3.3", "", 0},
    Scheme{SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512, "1.2.840.10045.4.3.4", "", 0},
    Scheme{SignatureScheme::ed25519, "1.3.101.112", "", 0},
    Scheme{SignatureScheme::ed448, "1.3.101.113", "", 0},
    Scheme{SignatureScheme::rsa_pkcs1_sha256, "1.2.840.113549.1.1.11", "", 0},
    Scheme{SignatureScheme::rsa_pkcs1_sha384, "1.2.840.113549.1.1.12", "", 0},
    Scheme{SignatureScheme::rsa_pkcs1_sha512, "1.2.840.113549.1.1.13", "", 0},
    Scheme{SignatureScheme::rsa_pss_pss_sha256, pss_oid, sha256_oid, 32},
    Scheme{SignatureScheme::rsa_pss_pss_sha384, pss_oid, sha384_oid, 48},
    Scheme{SignatureScheme::rsa_pss_pss_sha512, pss_oid, sha512_oid, 64},
    Scheme{SignatureScheme::rsa_pss_rsae_sha256, pss_oid, sha256_oid, 32},
    Scheme{SignatureScheme::rsa_pss_rsae_sha384, pss_oid, sha384_oid, 48},
    Scheme{SignatureScheme::rsa_pss_rsae_sha512, pss_oid, sha512_oid, 64},
    Scheme{SignatureScheme::rsa_pkcs1_sha1, "1.2.840.113549.1.1.5", "", 0},
    Scheme{SignatureScheme::ecdsa_sha1, "1.2.840.10045.4.1", "", 0},
    Scheme{SignatureScheme::dsa_sha256, "2.16.840.1.101.3.4.3.2", "", 0},
};

Result<Bytes> algorithm_identifier(SignatureScheme scheme) {
  const auto row = std::ranges::find(schemes, scheme, &Scheme::scheme);
  if (row == schemes.end()) return fail(Errc::unsupported_algorithm);
  KW_ASSIGN(Bytes oid, write_oid(row->oid));
  const Bytes null = write(der::tag::null, ByteView());
  if (!row->pss_hash.empty()) {
    KW_ASSIGN(Bytes hash_oid, write_oid(row->pss_hash));
    KW_ASSIGN(Bytes mgf1, write_oid("1.2.840.113549.1.1.8"));
    const Bytes hash = write_sequence({hash_oid, null});
    const Bytes parameters = write_sequence({
        write(der::tag::context_constructed(0), ByteView(hash)),
        write(der::tag::context_constructed(1), ByteView(write_sequence({mgf1, hash}))),
        write(der::tag::context_constructed(2), ByteView(der::write_integer(row->salt))),
    });
    return write_sequence({oid, parameters});
  }
  // RFC 4055 5: PKCS #1 has NULL parameters; ECDSA, EdDSA and DSA have none.
  if (row->oid.starts_with("1.2.840.113549.")) return write_sequence({oid, null});
  return write_sequence({oid});
}

struct AttributeType {
  std::string_view name;
  std::string_view oid;
  std::uint8_t tag;
};
constexpr std::array attribute_types = {
    AttributeType{"CN", "2.5.4.3", der::tag::utf8_string},
    AttributeType{"SN", "2.5.4.4", der::tag::utf8_string},
    AttributeType{"serialNumber", "2.5.4.5", der::tag::printable_string},
    AttributeType{"C", "2.5.4.6", der::tag::printable_string},
    AttributeType{"L", "2.5.4.7", der::tag::utf8_string},
    AttributeType{"ST", "2.5.4.8", der::tag::utf8_string},
    AttributeType{"O", "2.5.4.10", der::tag::utf8_string},
    AttributeType{"OU", "2.5.4.11", der::tag::utf8_string},
    AttributeType{"DC", "0.9.2342.19200300.100.1.25", der::tag::ia5_string},
    AttributeType{"emailAddress", "1.2.840.113549.1.9.1", der::tag::ia5_string},
};

void add_general_name(std::vector<Bytes>& names, NameKind kind, ByteView value) {
  // RFC 5280 4.2.1.6: all implicit, except that a Name is a choice and so explicit.
  const auto number = static_cast<unsigned>(kind);
  names.push_back(write(kind == NameKind::directory ? der::tag::context_constructed(number) : der::tag::context(number), value));
}

Result<std::vector<Bytes>> alternative_names(const CertificateDescription& description) {
  std::vector<Bytes> names;
  for (const std::string& name : description.dns_names) add_general_name(names, NameKind::dns, as_bytes(name));
  for (const std::string& text : description.addresses) {
    const auto address = IpAddress::parse(text);
    if (!address) return fail(Errc::invalid_value);
    add_general_name(names, NameKind::ip, ByteView(address->bytes).first(address->size));
  }
  for (const std::string& email : description.emails) add_general_name(names, NameKind::email, as_bytes(email));
  for (const std::string& uri : description.uris) add_general_name(names, NameKind::uri, as_bytes(uri));
  return names;
}

/// "10.0.0.0/8" as address and mask.
Result<Bytes> address_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) return fail(Errc::invalid_value);
  unsigned bits = 0;
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
  if (error != std::errc() || stop != text.data() + text.size() || bits > address->size * 8U) return fail(Errc::invalid_value);
  Bytes range(address->bytes.begin(), address->bytes.begin() + address->size);
  for (unsigned byte = 0; byte < address->size; ++byte) {
    const unsigned ones = std::min(8U, bits - std::min(bits, byte * 8));
    range.push_back(static_cast<std::byte>(0xff00U >> ones & 0xff));
  }
  return range;
}

Result<Bytes> subtrees(const Subtrees& trees, unsigned number) {
  std::vector<Bytes> bases;
  for (const std::string& base : trees.dns) add_general_name(bases, NameKind::dns, as_bytes(base));
  for (const std::string& base : trees.email) add_general_name(bases, NameKind::email, as_bytes(base));
  for (const std::string& base : trees.uri) add_general_name(bases, NameKind::uri, as_bytes(base));
  for (const Bytes& base : trees.directory) add_general_name(bases, NameKind::directory, base);
  for (const std::string& base : trees.ip) {
    KW_ASSIGN(const Bytes range, address_range(base));
    add_general_name(bases, NameKind::ip, range);
  }
  for (Bytes& base : bases) base = write(der::tag::sequence, ByteView(base));
  return write(der::tag::context_constructed(number), bases);
}

/// RFC 5280 4.2.1.2, method 1: SHA-1 of the key's bits, as a name and not for security.
Result<Bytes> key_identifier(ByteView subject_public_key_info, const crypto::Provider& provider) {
  KW_ASSIGN(const der::Element info, der::single(subject_public_key_info, der::tag::sequence));
  der::Reader fields(info.content);
  KW_TRY(fields.expect(der::tag::sequence));
  KW_ASSIGN(const der::Element bits, fields.expect(der::tag::bit_string));
  KW_ASSIGN(const ByteView key, der::octets_of_bit_string(bits.content));
  const crypto::HashMethods* methods = provider.hash(HashAlgorithm::sha1);
  if (methods == nullptr) methods = provider.hash(HashAlgorithm::sha256);
  if (methods == nullptr) return fail(Errc::unsupported_algorithm);
  crypto::HashState state(methods);
  state.update(key);
  Bytes digest(methods->digest_size);
  state.finish(digest.data());
  digest.resize(20);
  return digest;
}

class ExtensionList {
 public:
  Result<void> add(std::string_view oid, bool critical, ByteView value) {
    KW_ASSIGN(Bytes encoded, write_oid(oid));
    std::vector<Bytes> parts{std::move(encoded)};
    if (critical) parts.push_back(der::write_boolean(true));
    parts.push_back(write(der::tag::octet_string, value));
    list_.push_back(write(der::tag::sequence, parts));
    return {};
  }
  bool empty() const noexcept { return list_.empty(); }
  /// Under the explicit tag that it has in a certificate, 3, or in a revocation list, 0.
  Bytes finish(unsigned number) const {
    return write(der::tag::context_constructed(number), ByteView(write(der::tag::sequence, list_)));
  }

 private:
  std::vector<Bytes> list_;
};

Result<void> add_key_identifiers(ExtensionList& list, ByteView subject_public_key_info, const CertificateIssuer& issuer,
                                 const crypto::Provider& provider) {
  KW_ASSIGN(const Bytes own, key_identifier(subject_public_key_info, provider));
  KW_TRY(list.add("2.5.29.14", false, write(der::tag::octet_string, ByteView(own))));
  Bytes above = own;
  if (!issuer.certificate.empty()) {
    KW_ASSIGN(const ParsedCertificate parsed, parse_certificate(issuer.certificate));
    above = to_bytes(parsed.extensions.subject_key_id);
    if (above.empty()) return {};
  }
  const Bytes name = write(der::tag::context(0), ByteView(above));
  return list.add("2.5.29.35", false, write_sequence({name}));
}

Result<void> add_usages(ExtensionList& list, const CertificateDescription& description) {
  if (description.ca) {
    std::vector<Bytes> parts;
    if (*description.ca) parts.push_back(der::write_boolean(true));
    if (description.path_length) parts.push_back(der::write_integer(*description.path_length));
    KW_TRY(list.add("2.5.29.19", *description.ca, write(der::tag::sequence, parts)));
  }
  if (description.key_usage != 0) KW_TRY(list.add("2.5.29.15", true, der::write_named_bits(description.key_usage)));
  if (description.extended_key_usage.empty()) return {};
  std::vector<Bytes> usages;
  for (const std::string& usage : description.extended_key_usage) {
    const std::string_view oid = usage == "serverAuth"   ? "1.3.6.1.5.5.7.3.1"
                                 : usage == "clientAuth" ? "1.3.6.1.5.5.7.3.2"
                                 : usage == "any"        ? "2.5.29.37.0"
                                                         : std::string_view(usage);
    KW_ASSIGN(Bytes encoded, write_oid(oid));
    usages.push_back(std::move(encoded));
  }
  return list.add("2.5.29.37", false, write(der::tag::sequence, usages));
}

Result<void> add_names(ExtensionList& list, const CertificateDescription& description) {
  KW_ASSIGN(const std::vector<Bytes> names, alternative_names(description));
  // RFC 5280 4.2.1.6: critical where the subject says nothing.
  if (!names.empty()) KW_TRY(list.add("2.5.29.17", description.subject.empty(), write(der::tag::sequence, names)));
  if (!description.permitted && !description.excluded) return {};
  std::vector<Bytes> trees;
  if (description.permitted) {
    KW_ASSIGN(Bytes permitted, subtrees(*description.permitted, 0));
    trees.push_back(std::move(permitted));
  }
  if (description.excluded) {
    KW_ASSIGN(Bytes excluded, subtrees(*description.excluded, 1));
    trees.push_back(std::move(excluded));
  }
  return list.add("2.5.29.30", true, write(der::tag::sequence, trees));
}

Result<Bytes> sign(const crypto::Signer& signer, SignatureScheme scheme, ByteView message) {
  const auto slot = std::make_shared<AnswerSlot>();
  signer.sign(scheme, message, Answer<Bytes>(slot));
  auto signature = slot->take<Bytes>();
  if (!signature) return fail(Errc::answer_dropped);
  return std::move(*signature);
}

}  // namespace

Result<Bytes> write_name(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::vector<Bytes> sets;
  for (const auto& [type, text] : parts) {
    const auto known = std::ranges::find(attribute_types, type, &AttributeType::name);
    const bool found = known != attribute_types.end();
    KW_ASSIGN(const Bytes oid, write_oid(found ? known->oid : std::string_view(type)));
    const Bytes value = der::write_text(found ? known->tag : der::tag::utf8_string, text);
    sets.push_back(write(der::tag::set, ByteView(write_sequence({oid, value}))));
  }
  return write(der::tag::sequence, sets);
}

Result<Bytes> write_certificate(const CertificateDescription& description, ByteView subject_public_key_info,
                                const CertificateIssuer& issuer, const crypto::Provider& provider) {
  KW_ASSIGN(const Bytes algorithm, algorithm_identifier(issuer.scheme));
  KW_ASSIGN(const Bytes subject, write_name(description.subject));
  Bytes issuer_name = subject;
  if (!issuer.certificate.empty()) {
    KW_ASSIGN(const ParsedCertificate parsed, parse_certificate(issuer.certificate));
    issuer_name = to_bytes(parsed.subject);
  }
  ExtensionList list;
  KW_TRY(add_usages(list, description));
  KW_TRY(add_names(list, description));
  if (description.key_identifiers) KW_TRY(add_key_identifiers(list, subject_public_key_info, issuer, provider));
  for (const RawExtension& other : description.others) KW_TRY(list.add(other.oid, other.critical, other.value));

  std::vector<Bytes> fields;
  const int version = description.version.value_or(3);
  // RFC 5280 4.1: version 1 is the default and not written.
  if (version != 1) {
    const Bytes number = der::write_integer(static_cast<std::uint64_t>(version - 1));
    fields.push_back(write(der::tag::context_constructed(0), ByteView(number)));
  }
  fields.push_back(description.serial.empty() ? der::write_integer(1) : der::write_positive_integer(description.serial));
  fields.push_back(algorithm);
  fields.push_back(std::move(issuer_name));
  fields.push_back(write_sequence({der::write_time(description.not_before), der::write_time(description.not_after)}));
  fields.push_back(subject);
  fields.push_back(to_bytes(subject_public_key_info));
  if (!list.empty()) fields.push_back(list.finish(3));
  const Bytes signed_part = write(der::tag::sequence, fields);
  KW_ASSIGN(const Bytes signature, sign(issuer.signer, issuer.scheme, signed_part));
  return write_sequence({signed_part, algorithm, der::write_bit_string(signature)});
}

Result<Bytes> write_revocation_list(const RevocationDescription& description, const CertificateIssuer& issuer) {
  KW_ASSIGN(const Bytes algorithm, algorithm_identifier(issuer.scheme));
  KW_ASSIGN(const ParsedCertificate authority, parse_certificate(issuer.certificate));
  std::vector<Bytes> entries;
  for (const Bytes& serial : description.serials)
    entries.push_back(write_sequence({der::write_positive_integer(serial), der::write_time(description.this_update)}));
  // RFC 5280 5.2.1, 5.2.3: both are in every list of version 2.
  ExtensionList list;
  const Bytes key = write(der::tag::context(0), authority.extensions.subject_key_id);
  KW_TRY(list.add("2.5.29.35", false, write_sequence({key})));
  KW_TRY(list.add("2.5.29.20", false, der::write_integer(description.number)));

  std::vector<Bytes> fields{der::write_integer(1), algorithm, to_bytes(authority.subject),
                            der::write_time(description.this_update), der::write_time(description.next_update)};
  // RFC 5280 5.1.2.6: absent where nothing is revoked.
  if (!entries.empty()) fields.push_back(write(der::tag::sequence, entries));
  fields.push_back(list.finish(0));
  const Bytes signed_part = write(der::tag::sequence, fields);
  KW_ASSIGN(const Bytes signature, sign(issuer.signer, issuer.scheme, signed_part));
  return write_sequence({signed_part, algorithm, der::write_bit_string(signature)});
}

Result<SignatureScheme> certificate_scheme(const crypto::Signer& signer) {
  std::optional<NamedGroup> curve;
  if (const auto key = public_key_parts(signer.subject_public_key_info()); key && key->type == crypto::KeyType::ec)
    curve = key->curve;
  for (const Scheme& row : schemes) {
    const SignatureSchemeInfo& scheme = *find_signature_scheme(row.scheme);
    const bool usual = !scheme.curve || !curve || scheme.curve == curve;
    if (usual && scheme.hash != HashAlgorithm::sha1 && signer.can(row.scheme)) return row.scheme;
  }
  return fail(Errc::unsupported_algorithm);
}

Result<Bytes> random_serial(const crypto::Provider& provider) {
  Bytes serial(16);
  KW_TRY(provider.random(serial));
  // Positive, and never zero.
  serial[0] = (serial[0] & std::byte{0x7f}) | std::byte{0x40};
  return serial;
}

}  // namespace keyway::pki
