// SPDX-License-Identifier: Apache-2.0
//
// Making evidence (include/keyway/verify.h, pki/judge.h).
#include <algorithm>

#include "names/signature_scheme.h"
#include "pki/der.h"
#include "pki/judge.h"

namespace keyway {

TrustedChain::TrustedChain(Basis basis, std::shared_ptr<const CertificateChain> chain,
                           std::unique_ptr<crypto::PublicKey> leaf_key, std::vector<CertificateProblem> problems,
                           WallTime not_after, std::int64_t leaf_may)
    : chain_(std::move(chain)),
      leaf_key_(std::move(leaf_key)),
      problems_(problems.empty() ? nullptr : std::make_unique<const std::vector<CertificateProblem>>(std::move(problems))),
      not_after_and_basis_(std::chrono::floor<std::chrono::seconds>(not_after).time_since_epoch().count() * 256 + leaf_may +
                           static_cast<std::int64_t>(basis)) {}

const std::vector<CertificateProblem>& TrustedChain::problems() const noexcept {
  static const std::vector<CertificateProblem> none;
  return problems_ ? *problems_ : none;
}

Result<TrustedChain> TrustedChain::accepted_by_user(const VerifyQuestion& question, std::string why) {
  std::vector<CertificateProblem> problems;
  problems.push_back({.index = 0, .subject = {}, .reason = Errc::certificate_refused, .text = std::move(why)});
  return pki::Judge::unjudged(question, Basis::accepted_by_user, std::move(problems));
}

namespace pki {

Result<std::unique_ptr<crypto::PublicKey>> Judge::leaf_key(const ParsedCertificate& leaf, const VerifyQuestion& question) {
  KW_ASSIGN(const crypto::PublicKeyParts parts, public_key_parts(leaf.key_algorithm, leaf.key_bits));
  return leaf_key(parts, question);
}

Result<std::unique_ptr<crypto::PublicKey>> Judge::leaf_key(const crypto::PublicKeyParts& parts, const VerifyQuestion& question) {
  // RFC 8446 4.2.3: TLS 1.3 has no signature scheme for DSA; for older versions the user names one.
  if (parts.type == crypto::KeyType::dsa && std::ranges::none_of(question.certificate_schemes, is_dsa))
    return fail(Errc::certificate_key_type);
  if (rsa_bits(parts) > question.max_rsa_bits) return fail(Errc::certificate_key_too_large);
  return question.provider->public_key(parts);
}

std::int64_t Judge::uses_of(const Extensions& leaf) {
  return (leaf.allows(KeyUsage::digital_signature) ? TrustedChain::may_sign : 0) |
         (leaf.allows(KeyUsage::key_encipherment) ? TrustedChain::may_encipher : 0) |
         (leaf.allows(KeyUsage::key_agreement) ? TrustedChain::may_agree : 0);
}

TrustedChain Judge::validated(std::shared_ptr<const CertificateChain> chain, std::unique_ptr<crypto::PublicKey> leaf_key,
                              WallTime not_after, const Extensions& leaf) {
  return TrustedChain(TrustedChain::Basis::validated, std::move(chain), std::move(leaf_key), {}, not_after, uses_of(leaf));
}

TrustedChain Judge::accepted(std::shared_ptr<const CertificateChain> chain, std::unique_ptr<crypto::PublicKey> leaf_key,
                             WallTime not_after, const Extensions& leaf, std::vector<CertificateProblem> problems) {
  return TrustedChain(TrustedChain::Basis::accepted_by_user, std::move(chain), std::move(leaf_key), std::move(problems),
                      not_after, uses_of(leaf));
}

Result<TrustedChain> Judge::unjudged(const VerifyQuestion& question, TrustedChain::Basis basis,
                                     std::vector<CertificateProblem> problems) {
  if (question.chain.empty()) return fail(Errc::empty_certificate);
  if (question.provider == nullptr) return fail(Errc::missing_option, {.option = "provider", .mend = "name a provider"});
  KW_ASSIGN(const ParsedCertificate leaf, parse_certificate(question.chain[0]));
  KW_ASSIGN(auto key, leaf_key(leaf, question));
  KW_ASSIGN(auto chain, CertificateChain::from_der(question.chain));
  for (CertificateProblem& problem : problems) {
    if (problem.subject.empty()) problem.subject = name_text(leaf.subject);
  }
  const WallTime not_after = chain->not_after_leaf();
  return TrustedChain(basis, std::move(chain), std::move(key), std::move(problems), not_after, uses_of(leaf.extensions));
}

Result<TrustedChain> Judge::raw_key(const VerifyQuestion& question, TrustedChain::Basis basis) {
  KW_ASSIGN(auto chain, CertificateChain::of_raw_public_key(question.chain.empty() ? ByteView() : question.chain[0]));
  KW_ASSIGN(const crypto::PublicKeyParts parts, public_key_parts(chain->der(0)));
  KW_ASSIGN(auto key, leaf_key(parts, question));
  constexpr std::int64_t everything = TrustedChain::may_sign | TrustedChain::may_encipher | TrustedChain::may_agree;
  return TrustedChain(basis, std::move(chain), std::move(key), {}, WallTime::max(), everything);
}

}  // namespace pki

}  // namespace keyway
