// SPDX-License-Identifier: Apache-2.0
//
// The record reader on any bytes: the first byte chooses what is allowed, the rest is the stream. The cipher is one that
// opens nearly everything, so that what comes after decryption is reached. Bytes that come one by one must give what
// the whole gives.
#include <cstdlib>

#include "record/tls_reader.h"
#include "unit/record/toy_provider.h"

namespace {

using namespace keyway;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Any tag is good, unless it begins with ff.
class Credulous final : public crypto::AeadOpener {
 public:
  AeadAlgorithm algorithm() const override { return AeadAlgorithm::aes_128_gcm; }
  std::size_t tag_size() const override { return test::toy_tag_size; }
  Result<void> rekey(ByteView) override { return {}; }
  Result<MutableBytes> open(ByteView, ByteView, MutableBytes in_place) override {
    const MutableBytes content = in_place.first(in_place.size() - test::toy_tag_size);
    if (in_place[content.size()] == std::byte{0xff}) return fail(Errc::bad_record_mac);
    return content;
  }
};

class CredulousProvider final : public crypto::Provider {
 public:
  std::span<const NamedGroup> groups() const override { return {}; }
  std::span<const AeadAlgorithm> aeads() const override { return {}; }
  std::string_view name() const override { return "credulous"; }
  const crypto::HashMethods* hash(HashAlgorithm) const override { return nullptr; }
  Result<std::unique_ptr<crypto::AeadSealer>> sealer(AeadAlgorithm, ByteView) const override { return fail(Errc::not_available); }
  Result<std::unique_ptr<crypto::AeadOpener>> opener(AeadAlgorithm, ByteView) const override {
    return std::make_unique<Credulous>();
  }
  Result<std::unique_ptr<crypto::KeyAgreement>> key_agreement(NamedGroup) const override { return fail(Errc::not_available); }
  Result<std::unique_ptr<crypto::PublicKey>> public_key(const crypto::PublicKeyParts&) const override {
    return fail(Errc::not_available);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key(ByteView, ByteView) const override {
    return fail(Errc::not_available);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key_pem(std::string_view, ByteView) const override {
    return fail(Errc::not_available);
  }
  Result<SecretBytes> generate_private_key(NewKey) const override { return fail(Errc::not_available); }
  Result<void> random(MutableBytes) const override { return fail(Errc::random_failure); }
};

record::TlsReader reader_for(unsigned flags) {
  record::TlsReader reader;
  const CredulousProvider provider;
  if ((flags & 1) != 0) require(reader.install(AeadAlgorithm::aes_128_gcm, Bytes(16), Bytes(12), provider).has_value());
  reader.set_change_cipher_spec_allowed((flags & 2) != 0);
  reader.set_plaintext_alert_allowed((flags & 4) != 0);
  if ((flags & 8) != 0) reader.skip_early_data_until_decrypted(500);
  if ((flags & 16) != 0) reader.skip_early_data_until_handshake(500);
  if ((flags & 32) != 0) reader.set_record_size_limit(64);
  if ((flags & 64) != 0) reader.set_max_fragment(512);
  return reader;
}

/// Everything that came out, as text: types and contents, the error at the end.
std::string run(unsigned flags, Bytes wire, std::size_t step) {
  record::TlsReader reader = reader_for(flags);
  std::string log;
  std::size_t begin = 0;
  std::size_t end = 0;
  for (;;) {
    std::size_t consumed = 0;
    auto outcome = reader.open(MutableBytes(wire).subspan(begin, end - begin), consumed);
    require(consumed <= end - begin);
    if (!outcome) return log + std::string(to_string(outcome.error().code()));
    if (const auto* partial = std::get_if<record::Partial>(&*outcome)) {
      require(consumed == 0 && partial->bytes_wanted != 0 && partial->bytes_wanted <= record::max_record13);
      if (end == wire.size()) return log + "partial";
      end = std::min(wire.size(), end + step);
      continue;
    }
    require(consumed >= record::header_size);
    if (const auto* opened = std::get_if<record::Opened>(&*outcome)) {
      const auto* first = wire.data() + begin;
      require(opened->fragment.empty() ||
              (opened->fragment.data() > first && opened->fragment.data() + opened->fragment.size() <= first + consumed));
      require(!opened->fragment.empty() || opened->type == ContentType::application_data);
      log += std::to_string(static_cast<unsigned>(opened->type)) + ":" + std::string(as_text(opened->fragment)) + "\n";
    } else {
      log += "dropped\n";
    }
    begin += consumed;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes = std::as_bytes(std::span(data + 1, size - 1));
  const std::string whole = run(data[0], to_bytes(bytes), bytes.size() + 1);
  require(run(data[0], to_bytes(bytes), 1) == whole);
  require(run(data[0], to_bytes(bytes), 7) == whole);
  return 0;
}
