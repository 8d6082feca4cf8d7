// SPDX-License-Identifier: Apache-2.0
//
// States and messages of the figures made for tests, empty but for evidence, which is earned: the chain by a verifier's
// word, the PSK by a binder that fits. There is no other way to come by it (tests/compile_fail).
#pragma once

#include <gtest/gtest.h>

#include "handshake/hello/client_machine.h"
#include "handshake/hello/server_machine.h"
#include "handshake/tls13/client_machine.h"
#include "handshake/tls13/server_machine.h"
#include "loop/credentials.h"
#include "schedule/binder.h"
#include "unit/handshake/quiet_flow.h"

namespace keyway::handshake::test {

inline TrustedChain trusted_chain() {
  static const CertKey identity = keyway::test::authority().leaf();
  static const ByteView chain[] = {identity.cert.front()};
  static const auto provider = crypto::default_provider();
  auto trusted = TrustedChain::accepted_by_user({.chain = chain, .provider = provider.get()}, "a test");
  return std::move(trusted).value();
}

inline tls13::AuthenticatedPsk authenticated_psk() {
  static const auto provider = crypto::default_provider();
  const crypto::HashMethods& hash = *provider->hash(HashAlgorithm::sha256);
  QuietFlow flow(Role::server);
  flow.facts().hash = &hash;
  const tls13::OfferedBinder offered{.key = as_bytes("a key of thirty-two bytes, or so"), .truncated_hello = as_bytes("hello")};
  const auto binder = schedule::psk_binder(hash, offered.key, schedule::BinderKind::external,
                                           schedule::Transcript().hash_with(hash, offered.truncated_hello));
  return tls13::check_binder(offered, binder.view(), flow).value();
}

/// A state, or a local message, with nothing in it that it can be without.
template <class T>
T made() {
  return T{};
}
template <>
inline tls13::client::AskReverdict made() {
  return {.psk = authenticated_psk()};
}
template <>
inline tls13::client::WaitCertificateVerify made() {
  return {.peer = trusted_chain()};
}
template <>
inline tls13::client::WaitFinished made() {
  return {.peer = authenticated_psk()};
}
template <>
inline tls13::server::AskReverdict made() {
  return {.proved = authenticated_psk()};
}
template <>
inline tls13::server::WaitCertificateVerify made() {
  return {.peer = trusted_chain()};
}
template <>
inline tls13::server::LateWaitCertificateVerify made() {
  return {.peer = trusted_chain()};
}
template <>
inline Verdict made() {
  return {.chain = trusted_chain()};
}

}  // namespace keyway::handshake::test
