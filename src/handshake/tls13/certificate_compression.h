// SPDX-License-Identifier: Apache-2.0
//
// CompressedCertificate in the place of Certificate (RFC 8879), both ways. The algorithms themselves are the program's
// (keyway/certificate_compressor.h).
#pragma once

#include "handshake/parties/parties.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/compressed_certificate.h"

namespace keyway::handshake::tls13 {

/// The body of a Certificate; `identity` null: an empty list (authentication.cpp).
void write_certificate(wire::Writer&, const pki::Identity*, const Requested&, const Bytes* staple);

/// Sends our Certificate by the first of our compressors that the peer has, too, in a form that is kept with the identity. False:
/// nothing was sent, because there is none in common, or because what is asked for cannot be kept.
Result<bool> send_compressed(const pki::Identity&, const Requested&, const Bytes* staple, Flow&);

/// A Certificate that was decompressed; its views are of the bytes beside it.
struct Decompressed {
  Bytes bytes;
  wire::Certificate13 message;
};
/// Errors: unexpected_message where compression was not `offered`; decode_error; wrong_compression_algorithm;
/// uncompressed_certificate_too_long, before anything is decompressed; decompression_failed; those of a Certificate.
Result<Decompressed> decompress(const wire::CompressedCertificate&, bool offered, Flow&);

}  // namespace keyway::handshake::tls13
