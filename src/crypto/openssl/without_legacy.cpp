// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "crypto/openssl/bulk.h"
#include "crypto/openssl/finite_field.h"
#include "crypto/openssl/static_keys.h"

namespace keyway::crypto::openssl {

const EVP_CIPHER* legacy_cipher(const Library&, BulkAlgorithm) { return nullptr; }

NewAgreement make_srp_client(const Library&, const FiniteField&, ByteView) { return fail(Errc::unsupported_algorithm); }
NewAgreement make_srp_server(const Library&, const FiniteField&, ByteView) { return fail(Errc::unsupported_algorithm); }
Result<SecretBytes> make_srp_verifier(const Library&, const FiniteField&, ByteView) { return fail(Errc::unsupported_algorithm); }

bool can_decrypt_with(const EVP_PKEY&) { return false; }
Result<SecretBytes> rsa_decrypt(const Library&, EVP_PKEY&, ByteView) { return fail(Errc::unsupported_algorithm); }
Result<Bytes> rsa_encrypt(const Library&, const RsaNumbers&, ByteView) { return fail(Errc::unsupported_algorithm); }
Result<SharedSecret> static_agree(const Library&, const EVP_PKEY&, std::size_t, ByteView) {
  return fail(Errc::unsupported_algorithm);
}

}  // namespace keyway::crypto::openssl
