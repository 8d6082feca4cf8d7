// SPDX-License-Identifier: Apache-2.0
//
// include/keyway/certificate.h: what a certificate says, as text; chains in one block.
#include "keyway/certificate.h"

#include <algorithm>

#include "keyway/peer_name.h"
#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/oid.h"
#include "pki/pem.h"

namespace keyway {

namespace {

using namespace std::string_view_literals;
namespace oid = pki::oid;

struct OidName {
  std::string_view oid;
  std::string_view name;
};

constexpr OidName signature_names[] = {
    {oid::ecdsa_with_sha256, "ecdsa-with-SHA256"},
    {oid::ecdsa_with_sha384, "ecdsa-with-SHA384"},
    {oid::ecdsa_with_sha512, "ecdsa-with-SHA512"},
    {oid::ecdsa_with_sha224, "ecdsa-with-SHA224"},
    {oid::ecdsa_with_sha1, "ecdsa-with-SHA1"},
    {oid::sha256_with_rsa, "sha256WithRSAEncryption"},
    {oid::sha384_with_rsa, "sha384WithRSAEncryption"},
    {oid::sha512_with_rsa, "sha512WithRSAEncryption"},
    {oid::sha224_with_rsa, "sha224WithRSAEncryption"},
    {oid::sha1_with_rsa, "sha1WithRSAEncryption"},
    {oid::md5_with_rsa, "md5WithRSAEncryption"},
    {oid::rsassa_pss, "RSASSA-PSS"},
    {oid::dsa_with_sha256, "dsa-with-sha256"},
    {oid::ed25519, "Ed25519"},
    {oid::ed448, "Ed448"},
};

constexpr OidName purpose_names[] = {
    {oid::server_auth, "server_auth"},
    {oid::client_auth, "client_auth"},
    {oid::any_extended_key_usage, "any"},
    {"\x2b\x06\x01\x05\x05\x07\x03\x03"sv, "code_signing"},
    {"\x2b\x06\x01\x05\x05\x07\x03\x04"sv, "email_protection"},
    {"\x2b\x06\x01\x05\x05\x07\x03\x08"sv, "time_stamping"},
    {"\x2b\x06\x01\x05\x05\x07\x03\x09"sv, "ocsp_signing"},
};

constexpr std::string_view usage_names[] = {"digital_signature", "content_commitment", "key_encipherment",
                                            "data_encipherment", "key_agreement",      "key_cert_sign",
                                            "crl_sign",          "encipher_only",      "decipher_only"};

template <std::size_t N>
std::string name_of(const OidName (&names)[N], ByteView id) {
  const auto* known = std::ranges::find(names, as_text(id), &OidName::oid);
  return known != std::end(names) ? std::string(known->name) : pki::oid_text(id);
}

/// Bytes that a terminal could act on are shown as a question mark.
std::string printable(ByteView text) {
  std::string shown(as_text(text));
  std::ranges::replace_if(shown, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return shown;
}

std::string address_text(ByteView octets) {
  IpAddress address;
  if (octets.size() != 4 && octets.size() != 16) return "?";
  std::ranges::copy(octets, address.bytes.begin());
  address.size = static_cast<std::uint8_t>(octets.size());
  return address.text();
}

std::string text_of(const pki::GeneralName& name) {
  switch (name.kind) {
    case pki::NameKind::dns: return "dns:" + printable(name.value);
    case pki::NameKind::email: return "email:" + printable(name.value);
    case pki::NameKind::uri: return "uri:" + printable(name.value);
    case pki::NameKind::ip: return "ip:" + address_text(name.value);
    case pki::NameKind::directory: return "dir:" + (pki::check_name(name.value) ? pki::name_text(name.value) : "?");
    case pki::NameKind::registered_id: return "rid:" + pki::oid_text(name.value);
    case pki::NameKind::other: {
      const auto type = pki::der::Reader(name.value).next();
      return "other:" + (type ? pki::oid_text(type->content) : "?");
    }
    case pki::NameKind::x400: return "x400:?";
    case pki::NameKind::edi: return "edi:?";
  }
  return "?";
}

WallTime wall(std::int64_t seconds) { return pki::der::wall_time(pki::der::Seconds(std::chrono::seconds(seconds))); }

}  // namespace

struct Certificate::Content {
  Bytes der;
  pki::ParsedCertificate parsed{};  // views into der
};

Result<Certificate> Certificate::from_der(ByteView der) {
  auto content = std::make_shared<Content>();
  content->der = to_bytes(der);
  KW_ASSIGN(content->parsed, pki::parse_certificate(content->der));
  return Certificate(std::move(content));
}

Result<std::vector<Certificate>> Certificate::from_pem(std::string_view text) {
  KW_ASSIGN(const std::vector<Bytes> blocks, pki::pem_certificates(text));
  if (blocks.empty()) return fail(Errc::malformed_pem, {.reason = "there is no certificate in it"});
  std::vector<Certificate> certificates;
  for (const Bytes& der : blocks) {
    KW_ASSIGN(Certificate certificate, from_der(der));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

std::string Certificate::subject() const { return pki::name_text(content_->parsed.subject); }
std::string Certificate::issuer() const { return pki::name_text(content_->parsed.issuer); }

std::string Certificate::serial() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte octet : content_->parsed.serial) {
    text += digits[std::to_integer<unsigned>(octet) >> 4];
    text += digits[std::to_integer<unsigned>(octet) & 15];
  }
  return text;
}

WallTime Certificate::not_before() const { return wall(content_->parsed.not_before); }
WallTime Certificate::not_after() const { return wall(content_->parsed.not_after); }

std::vector<std::string> Certificate::subject_alternative_names() const {
  std::vector<std::string> texts;
  for (pki::GeneralNames names(content_->parsed.extensions.alternative_names); !names.empty();) {
    const auto name = names.next();
    if (!name) break;
    texts.push_back(text_of(*name));
  }
  return texts;
}

std::string Certificate::key_description() const {
  return pki::key_text(content_->parsed.key_algorithm, content_->parsed.key_bits);
}

std::string Certificate::signature_description() const {
  return name_of(signature_names, content_->parsed.signature_algorithm.oid);
}

std::vector<std::string> Certificate::key_usage() const {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::size(usage_names); ++i) {
    if ((content_->parsed.extensions.key_usage >> i & 1) != 0) texts.emplace_back(usage_names[i]);
  }
  return texts;
}

std::vector<std::string> Certificate::extended_key_usage() const {
  std::vector<std::string> texts;
  for (pki::der::Reader reader(content_->parsed.extensions.extended_usages); !reader.empty();) {
    const auto id = reader.next();
    if (!id) break;
    texts.push_back(name_of(purpose_names, id->content));
  }
  return texts;
}

bool Certificate::is_ca() const { return content_->parsed.extensions.ca; }
ByteView Certificate::der() const noexcept { return content_->der; }
std::string Certificate::pem() const { return pki::write_pem("CERTIFICATE", content_->der); }

Result<std::shared_ptr<const CertificateChain>> CertificateChain::from_der(std::span<const ByteView> certificates) {
  if (certificates.empty()) return fail(Errc::empty_certificate);
  KW_ASSIGN(const pki::ParsedCertificate leaf, pki::parse_certificate(certificates[0]));
  return of_parsed(certificates, wall(leaf.not_after));
}

std::shared_ptr<const CertificateChain> CertificateChain::of_parsed(std::span<const ByteView> certificates,
                                                                    WallTime not_after_leaf) {
  Bytes block;
  block.reserve(total_size(certificates));
  std::vector<std::uint32_t> ends;
  ends.reserve(certificates.size());
  for (const ByteView der : certificates) {
    block.insert(block.end(), der.begin(), der.end());
    ends.push_back(static_cast<std::uint32_t>(block.size()));
  }
  return std::make_shared<const CertificateChain>(Key{}, std::move(block), std::move(ends), not_after_leaf);
}

Result<std::shared_ptr<const CertificateChain>> CertificateChain::of_raw_public_key(ByteView subject_public_key_info) {
  // Kinds of keys that are not known here have the form, too.
  const auto parts = pki::public_key_parts(subject_public_key_info);
  if (!parts && parts.error().code() == Errc::invalid_public_key) return fail(Errc::malformed_raw_public_key);
  std::vector<std::uint32_t> ends{static_cast<std::uint32_t>(subject_public_key_info.size())};
  return std::make_shared<const CertificateChain>(Key{}, to_bytes(subject_public_key_info), std::move(ends), WallTime::max(),
                                                  true);
}

Result<std::shared_ptr<const CertificateChain>> CertificateChain::from_der(std::span<const Bytes> certificates) {
  const std::vector<ByteView> views(certificates.begin(), certificates.end());
  return from_der(std::span<const ByteView>(views));
}

ByteView CertificateChain::der(std::size_t index) const noexcept {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return ByteView(block_).subspan(begin, ends_[index] - begin);
}

Result<Certificate> CertificateChain::certificate(std::size_t index) const { return Certificate::from_der(der(index)); }

}  // namespace keyway
