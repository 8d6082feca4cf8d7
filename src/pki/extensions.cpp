// SPDX-License-Identifier: Apache-2.0
//
// Decoding of the extensions of RFC 5280 4.2. A value that breaks its own syntax makes the certificate malformed.
#include "pki/extensions.h"

#include <algorithm>

#include "base/inplace_vector.h"
#include "pki/der.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

namespace tag = der::tag;

struct KnownExtension {
  std::string_view oid;
  ExtensionId id;
  bool processed;  ///< may be critical: its demands are met (RFC 5280 4.2)
};

// RFC 5280 demands that key identifiers and information access be non-critical: nothing could be demanded by them.
constexpr KnownExtension known_extensions[] = {
    {oid::authority_key_identifier, ExtensionId::authority_key_identifier, false},
    {oid::subject_key_identifier, ExtensionId::subject_key_identifier, false},
    {oid::key_usage, ExtensionId::key_usage, true},
    {oid::certificate_policies, ExtensionId::certificate_policies, true},
    {oid::policy_mappings, ExtensionId::policy_mappings, true},
    {oid::subject_alternative_name, ExtensionId::subject_alternative_name, true},
    {oid::issuer_alternative_name, ExtensionId::issuer_alternative_name, false},
    {oid::subject_directory_attributes, ExtensionId::subject_directory_attributes, false},
    {oid::basic_constraints, ExtensionId::basic_constraints, true},
    {oid::name_constraints, ExtensionId::name_constraints, true},
    {oid::policy_constraints, ExtensionId::policy_constraints, true},
    {oid::extended_key_usage, ExtensionId::extended_key_usage, true},
    {oid::crl_distribution_points, ExtensionId::crl_distribution_points, true},
    {oid::inhibit_any_policy, ExtensionId::inhibit_any_policy, true},
    {oid::freshest_crl, ExtensionId::freshest_crl, false},
    {oid::authority_information_access, ExtensionId::authority_information_access, false},
    {oid::subject_information_access, ExtensionId::subject_information_access, false},
    {oid::tls_feature, ExtensionId::tls_feature, false},
    {oid::signed_certificate_timestamps, ExtensionId::signed_certificate_timestamps, false},
    {oid::ocsp_no_check, ExtensionId::ocsp_no_check, false},
};

const KnownExtension* find_known(ByteView id) noexcept {
  for (const KnownExtension& known : known_extensions) {
    // The last octet tells most of them apart.
    if (known.oid.back() == as_text(id).back() && known.oid == as_text(id)) return &known;
  }
  return nullptr;
}

/// The content of a SEQUENCE that has at least one element.
Result<ByteView> filled_sequence(ByteView value) noexcept {
  KW_ASSIGN(const der::Element list, der::single(value, tag::sequence));
  if (list.content.empty()) return fail(Errc::malformed_der);
  return list.content;
}

Result<void> check_names(ByteView content) noexcept {
  if (content.empty()) return fail(Errc::malformed_der);
  for (GeneralNames names(content); !names.empty();) KW_TRY(names.next());
  return {};
}

Result<void> read_basic_constraints(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(const der::Element sequence, der::single(value, tag::sequence));
  der::Reader reader(sequence.content);
  KW_ASSIGN(const auto ca, reader.optional(tag::boolean));
  if (ca) { KW_ASSIGN(into.ca, der::boolean(*ca)); }
  KW_ASSIGN(const auto length, reader.optional(tag::integer));
  if (length) { KW_ASSIGN(into.path_length, der::small_integer(*length)); }
  return reader.finish();
}

Result<void> read_key_usage(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(const der::Element element, der::single(value, tag::bit_string));
  KW_ASSIGN(const der::BitString bits, der::bit_string(element.content));
  for (std::size_t i = 0; i < 9; ++i) {
    if (bits.bit(i)) into.key_usage = static_cast<std::uint16_t>(into.key_usage | 1u << i);
  }
  return {};
}

