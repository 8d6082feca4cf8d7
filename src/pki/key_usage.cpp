// SPDX-License-Identifier: Apache-2.0
//
// Usages. anyExtendedKeyUsage does not stand for a purpose here, as in OTP: an authority should say what it is for.
#include "pki/key_usage.h"

#include "pki/der.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

Result<void> check_extended(const Extensions& extensions, Purpose purpose) {
  if (!extensions.has(ExtensionId::extended_key_usage)) return {};
  const bool server = purpose == Purpose::server_authentication;
  for (der::Reader reader(extensions.extended_usages); !reader.empty();) {
    KW_ASSIGN(const der::Element id, reader.next());
    if (as_text(id.content) == (server ? oid::server_auth : oid::client_auth)) return {};
  }
  return fail(Errc::certificate_wrong_extended_usage, {.reason = server ? "its extended key usage does not allow TLS servers"
                                                                        : "its extended key usage does not allow TLS clients"});
}

}  // namespace

Result<void> check_leaf_usage(const Extensions& extensions, Purpose purpose) {
  //= rfc8446#4.4.2.2-3
  if (!extensions.allows(KeyUsage::digital_signature))
    return fail(Errc::certificate_wrong_usage, {.reason = "its key usage does not allow signatures"});
  return check_extended(extensions, purpose);
}

Result<void> check_issuer_usage(const Extensions& extensions, Purpose purpose) {
  // RFC 5280 6.1.4 n.
  if (!extensions.allows(KeyUsage::key_cert_sign))
    return fail(Errc::certificate_wrong_usage, {.reason = "its key usage does not allow signing certificates"});
  return check_extended(extensions, purpose);
}

}  // namespace keyway::pki
