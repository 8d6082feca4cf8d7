// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the crypto seam share: bytes from hexadecimal text, the answer of a Signer, keys of each kind.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/hex.h"
#include "keyway/crypto/provider.h"

namespace keyway::crypto::test {

inline Bytes hex(std::string_view text) {
  auto bytes = from_hex(text);
  EXPECT_TRUE(bytes.has_value()) << text;
  return std::move(bytes).value_or(Bytes{});
}

inline const Provider& provider() {
  static const std::shared_ptr<const Provider> instance = default_provider();
  return *instance;
}

template <class T>
Errc code_of(const Result<T>& result) {
  return result ? Errc{} : result.error().code();
}

/// Signs with a Signer that answers at once.
inline Result<Bytes> sign(const Signer& signer, SignatureScheme scheme, ByteView message) {
  const auto slot = std::make_shared<AnswerSlot>();
  signer.sign(scheme, message, Answer<Bytes>(slot));
  auto answer = slot->take<Bytes>();
  if (!answer) return fail(Errc::answer_dropped);
  return std::move(*answer);
}

inline std::shared_ptr<const Signer> new_signer(Provider::NewKey kind) {
  const auto der = provider().generate_private_key(kind);
  EXPECT_TRUE(der.has_value());
  auto signer = provider().private_key(der->expose(), {});
  EXPECT_TRUE(signer.has_value());
  return signer ? *signer : nullptr;
}

inline Bytes digest(HashAlgorithm algorithm, ByteView message) {
  HashState state(provider().hash(algorithm));
  state.update(message);
  Bytes out(state.digest_size());
  state.finish(out.data());
  return out;
}

}  // namespace keyway::crypto::test
