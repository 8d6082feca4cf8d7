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
constexpr std::int64_t fine_ticks = second / 10;    // some ticks of a system's clock
constexpr std::int64_t coarse_ticks = 3 * second;   // file systems that know whole seconds alone, or every other one
constexpr std::int64_t clocks_apart = 10 * second;  // of this machine and of one that serves its files

std::int64_t nanoseconds(const timespec& time) noexcept { return static_cast<std::int64_t>(time.tv_sec) * second + time.tv_nsec; }

}  // namespace

bool is_settled(std::int64_t modified, std::int64_t now) noexcept {
  const std::int64_t age = now - modified;
  return age > (modified % second == 0 ? coarse_ticks : fine_ticks) || age < -clocks_apart;
}

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
  stamp.settled = is_settled(stamp.modified, now.count());
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
