// SPDX-License-Identifier: Apache-2.0
//
// Makes the certificates with the project's own writer.
#include "certificates.h"

#include <unistd.h>

#include <fstream>

#include "must.h"
#include "pki/certificate_writer.h"
#include "pki/pem.h"

namespace keyway::bench {
namespace {

struct Pair {
  SecretBytes key;
  std::shared_ptr<const crypto::Signer> signer;
  Bytes certificate;
};

struct Issuing {
  const crypto::Provider& provider;
  crypto::Provider::NewKey kind;
  SignatureScheme scheme;

  Pair issue(const std::string& name, bool authority, const Pair* issuer) const {
    Pair made;
    made.key = must(provider.generate_private_key(kind));
    made.signer = must(provider.private_key(made.key.expose(), {}));
    const auto usage = static_cast<std::uint16_t>(authority ? pki::KeyUsage::key_cert_sign : pki::KeyUsage::digital_signature);
    const auto now = std::chrono::system_clock::now();
    pki::CertificateDescription description{.subject = {{"CN", name}},
                                            .serial = must(pki::random_serial(provider)),
                                            .not_before = now - std::chrono::hours(1),
                                            .not_after = now + std::chrono::hours(24)};
    description.ca = authority;
    description.key_usage = usage;
    if (!authority) description.dns_names = {name};
    if (!authority) description.extended_key_usage = {"serverAuth"};
    const pki::CertificateIssuer signing{.certificate = issuer != nullptr ? ByteView(issuer->certificate) : ByteView(),
                                         .signer = issuer != nullptr ? *issuer->signer : *made.signer,
                                         .scheme = scheme};
    made.certificate = must(pki::write_certificate(description, made.signer->subject_public_key_info(), signing, provider));
    return made;
  }
};

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace

CertificateFolder::CertificateFolder()
    : path_(std::filesystem::temp_directory_path() / ("keyway-bench-" + std::to_string(getpid()))) {
  std::filesystem::create_directories(path_);
  std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  ecdsa_ = write(KeyKind::ecdsa_p256, "ecdsa");
  rsa_ = write(KeyKind::rsa_2048, "rsa");
}

CertificateFolder::~CertificateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

IdentityFiles CertificateFolder::write(KeyKind kind, const std::string& stem) const {
  const auto provider = crypto::default_provider();
  const Issuing issuing = kind == KeyKind::ecdsa_p256
                              ? Issuing{*provider, crypto::Provider::NewKey::ec_p256, SignatureScheme::ecdsa_secp256r1_sha256}
                              : Issuing{*provider, crypto::Provider::NewKey::rsa_2048, SignatureScheme::rsa_pkcs1_sha256};
  const Pair root = issuing.issue("bench root " + stem, true, nullptr);
  const Pair intermediate = issuing.issue("bench intermediate " + stem, true, &root);
  const Pair leaf = issuing.issue(host, false, &intermediate);
  IdentityFiles files{kind, path_ / (stem + "-root.pem"), path_ / (stem + "-chain.pem"), path_ / (stem + "-key.pem")};
  write_file(files.root, pki::write_pem("CERTIFICATE", root.certificate));
  write_file(files.chain,
             pki::write_pem("CERTIFICATE", leaf.certificate) + pki::write_pem("CERTIFICATE", intermediate.certificate));
  write_file(files.key, pki::write_pem("PRIVATE KEY", leaf.key.expose()));
  return files;
}

}  // namespace keyway::bench
