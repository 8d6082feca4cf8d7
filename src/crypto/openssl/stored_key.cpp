// SPDX-License-Identifier: Apache-2.0
//
// What is signed is hashed here; the store sees digests, or whole messages of EdDSA. The PIN of a URI: RFC 7512 2.4.
#include "crypto/openssl/stored_key.h"

#include <fstream>

#include "crypto/openssl/engine.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_abilities.h"
#include "crypto/openssl/token_provider.h"
#include "crypto/pkcs11_uri.h"
#include "keyway/crypto/provider.h"

namespace keyway {
namespace crypto::openssl {
namespace {

std::unexpected<Error> refuse(Errc code, std::string option, std::string value, std::string mend, std::string reason) {
  return fail(code,
              {.option = std::move(option), .value = std::move(value), .mend = std::move(mend), .reason = std::move(reason)});
}

/// Whether a call of libcrypto did it; its queue says why not.
Result<void> done(bool well) {
  if (well) return {};
  return fail(Errc::crypto_failure);
}

/// A key with its store, which it is given back to in any case.
class OpenKey {
 public:
  OpenKey(std::shared_ptr<KeyStore> store, std::unique_ptr<StoredKey> key) noexcept
      : store_(std::move(store)), key_(std::move(key)) {}
  OpenKey(OpenKey&&) noexcept = default;
  OpenKey& operator=(OpenKey&&) = delete;
  ~OpenKey() {
    if (key_ != nullptr) store_->close(*key_);
  }

  KeyCtxHandle context_for(EVP_PKEY& key) const { return store_->context_for(key); }
  OSSL_LIB_CTX* library_context() const noexcept { return store_->library_context(); }
  Result<void> use(const KeyStore::Use& use) const { return store_->use(*key_, use); }

 private:
  std::shared_ptr<KeyStore> store_;
  std::unique_ptr<StoredKey> key_;
};

class StoredKeySigner final : public Signer {
 public:
  StoredKeySigner(const Library& from, OpenKey key, KeyAbilities abilities, Bytes info, BigNumber modulus)
      : from_(from),
        key_(std::move(key)),
        abilities_(std::move(abilities)),
        info_(std::move(info)),
        modulus_(std::move(modulus)) {}

  KeyType type() const override { return abilities_.type(); }
  ByteView subject_public_key_info() const override { return info_; }
  bool can(SignatureScheme scheme) const override { return abilities_.can(scheme); }
  void sign(SignatureScheme scheme, ByteView message, Answer<Bytes> answer) const override {
    std::move(answer).give(signature_of(scheme, message));
  }

  bool can_decrypt() const override { return modulus_ != nullptr; }
  void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const override { std::move(answer).give(plain_of(ciphertext)); }

 private:
  Result<Bytes> signature_of(SignatureScheme scheme, ByteView message) const {
    const auto algorithm = algorithm_of(scheme);
    if (!algorithm || !abilities_.signs_with(*algorithm)) return fail(Errc::unsupported_algorithm);
    const bool whole = algorithm->kind == SignatureKind::ed25519 || algorithm->kind == SignatureKind::ed448;
    Digest digest;
    if (!whole) { KW_ASSIGN(digest, digest_of(from_, *algorithm, message)); }
    Bytes signature;
    KW_TRY(key_.use([&](EVP_PKEY& key) {
      signature.resize(static_cast<std::size_t>(EVP_PKEY_get_size(&key)));
      return whole ? sign_message(key, message, signature) : sign_digest(key, *algorithm, digest.view(), signature);
    }));
    return signature;
  }

