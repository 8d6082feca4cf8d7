// SPDX-License-Identifier: Apache-2.0
//
// Where certificate revocation lists (RFC 5280 5) come from, when the option crl_check asks for them.
//
//   auto lists = keyway::memory_crl_cache();
//   lists->insert(bytes_of("ca.crl"));                        // PEM or DER; or: keyway::hash_directory_crls("/etc/crls")
//   auto config = keyway::ClientConfig::make({.peer = {.crl_check = keyway::CrlCheck::all, .crl_cache = lists}});
//
// A cache hands out bytes. Whether a list is genuine, in force and about the certificate is judged anew for every
// certificate (RFC 5280 6.3): a cache cannot make a revoked certificate good, it can only leave its state unknown.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "keyway/answer.h"
#include "keyway/bytes.h"
#include "keyway/clock.h"

namespace keyway {

/// Whose revocation is checked.   \otp crl_check false, true, peer, best_effort
enum class CrlCheck : std::uint8_t {
  off,
  all,          ///< every certificate of the path but its anchor; what cannot be found out is refused
  peer,         ///< the peer's own certificate alone, likewise
  best_effort,  ///< every one, but what cannot be found out is accepted: who blocks the lists switches the check off
};

/// DER of revocation lists, shared and never changed.
using CrlList = std::vector<std::shared_ptr<const Bytes>>;

/// One place that a certificate names for its list (RFC 5280 4.2.1.13).
struct DistributionPoint {
  std::vector<std::string> uris{};  ///< of its full name, in order; as the certificate has them
  Bytes issuer{};                   ///< Name (DER) of who signs the list: cRLIssuer, or the issuer of the certificate
};

/// The port. Called by any thread, also by several at once; each question is answered with what there is, an empty list for
/// nothing, now or later. An error is as good as an empty list. At most 64 questions are put about one chain, and the first
/// 16 lists of an answer are looked at.
/// \otp behaviour ssl_crl_cache_api
class CrlCache {
 public:
  virtual ~CrlCache() = default;
  /// The lists of a distribution point. `issuer` is the Name of who issued the certificate. Both are valid until this call
  /// returns. Asked only along paths that are valid, but for critical extensions that verify_fun lets pass.   \otp lookup/3
  virtual void lookup(const DistributionPoint&, ByteView issuer, Now, Answer<CrlList>) = 0;
  /// The lists that this Name issued; asked where no distribution point had one, or none is asked.   \otp select/2
  virtual void select(ByteView issuer, Now, Answer<CrlList>) = 0;
  /// Asked when all that `lookup` gave is out of date: newer lists of that point, if there are any. The default has none.
  /// \otp fresh_crl/2
  virtual void fresh_crl(const DistributionPoint&, const CrlList&, Now, Answer<CrlList> answer) {
    std::move(answer).give(CrlList());
  }
  /// Adds the lists of a PEM text, or one in DER, under the URI of a distribution point, or for select() alone where `uri` is
  /// empty. A newer list of the same issuer and scope takes the place of the older one. Errors: malformed_pem;
  /// malformed_crl - nothing is added; too_long - it is larger than the cache; not_available - the cache takes none.
  /// \otp ssl_crl_cache:insert/1,2
  virtual Result<void> insert(ByteView, std::string_view uri = {});
  /// Drops what was inserted or found under a URI.   \otp ssl_crl_cache:delete/1
  virtual void erase(std::string_view uri);
  /// Drops what this Name (DER) issued.
  virtual void erase_issuer(ByteView issuer);
};

/// Bounds of a cache in memory.
struct CrlCacheOptions {
  std::size_t max_lists = 1000;                ///< the least recently used goes first
  std::size_t max_bytes = 64 * 1024 * 1024;    ///< of all lists together   \otp crl_cache_max_size
};

/// Lists that the program inserts. Any thread.
/// \otp ssl_crl_cache   \since 0.1
std::shared_ptr<CrlCache> memory_crl_cache(const CrlCacheOptions& = {});

/// Lists in files `<hash>.r<N>`, N from 0 without gaps, PEM or DER, as `openssl rehash` names them: the hash is OpenSSL's of the
/// issuer's name. Read at each use, at most 16 of one name and 10 MiB each; what is out of date is passed over by the check,
/// and lists of another issuer are not handed out. A missing directory has no lists.   \otp ssl_crl_hash_dir   \since 0.1
std::shared_ptr<CrlCache> hash_directory_crls(std::string directory);

}  // namespace keyway
