// SPDX-License-Identifier: Apache-2.0
//
// EVP_PKEY_fromdata with a list of numbers.
#include "crypto/openssl/key_from_numbers.h"

namespace keyway::crypto::openssl {

KeyHandle key_from_numbers(const Library& from, const char* type,
                           std::initializer_list<std::pair<const char*, const BIGNUM*>> numbers) {
  const ParamBuilder builder = required(ParamBuilder(OSSL_PARAM_BLD_new()));
  for (const auto& [name, number] : numbers) {
    if (OSSL_PARAM_BLD_push_BN(builder.get(), name, number) != 1) return nullptr;
  }
  const Params params = required(Params(OSSL_PARAM_BLD_to_param(builder.get())));
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), type, nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

}  // namespace keyway::crypto::openssl
