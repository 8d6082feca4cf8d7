// SPDX-License-Identifier: Apache-2.0
//
// PEM text: blocks are views of the text and in order, and what was decoded can be written and read again.
#include "pki/pem.h"

#include "hollow_provider.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t line = 0;
  for (pki::PemReader reader(text);;) {
    const auto block = reader.next();
    if (!block || block->label.empty()) break;
    fuzz::require(block->line > line && block->text.data() >= text.data());
    fuzz::require(block->text.data() + block->text.size() <= text.data() + text.size());
    fuzz::require(block->body.size() < block->text.size());
    line = block->line;
    if (const auto der = pki::decode_pem_body(*block)) {
      pki::PemReader written(text.substr(0, 0));
      const std::string again = pki::write_pem(block->label, *der);
      written = pki::PemReader(again);
      const auto same = written.next();
      fuzz::require(same && same->label == block->label && pki::decode_pem_body(*same).value() == *der);
    }
  }
  if (const auto bytes = pki::decode_base64(text)) fuzz::require(pki::encode_base64(*bytes) == text);
  (void)pki::pem_certificates(text);
  return 0;
}
