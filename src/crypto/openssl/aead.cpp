// SPDX-License-Identifier: Apache-2.0
//
// AEADs of RFC 5116, RFC 8439 and RFC 6655 over one kept EVP_CIPHER_CTX an object: a record sets a nonce and nothing
// else. CCM has to know the length first and takes the text in one call, so pieces are gathered in the output.
#include "crypto/openssl/aead.h"

#include <limits>

#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

constexpr std::size_t max_text_size = std::numeric_limits<int>::max();

bool is_ccm(AeadAlgorithm algorithm) noexcept {
  return algorithm >= AeadAlgorithm::aes_128_ccm && algorithm <= AeadAlgorithm::aes_256_ccm_8;
}

std::size_t tag_size_of(AeadAlgorithm algorithm) noexcept {
  const bool short_tag = algorithm == AeadAlgorithm::aes_128_ccm_8 || algorithm == AeadAlgorithm::aes_256_ccm_8;
  return short_tag ? 8 : 16;
}

/// The context with everything that stays: cipher, direction, sizes and key.
Result<CipherCtxHandle> make_context(const Library& from, AeadAlgorithm algorithm, ByteView key, bool seals) {
  const ErrorMark mark;
  const EVP_CIPHER* cipher = from.cipher(algorithm);
  if (cipher == nullptr) return fail(Errc::unsupported_algorithm);
  if (key.size() != key_size(algorithm)) return fail(Errc::internal);
  CipherCtxHandle context = required(CipherCtxHandle(EVP_CIPHER_CTX_new()));
  const int direction = seals ? 1 : 0;
  const auto init = [&](const EVP_CIPHER* first, const unsigned char* with_key) {
    return EVP_CipherInit_ex2(context.get(), first, with_key, nullptr, direction, nullptr) == 1;
  };
  bool done = false;
  if (is_ccm(algorithm)) {
    const int tag_size = static_cast<int>(tag_size_of(algorithm));
    done = init(cipher, nullptr) && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, aead_nonce_size, nullptr) == 1 &&
           EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, nullptr) == 1 && init(nullptr, octets(key));
  } else {
    done = init(cipher, octets(key));
  }
  if (!done) return fail(Errc::crypto_failure);
  return context;
}

Result<void> install_key(EVP_CIPHER_CTX& context, AeadAlgorithm algorithm, ByteView key) {
  if (key.size() != key_size(algorithm)) return fail(Errc::internal);
  const ErrorMark mark;
  if (EVP_CipherInit_ex2(&context, nullptr, octets(key), nullptr, -1, nullptr) != 1) return fail(Errc::crypto_failure);
  return {};
}

bool set_nonce(EVP_CIPHER_CTX& context, ByteView nonce) {
  return EVP_CipherInit_ex2(&context, nullptr, nullptr, octets(nonce), -1, nullptr) == 1;
}

/// To open: the tag that is expected comes with the nonce, in one call. CCM wants it at another time.
bool set_nonce_and_tag(EVP_CIPHER_CTX& context, ByteView nonce, MutableBytes tag) {
  const OSSL_PARAM expected[] = {OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag.size()), OSSL_PARAM_END};
  return EVP_CipherInit_ex2(&context, nullptr, nullptr, octets(nonce), -1, expected) == 1;
}

bool add_data(EVP_CIPHER_CTX& context, ByteView data) {
  int done = 0;
  return data.empty() || EVP_CipherUpdate(&context, nullptr, &done, octets(data), static_cast<int>(data.size())) == 1;
}

bool add_text(EVP_CIPHER_CTX& context, ByteView text, std::byte* out) {
  int done = 0;
  return EVP_CipherUpdate(&context, octets(out), &done, octets(text), static_cast<int>(text.size())) == 1 &&
         done == static_cast<int>(text.size());
}

/// CCM: the length of the text comes before the additional data (RFC 3610 2.2).
bool announce_text(EVP_CIPHER_CTX& context, std::size_t size) {
  int done = 0;
  return EVP_CipherUpdate(&context, nullptr, &done, nullptr, static_cast<int>(size)) == 1;
}

bool take_tag(EVP_CIPHER_CTX& context, MutableBytes tag) {
  return EVP_CIPHER_CTX_ctrl(&context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()), tag.data()) == 1;
}

