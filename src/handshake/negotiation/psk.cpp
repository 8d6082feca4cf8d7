// SPDX-License-Identifier: Apache-2.0
//
// Rules for PSKs that both roles share.
#include "handshake/negotiation/psk.h"

#include <algorithm>

#include "schedule/binder.h"
#include "wire/writer.h"

namespace keyway::handshake::negotiation {

namespace {

// RFC 9258 9: HKDF_SHA256 and HKDF_SHA384 in the registry of KDF identifiers.
constexpr std::uint16_t kdf_identifier(HashAlgorithm hash) noexcept { return hash == HashAlgorithm::sha384 ? 2 : 1; }

}  // namespace

//= rfc9258#4.1-1
Bytes imported_identity(const Psk& psk, HashAlgorithm target) {
  ByteBuffer buffer;
  wire::Writer writer(buffer);
  writer.vec16(psk.identity);
  writer.vec16(psk.context);
  writer.u16(static_cast<std::uint16_t>(ProtocolVersion::tls1_3));
  writer.u16(kdf_identifier(target));
  return to_bytes(buffer.view());
}

Secret48 imported_key(const Psk& psk, HashAlgorithm target, const crypto::Provider& provider) {
  return schedule::import_psk(*provider.hash(psk.hash), psk.key->expose(), imported_identity(psk, target),
                              provider.hash(target)->digest_size);
}

const Psk* find_external(const std::vector<Psk>& keys, ByteView identity) {
  for (const Psk& psk : keys) {
    if (!psk.imported && std::ranges::equal(psk.identity, identity)) return &psk;
    if (!psk.imported) continue;
    //= rfc9258#4.1-4
    for (const HashAlgorithm target : {HashAlgorithm::sha256, HashAlgorithm::sha384}) {
      if (std::ranges::equal(imported_identity(psk, target), identity)) return &psk;
    }
  }
  return nullptr;
}

std::optional<HashAlgorithm> hash_of_first_offered(const std::vector<Psk>& keys, const wire::PreSharedKeyClientHello& offer) {
  const auto offered = [&](ByteView own) {
    std::size_t looked_at = 0;
    for (const wire::PskIdentity& identity : offer.identities) {
      if (looked_at++ == max_candidates) return false;
      if (std::ranges::equal(identity.identity, own)) return true;
    }
    return false;
  };
  for (const Psk& psk : keys) {
    if (!psk.imported && offered(psk.identity)) return psk.hash;
    if (!psk.imported) continue;
    for (const HashAlgorithm hash : {HashAlgorithm::sha256, HashAlgorithm::sha384}) {
      if (offered(imported_identity(psk, hash))) return hash;
    }
  }
  return std::nullopt;
}

std::optional<SecretBytes> usable_external(const Psk& psk, ByteView identity, HashAlgorithm hash,
                                           const crypto::Provider& provider) {
  if (psk.imported) {
    //= rfc9258#4.1-3
    if (!std::ranges::equal(imported_identity(psk, hash), identity)) return std::nullopt;
    return SecretBytes(imported_key(psk, hash, provider).expose());
  }
  // RFC 8446 4.2.11: a key without import belongs to the hash it was made for.
  //= rfc8446#4.2.11-2
  if (psk.hash != hash) return std::nullopt;
  return psk.key->duplicate();
}

}  // namespace keyway::handshake::negotiation
