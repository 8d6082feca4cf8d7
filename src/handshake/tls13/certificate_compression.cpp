// SPDX-License-Identifier: Apache-2.0
//
// Certificates are compressed once and decompressed within what a message may be.
#include "handshake/tls13/certificate_compression.h"

#include <algorithm>

#include "base/guarded.h"

namespace keyway::handshake::tls13 {

namespace {

using Compressors = std::vector<std::shared_ptr<const CertificateCompressor>>;

const CertificateCompressor* first_common(const Compressors& ours, const std::vector<CertificateCompression>& theirs) {
  //= rfc8879#4-1
  const auto common =
      std::ranges::find_if(ours, [&](const auto& one) { return std::ranges::find(theirs, one->algorithm()) != theirs.end(); });
  return common == ours.end() ? nullptr : common->get();
}

}  // namespace

Result<bool> send_compressed(const pki::Identity& identity, const Requested& asked, const Bytes* staple, Flow& flow) {
  // An answer to a request after the handshake repeats a context, which is never the same.
  if (!asked.context.empty()) return false;
  const CertificateCompressor* compressor = first_common(flow.in().protocol().certificate_compression, asked.compression);
  if (compressor == nullptr) return false;
  ByteBuffer plain;
  wire::Writer writer(plain);
  write_certificate(writer, &identity, asked, staple);
  const std::shared_ptr<const Bytes> compressed = identity.compressed.of(plain.view(), *compressor);
  if (!compressed) return false;
  const wire::CompressedFields fields{compressor->algorithm(), static_cast<std::uint32_t>(plain.view().size()), *compressed};
  KW_TRY(flow.send(HandshakeType::compressed_certificate, [&](wire::Writer& w) { fields.encode(w); }));
  return true;
}

Result<Decompressed> decompress(const wire::CompressedCertificate& m, bool offered, Flow& flow) {
  //= rfc8879#4-3
  if (!offered) return fail(Errc::unexpected_message);
  KW_ASSIGN(const wire::CompressedFields fields, m.read());
  const Compressors& ours = flow.in().protocol().certificate_compression;
  const auto used = std::ranges::find_if(ours, [&](const auto& one) { return one->algorithm() == fields.algorithm; });
  //= rfc8879#4-1
  if (used == ours.end()) return fail(Errc::wrong_compression_algorithm);
  // RFC 8879 4, 5: what a Certificate may be, before any memory is there for it.
  //= rfc8879#5-1
  if (fields.uncompressed_length > flow.in().protocol().max_handshake_size) return fail(Errc::uncompressed_certificate_too_long);
  Decompressed certificate{Bytes(fields.uncompressed_length), {}};
  //= rfc8879#4-2, 4-4
  const auto done = guarded([&] { return (*used)->decompress(fields.compressed, certificate.bytes); });
  if (!done) return fail(done.error().code() == Errc::callback_threw ? Errc::callback_threw : Errc::decompression_failed);
  //= rfc8879#5-3
  KW_ASSIGN(certificate.message, wire::Certificate13::decode(certificate.bytes));
  return certificate;
}

}  // namespace keyway::handshake::tls13
