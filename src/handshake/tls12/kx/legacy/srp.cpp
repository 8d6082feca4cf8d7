// SPDX-License-Identifier: Apache-2.0
//
// The server sends field, salt and B, the client A; both come to a secret that depends on the password. Users that do not exist
// are shown a salt all the same, always the same one, and fail as those whose password is wrong (RFC 5054 2.5.1.3).
#include "handshake/tls12/kx/legacy/srp.h"

#include <algorithm>

#include "crypto/hmac.h"
#include "crypto/legacy/srp.h"
#include "handshake/tls12/kx/dhe.h"
#include "wire/legacy/srp.h"

namespace keyway::handshake::tls12 {

namespace {

class SrpClient final : public Exchange {
 public:
  Result<void> write_parameters(wire::Writer&, Flow&) override { return fail(Errc::internal); }
  Result<void> read_public(wire::Reader&, Flow&) override { return fail(Errc::internal); }

  Result<void> read_parameters(wire::Reader& reader, Flow& flow) override {
    KW_ASSIGN(const auto params, wire::SrpParams::read(reader));
    // RFC 5054 2.5.3: fields that nobody knows are refused, and small ones, too.
    //= rfc5054#2.5.3-2
    if (!crypto::is_srp_group({params.n, params.g})) return fail(Errc::weak_group);
    KW_TRY(check_field_size(params.n, flow));
    // Nobody has judged who sent them yet: the password does not meet them before the verdict.
    field_ = {flow.keep(params.n), flow.keep(params.g)};
    salt_ = flow.keep(params.salt);
    peer_ = flow.keep(params.b);
    return {};
  }

  Result<void> write_public(wire::Writer& writer, Flow& flow) override {
    const crypto::Provider& provider = flow.in().provider();
    const crypto::HashMethods* sha1 = provider.hash(HashAlgorithm::sha1);
    if (sha1 == nullptr) return fail(Errc::unsupported_algorithm);
    const ClientSettings& client = flow.in().client();
    const Secret32 x = crypto::srp_x(*sha1, salt_, as_bytes(client.options.srp.user), client.password.expose());
    KW_ASSIGN(const auto own, provider.srp_client(field_, x.expose()));
    wire::ClientSrpPublic{own->share()}.write(writer);
    // RFC 5054 2.5.3: not with a B that is 0 modulo N.
    //= rfc5054#2.5.3-1
    KW_ASSIGN(secret_, std::move(*own).agree(peer_));
    return {};
  }

  Result<ByteView> secret(Flow&) override { return secret_.expose(); }
  ByteView subject(Flow& flow) const override { return as_bytes(flow.in().client().options.srp.user); }

 private:
  crypto::FiniteField field_{};  ///< of the server, as
  ByteView salt_;                ///< the user's salt and
  ByteView peer_;                ///< B; all kept by the flow
  SharedSecret secret_;
};

std::unexpected<Error> wrong_entry(std::string reason) {
  return fail(Errc::wrong_answer, {.option = "srp.lookup", .reason = std::move(reason)});
}

/// A look-up is the program's code.
Result<void> check_found(const SrpEntry& entry) {
  const auto field = crypto::srp_group(entry.group);
  if (!field) return wrong_entry("no group is called " + entry.group);
  if (entry.salt.empty() || entry.salt.size() > 255) return wrong_entry("a salt has 1 to 255 bytes");
  if ((entry.verifier != nullptr) == (entry.derived_key != nullptr)) return wrong_entry("give a verifier or a derived key");
  const SecretBytes& secret = entry.verifier ? *entry.verifier : *entry.derived_key;
  const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
  if (secret.size() > field->p.size() || std::ranges::all_of(secret.expose(), is_zero))
    return wrong_entry("a verifier is a number of the group's size, and not 0");
  return {};
}

class SrpServer final : public Exchange, KeyQuestion {
 public:
  explicit SrpServer(ByteView user) noexcept : user_(user) {}

