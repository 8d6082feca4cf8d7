// SPDX-License-Identifier: Apache-2.0
//
// The extensions of certificates (RFC 5280 4.2, RFC 6962, RFC 7633) as views, and general names. Syntax is checked here,
// once; what an extension demands of a path is path_validator.cpp and name_constraints.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway::pki {

enum class ExtensionId : std::uint8_t {
  authority_key_identifier,
  subject_key_identifier,
  key_usage,
  certificate_policies,
  policy_mappings,
  subject_alternative_name,
  issuer_alternative_name,
  subject_directory_attributes,
  basic_constraints,
  name_constraints,
  policy_constraints,
  extended_key_usage,
  crl_distribution_points,
  inhibit_any_policy,
  freshest_crl,
  authority_information_access,
  subject_information_access,
  tls_feature,
  signed_certificate_timestamps,
  ocsp_no_check,
  count,
};

/// Bits of KeyUsage, RFC 5280 4.2.1.3.
enum class KeyUsage : std::uint16_t {
  digital_signature = 1 << 0,
  content_commitment = 1 << 1,
  key_encipherment = 1 << 2,
  data_encipherment = 1 << 3,
  key_agreement = 1 << 4,
  key_cert_sign = 1 << 5,
  crl_sign = 1 << 6,
  encipher_only = 1 << 7,
  decipher_only = 1 << 8,
};

struct Extensions {
  std::array<ByteView, static_cast<std::size_t>(ExtensionId::count)> values{};  ///< extnValue content
  std::uint32_t present = 0;
  std::uint32_t critical = 0;
  ByteView unknown_critical{};  ///< OID of the first one
  bool any_unknown = false;     ///< one is not understood, critical or not

  bool ca = false;
  std::optional<std::uint32_t> path_length{};
  std::uint16_t key_usage = 0;
  ByteView subject_key_id{};
  ByteView authority_key_id{};
  bool authority_issuer = false;  ///< authorityCertIssuer or authorityCertSerialNumber is there
  ByteView alternative_names{};   ///< content of GeneralNames
  ByteView extended_usages{};     ///< content of the list of identifiers
  ByteView permitted_subtrees{};  ///< content of GeneralSubtrees
  ByteView excluded_subtrees{};
  ByteView policies{};            ///< content of the list of PolicyInformation
  ByteView policy_mappings{};     ///< content of the list of pairs
  std::optional<std::uint32_t> require_explicit_policy{};
  std::optional<std::uint32_t> inhibit_policy_mapping{};
  std::optional<std::uint32_t> inhibit_any_policy{};

  bool has(ExtensionId id) const noexcept { return (present >> static_cast<unsigned>(id) & 1) != 0; }
  bool is_critical(ExtensionId id) const noexcept { return (critical >> static_cast<unsigned>(id) & 1) != 0; }
  ByteView value(ExtensionId id) const noexcept { return values[static_cast<std::size_t>(id)]; }
  /// Without the extension every usage is allowed.
  bool allows(KeyUsage usage) const noexcept {
    return !has(ExtensionId::key_usage) || (key_usage & static_cast<std::uint16_t>(usage)) != 0;
  }
};

/// `list` is the content of Extensions. Errors: malformed_der, certificate_duplicate_extension, too_long (more than 64).
Result<Extensions> parse_extensions(ByteView list) noexcept;

struct UnknownExtension {
  ByteView oid{};
  bool critical = false;
  ByteView value{};
};
/// Those of a parsed list that are not understood, in order: with an unknown identifier, or critical where they must not be.
std::vector<UnknownExtension> unknown_extensions(ByteView list);

/// One identifier of certificatePolicies, and the next place in the list. The content was checked.
ByteView next_policy(ByteView& list) noexcept;
struct PolicyMapping {
  ByteView issuer_domain{};
  ByteView subject_domain{};
};
PolicyMapping next_policy_mapping(ByteView& list) noexcept;

/// RFC 5280 4.2.1.6; the value is the number of the choice.
enum class NameKind : std::uint8_t { other, email, dns, x400, directory, edi, uri, ip, registered_id };

struct GeneralName {
  NameKind kind = NameKind::other;
  ByteView value{};  ///< content; for directory names the whole Name
};

/// Cursor over the content of GeneralNames.
class GeneralNames {
 public:
  explicit GeneralNames(ByteView content) noexcept : rest_(content) {}
  bool empty() const noexcept { return rest_.empty(); }
  /// Errors: malformed_der, also for text that is not ASCII. Sizes of addresses are not checked here.
  Result<GeneralName> next() noexcept;
  /// The whole element that next() gave.
  ByteView last() const noexcept { return last_; }

 private:
  ByteView rest_;
  ByteView last_{};
};

/// Dotted numbers ("2.5.29.17").
std::string oid_text(ByteView oid);

}  // namespace keyway::pki
