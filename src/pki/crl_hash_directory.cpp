// SPDX-License-Identifier: Apache-2.0
//
// hash_directory_crls (include/keyway/crl_cache.h): `<hash>.r0`, `<hash>.r1`, ... in one directory, read at each use.
#include <filesystem>

#include "keyway/crl_cache.h"
#include "keyway/crypto/provider.h"
#include "pki/crl.h"
#include "pki/crl_files.h"
#include "pki/pem_file.h"

namespace keyway {

namespace {

constexpr std::size_t max_files = 16;  ///< of one name

class HashDirectory final : public CrlCache {
 public:
  explicit HashDirectory(std::string directory) : directory_(std::move(directory)), provider_(crypto::default_provider()) {}

  /// Files are found by who signed the list alone.
  void lookup(const DistributionPoint& point, ByteView, Now now, Answer<CrlList> answer) override {
    select(point.issuer, now, std::move(answer));
  }

  void select(ByteView issuer, Now, Answer<CrlList> answer) override {
    CrlList found;
    const std::string hash = pki::check_name(issuer) ? pki::openssl_name_hash(issuer, *provider_) : std::string();
    for (std::size_t number = 0; !hash.empty() && number < max_files; ++number) {
      const std::filesystem::path path = std::filesystem::path(directory_) / (hash + ".r" + std::to_string(number));
      std::error_code problem;
      if (!std::filesystem::exists(path, problem)) break;
      add(path, issuer, found);
    }
    std::move(answer).give(std::move(found));
  }

 private:
  /// What cannot be read or is no list is passed over: a broken file must not hide the good one behind it.
  static void add(const std::filesystem::path& path, ByteView issuer, CrlList& found) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem)) return;
    const auto content = pki::read_file(path);
    auto lists = content ? pki::read_lists(*content) : std::unexpected(content.error());
    if (!lists) return;
    for (Bytes& der : *lists) {
      const auto crl = pki::parse_crl(der);
      // Different names may have the same hash.
      if (crl && pki::same_name(crl->issuer, issuer)) found.push_back(std::make_shared<const Bytes>(std::move(der)));
    }
  }

  std::string directory_;
  std::shared_ptr<const crypto::Provider> provider_;
};

}  // namespace

std::shared_ptr<CrlCache> hash_directory_crls(std::string directory) {
  return std::make_shared<HashDirectory>(std::move(directory));
}

}  // namespace keyway
