// SPDX-License-Identifier: Apache-2.0
//
// Stamps first, then the cache, then the file: one that changes while it is read is not kept.
#include "pki/file_reader.h"

#include <algorithm>

#include "pki/pem_file.h"

namespace keyway::pki {

FileStamp FileReader::note(const std::string& path) {
  FileStamp now = stamp_of(path);
  const bool known = std::ranges::any_of(files_, [&](const FileStamp& file) { return file.path == path; });
  if (!known) files_.push_back(now);
  return now;
}

template <class File, class Usable, class Read>
Result<File> FileReader::get(const std::string& path, const Usable& usable, const Read& read) {
  const FileStamp before = note(path);
  if (cache_) {
    if (File kept = cache_->files().find<File>(before); kept && usable(*kept)) return kept;
  }
  KW_ASSIGN(File file, read());
  if (cache_ && stamp_of(path).same_as(before)) cache_->files().keep(before, file);
  return file;
}

Result<CertificateFile> FileReader::certificates(const std::string& path) {
  const auto any = [](const std::vector<PemCertificate>&) { return true; };
  return get<CertificateFile>(path, any, [&]() -> Result<CertificateFile> {
    KW_ASSIGN(std::vector<PemCertificate> read, read_certificate_blocks(path));
    return std::make_shared<const std::vector<PemCertificate>>(std::move(read));
  });
}

Result<SecretFile> FileReader::secret(const std::string& path) {
  const auto any = [](const SecretBytes&) { return true; };
  return get<SecretFile>(path, any, [&]() -> Result<SecretFile> {
    KW_ASSIGN(Bytes read, read_file(path));
    auto file = std::make_shared<const SecretBytes>(ByteView(read));
    wipe(read);
    return file;
  });
}

Result<AnchorFile> FileReader::anchors(const std::string& path, const TrustStore::Provider& provider) {
  const auto same_provider = [&](const ParsedAnchors& kept) { return kept.provider == provider; };
  return get<AnchorFile>(path, same_provider, [&]() -> Result<AnchorFile> {
    ParsedAnchors parsed{.store = {}, .warnings = {}, .provider = provider};
    KW_ASSIGN(parsed.store, TrustStore::from_pem_file(path, provider, parsed.warnings));
    return std::make_shared<const ParsedAnchors>(std::move(parsed));
  });
}

Result<TrustStore::Ptr> FileReader::system_anchors(const TrustStore::Provider& provider) {
  note(std::string(TrustStore::system_path));
  return TrustStore::system(provider);
}

Result<Bytes> FileReader::other(const std::string& path) {
  note(path);
  return read_file(path);
}

}  // namespace keyway::pki