  Result<void> sign_digest(EVP_PKEY& key, const SignatureAlgorithm& algorithm, ByteView digest, Bytes& signature) const {
    const EVP_MD* md = from_.digest(algorithm.hash);
    const KeyCtxHandle context = key_.context_for(key);
    std::size_t size = signature.size();
    KW_TRY(done(context != nullptr && EVP_PKEY_sign_init(context.get()) == 1));
    if (algorithm.kind == SignatureKind::rsa_pss || algorithm.kind == SignatureKind::rsa_pkcs1) {
      const bool pss = algorithm.kind == SignatureKind::rsa_pss;
      KW_TRY(done(EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
                  EVP_PKEY_CTX_set_signature_md(context.get(), md) == 1));
      if (pss) {
        KW_TRY(done(EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), md) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), static_cast<int>(algorithm.salt_size)) == 1));
      }
    } else {
      KW_TRY(done(EVP_PKEY_CTX_set_signature_md(context.get(), md) == 1));
    }
    KW_TRY(done(EVP_PKEY_sign(context.get(), octets(signature.data()), &size, octets(digest), digest.size()) == 1));
    signature.resize(size);
    return {};
  }

  Result<void> sign_message(EVP_PKEY& key, ByteView message, Bytes& signature) const {
    const DigestCtxHandle context = required(DigestCtxHandle(EVP_MD_CTX_new()));
    std::size_t size = signature.size();
    KW_TRY(done(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, key_.library_context(), nullptr, &key, nullptr) == 1 &&
                EVP_DigestSign(context.get(), octets(signature.data()), &size, octets(message), message.size()) == 1));
    signature.resize(size);
    return {};
  }

  /// A token may refuse what no encryption makes, and the store would take that for the loss of the key: peers do not get so far.
  /// All of this is public. 0, 1 and the modulus less 1 are what they were before encryption, and no premaster secret.
  bool is_ciphertext(ByteView bytes) const {
    if (bytes.size() != static_cast<std::size_t>(BN_num_bytes(modulus_.get()))) return false;
    const BigNumber number = number_from(bytes);
    if (BN_is_zero(number.get()) == 1 || BN_is_one(number.get()) == 1 || BN_add_word(number.get(), 1) != 1) return false;
    return BN_cmp(number.get(), modulus_.get()) < 0;
  }

  Result<SecretBytes> plain_of(ByteView ciphertext) const {
    if (!can_decrypt()) return fail(Errc::unsupported_algorithm);
    if (!is_ciphertext(ciphertext)) return fail(Errc::crypto_failure);
    SecretBytes plain(ciphertext.size());
    std::size_t written = 0;
    KW_TRY(key_.use([&](EVP_PKEY& key) -> Result<void> {
      written = plain.size();
      const KeyCtxHandle context = key_.context_for(key);
      const MutableBytes room = plain.fill();
      return done(context != nullptr && EVP_PKEY_decrypt_init(context.get()) == 1 &&
                  EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1 &&
                  EVP_PKEY_decrypt(context.get(), octets(room), &written, octets(ciphertext), ciphertext.size()) == 1);
    }));
    if (written != plain.size()) return fail(Errc::crypto_failure);
    return plain;
  }

  const Library& from_;
  OpenKey key_;
  KeyAbilities abilities_;
  Bytes info_;
  BigNumber modulus_;  ///< of a key that decrypts; null: it does not
};

/// The public half in the form that certificates have: providers may write out the curve, where certificates name it.
Bytes certified_form(const Library& from, const KeyAbilities& abilities, const EVP_PKEY& key) {
  Bytes info = public_key_info_of(key);
  if (abilities.type() != KeyType::ec || info.empty()) return info;
  const ErrorMark mark;
  const unsigned char* at = octets(info.data());
  const KeyHandle read(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(info.size()), from.context(), nullptr));
  std::array<std::byte, max_point_size> point;
  std::size_t size = 0;
  if (read == nullptr ||
      EVP_PKEY_get_octet_string_param(read.get(), OSSL_PKEY_PARAM_PUB_KEY, octets(point.data()), point.size(), &size) != 1) {
    return {};
  }
  const ParamBuilder builder = required(ParamBuilder(OSSL_PARAM_BLD_new()));
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curves[abilities.curve()].name, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), size);
  const Params parameters = required(Params(OSSL_PARAM_BLD_to_param(builder.get())));
  const KeyCtxHandle context = required(KeyCtxHandle(EVP_PKEY_CTX_new_from_name(from.context(), "EC", nullptr)));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return {};
  }
  return public_key_info_of(*KeyHandle(made));
}

