// SPDX-License-Identifier: Apache-2.0
//
// Ports that follow the flags; see ports.h.
#include "ports.h"

#include <algorithm>
#include <array>

#include "text.h"

namespace keyway::bogo_shim {
namespace {

/// Asks a port that answers before it returns, and takes the answer.
template <class T, class Ask> Result<T> ask_now(Ask&& ask) {
  const auto slot = std::make_shared<AnswerSlot>();
  ask(Answer<T>(slot));
  auto answer = slot->template take<T>();
  if (!answer) return fail(Errc::internal);
  return std::move(*answer);
}

class LateSigner : public crypto::Signer {
 public:
  LateSigner(std::shared_ptr<const crypto::Signer> inner, std::shared_ptr<Observed> observed)
      : inner_(std::move(inner)), observed_(std::move(observed)) {}

  crypto::KeyType type() const override { return inner_->type(); }
  bool can(SignatureScheme scheme) const override { return inner_->can(scheme); }
  ByteView subject_public_key_info() const override { return inner_->subject_public_key_info(); }
  void sign(SignatureScheme scheme, ByteView message, Answer<Bytes> answer) const override {
    observed_->late.reply(std::move(answer), ask_now<Bytes>([&](Answer<Bytes> inner_answer) {
                            inner_->sign(scheme, message, std::move(inner_answer));
                          }));
  }
  bool can_decrypt() const override { return inner_->can_decrypt(); }
  void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const override {
    observed_->late.reply(std::move(answer), ask_now<SecretBytes>([&](Answer<SecretBytes> inner_answer) {
                            inner_->decrypt(ciphertext, std::move(inner_answer));
                          }));
  }

 private:
  std::shared_ptr<const crypto::Signer> inner_;
  std::shared_ptr<Observed> observed_;
};

class LateStore : public TicketStore {
 public:
  LateStore(std::shared_ptr<TicketStore> inner, std::shared_ptr<Observed> observed)
      : inner_(std::move(inner)), observed_(std::move(observed)) {}

  void issue(std::shared_ptr<const Session> session, Now now, Answer<Bytes> answer) override {
    observed_->late.reply(std::move(answer), ask_now<Bytes>([&](Answer<Bytes> inner_answer) {
                            inner_->issue(std::move(session), now, std::move(inner_answer));
                          }));
  }
  void redeem(ByteView ticket, Now now, Answer<std::shared_ptr<const Session>> answer) override {
    using Found = std::shared_ptr<const Session>;
    observed_->late.reply(std::move(answer), ask_now<Found>([&](Answer<Found> inner_answer) {
                            inner_->redeem(ticket, now, std::move(inner_answer));
                          }));
  }

 private:
  std::shared_ptr<TicketStore> inner_;
  std::shared_ptr<Observed> observed_;
};

class LateSessionStore : public SessionStore {
 public:
  LateSessionStore(std::shared_ptr<SessionStore> inner, std::shared_ptr<Observed> observed)
      : inner_(std::move(inner)), observed_(std::move(observed)) {}

  void put(ByteView id, std::shared_ptr<const Session> session, Now now) override { inner_->put(id, std::move(session), now); }
  void find(ByteView id, Now now, Answer<std::shared_ptr<const Session>> answer) override {
    using Found = std::shared_ptr<const Session>;
    observed_->late.reply(std::move(answer),
                          ask_now<Found>([&](Answer<Found> inner_answer) { inner_->find(id, now, std::move(inner_answer)); }));
  }
  void remove(ByteView id) override { inner_->remove(id); }
  std::size_t size() const override { return inner_->size(); }