Result<void> read_extended_usages(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(into.extended_usages, filled_sequence(value));
  for (der::Reader reader(into.extended_usages); !reader.empty();) {
    KW_ASSIGN(const der::Element id, reader.expect(tag::object_identifier));
    KW_TRY(der::check_oid(id.content));
  }
  return {};
}

Result<void> read_authority_key_identifier(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(const der::Element sequence, der::single(value, tag::sequence));
  der::Reader reader(sequence.content);
  KW_ASSIGN(const auto id, reader.optional(tag::context(0)));
  KW_ASSIGN(const auto issuer, reader.optional(tag::context_constructed(1)));
  KW_ASSIGN(const auto serial, reader.optional(tag::context(2)));
  into.authority_key_id = id.value_or(ByteView());
  into.authority_issuer = issuer.has_value() || serial.has_value();
  if (issuer) KW_TRY(check_names(*issuer));
  return reader.finish();
}

/// RFC 5280 4.2.1.10: minimum is 0 and maximum absent, so that a subtree is a name and nothing else.
Result<void> check_subtrees(ByteView subtrees) noexcept {
  if (subtrees.empty()) return fail(Errc::malformed_der);
  for (der::Reader reader(subtrees); !reader.empty();) {
    KW_ASSIGN(const der::Element subtree, reader.expect(tag::sequence));
    GeneralNames base(subtree.content);
    KW_TRY(base.next());
    if (!base.empty()) return fail(Errc::malformed_der);
  }
  return {};
}

Result<void> read_name_constraints(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(const der::Element sequence, der::single(value, tag::sequence));
  der::Reader reader(sequence.content);
  KW_ASSIGN(const auto permitted, reader.optional(tag::context_constructed(0)));
  KW_ASSIGN(const auto excluded, reader.optional(tag::context_constructed(1)));
  KW_TRY(reader.finish());
  if (!permitted && !excluded) return fail(Errc::malformed_der);
  if (permitted) KW_TRY(check_subtrees(*permitted));
  if (excluded) KW_TRY(check_subtrees(*excluded));
  into.permitted_subtrees = permitted.value_or(ByteView());
  into.excluded_subtrees = excluded.value_or(ByteView());
  return {};
}

/// RFC 5280 4.2.1.4 and 4.2.1.5: so many policies or mappings of one certificate are looked at, no more.
constexpr std::size_t max_policies = 128;

Result<void> read_policies(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(into.policies, filled_sequence(value));
  std::array<std::string_view, max_policies> seen{};
  std::size_t count = 0;
  for (der::Reader reader(into.policies); !reader.empty();) {
    KW_ASSIGN(const der::Element information, reader.expect(tag::sequence));
    der::Reader fields(information.content);
    KW_ASSIGN(const der::Element id, fields.expect(tag::object_identifier));
    KW_TRY(der::check_oid(id.content));
    if (!fields.empty()) KW_TRY(fields.expect(tag::sequence));
    KW_TRY(fields.finish());
    if (count == max_policies) return fail(Errc::too_long);
    for (std::size_t i = 0; i < count; ++i) {
      //= rfc5280#4.2.1.4-1
      if (seen[i] == as_text(id.content)) return fail(Errc::malformed_der);
    }
    seen[count++] = as_text(id.content);
  }
  return {};
}

Result<void> read_policy_mappings(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(into.policy_mappings, filled_sequence(value));
  std::size_t count = 0;
  for (der::Reader reader(into.policy_mappings); !reader.empty();) {
    KW_ASSIGN(const der::Element pair, reader.expect(tag::sequence));
    der::Reader fields(pair.content);
    for (int i = 0; i < 2; ++i) {
      KW_ASSIGN(const der::Element id, fields.expect(tag::object_identifier));
      KW_TRY(der::check_oid(id.content));
    }
    KW_TRY(fields.finish());
    if (++count > max_policies) return fail(Errc::too_long);
  }
  return {};
}

