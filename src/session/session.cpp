// SPDX-License-Identifier: Apache-2.0
//
// Copies of sessions, made field by field because the secret in them has no copy that is made by the way.
#include "keyway/session_store.h"

namespace keyway {

Session Session::duplicate() const {
  Session copy;
  copy.version = version;
  copy.cipher_suite = cipher_suite;
  copy.secret = secret.duplicate();
  copy.extended_master_secret = extended_master_secret;
  copy.age_add = age_add;
  copy.lifetime = lifetime;
  copy.max_early_data = max_early_data;
  copy.issued = issued;
  copy.alpn = alpn;
  copy.server_name = server_name;
  copy.policy = policy;
  copy.peer = peer;
  copy.peer_validated = peer_validated;
  copy.peer_accepted = peer_accepted;
  copy.peer_not_after = peer_not_after;
  copy.peer_signature_scheme = peer_signature_scheme;
  copy.ocsp_response = ocsp_response;
  copy.signed_certificate_timestamps = signed_certificate_timestamps;
  copy.psk_identity = psk_identity;
  copy.authenticated_at = authenticated_at;
  return copy;
}

}  // namespace keyway
