// SPDX-License-Identifier: Apache-2.0
//
// Certificates for tests, made when they are asked for: an authority, an intermediate, leaves of any key kind.
#pragma once

#include <string>
#include <vector>

#include "keyway/crypto/provider.h"
#include "keyway/option_groups.h"
#include "pki/certificate_writer.h"

namespace keyway::test {

inline constexpr WallTime test_time{std::chrono::seconds(1'800'000'000)};  // 2027-01-15

using NewKey = crypto::Provider::NewKey;

struct LeafOptions {
  NewKey key = NewKey::ec_p256;
  std::shared_ptr<const crypto::Signer> signer{};  ///< in the place of a new key
  std::vector<std::string> names{"server.test"};
  WallTime not_before = test_time - std::chrono::hours(24);
  WallTime not_after = test_time + std::chrono::hours(24 * 60);
  std::uint16_t key_usage = pki::key_usage::digital_signature;
  std::vector<std::string> usage{"serverAuth", "clientAuth"};
  std::vector<pki::RawExtension> others{};
};

struct ListDescription;
struct StapleDescription;

/// A root and an intermediate that issue leaves.
class Authority {
 public:
  explicit Authority(const std::string& name = "test", NewKey key = NewKey::ec_p256);

  const Bytes& root() const noexcept { return root_; }
  CertKey leaf(const LeafOptions& = {}) const;
  /// An OCSP response about a leaf, good and fresh unless said otherwise (fixtures/revocation.h).
  Bytes staple(const CertKey&) const;
  Bytes staple(const CertKey&, const StapleDescription&) const;
  /// A revocation list of the intermediate, or of the root.
  Bytes list(const ListDescription&) const;
  Bytes list_of_root(const ListDescription&) const;

 private:
  std::shared_ptr<const crypto::Provider> provider_ = crypto::default_provider();
  std::shared_ptr<const crypto::Signer> root_key_;
  std::shared_ptr<const crypto::Signer> intermediate_key_;
  SignatureScheme scheme_;
  Bytes root_;
  Bytes intermediate_;
};

/// One authority for a whole test program.
const Authority& authority();

}  // namespace keyway::test