Result<void> read_policy_constraints(ByteView value, Extensions& into) noexcept {
  KW_ASSIGN(const ByteView content, filled_sequence(value));
  der::Reader reader(content);
  KW_ASSIGN(const auto required, reader.optional(tag::context(0)));
  KW_ASSIGN(const auto inhibited, reader.optional(tag::context(1)));
  if (required) { KW_ASSIGN(into.require_explicit_policy, der::small_integer(*required)); }
  if (inhibited) { KW_ASSIGN(into.inhibit_policy_mapping, der::small_integer(*inhibited)); }
  return reader.finish();
}

Result<void> check_information_access(ByteView value) noexcept {
  KW_ASSIGN(const ByteView list, filled_sequence(value));
  for (der::Reader reader(list); !reader.empty();) {
    KW_ASSIGN(const der::Element access, reader.expect(tag::sequence));
    der::Reader fields(access.content);
    KW_ASSIGN(const der::Element method, fields.expect(tag::object_identifier));
    KW_TRY(der::check_oid(method.content));
    GeneralNames location(fields.rest());
    KW_TRY(location.next());
    if (!location.empty()) return fail(Errc::malformed_der);
  }
  return {};
}

Result<void> read_value(ExtensionId id, ByteView value, Extensions& into) noexcept {
  switch (id) {
    case ExtensionId::basic_constraints: return read_basic_constraints(value, into);
    case ExtensionId::key_usage: return read_key_usage(value, into);
    case ExtensionId::extended_key_usage: return read_extended_usages(value, into);
    case ExtensionId::authority_key_identifier: return read_authority_key_identifier(value, into);
    case ExtensionId::name_constraints: return read_name_constraints(value, into);
    case ExtensionId::certificate_policies: return read_policies(value, into);
    case ExtensionId::policy_mappings: return read_policy_mappings(value, into);
    case ExtensionId::policy_constraints: return read_policy_constraints(value, into);
    case ExtensionId::inhibit_any_policy: {
      KW_ASSIGN(const der::Element number, der::single(value, tag::integer));
      KW_ASSIGN(into.inhibit_any_policy, der::small_integer(number.content));
      return {};
    }
    case ExtensionId::authority_information_access: return check_information_access(value);
    case ExtensionId::subject_key_identifier: {
      KW_ASSIGN(const der::Element element, der::single(value, tag::octet_string));
      into.subject_key_id = element.content;
      return {};
    }
    case ExtensionId::subject_alternative_name: {
      KW_ASSIGN(into.alternative_names, filled_sequence(value));
      return check_names(into.alternative_names);
    }
    default: return {};
  }
}

/// IA5String: seven bits.
bool is_ascii(ByteView text) noexcept {
  for (const std::byte octet : text) {
    if ((octet & std::byte{0x80}) != std::byte{0}) return false;
  }
  return true;
}

}  // namespace

Result<Extensions> parse_extensions(ByteView list) noexcept {
  constexpr std::size_t most = 64;
  Extensions extensions;
  InplaceVector<ByteView, most> strangers;
  std::size_t count = 0;
  if (list.empty()) return fail(Errc::malformed_der);
  for (der::Reader reader(list); !reader.empty();) {
    KW_ASSIGN(const der::Element extension, reader.expect(tag::sequence));
    der::Reader fields(extension.content);
    KW_ASSIGN(const der::Element id, fields.expect(tag::object_identifier));
    KW_ASSIGN(const auto flag, fields.optional(tag::boolean));
    bool critical = false;
    if (flag) { KW_ASSIGN(critical, der::boolean(*flag)); }
    KW_ASSIGN(const der::Element value, fields.expect(tag::octet_string));
    KW_TRY(fields.finish());
    KW_TRY(der::check_oid(id.content));
    if (count++ == most) return fail(Errc::too_long);
    const KnownExtension* known = find_known(id.content);
    //= rfc5280#4.2-1
    const auto same = [&](ByteView other) { return as_text(other) == as_text(id.content); };
    if (known != nullptr ? extensions.has(known->id) : std::ranges::any_of(strangers, same))
      return fail(Errc::certificate_duplicate_extension);
    const bool unknown = known == nullptr || (critical && !known->processed);
    extensions.any_unknown = extensions.any_unknown || unknown;
    if (critical && unknown && extensions.unknown_critical.empty()) extensions.unknown_critical = id.content;
    if (known == nullptr) {
      (void)strangers.push_back(id.content);
      continue;
    }
    const auto number = static_cast<unsigned>(known->id);
    extensions.values[number] = value.content;
    extensions.present |= 1u << number;
    if (critical) extensions.critical |= 1u << number;
    KW_TRY(read_value(known->id, value.content, extensions));
  }
  return extensions;
}

