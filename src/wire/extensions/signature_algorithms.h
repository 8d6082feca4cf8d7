// SPDX-License-Identifier: Apache-2.0
//
// signature_algorithms and signature_algorithms_cert (RFC 8446 4.2.3): for CertificateVerify, and for certificates.
#pragma once

#include "keyway/protocol.h"
#include "wire/extension_set.h"

namespace keyway::wire {

struct SignatureAlgorithms {
  static constexpr ExtensionType type = ExtensionType::signature_algorithms;
  U16List<SignatureScheme> schemes{};

  static Result<SignatureAlgorithms> decode(ByteView body) {
    KW_ASSIGN(const auto schemes, whole_vec16<U16List<SignatureScheme>>(body));
    return SignatureAlgorithms{schemes};
  }
  void encode(Writer& writer) const {
    writer.vec16([&] { schemes.encode(writer); });
  }
};

struct SignatureAlgorithmsCert {
  static constexpr ExtensionType type = ExtensionType::signature_algorithms_cert;
  U16List<SignatureScheme> schemes{};

  static Result<SignatureAlgorithmsCert> decode(ByteView body) {
    KW_ASSIGN(const auto schemes, whole_vec16<U16List<SignatureScheme>>(body));
    return SignatureAlgorithmsCert{schemes};
  }
  void encode(Writer& writer) const {
    writer.vec16([&] { schemes.encode(writer); });
  }
};

}  // namespace keyway::wire
