// SPDX-License-Identifier: Apache-2.0
//
// Finding and judging paths. The input is a byte of options, with its highest bit a second one, and certificates, each behind two
// bytes of size: the last ones are anchors, as many as the options say, the others the chain. Signatures hold, so that the
// structure alone decides, but for those that begin with ff; work is bounded whatever is given, events come from the anchor to
// the leaf, and what is remembered of signatures changes no answer.
#include "hollow_provider.h"
#include "pki/verify_driver.h"

namespace {

using namespace keyway;

std::vector<ByteView> certificates_of(ByteView bytes) {
  std::vector<ByteView> list;
  while (bytes.size() >= 2 && list.size() < 300) {
    const std::size_t wanted = std::to_integer<std::size_t>(bytes[0]) << 8 | std::to_integer<std::size_t>(bytes[1]);
    bytes = bytes.subspan(2);
    list.push_back(bytes.first(std::min(wanted, bytes.size())));
    bytes = bytes.subspan(list.back().size());
  }
  return list;
}

const std::shared_ptr<const fuzz::HollowProvider>& provider() {
  static const auto instance = std::make_shared<const fuzz::HollowProvider>();
  return instance;
}

/// Asks twice with a memo: the second time it knows whatever the first one entered.
void compare(VerifySettings settings, VerifyQuestion question, const Result<TrustedChain>& expected) {
  static const auto hashing = std::make_shared<const fuzz::HollowProvider>(crypto::default_provider());
  hashing->restart();
  settings.memo = pki::SignatureMemo::make(hashing).value();
  question.provider = hashing.get();
  const auto verifier = make_verifier(std::move(settings));
  for (int again = 0; again < 2; ++again) {
    const auto slot = std::make_shared<AnswerSlot>();
    verifier->verify(question, Answer<TrustedChain>(slot));
    const auto answer = slot->take<TrustedChain>();
    fuzz::require(answer && answer->has_value() == expected.has_value());
    if (!expected) fuzz::require(answer->error().code() == expected.error().code());
  }
}

/// What a function of the program sees and says: everything is passed over, or every third event is not.
struct Listener {
  bool lenient = false;
  std::size_t events = 0;
  std::size_t last = SIZE_MAX;

  VerifyVerdict told(const VerifyEvent& event) {
    fuzz::require(++events < 2000);
    fuzz::require(!event.certificate.empty());
    fuzz::require(event.kind != VerifyEvent::Kind::bad_certificate || !event.text.empty());
    fuzz::require(event.kind != VerifyEvent::Kind::valid_peer || event.index == 0);
    // The leaf is the last: nothing comes behind it but itself.
    fuzz::require(last != 0 || event.index == 0);
    last = event.index;
    return lenient || events % 3 != 0 ? lenient_verdict(event) : strict_verdict(event);
  }
};

void add_functions(unsigned more, VerifySettings& settings, const std::shared_ptr<Listener>& listener) {
  settings.policies.explicit_policy = (more & 1) != 0;
  if ((more & 2) != 0) settings.policies.policy_set = {Bytes{std::byte{0x2a}, std::byte{3}}};
  settings.policies.inhibit_policy_mapping = (more & 4) != 0;
  settings.policies.inhibit_any_policy = (more & 8) != 0;
  settings.any_ca_purpose = (more & 64) != 0;
  if ((more & 32) != 0) {
    settings.partial_chain = [more](std::span<const ByteView> chain) -> std::optional<std::size_t> {
      fuzz::require(!chain.empty() && chain.size() <= 12);
      return more % 3;
    };
  }
  if ((more & 128) != 0)
    settings.name_check.match_fun = [](const PeerName&, const PresentedName&) { return std::optional<bool>(); };
  settings.verify_fun.function = [listener](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    std::move(answer).give(listener->told(event));
  };
}

void verify(unsigned options, std::optional<unsigned> more, std::span<const ByteView> chain,
            const pki::TrustStore::Ptr& anchors) {
  static const PeerName host = PeerName::of("server.test").value();
  static const PeerName address = PeerName::of("192.0.2.1").value();
  VerifySettings settings;
  settings.anchors = anchors;
  settings.depth = (options & 4) != 0 ? 1 : 10;
  settings.check_name = (options & 8) == 0;
  settings.strict = settings.web_pki = (options & 16) != 0;
  const auto listener = std::make_shared<Listener>();
  if (more) {
    listener->lenient = (*more & 16) != 0;
    add_functions(*more, settings, listener);
  }
  VerifyQuestion question;
  question.chain = chain;
  question.purpose = (options & 32) != 0 ? Purpose::client_authentication : Purpose::server_authentication;
  question.name = (options & 64) != 0 ? &address : &host;
  question.now.wall = WallTime(std::chrono::seconds(1'800'000'000));
  question.provider = provider().get();
  provider()->restart();
  const auto trusted = verify_chain(settings, question);
  fuzz::require(provider()->signature_checks() <= 128);
  if (!more) compare(settings, question, trusted);
  if (trusted) {
    const bool accepted = trusted->basis() == TrustedChain::Basis::accepted_by_user;
    fuzz::require(accepted ? more && !trusted->problems().empty() : trusted->basis() == TrustedChain::Basis::validated);
    fuzz::require(trusted->chain()->size() == chain.size());
    fuzz::require(accepted || trusted->not_after() >= question.now.wall - std::chrono::seconds(1));
    return;
  }
  fuzz::require(trusted.error().code() != Errc::internal && trusted.error().group() != ErrorGroup::misuse);
  if (const ErrorDetail* detail = trusted.error().detail()) fuzz::require(detail->certificates.size() <= 32);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool functions = (data[0] & 0x80u) != 0;
  if (functions && size == 1) return 0;
  const auto more = functions ? std::optional<unsigned>(data[1]) : std::nullopt;
  const std::size_t head = functions ? 2 : 1;
  const std::vector<ByteView> all = certificates_of(std::as_bytes(std::span(data + head, size - head)));
  const std::size_t anchor_count = 1 + (data[0] & 3u);
  if (all.size() < anchor_count) return 0;
  std::vector<std::string> warnings;
  const std::span list(all);
  const auto anchors = pki::TrustStore::from_der(list.last(anchor_count), provider(), warnings);
  if (!anchors) return 0;
  verify(data[0], more, list.first(all.size() - anchor_count), *anchors);
  return 0;
}
