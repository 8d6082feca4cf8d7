// SPDX-License-Identifier: Apache-2.0
//
// The provider is told its module by a configuration, which is written here: 3.0 has no other way. The configuration of the
// system is not read.
#include "crypto/openssl/token_provider.h"

#include <openssl/conf.h>
#include <openssl/store.h>

#include <map>
#include <mutex>
#include <optional>

#include "crypto/openssl/errors.h"
#include "crypto/openssl/pin_prompt.h"

namespace keyway::crypto::openssl {
namespace {

using ConfHandle = Handle<CONF, &NCONF_free>;
using BioHandle = Handle<BIO, &BIO_free_all>;
using ProviderHandle = Handle<OSSL_PROVIDER, &OSSL_PROVIDER_unload>;
using StoreHandle = Handle<OSSL_STORE_CTX, &OSSL_STORE_close>;
using InfoHandle = Handle<OSSL_STORE_INFO, &OSSL_STORE_INFO_free>;

/// A value of a configuration file in which nothing has a meaning (config(5)).
std::string escaped(std::string_view text) {
  std::string value;
  for (const char c : text) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '.' || c == '-' ||
          c == '_'))
      value += '\\';
    value += c;
  }
  return value;
}

std::string configuration(std::string_view module_path) {
  std::string text =
      "openssl_conf = start\n[start]\nproviders = list\n[list]\ndefault = own\npkcs11 = tokens\n[own]\nactivate = 1\n"
      // A token that was away is logged into again; without this the provider would ask at the terminal.
      "[tokens]\nactivate = 1\npkcs11-module-cache-pins = cache\n";
  if (!module_path.empty()) text.append("pkcs11-module-path = ").append(escaped(module_path)).append("\n");
  return text;
}

bool configure(OSSL_LIB_CTX* context, std::string_view module_path) {
  const std::string text = configuration(module_path);
  const ConfHandle conf(NCONF_new_ex(context, nullptr));
  const BioHandle source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  long line = 0;
  OPENSSL_load_builtin_modules();
  return conf != nullptr && source != nullptr && NCONF_load_bio(conf.get(), source.get(), &line) == 1 &&
         CONF_modules_load(conf.get(), nullptr, 0) == 1;
}

class TokenProvider final : public KeyStore {
 public:
  explicit TokenProvider(std::string module_path) : module_path_(std::move(module_path)) {}
  ~TokenProvider() override {
    if (!libcrypto_has_ended()) return;
    (void)provider_.release();
    (void)context_.release();
  }

  /// Whether the provider is there. Called once before all else.
  bool begin() {
    context_ = required(LibCtxHandle(OSSL_LIB_CTX_new()));
    if (!configure(context_.get(), module_path_)) return false;
    provider_.reset(OSSL_PROVIDER_load(context_.get(), "pkcs11"));
    return provider_ != nullptr;
  }

  KeyCtxHandle context_for(EVP_PKEY& key) const override {
    return KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(context_.get(), &key, nullptr));
  }
  OSSL_LIB_CTX* library_context() const noexcept override { return context_.get(); }

 protected:
  bool can_restart() const noexcept override { return true; }
  void restart() override {
    provider_.reset();
    context_.reset();
    begin();
  }

  Result<KeyHandle> load(const StoredKey& key, const PinForThread& given) override {
    if (provider_ == nullptr)
      return refuse(Errc::key_store_failed, key, "see that the provider pkcs11 works", last_failure().reason);
    auto found = find(key.name);
    if (found && *found != nullptr) return *std::move(found);
    const Failure failure = last_failure();
    if (given.asked() && key.pin.empty())
      return refuse(Errc::wrong_password, key, "give the PIN", "it asks for a PIN, and none was given");
    if (failure.pin_refused || (given.asked() && asks_again(key.name))) {
      return refuse(Errc::wrong_password, key, "give the right PIN; a token is locked after a few wrong ones",
                    "the token does not take the PIN");
    }
    if (!found)
      return refuse(Errc::key_store_failed, key, "see that the PKCS#11 module works: pkcs11-tool --module PATH -L",
                    failure.reason);
    return refuse(Errc::key_not_found, key, "see that the token is there, and how token and key are called",
                  "no token has such a key");
  }

 private:
  static std::unexpected<Error> refuse(Errc code, const StoredKey& key, std::string mend, std::string reason) {
    return fail(code, {.option = code == Errc::wrong_password ? "password" : "",
                       .value = key.name,
                       .mend = std::move(mend),
                       .reason = std::move(reason)});
  }

  /// Null where there is no such key, nothing where the provider does not even look.
  std::optional<KeyHandle> find(const std::string& uri) const {
    const StoreHandle store(
        OSSL_STORE_open_ex(uri.c_str(), context_.get(), "?provider=pkcs11", pin_method(), nullptr, nullptr, nullptr, nullptr));
    if (store == nullptr || OSSL_STORE_expect(store.get(), OSSL_STORE_INFO_PKEY) != 1) return std::nullopt;
    while (OSSL_STORE_eof(store.get()) != 1) {
      const InfoHandle info(OSSL_STORE_load(store.get()));
      if (info == nullptr) {
        if (OSSL_STORE_error(store.get()) == 1) break;
        continue;
      }
      if (KeyHandle key(OSSL_STORE_INFO_get1_PKEY(info.get())); key != nullptr) return key;
    }
    return nullptr;
  }

  /// The provider does not tell a refused PIN from a missing key. But it asks again where it is not logged in, and the empty
  /// answer is none that a token would count.
  bool asks_again(const std::string& uri) const {
    const PinForThread nothing({});
    (void)find(uri);
    return nothing.asked();
  }

  std::string module_path_;
  LibCtxHandle context_;
  ProviderHandle provider_;
};

/// Providers by their modules. What is released ends under the lock, before the same module can begin again.
class Registry {
 public:
  Result<std::shared_ptr<KeyStore>> get(const std::string& module_path) {
    const ErrorMark mark;
    const std::lock_guard lock(mutex_);
    auto found = entries_.find(module_path);
    if (found == entries_.end()) {
      auto made = std::make_unique<TokenProvider>(module_path);
      if (!made->begin()) return nullptr;
      found = entries_.emplace(module_path, Entry{.store = std::move(made)}).first;
    }
    Entry& entry = found->second;
    std::shared_ptr<KeyStore> lease(entry.store.get(), [this, module_path](KeyStore*) { release(module_path); });
    ++entry.leases;
    return lease;
  }

 private:
  struct Entry {
    std::unique_ptr<TokenProvider> store;
    std::size_t leases = 0;
  };
  void release(const std::string& module_path) noexcept {
    const ErrorMark mark;
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(module_path);
    if (--found->second.leases == 0) entries_.erase(found);
  }

  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace

Result<std::shared_ptr<KeyStore>> token_provider(std::string_view module_path) {
  // Never destroyed, as what it has may be released at the very end.
  static Registry& registry = *new Registry;
  return registry.get(std::string(module_path));
}

}  // namespace keyway::crypto::openssl
