// SPDX-License-Identifier: Apache-2.0
//
// X25519 and X448 (RFC 7748; RFC 8446 4.2.8.2 and 7.4.2). Contexts are kept per thread, for making one searches all names
// that libcrypto knows; the peer's key needs no validation besides its length and the all-zero result.
#include "base/ct.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_agreement.h"
#include "crypto/openssl/spares.h"

namespace keyway::crypto::openssl {
namespace {

struct Function {
  NamedGroup group;
  const char* name;
  std::size_t size;
};
constexpr Function x25519_function{NamedGroup::x25519, "X25519", 32};
constexpr Function x448_function{NamedGroup::x448, "X448", 56};

const Function& function_of(NamedGroup group) noexcept { return group == NamedGroup::x448 ? x448_function : x25519_function; }

KeyCtxHandle generation_context(const Library& from, const Function& function) {
  KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), function.name, nullptr));
  if (context == nullptr || EVP_PKEY_keygen_init(context.get()) != 1) return nullptr;
  return context;
}

EVP_PKEY_CTX* kept_generation_context(const Library& from, const Function& function) {
  if (function.group == NamedGroup::x448) {
    static thread_local const KeyCtxHandle x448 = generation_context(from, x448_function);
    return x448.get();
  }
  static thread_local const KeyCtxHandle x25519 = generation_context(from, x25519_function);
  return x25519.get();
}

/// The peer's key, in one object a thread that only gets other bytes each time: making one looks the type up by name.
EVP_PKEY* peer_key(const Library& from, const Function& function, ByteView share) {
  static thread_local KeyHandle x25519;
  static thread_local KeyHandle x448;
  KeyHandle& kept = function.group == NamedGroup::x448 ? x448 : x25519;
  if (kept == nullptr) {
    kept =
        required(KeyHandle(EVP_PKEY_new_raw_public_key_ex(from.context(), function.name, nullptr, octets(share), share.size())));
    return kept.get();
  }
  return EVP_PKEY_set1_encoded_public_key(kept.get(), octets(share), share.size()) == 1 ? kept.get() : nullptr;
}

/// Our key and the context that derives with it. Another key is generated into the same object, and the context goes on.
struct OwnKey {
  KeyHandle key;
  KeyCtxHandle derivation;  ///< null: not needed yet
};

/// Kinds: whether it is X448.
using SpareKeys = Spares<OwnKey, 2>;
std::size_t kind_of(const Function& function) noexcept { return function.group == NamedGroup::x448 ? 1 : 0; }

/// Setting a public key clears and frees the private one, in the releases that are known; in others nothing is kept.
/// It frees to the plain heap. Where the host program gave libcrypto a secure one, private keys come from there.
bool wipe_private(EVP_PKEY& key, ByteView any_share) {
  return CRYPTO_secure_malloc_initialized() == 0 &&
         EVP_PKEY_set1_encoded_public_key(&key, octets(any_share), any_share.size()) == 1;
}

bool has_private(const EVP_PKEY& key) {
  std::array<unsigned char, 56> bytes;
  std::size_t size = bytes.size();
  const bool found = EVP_PKEY_get_raw_private_key(&key, bytes.data(), &size) == 1;
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return found;
}

bool wiping_works(const Library& from) {
  static const bool works = [&from] {
    static constexpr std::array<std::byte, 32> bytes{std::byte{9}};
    const KeyHandle key(
        EVP_PKEY_new_raw_private_key_ex(from.context(), x25519_function.name, nullptr, octets(ByteView(bytes)), bytes.size()));
    return key != nullptr && has_private(*key) && wipe_private(*key, bytes) && !has_private(*key);
  }();
  return works;
}

class XdhAgreement final : public KeyAgreement {
 public:
  XdhAgreement(const Library& from, const Function& function, OwnKey own)
      : from_(from), function_(function), own_(std::move(own)) {}

  bool take_share() {
    std::size_t size = 0;
    return EVP_PKEY_get_octet_string_param(own_.key.get(), OSSL_PKEY_PARAM_PUB_KEY, octets(share_.data()), share_.size(),
                                           &size) == 1 &&
           size == function_.size;
  }

  NamedGroup group() const override { return function_.group; }
  ByteView share() const override { return ByteView(share_).first(function_.size); }

  Result<SharedSecret> agree(ByteView peer_share) && override {
    if (peer_share.size() != function_.size) return fail(Errc::invalid_key_share);  // RFC 8446 4.2.8.2
    const ErrorMark mark;
    OwnKey own = std::move(own_);
    if (own.key == nullptr) return fail(Errc::internal);
    auto secret = derive(own, peer_share);
    if (wiping_works(from_) && wipe_private(*own.key, peer_share)) SpareKeys::give(kind_of(function_), std::move(own));
    return secret;
  }

 private:
  Result<SharedSecret> derive(OwnKey& own, ByteView peer_share) const {
    EVP_PKEY* peer = peer_key(from_, function_, peer_share);
    if (own.derivation == nullptr)
      own.derivation = required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from_.context(), own.key.get(), nullptr)));
    EVP_PKEY_CTX* context = own.derivation.get();
    if (peer == nullptr || EVP_PKEY_derive_init(context) != 1 || EVP_PKEY_derive_set_peer_ex(context, peer, 0) != 1) {
      return fail(Errc::crypto_failure);
    }
    SharedSecret secret;
    const MutableBytes out = secret.fill(function_.size);
    std::size_t size = out.size();
    // RFC 8446 7.4.2: an all-zero result is refused; libcrypto refuses it too, as a failure to derive.
    //= rfc8446#4.2.8.2-3, 7.4.2-2
    if (EVP_PKEY_derive(context, octets(out), &size) != 1 || size != function_.size || all_zero(out)) {
      return fail(Errc::invalid_key_share);
    }
    return secret;
  }

  static bool all_zero(ByteView bytes) {
    static constexpr std::array<std::byte, 56> zeros{};
    return ct::equal(bytes, ByteView(zeros).first(bytes.size()));
  }

  const Library& from_;
  const Function& function_;
  OwnKey own_;
  std::array<std::byte, 56> share_;
};

NewAgreement agreement_with(const Library& from, const Function& function, OwnKey own) {
  auto agreement = std::make_unique<XdhAgreement>(from, function, std::move(own));
  if (!agreement->take_share()) return fail(Errc::crypto_failure);
  return agreement;
}

}  // namespace

NewAgreement make_xdh_agreement(const Library& from, NamedGroup group) {
  const ErrorMark mark;
  const Function& function = function_of(group);
  EVP_PKEY_CTX* context = kept_generation_context(from, function);
  if (context == nullptr) return fail(Errc::unsupported_algorithm);
  OwnKey own = SpareKeys::take(kind_of(function));
  EVP_PKEY* key = own.key.get();
  if (EVP_PKEY_generate(context, &key) != 1) return fail(Errc::crypto_failure);
  if (own.key == nullptr) own.key.reset(key);
  return agreement_with(from, function, std::move(own));
}

NewAgreement xdh_agreement_from_private(const Library& from, NamedGroup group, ByteView private_key) {
  const ErrorMark mark;
  const Function& function = function_of(group);
  if (private_key.size() != function.size) return fail(Errc::invalid_private_key);
  KeyHandle key(EVP_PKEY_new_raw_private_key_ex(from.context(), function.name, nullptr, octets(private_key), private_key.size()));
  if (key == nullptr) return fail(Errc::invalid_private_key);
  return agreement_with(from, function, {std::move(key), nullptr});
}

}  // namespace keyway::crypto::openssl