  Result<void> write_parameters(wire::Writer& writer, Flow& flow) override {
    const crypto::Provider& provider = flow.in().provider();
    if (!entry_) KW_TRY(pretend(flow));
    const crypto::FiniteField field = *crypto::srp_group(entry_->group);
    // One verifier is computed for everybody, needed or not: time must not tell how a user is kept, or that there is none.
    SecretBytes nobody(sha1_size);
    KW_TRY(provider.random(nobody.fill()));
    const SecretBytes& x = entry_->derived_key ? *entry_->derived_key : nobody;
    KW_ASSIGN(const SecretBytes computed, provider.srp_verifier(field, x.expose()));
    const SecretBytes& verifier = entry_->verifier ? *entry_->verifier : computed;
    KW_ASSIGN(own_, provider.srp_server(field, verifier.expose()));
    wire::SrpParams{field.p, field.g, entry_->salt, own_->share()}.write(writer);
    return {};
  }
  Result<void> read_parameters(wire::Reader&, Flow&) override { return fail(Errc::internal); }
  Result<void> write_public(wire::Writer&, Flow&) override { return fail(Errc::internal); }

  Result<void> read_public(wire::Reader& reader, Flow&) override {
    KW_ASSIGN(const auto read, wire::ClientSrpPublic::read(reader));
    // RFC 5054 2.5.4: not with an A that is 0 modulo N, with which no password would be needed.
    //= rfc5054#2.5.4-1
    KW_ASSIGN(secret_, std::move(*own_).agree(read.a));
    return {};
  }

  KeyQuestion* question(Flow&) override { return told_ ? nullptr : this; }

  Blocked::On blocked_on() const override { return Blocked::On::psk; }

  void put(const std::shared_ptr<AnswerSlot>& slot, const Inputs& in) override {
    options_ = &in.server().options.srp;
    options_->lookup(as_text(user_), Answer<std::shared_ptr<const SrpEntry>>(slot));
  }

  std::optional<Result<void>> take(AnswerSlot& slot) override {
    auto answer = slot.take<std::shared_ptr<const SrpEntry>>();
    if (!answer) return std::nullopt;
    if (!*answer) return std::unexpected(answer->error());
    told_ = true;
    entry_ = **std::move(answer);
    if (entry_) return check_found(*entry_);
    if (options_->tell_unknown_users) return fail(Errc::unknown_psk_identity);
    return Result<void>();
  }

  Result<ByteView> secret(Flow&) override { return secret_.expose(); }
  ByteView subject(Flow&) const override { return user_; }

 private:
  static constexpr std::size_t sha1_size = 20;  ///< of x (RFC 5054 2.4)

  /// RFC 5054 2.5.1.3: a salt that depends on the name and on a secret; the verifier is nobody's, and B hides it.
  Result<void> pretend(Flow& flow) {
    const crypto::Provider& provider = flow.in().provider();
    const crypto::HashMethods* sha256 = provider.hash(HashAlgorithm::sha256);
    if (sha256 == nullptr) return fail(Errc::unsupported_algorithm);
    auto made = std::make_shared<SrpEntry>();
    made->group = options_->group;
    const Secret48 digest = crypto::hmac(*sha256, flow.in().server().salt_seed.expose(), user_);
    made->salt = to_bytes(digest.expose().first(options_->salt_size));
    entry_ = std::move(made);
    return {};
  }

  ByteView user_;  ///< of the kept hello
  const SrpServerOptions* options_ = nullptr;
  bool told_ = false;
  std::shared_ptr<const SrpEntry> entry_;
  std::unique_ptr<crypto::KeyAgreement> own_;
  SharedSecret secret_;
};

}  // namespace

ExchangePtr make_srp() { return std::make_unique<SrpClient>(); }

Result<ExchangePtr> make_srp(const ServerBasis& basis) {
  const auto& user = basis.hello.extensions.get<wire::SrpUser>();
  if (!user) return fail(Errc::unknown_psk_identity);
  return std::make_unique<SrpServer>(user->user);
}

}  // namespace keyway::handshake::tls12