/// Null for keys that do not decrypt.
BigNumber modulus_of(const Library& from, const KeyAbilities& abilities, ByteView info) {
  if (abilities.type() != KeyType::rsa) return nullptr;
  const ErrorMark mark;
  const unsigned char* at = octets(info);
  const KeyHandle read(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(info.size()), from.context(), nullptr));
  return read != nullptr ? number_of(*read, OSSL_PKEY_PARAM_RSA_N) : nullptr;
}

std::string name_of(KeyType type) {
  switch (type) {
    case KeyType::rsa: return "RSA";
    case KeyType::rsa_pss: return "RSASSA-PSS";
    case KeyType::ec: return "EC";
    case KeyType::ed25519: return "Ed25519";
    case KeyType::ed448: return "Ed448";
    case KeyType::dsa: return "DSA";
  }
  return "unknown";
}

/// RFC 7512 2.4: a file with the PIN, by its path or as a file URI of this host (RFC 8089).
Result<SecretBytes> pin_from(std::string_view encoded, const std::string& shown) {
  const auto decoded = percent_decoded(encoded);
  std::string path(decoded ? as_text(decoded->expose()) : std::string_view());
  if (path.starts_with("file:")) path.erase(0, 5);
  if (path.starts_with("//localhost/")) path.erase(0, 11);
  if (path.starts_with("///")) path.erase(0, 2);
  if (!path.starts_with('/') || path.starts_with("//"))
    return refuse(Errc::invalid_option, "", shown, "write file: and an absolute path", "pin-source is no file of this host");
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);  // its own buffer would keep the PIN
  file.open(path, std::ios::binary);
  SecretBytes pin(std::size_t{256});
  const MutableBytes room = pin.fill();
  file.read(reinterpret_cast<char*>(room.data()), static_cast<std::streamsize>(room.size()));
  if (!file.is_open() || file.bad())
    return fail(Errc::file_unreadable, {.value = shown, .mend = "name a readable file in pin-source", .path = path});
  const std::string_view text(reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(file.gcount()));
  return SecretBytes(text.substr(0, text.find_first_of("\r\n")));
}

Result<SecretBytes> pin_of(const Pkcs11Uri& uri, ByteView given, const std::string& shown) {
  if (const auto value = uri.find("pin-value")) return *percent_decoded(*value);
  if (const auto source = uri.find("pin-source")) return pin_from(*source, shown);
  return SecretBytes(given);
}

Result<std::string> module_of(const Pkcs11Uri& uri, const std::string& shown) {
  if (uri.find("module-name"))
    return refuse(Errc::invalid_option, "", shown, "give module-path in the place of module-name",
                  "module-name is not supported");
  const auto value = uri.find("module-path");
  if (!value) return std::string();
  std::string path(as_text(percent_decoded(*value)->expose()));
  if (!path.starts_with('/'))
    return refuse(Errc::invalid_option, "", shown, "give an absolute path in module-path", "module-path is no absolute path");
  if (!std::ifstream(path).is_open())
    return fail(Errc::file_unreadable, {.value = shown, .mend = "name the PKCS#11 module in module-path", .path = path});
  return path;
}