 private:
  std::shared_ptr<SessionStore> inner_;
  std::shared_ptr<Observed> observed_;
};

struct MessageNumber {
  std::string_view name;
  int number;
};

/// RFC 8446 section 4, HandshakeType.
constexpr auto message_numbers = std::to_array<MessageNumber>({
    {"hello_request", 0},
    {"client_hello", 1},
    {"server_hello", 2},
    {"new_session_ticket", 4},
    {"end_of_early_data", 5},
    {"hello_retry_request", 2},
    {"encrypted_extensions", 8},
    {"certificate", 11},
    {"server_key_exchange", 12},
    {"certificate_request", 13},
    {"server_hello_done", 14},
    {"certificate_verify", 15},
    {"client_key_exchange", 16},
    {"finished", 20},
    {"certificate_status", 22},
    {"key_update", 24},
});

std::string message_line(const TraceEvent& event) {
  if (event.kind == TraceKind::alert) {
    if (event.body.size() != 2) return {};
    return "alert " + std::to_string(static_cast<int>(event.body[0])) + " " + std::to_string(static_cast<int>(event.body[1])) +
           "\n";
  }
  // What TLS 1.3 drops is nothing to the runner.
  if (event.kind == TraceKind::record && event.name == "change_cipher_spec" && event.text != "dropped") return "ccs\n";
  if (event.kind != TraceKind::message) return {};
  const auto* const row = std::ranges::find(message_numbers, event.name, &MessageNumber::name);
  if (row == message_numbers.end()) return {};
  return "hs " + std::to_string(row->number) + "\n";
}

/// Empty where the name is as the flags want it.
std::string server_name_problem(const Flags& flags, const HelloInfo& hello) {
  if (flags.expect_no_server_name && hello.server_name) return "unexpected server name " + *hello.server_name;
  if (flags.expect_server_name && hello.server_name != flags.expect_server_name) {
    return "server name is " + hello.server_name.value_or("absent") + ", wanted " + *flags.expect_server_name;
  }
  return {};
}

}  // namespace

std::shared_ptr<const crypto::Signer> late_signer(std::shared_ptr<const crypto::Signer> inner,
                                                  std::shared_ptr<Observed> observed) {
  return std::make_shared<LateSigner>(std::move(inner), std::move(observed));
}

std::shared_ptr<TicketStore> late_store(std::shared_ptr<TicketStore> inner, std::shared_ptr<Observed> observed) {
  return std::make_shared<LateStore>(std::move(inner), std::move(observed));
}

std::shared_ptr<SessionStore> late_store(std::shared_ptr<SessionStore> inner, std::shared_ptr<Observed> observed) {
  return std::make_shared<LateSessionStore>(std::move(inner), std::move(observed));
}

PskLookup psk_lookup(std::shared_ptr<Observed> observed) {
  return [observed = std::move(observed)](ByteView subject, Answer<std::shared_ptr<const Psk>> answer) {
    using Found = std::shared_ptr<const Psk>;
    const Flags& flags = *observed->flags;
    Found found;
    if (as_text(subject) == flags.psk_identity)
      found = std::make_shared<const Psk>(Psk::make(flags.psk_identity, as_bytes(flags.psk)));
    observed->late.reply(std::move(answer), Result<Found>(std::move(found)));
  };
}

HelloFunction hello_function(std::shared_ptr<Observed> observed,
                             std::function<std::shared_ptr<const ServerConfig>(const HelloInfo&)> next) {
  return [observed = std::move(observed), next = std::move(next)](const HelloInfo& hello,
                                                                  Answer<std::shared_ptr<const ServerConfig>> answer) {
    using Next = std::shared_ptr<const ServerConfig>;
    const Flags& flags = *observed->flags;
    ++observed->hellos;
    observed->hello = hello;
    if (std::string problem = server_name_problem(flags, hello); !problem.empty()) {
      observed->problem = std::move(problem);
      std::move(answer).give(fail(Errc::unrecognized_name));
      return;
    }
    if (flags.fail_early_callback) {
      observed->refused_as = "CONNECTION_REJECTED";
      std::move(answer).give(fail(Errc::no_usable_identity));
      return;
    }
    if (flags.server && flags.use_ocsp_callback && flags.fail_ocsp_callback) {
      observed->refused_as = "OCSP_CB_ERROR";
      std::move(answer).give(fail(Errc::ocsp_response_refused));
      return;
    }
    if (flags.use_early_callback) {
      observed->late.reply(std::move(answer), Result<Next>(next(hello)));
      return;
    }
    std::move(answer).give(Result<Next>(next(hello)));
  };
}

IdentityFunction identity_function(std::shared_ptr<Observed> observed) {
  return [observed = std::move(observed)](const IdentityQuestion& question, Answer<std::optional<std::size_t>> answer) {
    using Choice = std::optional<std::size_t>;
    const Flags& flags = *observed->flags;
    observed->identity = question;
    if (flags.fail_cert_callback) {
      observed->refused_as = "CERT_CB_ERROR";
      std::move(answer).give(fail(Errc::internal));
      return;
    }
    const bool has_credential =
        !flags.default_credential.cert_file.empty() || std::ranges::any_of(flags.credentials, [](const Credential& one) {
          return one.kind == CredentialKind::x509 || one.kind == CredentialKind::raw_public_key;
        });
    if (!flags.server && has_credential && !question.preferred) {
      const bool bound = std::ranges::any_of(flags.credentials, &Credential::must_match_issuer);
      std::move(answer).give(fail(bound ? Errc::no_usable_identity : Errc::no_common_signature_scheme));
      return;
    }
    observed->late.reply(std::move(answer), Result<Choice>(question.preferred));
  };
}

namespace {

/// The runner's algorithms: a prefix is cut off or put in front, and one of them is of chance.
class MockCompressor final : public CertificateCompressor {
 public:
  enum class Kind : std::uint16_t { shrinking = 0xff01, expanding = 0xff02, random = 0xff03 };
  explicit MockCompressor(Kind kind) : kind_(kind) {}

