// SPDX-License-Identifier: Apache-2.0
//
// How one configuration reads its files: through a PemCache or past it. It remembers which, as they were.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pki/cached_files.h"

namespace keyway::pki {

class FileReader {
 public:
  /// Without a cache: each file is read when it is asked for.
  FileReader() = default;
  explicit FileReader(std::shared_ptr<PemCache> cache) : cache_(std::move(cache)) {}

  /// Errors of read_certificate_blocks().
  Result<CertificateFile> certificates(const std::string& path);
  /// The whole of a file that may hold a private key. Errors of read_file().
  Result<SecretFile> secret(const std::string& path);
  /// Errors of TrustStore::from_pem_file().
  Result<AnchorFile> anchors(const std::string& path, const TrustStore::Provider&);
  /// Those of the system, which are kept for all. Errors of TrustStore::system().
  Result<TrustStore::Ptr> system_anchors(const TrustStore::Provider&);
  /// A file that is not kept: neither certificates nor keys. Errors of read_file().
  Result<Bytes> other(const std::string& path);

  /// Each file that was asked for, as it was before it was read the first time.
  const std::vector<FileStamp>& files() const noexcept { return files_; }

 private:
  FileStamp note(const std::string& path);
  template <class File, class Usable, class Read>
  Result<File> get(const std::string& path, const Usable&, const Read&);

  std::shared_ptr<PemCache> cache_{};
  std::vector<FileStamp> files_{};
};

}  // namespace keyway::pki
