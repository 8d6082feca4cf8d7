// SPDX-License-Identifier: Apache-2.0
//
// Keying material for the application (RFC 8446 7.5, RFC 5705), the PRF, traffic secrets for hand-over, and secrets that were
// asked to be kept.
#include <algorithm>
#include <array>

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

/// RFC 5705 4: what TLS derives from the master secret itself. Whoever has that has the keys.
constexpr std::array<std::string_view, 5> own_labels{"client finished", "server finished", "master secret",
                                                     "extended master secret", "key expansion"};

/// With the label it must not be read as one of those: the two are one string under the HMAC.
bool is_own(std::string_view label, ByteView seed) {
  const auto begins = [&](std::string_view own) {
    if (label.size() >= own.size()) return label.starts_with(own);
    const std::string_view rest = own.substr(label.size());
    return own.starts_with(label) && as_text(seed).starts_with(rest);
  };
  return std::ranges::any_of(own_labels, begins);
}

std::unexpected<Error> refuse_own(std::string_view label) {
  return fail(Errc::invalid_option, {.option = "label", .value = std::string(label), .reason = "TLS derives its keys with it"});
}

Bytes joined(std::span<const PrfSeed> seed, ByteView client_random, ByteView server_random) {
  Bytes all;
  for (const PrfSeed& part : seed) {
    const auto* random = std::get_if<PrfRandom>(&part);
    const ByteView bytes = random == nullptr                     ? std::get<ByteView>(part)
                           : *random == PrfRandom::client_random ? client_random
                                                                 : server_random;
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return all;
}

/// What an exporter without context mixes in (RFC 5705 4).
bool is_exporter(const PrfSecret& secret, std::span<const PrfSeed> seed) {
  static constexpr std::array<PrfRandom, 2> randoms{PrfRandom::client_random, PrfRandom::server_random};
  return std::holds_alternative<MasterSecret>(secret) &&
         std::ranges::equal(seed, randoms, [](const PrfSeed& part, PrfRandom random) {
           const auto* named = std::get_if<PrfRandom>(&part);
           return named != nullptr && *named == random;
         });
}

}  // namespace

Result<void> Connection::export_key(std::string_view label, std::optional<ByteView> context, MutableBytes out) const {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->done_ && !impl_->started_falsely()) return fail(Errc::handshake_incomplete);
  const handshake::Facts& facts = impl_->facts_;
  // RFC 8446 7.1: a label has 7 to 255 bytes, of which six are the protocol's.
  if (label.empty() && facts.info.version == ProtocolVersion::tls1_3)
    return fail(Errc::invalid_option, {.option = "label", .reason = "it is empty"});
  if (out.size() > 255 * facts.hash->digest_size || label.size() > 249) return fail(Errc::too_long);
  if (!is_tls(facts.info.version)) return fail(Errc::not_available);
  if (const auto* now = impl_->established()) {
    if (is_own(label, {})) return refuse_own(label);
    KW_ASSIGN(const schedule::PrfHash hash, schedule::prf_hash(impl_->in_.provider(), now->hash->algorithm));
    return export_older(*now, hash, label, context, out);
  }
  schedule::export_keying_material(*facts.hash, facts.exporter_master, label, context.value_or(ByteView()), out);
  return {};
}

Result<void> Connection::prf(PrfSecret secret, std::string_view label, std::span<const PrfSeed> seed, MutableBytes out) const {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->done_) return fail(Errc::handshake_incomplete);
  const auto* now = impl_->established();
  if (now == nullptr) return is_exporter(secret, seed) ? export_key(label, std::nullopt, out) : fail(Errc::not_available);
  if (!is_tls(impl_->facts_.info.version)) return fail(Errc::not_available);
  constexpr std::size_t most = 65535;
  if (out.size() > most || label.size() > 249) return fail(Errc::too_long);
  const Bytes all = joined(seed, now->client_random, now->server_random);
  const auto* bytes = std::get_if<ByteView>(&secret);
  if (bytes == nullptr && is_own(label, all)) return refuse_own(label);
  KW_ASSIGN(const schedule::PrfHash hash, schedule::prf_hash(impl_->in_.provider(), now->hash->algorithm));
  const ByteView seeds[] = {all};
  schedule::PrfKey(hash, bytes != nullptr ? *bytes : now->secret.value.expose()).expand(label, seeds, out);
  return {};
}

Result<SecretBytes> Connection::master_secret() const {
  if (impl_->failure_) return std::unexpected(*impl_->failure_);
  if (!impl_->done_) return fail(Errc::handshake_incomplete);
  const auto* now = impl_->established();
  if (now == nullptr || !impl_->observe().keep_secrets) return fail(Errc::not_available);
  return SecretBytes(now->secret.value.expose());
}

Result<std::vector<SecretBytes>> Connection::key_log() const {
  if (!impl_->observe().keep_secrets) return fail(Errc::not_available);
  std::vector<SecretBytes> lines;
  if (!impl_->rare_) return lines;
  for (const SecretBytes& line : impl_->rare_->key_log) lines.push_back(line.duplicate());
  return lines;
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
