// SPDX-License-Identifier: Apache-2.0
//
// The client makes the premaster secret up and encrypts it. Against Bleichenbacher, ROBOT and Marvin the server never says what
// it found: whatever is wrong, with the ciphertext, its padding, its length, the version in it or the key's own machinery, the
// handshake goes on with random bytes that were drawn before, and ends at Finished like any handshake with a wrong secret.
#include "handshake/tls12/kx/legacy/rsa.h"

#include <algorithm>

#include "base/guarded.h"
#include "crypto/legacy/premaster.h"
#include "names/protocol_version.h"
#include "wire/legacy/encrypted_premaster.h"

namespace keyway::handshake::tls12 {

namespace {

class RsaClient final : public Exchange {
 public:
  explicit RsaClient(ProtocolVersion offered) noexcept : offered_(offered) {}

  Result<void> write_parameters(wire::Writer&, Flow&) override { return fail(Errc::internal); }
  Result<void> read_parameters(wire::Reader&, Flow&) override { return {}; }  // behind the hint of RSA_PSK there are none
  Result<void> read_public(wire::Reader&, Flow&) override { return fail(Errc::internal); }

  Result<void> use_certificate(const TrustedChain& chain, Flow& flow) override {
    // RFC 5246 7.4.2.
    if (!chain.leaf_may_encipher()) return fail(Errc::certificate_wrong_usage);
    const MutableBytes premaster = premaster_.fill(crypto::rsa_premaster_size);
    KW_TRY(flow.in().provider().random(premaster));
    // RFC 5246 7.4.7.1: the newest version that was offered, not the one that was chosen.
    //= rfc5246#7.4.7.1-1
    const auto offered = static_cast<std::uint16_t>(offered_);
    premaster[0] = static_cast<std::byte>(offered >> 8);
    premaster[1] = static_cast<std::byte>(offered);
    KW_ASSIGN(ciphertext_, chain.leaf_key().encrypt(premaster_.expose()));
    return {};
  }

  Result<void> write_public(wire::Writer& writer, Flow& flow) override {
    // RFC 5246 7.4.7.1: SSL 3.0 has no length here.
    if (is_tls(flow.facts().info.version)) {
      wire::EncryptedPremaster{ciphertext_}.write(writer);
    } else {
      wire::BareEncryptedPremaster{ciphertext_}.write(writer);
    }
    return {};
  }

  Result<ByteView> secret(Flow&) override { return premaster_.expose(); }

 private:
  const ProtocolVersion offered_;
  Secret48 premaster_;
  Bytes ciphertext_;
};

class RsaServer final : public Exchange, KeyQuestion {
 public:
  explicit RsaServer(const ServerBasis& basis)
      : identity_(basis.identity), version_(static_cast<ProtocolVersion>(basis.hello.legacy_version)) {}

  Result<void> write_parameters(wire::Writer&, Flow&) override { return {}; }
  Result<void> read_parameters(wire::Reader&, Flow&) override { return fail(Errc::internal); }
  Result<void> write_public(wire::Writer&, Flow&) override { return fail(Errc::internal); }

  Result<void> read_public(wire::Reader& reader, Flow& flow) override {
    // Drawn before anything is known of the ciphertext.
    KW_TRY(flow.in().provider().random(random_.fill(crypto::rsa_premaster_size)));
    if (is_tls(flow.facts().info.version)) {
      KW_ASSIGN(const auto read, wire::EncryptedPremaster::read(reader));
      ciphertext_ = flow.keep(read.ciphertext);
    } else {
      KW_ASSIGN(const auto read, wire::BareEncryptedPremaster::read(reader));
      ciphertext_ = flow.keep(read.ciphertext);
    }
    asks_ = true;
    return {};
  }

  KeyQuestion* question(Flow&) override { return asks_ ? this : nullptr; }

  Blocked::On blocked_on() const override { return Blocked::On::private_key; }

  void put(const std::shared_ptr<AnswerSlot>& slot, const Inputs&) override {
    // An exception is an answer like any other, too: it may be how somebody's key says that the padding is wrong.
    (void)guarded([&] { identity_->signer->decrypt(ciphertext_, Answer<SecretBytes>(slot)); });
  }

  std::optional<Result<void>> take(AnswerSlot& slot) override {
    auto answer = slot.take<SecretBytes>();
    if (!answer) return std::nullopt;
    asks_ = false;
    // In the place of a refusal: a block of the same size, which is none, and takes the same time.
    const SecretBytes nothing(ciphertext_.size());
    const bool usable = answer->has_value() && (*answer)->size() == ciphertext_.size();
    const SecretBytes& block = usable ? **answer : nothing;
    //= rfc5246#7.4.7.1-2
    premaster_ = crypto::rsa_premaster(block.expose(), version_, random_.expose());
    return Result<void>();
  }

  Result<ByteView> secret(Flow&) override { return premaster_.expose(); }

 private:
  std::shared_ptr<const pki::Identity> identity_;
  ProtocolVersion version_;  ///< of the ClientHello
  Secret48 random_;
  ByteView ciphertext_;  ///< kept by the flow
  bool asks_ = false;
  Secret48 premaster_;
};

}  // namespace

ExchangePtr make_rsa(ProtocolVersion offered) { return std::make_unique<RsaClient>(offered); }
ExchangePtr make_rsa(const ServerBasis& basis) { return std::make_unique<RsaServer>(basis); }

}  // namespace keyway::handshake::tls12
