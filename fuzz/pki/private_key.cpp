// SPDX-License-Identifier: Apache-2.0
//
// Private keys from any bytes, as DER and as PEM, without a password and, in the form of old, with one: refused, or a key that
// signs.
#include "hollow_provider.h"

namespace {

using namespace keyway;

void use(const Result<std::shared_ptr<const crypto::Signer>>& key) {
  if (!key) {
    const Errc code = key.error().code();
    fuzz::require(code == Errc::invalid_private_key || code == Errc::wrong_password || code == Errc::unsupported_algorithm);
    return;
  }
  fuzz::require(!(*key)->subject_public_key_info().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto provider = crypto::default_provider();
  const ByteView bytes = std::as_bytes(std::span(data, size));
  use(provider->private_key(bytes, {}));
  use(provider->private_key_pem(as_text(bytes), {}));
  // Not for PKCS#8: how long its key derivation takes is written in the file.
  if (as_text(bytes).find("DEK-Info") != std::string_view::npos)
    use(provider->private_key_pem(as_text(bytes), as_bytes("open-sesame")));
  return 0;
}
