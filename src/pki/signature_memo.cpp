// SPDX-License-Identifier: Apache-2.0
//
// Tags, and the two rooms that keep them.
#include "pki/signature_memo.h"

#include <cstring>

namespace keyway::pki {

namespace {

/// A length in front of each part: no two lists of parts give the same bytes.
void add(crypto::HashState& state, ByteView part) {
  std::array<std::byte, 8> length;
  for (std::size_t i = 0; i < length.size(); ++i)
    length[i] = static_cast<std::byte>(std::uint64_t{part.size()} >> 8 * (length.size() - 1 - i) & 0xff);
  state.update(length);
  state.update(part);
}

}  // namespace

Result<std::shared_ptr<SignatureMemo>> SignatureMemo::make(std::shared_ptr<const crypto::Provider> provider) {
  const crypto::HashMethods* sha256 = provider->hash(HashAlgorithm::sha256);
  if (sha256 == nullptr) return fail(Errc::unsupported_algorithm);
  Secret32 key;
  KW_TRY(provider->random(key.fill(32)));
  return std::make_shared<SignatureMemo>(Key{}, std::move(provider), *sha256, key.expose());
}

SignatureMemo::SignatureMemo(Key, std::shared_ptr<const crypto::Provider> provider, const crypto::HashMethods& sha256,
                             ByteView key)
    : provider_(std::move(provider)), key_(sha256, key) {}

SignatureMemo::Signature SignatureMemo::signature(const ParsedCertificate& issued, const ParsedCertificate& issuer,
                                                  Kind kind) const {
  crypto::HashState state = key_.begin();
  add(state, issuer.subject_public_key_info);
  add(state, issued.signature_algorithm.whole);
  add(state, issued.signed_part);
  add(state, issued.signature);
  Signature named{.tag = {}, .kind = kind};
  key_.finish(state, named.tag.data());
  return named;
}

bool SignatureMemo::knows(const Signature& signature) const {
  const std::lock_guard lock(mutex_);
  return room(signature.kind).holds(signature.tag);
}

void SignatureMemo::enter(std::span<const Signature> signatures) {
  const std::lock_guard lock(mutex_);
  for (const Signature& signature : signatures) room(signature.kind).enter(signature.tag);
}

std::size_t SignatureMemo::PartOfTag::operator()(const Tag& tag) const noexcept {
  std::size_t part = 0;
  std::memcpy(&part, tag.data(), sizeof(part));
  return part;
}

void SignatureMemo::Room::enter(const Tag& tag) {
  if (const auto known = places_.find(tag); known != places_.end()) {
    slots_[known->second].used = true;
    return;
  }
  const std::size_t place = free_place();
  places_.emplace(tag, place);
  places_.erase(slots_[place].tag);
  slots_[place] = {tag, false};
}

/// A place whose tag may go; a new one has none that is known.
std::size_t SignatureMemo::Room::free_place() {
  if (slots_.size() < most_) {
    slots_.push_back({});
    return slots_.size() - 1;
  }
  while (std::exchange(slots_[hand_].used, false)) hand_ = (hand_ + 1) % most_;
  const std::size_t place = hand_;
  hand_ = (hand_ + 1) % most_;
  return place;
}

}  // namespace keyway::pki
