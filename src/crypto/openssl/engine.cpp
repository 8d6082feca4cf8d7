// SPDX-License-Identifier: Apache-2.0
//
// ENGINE is deprecated and has no other form, hence this is the same in builds that use EVP alone. An engine that the process
// does not have is bound to an object of ours, apart from the list of libcrypto, so that the host program sees nothing of it.
#undef OPENSSL_NO_DEPRECATED
#undef OPENSSL_API_COMPAT
#undef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/openssl/engine.h"

#include <openssl/engine.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "base/guarded.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/pin_prompt.h"

namespace keyway {
namespace crypto::openssl {
namespace {

using Commands = std::vector<EngineCommand>;

std::unexpected<Error> refuse(Errc code, std::string option, std::string_view value, std::string mend, std::string reason) {
  return fail(code,
              {.option = std::move(option), .value = std::string(value), .mend = std::move(mend), .reason = std::move(reason)});
}

#if !defined(OPENSSL_NO_ENGINE)

std::string_view module_of(const Commands& commands) {
  const auto found = std::ranges::find(commands, "MODULE_PATH", &EngineCommand::name);
  return found != commands.end() ? std::string_view(found->value) : std::string_view();
}

using EngineRef = Handle<ENGINE, &ENGINE_free>;

/// Those that make the loader load, the last of which is LOAD. None is secret.
std::size_t loading_part(const Commands& before) {
  const auto load = std::ranges::find(before, "LOAD", &EngineCommand::name);
  return static_cast<std::size_t>(load - before.begin()) + (load != before.end() ? 1 : 0);
}

/// Of commands, whose values may be PINs: they are compared, and not kept.
using CommandsDigest = std::array<std::byte, 32>;
CommandsDigest digest_of(std::span<const EngineCommand> before, std::span<const EngineCommand> after = {}) {
  const DigestCtxHandle context = required(DigestCtxHandle(EVP_MD_CTX_new()));
  bool well = EVP_DigestInit_ex2(context.get(), library().digest(HashAlgorithm::sha256), nullptr) == 1;
  const auto add = [&](const void* data, std::size_t size) {
    well = well && EVP_DigestUpdate(context.get(), &size, sizeof size) == 1 && EVP_DigestUpdate(context.get(), data, size) == 1;
  };
  for (const auto& list : {before, after}) {
    const std::size_t count = list.size();
    add(&count, sizeof count);
    for (const EngineCommand& command : list) {
      add(command.name.data(), command.name.size());
      add(command.value.data(), command.value.size());
      add(&command.optional, sizeof command.optional);
    }
  }
  CommandsDigest digest;
  if (!well || EVP_DigestFinal_ex(context.get(), octets(digest.data()), nullptr) != 1) throw std::bad_alloc();
  return digest;
}

/// Values of commands may be PINs: none is shown.
Result<void> give(ENGINE& engine, const Commands& commands, std::string_view list, std::size_t first = 0) {
  for (std::size_t i = first; i < commands.size(); ++i) {
    const EngineCommand& command = commands[i];
    const char* value = command.value.empty() ? nullptr : command.value.c_str();
    if (ENGINE_ctrl_cmd_string(&engine, command.name.c_str(), value, command.optional ? 1 : 0) == 1) continue;
    return refuse(Errc::key_store_failed, std::string(list) + "[" + std::to_string(i) + "]", command.name,
                  "see the names and values of its commands: openssl engine -vvv " + std::string(ENGINE_get_id(&engine)),
                  "the engine refuses the command: " + last_failure().reason);
  }
  return {};
}

/// Commands take what they are given as a pointer without const or type.
void* as_argument(UI_METHOD* method) noexcept { return method; }

/// Of the process's list; null where it is not there.
EngineRef find_in_list(const std::string& id) {
  EngineRef at(ENGINE_get_first());
  while (at != nullptr && id != ENGINE_get_id(at.get())) at.reset(ENGINE_get_next(at.release()));
  return at;
}

Result<EngineRef> bind_new(const std::string& id) {
  EngineRef engine = find_in_list("dynamic");
  if (engine == nullptr) return refuse(Errc::key_store_failed, "engine", id, "", "libcrypto cannot load engines");
  // The object in the list stands for a new one, which only a look-up by name makes.
  engine.reset(ENGINE_by_id("dynamic"));
  const char* folder = OPENSSL_info(OPENSSL_INFO_ENGINES_DIR);
  const auto set = [&](const char* name, const char* value) { return ENGINE_ctrl_cmd_string(engine.get(), name, value, 0) == 1; };
  if (engine != nullptr && set("ID", id.c_str()) && set("LIST_ADD", "0") && set("DIR_LOAD", "2") &&
      set("DIR_ADD", folder != nullptr ? folder : "") && set("LOAD", nullptr)) {
    return engine;
  }
  return refuse(Errc::key_store_failed, "engine", id,
                id == "pkcs11" ? "install the engine (Debian: libengine-pkcs11-openssl)" : "check the id, or install the engine",
                "there is no such engine in " + std::string(folder != nullptr ? folder : "libcrypto's folder") + ": " +
                    last_failure().reason);
}

class EngineStore final : public KeyStore {
 public:
  EngineStore(EngineRef engine, bool own) : engine_(std::move(engine)), own_(own) {}

