// SPDX-License-Identifier: Apache-2.0
//
// The client makes a key on the curve of the certificate's key; the server's signer agrees with it, now or later.
#include "handshake/tls12/kx/legacy/static_ecdh.h"

#include <algorithm>

#include "base/guarded.h"
#include "pki/certificate.h"
#include "wire/messages/client_key_exchange.h"

namespace keyway::handshake::tls12 {

namespace {

/// RFC 7250 3: what is shown may be the key itself.
Result<crypto::PublicKeyParts> key_shown(const CertificateChain& chain) {
  if (chain.is_raw_public_key()) return pki::public_key_parts(chain.der(0));
  KW_ASSIGN(const auto leaf, pki::parse_certificate(chain.der(0)));
  return pki::public_key_parts(leaf.key_algorithm, leaf.key_bits);
}

class StaticEcdhClient final : public Exchange {
 public:
  Result<void> write_parameters(wire::Writer&, Flow&) override { return fail(Errc::internal); }
  Result<void> read_parameters(wire::Reader&, Flow&) override { return fail(Errc::internal); }
  Result<void> read_public(wire::Reader&, Flow&) override { return fail(Errc::internal); }

  Result<void> use_certificate(const TrustedChain& chain, Flow& flow) override {
    if (!chain.leaf_may_agree()) return fail(Errc::certificate_wrong_usage);
    KW_ASSIGN(const auto parts, key_shown(*chain.chain()));
    // RFC 8422 5.3: a curve that we offered.
    const auto& ours = flow.in().common().curves;
    if (parts.type != crypto::KeyType::ec || std::ranges::find(ours, parts.curve) == ours.end())
      return fail(Errc::certificate_key_type);
    peer_ = to_bytes(parts.key);
    KW_ASSIGN(own_, flow.in().provider().key_agreement(parts.curve));
    flow.facts().info.group = parts.curve;
    return {};
  }

  Result<void> write_public(wire::Writer& writer, Flow&) override {
    wire::ClientEcdhPublic{own_->share()}.write(writer);
    KW_ASSIGN(secret_, std::move(*own_).agree(peer_));
    return {};
  }

  Result<ByteView> secret(Flow&) override { return secret_.expose(); }

 private:
  std::unique_ptr<crypto::KeyAgreement> own_;
  Bytes peer_;
  SharedSecret secret_;
};

std::optional<NamedGroup> curve_of(const pki::Identity& identity) {
  const auto parts = identity.key();
  if (!parts || parts->type != crypto::KeyType::ec) return std::nullopt;
  return parts->curve;
}

class StaticEcdhServer final : public Exchange, KeyQuestion {
 public:
  explicit StaticEcdhServer(const ServerBasis& basis) : identity_(basis.identity) {}

  Result<void> write_parameters(wire::Writer&, Flow& flow) override {
    flow.facts().info.group = curve_of(*identity_);
    return {};
  }
  Result<void> read_parameters(wire::Reader&, Flow&) override { return fail(Errc::internal); }
  Result<void> write_public(wire::Writer&, Flow&) override { return fail(Errc::internal); }

  Result<void> read_public(wire::Reader& reader, Flow& flow) override {
    KW_ASSIGN(const auto read, wire::ClientEcdhPublic::read(reader));
    peer_ = flow.keep(read.point);
    return {};
  }

  KeyQuestion* question(Flow&) override { return !peer_.empty() && secret_.empty() ? this : nullptr; }

  Blocked::On blocked_on() const override { return Blocked::On::private_key; }

  void put(const std::shared_ptr<AnswerSlot>& slot, const Inputs&) override {
    identity_->signer->agree(peer_, Answer<SharedSecret>(slot));
  }

  std::optional<Result<void>> take(AnswerSlot& slot) override {
    auto answer = slot.take<SharedSecret>();
    if (!answer) return std::nullopt;
    if (!*answer) return std::unexpected(answer->error());
    // Without a secret in it, the handshake would be anybody's.
    if ((*answer)->empty()) return fail(Errc::wrong_answer, {.option = "certs_keys", .reason = "the signer agreed on nothing"});
    secret_ = **std::move(answer);
    return Result<void>();
  }

  Result<ByteView> secret(Flow&) override { return secret_.expose(); }

 private:
  std::shared_ptr<const pki::Identity> identity_;
  ByteView peer_;  ///< kept by the flow
  SharedSecret secret_;
};

}  // namespace

ExchangePtr make_static_ecdh() { return std::make_unique<StaticEcdhClient>(); }
ExchangePtr make_static_ecdh(const ServerBasis& basis) { return std::make_unique<StaticEcdhServer>(basis); }

bool has_curve_of(const pki::Identity& identity, const wire::ClientHello& hello) {
  const auto curve = curve_of(identity);
  const auto& theirs = hello.extensions.get<wire::SupportedGroups>();
  return curve && (!theirs || theirs->groups.contains(*curve));
}

}  // namespace keyway::handshake::tls12
