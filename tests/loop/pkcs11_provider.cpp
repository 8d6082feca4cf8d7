// SPDX-License-Identifier: Apache-2.0
//
// A stand-in for pkcs11-provider: a module of libcrypto with a store for pkcs11 URIs and nothing else. A key is a file with the
// name of the object in the folder that KEYWAY_TEST_KEYS names, and the PIN is 87654321.
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/params.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace {

bool logged_in = false;

struct Opened {
  std::string uri;
  bool done = false;
};

void* open_uri(void*, const char* uri) { return new Opened{uri}; }
int close(void* opened) {
  delete static_cast<Opened*>(opened);
  return 1;
}
int eof(void* opened) { return static_cast<Opened*>(opened)->done ? 1 : 0; }
int set_params(void*, const OSSL_PARAM*) { return 1; }
const OSSL_PARAM* settable(void*) {
  static const OSSL_PARAM list[] = {OSSL_PARAM_int(OSSL_STORE_PARAM_EXPECT, nullptr), OSSL_PARAM_END};
  return list;
}

bool log_in(OSSL_PASSPHRASE_CALLBACK* ask, void* argument) {
  char pin[64] = {};
  std::size_t size = 0;
  if (!logged_in) logged_in = ask(pin, sizeof pin, &size, nullptr, argument) == 1 && std::string(pin, size) == "87654321";
  return logged_in;
}

int load(void* at, OSSL_CALLBACK* give, void* argument, OSSL_PASSPHRASE_CALLBACK* ask, void* ask_argument) {
  auto& opened = *static_cast<Opened*>(at);
  opened.done = true;
  const std::size_t object = opened.uri.find("object=");
  const char* folder = std::getenv("KEYWAY_TEST_KEYS");
  if (object == std::string::npos || folder == nullptr || !log_in(ask, ask_argument)) return 0;
  std::ifstream file(std::string(folder) + "/" + opened.uri.substr(object + 7), std::ios::binary);
  std::string der{std::istreambuf_iterator<char>(file), {}};
  if (der.empty()) return 0;
  int type = OSSL_OBJECT_PKEY;
  char structure[] = "PrivateKeyInfo";
  const OSSL_PARAM found[] = {OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
                              OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_STRUCTURE, structure, 0),
                              OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_DATA, der.data(), der.size()),
                              OSSL_PARAM_construct_end()};
  return give(found, argument);
}

template <class Function>
OSSL_DISPATCH entry(int id, Function* function) {
  return {id, reinterpret_cast<void (*)()>(function)};
}

const OSSL_ALGORITHM* query(void*, int operation, int* no_cache) {
  static const OSSL_DISPATCH store[] = {entry(OSSL_FUNC_STORE_OPEN, &open_uri),
                                        entry(OSSL_FUNC_STORE_SETTABLE_CTX_PARAMS, &settable),
                                        entry(OSSL_FUNC_STORE_SET_CTX_PARAMS, &set_params),
                                        entry(OSSL_FUNC_STORE_LOAD, &load),
                                        entry(OSSL_FUNC_STORE_EOF, &eof),
                                        entry(OSSL_FUNC_STORE_CLOSE, &close),
                                        {0, nullptr}};
  static const OSSL_ALGORITHM stores[] = {{"pkcs11", "provider=pkcs11", store, "keys in files"},
                                          {nullptr, nullptr, nullptr, nullptr}};
  *no_cache = 0;
  return operation == OSSL_OP_STORE ? stores : nullptr;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int OSSL_provider_init(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH*,
                                                                         const OSSL_DISPATCH** out, void** context) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, &query), {0, nullptr}};
  *out = functions;
  *context = const_cast<OSSL_CORE_HANDLE*>(core);
  logged_in = false;
  return 1;
}
