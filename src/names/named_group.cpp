// SPDX-License-Identifier: Apache-2.0
//
// The table of groups.
#include "names/named_group.h"

#include <optional>

namespace keyway {

namespace {

constexpr NamedGroupInfo table[] = {
    {NamedGroup::secp256r1, "secp256r1", "P-256", GroupKind::nist, 65, 256, true},
    {NamedGroup::secp384r1, "secp384r1", "P-384", GroupKind::nist, 97, 384, true},
    {NamedGroup::secp521r1, "secp521r1", "P-521", GroupKind::nist, 133, 521, true},
    {NamedGroup::brainpoolP256r1, "brainpoolP256r1", "", GroupKind::brainpool, 65, 256, false},
    {NamedGroup::brainpoolP384r1, "brainpoolP384r1", "", GroupKind::brainpool, 97, 384, false},
    {NamedGroup::brainpoolP512r1, "brainpoolP512r1", "", GroupKind::brainpool, 129, 512, false},
    {NamedGroup::x25519, "x25519", "X25519", GroupKind::xdh, 32, 255, true},
    {NamedGroup::x448, "x448", "X448", GroupKind::xdh, 56, 448, true},
    {NamedGroup::brainpoolP256r1tls13, "brainpoolP256r1tls13", "", GroupKind::brainpool, 65, 256, true},
    {NamedGroup::brainpoolP384r1tls13, "brainpoolP384r1tls13", "", GroupKind::brainpool, 97, 384, true},
    {NamedGroup::brainpoolP512r1tls13, "brainpoolP512r1tls13", "", GroupKind::brainpool, 129, 512, true},
    {NamedGroup::ffdhe2048, "ffdhe2048", "", GroupKind::ffdh, 256, 2048, true},
    {NamedGroup::ffdhe3072, "ffdhe3072", "", GroupKind::ffdh, 384, 3072, true},
    {NamedGroup::ffdhe4096, "ffdhe4096", "", GroupKind::ffdh, 512, 4096, true},
    {NamedGroup::ffdhe6144, "ffdhe6144", "", GroupKind::ffdh, 768, 6144, true},
    {NamedGroup::ffdhe8192, "ffdhe8192", "", GroupKind::ffdh, 1024, 8192, true},
};

}  // namespace

std::span<const NamedGroupInfo> all_named_groups() noexcept { return table; }

const NamedGroupInfo* find_named_group(NamedGroup group) noexcept {
  for (const NamedGroupInfo& row : table) {
    if (row.group == group) return &row;
  }
  return nullptr;
}

std::string_view to_string(NamedGroup group) noexcept {
  const NamedGroupInfo* row = find_named_group(group);
  return row == nullptr ? std::string_view() : row->name;
}

std::optional<NamedGroup> named_group_from(std::string_view name) noexcept {
  if (name == "prime256v1") return NamedGroup::secp256r1;
  for (const NamedGroupInfo& row : table) {
    if (row.name == name || (!row.alias.empty() && row.alias == name)) return row.group;
  }
  return std::nullopt;
}

}  // namespace keyway
