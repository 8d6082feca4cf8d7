// SPDX-License-Identifier: Apache-2.0
//
// Usages. anyExtendedKeyUsage does not stand for a purpose here unless asked for, as in OTP: an authority should say what it
// is for.
#include "pki/key_usage.h"

#include "pki/der.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

Result<void> check_extended(const Extensions& extensions, Purpose purpose, bool any_purpose) {
  if (!extensions.has(ExtensionId::extended_key_usage)) return {};
  //= rfc5280#4.2.1.12-1
  const bool server = purpose == Purpose::server_authentication;
  for (der::Reader reader(extensions.extended_usages); !reader.empty();) {
    KW_ASSIGN(const der::Element id, reader.next());
    if (as_text(id.content) == (server ? oid::server_auth : oid::client_auth)) return {};
    if (any_purpose && as_text(id.content) == oid::any_extended_key_usage) return {};
  }
  return fail(Errc::certificate_wrong_extended_usage, {.reason = server ? "its extended key usage does not allow TLS servers"
                                                                        : "its extended key usage does not allow TLS clients"});
}

bool has_key_usages(const Extensions& extensions, ByteView values) {
  const auto element = der::single(values, der::tag::bit_string);
  const auto bits = element ? der::bit_string(element->content) : fail(Errc::malformed_der);
  if (!bits) return false;
  for (std::size_t i = 0; i < 9; ++i) {
    if (bits->bit(i) && (extensions.key_usage >> i & 1) == 0) return false;
  }
  return true;
}

bool has_extended_usages(const Extensions& extensions, ByteView values) {
  const auto sequence = der::single(values, der::tag::sequence);
  if (!sequence) return false;
  for (der::Reader wanted(sequence->content); !wanted.empty();) {
    const auto id = wanted.expect(der::tag::object_identifier);
    if (!id) return false;
    bool found = false;
    for (der::Reader own(extensions.extended_usages); !own.empty() && !found;) {
      const auto has = own.next();
      if (!has) return false;
      found = as_text(has->content) == as_text(id->content);
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace

bool satisfies(const Extensions& extensions, const ExtensionFilter& filter) {
  const auto id = der::single(filter.oid, der::tag::object_identifier);
  const std::string_view name = id ? as_text(id->content) : std::string_view();
  const bool usage = name == oid::key_usage;
  //= rfc8446#4.2.5-1
  if (!usage && name != oid::extended_key_usage) return true;
  if (!extensions.has(usage ? ExtensionId::key_usage : ExtensionId::extended_key_usage)) return false;
  // RFC 8446 4.2.5: without values the extension's presence is all that is asked for.
  if (filter.values.empty()) return true;
  return usage ? has_key_usages(extensions, filter.values) : has_extended_usages(extensions, filter.values);
}

Result<void> check_handshake_usage(const Extensions& extensions, Purpose purpose) {
  // RFC 5280 4.2.1.12: the usages of a client are digitalSignature and keyAgreement, those of a server keyEncipherment, too.
  const bool enciphers = purpose == Purpose::server_authentication && extensions.allows(KeyUsage::key_encipherment);
  if (enciphers || extensions.allows(KeyUsage::digital_signature) || extensions.allows(KeyUsage::key_agreement)) return {};
  return fail(Errc::certificate_wrong_usage, {.reason = "its key usage allows nothing that a handshake needs"});
}

Result<void> check_leaf_purpose(const Extensions& extensions, Purpose purpose) {
  return check_extended(extensions, purpose, false);
}

void check_issuer_usage(const Extensions& extensions, Purpose purpose, bool any_purpose, Problems& problems) {
  //= rfc5280#6.1.4-11
  if (!extensions.allows(KeyUsage::key_cert_sign))
    problems.add(Errc::certificate_wrong_usage, "its key usage does not allow signing certificates");
  const bool critical = extensions.is_critical(ExtensionId::extended_key_usage);
  problems.add(check_extended(extensions, purpose, any_purpose && !critical));
}

}  // namespace keyway::pki
