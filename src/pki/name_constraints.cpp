// SPDX-License-Identifier: Apache-2.0
//
// Matching names against subtrees (RFC 5280 4.2.1.10): DNS, e-mail, URI, addresses and directory names. Names of other
// kinds are refused where a constraint of their kind exists: we cannot tell whether they are within it.
#include "pki/name_constraints.h"

#include <algorithm>

#include "base/ascii.h"
#include "pki/der.h"
#include "pki/host_name.h"

namespace keyway::pki {

namespace {

/// Reads the base of the next GeneralSubtree.
Result<GeneralName> next_subtree(der::Reader& subtrees) noexcept {
  KW_ASSIGN(const der::Element subtree, subtrees.expect(der::tag::sequence));
  GeneralNames base(subtree.content);
  KW_ASSIGN(const GeneralName name, base.next());
  // RFC 5280 4.2.1.10: minimum is 0, which DER leaves out, and maximum is absent.
  if (!base.empty()) return fail(Errc::malformed_der);
  return name;
}

/// A host name below which names are allowed or not. An empty one covers all; a period in front is tolerated where the
/// kind gives it a meaning.
bool valid_domain(std::string_view base, bool leading_period) noexcept {
  if (base.empty()) return true;
  if (base.front() == '.') {
    if (!leading_period) return false;
    base.remove_prefix(1);
  }
  return valid_presented_name(base, Wildcard::refused, true);
}

/// RFC 5280 4.2.1.10: one run of ones, then zeros.
bool valid_mask(ByteView mask) noexcept {
  bool ended = false;
  for (const std::byte byte : mask) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const bool one = (std::to_integer<unsigned>(byte) >> (7 - bit) & 1) != 0;
      if (one && ended) return false;
      ended = ended || !one;
    }
  }
  return true;
}

/// A mailbox is local-part "@" domain, a base is that, a host or ".domain".
struct Mailbox {
  std::string_view local;
  std::string_view host;
};
std::optional<Mailbox> mailbox(std::string_view text) noexcept {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || text.find('@') != at) return std::nullopt;
  const Mailbox parts{text.substr(0, at), text.substr(at + 1)};
  if (!valid_presented_name(parts.host, Wildcard::refused, true)) return std::nullopt;
  return parts;
}

bool valid_email_base(std::string_view base) noexcept {
  if (base.find('@') != std::string_view::npos) return mailbox(base).has_value();
  return valid_domain(base, true);
}

Result<void> check_base(const GeneralName& base) noexcept {
  const std::string_view text = as_text(base.value);
  bool valid = true;
  switch (base.kind) {
    case NameKind::dns: valid = valid_domain(text, false); break;
    case NameKind::email: valid = valid_email_base(text); break;
    case NameKind::uri: valid = !text.empty() && valid_domain(text, true); break;
    case NameKind::ip: {
      const std::size_t size = base.value.size() / 2;
      valid = (base.value.size() == 8 || base.value.size() == 32) && valid_mask(base.value.subspan(size));
      break;
    }
    case NameKind::directory: return pki::check_name(base.value);
    default: break;
  }
  if (!valid) return fail(Errc::malformed_certificate);
  return {};
}

/// `name` is `base` or ends with it at a label.
bool below(std::string_view name, std::string_view base) noexcept {
  if (base.empty()) return true;
  if (name.size() < base.size()) return false;
  const std::size_t rest = name.size() - base.size();
  return equal_ignoring_case(name.substr(rest), base) && (rest == 0 || name[rest - 1] == '.');
}

/// ".example" covers hosts below it, "example" the host alone (e-mail and URI).
bool host_within(std::string_view host, std::string_view base) noexcept {
  if (base.empty()) return true;
  if (base.front() != '.') return equal_ignoring_case(host, base);
  return host.size() > base.size() && equal_ignoring_case(host.substr(host.size() - base.size()), base);
}

bool address_within(ByteView address, ByteView base) noexcept {
  if (base.size() != 2 * address.size()) return false;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (((address[i] ^ base[i]) & base[address.size() + i]) != std::byte{0}) return false;
  }
  return true;
}

/// RFC 3986 3.1: a letter, then letters, digits, "+", "-" and ".".
bool is_scheme(std::string_view text) noexcept {
  const auto letter = [](char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; };
  const auto other = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; };
  return !text.empty() && letter(text.front()) && std::ranges::all_of(text, other);
}

/// Characters that no URI has (RFC 3986 2), and after which readers go on as they like.
bool is_outside_of_uris(char c) noexcept { return c <= ' ' || c > '~' || c == '\\'; }

