// SPDX-License-Identifier: Apache-2.0
//
// What a PemCache holds: files in the forms in which configurations use them, the least recently used going first.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "keyway/pem_cache.h"
#include "keyway/secret.h"
#include "pki/file_stamp.h"
#include "pki/pem.h"
#include "pki/trust_store.h"

namespace keyway::pki {

/// The certificates of one file, in its order.
using CertificateFile = std::shared_ptr<const std::vector<PemCertificate>>;
/// A whole file that may hold a private key; wiped by its last owner.
using SecretFile = std::shared_ptr<const SecretBytes>;
/// The anchors of one file, with what was to be said about them.
struct ParsedAnchors {
  TrustStore::Ptr store;
  std::vector<std::string> warnings;
  TrustStore::Provider provider;  ///< that imports their keys
};
using AnchorFile = std::shared_ptr<const ParsedAnchors>;

class CachedFiles {
 public:
  explicit CachedFiles(const PemCacheOptions& options) : options_(options) {}

  /// Null where it is not kept, or not as the file is now; what is out of date is dropped.
  template <class File>
  File find(const FileStamp& now) {
    const auto found = find_value(now, Value(File()).index());
    return found ? std::get<File>(*found) : File();
  }
  template <class File>
  void keep(const FileStamp& stamp, File file) {
    keep_value(stamp, Value(std::move(file)));
  }

  void clear();
  void clean(TimePoint now);
  PemCache::Use use() const;

 private:
  using Value = std::variant<CertificateFile, SecretFile, AnchorFile>;
  using Key = std::pair<std::string, std::size_t>;  ///< the resolved path, and which form
  struct Entry {
    Key key;
    FileStamp stamp;
    Value value;
  };
  using Entries = std::list<Entry>;  ///< the most recently used first

  std::optional<Value> find_value(const FileStamp& now, std::size_t form);
  void keep_value(const FileStamp&, Value);
  /// With the lock held; what is dropped goes to `dropped`, to be destroyed without it.
  void drop(Entries::iterator, Entries& dropped);

  const PemCacheOptions options_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::map<Key, Entries::iterator> by_key_;
  std::size_t bytes_ = 0;
  std::optional<TimePoint> cleaned_;
};

}  // namespace keyway::pki
