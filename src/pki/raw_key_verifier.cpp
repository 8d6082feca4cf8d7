// SPDX-License-Identifier: Apache-2.0
//
// The key is read and its size judged before anybody is asked about it.
#include "pki/raw_key_verifier.h"

#include <algorithm>
#include <array>

#include "base/guarded.h"
#include "pki/certificate.h"
#include "pki/judge.h"

namespace keyway::pki {

namespace {

constexpr std::size_t digest_size = 32;

Result<Bytes> sha256(ByteView bytes, const crypto::Provider& provider) {
  const crypto::HashMethods* methods = provider.hash(HashAlgorithm::sha256);
  if (methods == nullptr) return fail(Errc::unsupported_algorithm);
  crypto::HashState hash(methods);
  hash.update(bytes);
  Bytes digest(digest_size);
  hash.finish(digest.data());
  return digest;
}

/// A question to the program that may be answered late; keeps what the answer needs.
class Asking : public std::enable_shared_from_this<Asking> {
 public:
  Asking(TrustedChain evidence, Answer<TrustedChain> answer) : evidence_(std::move(evidence)), answer_(std::move(answer)) {}

  void ask(const RawPublicKeyFunction& accept, const RawPublicKeyQuestion& question) {
    if (auto asked = guarded([&] { accept(question, Answer<bool>(slot_)); }); !asked)
      return std::move(answer_).give(std::unexpected(std::move(asked).error()));
    if (slot_->answered()) return finish();
    // Nothing is touched behind this: another thread may be on its way already.
    slot_->set_continuation([self = shared_from_this()] { self->finish(); });
    slot_->expect_later();
  }

 private:
  void finish() {
    const auto told = slot_->take<bool>();
    if (!told) return std::move(answer_).give(fail(Errc::wrong_answer));
    if (!*told) return std::move(answer_).give(std::unexpected(told->error()));
    if (!**told) return std::move(answer_).give(fail(Errc::raw_public_key_unknown));
    std::move(answer_).give(std::move(evidence_));
  }

  std::shared_ptr<AnswerSlot> slot_ = std::make_shared<AnswerSlot>();
  TrustedChain evidence_;
  Answer<TrustedChain> answer_;
};

class RawKeyVerifier final : public Verifier {
 public:
  explicit RawKeyVerifier(RawKeySettings settings) : settings_(std::move(settings)) {}

  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    auto known = is_pinned(question);
    if (!known) return std::move(answer).give(std::unexpected(std::move(known).error()));
    using enum TrustedChain::Basis;
    auto evidence = Judge::raw_key(question, *known ? validated : settings_.accept ? accepted_by_user : unchecked);
    if (!evidence) return std::move(answer).give(std::move(evidence));
    if (const crypto::PublicKey& key = evidence->leaf_key(); is_weak(key))
      return std::move(answer).give(fail(Errc::certificate_weak_key));
    if (*known || (!settings_.accept && settings_.accept_any)) return std::move(answer).give(std::move(evidence));
    if (!settings_.accept) return std::move(answer).give(fail(Errc::raw_public_key_unknown));
    const Role peer = question.purpose == Purpose::server_authentication ? Role::server : Role::client;
    std::make_shared<Asking>(*std::move(evidence), std::move(answer))
        ->ask(settings_.accept, {question.chain[0], peer, question.name, question.now});
  }

  Bytes fingerprint() const override {
    Bytes print = settings_.function;
    print.push_back(settings_.accept_any ? std::byte{1} : std::byte{0});
    for (std::size_t shift = 0; shift < 32; shift += 8)
      print.push_back(static_cast<std::byte>(settings_.min_rsa_bits >> shift & 0xff));
    for (const Bytes& digest : settings_.digests) print.insert(print.end(), digest.begin(), digest.end());
    return print;
  }

 private:
  Result<bool> is_pinned(const VerifyQuestion& question) const {
    if (settings_.digests.empty() || question.chain.empty()) return false;
    KW_ASSIGN(const Bytes digest, sha256(question.chain[0], *question.provider));
    return std::ranges::find(settings_.digests, digest) != settings_.digests.end();
  }
  bool is_weak(const crypto::PublicKey& key) const {
    const bool rsa = key.type() == crypto::KeyType::rsa || key.type() == crypto::KeyType::rsa_pss;
    return rsa && key.bits() < settings_.min_rsa_bits;
  }

  RawKeySettings settings_;
};

}  // namespace

Result<Bytes> digest_of_pin(ByteView pin, const crypto::Provider& provider) {
  if (pin.size() == digest_size) return to_bytes(pin);
  if (!public_key_parts(pin)) return fail(Errc::invalid_option);
  return sha256(pin, provider);
}

std::shared_ptr<const Verifier> make_raw_key_verifier(RawKeySettings settings) {
  return std::make_shared<const RawKeyVerifier>(std::move(settings));
}

}  // namespace keyway::pki
