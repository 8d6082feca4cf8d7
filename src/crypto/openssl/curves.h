// SPDX-License-Identifier: Apache-2.0
//
// The curves of RFC 8422 5.1.1, RFC 7027 2 and RFC 8734 3: names in libcrypto and sizes.
// The brainpool groups of TLS 1.3 are other code points of the same curves.
#pragma once

#include <openssl/obj_mac.h>

#include <array>

#include "keyway/bytes.h"
#include "keyway/protocol.h"

namespace keyway::crypto::openssl {

struct Curve {
  NamedGroup group;  ///< the code point that names the curve (not a tls13 one)
  int nid;
  const char* name;
  std::size_t field_size;  ///< bytes of a coordinate
  constexpr std::size_t point_size() const noexcept { return 1 + 2 * field_size; }
};

inline constexpr std::size_t max_point_size = 133;

inline constexpr std::array<Curve, 6> curves = {{
    {NamedGroup::secp256r1, NID_X9_62_prime256v1, "prime256v1", 32},
    {NamedGroup::secp384r1, NID_secp384r1, "secp384r1", 48},
    {NamedGroup::secp521r1, NID_secp521r1, "secp521r1", 66},
    {NamedGroup::brainpoolP256r1, NID_brainpoolP256r1, "brainpoolP256r1", 32},
    {NamedGroup::brainpoolP384r1, NID_brainpoolP384r1, "brainpoolP384r1", 48},
    {NamedGroup::brainpoolP512r1, NID_brainpoolP512r1, "brainpoolP512r1", 64},
}};

/// The group that names the curve: the tls13 code points fall together with the others.
constexpr NamedGroup plain_group(NamedGroup group) noexcept {
  switch (group) {
    case NamedGroup::brainpoolP256r1tls13: return NamedGroup::brainpoolP256r1;
    case NamedGroup::brainpoolP384r1tls13: return NamedGroup::brainpoolP384r1;
    case NamedGroup::brainpoolP512r1tls13: return NamedGroup::brainpoolP512r1;
    default: return group;
  }
}

/// Index into `curves`, or curves.size() for groups that are not curves of this table.
constexpr std::size_t curve_index(NamedGroup group) noexcept {
  std::size_t index = 0;
  while (index < curves.size() && curves[index].group != plain_group(group)) ++index;
  return index;
}

/// SEC 1 2.3.3: whether bytes can be an uncompressed point; compressed forms and infinity are none (RFC 8422 5.4.1).
inline bool has_point_form(const Curve& curve, ByteView point) noexcept {
  return point.size() == curve.point_size() && point[0] == std::byte{4};
}

}  // namespace keyway::crypto::openssl