bool expect_tag(EVP_CIPHER_CTX& context, MutableBytes tag) {
  return EVP_CIPHER_CTX_ctrl(&context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1;
}

bool finish(EVP_CIPHER_CTX& context) {
  std::array<unsigned char, 16> nothing;
  int done = 0;
  return EVP_CipherFinal_ex(&context, nothing.data(), &done) == 1;
}

class Sealer final : public AeadSealer {
 public:
  Sealer(AeadAlgorithm algorithm, CipherCtxHandle context) : context_(std::move(context)), algorithm_(algorithm) {}

  AeadAlgorithm algorithm() const override { return algorithm_; }
  std::size_t tag_size() const override { return tag_size_of(algorithm_); }
  Result<void> rekey(ByteView key) override { return install_key(*context_, algorithm_, key); }

  Result<void> seal(ByteView nonce, ByteView additional_data, ByteViews plaintext, MutableBytes out) override {
    const std::size_t text_size = total_size(plaintext);
    if (nonce.size() != aead_nonce_size || out.size() < tag_size() || out.size() - tag_size() != text_size ||
        text_size > max_text_size || additional_data.size() > max_text_size) {
      return fail(Errc::internal);
    }
    const MutableBytes tag = out.last(tag_size());
    const bool sealed = is_ccm(algorithm_) ? seal_at_once(nonce, additional_data, plaintext, out.first(text_size), tag)
                                           : seal_pieces(nonce, additional_data, plaintext, out.data(), tag);
    if (sealed) [[likely]]
      return {};
    wipe(out);
    return fail(Errc::crypto_failure);
  }

 private:
  bool seal_pieces(ByteView nonce, ByteView additional_data, ByteViews plaintext, std::byte* to, MutableBytes tag) {
    if (!set_nonce(*context_, nonce) || !add_data(*context_, additional_data)) return false;
    for (const ByteView piece : plaintext) {
      if (piece.empty()) continue;
      if (!add_text(*context_, piece, to)) return false;
      to += piece.size();
    }
    return finish(*context_) && take_tag(*context_, tag);
  }

  bool seal_at_once(ByteView nonce, ByteView additional_data, ByteViews plaintext, MutableBytes out, MutableBytes tag) {
    const ErrorMark mark;
    std::byte* to = out.data();
    for (const ByteView piece : plaintext) {
      if (!piece.empty() && piece.data() != to) std::memcpy(to, piece.data(), piece.size());
      to += piece.size();
    }
    return set_nonce(*context_, nonce) && announce_text(*context_, out.size()) && add_data(*context_, additional_data) &&
           add_text(*context_, out, out.data()) && take_tag(*context_, tag);
  }

  CipherCtxHandle context_;
  AeadAlgorithm algorithm_;
};

class Opener final : public AeadOpener {
 public:
  Opener(AeadAlgorithm algorithm, CipherCtxHandle context) : context_(std::move(context)), algorithm_(algorithm) {}

  AeadAlgorithm algorithm() const override { return algorithm_; }
  std::size_t tag_size() const override { return tag_size_of(algorithm_); }
  Result<void> rekey(ByteView key) override { return install_key(*context_, algorithm_, key); }

  Result<MutableBytes> open(ByteView nonce, ByteView additional_data, MutableBytes in_place) override {
    if (nonce.size() != aead_nonce_size || in_place.size() > max_text_size || additional_data.size() > max_text_size) {
      return fail(Errc::internal);
    }
    if (in_place.size() >= tag_size()) [[likely]] {
      const MutableBytes text = in_place.first(in_place.size() - tag_size());
      const MutableBytes tag = in_place.last(tag_size());
      const bool opened =
          is_ccm(algorithm_) ? open_at_once(nonce, additional_data, text, tag) : open_text(nonce, additional_data, text, tag);
      if (opened) [[likely]]
        return text;
    }
    wipe(in_place);  // unauthenticated plaintext must not be seen
    return fail(Errc::bad_record_mac);
  }

 private:
  bool open_text(ByteView nonce, ByteView additional_data, MutableBytes text, MutableBytes tag) {
    return set_nonce_and_tag(*context_, nonce, tag) && add_data(*context_, additional_data) &&
           (text.empty() || add_text(*context_, text, text.data())) && finish(*context_);
  }

  bool open_at_once(ByteView nonce, ByteView additional_data, MutableBytes text, MutableBytes tag) {
    const ErrorMark mark;
    return set_nonce(*context_, nonce) && expect_tag(*context_, tag) && announce_text(*context_, text.size()) &&
           add_data(*context_, additional_data) && add_text(*context_, text, text.data());
  }

  CipherCtxHandle context_;
  AeadAlgorithm algorithm_;
};

}  // namespace

Result<std::unique_ptr<AeadSealer>> make_sealer(const Library& from, AeadAlgorithm algorithm, ByteView key) {
  KW_ASSIGN(CipherCtxHandle context, make_context(from, algorithm, key, true));
  return std::make_unique<Sealer>(algorithm, std::move(context));
}

Result<std::unique_ptr<AeadOpener>> make_opener(const Library& from, AeadAlgorithm algorithm, ByteView key) {
  KW_ASSIGN(CipherCtxHandle context, make_context(from, algorithm, key, false));
  return std::make_unique<Opener>(algorithm, std::move(context));
}

}  // namespace keyway::crypto::openssl
