// SPDX-License-Identifier: Apache-2.0
//
// Decoding and comparing of distribution points. Everything is read once, so that what is kept is well-formed.
#include "pki/distribution_point.h"

#include "pki/der.h"
#include "pki/der_writer.h"
#include "pki/distinguished_name.h"
#include "pki/extensions.h"

namespace keyway::pki {

namespace {

namespace tag = der::tag;

Result<void> check_general_names(ByteView content) noexcept {
  if (content.empty()) return fail(Errc::malformed_der);
  for (GeneralNames names(content); !names.empty();) {
    KW_ASSIGN(const GeneralName name, names.next());
    if (name.kind == NameKind::directory) KW_TRY(check_name(name.value));
  }
  return {};
}

/// A Name that ends in these attributes; the whole SEQUENCE.
Bytes followed_by(ByteView issuer, ByteView relative) {
  const auto sequence = der::single(issuer, tag::sequence);
  Bytes content = sequence ? to_bytes(sequence->content) : Bytes();
  const Bytes last = der::write(tag::set, relative);
  content.insert(content.end(), last.begin(), last.end());
  return der::write(tag::sequence, ByteView(content));
}

Result<PointName> read_name(ByteView wrapped) noexcept {
  der::Reader reader(wrapped);
  PointName name;
  KW_ASSIGN(const auto full, reader.optional(tag::context_constructed(0)));
  KW_ASSIGN(const auto relative, reader.optional(tag::context_constructed(1)));
  KW_TRY(reader.finish());
  if (full.has_value() == relative.has_value()) return fail(Errc::malformed_der);
  if (full) KW_TRY(check_general_names(*full));
  if (relative) {
    if (relative->empty()) return fail(Errc::malformed_der);
    for (der::Reader attributes(*relative); !attributes.empty();) KW_TRY(attributes.expect(tag::sequence));
  }
  name.full = full.value_or(ByteView());
  name.relative = relative.value_or(ByteView());
  return name;
}

Result<Reasons> read_reasons(ByteView content) noexcept {
  KW_ASSIGN(const der::BitString bits, der::bit_string(content));
  Reasons reasons = 0;
  for (unsigned bit = 1; bit < 9; ++bit) {
    if (bits.bit(bit)) reasons = static_cast<Reasons>(reasons | 1u << bit);
  }
  return reasons;
}

Result<PointOfCertificate> read_point(ByteView content) noexcept {
  PointOfCertificate point;
  der::Reader fields(content);
  KW_ASSIGN(const auto name, fields.optional(tag::context_constructed(0)));
  if (name) { KW_ASSIGN(point.name, read_name(*name)); }
  KW_ASSIGN(const auto reasons, fields.optional(tag::context(1)));
  if (reasons) { KW_ASSIGN(point.reasons, read_reasons(*reasons)); }
  KW_ASSIGN(const auto issuer, fields.optional(tag::context_constructed(2)));
  if (issuer) KW_TRY(check_general_names(*issuer));
  point.list_issuer = issuer.value_or(ByteView());
  KW_TRY(fields.finish());
  // RFC 5280 4.2.1.13: a point is not of reasons alone.
  if (point.name.empty() && point.list_issuer.empty()) return fail(Errc::malformed_der);
  return point;
}

bool same_general_name(const GeneralName& a, const GeneralName& b) noexcept {
  if (a.kind != b.kind) return false;
  // The names were checked when they were read.
  return a.kind == NameKind::directory ? same_name(a.value, b.value) : as_text(a.value) == as_text(b.value);
}

/// Calls `visit` with each name; true as soon as that is.
template <class Visit>
bool any_name(ByteView names, Visit&& visit) {
  for (GeneralNames reader(names); !reader.empty();) {
    const auto name = reader.next();
    if (!name) return false;
    if (visit(*name)) return true;
  }
  return false;
}

/// Whether the point has this name: by its own names, or where it has none by the issuer of its list.
bool has_name(const PointOfCertificate& point, const GeneralName& wanted, ByteView issuer) {
  if (!point.name.relative.empty()) {
    const Bytes whole = followed_by(issuer, point.name.relative);
    return check_name(whole) && same_general_name({NameKind::directory, whole}, wanted);
  }
  const ByteView names = point.name.full.empty() ? point.list_issuer : point.name.full;
  return any_name(names, [&](const GeneralName& name) { return same_general_name(name, wanted); });
}

}  // namespace

Result<Points> read_points(ByteView value) noexcept {
  Points points;
  KW_ASSIGN(const der::Element list, der::single(value, tag::sequence));
  if (list.content.empty()) return fail(Errc::malformed_der);
  for (der::Reader reader(list.content); !reader.empty();) {
    KW_ASSIGN(const der::Element element, reader.expect(tag::sequence));
    KW_ASSIGN(const PointOfCertificate point, read_point(element.content));
    (void)points.push_back(point);
  }
  return points;
}

Result<PointOfList> read_point_of_list(ByteView value) noexcept {
  PointOfList point{.present = true};
  KW_ASSIGN(const der::Element sequence, der::single(value, tag::sequence));
  der::Reader fields(sequence.content);
  KW_ASSIGN(const auto name, fields.optional(tag::context_constructed(0)));
  if (name) { KW_ASSIGN(point.name, read_name(*name)); }
  const auto flag = [&](unsigned number, bool& into) -> Result<void> {
    KW_ASSIGN(const auto given, fields.optional(tag::context(number)));
    if (given) { KW_ASSIGN(into, der::boolean(*given)); }
    return {};
  };
  KW_TRY(flag(1, point.only_user));
  KW_TRY(flag(2, point.only_authorities));
  KW_ASSIGN(const auto reasons, fields.optional(tag::context(3)));
  if (reasons) { KW_ASSIGN(point.reasons, read_reasons(*reasons)); }
  KW_TRY(flag(4, point.indirect));
  KW_TRY(flag(5, point.only_attributes));
  KW_TRY(fields.finish());
  // RFC 5280 5.2.5: at most one of the three.
  if (point.only_user + point.only_authorities + point.only_attributes > 1) return fail(Errc::malformed_der);
  return point;
}

std::vector<std::string> uris_of(const PointName& point) {
  std::vector<std::string> uris;
  any_name(point.full, [&](const GeneralName& name) {
    if (name.kind == NameKind::uri && name.value.size() <= 2048) uris.emplace_back(as_text(name.value));
    return uris.size() == 8;
  });
  return uris;
}

ByteView directory_name_of(ByteView names) noexcept {
  ByteView found;
  any_name(names, [&](const GeneralName& name) {
    if (name.kind == NameKind::directory) found = name.value;
    return !found.empty();
  });
  return found;
}

bool same_point(const PointOfList& list, const PointOfCertificate& point, ByteView issuer) {
  if (!list.name.relative.empty()) {
    const Bytes whole = followed_by(issuer, list.name.relative);
    return check_name(whole) && has_name(point, {NameKind::directory, whole}, issuer);
  }
  return any_name(list.name.full, [&](const GeneralName& name) { return has_name(point, name, issuer); });
}

}  // namespace keyway::pki