/// RFC 3986 3.2: the host of the authority, which follows the scheme or is not there. Nothing also where it is an address, or
/// where two readers might find two hosts.
std::optional<std::string_view> uri_host(std::string_view uri) noexcept {
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos || !is_scheme(uri.substr(0, colon))) return std::nullopt;
  if (std::ranges::any_of(uri, is_outside_of_uris)) return std::nullopt;
  std::string_view authority = uri.substr(colon + 1);
  if (!authority.starts_with("//")) return std::nullopt;
  authority.remove_prefix(2);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t user = authority.find('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  if (authority.starts_with('[') || authority.find('@') != std::string_view::npos) return std::nullopt;
  authority = authority.substr(0, authority.find(':'));
  if (!valid_presented_name(authority, Wildcard::refused, true)) return std::nullopt;
  return authority;
}

/// A name in the form that constraints of its kind are about, which is found once, however many there are.
class Constrained {
 public:
  explicit Constrained(const GeneralName& name) noexcept : kind_(name.kind), value_(name.value), text_(as_text(name.value)) {
    //= rfc5280#4.2.1.10-1
    switch (kind_) {
      case NameKind::dns: decidable_ = valid_presented_name(text_, Wildcard::allowed, true); break;
      case NameKind::email: decidable_ = take(mailbox(text_)); break;
      // RFC 5280 4.2.1.10: a URI without a host name is refused where URIs are constrained.
      case NameKind::uri: decidable_ = take(uri_host(text_)); break;
      case NameKind::ip: decidable_ = value_.size() == 4 || value_.size() == 16; break;
      // Alternative names are read before the rules of their certificate are: the form is not known yet.
      case NameKind::directory: decidable_ = check_name(value_).has_value(); break;
      //= rfc5280#4.2.1.10-2
      default: break;
    }
  }

  bool permitted_by(ByteView base) const noexcept { return decidable_ && within(base, false); }
  /// What we cannot tell counts as excluded.
  bool excluded_by(ByteView base) const noexcept { return !decidable_ || within(base, true); }

 private:
  bool take(const std::optional<Mailbox>& box) noexcept {
    if (box) mailbox_ = *box;
    return box.has_value();
  }
  bool take(const std::optional<std::string_view>& host) noexcept {
    if (host) mailbox_.host = *host;
    return host.has_value();
  }

  /// `base` was checked.
  bool within(ByteView base, bool excluding) const noexcept {
    switch (kind_) {
      case NameKind::dns: return dns_within(as_text(base), excluding);
      case NameKind::email: return email_within(as_text(base));
      case NameKind::uri: return host_within(mailbox_.host, as_text(base));
      case NameKind::ip: return address_within(value_, base);
      // RFC 5280 7.1 leaves out the older types of strings: they must not get around an exclusion, nor into what is permitted.
      default: return name_within(value_, base, excluding ? StringTypes::all : StringTypes::usual);
    }
  }

  bool dns_within(std::string_view base, bool excluding) const noexcept {
    if (!text_.starts_with("*.")) return below(text_, base);
    const std::string_view parent = text_.substr(2);
    if (below(parent, base)) return true;
    // "*.example" also covers "host.example": excluded if that is, but not permitted by it alone.
    if (!excluding || !below(base, parent)) return false;
    const std::string_view label = base.substr(0, base.size() - std::min(base.size(), parent.size() + 1));
    return label.find('.') == std::string_view::npos;
  }

  bool email_within(std::string_view base) const noexcept {
    const std::size_t at = base.find('@');
    if (at == std::string_view::npos) return host_within(mailbox_.host, base);
    // RFC 5280 7.5: the local part is compared exactly, the host without case.
    return mailbox_.local == base.substr(0, at) && equal_ignoring_case(mailbox_.host, base.substr(at + 1));
  }

  NameKind kind_;
  ByteView value_;
  std::string_view text_;
  Mailbox mailbox_{};  ///< of a URI the host alone
  bool decidable_ = false;
};

}  // namespace

Result<void> check_subtrees(ByteView content) noexcept {
  // GeneralSubtrees is SEQUENCE SIZE (1..MAX).
  der::Reader subtrees(content);
  do {
    KW_ASSIGN(const GeneralName base, next_subtree(subtrees));
    KW_TRY(check_base(base));
  } while (!subtrees.empty());
  return {};
}

Result<void> NameConstraints::add(const Extensions& extensions) {
  if (!extensions.has(ExtensionId::name_constraints)) return {};
  const auto checked = [](ByteView subtrees) -> Result<void> {
    if (subtrees.empty() || check_subtrees(subtrees)) return {};
    return fail(Errc::malformed_certificate);
  };
  KW_TRY(checked(extensions.permitted_subtrees));
  KW_TRY(checked(extensions.excluded_subtrees));
  levels_.push_back({extensions.permitted_subtrees, extensions.excluded_subtrees});
  return {};
}

Result<void> NameConstraints::check_name(const GeneralName& name) {
  std::optional<Constrained> known;
  const auto form = [&]() -> const Constrained& { return known ? *known : known.emplace(name); };
  for (const Level& level : levels_) {
    for (der::Reader excluded(level.excluded); !excluded.empty();) {
      KW_ASSIGN(const GeneralName base, next_subtree(excluded));
      if (++*comparisons_ > max_comparisons) return fail(Errc::certificate_name_constraint);
      if (base.kind == name.kind && form().excluded_by(base.value)) return fail(Errc::certificate_name_constraint);
    }
    bool constrained = false;
    bool within = false;
    for (der::Reader permitted(level.permitted); !permitted.empty() && !within;) {
      KW_ASSIGN(const GeneralName base, next_subtree(permitted));
      if (++*comparisons_ > max_comparisons) return fail(Errc::certificate_name_constraint);
      if (base.kind != name.kind) continue;
      constrained = true;
      within = form().permitted_by(base.value);
    }
    if (constrained && !within) return fail(Errc::certificate_name_constraint);
  }
  return {};
}

Result<void> NameConstraints::check(const ParsedCertificate& certificate) {
  if (levels_.empty()) return {};
  const Extensions& extensions = certificate.extensions;
  if (!name_is_empty(certificate.subject)) KW_TRY(check_name({NameKind::directory, certificate.subject}));
  for (GeneralNames names(extensions.alternative_names); !names.empty();) {
    KW_ASSIGN(const GeneralName name, names.next());
    KW_TRY(check_name(name));
  }
  // RFC 5280 4.2.1.10: without alternative names, addresses in the subject count as e-mail names.
  if (extensions.has(ExtensionId::subject_alternative_name)) return {};
  for (std::size_t i = 0;; ++i) {
    const auto email = name_email(certificate.subject, i);
    if (!email) return {};
    KW_TRY(check_name({NameKind::email, *email}));
  }
}

}  // namespace keyway::pki
