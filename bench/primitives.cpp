// SPDX-License-Identifier: Apache-2.0
//
// Kept contexts, a shared EC_GROUP, ECDH_compute_key, ECDSA_sign and ECDSA_verify, RSA_verify, EVP where nothing else is
// exported. All objects that live longer than one handshake are made once.
#include "primitives.h"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <vector>

#include "keyway/bytes.h"
#include "must.h"

namespace keyway::bench {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Key = std::shared_ptr<EVP_PKEY>;
using KeyCtx = std::shared_ptr<EVP_PKEY_CTX>;
using EcKey = std::shared_ptr<EC_KEY>;

constexpr std::uint64_t repetitions = 16;
constexpr int digest_size = 32;

const unsigned char* digest() {
  static const std::array<unsigned char, digest_size> value{0x5a, 0x17};
  return value.data();
}

// ---- x25519

Key new_x25519(EVP_PKEY_CTX* context) {
  EVP_PKEY* key = nullptr;
  require(EVP_PKEY_generate(context, &key) == 1, "EVP_PKEY_generate");
  return Key(key, EVP_PKEY_free);
}

KeyCtx x25519_generator() {
  KeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr), EVP_PKEY_CTX_free);
  require(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1, "x25519");
  return context;
}

Batch x25519_generate() {
  return whole([context = x25519_generator()] { new_x25519(context.get()); }, repetitions);
}

Batch x25519_derive() {
  const Key own = new_x25519(x25519_generator().get());
  std::array<unsigned char, 32> share{};
  std::size_t size = share.size();
  require(EVP_PKEY_get_raw_public_key(new_x25519(x25519_generator().get()).get(), share.data(), &size) == 1, "share");
  return whole(
      [own, share] {
        const Key peer(EVP_PKEY_new_raw_public_key_ex(nullptr, "X25519", nullptr, share.data(), share.size()), EVP_PKEY_free);
        const KeyCtx context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr), EVP_PKEY_CTX_free);
        std::array<unsigned char, 32> secret;
        std::size_t secret_size = secret.size();
        require(EVP_PKEY_derive_init(context.get()) == 1 && EVP_PKEY_derive_set_peer_ex(context.get(), peer.get(), 0) == 1 &&
                    EVP_PKEY_derive(context.get(), secret.data(), &secret_size) == 1,
                "EVP_PKEY_derive");
      },
      repetitions);
}

// ---- P-256

const EC_GROUP* p256() {
  static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  return group;
}

EcKey new_p256() {
  EcKey key(EC_KEY_new(), EC_KEY_free);
  require(EC_KEY_set_group(key.get(), p256()) == 1 && EC_KEY_generate_key(key.get()) == 1, "EC_KEY_generate_key");
  return key;
}

Batch p256_generate() {
  return whole([] { new_p256(); }, repetitions);
}

Batch p256_derive() {
  const EcKey own = new_p256();
  std::array<unsigned char, 65> share{};
  require(EC_POINT_point2oct(p256(), EC_KEY_get0_public_key(new_p256().get()), POINT_CONVERSION_UNCOMPRESSED, share.data(),
                             share.size(), nullptr) == share.size(),
          "share");
  return whole(
      [own, share] {
        const std::unique_ptr<EC_POINT, Freer<EC_POINT_free>> peer(EC_POINT_new(p256()));
        std::array<unsigned char, 32> secret;
        require(EC_POINT_oct2point(p256(), peer.get(), share.data(), share.size(), nullptr) == 1 &&
                    ECDH_compute_key(secret.data(), secret.size(), peer.get(), own.get(), nullptr) == 32,
                "ECDH_compute_key");
      },
      repetitions);
}

std::vector<unsigned char> ecdsa_signature(EC_KEY* key) {
  std::vector<unsigned char> signature(static_cast<std::size_t>(ECDSA_size(key)));
  unsigned int size = 0;
  require(ECDSA_sign(0, digest(), digest_size, signature.data(), &size, key) == 1, "ECDSA_sign");
  signature.resize(size);
  return signature;
}

Batch ecdsa_sign() {
  return whole(
      [key = new_p256()] {
        std::array<unsigned char, 80> signature;
        unsigned int size = 0;
        require(ECDSA_sign(0, digest(), digest_size, signature.data(), &size, key.get()) == 1, "ECDSA_sign");
      },
      repetitions);
}

