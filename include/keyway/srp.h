// SPDX-License-Identifier: Apache-2.0
//
// Secure Remote Password, a key exchange of TLS 1.2 and below (RFC 5054): a client proves that it knows a password, a server that
// it has a verifier of it. A build without KEYWAY_LEGACY has no suites for it.
//
//   ClientOptions client{.srp = {.user = "alice", .password = "correct horse"}};
//   ServerOptions server{.srp = {.lookup = [&](std::string_view user, Answer<std::shared_ptr<const SrpEntry>> answer) { ... }}};
//
// Both name suites with SRP in protocol.ciphers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "keyway/answer.h"
#include "keyway/secret.h"

namespace keyway {

/// What a server keeps of one user. Give a verifier or a derived key; both cost the same time. Who steals a verifier must still
/// guess the password, who steals a derived key logs in with it.   \otp user_lookup_fun: {ok, {GroupName, Salt, DerivedKey}}
struct SrpEntry {
  std::string group = "srp_2048";  ///< of RFC 5054 appendix A: srp_1024, 1536, 2048, 3072, 4096, 6144 or 8192
  Bytes salt{};  ///< 1 to 255 bytes
  std::shared_ptr<const SecretBytes> verifier{};  ///< g^x mod N, big-endian
  std::shared_ptr<const SecretBytes> derived_key{};  ///< x: SHA-1 of salt and of SHA-1 of "user:password", 20 bytes
};

/// Finds a user by name, as received (1 to 255 bytes); answers null for an unknown one, with whom the handshake goes on as with
/// one whose password is wrong. Called by the thread that drives the connection. An entry that breaks the rules of SrpEntry ends
/// the handshake with wrong_answer.
using SrpLookup = std::function<void(std::string_view user, Answer<std::shared_ptr<const SrpEntry>>)>;

/// Who a client is. Both are UTF-8, prepared by the caller as RFC 5054 2.3 says (RFC 4013).   \otp srp_identity
struct SrpIdentity {
  std::string user{};  ///< 1 to 255 bytes
  std::string password{};  ///< a configuration wipes the copy in its options
};

/// How a server authenticates users.
struct SrpServerOptions {
  SrpLookup lookup{};
  // What unknown users are shown must look like what known ones are (RFC 5054 2.5.1.3): give all of them the same group, and
  // salts of one size.
  std::string group = "srp_2048";  ///< shown to unknown users
  std::size_t salt_size = 20;  ///< bytes of the salt that is shown to unknown users, 1 to 32
  /// From which their salts are derived: random bytes that are kept, because a salt that changes with a restart is that of
  /// nobody. Empty: drawn for this configuration.
  Bytes salt_seed{};
  bool tell_unknown_users = false;  ///< answer them with the alert unknown_psk_identity instead
};

}  // namespace keyway
