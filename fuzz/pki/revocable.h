// SPDX-License-Identifier: Apache-2.0
//
// A leaf, its root and a verification of both, for the fuzzers of revocation. Signatures are the hollow provider's, and what
// responses are about is named by its constant hashes.
#pragma once

#include "hollow_provider.h"
#include "pki/certificate_writer.h"
#include "pki/verify_driver.h"

namespace keyway::fuzz {

inline constexpr WallTime judged_at{std::chrono::seconds(1'800'000'000)};

inline Bytes hollow_key(unsigned number) {
  static constexpr unsigned char head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                           0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
  Bytes info;
  for (const unsigned char octet : head) info.push_back(static_cast<std::byte>(octet));
  info.resize(91, static_cast<std::byte>(number));
  return info;
}

struct Revocable {
  Bytes root;
  Bytes leaf;

  static const Revocable& get() {
    static const Revocable made;
    return made;
  }

 private:
  Revocable() {
    static const HollowProvider provider;
    const HollowSigner signer(hollow_key(1));
    pki::CertificateDescription authority{.subject = {{"CN", "root"}},
                                          .not_before = judged_at - std::chrono::hours(24),
                                          .not_after = judged_at + std::chrono::hours(24 * 30),
                                          .ca = true,
                                          .key_usage = pki::key_usage::key_cert_sign | pki::key_usage::crl_sign,
                                          .key_identifiers = false};
    root = pki::write_certificate(authority, hollow_key(1), {.certificate = {}, .signer = signer}, provider).value();
    pki::CertificateDescription end = authority;
    end.subject = {{"CN", "leaf"}};
    end.ca.reset();
    end.key_usage = 0;
    end.dns_names = {"server.test"};
    // cRLDistributionPoints with http://a.test/.
    const auto hex = [](std::string_view text) { return to_bytes(as_bytes(text)); };
    end.others = {{.oid = "2.5.29.31", .value = hex("\x30\x17\x30\x15\xa0\x13\xa0\x11\x86\x0fhttp://a.test/a")}};
    leaf = pki::write_certificate(end, hollow_key(2), {.certificate = root, .signer = signer}, provider).value();
  }
};

/// The verdict on the leaf, with lists and a staple.
inline Result<TrustedChain> judge(std::shared_ptr<CrlCache> cache, ByteView staple) {
  static const auto provider = std::make_shared<const HollowProvider>();
  static const PeerName name = PeerName::of("server.test").value();
  const Revocable& known = Revocable::get();
  std::vector<std::string> warnings;
  const ByteView anchors[] = {known.root};
  static const auto store = pki::TrustStore::from_der(anchors, provider, warnings).value();
  VerifySettings settings{.anchors = store};
  settings.crl_check = cache ? CrlCheck::peer : CrlCheck::off;
  settings.crl_cache = std::move(cache);
  const ByteView chain[] = {known.leaf};
  VerifyQuestion question;
  question.chain = chain;
  question.name = &name;
  question.now.wall = judged_at;
  question.provider = provider.get();
  question.ocsp_response = staple;
  provider->restart();
  auto verdict = verify_chain(settings, question);
  require(provider->signature_checks() <= 128);
  return verdict;
}

}  // namespace keyway::fuzz
