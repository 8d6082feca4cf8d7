// SPDX-License-Identifier: Apache-2.0
//
// ECDSA over EC_KEY on the shared group of its curve. Signatures are read here, because ECDSA_verify finds out that DER is
// strict by encoding what it read once more, which costs nearly as much as the import of a key. The form for EVP alone is
// ecdsa_evp.cpp.
#include "crypto/openssl/ecdsa.h"

#include <optional>

#include "crypto/openssl/errors.h"
#include "crypto/openssl/spares.h"

namespace keyway::crypto::openssl {

namespace {

/// Of any curve in curves.h: a SEQUENCE of two INTEGERs of at most 66 bytes. ECDSA_size encodes one to tell.
constexpr std::size_t max_signature_size = 139;

using SignatureHandle = Handle<ECDSA_SIG, &ECDSA_SIG_free>;

/// Takes an element of DER with this tag off the front: its content, or nothing where it is not in its shortest form.
std::optional<ByteView> take_element(ByteView& from, std::byte tag) noexcept {
  if (from.size() < 2 || from[0] != tag) return std::nullopt;
  std::size_t header = 2;
  auto length = std::to_integer<std::size_t>(from[1]);
  if (length >= 0x80) {
    // One octet of length is enough for all that max_signature_size lets pass.
    if (length != 0x81 || from.size() < 3 || std::to_integer<unsigned>(from[2]) < 0x80) return std::nullopt;
    header = 3;
    length = std::to_integer<std::size_t>(from[2]);
  }
  if (from.size() - header < length) return std::nullopt;
  const ByteView content = from.subspan(header, length);
  from = from.subspan(header + length);
  return content;
}

/// A positive INTEGER in its shortest form, or null. Zero is left to the check of the signature, as what is too large.
BigNumber take_number(ByteView& from) {
  constexpr std::byte integer{0x02}, sign{0x80};
  const auto content = take_element(from, integer);
  if (!content || content->empty() || ((*content)[0] & sign) != std::byte{0}) return nullptr;
  const bool padded = content->size() > 1 && (*content)[0] == std::byte{0};
  if (padded && ((*content)[1] & sign) == std::byte{0}) return nullptr;
  return number_from(*content);
}

/// Ecdsa-Sig-Value (RFC 3279 2.2.3) in DER and nothing behind it, or null.
SignatureHandle read_signature(ByteView signature) {
  constexpr std::byte sequence{0x30};
  auto numbers = take_element(signature, sequence);
  if (!numbers || !signature.empty()) return nullptr;
  BigNumber r = take_number(*numbers);
  BigNumber s = r == nullptr ? nullptr : take_number(*numbers);
  if (s == nullptr || !numbers->empty()) return nullptr;
  SignatureHandle read = required(SignatureHandle(ECDSA_SIG_new()));
  if (ECDSA_SIG_set0(read.get(), r.release(), s.release()) != 1) throw std::bad_alloc();
  return read;
}

/// Where libcrypto computes whether a point is on its curve: made for each point otherwise. It never holds a secret.
using SpareRoom = Spares<BigNumberCtx, 1, 1>;

}  // namespace

Result<EcPublicHandle> import_ec_public_key(const Library& from, std::size_t curve, ByteView point) {
  if (from.group(curve) == nullptr) return fail(Errc::unsupported_algorithm);
  if (!has_point_form(curves[curve], point)) return fail(Errc::invalid_public_key);
  const ErrorMark mark;
  EcKeyHandle key = blank_ec_key(from, curve);
  // Refuses points off the curve; the only point without coordinates, infinity, has another form.
  BigNumberCtx room = SpareRoom::take(0);
  if (room == nullptr) room = required(BigNumberCtx(BN_CTX_new_ex(from.context())));
  const bool on_curve = EC_KEY_oct2key(key.get(), octets(point), point.size(), room.get()) == 1;
  SpareRoom::give(0, std::move(room));
  if (!on_curve) return fail(Errc::invalid_public_key);
  return key;
}

Result<EcPrivateHandle> import_ec_private_key(const Library& from, std::size_t curve, EVP_PKEY& key) {
  const EC_GROUP* group = from.group(curve);
  if (group == nullptr) return fail(Errc::unsupported_algorithm);
  const ErrorMark mark;
  const BigNumber number = number_of(key, OSSL_PKEY_PARAM_PRIV_KEY);
  if (number == nullptr) return fail(Errc::invalid_private_key);
  EcPrivateHandle imported = required(EcPrivateHandle(EC_KEY_new_ex(from.context(), nullptr)));
  if (EC_KEY_set_group(imported.get(), group) != 1) throw std::bad_alloc();
  if (EC_KEY_set_private_key(imported.get(), number.get()) != 1) return fail(Errc::invalid_private_key);
  return imported;
}

bool ecdsa_verify(const Library&, EcPublic& key, ByteView digest, ByteView signature) {
  const ErrorMark mark;
  if (signature.size() > max_signature_size) return false;
  const SignatureHandle read = read_signature(signature);
  return read != nullptr && ECDSA_do_verify(octets(digest), static_cast<int>(digest.size()), read.get(), &key) == 1;
}

Result<Bytes> ecdsa_sign(const Library&, EcPrivate& key, ByteView digest) {
  const ErrorMark mark;
  Bytes signature(max_signature_size);
  unsigned int size = 0;
  if (ECDSA_sign(0, octets(digest), static_cast<int>(digest.size()), octets(signature.data()), &size, &key) != 1) {
    return fail(Errc::crypto_failure);
  }
  signature.resize(size);
  return signature;
}

}  // namespace keyway::crypto::openssl
