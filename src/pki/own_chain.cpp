// SPDX-License-Identifier: Apache-2.0
//
// Issuers by name and signature, up to the length of a path. No rule of paths is applied: the peer judges what we send.
#include "pki/own_chain.h"

#include <algorithm>

#include "pki/chain_builder.h"

namespace keyway::pki {
namespace {

bool issued(const Anchor& issuer, const ParsedCertificate& certificate) {
  const auto algorithm = signature_algorithm(certificate.signature_algorithm);
  const crypto::PublicKey* key = algorithm && issuer.certificate().extensions.ca ? issuer.key() : nullptr;
  return key != nullptr && key->verify(*algorithm, certificate.signed_part, certificate.signature).has_value();
}

/// Of renewed authorities the one that lasts longest.
const ParsedCertificate* issuer_of(const ParsedCertificate& certificate, std::span<const TrustStore::Ptr> stores) {
  const ParsedCertificate* found = nullptr;
  for (const TrustStore::Ptr& store : stores) {
    store->each_with_subject(certificate.issuer, [&](const Anchor& anchor) {
      const bool better = found == nullptr || anchor.certificate().not_after > found->not_after;
      if (better && issued(anchor, certificate)) found = &anchor.certificate();
      return false;
    });
  }
  return found;
}

}  // namespace

std::shared_ptr<const Identity> completed(const Identity& identity, std::span<const TrustStore::Ptr> stores) {
  if (identity.chain->size() != 1 || identity.chain->is_raw_public_key()) return nullptr;
  std::vector<ByteView> chain{identity.chain->der(0)};
  const ParsedCertificate* last = &identity.parsed.front();
  while (!last->self_issued && chain.size() < max_path_certificates) {
    last = issuer_of(*last, stores);
    if (last == nullptr || last->self_issued) break;
    // Authorities may have signed each other.
    if (std::ranges::any_of(chain, [&](ByteView known) { return as_text(known) == as_text(last->der); })) break;
    chain.push_back(last->der);
  }
  if (chain.size() == 1) return nullptr;
  auto longer = CertificateChain::from_der(std::span<const ByteView>(chain));
  if (!longer) return nullptr;
  auto result = std::make_shared<Identity>(identity);
  result->chain = *std::move(longer);
  result->parsed.clear();
  for (std::size_t i = 0; i < result->chain->size(); ++i) {
    auto parsed = parse_certificate(result->chain->der(i));
    if (!parsed) return nullptr;
    result->parsed.push_back(*parsed);
  }
  return result;
}

}  // namespace keyway::pki
