// SPDX-License-Identifier: Apache-2.0
//
// ECDHE: a point each way; the premaster secret is the x-coordinate, or what RFC 7748 gives (RFC 8422 5.10, 5.11).
#include "handshake/tls12/kx/ecdhe.h"

#include <algorithm>

#include "names/named_group.h"

namespace keyway::handshake::tls12 {

namespace {

/// The brainpool numbers of TLS 1.3 are not for older versions (RFC 8734 3).
bool is_curve(NamedGroup group) noexcept {
  const NamedGroupInfo* row = find_named_group(group);
  if (row == nullptr || row->kind == GroupKind::ffdh) return false;
  return group < NamedGroup::brainpoolP256r1tls13 || group > NamedGroup::brainpoolP512r1tls13;
}

class Ecdhe final : public Exchange {
 public:
  explicit Ecdhe(std::optional<NamedGroup> group) noexcept : group_(group) {}

  Result<void> write_parameters(wire::Writer& writer, Flow& flow) override {
    KW_TRY(make_key(*group_, flow));
    wire::EcdhParams{*group_, own_->share()}.write(writer);
    return {};
  }

  Result<ReadParameters> read_parameters(const wire::ServerKeyExchange& m, wire::SignatureForm form, Flow& flow) override {
    KW_ASSIGN(const auto read, m.read<wire::EcdhParams>(form));
    const auto& ours = flow.in().common().groups;
    // RFC 8422 5.4: one of the groups that we offered.
    if (!is_curve(read.params.group) || std::ranges::find(ours, read.params.group) == ours.end()) return fail(Errc::wrong_group);
    group_ = read.params.group;
    peer_ = flow.keep(read.params.point);
    return ReadParameters{read.signed_part, read.signature};
  }

  Result<Premaster> write_public(wire::Writer& writer, Flow& flow) override {
    KW_TRY(make_key(*group_, flow));
    wire::ClientEcdhPublic{own_->share()}.write(writer);
    return std::move(*own_).agree(peer_);
  }

  Result<Premaster> read_public(const wire::ClientKeyExchange& m, Flow&) override {
    KW_ASSIGN(const auto read, m.read<wire::ClientEcdhPublic>());
    return std::move(*own_).agree(read.point);
  }

 private:
  Result<void> make_key(NamedGroup group, Flow& flow) {
    KW_ASSIGN(own_, flow.in().provider().key_agreement(group));
    flow.facts().info.group = group;
    return {};
  }

  std::optional<NamedGroup> group_;
  std::unique_ptr<crypto::KeyAgreement> own_;
  ByteView peer_;  ///< of the server; kept by the flow
};

}  // namespace

std::optional<NamedGroup> choose_curve(const wire::ClientHello& hello, Flow& flow) {
  const auto& theirs = hello.extensions.get<wire::SupportedGroups>();
  for (const NamedGroup group : flow.in().common().groups) {
    if (is_curve(group) && (!theirs || theirs->groups.contains(group))) return group;
  }
  return std::nullopt;
}

std::unique_ptr<Exchange> make_ecdhe(std::optional<NamedGroup> chosen) { return std::make_unique<Ecdhe>(chosen); }

}  // namespace keyway::handshake::tls12
