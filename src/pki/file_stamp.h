// SPDX-License-Identifier: Apache-2.0
//
// How a file was when it was read: whether it has changed is found out without reading it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keyway::pki {

struct FileStamp {
  std::string path{};          ///< as it was asked for
  bool there = false;
  std::uint64_t device = 0;    ///< of the file behind all symbolic links, like the rest
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified = 0;   ///< nanoseconds of the file system's clock
  std::int64_t changed = 0;    ///< likewise, of name, rights and content
  /// Not modified just now: two changes within one tick of the file system's clock look like one.
  bool settled = false;

  bool same_as(const FileStamp& other) const noexcept {
    return there == other.there && device == other.device && inode == other.inode && size == other.size &&
           modified == other.modified && changed == other.changed;
  }
};

/// Whether what was modified then is settled now; both in nanoseconds.
bool is_settled(std::int64_t modified, std::int64_t now) noexcept;

/// A file that cannot be looked at is not there.
FileStamp stamp_of(const std::string& path);

/// The paths of those that are not as they were.
std::vector<std::string> changed_among(const std::vector<FileStamp>&);

}  // namespace keyway::pki
