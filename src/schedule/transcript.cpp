// SPDX-License-Identifier: Apache-2.0
//
// Transcript: snapshots are copies of a hash state.
#include "schedule/transcript.h"

#include "names/handshake_type.h"

namespace keyway::schedule {

namespace {

TranscriptHash finish(crypto::HashState& state) {
  TranscriptHash hash;
  hash.size = state.digest_size();
  state.finish(hash.bytes.data());
  return hash;
}

}  // namespace

Transcript::Transcript(const Transcript& from) : state_(from.state_), keeps_(from.keeps_), for_good_(from.for_good_) {
  waiting_.append(from.waiting_.view());
}

Transcript& Transcript::operator=(const Transcript& from) {
  if (this == &from) return *this;
  state_ = from.state_;
  keeps_ = from.keeps_;
  for_good_ = from.for_good_;
  waiting_.clear();
  waiting_.append(from.waiting_.view());
  return *this;
}

void Transcript::update(ByteView message) {
  if (state_) state_.update(message);
  if (!state_ || keeps_) waiting_.append(message);
}

void Transcript::start(const crypto::HashMethods& methods) {
  if (state_) return;
  state_ = crypto::HashState(&methods);
  state_.update(waiting_.view());
  if (!keeps_) waiting_.release();
}

void Transcript::forget_messages() {
  if (for_good_) return;
  keeps_ = false;
  if (state_) waiting_.release();
}

void Transcript::replace_with_message_hash() {
  const crypto::HashMethods* methods = state_.methods();
  const TranscriptHash first = finish(state_);
  state_ = crypto::HashState(methods);
  //= rfc8446#4.4.1-1
  const std::byte header[] = {static_cast<std::byte>(HandshakeType::message_hash), std::byte{0}, std::byte{0},
                              static_cast<std::byte>(first.size)};
  state_.update(header);
  state_.update(first.view());
}

TranscriptHash Transcript::current() const {
  crypto::HashState snapshot = state_;
  return finish(snapshot);
}

TranscriptHash Transcript::hash_with(const crypto::HashMethods& methods, ByteView more) const {
  crypto::HashState snapshot = state_ ? state_ : crypto::HashState(&methods);
  if (!state_) snapshot.update(waiting_.view());
  snapshot.update(more);
  return finish(snapshot);
}

TranscriptHash empty_hash(const crypto::HashMethods& methods) {
  crypto::HashState state(&methods);
  return finish(state);
}

}  // namespace keyway::schedule