  /// Errors of Engine::load; then end() is not needed.
  Result<void> begin(const Commands& before, const Commands& after) {
    const bool was_loader = !is_bound();
    prepare(true);
    // What was loaded from a file is that engine from then on, and knows no commands of the loader.
    KW_TRY(give(*engine_, before, "before", from_file_ && !was_loader ? loading_part(before) : 0));
    if (was_loader) prepare(module_of(before).empty());
    // For keys that ask for the PIN with each signature; without it they would ask at the terminal.
    if (own_) ENGINE_ctrl(engine_.get(), ENGINE_CTRL_SET_USER_INTERFACE, 0, as_argument(pin_method()), nullptr);
    if (ENGINE_init(engine_.get()) != 1) {
      return refuse(Errc::key_store_failed, "engine", ENGINE_get_id(engine_.get()), "see what the engine needs",
                    "the engine cannot be initialised: " + last_failure().reason);
    }
    initialised_ = true;
    auto told = give(*engine_, after, "after");
    if (!told) end();
    return told;
  }
  void end() noexcept {
    if (initialised_ && !libcrypto_has_ended()) ENGINE_finish(engine_.get());
    initialised_ = false;
  }
  bool is_bound() const { return ENGINE_get_id(engine_.get()) != std::string_view("dynamic"); }

  KeyCtxHandle context_for(EVP_PKEY& key) const override {
    ENGINE* methods = ENGINE_get_pkey_meth(engine_.get(), EVP_PKEY_get_id(&key)) != nullptr ? engine_.get() : nullptr;
    ERR_clear_error();
    return KeyCtxHandle(EVP_PKEY_CTX_new(&key, methods));
  }
  OSSL_LIB_CTX* library_context() const noexcept override { return nullptr; }

 protected:
  bool can_restart() const noexcept override { return own_ && is_pkcs11(); }
  void restart() override {
    // It holds on to dead sessions: only the end of the module and a new beginning rids it of them.
    end();
    initialised_ = ENGINE_init(engine_.get()) == 1;
  }
  Result<KeyHandle> load(const StoredKey& key, const PinForThread& given) override {
    if (!initialised_) return refuse(Errc::key_store_failed, "engine", "", "load it again", "the engine could not begin anew");
    if (!is_pkcs11()) return load_named(key, given);
    // The engine would try the PIN of the last key, which another token counts as a wrong one.
    if (key.pin.empty() && pin_given_) {
      return refuse(Errc::wrong_password, "password", key.name, "give the PIN",
                    "each key of a token needs its PIN, and none was given");
    }
    if (!key.pin.empty() && !set_pin(key.pin.expose()))
      return refuse(Errc::key_store_failed, "", key.name, "", "the engine refuses to have a PIN: " + last_failure().reason);
    auto loaded = load_named(key, given);
    if (!loaded) return loaded;
    // The engine keeps the key, and the key would keep the engine: neither would ever be released.
    EVP_PKEY_set1_engine(loaded->get(), nullptr);
    return loaded;
  }

 private:
  bool is_pkcs11() const noexcept { return ENGINE_get_id(engine_.get()) == std::string_view("pkcs11"); }
  /// That one writes what it was asked for to the standard error unless it is told not to. Without a module it would take one
  /// that the environment names, or that of the last time.
  void prepare(bool with_module) {
    if (!is_pkcs11()) return;
    ENGINE_ctrl_cmd_string(engine_.get(), "QUIET", nullptr, 1);
    if (own_ && with_module) ENGINE_ctrl_cmd_string(engine_.get(), "MODULE_PATH", "p11-kit-proxy.so", 1);
  }
  bool set_pin(ByteView pin) {
    std::string text(as_text(pin));
    pin_given_ = true;
    const bool set = ENGINE_ctrl_cmd_string(engine_.get(), "PIN", text.c_str(), 0) == 1;
    wipe(std::as_writable_bytes(std::span(text)));
    return set;
  }

