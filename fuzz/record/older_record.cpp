// SPDX-License-Identifier: Apache-2.0
//
// Records of TLS 1.2 and below. The first byte of the input chooses a suite, a form and what is done with the rest: it is what
// comes from the wire, or it is what a CBC record decrypted to, and then the constant-time code must say what plain code says.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "record/padded_content.h"
#include "record/protection_factory.h"
#include "record/record_mac.h"
#include "record/tls_reader.h"

namespace {

using namespace keyway;
using namespace keyway::record;

void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", rule);
  std::abort();
}

const crypto::Provider& provider() {
  static const auto instance = crypto::default_provider();
  return *instance;
}

void read_from_the_wire(unsigned choice, ByteView input) {
  constexpr std::string_view suites[] = {"ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES128-GCM-SHA256",
                                         "ECDHE-RSA-CHACHA20-POLY1305"};
  const CipherSuiteInfo& suite = *find_cipher_suite(suites[choice % 4]);
  const bool chained = (choice & 4) != 0;
  const RecordRules rules{.mac = (choice & 8) != 0 ? MacForm::hmac_of_cipher : MacForm::hmac,
                          .cbc_iv = chained ? CbcIv::chained : CbcIv::in_record};
  const CipherProperties sizes = properties(suite.cipher);
  const Bytes zeros(64);
  const std::size_t iv_size = sizes.kind == CipherKind::aead ? sizes.fixed_iv_size : chained ? sizes.block_size : 0;
  const RecordKeys keys{ByteView(zeros).first(mac_size(suite.mac)), ByteView(zeros).first(sizes.key_size),
                        ByteView(zeros).first(iv_size)};
  auto protection = make_read_protection(suite, rules, keys, provider());
  require(protection.has_value(), "there is no protection");
  TlsReader reader;
  reader.set_version(chained ? ProtocolVersion::tls1_0 : ProtocolVersion::tls1_2);
  if ((choice & 16) != 0) reader.install(*std::move(protection));
  Bytes wire = to_bytes(input);
  MutableBytes rest(wire);
  while (!rest.empty()) {
    std::size_t consumed = 0;
    const auto outcome = reader.open(rest, consumed);
    if (!outcome || std::holds_alternative<Partial>(*outcome)) return;
    require(consumed >= header_size && consumed <= rest.size(), "more was consumed than there is");
    const auto& opened = std::get<Opened>(*outcome);
    require(opened.fragment.size() <= max_plaintext, "too long");
    require(opened.fragment.empty() || (opened.fragment.data() >= rest.data() &&
                                        opened.fragment.data() + opened.fragment.size() <= rest.data() + consumed),
            "the fragment is not inside its record");
    rest = rest.subspan(consumed);
  }
}

/// How many bytes the padding has, or nothing where it is wrong.
std::optional<std::size_t> plain_padding(ByteView text, std::size_t mac_size, PaddingRule rule) {
  const std::size_t padding = std::to_integer<std::size_t>(text.back());
  if (padding + 1 > text.size() - mac_size) return std::nullopt;
  if (rule == PaddingRule::one_block && padding >= 16) return std::nullopt;
  const auto is_right = [&](std::byte b) { return b == text.back(); };
  if (rule == PaddingRule::every_byte && !std::ranges::all_of(text.last(padding + 1), is_right)) return std::nullopt;
  return padding + 1;
}

void compare_with_plain_code(unsigned choice, ByteView text) {
  constexpr HashAlgorithm hashes[] = {HashAlgorithm::sha1, HashAlgorithm::sha256, HashAlgorithm::sha384};
  constexpr std::byte header[] = {std::byte{23}, std::byte{3}, std::byte{3}, std::byte{0}, std::byte{0}};
  const HmacRecordMac mac(*provider().hash(hashes[choice % 3]), as_bytes("key"));
  if (text.size() <= mac.size() || text.size() > max_plaintext) return;
  const auto rule = static_cast<PaddingRule>(choice / 3 % 3);
  const Unpadded unpadded = unpad(text, mac.size(), 16, rule);
  const auto padding = plain_padding(text, mac.size(), rule);
  require((unpadded.good != 0) == padding.has_value(), "the padding is judged differently");
  const std::size_t size = text.size() - mac.size() - padding.value_or(0);
  require(unpadded.content.size == size, "another size");
  Bytes computed(mac.size());
  mac.compute(3, header, unpadded.content, computed.data());
  const ByteView content = text.first(size);
  Bytes expected(mac.size());
  mac.compute(3, header, ByteViews(&content, 1), expected.data());
  require(computed == expected, "another MAC");
  const bool stands_there = std::ranges::equal(text.subspan(size, mac.size()), expected);
  require((has_mac(text, unpadded.content, expected) != 0) == stands_there, "the MAC is compared differently");
  require(has_mac(text, unpadded.content, text.subspan(size, mac.size())) != 0, "what stands there is not found");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  if (input.empty()) return 0;
  const auto choice = std::to_integer<unsigned>(input[0]);
  if ((choice & 0x80) != 0) {
    compare_with_plain_code(choice & 0x7f, input.subspan(1));
  } else {
    read_from_the_wire(choice, input.subspan(1));
  }
  return 0;
}