std::vector<UnknownExtension> unknown_extensions(ByteView list) {
  std::vector<UnknownExtension> found;
  for (der::Reader reader(list); !reader.empty();) {
    const auto extension = reader.expect(tag::sequence);
    if (!extension) return found;
    der::Reader fields(extension->content);
    const auto id = fields.expect(tag::object_identifier);
    const auto flag = fields.optional(tag::boolean);
    const auto value = fields.expect(tag::octet_string);
    if (!id || !flag || !value) return found;
    const bool critical = *flag && der::boolean(**flag).value_or(true);
    const KnownExtension* known = find_known(id->content);
    if (known == nullptr || (critical && !known->processed)) found.push_back({id->content, critical, value->content});
  }
  return found;
}

ByteView next_policy(ByteView& list) noexcept {
  der::Reader reader(list);
  der::Reader fields(reader.next()->content);
  list = reader.rest();
  return fields.next()->content;
}

PolicyMapping next_policy_mapping(ByteView& list) noexcept {
  der::Reader reader(list);
  der::Reader fields(reader.next()->content);
  list = reader.rest();
  PolicyMapping mapping;
  mapping.issuer_domain = fields.next()->content;
  mapping.subject_domain = fields.next()->content;
  return mapping;
}

Result<GeneralName> GeneralNames::next() noexcept {
  der::Reader reader(rest_);
  KW_ASSIGN(const der::Element element, reader.next());
  rest_ = reader.rest();
  last_ = element.whole;
  const unsigned number = element.tag & 0x1f;
  const bool constructed = (element.tag & 0x20) != 0;
  if ((element.tag & 0xc0) != 0x80 || number > 8) return fail(Errc::malformed_der);
  const auto kind = static_cast<NameKind>(number);
  switch (kind) {
    case NameKind::email:
    case NameKind::dns:
    case NameKind::uri:
      if (constructed || !is_ascii(element.content)) return fail(Errc::malformed_der);
      return GeneralName{kind, element.content};
    case NameKind::ip:
    case NameKind::registered_id:
      if (constructed) return fail(Errc::malformed_der);
      return GeneralName{kind, element.content};
    case NameKind::directory: {
      // RFC 5280 appendix A: Name is a CHOICE, so its tag is explicit.
      if (!constructed) return fail(Errc::malformed_der);
      KW_ASSIGN(const der::Element name, der::single(element.content, tag::sequence));
      return GeneralName{kind, name.whole};
    }
    case NameKind::other: {
      if (!constructed) return fail(Errc::malformed_der);
      der::Reader fields(element.content);
      KW_TRY(fields.expect(tag::object_identifier));
      KW_TRY(fields.expect(tag::context_constructed(0)));
      KW_TRY(fields.finish());
      return GeneralName{kind, element.content};
    }
    default:
      if (!constructed) return fail(Errc::malformed_der);
      return GeneralName{kind, element.content};
  }
}

std::string oid_text(ByteView oid) { return der::oid_text(oid); }

}  // namespace keyway::pki
