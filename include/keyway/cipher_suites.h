// SPDX-License-Identifier: Apache-2.0
//
// Lists of algorithms to choose from, in the words of Erlang/OTP, and the names of cipher suites.
//
// A configuration needs none of this: with empty lists it offers AEADs with ephemeral keys and nothing else. Who wants another
// list takes one of these, filters it, moves what matters to the front, and gives the result to the options:
//
//   using namespace keyway;
//   auto suites = filter_cipher_suites(cipher_suites(SuiteSet::all, ProtocolVersion::tls1_2), {.mac = "aead"});
//   suites = prepend_cipher_suites(filter_cipher_suites(suites, {.cipher = "chacha20_poly1305"}), suites);
//   auto config = ClientConfig::make({.protocol = {.versions = {ProtocolVersion::tls1_2}, .ciphers = suites}});
#pragma once

#include <span>
#include <string>
#include <vector>

#include "keyway/crypto/provider.h"

namespace keyway {

/// Which list.   \otp cipher_suites/2,3
enum class SuiteSet : std::uint8_t {
  defaults,             ///< what OTP offers where nothing is named: for TLS 1.1 and below those are CBC suites
  all,                  ///< all that can be configured and authenticate by certificate or RSA_PSK
  exclusive,            ///< those that the version was the first to have
  anonymous,            ///< all without a certificate, pre-shared keys and SRP among them
  exclusive_anonymous,  ///< of those, the ones that the version was the first to have
};

/// OTP's list for a version, most preferred first, exactly as OTP gives it: with its repetitions, and whether or not this
/// build has all of it. Pass it through filter_cipher_suites before a configuration gets it. The lists of TLS 1.3 end with
/// suites of TLS 1.2, because one list serves all versions. SSL 3.0, of which OTP knows nothing any more, has what TLS 1.0
/// has and it can use. Any thread.   \otp cipher_suites/2                                               \since 0.1
std::vector<CipherSuite> cipher_suites(SuiteSet, ProtocolVersion);

/// A suite in parts, in OTP's words: ecdhe_ecdsa, aes_128_cbc, sha, default_prf. TLS 1.3 suites have the key exchange `any`.
/// Views into constants.   \otp erl_cipher_suite()
struct CipherSuiteParts {
  std::string_view key_exchange;
  std::string_view cipher;
  std::string_view mac;  ///< "aead" where the cipher needs none
  std::string_view prf;  ///< "default_prf": that of the version
};
/// Nothing for numbers without a suite, signals among them. Any thread.
std::optional<CipherSuiteParts> parts_of(CipherSuite) noexcept;

/// What a suite must have; an empty part says nothing.   \otp cipher_filters()
struct SuiteFilter {
  std::string_view key_exchange{};
  std::string_view cipher{};
  std::string_view mac{};
  std::string_view prf{};
};

/// Those that fit the filter and that this library, this build and the provider (null: the default one) can use, each once,
/// in order. Any thread.   \otp filter_cipher_suites/2
std::vector<CipherSuite> filter_cipher_suites(const std::vector<CipherSuite>&, const SuiteFilter& = {},
                                              const crypto::Provider* = nullptr);
/// `preferred` first, then the rest of `suites`, each once. Any thread.   \otp prepend_cipher_suites/2
std::vector<CipherSuite> prepend_cipher_suites(const std::vector<CipherSuite>& preferred, const std::vector<CipherSuite>& suites);
/// The rest of `suites` first, then `deferred`, each once. Any thread.   \otp append_cipher_suites/2
std::vector<CipherSuite> append_cipher_suites(const std::vector<CipherSuite>& deferred, const std::vector<CipherSuite>& suites);

/// OpenSSL's name ("ECDHE-RSA-AES128-SHA"; IANA's in TLS 1.3), empty for numbers without a suite. IANA's is to_string().
/// Any thread.   \otp suite_to_openssl_str/1
std::string_view suite_to_openssl_str(CipherSuite) noexcept;
/// By IANA's, OpenSSL's or OTP's name, signals included. Error invalid_option with the name. Any thread.   \otp str_to_suite/1
Result<CipherSuite> str_to_suite(std::string_view name);
/// The names of a list with colons ("ECDHE-RSA-AES128-SHA:AES128-SHA"), in order. Error invalid_option with the name that is
/// none. Any thread.   \otp the string form of ciphers
Result<std::vector<CipherSuite>> suites_from_string(std::string_view names);

/// Elliptic curves of TLS 1.2 and below, most preferred first; OTP's smaller and binary curves are not built. Error
/// invalid_option for TLS 1.3, whose list is groups(). Any thread.   \otp eccs/0,1
Result<std::vector<NamedGroup>> eccs(ProtocolVersion = ProtocolVersion::tls1_2);
/// Groups of TLS 1.3 in OTP's order, with finite fields at the end. Any thread.   \otp groups/0
std::vector<NamedGroup> groups();
/// The same without finite fields. Any thread.   \otp groups/1
std::vector<NamedGroup> default_groups();

/// Signature schemes in OTP's order: `defaults`, `all` with SHA-224, SHA-1 and DSA, or `exclusive` without what is for
/// certificates alone. Errors: invalid_option before TLS 1.2, where the key implies the scheme, and for other sets. Any thread.
/// \otp signature_algs/2
Result<std::vector<SignatureScheme>> signature_algs(SuiteSet, ProtocolVersion);

}  // namespace keyway
