// SPDX-License-Identifier: Apache-2.0
//
// Server: the second ClientHello against the first (RFC 8446 4.1.2, 4.2.2, 4.2.8).
#include <algorithm>

#include "base/ct.h"
#include "handshake/negotiation/psk.h"
#include "handshake/tls13/server_steps.h"

namespace keyway::handshake::tls13::server {

namespace {

/// What may differ between the two hellos (RFC 8446 4.1.2).
bool may_change(ExtensionType type) {
  switch (type) {
    case ExtensionType::key_share:
    case ExtensionType::early_data:
    case ExtensionType::cookie:
    case ExtensionType::pre_shared_key:
    case ExtensionType::padding: return true;
    default: return false;
  }
}

bool same_extensions(const ClientHello& first, const ClientHello& second) {
  const auto fixed = [](const ClientHello& hello) {
    std::vector<wire::RawExtension> list;
    for (const auto& extension : hello.extensions.all()) {
      if (!may_change(extension.type)) list.push_back(extension);
    }
    std::ranges::sort(list, {}, &wire::RawExtension::type);
    return list;
  };
  // What we do not know may have rules of its own: encrypted_client_hello is made anew for each hello.
  return std::ranges::equal(fixed(first), fixed(second), [](const auto& a, const auto& b) {
    return a.type == b.type && (!wire::is_recognized(a.type) || std::ranges::equal(a.body, b.body));
  });
}

std::unexpected<Error> changed(std::string what) { return fail(Errc::hello_changed, {.reason = std::move(what)}); }

/// RFC 8446 4.1.2: no PSK may come, and only those of another hash than the suite's may go; what hash an unknown one has is
/// told by its binder, which is as long. Enforced as far as it matters here: a key that we know stays, and so does one at
/// least of those that may be our tickets.
Result<void> check_psks(const ClientHello& first, const ClientHello& second, std::size_t digest_size, const PskOptions& psk) {
  const auto& before = first.extensions.get<wire::PreSharedKeyClientHello>();
  const auto& after = second.extensions.get<wire::PreSharedKeyClientHello>();
  if (!before) return after ? changed("pre_shared_key") : Result<void>();
  const wire::PreSharedKeyClientHello none;
  const auto& left = (after ? *after : none).identities;
  auto kept = left.begin();
  auto binder = before->binders.begin();
  std::size_t fitting = 0;
  std::size_t fitting_kept = 0;
  for (const wire::PskIdentity& identity : before->identities) {
    const bool fits = (*binder++).size() == digest_size;
    const bool stays = kept != left.end() && std::ranges::equal((*kept).identity, identity.identity);
    if (stays) ++kept;
    if (!fits) continue;
    ++fitting;
    if (stays) ++fitting_kept;
    if (!stays && after && fitting <= negotiation::max_candidates && negotiation::find_external(psk.keys, identity.identity))
      return changed("pre_shared_key");
  }
  if (kept != left.end()) return changed("pre_shared_key");
  if (fitting != 0 && fitting_kept == 0) return after ? changed("pre_shared_key") : wire::missing(ExtensionType::pre_shared_key);
  return {};
}

}  // namespace

Result<void> check_second(const ClientHello& first, const ClientHello& second, const Parameters& parameters, Flow& flow) {
  const auto same = [](const auto& a, const auto& b) { return std::ranges::equal(a, b); };
  if (first.legacy_version != second.legacy_version) return changed("legacy_version");
  if (!same(first.random, second.random)) return changed("random");
  if (!same(first.legacy_session_id, second.legacy_session_id)) return changed("legacy_session_id");
  if (!same(first.cipher_suites, second.cipher_suites)) return changed("cipher_suites");
  if (!same_extensions(first, second)) return changed("extensions");
  KW_TRY(check_psks(first, second, flow.facts().hash->digest_size, flow.in().server().options.psk));
  // RFC 8446 4.2.10: no early data after a retry.
  if (second.extensions.get<wire::EarlyData>()) return fail(Errc::wrong_early_data);
  const auto& cookie = second.extensions.get<wire::Cookie>();
  const bool asked = flow.in().server().options.cookie;
  if (asked && !cookie) return wire::missing(ExtensionType::cookie);
  if (!asked && cookie) return fail(Errc::wrong_cookie);
  if (asked && !ct::equal(cookie->cookie, parameters.cookie.expose())) return fail(Errc::wrong_cookie);
  // RFC 8446 4.2.8: exactly one share, of the group we asked for.
  const auto& shares = second.extensions.get<wire::KeyShareClientHello>();
  if (!shares || shares->shares.size() != 1 || (*shares->shares.begin()).group != *parameters.group)
    return fail(Errc::wrong_key_share);
  return {};
}

}  // namespace keyway::handshake::tls13::server
