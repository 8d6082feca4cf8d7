// SPDX-License-Identifier: Apache-2.0
//
// Padding, digest and salt of RSA for EVP, handed over in one list, which costs less than a call for each.
#pragma once

#include "crypto/openssl/handles.h"
#include "keyway/crypto/public_key.h"

namespace keyway::crypto::openssl {

/// The parameters that both directions of RSA share; refers to storage inside itself.
struct RsaParameters {
  RsaParameters(const EVP_MD& digest, const SignatureAlgorithm& algorithm)
      : padding(algorithm.kind == SignatureKind::rsa_pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING),
        salt_size(static_cast<int>(algorithm.salt_size)) {
    char* name = const_cast<char*>(EVP_MD_get0_name(&digest));  // read only; the parameter's type lacks the const
    list[0] = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, name, 0);
    list[1] = OSSL_PARAM_construct_int(OSSL_SIGNATURE_PARAM_PAD_MODE, &padding);
    list[2] = OSSL_PARAM_construct_end();
    if (algorithm.kind != SignatureKind::rsa_pss) return;
    list[2] = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, name, 0);
    list[3] = OSSL_PARAM_construct_int(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, &salt_size);
    list[4] = OSSL_PARAM_construct_end();
  }
  RsaParameters(const RsaParameters&) = delete;
  RsaParameters& operator=(const RsaParameters&) = delete;

  int padding;
  int salt_size;
  std::array<OSSL_PARAM, 5> list{};
};

}  // namespace keyway::crypto::openssl
