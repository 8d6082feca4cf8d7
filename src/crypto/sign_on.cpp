// SPDX-License-Identifier: Apache-2.0
//
// A Signer that hands its questions to an executor. What the question points to is copied: it is gone when the call returns.
#include "base/guarded.h"
#include "keyway/private_key.h"

namespace keyway {
namespace {

class ElsewhereSigner final : public crypto::Signer {
 public:
  ElsewhereSigner(Executor run, std::shared_ptr<const crypto::Signer> key) : run_(std::move(run)), key_(std::move(key)) {}

  crypto::KeyType type() const override { return key_->type(); }
  bool can(SignatureScheme scheme) const override { return key_->can(scheme); }
  ByteView subject_public_key_info() const override { return key_->subject_public_key_info(); }
  bool can_decrypt() const override { return key_->can_decrypt(); }

  void sign(SignatureScheme scheme, ByteView message, Answer<Bytes> answer) const override {
    run_([key = key_, scheme, message = to_bytes(message), answer = std::move(answer)]() mutable {
      give_up_quietly([&] { key->sign(scheme, message, std::move(answer)); });
    });
  }
  void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const override {
    run_([key = key_, ciphertext = to_bytes(ciphertext), answer = std::move(answer)]() mutable {
      give_up_quietly([&] { key->decrypt(ciphertext, std::move(answer)); });
    });
  }
  void agree(ByteView peer_share, Answer<SharedSecret> answer) const override {
    run_([key = key_, peer_share = to_bytes(peer_share), answer = std::move(answer)]() mutable {
      give_up_quietly([&] { key->agree(peer_share, std::move(answer)); });
    });
  }

 private:
  /// Nothing that the key throws ends the executor's thread; the answer, which is gone with it, says that it was dropped.
  template <class Call>
  static void give_up_quietly(Call&& call) noexcept {
    try {
      (void)guarded(std::forward<Call>(call));
    } catch (const std::bad_alloc&) {}
  }

  Executor run_;
  std::shared_ptr<const crypto::Signer> key_;
};

}  // namespace

std::shared_ptr<const crypto::Signer> sign_on(Executor run, std::shared_ptr<const crypto::Signer> key) {
  if (key == nullptr) return nullptr;
  return std::make_shared<ElsewhereSigner>(std::move(run), std::move(key));
}

}  // namespace keyway