  Result<KeyHandle> load_named(const StoredKey& key, const PinForThread& given) {
    KeyHandle found(ENGINE_load_private_key(engine_.get(), key.name.c_str(), pin_method(), nullptr));
    if (found != nullptr) return found;
    const Failure failure = last_failure();
    const auto no = [&](Errc code, std::string option, std::string mend, std::string reason) {
      return refuse(code, std::move(option), key.name, std::move(mend), std::move(reason));
    };
    if (given.asked() && key.pin.empty())
      return no(Errc::wrong_password, "password", "give the PIN", "it asks for a PIN, and none was given");
    if (failure.pin_refused)
      return no(Errc::wrong_password, "password", "give the right PIN; a token is locked after a few wrong ones", failure.reason);
    if (failure.reason.ends_with("object not found") || !is_pkcs11())
      return no(Errc::key_not_found, "", "see that the token is there, and how token and key are called", failure.reason);
    if (failure.reason.ends_with("invalid id")) {
      return no(Errc::invalid_option, "", "choose the token by token, serial, model or manufacturer, the key by object or id",
                "the engine does not take this name of a key");
    }
    return no(Errc::key_store_failed, "", "see that the PKCS#11 module works: pkcs11-tool --module PATH -L", failure.reason);
  }

  EngineRef engine_;
  bool own_;
  bool from_file_ = !is_bound();
  bool initialised_ = false;
  bool pin_given_ = false;
};

/// Engines by what they were loaded with. Leases are counted here and not by pointers, for one that is being finished must be
/// gone before the next one begins: both would begin and end the same PKCS#11 module. What was bound once stays bound, and is
/// only finished: libcrypto keeps pointers to the texts of its errors.
class Registry {
 public:
  /// `any_commands`: whatever it was loaded with, as long as it has the same module.
  Result<std::shared_ptr<EngineStore>> get(const std::string& id, const Commands& before, const Commands& after,
                                           bool any_commands) {
    const ErrorMark mark;
    const CommandsDigest commands = digest_of(before, after);
    const std::string name = name_of(id, before);
    const std::lock_guard lock(mutex_);
    auto found = entries_.find(name);
    if (found == entries_.end()) {
      KW_ASSIGN(auto store, bind(id));
      found = entries_.emplace(name, Entry{.store = std::move(store)}).first;
    }
    Entry& entry = found->second;
    if (entry.leases == 0) {
      if (const auto begun = entry.store->begin(before, after); !begun) {
        if (!entry.store->is_bound()) entries_.erase(found);
        return std::unexpected(begun.error());
      }
      entry.commands = commands;
      entry.module = module_of(before);
    } else if (any_commands ? entry.module != module_of(before) : entry.commands != commands) {
      return refuse(Errc::conflicting_options, "engine", id,
                    any_commands ? "register the modules with p11-kit and leave module-path out, or use the provider"
                                 : "give the same commands, or release it and its keys first",
                    any_commands ? "the engine has another PKCS#11 module already, and can have one"
                                 : "the engine is loaded already, with other commands");
    }
    std::shared_ptr<EngineStore> lease(entry.store.get(), [this, &entry](EngineStore*) { release(entry); });
    ++entry.leases;
    return lease;
  }

 private:
  struct Entry {
    std::unique_ptr<EngineStore> store;
    CommandsDigest commands{};  ///< while there are leases
    std::string module{};
    std::size_t leases = 0;
  };

