// SPDX-License-Identifier: Apache-2.0
//
// ECDHE: a point each way; the premaster secret is the x-coordinate, or what RFC 7748 gives (RFC 8422 5.10, 5.11).
#include "handshake/tls12/kx/ecdhe.h"

#include <algorithm>

#include "wire/messages/client_key_exchange.h"
#include "wire/messages/server_key_exchange.h"

namespace keyway::handshake::tls12 {

namespace {

class Ecdhe final : public Exchange {
 public:
  explicit Ecdhe(std::optional<NamedGroup> group) noexcept : group_(group) {}

  Result<void> write_parameters(wire::Writer& writer, Flow& flow) override {
    KW_TRY(make_key(*group_, flow));
    wire::EcdhParams{*group_, own_->share()}.write(writer);
    return {};
  }

  Result<void> read_parameters(wire::Reader& reader, Flow& flow) override {
    KW_ASSIGN(const auto params, wire::EcdhParams::read(reader));
    const auto& ours = flow.in().common().curves;
    // RFC 8422 5.4: one of the curves that we offered.
    if (std::ranges::find(ours, params.group) == ours.end()) return fail(Errc::wrong_group);
    group_ = params.group;
    peer_ = flow.keep(params.point);
    return {};
  }

  Result<void> write_public(wire::Writer& writer, Flow& flow) override {
    KW_TRY(make_key(*group_, flow));
    wire::ClientEcdhPublic{own_->share()}.write(writer);
    KW_ASSIGN(secret_, std::move(*own_).agree(peer_));
    return {};
  }

  Result<void> read_public(wire::Reader& reader, Flow&) override {
    KW_ASSIGN(const auto read, wire::ClientEcdhPublic::read(reader));
    KW_ASSIGN(secret_, std::move(*own_).agree(read.point));
    return {};
  }

  Result<ByteView> secret(Flow&) override { return secret_.expose(); }

 private:
  Result<void> make_key(NamedGroup group, Flow& flow) {
    KW_ASSIGN(own_, flow.in().provider().key_agreement(group));
    flow.facts().info.group = group;
    return {};
  }

  std::optional<NamedGroup> group_;
  std::unique_ptr<crypto::KeyAgreement> own_;
  ByteView peer_;  ///< of the server; kept by the flow
  SharedSecret secret_;
};

}  // namespace

std::optional<NamedGroup> choose_curve(const wire::ClientHello& hello, Flow& flow) {
  const auto& theirs = hello.extensions.get<wire::SupportedGroups>();
  const auto& ours = flow.in().common().curves;
  // RFC 8422 4: silence leaves the choice to us.
  if (!theirs) return ours.empty() ? std::nullopt : std::optional(ours.front());
  if (!flow.in().server().options.honor_ecc_order) {
    for (const NamedGroup group : theirs->groups) {
      if (std::ranges::find(ours, group) != ours.end()) return group;
    }
    return std::nullopt;
  }
  for (const NamedGroup group : ours) {
    if (theirs->groups.contains(group)) return group;
  }
  return std::nullopt;
}

ExchangePtr make_ecdhe(std::optional<NamedGroup> chosen) { return std::make_unique<Ecdhe>(chosen); }

}  // namespace keyway::handshake::tls12