/// The engine does not know them, and would say no more than that the URI is wrong.
Result<void> check_for_engine(const Pkcs11Uri& uri, const std::string& shown) {
  for (const Pkcs11Attribute& attribute : uri.path()) {
    if (attribute.name.starts_with("library-") || attribute.name.starts_with("slot-")) {
      return refuse(Errc::invalid_option, "", shown, "choose the token by token, serial, model or manufacturer",
                    "the engine does not support " + std::string(attribute.name));
    }
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Signer>> signer_in_store(const Library& from, std::shared_ptr<KeyStore> store, std::string_view name,
                                                      ByteView pin, std::optional<KeyType> wanted) {
  if (as_text(pin).find('\0') != std::string_view::npos)
    return refuse(Errc::wrong_password, "password", std::string(name), "give a PIN without a zero byte",
                  "no token has such a PIN");
  KW_ASSIGN(auto opened, store->open(std::string(name), pin));
  OpenKey key(std::move(store), std::move(opened));
  std::optional<KeyAbilities> abilities;
  Bytes info;
  KW_TRY(key.use([&](EVP_PKEY& found) -> Result<void> {
    abilities = KeyAbilities::of(from, found);
    if (abilities) info = certified_form(from, *abilities, found);
    return {};
  }));
  if (!abilities) {
    return refuse(Errc::invalid_private_key, "", std::string(name),
                  "use an RSA key of 1,024 bits or more, or a key on a curve of TLS",
                  "the key is of a type, size or curve that is not served");
  }
  if (wanted && *wanted != abilities->type()) {
    return refuse(Errc::invalid_option, "algorithm", name_of(*wanted), "name the key's algorithm, or another key",
                  "the key is of the type " + name_of(abilities->type()));
  }
  BigNumber modulus = modulus_of(from, *abilities, info);
  return std::make_shared<StoredKeySigner>(from, std::move(key), *std::move(abilities), std::move(info), std::move(modulus));
}

Result<std::shared_ptr<const Signer>> signer_of_uri(const Library& from, std::string_view text, ByteView given_pin) {
  KW_ASSIGN(const Pkcs11Uri uri, Pkcs11Uri::parse(text));
  const std::string shown = uri.key_uri();
  KW_ASSIGN(const SecretBytes pin, pin_of(uri, given_pin, shown));
  KW_ASSIGN(const std::string module_path, module_of(uri, shown));
  KW_ASSIGN(std::shared_ptr<KeyStore> store, token_provider(module_path));
  if (store == nullptr) {
    KW_TRY(check_for_engine(uri, shown));
    KW_ASSIGN(store, pkcs11_engine(module_path));
  }
  return signer_in_store(from, std::move(store), shown, pin.expose());
}

}  // namespace crypto::openssl

Result<std::shared_ptr<const crypto::Signer>> load_private_key(std::string_view pkcs11_uri, std::string_view pin) {
  return crypto::default_provider()->stored_key(pkcs11_uri, as_bytes(pin));
}

Result<std::shared_ptr<const crypto::Signer>> load_private_key(const EngineKey& key) {
  namespace backend = crypto::openssl;
  const auto missing = [](std::string option, std::string mend) {
    return fail(Errc::missing_option, {.option = std::move(option), .mend = std::move(mend)});
  };
  if (key.engine == nullptr) return missing("engine", "load the engine first: Engine::load");
  if (key.key_id.empty() || key.key_id.find('\0') != key.key_id.npos)
    return missing("key_id", "say what the engine calls the key");
  KW_ASSIGN(auto store, backend::store_of(*key.engine));
  SecretBytes pin{std::string_view(key.password)};
  // Of any engine: one that `dynamic` loads may be that of PKCS#11, and none is given a URI with a PIN, which errors would show.
  if (!crypto::Pkcs11Uri::is_meant_by(key.key_id))
    return backend::signer_in_store(backend::library(), std::move(store), key.key_id, pin.expose(), key.algorithm);
  KW_ASSIGN(const auto uri, crypto::Pkcs11Uri::parse(key.key_id));
  const std::string shown = uri.key_uri();
  KW_ASSIGN(pin, backend::pin_of(uri, pin.expose(), shown));
  KW_TRY(backend::check_for_engine(uri, shown));
  return backend::signer_in_store(backend::library(), std::move(store), shown, pin.expose(), key.algorithm);
}

}  // namespace keyway
