// SPDX-License-Identifier: Apache-2.0
//
// One certificate in one line, or in one JSON object.
#include "certificate_text.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "keyway/crypto/provider.h"

namespace keyway::tool {
namespace {

std::string sha256(ByteView bytes) {
  crypto::HashState state(crypto::default_provider()->hash(HashAlgorithm::sha256));
  state.update(bytes);
  Bytes digest(state.digest_size());
  state.finish(digest.data());
  return hex(digest);
}

std::string days_left(WallTime end) {
  const auto left = end - std::chrono::system_clock::now();
  if (left < WallTime::duration::zero()) return "EXPIRED";
  const auto days = std::chrono::floor<std::chrono::days>(left).count();
  return fmt::format("{} day{} left", days, days == 1 ? "" : "s");
}

}  // namespace

std::string time_text(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::time_point_cast<std::chrono::seconds>(time));
}

Json certificate_json(const Certificate& certificate) {
  return Json{{"subject", certificate.subject()},
              {"issuer", certificate.issuer()},
              {"san", certificate.subject_alternative_names()},
              {"not_after", time_text(certificate.not_after())},
              {"sha256", sha256(certificate.der())},
              {"key", certificate.key_description()}};
}

Json certificate_json(const CertificateChain& chain) {
  if (chain.is_raw_public_key()) return {{"type", "raw_public_key"}, {"sha256", sha256(chain.der(0))}};
  const auto leaf = chain.certificate(0);
  return leaf ? certificate_json(*leaf) : Json(nullptr);
}

// The names that people know curves by.
std::string short_key(std::string key) {
  for (const auto& [from, to] : {std::pair{"EC secp256r1", "P-256"}, {"EC secp384r1", "P-384"}, {"EC secp521r1", "P-521"}}) {
    if (key == from) return to;
  }
  return key;
}

// The common name alone, where there is one.
std::string short_issuer(const std::string& issuer) {
  const auto begin = issuer.find("CN=");
  if (begin == std::string::npos) return issuer;
  const auto end = issuer.find(',', begin);
  return issuer.substr(begin + 3, end == std::string::npos ? end : end - begin - 3);
}

std::string certificate_text(const Certificate& certificate) {
  const auto names = certificate.subject_alternative_names();
  const std::string subject = !certificate.subject().empty() ? certificate.subject()
                              : names.empty()                ? "(no name)"
                                                             : names.front();
  return fmt::format("{}  ({}, {})  issued by \"{}\"", subject, short_key(certificate.key_description()),
                     days_left(certificate.not_after()), short_issuer(certificate.issuer()));
}

std::string certificate_text(const CertificateChain& chain) {
  if (chain.is_raw_public_key()) return "raw public key sha256/" + sha256(chain.der(0));
  const auto leaf = chain.certificate(0);
  return leaf ? certificate_text(*leaf) : std::string("a certificate that cannot be parsed");
}

std::string verdict_text(const ConnectionInfo& info) {
  if (!info.verified || *info.verified == TrustedChain::Basis::unchecked) return "NOT verified";
  if (*info.verified == TrustedChain::Basis::accepted_by_user) return "accepted by the user";
  if (info.peer_certificate_type == CertificateType::raw_public_key) return "pinned";
  return info.role == Role::client ? "name ok, chain ok" : "chain ok";
}

std::string verify_text(const ConnectionInfo& info) {
  if (!info.verified) return "none";
  switch (*info.verified) {
    case TrustedChain::Basis::validated: return "ok";
    case TrustedChain::Basis::accepted_by_user: return "accepted_by_user";
    case TrustedChain::Basis::unchecked: return "none";
  }
  return "none";
}

}  // namespace keyway::tool
