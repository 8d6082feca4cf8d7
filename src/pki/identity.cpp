// SPDX-License-Identifier: Apache-2.0
//
// Loading identities from files and values, with every mistake that people make told by name.
#include "pki/identity.h"

#include <algorithm>

#include "base/guarded.h"
#include "crypto/legacy/implied_scheme.h"
#include "crypto/pkcs11_uri.h"
#include "keyway/peer_name.h"
#include "names/signature_scheme.h"
#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/host_name.h"
#include "pki/ocsp.h"
#include "pki/pem.h"

namespace keyway::pki {

namespace {

/// The same error with the option and path that it belongs to; what the detail already says is kept.
std::unexpected<Error> at_path(const Error& error, std::string option, const std::string& path, std::string mend) {
  ErrorDetail detail = error.detail() != nullptr ? *error.detail() : ErrorDetail{};
  detail.option = std::move(option);
  if (detail.path.empty()) detail.path = path;
  if (detail.mend.empty()) detail.mend = std::move(mend);
  return fail(error.code(), std::move(detail));
}

/// Ours are all checked: a peer would refuse what we cannot read.
Result<std::shared_ptr<const CertificateChain>> checked_chain(std::span<const PemCertificate> certificates, std::string option,
                                                              const std::string& path) {
  std::vector<ByteView> views;
  for (const PemCertificate& certificate : certificates) {
    views.push_back(certificate.der);
    const auto parsed = parse_certificate(certificate.der);
    if (parsed) continue;
    ErrorDetail detail{.option = std::move(option), .value = "certificate " + std::to_string(views.size()), .path = path};
    if (certificate.line != 0) detail.position = certificate.line;
    if (parsed.error().detail() != nullptr) detail.reason = parsed.error().detail()->reason;
    detail.mend = "give certificates in PEM or DER, leaf first";
    return fail(parsed.error().code(), std::move(detail));
  }
  return CertificateChain::from_der(std::span<const ByteView>(views));
}

Result<std::shared_ptr<const CertificateChain>> load_chain(const IdentitySource& source, FileReader& files) {
  if (source.certfile.empty()) {
    if (source.certificates.empty()) return fail(Errc::missing_option, {.option = "certfile", .mend = "name the certificate"});
    std::vector<PemCertificate> given;
    for (const Bytes& der : source.certificates) given.push_back({der, 0});
    return checked_chain(given, "cert", {});
  }
  if (!source.certificates.empty())
    return fail(Errc::conflicting_options,
                {.option = "certfile", .value = source.certfile, .mend = "give certfile or cert, not both"});
  const auto read = files.certificates(source.certfile);
  if (!read) return at_path(read.error(), "certfile", source.certfile, "name a PEM file with the certificate, leaf first");
  return checked_chain(**read, "certfile", source.certfile);
}

/// The first block that is a private key, whatever its form.
Result<PemBlock> key_block(std::string_view text) {
  for (PemReader reader(text);;) {
    KW_ASSIGN(const PemBlock block, reader.next());
    if (block.label.empty()) return fail(Errc::malformed_pem, {.reason = "there is no private key in it"});
    if (block.label.ends_with("PRIVATE KEY")) return block;
  }
}

/// What is wrong with a key that was not taken; `position` is its line.
std::unexpected<Error> no_key(const Error& error, std::string_view label, std::optional<std::size_t> position,
                              bool has_password) {
  ErrorDetail detail{.position = position};
  if (error.code() == Errc::wrong_password) {
    detail.reason = has_password ? "the password does not open the key" : "the key is encrypted";
  } else {
    detail.reason = label.empty() ? "it is not a private key of PKCS#8, PKCS#1 or SEC1 in DER"
                                  : "what is in the block " + std::string(label) + " is damaged or of an unknown kind";
  }
  return fail(error.code(), std::move(detail));
}

Result<std::shared_ptr<const crypto::Signer>> decode_key(ByteView content, ByteView password, const crypto::Provider& provider) {
  if (!content.empty() && content[0] == std::byte{0x30}) {
    auto key = provider.private_key(content, password);
    if (!key) return no_key(key.error(), {}, std::nullopt, !password.empty());
    return key;
  }
  KW_ASSIGN(const PemBlock block, key_block(as_text(content)));
  // RFC 1421 4.6.1: blocks that are encrypted in the old way have a head.
  if (block.body.find(':') == std::string_view::npos) KW_TRY(check_pem_body(block));
  auto key = provider.private_key_pem(block.text, password);
  if (!key) return no_key(key.error(), block.label, block.line, !password.empty());
  return key;
}

/// The answer of ask_password.
Result<SecretBytes> asked_password(const IdentitySource& source) {
  auto password = guarded(source.ask_password);
  if (password) return password;
  ErrorDetail detail = password.error().detail() != nullptr ? *password.error().detail() : ErrorDetail{};
  if (detail.option.empty()) detail.option = "password";
  if (detail.reason.empty()) detail.reason = "the key needs a password, and the function that knows it failed";
  return fail(password.error().code(), std::move(detail));
}

/// Who is asked for a password need not be asked for keys that have none.
Result<std::shared_ptr<const crypto::Signer>> open_key(ByteView content, const IdentitySource& source,
                                                       const crypto::Provider& provider) {
  auto key = decode_key(content, as_bytes(source.password), provider);
  if (key || key.error().code() != Errc::wrong_password || !source.ask_password) return key;
  KW_ASSIGN(const SecretBytes password, asked_password(source));
  return decode_key(content, password.expose(), provider);
}

/// The name of the key as it may be shown: a URI can have a PIN in it.
std::string shown_key(const IdentitySource& source) {
  return source.keyfile.empty() ? source.certfile : crypto::without_pin(source.keyfile);
}

/// Tokens count wrong PINs: the function is asked first.
Result<std::shared_ptr<const crypto::Signer>> open_stored_key(const IdentitySource& source, const crypto::Provider& provider) {
  const auto uri = crypto::Pkcs11Uri::parse(source.keyfile);
  const bool asks = source.ask_password && uri && !uri->find("pin-value") && !uri->find("pin-source");
  if (!asks) return provider.stored_key(source.keyfile, as_bytes(source.password));
  KW_ASSIGN(const SecretBytes pin, asked_password(source));
  return provider.stored_key(source.keyfile, pin.expose());
}

Result<std::shared_ptr<const crypto::Signer>> load_stored_key(const IdentitySource& source, const crypto::Provider& provider) {
  auto key = open_stored_key(source, provider);
  if (key) return key;
  const bool pin = key.error().code() == Errc::wrong_password ||
                   (key.error().detail() != nullptr && key.error().detail()->option == "password");
  return at_path(key.error(), pin ? "password" : "keyfile", shown_key(source), "name a key that is there");
}

Result<std::shared_ptr<const crypto::Signer>> load_key(const IdentitySource& source, const crypto::Provider& provider,
                                                       FileReader& files) {
  if (source.signer) {
    if (!source.keyfile.empty())
      return fail(Errc::conflicting_options,
                  {.option = "keyfile", .value = shown_key(source), .mend = "give keyfile or signer, not both"});
    return source.signer;
  }
  if (crypto::Pkcs11Uri::is_meant_by(source.keyfile)) return load_stored_key(source, provider);
  const std::string option = source.keyfile.empty() ? "certfile" : "keyfile";
  const std::string& path = source.keyfile.empty() ? source.certfile : source.keyfile;
  if (path.empty()) return fail(Errc::missing_option, {.option = "keyfile", .mend = "name the private key of the certificate"});
  const auto content = files.secret(path);
  if (!content) return at_path(content.error(), option, path, "name a readable file");
  auto key = open_key((*content)->expose(), source, provider);
  if (key) return key;
  const bool asked_in_vain = key.error().detail() != nullptr && key.error().detail()->option == "password";
  if (asked_in_vain) return at_path(key.error(), "password", path, "let the function give the password of this key");
  switch (key.error().code()) {
    case Errc::wrong_password:
      return at_path(key.error(), "password", path,
                     source.password.empty() && !source.ask_password ? "the key is encrypted: give its password"
                                                                     : "give the password of this key");
    case Errc::malformed_pem: return at_path(key.error(), option, path, "name the PEM file with the private key in keyfile");
    default:
      return at_path(key.error(), option, path, "name a file with a private key that is neither damaged nor of an unknown kind");
  }
}

Result<void> check_match(const CertificateChain& chain, const crypto::Signer& signer, const IdentitySource& source) {
  KW_ASSIGN(const ByteView of_key, guarded([&] { return signer.subject_public_key_info(); }));
  if (of_key.empty()) return {};
  KW_ASSIGN(const ParsedCertificate leaf, parse_certificate(chain.der(0)));
  const auto certified = public_key_parts(leaf.subject_public_key_info);
  const auto held = public_key_parts(of_key);
  const bool same = certified && held && certified->type == held->type && as_text(certified->key) == as_text(held->key) &&
                    as_text(certified->exponent) == as_text(held->exponent);
  if (same || as_text(of_key) == as_text(leaf.subject_public_key_info)) return {};
  const std::string path = shown_key(source);
  return fail(Errc::key_mismatch, {.option = source.keyfile.empty() ? "certfile" : "keyfile",
                                   .value = path,
                                   .mend = "name the private key of the first certificate",
                                   .path = path,
                                   .reason = "the private key is not the one of " + name_text(leaf.subject)});
}

/// The public key: as the signer tells it, or as the program does.
Result<std::shared_ptr<const CertificateChain>> load_raw_key(const IdentitySource& source, const crypto::Signer& signer) {
  KW_ASSIGN(const ByteView told, guarded([&] { return signer.subject_public_key_info(); }));
  const ByteView named = source.subject_public_key_info;
  if (told.empty() && named.empty()) {
    return fail(Errc::missing_option, {.option = "subject_public_key_info",
                                       .mend = "give the public key of the signer in DER",
                                       .reason = "the signer does not tell its public key"});
  }
  if (!told.empty() && !named.empty() && as_text(told) != as_text(named)) {
    return fail(Errc::key_mismatch, {.option = "subject_public_key_info",
                                     .mend = "give the public key of this private key, or leave it out",
                                     .reason = "the private key belongs to another public key"});
  }
  auto chain = CertificateChain::of_raw_public_key(told.empty() ? named : told);
  if (chain) return chain;
  return fail(chain.error().code(), {.option = "subject_public_key_info", .mend = "give a SubjectPublicKeyInfo in DER"});
}

Result<std::vector<SignatureScheme>> schemes_of(const IdentitySource& source, const crypto::Signer& signer,
                                                const std::optional<NamedGroup>& curve) {
  const std::span<const SignatureScheme> wanted =
      source.signature_algs.empty() ? std::span<const SignatureScheme>(handshake_schemes) : source.signature_algs;
  std::vector<SignatureScheme> schemes;
  const auto add = [&](SignatureScheme scheme, const auto& possible) -> Result<void> {
    if (std::ranges::find(possible, scheme) == possible.end()) return {};
    KW_ASSIGN(const bool can, guarded([&] { return signer.can(scheme); }));
    if (can) schemes.push_back(scheme);
    return {};
  };
  for (const SignatureScheme scheme : wanted) {
    KW_TRY(add(scheme, handshake_schemes));
    KW_TRY(add(scheme, older_handshake_schemes));
    KW_TRY(add(scheme, source.legacy_algs));
  }
  if (source.signature_algs.empty()) {
    // Of the hashes that all go with a curve, its own is the usual one.
    const auto of_curve = [&curve](SignatureScheme scheme) { return curve && find_signature_scheme(scheme)->curve == curve; };
    if (const auto own = std::ranges::find_if(schemes, of_curve); own != schemes.end())
      std::rotate(schemes.begin(), own, own + 1);
    for (const SignatureScheme scheme : older_handshake_schemes) KW_TRY(add(scheme, older_handshake_schemes));
    for (const SignatureScheme scheme : source.legacy_algs) KW_TRY(add(scheme, source.legacy_algs));
  }
  const bool can_sign = !schemes.empty();
  if (source.signature_algs.empty() && !source.used_algs.empty()) {
    const auto& used = source.used_algs;
    std::erase_if(schemes, [&used](SignatureScheme scheme) { return std::ranges::find(used, scheme) == used.end(); });
  }
  if (can_sign) return schemes;
  if (!source.signature_algs.empty()) {
    return fail(Errc::conflicting_options, {.option = "signature_algs",
                                            .mend = "name schemes that this key can make",
                                            .reason = "the key can make none of the signatures that are named"});
  }
  const bool dsa = signer.type() == crypto::KeyType::dsa;
  return fail(Errc::certificate_key_type,
              {.option = source.keyfile.empty() ? "certfile" : "keyfile",
               .mend = dsa ? "use an ECDSA, RSA or EdDSA key; a DSA key needs dsa_sha256 in signature_algs, or without TLS 1.2 "
                             "in signature_algs_cert"
                           : "use an ECDSA, RSA or EdDSA key",
               .path = shown_key(source),
               .reason = dsa ? "nothing that is named signs with a DSA key" : "the key can make no signature of TLS 1.3"});
}

std::optional<SignatureScheme> implied_scheme_of(const crypto::Signer& signer) {
  const auto implied = crypto::implied_scheme(signer.type());
  return implied && signer.can(*implied) ? implied : std::nullopt;
}

/// By its serial number: what else it says is for its reader to check.
bool is_about(ByteView response, const ParsedCertificate& leaf) {
  const auto parsed = parse_ocsp_response(response);
  return parsed && std::ranges::any_of(parsed->answers, [&](const OcspAnswer& answer) {
           return as_text(answer.id.serial) == as_text(leaf.serial);
         });
}

}  // namespace

Result<crypto::PublicKeyParts> Identity::key() const {
  if (parsed.empty()) return public_key_parts(chain->der(0));
  return public_key_parts(parsed.front().key_algorithm, parsed.front().key_bits);
}

bool Identity::may_use(SignatureScheme scheme, ProtocolVersion version) const noexcept {
  const SignatureSchemeInfo* row = find_signature_scheme(scheme);
  if (row == nullptr) return false;
  // RFC 5246 7.4.1.4.1: a hash, and the kind of key that the suite wants.
  if (version < ProtocolVersion::tls1_3) return !is_for_tls13_alone(scheme);
  return row->in_handshake && (!row->curve || row->curve == curve);
}

bool Identity::matches_name(std::string_view host) const {
  if (parsed.empty()) return true;
  const auto name = PeerName::of(host);
  return name && check_peer_name(parsed.front().extensions, *name).has_value();
}

bool Identity::satisfies_all(std::span<const ExtensionFilter> filters) const {
  if (filters.empty()) return true;
  if (parsed.empty()) return false;
  const auto leaf = parse_certificate(chain->der(0));
  return leaf && std::ranges::all_of(filters, [&](const ExtensionFilter& filter) { return satisfies(leaf->extensions, filter); });
}

std::shared_ptr<const Bytes> Identity::staple(WallTime now) const {
  if (!staples) return ocsp_response;
  const auto given = guarded([&] { return staples->staple(now); });
  if (!given || !*given || (*given)->empty()) return nullptr;
  // A source outlives the certificate that it was made for where files are read again.
  return !parsed.empty() && is_about(**given, parsed.front()) ? *given : nullptr;
}

bool Identity::issued_by_any(const std::vector<Bytes>& authorities) const {
  if (parsed.empty()) return true;
  return std::ranges::any_of(authorities, [&](const Bytes& name) {
    const auto issued = [&](const ParsedCertificate& certificate) { return same_name(name, certificate.issuer); };
    return check_name(name) && std::ranges::any_of(parsed, issued);
  });
}

bool Identity::chain_signed_with_any(const std::vector<SignatureScheme>& accepted) const {
  for (const ParsedCertificate& certificate : parsed) {
    // RFC 8446 4.4.2.2: the signature of a self-signed certificate is not checked by anyone.
    if (certificate.self_issued) continue;
    const auto algorithm = signature_algorithm(certificate.signature_algorithm);
    const auto matches = [&](SignatureScheme scheme) { return scheme_matches(scheme, *algorithm); };
    if (!algorithm || std::ranges::none_of(accepted, matches)) return false;
  }
  return true;
}

Result<std::shared_ptr<const Identity>> load_identity(const IdentitySource& source, const crypto::Provider& provider,
                                                      FileReader& files) {
  auto identity = std::make_shared<Identity>();
  if (!source.raw_public_key) { KW_ASSIGN(identity->chain, load_chain(source, files)); }
  KW_ASSIGN(identity->signer, load_key(source, provider, files));
  if (source.raw_public_key) {
    KW_ASSIGN(identity->chain, load_raw_key(source, *identity->signer));
  } else {
    KW_TRY(check_match(*identity->chain, *identity->signer, source));
    for (std::size_t i = 0; i < identity->chain->size(); ++i) {
      KW_ASSIGN(ParsedCertificate certificate, parse_certificate(identity->chain->der(i)));
      identity->parsed.push_back(certificate);
    }
  }
  if (const auto parts = identity->key(); parts && parts->type == crypto::KeyType::ec) identity->curve = parts->curve;
  KW_ASSIGN(identity->schemes, schemes_of(source, *identity->signer, identity->curve));
  KW_ASSIGN(identity->implied_scheme, guarded([&] { return implied_scheme_of(*identity->signer); }));
  if (source.sign_on) identity->signer = sign_on(source.sign_on, std::move(identity->signer));
  if (!source.ocsp_response.empty()) identity->ocsp_response = std::make_shared<const Bytes>(source.ocsp_response);
  identity->staples = source.staples;
  if (!source.ocsp_staple_file.empty()) {
    auto staple = files.other(source.ocsp_staple_file);
    if (!staple) return at_path(staple.error(), "ocsp_staple_file", source.ocsp_staple_file, "name a DER OCSP response");
    // RFC 6960 4.2.1: an OCSPResponse is a SEQUENCE that begins with its status.
    const auto response = der::single(*staple, der::tag::sequence);
    if (!response || !der::Reader(response->content).expect(0x0a)) {
      return at_path(Error(Errc::malformed_ocsp_response), "ocsp_staple_file", source.ocsp_staple_file,
                     "name a DER OCSP response");
    }
    identity->ocsp_response = std::make_shared<const Bytes>(*std::move(staple));
  }
  identity->signed_certificate_timestamps = source.signed_certificate_timestamps;
  identity->must_match_issuer = source.must_match_issuer;
  return identity;
}

Result<std::shared_ptr<const Identity>> load_identity(const IdentitySource& source, const crypto::Provider& provider) {
  FileReader files;
  return load_identity(source, provider, files);
}

}  // namespace keyway::pki
