// SPDX-License-Identifier: Apache-2.0
//
// Length-prefixed fields under one hash.
#include "config/fingerprint.h"

#include <array>

namespace keyway::config {

Result<Fingerprint> Fingerprint::start(const crypto::Provider& provider, std::string_view label) {
  const crypto::HashMethods* methods = provider.hash(HashAlgorithm::sha256);
  if (methods == nullptr) return fail(Errc::unsupported_algorithm);
  Fingerprint fingerprint{crypto::HashState(methods)};
  fingerprint.add(label);
  return fingerprint;
}

Fingerprint& Fingerprint::add(ByteView field) {
  number(field.size());
  hash_.update(field);
  return *this;
}

Fingerprint& Fingerprint::number(std::uint64_t value) {
  std::array<std::byte, 8> encoded;
  for (std::size_t i = 0; i < encoded.size(); ++i) encoded[i] = static_cast<std::byte>(value >> (56 - 8 * i));
  hash_.update(encoded);
  return *this;
}

Bytes Fingerprint::finish() {
  Bytes digest(hash_.digest_size());
  hash_.finish(digest.data());
  return digest;
}

void add_keys(const PskOptions& options, ByteView lookup, Fingerprint& fingerprint) {
  fingerprint.number(options.keys.size());
  for (const Psk& psk : options.keys) {
    fingerprint.add(psk.identity)
        .add(psk.key->expose())
        .add(psk.context)
        .number(psk.imported)
        .number(static_cast<std::uint64_t>(psk.hash));
  }
  fingerprint.add(lookup);
}

}  // namespace keyway::config
