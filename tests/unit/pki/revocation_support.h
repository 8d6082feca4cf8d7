// SPDX-License-Identifier: Apache-2.0
//
// A family whose leaf can be revoked, and verifications that look.
#pragma once

#include "fixtures/revocation.h"
#include "pki/crl.h"
#include "unit/pki/support.h"

namespace keyway::pki::test {

using keyway::test::ListDescription;
using keyway::test::ListEntry;
using keyway::test::StapleDescription;

inline ByteView name_of(const Made& authority) {
  static std::map<Bytes, Bytes> names;
  Bytes& name = names[authority.der];
  if (name.empty()) name = to_bytes(parse_certificate(authority.der).value().subject);
  return name;
}

inline ListDescription list() { return {.this_update = now - day, .next_update = now + day}; }
/// A list with the serial number of the family's leaf, which is 1.
inline ListDescription list_with(ListEntry entry) {
  ListDescription made = list();
  entry.date = now - day;
  made.entries = {std::move(entry)};
  return made;
}
inline Bytes made_by(const Made& issuer, const ListDescription& description) {
  return keyway::test::make_list(description, name_of(issuer), *issuer.signer);
}

inline std::shared_ptr<CrlCache> cache_of(const std::vector<Bytes>& lists) {
  auto cache = memory_crl_cache();
  for (const Bytes& list : lists) EXPECT_TRUE(cache->insert(list));
  return cache;
}

/// A verification of the family's chain, or of another leaf of its intermediate.
struct Looking {
  CrlCheck check = CrlCheck::peer;
  std::shared_ptr<CrlCache> cache{};
  Made leaf = family().leaf;
  std::vector<Made> others{};  ///< further certificates in the chain
  Bytes staple{};
  Bytes nonce{};
  bool staple_asked = false;
  bool require_staple = false;
  bool strict = false;
  bool any_ca_purpose = false;
  VerifyFunction function{};
  bool anchored = true;     ///< the root is an anchor
  bool with_issuer = true;  ///< the intermediate is in the chain

  Result<TrustedChain> run() const {
    VerifySettings settings{.anchors = store_of({anchored ? family().root : issue_self(describe_ca("elsewhere"), key(7))})};
    settings.crl_check = check;
    settings.crl_cache = cache;
    settings.require_ocsp_staple = require_staple;
    settings.strict = strict;
    settings.any_ca_purpose = any_ca_purpose;
    settings.verify_fun.function = function;
    std::vector<ByteView> chain{leaf};
    if (with_issuer) chain.push_back(family().intermediate);
    for (const Made& other : others) chain.push_back(other);
    VerifyQuestion question;
    question.chain = chain;
    question.name = &server_name();
    question.now.wall = now;
    question.provider = provider().get();
    question.ocsp_response = staple;
    question.ocsp_nonce = nonce;
    question.staple_asked = staple_asked;
    return verify_chain(settings, question);
  }
  Errc code() const { return code_of(run()); }
};

/// Says what the verification would do by itself.
inline void as_usual(const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
  std::move(answer).give(strict_verdict(event));
}

/// What a list of the intermediate makes of the leaf.
inline Result<TrustedChain> judged_by(const std::vector<ListDescription>& lists) {
  std::vector<Bytes> made;
  for (const ListDescription& description : lists) made.push_back(made_by(family().intermediate, description));
  return Looking{.cache = cache_of(made)}.run();
}

}  // namespace keyway::pki::test
