// SPDX-License-Identifier: Apache-2.0
//
// AEADs of TLS 1.2.
#include "record/aead12.h"

#include <algorithm>

#include "record/additional_data.h"
#include "record/limits.h"

namespace keyway::record {

namespace {

constexpr std::size_t said_size = 8;

std::array<std::byte, said_size> big_endian(std::uint64_t number) noexcept {
  std::array<std::byte, said_size> bytes;
  for (std::size_t i = 0; i < said_size; ++i) bytes[i] = static_cast<std::byte>(number >> (56 - 8 * i));
  return bytes;
}

}  // namespace

Result<Nonce12> Nonce12::make(ByteView fixed) noexcept {
  if (fixed.size() != 4 && fixed.size() != crypto::aead_nonce_size) return fail(Errc::internal);
  Nonce12 nonce;
  nonce.fixed_ = Secret<crypto::aead_nonce_size>(fixed);
  return nonce;
}

Nonce12::Nonce Nonce12::received(ByteView said, std::uint64_t number) const noexcept {
  if (explicit_size() == 0) return next(number);
  Nonce nonce;
  std::memcpy(nonce.data(), fixed_.expose().data(), 4);
  std::memcpy(nonce.data() + 4, said.data(), said_size);
  return nonce;
}

Nonce12::Nonce Nonce12::next(std::uint64_t number) const noexcept {
  const auto bytes = big_endian(number);
  Nonce nonce;
  if (explicit_size() != 0) {
    std::memcpy(nonce.data(), fixed_.expose().data(), 4);
    std::memcpy(nonce.data() + 4, bytes.data(), said_size);
    return nonce;
  }
  // RFC 7905 2.
  std::memcpy(nonce.data(), fixed_.expose().data(), nonce.size());
  for (std::size_t i = 0; i < said_size; ++i) nonce[4 + i] ^= bytes[i];
  return nonce;
}

Result<std::unique_ptr<ReadProtection>> Aead12Opener::make(AeadAlgorithm algorithm, ByteView key, ByteView fixed_iv,
                                                           const crypto::Provider& provider) {
  KW_ASSIGN(auto aead, provider.opener(algorithm, key));
  KW_ASSIGN(Nonce12 nonce, Nonce12::make(fixed_iv));
  return std::make_unique<Aead12Opener>(std::move(aead), std::move(nonce));
}

std::size_t Aead12Opener::max_expansion() const noexcept { return max_expansion12; }

Result<Unprotected> Aead12Opener::open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                                       std::size_t max_content) {
  const std::size_t said = nonce_.explicit_size();
  const std::size_t overhead = said + aead_->tag_size();
  if (payload.size() < overhead) return fail(Errc::bad_record_mac);
  const AdditionalData data = additional_data(number, header, payload.size() - overhead);
  //= rfc5246#6.2.3.3-1
  KW_ASSIGN(const MutableBytes content, aead_->open(nonce_.received(payload.first(said), number), data, payload.subspan(said)));
  // RFC 5246 6.2.1.
  if (content.size() > max_content) return fail(Errc::plaintext_overflow);
  return Unprotected{outer, content};
}

Result<std::unique_ptr<WriteProtection>> Aead12Sealer::make(AeadAlgorithm algorithm, ByteView key, ByteView fixed_iv,
                                                            const crypto::Provider& provider) {
  KW_ASSIGN(auto aead, provider.sealer(algorithm, key));
  KW_ASSIGN(Nonce12 nonce, Nonce12::make(fixed_iv));
  return std::make_unique<Aead12Sealer>(std::move(aead), std::move(nonce));
}

Result<void> Aead12Sealer::seal(ContentType, ByteView header, ByteViews content, std::size_t, MutableBytes out,
                                std::uint64_t number) {
  const Nonce12::Nonce nonce = nonce_.next(number);
  const std::size_t said = nonce_.explicit_size();
  std::copy(nonce.end() - static_cast<std::ptrdiff_t>(said), nonce.end(), out.begin());
  const AdditionalData data = additional_data(number, header, out.size() - overhead_);
  return aead_->seal(nonce, data, content, out.subspan(said));
}

}  // namespace keyway::record
