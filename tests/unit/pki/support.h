// SPDX-License-Identifier: Apache-2.0
//
// Certificates for the tests of pki, made as each test needs them; keys are made once per kind and number.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/hex.h"
#include "pki/certificate.h"
#include "pki/certificate_writer.h"
#include "pki/der.h"
#include "pki/der_writer.h"
#include "pki/problems.h"
#include "pki/verify_driver.h"

namespace keyway::pki::test {

using NewKey = crypto::Provider::NewKey;

inline constexpr WallTime now{std::chrono::seconds(1'800'000'000)};  // 2027-01-15 08:00:00 UTC
inline constexpr auto day = std::chrono::hours(24);

inline const std::shared_ptr<const crypto::Provider>& provider() {
  static const auto instance = crypto::default_provider();
  return instance;
}

template <class T>
Errc code_of(const Result<T>& result) {
  return result ? Errc{} : result.error().code();
}
/// The first of them.
inline Errc code_of(const Problems& problems) { return problems.empty() ? Errc{} : problems.begin()->code(); }
/// The reason in the detail of an error; empty without.
template <class T>
std::string reason_of(const Result<T>& result) {
  return result || result.error().detail() == nullptr ? std::string() : result.error().detail()->reason;
}

inline Bytes hex(std::string_view text) {
  auto bytes = from_hex(text);
  EXPECT_TRUE(bytes.has_value()) << text;
  return std::move(bytes).value_or(Bytes{});
}

using SignerPtr = std::shared_ptr<const crypto::Signer>;

inline SignerPtr new_key(NewKey kind) {
  const auto der = provider()->generate_private_key(kind);
  return provider()->private_key(der.value().expose(), {}).value();
}

/// The same key for the same number.
inline SignerPtr key(unsigned number = 0, NewKey kind = NewKey::ec_p256) {
  static std::map<std::pair<NewKey, unsigned>, SignerPtr> made;
  SignerPtr& one = made[{kind, number}];
  if (!one) one = new_key(kind);
  return one;
}

/// A certificate with the key that it is about.
struct Made {
  Bytes der;
  SignerPtr signer;
  operator ByteView() const { return der; }
};

inline CertificateDescription describe(const std::string& name) {
  return {.subject = {{"CN", name}}, .not_before = now - day, .not_after = now + 30 * day};
}
inline CertificateDescription describe_ca(const std::string& name) {
  CertificateDescription made = describe(name);
  made.ca = true;
  made.key_usage = key_usage::key_cert_sign | key_usage::crl_sign;
  return made;
}
inline CertificateDescription describe_leaf(const std::string& host = "server.test") {
  CertificateDescription made = describe(host);
  made.dns_names = {host};
  made.key_usage = key_usage::digital_signature;
  made.extended_key_usage = {"serverAuth", "clientAuth"};
  return made;
}

inline Made issue(const CertificateDescription& description, const SignerPtr& subject, const Made& issuer) {
  const auto scheme = certificate_scheme(*issuer.signer).value();
  auto der = write_certificate(description, subject->subject_public_key_info(),
                               {.certificate = issuer.der, .signer = *issuer.signer, .scheme = scheme}, *provider());
  EXPECT_TRUE(der.has_value());
  return {std::move(der).value_or(Bytes{}), subject};
}
inline Made issue_self(const CertificateDescription& description, const SignerPtr& subject) {
  return issue(description, subject, {.der = {}, .signer = subject});
}

/// A root and what it issues, under names and keys of their own.
struct Family {
  Made root = issue_self(describe_ca("root"), key(0));
  Made intermediate = issue(describe_ca("intermediate"), key(1), root);
  Made leaf = issue(describe_leaf(), key(2), intermediate);
};
inline const Family& family() {
  static const Family one;
  return one;
}

inline TrustStore::Ptr store_of(std::initializer_list<ByteView> anchors) {
  std::vector<std::string> warnings;
  auto store = TrustStore::from_der(std::span(anchors.begin(), anchors.size()), provider(), warnings);
  EXPECT_TRUE(store.has_value());
  return store ? *store : nullptr;
}

inline const PeerName& server_name() {
  static const PeerName name = PeerName::of("server.test").value();
  return name;
}

/// Everything that a verification depends on.
struct Verification {
  std::vector<ByteView> chain;
  TrustStore::Ptr anchors;
  VerifySettings settings{};
  const PeerName* name = &server_name();
  Purpose purpose = Purpose::server_authentication;
  WallTime at = now;
  std::vector<SignatureScheme> schemes{};
  const crypto::Provider* with = provider().get();

  Result<TrustedChain> run() const {
    VerifySettings complete = settings;
    complete.anchors = anchors;
    VerifyQuestion question;
    question.chain = chain;
    question.purpose = purpose;
    question.name = name;
    question.now.wall = at;
    question.provider = with;
    question.certificate_schemes = schemes;
    return verify_chain(complete, question);
  }
};

/// How the verification of a chain ends with one anchor.
inline Errc verdict(std::vector<ByteView> chain, const Made& anchor, VerifySettings settings = {}) {
  return code_of(Verification{.chain = std::move(chain), .anchors = store_of({anchor}), .settings = std::move(settings)}.run());
}

}  // namespace keyway::pki::test
