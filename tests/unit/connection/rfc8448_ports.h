// SPDX-License-Identifier: Apache-2.0
//
// The ports behind a connection that follows a trace of RFC 8448: verifier, signer, time; and a machine of our own in the
// place of the connection's, for traces that begin where ours would have said something else.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>

#include "connection/impl.h"
#include "connection/oracle.h"
#include "keyway/verify.h"

namespace keyway::test {

inline constexpr Now trace_now{TimePoint(std::chrono::hours(1)), WallTime(std::chrono::seconds(1'470'000'000))};  // July 2016

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// The certificates of the traces are self-signed.
class TakeAll final : public Verifier {
 public:
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    std::move(answer).give(TrustedChain::accepted_by_user(question, "a certificate of RFC 8448"));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("take all")); }
};

/// Signs what the trace says was signed with the signature that the trace has.
class InjectedSigner final : public crypto::Signer {
 public:
  InjectedSigner(SignatureScheme scheme, Bytes message, Bytes signature)
      : scheme_(scheme), message_(std::move(message)), signature_(std::move(signature)) {}
  crypto::KeyType type() const override {
    return scheme_ == SignatureScheme::rsa_pss_rsae_sha256 ? crypto::KeyType::rsa : crypto::KeyType::ec;
  }
  bool can(SignatureScheme scheme) const override { return scheme == scheme_; }
  ByteView subject_public_key_info() const override { return {}; }
  void sign(SignatureScheme scheme, ByteView message, Answer<Bytes> answer) const override {
    if (scheme != scheme_ || to_bytes(message) != message_) return std::move(answer).give(fail(Errc::crypto_failure));
    std::move(answer).give(signature_);
  }

 private:
  SignatureScheme scheme_;
  Bytes message_;
  Bytes signature_;
};

/// Questions of the present state; the ports above answer at once.
template <class Machine>
void settle(ConnectionImpl& impl, Machine& machine) {
  Handshaker::Oracle oracle(impl);
  ASSERT_EQ(must(machine.settle(impl, oracle)), handshake::Turn::peer);
}

/// Whole handshake messages to the machine, as the connection would give them.
template <class Machine>
void take_messages(ConnectionImpl& impl, Machine& machine, ByteView messages) {
  while (!messages.empty()) {
    const std::size_t size = 4 + (std::to_integer<std::size_t>(messages[2]) << 8 | std::to_integer<std::size_t>(messages[3]));
    const Received received{messages.first(size), messages.size() - size};
    impl.received_ = &received;
    must(machine.receive(static_cast<HandshakeType>(messages[0]), received.message.subspan(4), impl));
    settle(impl, machine);
    impl.received_ = nullptr;
    messages = messages.subspan(size);
  }
}

/// Records that hold whole messages, and dummy change_cipher_spec ones.
template <class Machine>
void take_records(ConnectionImpl& impl, Machine& machine, Bytes records) {
  impl.reader_.set_change_cipher_spec_allowed(true);
  for (MutableBytes rest(records); !rest.empty();) {
    std::size_t size = 0;
    const auto outcome = must(impl.reader_.open(rest, size));
    ASSERT_NE(size, 0u);
    rest = rest.subspan(size);
    if (const auto* opened = std::get_if<record::Opened>(&outcome)) take_messages(impl, machine, opened->fragment);
  }
}

/// What the connection has to send.
inline Bytes take_output(ConnectionImpl& impl) {
  must(impl.flush_flight());
  Bytes bytes;
  for (const ByteView piece : impl.output_.views()) bytes.insert(bytes.end(), piece.begin(), piece.end());
  impl.output_.sent(bytes.size());
  return bytes;
}

}  // namespace keyway::test
