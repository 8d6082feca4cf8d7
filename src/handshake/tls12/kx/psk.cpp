// SPDX-License-Identifier: Apache-2.0
//
// A hint from the server, an identity from the client, and a key that nobody sends. Which key a client takes, and whether there
// is one for an identity, may be answered later.
#include "handshake/tls12/kx/psk.h"

#include <algorithm>

#include "base/byte_buffer.h"
#include "config/validate.h"
#include "schedule/master_secret12.h"
#include "wire/messages/client_key_exchange.h"
#include "wire/messages/server_key_exchange.h"

namespace keyway::handshake::tls12 {

namespace {

const PskOptions& options_of(const Inputs& in) {
  return in.role == Role::client ? in.client().options.psk : in.server().options.psk;
}

bool serves(const Psk& psk) noexcept { return !psk.imported; }

const Psk* find(const std::vector<Psk>& keys, ByteView identity) {
  const auto known =
      std::ranges::find_if(keys, [&](const Psk& psk) { return serves(psk) && std::ranges::equal(psk.identity, identity); });
  return known == keys.end() ? nullptr : &*known;
}

const Psk* first_of(const std::vector<Psk>& keys) {
  const auto first = std::ranges::find_if(keys, serves);
  return first == keys.end() ? nullptr : &*first;
}

/// A look-up is the program's code.
Result<void> check_found(const Psk& psk, const Inputs& in) {
  const auto checked = config::check_psk_key("psk.lookup", psk, ProtocolVersion::tls1_2, in.provider());
  if (!checked) return fail(Errc::wrong_answer, *checked.error().detail());
  if (!serves(psk))
    return fail(Errc::wrong_answer, {.option = "psk.lookup", .reason = "imported keys are for TLS 1.3 (RFC 9258)"});
  return {};
}

class PskExchange final : public Exchange, KeyQuestion {
 public:
  explicit PskExchange(ExchangePtr inner) noexcept : inner_(std::move(inner)) {}

  Result<void> write_parameters(wire::Writer& writer, Flow& flow) override {
    const std::string& hint = flow.in().server().options.psk.hint;
    // RFC 4279 2: without a hint, and with nothing behind it, there is no message.
    //= rfc4279#2-3
    ByteBuffer rest;
    if (inner_) {
      wire::Writer inner(rest);
      KW_TRY(inner_->write_parameters(inner, flow));
    }
    if (hint.empty() && rest.view().empty()) return {};
    wire::PskHint{as_bytes(hint)}.write(writer);
    writer.bytes(rest.view());
    return {};
  }

  Result<void> read_parameters(wire::Reader& reader, Flow& flow) override {
    KW_ASSIGN(const auto read, wire::PskHint::read(reader));
    subject_ = flow.keep(read.identity_hint);
    return inner_ ? inner_->read_parameters(reader, flow) : Result<void>();
  }

  Result<void> use_certificate(const TrustedChain& chain, Flow& flow) override {
    return inner_ ? inner_->use_certificate(chain, flow) : fail(Errc::internal);
  }

  Result<void> write_public(wire::Writer& writer, Flow& flow) override {
    wire::ClientPsk{psk_->identity}.write(writer);
    return inner_ ? inner_->write_public(writer, flow) : Result<void>();
  }

  Result<void> read_public(wire::Reader& reader, Flow& flow) override {
    KW_ASSIGN(const auto read, wire::ClientPsk::read(reader));
    subject_ = flow.keep(read.identity);
    if (inner_) KW_TRY(inner_->read_public(reader, flow));
    received_ = true;
    return {};
  }

  KeyQuestion* question(Flow& flow) override {
    const Inputs& in = flow.in();
    if (in.role == Role::server && !received_) return nullptr;
    if (inner_) {
      if (KeyQuestion* const inner = inner_->question(flow)) return inner;
    }
    if (told_) return nullptr;
    const PskOptions& options = options_of(in);
    // Aliases: the configuration lives as long as the connection.
    //= rfc4279#5.2-1, 5.3-1
    const Psk* known = in.role == Role::server ? find(options.keys, subject_) : options.lookup ? nullptr : first_of(options.keys);
    if (known != nullptr) {
      psk_ = std::shared_ptr<const Psk>(std::shared_ptr<const Psk>(), known);
      told_ = true;
      return nullptr;
    }
    return this;
  }

  Blocked::On blocked_on() const override { return Blocked::On::psk; }

  void put(const std::shared_ptr<AnswerSlot>& slot, const Inputs& in) override {
    in_ = &in;
    Answer<std::shared_ptr<const Psk>> answer(slot);
    const PskLookup& lookup = options_of(in).lookup;
    if (!lookup) return std::move(answer).give(std::shared_ptr<const Psk>());
    lookup(subject_, std::move(answer));
  }

  std::optional<Result<void>> take(AnswerSlot& slot) override {
    auto answer = slot.take<std::shared_ptr<const Psk>>();
    if (!answer) return std::nullopt;
    if (!*answer) return std::unexpected(answer->error());
    told_ = true;
    psk_ = **std::move(answer);
    if (psk_) return check_found(*psk_, *in_);
    if (in_->role == Role::client) return fail(Errc::no_common_psk);
    if (in_->server().options.psk.tell_unknown_identities) return fail(Errc::unknown_psk_identity);
    return Result<void>();
  }

  Result<ByteView> secret(Flow& flow) override {
    ByteView other;
    if (inner_) { KW_ASSIGN(other, inner_->secret(flow)); }
    // RFC 4279 2: as with a wrong key, so that nobody learns which identities there are. Nobody knows this one.
    Secret32 nobodys;
    KW_TRY(flow.in().provider().random(nobodys.fill(32)));
    //= rfc4279#2-1
    premaster_ = schedule::psk_premaster(other, psk_ ? psk_->key->expose() : nobodys.expose());
    return premaster_.expose();
  }
  ByteView subject(Flow&) const override { return psk_ ? ByteView(psk_->identity) : subject_; }

 private:
  ExchangePtr inner_;
  ByteView subject_;  ///< the server's hint, or the client's identity; kept by the flow
  bool received_ = false;
  bool told_ = false;
  const Inputs* in_ = nullptr;  ///< of the connection that asked
  std::shared_ptr<const Psk> psk_;
  SecretBytes premaster_;
};

}  // namespace

ExchangePtr make_psk(ExchangePtr inner) { return std::make_unique<PskExchange>(std::move(inner)); }

bool has_psk(const PskOptions& options) noexcept { return options.lookup || std::ranges::any_of(options.keys, serves); }

}  // namespace keyway::handshake::tls12
