// SPDX-License-Identifier: Apache-2.0
//
// The library leaves no trace in its host program and takes nothing from it: no environment, no password prompts, and
// libcrypto's default context may be configured to anything. A program of its own, because it prepares all of this
// before libcrypto is used for the first time.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "loop/pair.h"

namespace {

/// How often code of this executable, where the library is linked in, read the environment.
int own_reads = 0;

char* read_environment(const char* function, const void* caller, const char* name) {
  Dl_info at_caller{};
  Dl_info here{};
  if (dladdr(caller, &at_caller) != 0 && dladdr(reinterpret_cast<const void*>(&read_environment), &here) != 0 &&
      at_caller.dli_fbase == here.dli_fbase)
    ++own_reads;
  using Function = char* (*)(const char*);
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, function))(name);
}

}  // namespace

// Stand before those of the C library for the whole process.
extern "C" {
__attribute__((visibility("default"), noinline)) char* getenv(const char* name) noexcept {
  return read_environment("getenv", __builtin_return_address(0), name);
}
__attribute__((visibility("default"), noinline)) char* secure_getenv(const char* name) noexcept {
  return read_environment("secure_getenv", __builtin_return_address(0), name);
}
}

namespace keyway::test {
namespace {

const std::string& folder() {
  static const std::string made = [] {
    std::string name = "/tmp/keyway-host-XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
  return made;
}

std::string write(const std::string& name, std::string_view text) {
  const std::string path = folder() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

/// A host whose libcrypto can do nothing at all, and whose environment names other anchors.
const bool prepared = [] {
  const std::string configuration = write("openssl.cnf",
                                          "openssl_conf = init\n[init]\nproviders = list\n[list]\nnull = only\n[only]\n"
                                          "activate = 1\n");
  setenv("OPENSSL_CONF", configuration.c_str(), 1);
  std::atexit([] {
    for (const char* name : {"openssl.cnf", "anchors.pem", "cert.pem", "key.pem"}) unlink((folder() + "/" + name).c_str());
    rmdir(folder().c_str());
  });
  return true;
}();

/// A P-256 key made for this test; its password is "correct horse".
constexpr std::string_view encrypted_key = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhKzNZjeJMpFQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEExRtd8Kxc58n7QqI76+uKIEgZBO
qXmDyyetLHyrI9PHZArzG6oJpuwweKKYPPww4w/fdvEF2v0Bbdb8Ak0iFtVc9Abj
eQX/X99wS6dd9/xLmXjO7S6yGiHD7GQ6jYp3K8Fo0IZe2GWYzHhZnpO3BuYcO0Yo
n7jdpKaGdcgcQTSb7VKwdENO1/4NciPsd2EMHma8OlKyzmq8U53xoWqXeTEPnzk=
-----END ENCRYPTED PRIVATE KEY-----
)";

TEST(HostProgram, ItsConfigurationOfLibcryptoDoesNotMatter) {
  ASSERT_TRUE(prepared);
  EVP_MD* none = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ASSERT_EQ(none, nullptr) << "the host's own context can do nothing";
  for (const NewKey key : {NewKey::ec_p256, NewKey::rsa_2048, NewKey::ed25519, NewKey::ed448}) {
    PairOptions options{.client = client_options(), .server = server_options()};
    options.server.certs_keys = {authority().leaf({.key = key})};
    Pair pair(options);
    pair.run();
    EXPECT_TRUE(pair.connected());
    pair.send_from_client("all the same");
    EXPECT_EQ(pair.server.data, "all the same");
  }
  EXPECT_EQ(EVP_MD_fetch(nullptr, "SHA256", nullptr), nullptr) << "and still can do nothing";
}

TEST(HostProgram, ItsEnvironmentIsNotRead) {
  const int before = own_reads;
  ASSERT_EQ(std::getenv("KEYWAY_NO_SUCH_VARIABLE"), nullptr);
  ASSERT_EQ(own_reads, before + 1) << "a read would be noticed";
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  EXPECT_TRUE(pair.connected());
  const auto system = ClientConfig::make({});
  EXPECT_TRUE(system) << system.error().message();
  EXPECT_EQ(own_reads, before + 1);
}

TEST(HostProgram, AnchorsFromItsEnvironmentAreNotTrusted) {
  const auto root = Certificate::from_der(authority().root());
  ASSERT_TRUE(root);
  const std::string anchors = write("anchors.pem", root->pem());
  setenv("SSL_CERT_FILE", anchors.c_str(), 1);
  setenv("SSL_CERT_DIR", folder().c_str(), 1);
  PairOptions options{.client = {}, .server = server_options()};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_unknown_ca);
  options.client.peer.cacertfile = anchors;
  Pair named(options);
  named.run();
  EXPECT_TRUE(named.connected()) << "the file is a good one";
}

// A process without terminal, with the right password on its standard input: whoever prompts gets it.
TEST(HostProgram, NobodyIsAskedForAPassword) {
  const std::string key = write("key.pem", encrypted_key);
  const std::string certificate = write("cert.pem", Certificate::from_der(authority().leaf().cert[0])->pem());
  const auto load = [&](const std::string& password) {
    return ServerConfig::make({.certs_keys = {{.certfile = certificate, .keyfile = key, .password = password}}});
  };
  // With the password it is read, and found to belong to another certificate.
  EXPECT_EQ(load("correct horse").error().code(), Errc::key_mismatch);
  int input[2];
  ASSERT_EQ(pipe(input), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    setsid();
    dup2(input[0], STDIN_FILENO);
    constexpr std::string_view typed = "correct horse\ncorrect horse\n";
    const bool ready = ::write(input[1], typed.data(), typed.size()) == static_cast<ssize_t>(typed.size());
    const auto config = load("");
    char left[64];
    const bool unread = ready && ::read(STDIN_FILENO, left, sizeof(left)) == static_cast<ssize_t>(typed.size());
    _exit(unread && !config && config.error().code() == Errc::wrong_password ? 0 : 1);
  }
  close(input[0]);
  close(input[1]);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace keyway::test
