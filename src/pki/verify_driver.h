// SPDX-License-Identifier: Apache-2.0
//
// The stock verifiers: chains are built and judged here and become TrustedChain. Anchors: trust_store.h;
// path building: chain_builder.h; the rules of a path: path_validator.h.
#pragma once

#include <memory>

#include "keyway/crl_cache.h"
#include "keyway/verify.h"
#include "keyway/verify_fun.h"
#include "pki/certificate_rules.h"
#include "pki/event_walk.h"
#include "pki/signature_memo.h"
#include "pki/trust_store.h"

namespace keyway {

struct VerifySettings {
  std::shared_ptr<const pki::TrustStore> anchors;
  std::size_t depth = 10;            ///< intermediates between leaf and anchor, not counting self-issued ones
  bool check_name = true;            ///< false: the name of the question is ignored
  std::size_t min_rsa_bits = 2048;
  std::vector<SignatureScheme> signature_schemes{};  ///< for questions that name none; empty: all safe ones
  bool leaf_signs = true;            ///< false: judge the path alone, not whether the leaf may be used in handshakes
  bool strict = false;               ///< also what RFC 5280 4 demands of authorities beyond path validation
  bool web_pki = false;              ///< also what browsers demand beyond RFC 5280 (CA/Browser Forum baseline)
  CrlCheck crl_check = CrlCheck::off;
  std::shared_ptr<CrlCache> crl_cache{};  ///< must be there where crl_check is not off
  bool require_ocsp_staple = false;
  /// What a question goes on with when a list or a function answers later. Null: its own, which must live until the answer.
  std::shared_ptr<const crypto::Provider> provider{};
  std::shared_ptr<const pki::PublicSuffixes> suffixes{};  ///< for web_pki; null: not known
  bool any_ca_purpose = false;       ///< authorities for any purpose are ones for this purpose
  pki::PolicyInputs policies{};
  HostNameCheck name_check{};
  PartialChainFunction partial_chain{};
  VerifyFun verify_fun{};            ///< without it what is bad is refused, all problems at once
  pki::RevocationCheck revocation{}; ///< in the place of lists and staples, also where verify_fun passes over a problem
  Bytes functions{};                 ///< stands in the fingerprint for what cannot be compared: functions, caches of lists
  bool wait_for_lists = true;        ///< false: lists that do not come at once count as not available
  std::shared_ptr<pki::SignatureMemo> memo{};  ///< of one configuration and the provider of its questions; null: none
};

namespace pki {
/// The rules of a path that settings and question demand, for every part of a verification: views into both.
PathRules rules_of(const VerifySettings&, const VerifyQuestion&);
}  // namespace pki

/// Answers in bounded work: inline, unless a function or the cache of revocation lists answers later; then on the thread that
/// brings the last answer. Immutable; any thread.
std::shared_ptr<const Verifier> make_verifier(VerifySettings);

/// The same verifier for another configuration: with a memo of its own, where there is one. Verifiers of the program and those
/// that remember nothing are returned as they are. Errors of SignatureMemo::make().
Result<std::shared_ptr<const Verifier>> verifier_of_its_own(std::shared_ptr<const Verifier>);

/// Accepts every chain whose leaf key can be used at all; the evidence says `unchecked`.
std::shared_ptr<const Verifier> make_unchecked_verifier();

/// The same judgement as a plain call, for tools: evidence, or the error with all problems in its detail. It waits for nothing:
/// lists that do not come at once count as not available, with a function or without; a function that does not answer at once
/// ends it with answer_dropped.
Result<TrustedChain> verify_chain(const VerifySettings&, const VerifyQuestion&);

}  // namespace keyway
