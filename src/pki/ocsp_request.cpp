// SPDX-License-Identifier: Apache-2.0
//
// What is asked of OCSP responders (RFC 6960 4.1.1), where they are (RFC 5280 4.2.2.1), and nonces (RFC 8954). Requests are not
// signed.
#include "pki/der.h"
#include "pki/der_writer.h"
#include "pki/ocsp.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

Bytes octets(ByteView value) { return der::write(der::tag::octet_string, value); }
Bytes object(std::string_view oid) { return der::write(der::tag::object_identifier, as_bytes(oid)); }

}  // namespace

Bytes hash_of(const crypto::HashMethods& methods, ByteView data) {
  crypto::HashState state(&methods);
  state.update(data);
  Bytes digest(methods.digest_size);
  state.finish(digest.data());
  return digest;
}

Bytes ocsp_request(const ParsedCertificate& certificate, const ParsedCertificate& issuer, ByteView nonce,
                   const crypto::Provider& provider) {
  // RFC 6960 4.1.1: the hashes name an authority. Responders that answer in advance know it by SHA-1 (RFC 5019 2.1.1).
  const crypto::HashMethods* sha1 = provider.hash(HashAlgorithm::sha1);
  const crypto::HashMethods* hash = sha1 != nullptr ? sha1 : provider.hash(HashAlgorithm::sha256);
  if (hash == nullptr) return {};
  const Bytes algorithm =
      der::write_sequence({object(sha1 != nullptr ? oid::sha1 : oid::sha256), der::write(der::tag::null, ByteView())});
  //= rfc6960#4.1.1-1
  const Bytes id =
      der::write_sequence({algorithm, octets(hash_of(*hash, certificate.issuer)), octets(hash_of(*hash, issuer.key_bits)),
                           der::write(der::tag::integer, certificate.serial)});
  std::vector<Bytes> fields{der::write_sequence({der::write_sequence({id})})};
  if (!nonce.empty()) fields.push_back(der::write(der::tag::context_constructed(2), ByteView(ocsp_nonce_request(nonce))));
  return der::write_sequence({der::write(der::tag::sequence, fields)});
}

std::vector<std::string> ocsp_responders(const Extensions& extensions) {
  std::vector<std::string> urls;
  if (!extensions.has(ExtensionId::authority_information_access)) return urls;
  const auto list = der::single(extensions.value(ExtensionId::authority_information_access), der::tag::sequence);
  if (!list) return urls;
  for (der::Reader reader(list->content); !reader.empty();) {
    const auto access = reader.expect(der::tag::sequence);
    if (!access) return urls;
    der::Reader fields(access->content);
    const auto method = fields.expect(der::tag::object_identifier);
    const auto where = method ? fields.next() : fail(Errc::malformed_der);
    if (!where || !fields.finish()) return urls;
    if (as_text(method->content) != oid::ocsp_access || where->tag != der::tag::context(6)) continue;
    urls.emplace_back(as_text(where->content));
  }
  return urls;
}

Bytes ocsp_nonce(ByteView client_random, const crypto::Provider& provider) {
  const crypto::HashMethods* sha256 = provider.hash(HashAlgorithm::sha256);
  if (sha256 == nullptr) return {};
  crypto::HashState state(sha256);
  state.update(as_bytes("keyway OCSP nonce"));
  state.update(client_random);
  Bytes nonce(sha256->digest_size);
  state.finish(nonce.data());
  return nonce;
}

Bytes ocsp_nonce_request(ByteView nonce) {
  if (nonce.empty()) return {};
  // RFC 8954 2.1: an OCTET STRING within that of the extension.
  const Bytes value = octets(octets(nonce));
  return der::write_sequence({der::write_sequence({object(oid::ocsp_nonce), value})});
}

}  // namespace keyway::pki
