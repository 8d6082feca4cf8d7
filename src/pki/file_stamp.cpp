// SPDX-License-Identifier: Apache-2.0
//
// The one place that asks the system about files: std::filesystem knows neither which file a name stands for nor when
// its name or rights were changed, and both tell a file that took another one's place.
#include "pki/file_stamp.h"

#include <sys/stat.h>

#include <chrono>

namespace keyway::pki {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t unsettled = second / 10;  // some ticks of the slowest clocks that file systems have

std::int64_t nanoseconds(const timespec& time) noexcept { return static_cast<std::int64_t>(time.tv_sec) * second + time.tv_nsec; }

}  // namespace

FileStamp stamp_of(const std::string& path) {
  FileStamp stamp{.path = path};
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return stamp;
  stamp.there = true;
  stamp.device = static_cast<std::uint64_t>(found.st_dev);
  stamp.inode = static_cast<std::uint64_t>(found.st_ino);
  stamp.size = static_cast<std::uint64_t>(found.st_size);
  stamp.modified = nanoseconds(found.st_mtim);
  stamp.changed = nanoseconds(found.st_ctim);
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
  const std::int64_t age = now.count() - stamp.modified;
  stamp.settled = age > unsettled || age < -unsettled;
  return stamp;
}

std::vector<std::string> changed_among(const std::vector<FileStamp>& stamps) {
  std::vector<std::string> changed;
  for (const FileStamp& stamp : stamps) {
    if (!stamp_of(stamp.path).same_as(stamp)) changed.push_back(stamp.path);
  }
  return changed;
}

}  // namespace keyway::pki
