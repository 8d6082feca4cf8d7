// SPDX-License-Identifier: Apache-2.0
//
// Whole files, bounded; directories and empty files are told apart from missing ones.
#include "pki/pem_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "keyway/secret.h"
#include "pki/certificate.h"

namespace keyway::pki {

namespace {

constexpr std::size_t max_file_size = 16 * 1024 * 1024;

std::unexpected<Error> unreadable(const std::string& path, int number, std::string reason, std::string mend) {
  return fail(Errc::file_unreadable,
              {.system_errno = number, .mend = std::move(mend), .path = path, .reason = std::move(reason)});
}

std::unexpected<Error> unreadable(const std::string& path, int number) {
  const char* mend = number == ENOENT   ? "name a file that exists"
                     : number == EACCES ? "let this user read the file"
                                        : "name a readable file";
  return unreadable(path, number, std::generic_category().message(number), mend);
}

}  // namespace

Result<Bytes> read_file(const std::string& path) {
  std::error_code problem;
  if (std::filesystem::is_directory(path, problem)) return unreadable(path, EISDIR, "it is a directory", "name a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(path, errno != 0 ? errno : ENOENT);
  Bytes content;
  std::array<std::byte, 16384> chunk;
  while (file) {
    file.read(reinterpret_cast<char*>(chunk.data()), static_cast<std::streamsize>(chunk.size()));
    const auto got = static_cast<std::size_t>(file.gcount());
    if (content.size() + got > max_file_size)
      return unreadable(path, EFBIG, "it is larger than 16 MiB", "name the file of a certificate or key");
    if (content.size() + got > content.capacity()) {
      // Grown by hand: what a vector leaves behind when it grows could be a private key.
      Bytes larger;
      larger.reserve(2 * (content.size() + got));
      larger.insert(larger.end(), content.begin(), content.end());
      wipe(content);
      content.swap(larger);
    }
    content.insert(content.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(got));
  }
  wipe(chunk);
  if (file.bad()) return unreadable(path, errno);
  return content;
}

Result<std::vector<PemCertificate>> read_certificate_blocks(const std::string& path) {
  KW_ASSIGN(Bytes content, read_file(path));
  auto certificates = pem_certificate_blocks(as_text(content));
  const std::string mend = "name a PEM file with certificates";
  if (certificates && certificates->empty() && !content.empty() && content[0] == std::byte{0x30}) {
    // A private key may be there in its place, and certificates are neither wiped nor kept from anybody.
    const auto parsed = parse_certificate(content);
    if (parsed) certificates->push_back({content, 0});
    wipe(content);
    if (!parsed) {
      ErrorDetail detail{.mend = mend, .path = path, .reason = "it is neither PEM nor a certificate in DER"};
      const ErrorDetail* told = parsed.error().detail();
      if (told != nullptr && !told->reason.empty()) detail.reason += ": " + told->reason;
      return fail(parsed.error().code(), std::move(detail));
    }
  }
  wipe(content);
  if (!certificates) {
    ErrorDetail detail = certificates.error().detail() != nullptr ? *certificates.error().detail() : ErrorDetail{};
    detail.path = path;
    if (detail.mend.empty()) detail.mend = mend;
    return fail(certificates.error().code(), std::move(detail));
  }
  if (certificates->empty())
    return fail(Errc::malformed_pem, {.mend = mend, .path = path, .reason = "there is no certificate in it"});
  return certificates;
}

Result<std::vector<Bytes>> read_certificates(const std::string& path) {
  KW_ASSIGN(std::vector<PemCertificate> blocks, read_certificate_blocks(path));
  std::vector<Bytes> certificates;
  certificates.reserve(blocks.size());
  for (PemCertificate& block : blocks) certificates.push_back(std::move(block.der));
  return certificates;
}

}  // namespace keyway::pki
