// SPDX-License-Identifier: Apache-2.0
//
// PEM text (RFC 7468): a lax reader of many blocks with text before, between and after them, and a writer. What is in
// the blocks is not looked at; keys are decoded by crypto::Provider.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway::pki {

struct PemBlock {
  std::string_view label;  ///< "CERTIFICATE"
  std::string_view text;   ///< the whole block with its two lines; a view of the input
  std::string_view body;   ///< between them
  std::size_t line = 1;    ///< of the BEGIN line
};

/// Walks over the blocks of a text.
class PemReader {
 public:
  explicit PemReader(std::string_view text) noexcept : rest_(text) {}
  /// The next block, or one with an empty label at the end. Error malformed_pem (detail: line and reason) for a block
  /// without its END line.
  Result<PemBlock> next();

 private:
  std::string_view rest_;
  std::size_t line_ = 1;
};

/// The bytes of a block: base64 with line breaks and spaces, header lines ("Proc-Type: ...") refused.
/// Error malformed_pem.
Result<Bytes> decode_pem_body(const PemBlock&);

/// Whether the body of a block could be base64, without decoding it: what is in it may be a secret. Error malformed_pem.
Result<void> check_pem_body(const PemBlock&);

/// One certificate of a text, and where it begins.
struct PemCertificate {
  Bytes der;
  std::size_t line = 0;  ///< of its BEGIN line; 0: the text is DER
};

/// As pem_certificates(), with their lines.
Result<std::vector<PemCertificate>> pem_certificate_blocks(std::string_view text);

/// The DER of every block with one of the labels that certificates have, in order. Errors: malformed_pem;
/// too_long for more than 4,096 certificates.
Result<std::vector<Bytes>> pem_certificates(std::string_view text);

/// Base64 with strict padding; `text` without line breaks. Error malformed_pem.
Result<Bytes> decode_base64(std::string_view text);
std::string encode_base64(ByteView);

/// One block, lines of 64 characters, a line break at the end.
std::string write_pem(std::string_view label, ByteView der);

}  // namespace keyway::pki
