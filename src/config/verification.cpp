// SPDX-License-Identifier: Apache-2.0
//
// Anchors from up to three sources, and the verifier that judges by them; what about them deserves a look.
#include "config/verification.h"

#include "base/guarded.h"
#include "config/fingerprint.h"
#include "config/problem.h"
#include "pki/der.h"
#include "pki/der_writer.h"
#include "pki/verify_driver.h"

namespace keyway::config {
namespace {

using Store = std::shared_ptr<const pki::TrustStore>;

Result<Store> anchors_from_file(const std::string& path, CommonSettings& common) {
  const auto file = common.files.anchors(path, common.provider);
  if (file) {
    common.warnings.insert(common.warnings.end(), (*file)->warnings.begin(), (*file)->warnings.end());
    return (*file)->store;
  }
  return std::unexpected(about("cacertfile", path, "name a PEM file with the certificates of trusted authorities", file.error()));
}

Result<Store> anchors_from_values(const std::vector<Bytes>& certificates, CommonSettings& common) {
  const std::vector<ByteView> views(certificates.begin(), certificates.end());
  auto store = pki::TrustStore::from_der(views, common.provider, common.warnings);
  if (store) return store;
  return std::unexpected(about("cacerts", std::to_string(certificates.size()) + " certificates",
                               "give certificates of trusted authorities in DER", store.error()));
}

Result<Store> anchors_of_system(CommonSettings& common) {
  auto store = common.files.system_anchors(common.provider);
  if (store) return store;
  return std::unexpected(about("system_anchors", std::string(pki::TrustStore::system_path),
                               "install the package ca-certificates, or name anchors with cacertfile", store.error()));
}

Result<Store> collect_anchors(const VerifyOptions& options, Judge judge, CommonSettings& common) {
  std::vector<Store> stores;
  if (!options.cacertfile.empty()) {
    KW_ASSIGN(Store store, anchors_from_file(options.cacertfile, common));
    stores.push_back(std::move(store));
  }
  if (!options.cacerts.empty()) {
    KW_ASSIGN(Store store, anchors_from_values(options.cacerts, common));
    stores.push_back(std::move(store));
  }
  common.named_anchors = stores;
  if (judge == Judge::by_system) {
    KW_ASSIGN(Store store, anchors_of_system(common));
    stores.push_back(std::move(store));
  }
  if (stores.empty()) return nullptr;
  if (stores.size() == 1) return std::move(stores.front());
  return pki::TrustStore::merge(stores, common.provider);
}

/// Content octets of the identifiers; check_verify() has seen them.
pki::PolicyInputs policies_of(const PolicyOptions& options) {
  pki::PolicyInputs inputs{.explicit_policy = options.explicit_policy,
                           .inhibit_policy_mapping = options.inhibit_policy_mapping,
                           .inhibit_any_policy = options.inhibit_any_policy};
  for (const std::string& dotted : options.policy_set) {
    const auto element = pki::der::write_oid(dotted);
    if (!element) continue;
    const auto content = pki::der::single(*element, pki::der::tag::object_identifier);
    if (content) inputs.policy_set.push_back(to_bytes(content->content));
  }
  return inputs;
}

/// Nor can what a cache of lists knows now and at each handshake to come be compared.
bool is_of_functions(const VerifyOptions& options) {
  return options.verify_fun || options.partial_chain || options.customize_hostname_check || options.crl_check != CrlCheck::off;
}

/// The rules of the web stand without the list, but for one.
std::shared_ptr<const pki::PublicSuffixes> suffixes_for(const VerifyOptions& options, std::vector<std::string>& warnings) {
  if (!options.web_pki) return nullptr;
  auto list = pki::PublicSuffixes::system();
  if (list) return *std::move(list);
  warnings.push_back("web_pki: wildcards for whole public suffixes are not told apart, because " +
                     std::string(pki::PublicSuffixes::system_path) + " cannot be read: install the package publicsuffix");
  return nullptr;
}

Result<std::shared_ptr<const Verifier>> choose_verifier(const VerifyOptions& options, Judge judge, CommonSettings& common) {
  if (judge == Judge::nothing) return nullptr;
  if (options.verifier) return options.verifier;
  if (judge == Judge::without_checking && !options.verify_fun) return make_unchecked_verifier();
  if (is_of_functions(options)) KW_TRY(stand_in_for_functions(common));
  // Without an anchor every chain is that of an unknown authority, which the function may pass over.
  const auto anchors = common.anchors ? common.anchors : pki::TrustStore::merge({}, common.provider);
  std::shared_ptr<pki::SignatureMemo> memo;
  if (options.remember_signatures) { KW_ASSIGN(memo, pki::SignatureMemo::make(common.provider)); }
  return make_verifier({.anchors = anchors,
                        .depth = options.depth,
                        .check_name = options.check_host_name,
                        .min_rsa_bits = options.min_rsa_bits,
                        .signature_schemes = common.certificate_schemes,
                        .web_pki = options.web_pki,
                        .crl_check = options.crl_check,
                        .crl_cache = options.crl_cache,
                        .require_ocsp_staple = options.require_ocsp_staple,
                        .provider = common.provider,
                        .suffixes = suffixes_for(options, common.warnings),
                        .any_ca_purpose = options.allow_any_ca_purpose,
                        .policies = policies_of(options.cert_policy_opts),
                        .name_check = options.customize_hostname_check,
                        .partial_chain = options.partial_chain,
                        .verify_fun = options.verify_fun,
                        .functions = common.functions,
                        .memo = std::move(memo)});
}

}  // namespace

Result<void> stand_in_for_functions(CommonSettings& common) {
  if (!common.functions.empty()) return {};
  common.functions.resize(16);
  return common.provider->random(common.functions);
}

Result<void> set_verification(const VerifyOptions& options, Judge judge, CommonSettings& common) {
  KW_ASSIGN(common.anchors, collect_anchors(options, judge, common));
  KW_ASSIGN(common.verifier, choose_verifier(options, judge, common));
  Bytes of_verifier;
  if (common.verifier) KW_TRY(guarded([&] { of_verifier = common.verifier->fingerprint(); }));
  KW_ASSIGN(Fingerprint fingerprint, Fingerprint::start(*common.provider, "keyway verification 1"));
  for (const CertificateType type : common.peer_types) fingerprint.number(static_cast<std::uint64_t>(type));
  if (common.raw_key_verifier) fingerprint.add(common.raw_key_verifier->fingerprint());
  common.verification = fingerprint.number(static_cast<std::uint64_t>(judge))
                            .number(options.depth)
                            .number(options.max_rsa_bits)
                            .number(options.check_host_name)
                            .number(static_cast<std::uint64_t>(options.crl_check))
                            .number(options.require_ocsp_staple)
                            .add(of_verifier)
                            .add(common.anchors ? common.anchors->fingerprint() : Bytes())
                            .finish();
  return {};
}

void warn_of_authorities(const CommonSettings& common, Role role, std::vector<std::string>& warnings) {
  if (!common.anchors) return;
  const std::vector<ByteView> names = common.anchors->subject_names();
  std::size_t bytes = 0;
  for (const ByteView name : names) bytes += 2 + name.size();
  const std::string start = "certificate_authorities: none is named to the peer, because ";
  if (role == Role::client && names.size() > max_authority_names) {
    warnings.push_back(start + "there are " + std::to_string(names.size()) + " anchors, more than " +
                       std::to_string(max_authority_names));
  }
  if (role == Role::server && bytes > max_authority_bytes) {
    warnings.push_back(start + "the names of the anchors take " + std::to_string(bytes) + " bytes, more than " +
                       std::to_string(max_authority_bytes) + "; client_ca_names can name fewer");
  }
}

std::vector<std::string> warnings_of(const CommonSettings& common, WallTime now) {
  std::vector<std::string> texts = common.warnings;
  for (const Store& store : common.named_anchors) {
    for (std::string& text : store->warnings(now)) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace keyway::config
