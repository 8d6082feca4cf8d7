// SPDX-License-Identifier: Apache-2.0
//
// Channel bindings: tls-unique and tls-server-end-point (RFC 5929), tls-exporter (RFC 9266).
#include "connection/impl.h"
#include "pki/certificate.h"

namespace keyway {

namespace {

Result<Bytes> unique(const ConnectionImpl& connection) {
  const handshake::Established* now = connection.established();
  if (now == nullptr) return fail(Errc::not_available);
  // RFC 7627 6.1: of two sessions that an attacker made alike, a resumption begins with the same Finished.
  const bool resumed = now->first_finished == Role::server;
  if (resumed && !now->extended_master_secret) return fail(Errc::not_available);
  const auto& finished = resumed ? now->finished.server : now->finished.client;
  return Bytes(finished.begin(), finished.end());
}

/// The server's leaf as it was shown in this handshake.
std::optional<ByteView> server_certificate(const ConnectionImpl& connection) {
  const ConnectionInfo& info = connection.facts_.info;
  // Shown in none of the two: the server does not know which of its own it was.
  if (info.resumed != Resumption::none) return std::nullopt;
  // RFC 5929 4: of certificates.
  const CertificateType shown = info.role == Role::client ? info.peer_certificate_type : info.own_certificate_type;
  if (shown != CertificateType::x509) return std::nullopt;
  if (info.role == Role::client) return info.peer_chain ? std::optional(info.peer_chain->der(0)) : std::nullopt;
  if (!info.used_identity) return std::nullopt;
  return connection.in_.common().identities[info.identity_index]->chain->der(0);
}

Result<Bytes> server_end_point(const ConnectionImpl& connection) {
  const auto der = server_certificate(connection);
  if (!der) return fail(Errc::not_available);
  KW_ASSIGN(const pki::ParsedCertificate certificate, pki::parse_certificate(*der));
  const auto algorithm = pki::signature_algorithm(certificate.signature_algorithm);
  // RFC 5929 4.1: with the hash of its signature, where there is one and only one.
  if (!algorithm || algorithm->kind == crypto::SignatureKind::ed25519 || algorithm->kind == crypto::SignatureKind::ed448)
    return fail(Errc::not_available);
  const bool weak = algorithm->hash == HashAlgorithm::md5 || algorithm->hash == HashAlgorithm::sha1;
  const crypto::HashMethods* hash = connection.in_.provider().hash(weak ? HashAlgorithm::sha256 : algorithm->hash);
  if (hash == nullptr) return fail(Errc::not_available);
  Bytes binding(hash->digest_size);
  crypto::HashState state(hash);
  state.update(*der);
  state.finish(binding.data());
  return binding;
}

}  // namespace

Result<Bytes> Connection::channel_binding(ChannelBinding kind) const {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->done_) return fail(Errc::handshake_incomplete);
  if (kind == ChannelBinding::tls_unique) return unique(*impl_);
  if (kind == ChannelBinding::tls_server_end_point) return server_end_point(*impl_);
  // RFC 9266 3: in older versions only where a man in the middle cannot give two connections the same secret.
  if (const auto* now = impl_->established(); now != nullptr && !now->extended_master_secret) return fail(Errc::not_available);
  Bytes binding(32);
  KW_TRY(export_key("EXPORTER-Channel-Binding", ByteView(), binding));
  return binding;
}

}  // namespace keyway