Batch ecdsa_verify() {
  const EcKey key = new_p256();
  return whole(
      [key, signature = ecdsa_signature(key.get())] {
        require(ECDSA_verify(0, digest(), digest_size, signature.data(), static_cast<int>(signature.size()), key.get()) == 1,
                "ECDSA_verify");
      },
      repetitions);
}

// ---- RSA-2048

Key new_rsa() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), EVP_PKEY_free);
  require(key != nullptr, "RSA key");
  return key;
}

KeyCtx pss_context(const Key& key, bool signs) {
  KeyCtx context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr), EVP_PKEY_CTX_free);
  require((signs ? EVP_PKEY_sign_init(context.get()) : EVP_PKEY_verify_init(context.get())) == 1 &&
              EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), digest_size) == 1,
          "PSS");
  return context;
}

std::vector<unsigned char> pss_signature(const Key& key) {
  std::vector<unsigned char> signature(256);
  std::size_t size = signature.size();
  require(EVP_PKEY_sign(pss_context(key, true).get(), signature.data(), &size, digest(), digest_size) == 1, "RSA sign");
  return signature;
}

Batch pss_sign() {
  return whole([context = pss_context(new_rsa(), true)] {
    std::array<unsigned char, 256> signature;
    std::size_t size = signature.size();
    require(EVP_PKEY_sign(context.get(), signature.data(), &size, digest(), digest_size) == 1, "RSA sign");
  });
}

Batch pss_verify() {
  const Key key = new_rsa();
  return whole(
      [context = pss_context(key, false), signature = pss_signature(key)] {
        require(EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest(), digest_size) == 1, "RSA verify");
      },
      repetitions);
}

Batch pkcs1_verify() {
  const Key key = new_rsa();
  const std::shared_ptr<RSA> rsa(EVP_PKEY_get1_RSA(key.get()), RSA_free);
  std::vector<unsigned char> signature(256);
  unsigned int size = 0;
  require(RSA_sign(NID_sha256, digest(), digest_size, signature.data(), &size, rsa.get()) == 1, "RSA_sign");
  return whole(
      [rsa, signature] {
        require(RSA_verify(NID_sha256, digest(), digest_size, signature.data(), static_cast<unsigned int>(signature.size()),
                           rsa.get()) == 1,
                "RSA_verify");
      },
      repetitions);
}

}  // namespace

HandshakePrimitives::HandshakePrimitives(KeyKind kind, NamedGroup group, Contest& contest) {
  const bool p256_exchange = group == NamedGroup::secp256r1;
  const bool rsa = kind == KeyKind::rsa_2048;
  generate_ = contest.add(p256_exchange ? p256_generate() : x25519_generate());
  derive_ = contest.add(p256_exchange ? p256_derive() : x25519_derive());
  sign_ = contest.add(rsa ? pss_sign() : ecdsa_sign());
  verify_handshake_ = contest.add(rsa ? pss_verify() : ecdsa_verify());
  verify_chain_ = rsa ? contest.add(pkcs1_verify()) : verify_handshake_;
}

namespace {

using Certificate = std::shared_ptr<X509>;

std::vector<Certificate> read_certificates(const std::string& path) {
  const std::unique_ptr<BIO, Freer<BIO_free_all>> file(BIO_new_file(path.c_str(), "r"));
  std::vector<Certificate> certificates;
  while (X509* const one = PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)) certificates.emplace_back(one, X509_free);
  return certificates;
}

struct Signed {
  EcKey key;
  std::array<unsigned char, digest_size> digest;
  std::vector<unsigned char> signature;
};

Signed signed_by(X509* certificate, X509* issuer) {
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, certificate);
  Signed made{EcKey(EVP_PKEY_get1_EC_KEY(X509_get0_pubkey(issuer)), EC_KEY_free),
              {},
              {signature->data, signature->data + signature->length}};
  unsigned char* bytes = nullptr;
  const int size = i2d_re_X509_tbs(certificate, &bytes);
  require(made.key != nullptr && size > 0, "an ECDSA chain");
  SHA256(bytes, static_cast<std::size_t>(size), made.digest.data());
  OPENSSL_free(bytes);
  return made;
}

}  // namespace

