// SPDX-License-Identifier: Apache-2.0
//
// The first private key of a PEM text (RFC 7468; RFC 1421 4.6.1 for the encrypted form of old). Other blocks, such as
// certificates and EC parameters, are passed over.
#include <openssl/bio.h>

#include <optional>

#include "base/hex.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/keys.h"

namespace keyway::crypto::openssl {
namespace {

struct Block {
  std::string_view label;
  std::string_view body;  ///< headers, if any, and base64
};

/// The next block at or after `at`, which is moved behind it.
std::optional<Block> next_block(std::string_view text, std::size_t& at) {
  constexpr std::string_view begin = "-----BEGIN ";
  constexpr std::string_view dashes = "-----";
  const std::size_t start = text.find(begin, at);
  if (start == text.npos) return std::nullopt;
  const std::size_t label_start = start + begin.size();
  const std::size_t label_end = text.find(dashes, label_start);
  if (label_end == text.npos) return std::nullopt;
  const std::string_view label = text.substr(label_start, label_end - label_start);
  const std::size_t body_start = label_end + dashes.size();
  const std::size_t body_end = text.find("-----END " + std::string(label) + "-----", body_start);
  if (body_end == text.npos) return std::nullopt;
  at = body_end + dashes.size();
  return Block{label, text.substr(body_start, body_end - body_start)};
}

bool is_private_key(std::string_view label) {
  return label == "PRIVATE KEY" || label == "ENCRYPTED PRIVATE KEY" || label == "RSA PRIVATE KEY" || label == "EC PRIVATE KEY" ||
         label == "DSA PRIVATE KEY";
}

std::optional<SecretBytes> decode_base64(std::string_view text) {
  const Handle<EVP_ENCODE_CTX, &EVP_ENCODE_CTX_free> context =
      required(Handle<EVP_ENCODE_CTX, &EVP_ENCODE_CTX_free>(EVP_ENCODE_CTX_new()));
  SecretBytes decoded(text.size());
  int size = 0;
  int rest = 0;
  EVP_DecodeInit(context.get());
  unsigned char* out = octets(decoded.fill().data());
  if (EVP_DecodeUpdate(context.get(), out, &size, octets(as_bytes(text)), static_cast<int>(text.size())) < 0 ||
      EVP_DecodeFinal(context.get(), out + size, &rest) != 1) {
    return std::nullopt;
  }
  return SecretBytes(decoded.expose().first(static_cast<std::size_t>(size + rest)));
}

/// The value of "Name: value" among the lines of a head, or nothing.
std::optional<std::string_view> header_value(std::string_view head, std::string_view name) {
  const std::size_t start = head.find(name);
  if (start == head.npos) return std::nullopt;
  const std::string_view rest = head.substr(start + name.size());
  return rest.substr(0, rest.find_first_of("\r\n"));
}

/// The key derivation of that form: MD5 over what came before, the password and the first eight bytes of the IV.
Result<void> derive_key(const Library& from, ByteView password, ByteView salt, MutableBytes key) {
  const HashMethods* md5 = hash_methods(from, HashAlgorithm::md5);
  if (md5 == nullptr) return fail(Errc::unsupported_algorithm);
  Secret<16> digest;
  while (!key.empty()) {
    HashState state(md5);
    state.update(digest.expose());
    state.update(password);
    state.update(salt);
    state.finish(digest.fill(16).data());
    const std::size_t taken = std::min(key.size(), digest.size());
    std::memcpy(key.data(), digest.expose().data(), taken);
    key = key.subspan(taken);
  }
  return {};
}

std::optional<SecretBytes> decrypt(const EVP_CIPHER& cipher, ByteView key, ByteView iv, ByteView text) {
  const CipherCtxHandle context = required(CipherCtxHandle(EVP_CIPHER_CTX_new()));
  SecretBytes plain(text.size() + static_cast<std::size_t>(EVP_CIPHER_get_block_size(&cipher)));
  unsigned char* out = octets(plain.fill().data());
  int size = 0;
  int rest = 0;
  if (EVP_DecryptInit_ex2(context.get(), &cipher, octets(key), octets(iv), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), out, &size, octets(text), static_cast<int>(text.size())) != 1 ||
      EVP_DecryptFinal_ex(context.get(), out + size, &rest) != 1) {
    return std::nullopt;
  }
  return SecretBytes(plain.expose().first(static_cast<std::size_t>(size + rest)));
}

Result<KeyHandle> read_legacy(const Library& from, std::string_view head, std::string_view body, ByteView password) {
  if (password.empty()) return fail(Errc::wrong_password);
  const auto info = header_value(head, "DEK-Info: ");
  if (!info) return fail(Errc::invalid_private_key);
  const std::size_t comma = info->find(',');
  if (comma == info->npos) return fail(Errc::invalid_private_key);
  const CipherHandle cipher(EVP_CIPHER_fetch(from.context(), std::string(info->substr(0, comma)).c_str(), nullptr));
  if (cipher == nullptr || EVP_CIPHER_get_mode(cipher.get()) != EVP_CIPH_CBC_MODE) return fail(Errc::invalid_private_key);
  const auto iv = from_hex(info->substr(comma + 1));
  const auto encrypted = decode_base64(body);
  if (!iv || iv->size() != static_cast<std::size_t>(EVP_CIPHER_get_iv_length(cipher.get())) || iv->size() < 8 || !encrypted) {
    return fail(Errc::invalid_private_key);
  }
  Secret<EVP_MAX_KEY_LENGTH> key;
  const auto key_length = static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher.get()));
  KW_TRY(derive_key(from, password, ByteView(*iv).first(8), key.fill(key_length)));
  const auto plain = decrypt(*cipher, key.expose(), *iv, encrypted->expose());
  if (!plain) return fail(Errc::wrong_password);
  auto read = read_private_key(from, plain->expose(), {});
  // A wrong key ends in valid padding once in 256 times; what comes out is no key then.
  if (!read) return fail(Errc::wrong_password);
  return read;
}

Result<KeyHandle> read_block(const Library& from, std::string_view body, ByteView password) {
  const std::size_t colon = body.find(':');
  if (colon == body.npos) {
    const auto der = decode_base64(body);
    if (!der) return fail(Errc::invalid_private_key);
    return read_private_key(from, der->expose(), password);
  }
  // RFC 1421 4.4: an empty line ends the head.
  std::size_t blank = body.find("\n\n");
  if (blank == body.npos) blank = body.find("\n\r\n");
  if (blank == body.npos) return fail(Errc::invalid_private_key);
  return read_legacy(from, body.substr(0, blank), body.substr(blank), password);
}

}  // namespace

Result<KeyHandle> read_private_key_pem(const Library& from, std::string_view pem, ByteView password) {
  constexpr std::size_t largest = 1 << 22;
  const ErrorMark mark;
  if (pem.size() > largest) return fail(Errc::invalid_private_key);
  std::size_t at = 0;
  while (const auto block = next_block(pem, at)) {
    if (is_private_key(block->label)) return read_block(from, block->body, password);
  }
  return fail(Errc::invalid_private_key);
}

}  // namespace keyway::crypto::openssl