  /// The loader is another engine with each file that it loads; any other is there once.
  static std::string name_of(const std::string& id, const Commands& before) {
    if (id != "dynamic") return id;
    const CommandsDigest file = digest_of(std::span(before).first(loading_part(before)));
    return id + "\n" + std::string(as_text(file));
  }
  static Result<std::unique_ptr<EngineStore>> bind(const std::string& id) {
    if (OPENSSL_init_crypto(OPENSSL_INIT_ENGINE_DYNAMIC, nullptr) != 1) throw std::bad_alloc();
    const bool dynamic = id == "dynamic";
    EngineRef engine = dynamic ? required(EngineRef(ENGINE_by_id("dynamic"))) : find_in_list(id);
    const bool own = dynamic || engine == nullptr;
    if (engine == nullptr) { KW_ASSIGN(engine, bind_new(id)); }
    return std::make_unique<EngineStore>(std::move(engine), own);
  }
  void release(Entry& entry) noexcept {
    const ErrorMark mark;
    const std::lock_guard lock(mutex_);
    if (--entry.leases != 0) return;
    entry.store->end();
    wipe(entry.commands);
    entry.module.clear();
  }

  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

Registry& registry() {
  // Never destroyed, as what it has may be released at the very end.
  static Registry& instance = *new Registry;
  return instance;
}

class LoadedEngine final : public Engine {
 public:
  LoadedEngine(std::string id, std::shared_ptr<EngineStore> lease) : store(std::move(lease)), id_(std::move(id)) {}
  std::string_view id() const override { return id_; }

  const std::shared_ptr<EngineStore> store;

 private:
  std::string id_;
};

Result<std::shared_ptr<EngineStore>> get_store(const std::string& id, const Commands& before, const Commands& after, bool any) {
  return registry().get(id, before, after, any);
}

#endif

/// Wipes the values of commands in the end: they may be PINs.
class Forgetting {
 public:
  explicit Forgetting(Commands& commands) noexcept : commands_(commands) {}
  Forgetting(const Forgetting&) = delete;
  Forgetting& operator=(const Forgetting&) = delete;
  ~Forgetting() {
    for (EngineCommand& command : commands_) wipe(std::as_writable_bytes(std::span(command.value)));
  }

 private:
  Commands& commands_;
};

bool is_clean(std::string_view text) noexcept { return text.find('\0') == text.npos; }

Result<void> check(std::string_view id, const Commands& before, const Commands& after) {
  // A path would be loaded without a word.
  if (id.empty() || id.find('/') != id.npos || !is_clean(id)) {
    return refuse(Errc::invalid_option, "engine", id,
                  "give an id such as pkcs11; for a file give dynamic, with SO_PATH, ID and LOAD", "it is no id of an engine");
  }
  for (const auto& [list, name] : {std::pair(&before, "before"), std::pair(&after, "after")}) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      const EngineCommand& command = (*list)[i];
      if (!command.name.empty() && is_clean(command.name) && is_clean(command.value)) continue;
      return refuse(Errc::invalid_option, std::string(name) + "[" + std::to_string(i) + "]", command.name, "name a command",
                    "names and values are texts without a zero byte, and no name is empty");
    }
  }
  return {};
}

}  // namespace

#if defined(OPENSSL_NO_ENGINE)

Result<std::shared_ptr<KeyStore>> store_of(const Engine&) { return fail(Errc::not_supported); }
Result<std::shared_ptr<KeyStore>> pkcs11_engine(std::string_view) {
  return refuse(Errc::key_store_failed, "", "", "install the provider pkcs11",
                "this libcrypto has no engines, and there is no provider");
}

#else

Result<std::shared_ptr<KeyStore>> store_of(const Engine& engine) {
  const auto* loaded = dynamic_cast<const LoadedEngine*>(&engine);
  if (loaded == nullptr)
    return refuse(Errc::invalid_option, "engine", engine.id(), "load it with Engine::load", "it is no loaded engine");
  return loaded->store;
}

Result<std::shared_ptr<KeyStore>> pkcs11_engine(std::string_view module_path) {
  Commands before;
  if (!module_path.empty()) before.push_back({.name = "MODULE_PATH", .value = std::string(module_path)});
  return get_store("pkcs11", before, {}, true);
}

#endif

}  // namespace crypto::openssl

Result<std::shared_ptr<const Engine>> Engine::load(std::string_view id, std::vector<EngineCommand> before,
                                                   std::vector<EngineCommand> after) {
  namespace backend = crypto::openssl;
  const backend::Forgetting first(before);
  const backend::Forgetting second(after);
  KW_TRY(backend::check(id, before, after));
#if defined(OPENSSL_NO_ENGINE)
  return fail(Errc::not_supported, {.option = "engine", .value = std::string(id), .reason = "this libcrypto has no engines"});
#else
  KW_ASSIGN(auto store, backend::get_store(std::string(id), before, after, false));
  return std::make_shared<backend::LoadedEngine>(std::string(id), std::move(store));
#endif
}

}  // namespace keyway
