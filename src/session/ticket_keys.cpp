// SPDX-License-Identifier: Apache-2.0
//
// A ticket: the name of its key, a nonce, the sealed session. Names are random and tell nothing; name and nonce are
// authenticated with the rest.
#include "session/ticket_keys.h"

#include <algorithm>

#include "session/session_codec.h"
#include "session/ticket_age.h"

namespace keyway::session {
namespace {

constexpr std::size_t nonce_size = crypto::aead_nonce_size;

/// Nonces are random, so that a key is used for so many tickets at most (NIST SP 800-38D 8.3: 2^32).
constexpr std::uint64_t max_sealed = std::uint64_t{1} << 32;

}  // namespace

Result<std::shared_ptr<TicketKeys>> TicketKeys::make(std::shared_ptr<const crypto::Provider> provider,
                                                     std::chrono::seconds lifetime) {
  const auto offered = provider->aeads();
  for (const AeadAlgorithm algorithm : {AeadAlgorithm::aes_256_gcm, AeadAlgorithm::chacha20_poly1305}) {
    if (std::ranges::find(offered, algorithm) != offered.end())
      return std::make_shared<TicketKeys>(std::move(provider), algorithm, lifetime);
  }
  return fail(Errc::unsupported_algorithm);
}

Result<TicketKeys::Key> TicketKeys::new_key(Now now) const {
  Key key{.name = {}, .sealer = nullptr, .opener = nullptr, .made = now.monotonic};
  KW_TRY(provider_->random(key.name));
  Secret32 secret;
  KW_TRY(provider_->random(secret.fill(crypto::key_size(algorithm_))));
  KW_ASSIGN(key.sealer, provider_->sealer(algorithm_, secret.expose()));
  KW_ASSIGN(key.opener, provider_->opener(algorithm_, secret.expose()));
  return key;
}

Result<void> TicketKeys::rotate(Now now, bool wanted) {
  if (previous_ && now.monotonic - previous_->made >= 2 * lifetime_) previous_.reset();
  if (present_ && (now.monotonic - present_->made >= lifetime_ || present_->sealed >= max_sealed)) {
    previous_ = std::move(present_);
    present_.reset();
    if (now.monotonic - previous_->made >= 2 * lifetime_) previous_.reset();
  }
  if (wanted && !present_) { KW_ASSIGN(present_, new_key(now)); }
  return {};
}

Result<Bytes> TicketKeys::seal(const Session& session, Now now) {
  const SecretBytes content = encode(session);
  if (content.empty()) return Bytes();
  const std::lock_guard lock(mutex_);
  KW_TRY(rotate(now, true));
  const std::size_t head = name_size + nonce_size;
  Bytes ticket(head + content.size() + present_->sealer->tag_size());
  if (ticket.size() > max_sealed_ticket) return Bytes();
  std::ranges::copy(present_->name, ticket.begin());
  const MutableBytes nonce = MutableBytes(ticket).subspan(name_size, nonce_size);
  KW_TRY(provider_->random(nonce));
  const ByteView pieces[] = {content.expose()};
  KW_TRY(present_->sealer->seal(nonce, ByteView(ticket).first(head), pieces, MutableBytes(ticket).subspan(head)));
  ++present_->sealed;
  return ticket;
}

std::shared_ptr<const Session> TicketKeys::open(ByteView ticket, Now now) {
  const std::size_t head = name_size + nonce_size;
  if (ticket.size() <= head || ticket.size() > max_sealed_ticket) return nullptr;
  SecretBytes content(ticket.subspan(head));
  std::size_t size = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!rotate(now, false)) return nullptr;
    const auto named = [&](const std::optional<Key>& key) {
      return key && std::ranges::equal(key->name, ticket.first(name_size));
    };
    if (!named(present_) && !named(previous_)) return nullptr;
    const Key& key = named(present_) ? *present_ : *previous_;
    if (content.size() < key.opener->tag_size()) return nullptr;
    const auto opened = key.opener->open(ticket.subspan(name_size, nonce_size), ticket.first(head), content.fill());
    if (!opened) return nullptr;
    size = opened->size();
  }
  auto session = decode_session(content.expose().first(size));
  return session && is_live(**session, now.wall) ? *std::move(session) : nullptr;
}

}  // namespace keyway::session
