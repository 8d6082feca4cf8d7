// SPDX-License-Identifier: Apache-2.0
//
// DHE: prime, generator and a public value from the server, a public value from the client. That values are in range and keys
// new for each handshake (against small subgroups and Raccoon) is the provider's: Provider::field_agreement.
#include "handshake/tls12/kx/dhe.h"

#include <algorithm>
#include <bit>

#include "schedule/master_secret12.h"
#include "wire/messages/client_key_exchange.h"
#include "wire/messages/server_key_exchange.h"

namespace keyway::handshake::tls12 {

namespace {

/// RFC 7919 2: the code points that stand for fields, known or not.
constexpr bool is_field(NamedGroup group) noexcept {
  const auto code = static_cast<std::uint16_t>(group);
  return code >= 0x0100 && code <= 0x01ff;
}

constexpr std::array named_fields{NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096, NamedGroup::ffdhe6144,
                                  NamedGroup::ffdhe8192};

std::optional<NamedGroup> name_of(const crypto::FiniteField& field, const crypto::Provider& provider) {
  for (const NamedGroup group : named_fields) {
    const auto known = provider.field_of(group);
    if (known && std::ranges::equal(known->p, field.p) && std::ranges::equal(known->g, field.g)) return group;
  }
  return std::nullopt;
}

class Dhe final : public Exchange {
 public:
  explicit Dhe(std::optional<ChosenField> chosen) : chosen_(std::move(chosen)) {}

  Result<void> write_parameters(wire::Writer& writer, Flow& flow) override {
    KW_TRY(make_key(chosen_->field, flow));
    flow.facts().info.group = chosen_->group;
    wire::DhParams{chosen_->field.p, chosen_->field.g, own_->share()}.write(writer);
    return {};
  }

  Result<void> read_parameters(wire::Reader& reader, Flow& flow) override {
    KW_ASSIGN(const auto params, wire::DhParams::read(reader));
    KW_TRY(check_field_size(params.p, flow));
    // Nobody has judged them yet: nothing is computed with them before the verdict.
    field_ = {flow.keep(params.p), flow.keep(params.g)};
    flow.facts().info.group = name_of(field_, flow.in().provider());
    peer_ = flow.keep(params.y);
    return {};
  }

  Result<void> write_public(wire::Writer& writer, Flow& flow) override {
    KW_TRY(make_key(field_, flow));
    wire::ClientDhPublic{own_->share()}.write(writer);
    return agree(peer_);
  }

  Result<void> read_public(wire::Reader& reader, Flow&) override {
    KW_ASSIGN(const auto read, wire::ClientDhPublic::read(reader));
    return agree(read.y);
  }

  Result<ByteView> secret(Flow&) override { return schedule::without_leading_zeros(secret_.expose()); }

 private:
  Result<void> make_key(const crypto::FiniteField& field, Flow& flow) {
    KW_ASSIGN(own_, flow.in().provider().field_agreement(field));
    return {};
  }
  Result<void> agree(ByteView peer) {
    KW_ASSIGN(secret_, std::move(*own_).agree(peer));
    return {};
  }

  std::optional<ChosenField> chosen_;  ///< servers
  std::unique_ptr<crypto::KeyAgreement> own_;
  crypto::FiniteField field_{};  ///< of the server, and
  ByteView peer_;                ///< its public value; kept by the flow
  SharedSecret secret_;
};

}  // namespace

namespace {

bool names_fields(const wire::ClientHello& hello) {
  const auto& theirs = hello.extensions.get<wire::SupportedGroups>();
  return theirs && std::ranges::any_of(theirs->groups, is_field);
}

}  // namespace

bool names_other_fields(const wire::ClientHello& hello, Flow& flow) { return names_fields(hello) && !choose_field(hello, flow); }

std::optional<ChosenField> choose_field(const wire::ClientHello& hello, Flow& flow) {
  const DhSettings& dh = flow.in().server().dh;
  const crypto::Provider& provider = flow.in().provider();
  // RFC 7919 4: who names fields at all wants one of those that it names, and no other.
  //= rfc7919#4-1, 4-2
  if (names_fields(hello)) {
    const auto& theirs = hello.extensions.get<wire::SupportedGroups>()->groups;
    for (const NamedGroup group : dh.groups) {
      if (!theirs.contains(group)) continue;
      if (const auto field = provider.field_of(group)) return ChosenField{*field, group};
    }
    return std::nullopt;
  }
  if (!dh.p.empty()) return ChosenField{{dh.p, dh.g}, std::nullopt};
  const auto field = provider.field_of(dh.group);
  if (!field) return std::nullopt;
  return ChosenField{*field, dh.group};
}

ExchangePtr make_dhe(std::optional<ChosenField> chosen) { return std::make_unique<Dhe>(std::move(chosen)); }

Result<void> check_field_size(ByteView prime, Flow& flow) {
  const ByteView digits = schedule::without_leading_zeros(prime);
  if (digits.empty()) return fail(Errc::invalid_key_share);
  const std::size_t bits =
      8 * digits.size() - static_cast<std::size_t>(std::countl_zero(std::to_integer<std::uint8_t>(digits[0])));
  // Logjam: what is too small has been computed in advance.
  if (bits < flow.in().client().options.min_dh_bits)
    return fail(Errc::weak_group, {.option = "min_dh_bits", .value = std::to_string(bits) + " bits"});
  return {};
}

}  // namespace keyway::handshake::tls12
