// SPDX-License-Identifier: Apache-2.0
//
// From flow and transcript to the functions of schedule/legacy/ssl3.h.
#include "handshake/tls12/legacy/ssl3.h"

#include "schedule/legacy/ssl3.h"

namespace keyway::handshake::tls12 {

namespace {

Result<schedule::Ssl3Hashes> hashes_of(const crypto::Provider& provider) {
  const schedule::Ssl3Hashes hashes{provider.hash(HashAlgorithm::md5), provider.hash(HashAlgorithm::sha1)};
  if (hashes.md5 == nullptr || hashes.sha1 == nullptr) return fail(Errc::unsupported_algorithm);
  return hashes;
}

Result<schedule::MasterSecret12> master_secret(const Terms& terms, ByteView premaster, Flow& flow) {
  KW_ASSIGN(const auto hashes, hashes_of(flow.in().provider()));
  return schedule::ssl3_master_secret(hashes, premaster, terms.client_random, terms.server_random);
}

Result<schedule::KeyBlock12> key_block(const Master& master, const schedule::KeySizes& sizes, Flow& flow) {
  KW_ASSIGN(const auto hashes, hashes_of(flow.in().provider()));
  return schedule::ssl3_key_block(hashes, master.secret, master.terms.client_random, master.terms.server_random, sizes);
}

Result<schedule::VerifyData> verify_data(const Master& master, Role sender, Flow& flow) {
  KW_ASSIGN(const auto hashes, hashes_of(flow.in().provider()));
  return schedule::ssl3_verify_data(hashes, master.secret, sender, flow.transcript().messages());
}

/// RFC 6101 5.6.8: RSA keys sign both hashes, DSS keys the second.
Result<ToSign> certificate_verify(const Master& master, SignatureScheme implied, Flow& flow) {
  KW_ASSIGN(const auto hashes, hashes_of(flow.in().provider()));
  const auto digests = schedule::ssl3_certificate_verify(hashes, master.secret, flow.transcript().messages());
  const ByteView kept = flow.keep(digests.view());
  if (implied == SignatureScheme::rsa_pkcs1_md5_sha1) return ToSign{SignatureScheme::rsa_pkcs1_digests, kept};
  if (implied == SignatureScheme::dsa_sha1) return ToSign{SignatureScheme::dsa_digest, kept.last(hashes.sha1->digest_size)};
  return fail(Errc::certificate_key_type);
}

}  // namespace

const Derivation ssl3_derivation{master_secret, key_block, verify_data, certificate_verify};

}  // namespace keyway::handshake::tls12
