// SPDX-License-Identifier: Apache-2.0
//
// A ClientHello as plain values, for sni_fun, for the pause after the hello and for logs.
#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::negotiation {

namespace {

template <class List>
std::vector<std::uint16_t> numbers(const List& list) {
  std::vector<std::uint16_t> numbers;
  for (const auto value : list) numbers.push_back(static_cast<std::uint16_t>(value));
  return numbers;
}

}  // namespace

HelloInfo describe(const wire::ClientHello& hello, ByteView body) {
  HelloInfo info;
  const auto& extensions = hello.extensions;
  if (const auto& name = extensions.get<wire::ServerName>(); name && !name->host_name.empty())
    info.server_name = std::string(as_text(name->host_name));
  if (const auto& alpn = extensions.get<wire::Alpn>()) {
    for (const ByteView protocol : alpn->protocols) info.alpn.emplace_back(as_text(protocol));
  }
  if (const auto& versions = extensions.get<wire::SupportedVersionsClientHello>()) info.versions = numbers(versions->versions);
  if (info.versions.empty()) info.versions.push_back(hello.legacy_version);
  info.cipher_suites = numbers(hello.cipher_suites);
  if (const auto& groups = extensions.get<wire::SupportedGroups>()) info.groups = numbers(groups->groups);
  if (const auto& schemes = extensions.get<wire::SignatureAlgorithms>()) info.signature_schemes = numbers(schemes->schemes);
  for (const auto& extension : extensions.all()) info.extensions.push_back(static_cast<std::uint16_t>(extension.type));
  info.random = to_bytes(hello.random);
  info.session_id = to_bytes(hello.legacy_session_id);
  info.raw = to_bytes(body);
  return info;
}

}  // namespace keyway::handshake::negotiation
