// SPDX-License-Identifier: Apache-2.0
//
// Files of certificates and keys, kept so that many configurations read and parse each of them once.
//
//   auto files = std::make_shared<keyway::PemCache>();
//   auto one = keyway::ServerConfig::make({.certs_keys = {{.certfile = "a.pem", .keyfile = "a.key"}}, .pem_cache = files});
//   auto two = keyway::ServerConfig::make({..., .pem_cache = files});    // anchors and certificates are shared, not read again
//   files->clear();                                                      // the next configuration reads everything anew
//
// There is no cache of the whole process: who names none reads files each time, and keeps nothing of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "keyway/clock.h"

namespace keyway {

namespace pki {
class CachedFiles;
}

/// Bounds of a cache.
struct PemCacheOptions {
  std::chrono::milliseconds clean_interval{120000};  ///< clean() does nothing more often than this   \otp ssl_pem_cache_clean
  std::size_t max_files = 1000;                      ///< the least recently used goes first
  std::size_t max_bytes = 16 * 1024 * 1024;          ///< of the files together; a larger one is not kept
};

/// Kept by path, symbolic links resolved, and taken only if the file is still the one that was read: its modification time,
/// size and identity are compared at each use. What is read while the file may still be written to is not kept. Certificates and
/// anchors are kept parsed. Files of keys are kept as they are, so that encrypted ones stay encrypted, and are wiped when they
/// are dropped: a configuration that is still reading one wipes it as the last one who holds it.
///
/// Any thread; its lock is held for a look-up, never while a file is read.
/// \otp PEM cache of ssl_manager   \since 0.1
class PemCache {
 public:
  explicit PemCache(const PemCacheOptions& = {});
  PemCache(const PemCache&) = delete;
  PemCache& operator=(const PemCache&) = delete;
  ~PemCache();

  /// Drops everything. Configurations that are made keep what they have: see ServerConfig::reload.   \otp clear_pem_cache/0
  void clear();
  /// Drops what is not as it was read, so that keys of files that are gone do not stay in memory. To be called now and then by a
  /// timer of the program; a ReloadWatch does. Nothing is done before `clean_interval` has passed since the last time.
  void clean(Now);

  struct Use {
    std::size_t files = 0;  ///< a file that is used as two things counts twice
    std::size_t bytes = 0;
  };
  Use use() const;

  pki::CachedFiles& files() const noexcept { return *files_; }  ///< for the library

 private:
  std::unique_ptr<pki::CachedFiles> files_;
};

}  // namespace keyway
