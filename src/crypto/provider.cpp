// SPDX-License-Identifier: Apache-2.0
//
// What providers, keys and signers answer that were written for TLS 1.3 alone.
#include "keyway/crypto/provider.h"

namespace keyway::crypto {

Result<std::unique_ptr<BulkCipher>> Provider::encrypter(BulkAlgorithm, ByteView) const {
  return fail(Errc::unsupported_algorithm);
}
Result<std::unique_ptr<BulkCipher>> Provider::decrypter(BulkAlgorithm, ByteView) const {
  return fail(Errc::unsupported_algorithm);
}
Result<std::unique_ptr<CbcHmacSealer>> Provider::cbc_hmac_sealer(BulkAlgorithm, HashAlgorithm, ByteView, ByteView) const {
  return nullptr;
}
Result<std::unique_ptr<KeyAgreement>> Provider::field_agreement(const FiniteField&) const {
  return fail(Errc::unsupported_algorithm);
}
Result<std::unique_ptr<KeyAgreement>> Provider::srp_client(const FiniteField&, ByteView) const {
  return fail(Errc::unsupported_algorithm);
}
Result<std::unique_ptr<KeyAgreement>> Provider::srp_server(const FiniteField&, ByteView) const {
  return fail(Errc::unsupported_algorithm);
}
Result<SecretBytes> Provider::srp_verifier(const FiniteField&, ByteView) const { return fail(Errc::unsupported_algorithm); }

Result<std::shared_ptr<const Signer>> Provider::stored_key(std::string_view, ByteView) const {
  return fail(Errc::not_supported, {.mend = "use the stock provider, or give a Signer", .reason = "the provider has no tokens"});
}

Result<Bytes> PublicKey::encrypt(ByteView) const { return fail(Errc::unsupported_algorithm); }

void Signer::decrypt(ByteView, Answer<SecretBytes> answer) const { std::move(answer).give(fail(Errc::unsupported_algorithm)); }
void Signer::agree(ByteView, Answer<SharedSecret> answer) const { std::move(answer).give(fail(Errc::unsupported_algorithm)); }

}  // namespace keyway::crypto
