// SPDX-License-Identifier: Apache-2.0
//
// PEM files that both stacks load: a root, an intermediate and a leaf for one host, all ECDSA P-256 or all RSA-2048.
#pragma once

#include <filesystem>
#include <string>

namespace keyway::bench {

inline constexpr const char* host = "bench.example";

enum class KeyKind : unsigned char { ecdsa_p256, rsa_2048 };

struct IdentityFiles {
  KeyKind kind;
  std::string root;   ///< the anchor
  std::string chain;  ///< leaf and intermediate
  std::string key;    ///< of the leaf, PKCS#8
};

/// A folder for the files of one run; gone with it.
class CertificateFolder {
 public:
  CertificateFolder();
  CertificateFolder(const CertificateFolder&) = delete;
  CertificateFolder& operator=(const CertificateFolder&) = delete;
  ~CertificateFolder();

  const IdentityFiles& identity(KeyKind kind) const noexcept { return kind == KeyKind::ecdsa_p256 ? ecdsa_ : rsa_; }

 private:
  IdentityFiles write(KeyKind, const std::string& stem) const;

  std::filesystem::path path_;
  IdentityFiles ecdsa_;
  IdentityFiles rsa_;
};

}  // namespace keyway::bench
