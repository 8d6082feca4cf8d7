// SPDX-License-Identifier: Apache-2.0
//
// Finding and judging paths. The input is a byte of options and certificates, each behind two bytes of size: the last ones
// are anchors, as many as the options say, the others the chain. Signatures hold, so that the structure alone decides;
// work is bounded whatever is given.
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

void verify(unsigned options, std::span<const ByteView> chain, const pki::TrustStore::Ptr& anchors) {
  static const PeerName host = PeerName::of("server.test").value();
  static const PeerName address = PeerName::of("192.0.2.1").value();
  VerifySettings settings;
  settings.anchors = anchors;
  settings.depth = (options & 4) != 0 ? 1 : 10;
  settings.check_name = (options & 8) == 0;
  settings.strict = settings.web_pki = (options & 16) != 0;
  VerifyQuestion question;
  question.chain = chain;
  question.purpose = (options & 32) != 0 ? Purpose::client_authentication : Purpose::server_authentication;
  question.name = (options & 64) != 0 ? &address : &host;
  question.now.wall = WallTime(std::chrono::seconds(1'800'000'000));
  question.provider = provider().get();
  provider()->restart();
  const auto trusted = verify_chain(settings, question);
  fuzz::require(provider()->signature_checks() <= 128);
  if (trusted) {
    fuzz::require(trusted->basis() == TrustedChain::Basis::validated && trusted->chain()->size() == chain.size());
    fuzz::require(trusted->not_after() >= question.now.wall - std::chrono::seconds(1));
    return;
  }
  fuzz::require(trusted.error().code() != Errc::internal);
  if (const ErrorDetail* detail = trusted.error().detail()) fuzz::require(detail->certificates.size() <= 32);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::vector<ByteView> all = certificates_of(std::as_bytes(std::span(data + 1, size - 1)));
  const std::size_t anchor_count = 1 + (data[0] & 3u);
  if (all.size() < anchor_count) return 0;
  std::vector<std::string> warnings;
  const std::span list(all);
  const auto anchors = pki::TrustStore::from_der(list.last(anchor_count), provider(), warnings);
  if (!anchors) return 0;
  verify(data[0], list.first(all.size() - anchor_count), *anchors);
  return 0;
}
