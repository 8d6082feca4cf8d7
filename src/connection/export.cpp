// SPDX-License-Identifier: Apache-2.0
//
// Keying material for the application (RFC 8446 7.5, RFC 5705) and traffic secrets for hand-over.
#include "connection/impl.h"
#include "names/protocol_version.h"
#include "schedule/exporter.h"

namespace keyway {

namespace {

Result<void> export_older(const handshake::Established& now, const schedule::PrfHash& hash, std::string_view label,
                          std::optional<ByteView> context, MutableBytes out) {
  const schedule::PrfKey master(hash, now.secret.value.expose());
  return schedule::export_keying_material12(master, label, context, now.client_random, now.server_random, out);
}

}  // namespace

Result<void> Connection::export_key(std::string_view label, std::optional<ByteView> context, MutableBytes out) const {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->done_) return fail(Errc::handshake_incomplete);
  const handshake::Facts& facts = impl_->facts_;
  // RFC 8446 7.1: a label has 7 to 255 bytes, of which six are the protocol's.
  if (label.empty() && facts.info.version == ProtocolVersion::tls1_3)
    return fail(Errc::invalid_option, {.option = "label", .reason = "it is empty"});
  if (out.size() > 255 * facts.hash->digest_size || label.size() > 249) return fail(Errc::too_long);
  if (!is_tls(facts.info.version)) return fail(Errc::not_available);
  if (const auto* now = impl_->established()) {
    KW_ASSIGN(const schedule::PrfHash hash, schedule::prf_hash(impl_->in_.provider(), now->hash->algorithm));
    return export_older(*now, hash, label, context, out);
  }
  schedule::export_keying_material(*facts.hash, facts.exporter_master, label, context.value_or(ByteView()), out);
  return {};
}

Result<void> Connection::export_traffic_secrets(Secret48& read, Secret48& write) const {
  const auto* traffic = impl_->handshaker_.traffic();
  if (impl_->failure_ || !impl_->done_ || traffic == nullptr) return fail(Errc::not_available);
  const Role role = impl_->facts_.info.role;
  read = traffic->peer(role).value.duplicate();
  write = traffic->own(role).value.duplicate();
  return {};
}

}  // namespace keyway
