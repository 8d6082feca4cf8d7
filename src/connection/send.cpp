// SPDX-License-Identifier: Apache-2.0
//
// From plaintext and messages to records. Sealing reads straight from the caller's pieces.
#include <algorithm>

#include "connection/impl.h"

namespace keyway {

namespace {

/// Output that may wait for the transport before send() takes no more.
constexpr std::size_t max_queued = 256 * 1024;

/// The longest prefix of a gather list with at most `size` bytes, in fixed storage.
class Prefix {
 public:
  Prefix(ByteViews pieces, std::size_t size) {
    for (const ByteView piece : pieces) {
      if (count_ == pieces_.size() || taken_ == size) break;
      if (piece.empty()) continue;
      pieces_[count_] = piece.first(std::min(piece.size(), size - taken_));
      taken_ += pieces_[count_++].size();
    }
  }
  ByteViews pieces() const noexcept { return {pieces_.data(), count_}; }
  std::size_t size() const noexcept { return taken_; }

 private:
  std::array<ByteView, 64> pieces_;
  std::size_t count_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace

bool ConnectionImpl::may_send() const noexcept {
  // RFC 8446 4.4.4: a server may send behind its own flight. It does so only where no client certificate is awaited,
  // because it does not know yet to whom it talks. RFC 7918 3: so may a client that knows it.
  return done_ || (write_keys_ready_ && (in_.role == Role::client || !in_.server().request_certificate));
}

Result<std::size_t> ConnectionImpl::send(ByteViews plaintext) {
  if (failure_) return std::unexpected(*failure_);
  if (write_closed_) return fail(Errc::write_closed);
  //= rfc8446#5.1-8
  if (!may_send()) return fail(Errc::handshake_incomplete);
  // RFC 8446 4.6.3: the answer to a request for new keys goes before our next record.
  if (key_update_owed_) [[unlikely]] {
    if (auto answered = answer_key_update(); !answered) return fail_with(std::move(answered).error());
  }
  // RFC 8446 5.5: a key that has protected enough is used no further while a question of ours keeps it from changing.
  if (wants_key_update() && !handshaker_.can_update_keys()) [[unlikely]]
    return fail(Errc::busy);
  if (writer_.is_spent() && !renegotiating()) [[unlikely]] {
    KW_TRY(renew_spent_key());
    if (!renegotiating()) return 0;  // a server waits for the client's hello
  }
  if (older() && wants_renegotiation()) [[unlikely]] {
    asked_for_new_key_ = true;
    KW_TRY(or_fail(renegotiate()));
  }
  if (renegotiating()) [[unlikely]] {
    if (scratch_->within->close_owed) return fail(Errc::write_closed);
    return postpone(plaintext);
  }
  const std::size_t room = this->room();
  const std::size_t wanted = total_size(plaintext);
  if (room == 0 && wanted != 0) return 0;
  std::size_t taken = wanted;
  Result<void> sealed;
  if (wanted <= room) {
    sealed = seal(ContentType::application_data, plaintext);
  } else {
    const Prefix prefix(plaintext, room);
    taken = prefix.size();
    sealed = seal(ContentType::application_data, prefix.pieces());
  }
  if (!sealed) return fail_with(std::move(sealed).error());
  // RFC 8446 5.5: before the key has protected too much.
  if (wants_key_update() && handshaker_.can_update_keys()) {
    KW_TRY(or_fail(handshaker_.update_keys(KeyUpdateRequest::update_not_requested, *this)));
    updated_keys_ = true;
  }
  return taken;
}

std::size_t ConnectionImpl::room() const noexcept {
  const std::size_t waiting = output_.size() + (renegotiating() ? scratch_->within->postponed.size() : 0);
  return waiting < max_queued ? max_queued - waiting : 0;
}

// RFC 5246 7.1 allows data between the messages of a handshake, but not every peer takes them: they wait for its end.
Result<std::size_t> ConnectionImpl::postpone(ByteViews plaintext) {
  const Prefix prefix(plaintext, room());
  for (const ByteView piece : prefix.pieces()) scratch_->within->postponed.append(piece);
  return prefix.size();
}

Result<void> ConnectionImpl::send_postponed(ByteView plaintext) {
  return plaintext.empty() ? Result<void>() : seal(ContentType::application_data, plaintext);
}

// Keys of TLS 1.2 and below change by a renegotiation or not at all. Few bytes are too many for small blocks and RC4 alone; else
// the record numbers bound their use.
Result<void> ConnectionImpl::renew_spent_key() {
  const handshake::Established* now = established();
  if (!done_ || now == nullptr || !now->can_renegotiate) return fail(Errc::aead_limit);
  if (now->asked) return {};
  if (asked_for_new_key_) return fail(Errc::aead_limit);
  asked_for_new_key_ = true;
  return or_fail(renegotiate());
}

/// Unlike a spent key, one that has served as long as the user wishes is used on where the peer declines.
bool ConnectionImpl::wants_renegotiation() const noexcept {
  const auto& limit = in_.protocol().renegotiate_at;
  if (!done_ || !limit || writer_.next_number() < *limit || asked_for_new_key_ || renegotiating()) return false;
  const handshake::Established* now = established();
  return now != nullptr && now->can_renegotiate && !now->asked;
}

bool ConnectionImpl::wants_key_update() const noexcept {
  return !older() && writer_.wants_key_update(in_.protocol().key_update_at);
}

bool ConnectionImpl::waits_for_key() const noexcept {
  if (wants_key_update() && !handshaker_.can_update_keys()) return true;
  if (!writer_.is_spent()) return false;
  const handshake::Established* now = established();
  return now != nullptr && now->asked;
}

Result<void> ConnectionImpl::answer_key_update() {
  KW_TRY(handshaker_.update_keys(KeyUpdateRequest::update_not_requested, *this));
  return flush_flight();
}

// RFC 8446 4.6.2: nothing comes between the messages of a client's answer, so they leave together.
bool ConnectionImpl::holds_flight() const noexcept {
  return handling_late_ && (blocked_on_ || asking()) && in_.role == Role::client;
}

Result<void> ConnectionImpl::flush_flight() {
  if (!scratch_ || scratch_->flight.empty() || holds_flight()) return {};
  // RFC 8446 6.1: nothing comes after close_notify; the peer asked too late.
  if (write_closed_) {
    scratch_->flight.clear();
    return {};
  }
  KW_TRY(seal(ContentType::handshake, scratch_->flight.view()));
  scratch_->flight.clear();
  return {};
}

std::size_t Connection::send_capacity() const noexcept {
  if (impl_->failure_ || impl_->write_closed_ || !impl_->may_send() || impl_->waits_for_key()) return 0;
  return impl_->room();
}

}  // namespace keyway