RawChain::RawChain(const IdentityFiles& files, Contest& contest) {
  const std::vector<Certificate> chain = read_certificates(files.chain);
  const std::vector<Certificate> root = read_certificates(files.root);
  require(chain.size() == 2 && root.size() == 1, "leaf, intermediate and root");
  const std::array checks{signed_by(chain[0].get(), chain[1].get()), signed_by(chain[1].get(), root[0].get())};
  verify_ = contest.add(whole(
      [checks] {
        for (const Signed& check : checks) {
          require(ECDSA_verify(0, check.digest.data(), digest_size, check.signature.data(),
                               static_cast<int>(check.signature.size()), check.key.get()) == 1,
                  "ECDSA_verify");
        }
      },
      repetitions));
}

double HandshakePrimitives::sum(const Contest& contest) const {
  return 2 * contest.seconds(generate_) + 2 * contest.seconds(derive_) + contest.seconds(sign_) +
         2 * contest.seconds(verify_chain_) + contest.seconds(verify_handshake_);
}

std::string HandshakePrimitives::detail(const Contest& contest) const {
  const auto us = [&](std::size_t contestant) { return contest.seconds(contestant) * 1e6; };
  return fmt::format("generate {:.1f}, derive {:.1f}, sign {:.1f}, verify {:.1f} (chain {:.1f})", us(generate_), us(derive_),
                     us(sign_), us(verify_handshake_), us(verify_chain_));
}

struct RawAead::Contexts {
  using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;

  static Cipher make(bool seals) {
    static EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
    static constexpr std::array<unsigned char, 16> key{1, 2, 3};
    Cipher cipher(EVP_CIPHER_CTX_new());
    require(EVP_CipherInit_ex2(cipher.get(), aes, key.data(), nullptr, seals ? 1 : 0, nullptr) == 1, "AES-128-GCM");
    return cipher;
  }

  std::size_t text_size;
  std::size_t records;
  Cipher sealer = make(true);
  Cipher opener = make(false);
  std::vector<unsigned char> plain = std::vector<unsigned char>(text_size, 0x61);
  std::vector<unsigned char> wire = std::vector<unsigned char>((text_size + 16) * records);
};

namespace {

constexpr std::array<unsigned char, 5> header{23, 3, 3, 64, 17};

std::array<unsigned char, 12> nonce_of(std::size_t number) {
  std::array<unsigned char, 12> nonce{7, 7, 7};
  nonce[11] = static_cast<unsigned char>(number);
  nonce[10] = static_cast<unsigned char>(number >> 8);
  return nonce;
}

}  // namespace

RawAead::RawAead(std::size_t text_size, std::size_t records) : contexts_(new Contexts{text_size, records}) {}
RawAead::~RawAead() = default;

void RawAead::seal_all() {
  EVP_CIPHER_CTX* cipher = contexts_->sealer.get();
  const int size = static_cast<int>(contexts_->text_size);
  unsigned char* out = contexts_->wire.data();
  for (std::size_t i = 0; i < contexts_->records; ++i, out += size + 16) {
    const auto nonce = nonce_of(i);
    int done = 0;
    require(EVP_CipherInit_ex2(cipher, nullptr, nullptr, nonce.data(), -1, nullptr) == 1 &&
                EVP_CipherUpdate(cipher, nullptr, &done, header.data(), 5) == 1 &&
                EVP_CipherUpdate(cipher, out, &done, contexts_->plain.data(), size) == 1 &&
                EVP_CipherFinal_ex(cipher, out + size, &done) == 1 &&
                EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, out + size) == 1,
            "seal");
  }
}

void RawAead::open_all() {
  EVP_CIPHER_CTX* cipher = contexts_->opener.get();
  const int size = static_cast<int>(contexts_->text_size);
  unsigned char* text = contexts_->wire.data();
  for (std::size_t i = 0; i < contexts_->records; ++i, text += size + 16) {
    const auto nonce = nonce_of(i);
    int done = 0;
    require(EVP_CipherInit_ex2(cipher, nullptr, nullptr, nonce.data(), -1, nullptr) == 1 &&
                EVP_CipherUpdate(cipher, nullptr, &done, header.data(), 5) == 1 &&
                EVP_CipherUpdate(cipher, text, &done, text, size) == 1 &&
                EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16, text + size) == 1 &&
                EVP_CipherFinal_ex(cipher, text + size, &done) == 1,
            "open");
  }
}

}  // namespace keyway::bench
