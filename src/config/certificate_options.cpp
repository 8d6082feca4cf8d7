// SPDX-License-Identifier: Apache-2.0
//
// A raw public key is trusted by nothing but what stands here, so that nothing may be left open.
#include "config/certificate_options.h"

#include <algorithm>

#include "base/guarded.h"
#include "config/problem.h"
#include "config/verification.h"
#include "pki/raw_key_verifier.h"

namespace keyway::config {

namespace {

bool takes_raw_keys(const VerifyOptions& options) {
  return std::ranges::find(options.certificate_types, CertificateType::raw_public_key) != options.certificate_types.end();
}

bool answers(const RawPublicKeyOptions& options) {
  return !options.pins.empty() || options.accept || options.dangerously_accept_any;
}

Result<void> check_types(const std::vector<CertificateType>& types) {
  if (types.empty()) return invalid("certificate_types", "", "name x509, raw_public_key or both");
  for (auto at = types.begin(); at != types.end(); ++at) {
    const auto number = std::to_string(static_cast<unsigned>(*at));
    if (*at != CertificateType::x509 && *at != CertificateType::raw_public_key)
      return invalid("certificate_types", number, "name x509, raw_public_key or both");
    if (std::find(types.begin(), at, *at) != at) return invalid("certificate_types", number, "name each type once");
  }
  return {};
}

}  // namespace

Result<void> check_certificate_types(const VerifyOptions& options, const crypto::Provider& provider) {
  KW_TRY(check_types(options.certificate_types));
  const RawPublicKeyOptions& keys = options.raw_public_keys;
  //= rfc7250#4.3-1, 4.4-1
  if (takes_raw_keys(options) && !answers(keys)) {
    return refuse(Errc::missing_option, "raw_public_keys.pins", "",
                  "nobody vouches for a raw public key: name the keys that are trusted, or give raw_public_keys.accept");
  }
  if (!takes_raw_keys(options) && answers(keys)) {
    return refuse(Errc::conflicting_options, "raw_public_keys", "",
                  "no raw public key is taken: put raw_public_key into certificate_types, or leave it out");
  }
  if (keys.dangerously_accept_any && (!keys.pins.empty() || keys.accept)) {
    return refuse(Errc::conflicting_options, "raw_public_keys.dangerously_accept_any", "true",
                  "pins and functions decide nothing beside it: leave it out");
  }
  for (std::size_t i = 0; i < keys.pins.size(); ++i) {
    if (pki::digest_of_pin(keys.pins[i], provider)) continue;
    return invalid(element("raw_public_keys.pins", i), std::to_string(keys.pins[i].size()) + " bytes",
                   "give a SubjectPublicKeyInfo in DER, or the 32 bytes of its SHA-256");
  }
  return {};
}

Result<void> check_compression(const ProtocolOptions& options) {
  const auto& compressors = options.certificate_compression;
  if (compressors.empty()) return {};
  // RFC 8879 3: older versions pass over it.
  if (std::ranges::find(options.versions, ProtocolVersion::tls1_3) == options.versions.end()) {
    return refuse(Errc::conflicting_options, "certificate_compression", "",
                  "it is for TLS 1.3: name it in versions, or leave it out");
  }
  constexpr std::size_t most = 127;  // a list of at most 255 bytes
  if (compressors.size() > most)
    return invalid("certificate_compression", std::to_string(compressors.size()) + " compressors", "name at most 127");
  for (std::size_t i = 0; i < compressors.size(); ++i) {
    if (!compressors[i]) return invalid(element("certificate_compression", i), "null", "give a compressor, or leave it out");
    KW_ASSIGN(const auto algorithm, guarded([&] { return compressors[i]->algorithm(); }));
    const auto first = std::ranges::find_if(compressors, [&](const auto& one) { return one->algorithm() == algorithm; });
    if (first != compressors.begin() + static_cast<std::ptrdiff_t>(i)) {
      return invalid(element("certificate_compression", i), std::to_string(static_cast<unsigned>(algorithm)),
                     "name each algorithm once");
    }
  }
  return {};
}

Result<void> check_raw_identity(const CertKey& identity, std::size_t index) {
  const auto clash = [&](std::string_view member, std::string value) {
    return refuse(Errc::conflicting_options, element("certs_keys", index, member), std::move(value),
                  "it belongs to a certificate: leave it out, or give the certificate as an identity of its own");
  };
  if (!identity.certfile.empty()) return clash("certfile", identity.certfile);
  if (!identity.cert.empty()) return clash("cert", std::to_string(identity.cert.size()) + " certificates");
  if (!identity.ocsp_staple_file.empty()) return clash("ocsp_staple_file", identity.ocsp_staple_file);
  if (!identity.ocsp_staple.empty()) return clash("ocsp_staple", std::to_string(identity.ocsp_staple.size()) + " bytes");
  if (identity.ocsp_staple_source) return clash("ocsp_staple_source", "");
  if (!identity.signed_certificate_timestamps.empty()) {
    return clash("signed_certificate_timestamps", std::to_string(identity.signed_certificate_timestamps.size()) + " bytes");
  }
  if (identity.must_match_issuer) return clash("must_match_issuer", "true");
  if (!identity.signer && identity.keyfile.empty()) {
    return refuse(Errc::missing_option, element("certs_keys", index, "keyfile"), "",
                  "name the file of the private key, or give signer");
  }
  return {};
}

Result<void> set_certificate_types(const VerifyOptions& options, bool asked, CommonSettings& common) {
  common.peer_types = options.certificate_types;
  if (!asked || !takes_raw_keys(options)) return {};
  const RawPublicKeyOptions& keys = options.raw_public_keys;
  pki::RawKeySettings settings{
      .accept = keys.accept, .accept_any = keys.dangerously_accept_any, .min_rsa_bits = options.min_rsa_bits};
  for (const Bytes& pin : keys.pins) {
    KW_ASSIGN(Bytes digest, pki::digest_of_pin(pin, *common.provider));
    settings.digests.push_back(std::move(digest));
  }
  if (keys.accept) {
    KW_TRY(stand_in_for_functions(common));
    settings.function = common.functions;
  }
  common.raw_key_verifier = pki::make_raw_key_verifier(std::move(settings));
  return {};
}

std::vector<CertificateType> types_of(const CommonSettings& common) {
  std::vector<CertificateType> types;
  for (const auto& identity : common.identities) {
    if (std::ranges::find(types, identity->type()) == types.end()) types.push_back(identity->type());
  }
  return types;
}

}  // namespace keyway::config