  CertificateCompression algorithm() const override { return static_cast<CertificateCompression>(kind_); }
  Result<Bytes> compress(ByteView message) const override {
    if (kind_ == Kind::shrinking) return to_bytes(message.subspan(cut.size()));
    Bytes compressed(expansion.begin(), expansion.end());
    if (kind_ == Kind::random) {
      compressed.resize(1);
      KW_TRY(crypto::default_provider()->random(compressed));
    }
    compressed.insert(compressed.end(), message.begin(), message.end());
    return compressed;
  }
  Result<void> decompress(ByteView compressed, MutableBytes message) const override {
    const std::size_t front = kind_ == Kind::random ? 1 : kind_ == Kind::expanding ? expansion.size() : 0;
    if (compressed.size() < front) return fail(Errc::decompression_failed);
    if (kind_ == Kind::expanding && !std::ranges::equal(compressed.first(front), expansion))
      return fail(Errc::decompression_failed);
    Bytes whole;
    if (kind_ == Kind::shrinking) whole.assign(cut.begin(), cut.end());
    whole.insert(whole.end(), compressed.begin() + static_cast<std::ptrdiff_t>(front), compressed.end());
    if (whole.size() != message.size()) return fail(Errc::decompression_failed);
    std::ranges::copy(whole, message.begin());
    return {};
  }

 private:
  static constexpr std::array<std::byte, 2> cut{};
  static constexpr std::array<std::byte, 4> expansion{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  Kind kind_;
};

}  // namespace

std::vector<std::shared_ptr<const CertificateCompressor>> compressors_of(const Flags& flags) {
  std::vector<std::shared_ptr<const CertificateCompressor>> compressors;
  using enum MockCompressor::Kind;
  for (const auto kind : {expanding, shrinking, random}) {
    if (flags.install_cert_compression_algs || flags.install_one_cert_compression_alg == static_cast<std::uint16_t>(kind))
      compressors.push_back(std::make_shared<const MockCompressor>(kind));
  }
  return compressors;
}

AlpnFunction alpn_function(std::shared_ptr<Observed> observed) {
  return [observed = std::move(observed)](const std::vector<std::string>& offered) -> AlpnChoice {
    using Verdict = AlpnChoice::Verdict;
    const Flags& flags = *observed->flags;
    if (++observed->alpn_choices > 1) observed->problem = "ALPN was chosen twice";
    if (flags.decline_alpn) return {.verdict = Verdict::decline};
    if (flags.reject_alpn) return {.verdict = Verdict::refuse};
    if (flags.expect_advertised_alpn && join_protocol_names(offered) != *flags.expect_advertised_alpn) {
      observed->problem = "the advertised ALPN protocols are not the expected ones";
      return {.verdict = Verdict::refuse};
    }
    // With -select-empty-alpn the name is empty, which the library must refuse as its user's mistake.
    if (flags.select_empty_alpn) observed->refused_as = "INVALID_ALPN_PROTOCOL";
    return {.verdict = Verdict::select, .protocol = flags.select_alpn};
  };
}

namespace {

void note_message(const TraceEvent& event, Observed& observed) {
  observed.last_message = event.name;
  const bool asks =
      observed.flags->server ? event.name == "client_hello" && observed.handshake_done : event.name == "hello_request";
  if (asks) ++observed.renegotiation_requests;
  // RFC 5246 7.4.4: the list of types stands first; in TLS 1.3 an empty context does.
  if (event.name != "certificate_request" || event.body.empty()) return;
  const std::size_t size = std::min(std::to_integer<std::size_t>(event.body.front()), event.body.size() - 1);
  observed.certificate_types = to_bytes(event.body.subspan(1, size));
}

}  // namespace

TraceSink message_trace(std::shared_ptr<Observed> observed) {
  return [observed = std::move(observed)](const TraceEvent& event) {
    if (event.direction == Direction::local) return;
    if (event.kind == TraceKind::message && event.direction == Direction::in) note_message(event, *observed);
    const std::string line = message_line(event);
    if (line.empty()) return;
    observed->messages += (event.direction == Direction::out ? "write " : "read ") + line;
  };
}

}  // namespace keyway::bogo_shim
