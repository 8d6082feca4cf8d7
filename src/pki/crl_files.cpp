// SPDX-License-Identifier: Apache-2.0
//
// Reading lists, and the canonical form of names behind OpenSSL's hash.
#include "pki/crl_files.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/hex.h"
#include "pki/crl.h"
#include "pki/der.h"
#include "pki/der_writer.h"
#include "pki/directory_text.h"
#include "pki/pem.h"

namespace keyway::pki {

namespace {

namespace tag = der::tag;

Result<void> check_list(ByteView der) {
  if (der.size() > max_list_size) return fail(Errc::too_long);
  auto crl = parse_crl(der);
  if (!crl) return fail(Errc::malformed_crl, {.reason = crl.error().detail()->reason});
  // Walks over all of its entries.
  if (auto walked = find_entry(*crl, {}, crl->issuer); !walked)
    return fail(Errc::malformed_crl, {.reason = walked.error().detail()->reason});
  return {};
}

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string canonical_text(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::string folded;
  for (const char c : text) {
    if (!is_blank(c)) {
      folded += ascii_lower(c);
    } else if (folded.back() != ' ') {
      folded += ' ';
    }
  }
  return folded;
}

/// A value as OpenSSL hashes it; what is no text stays as it is.
Bytes canonical_value(const der::Element& value) {
  const auto width = width_of_text(value.tag);
  if (!width) return to_bytes(value.whole);
  std::string text;
  for (Utf8Octets octets(value.content, *width); !octets.empty();) text += octets.next();
  return der::write_text(tag::utf8_string, canonical_text(text));
}

/// One set, its attributes in the order that DER demands of sets.
Bytes canonical_part(ByteView set) {
  std::vector<Bytes> attributes;
  for (der::Reader reader(set); !reader.empty();) {
    const auto pair = reader.next();
    if (!pair) break;
    der::Reader fields(pair->content);
    const auto type = fields.next();
    const auto value = type ? fields.next() : fail(Errc::malformed_der);
    if (!value) break;
    attributes.push_back(der::write_sequence({to_bytes(type->whole), canonical_value(*value)}));
  }
  std::ranges::sort(attributes);
  return der::write(tag::set, attributes);
}

}  // namespace

Result<std::vector<Bytes>> read_lists(ByteView content) {
  std::vector<Bytes> lists;
  if (der::single(content, tag::sequence)) {
    KW_TRY(check_list(content));
    lists.push_back(to_bytes(content));
    return lists;
  }
  for (PemReader reader(as_text(content));;) {
    KW_ASSIGN(const PemBlock block, reader.next());
    if (block.label.empty()) break;
    if (block.label != "X509 CRL" && block.label != "CRL") continue;
    KW_ASSIGN(Bytes der, decode_pem_body(block));
    KW_TRY(check_list(der));
    lists.push_back(std::move(der));
  }
  if (lists.empty()) return fail(Errc::malformed_crl, {.reason = "there is no certificate revocation list in it"});
  return lists;
}

std::string openssl_name_hash(ByteView name, const crypto::Provider& provider) {
  const crypto::HashMethods* sha1 = provider.hash(HashAlgorithm::sha1);
  const auto sequence = der::single(name, tag::sequence);
  if (sha1 == nullptr || !sequence) return {};
  crypto::HashState state(sha1);
  for (der::Reader sets(sequence->content); !sets.empty();) {
    const auto set = sets.next();
    if (!set) return {};
    state.update(canonical_part(set->content));
  }
  Bytes digest(sha1->digest_size);
  state.finish(digest.data());
  digest.resize(4);
  std::ranges::reverse(digest);
  return to_hex(digest);
}

}  // namespace keyway::pki
