// SPDX-License-Identifier: Apache-2.0
//
// A writer and a reader of TLS 1.2 or below with the keys of one direction, and records between them.
#pragma once

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "base/hex.h"
#include "record/protection_factory.h"
#include "record/tls_reader.h"
#include "record/tls_writer.h"

namespace keyway::record {

inline const std::shared_ptr<const crypto::Provider>& real_provider() {
  static const auto provider = crypto::default_provider();
  return provider;
}

inline Bytes counting(std::size_t size, unsigned from = 0) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(from + i);
  return bytes;
}

/// Both ends of one direction.
struct OlderPair {
  OlderPair(std::string_view suite_name, ProtocolVersion version, const RecordRules& rules = {})
      : suite(*find_cipher_suite(suite_name)) {
    const CipherProperties sizes = properties(suite.cipher);
    const std::size_t chain = rules.cbc_iv == CbcIv::chained ? sizes.block_size : 0;
    mac_key = counting(mac_size(suite.mac), 0x40);
    key = counting(sizes.key_size);
    iv = counting(sizes.kind == CipherKind::aead ? sizes.fixed_iv_size : chain, 0xa0);
    const RecordKeys keys{mac_key, key, iv};
    auto write = make_write_protection(suite, rules, keys, *real_provider());
    auto read = make_read_protection(suite, rules, keys, *real_provider());
    EXPECT_TRUE(write && read) << suite_name;
    writer.set_version(version);
    reader.set_version(version);
    writer.install(std::move(*write));
    reader.install(std::move(*read));
  }

  Bytes sealed(ContentType type, ByteViews content) {
    OutputQueue out;
    EXPECT_TRUE(writer.seal(type, content, out));
    Bytes wire;
    for (const ByteView view : out.views()) wire.insert(wire.end(), view.begin(), view.end());
    return wire;
  }
  Bytes sealed(ContentType type, ByteView content) { return sealed(type, ByteViews(&content, 1)); }
  Bytes sealed(std::string_view text) { return sealed(ContentType::application_data, as_bytes(text)); }

  /// Opens record after record; the content of all, or the error.
  Result<std::string> opened(Bytes wire, ContentType expected = ContentType::application_data) {
    std::string content;
    MutableBytes rest(wire);
    while (!rest.empty()) {
      std::size_t consumed = 0;
      KW_ASSIGN(const auto outcome, reader.open(rest, consumed));
      const auto* record = std::get_if<Opened>(&outcome);
      if (record == nullptr) return fail(Errc::internal);
      EXPECT_EQ(record->type, expected);
      content += as_text(record->fragment);
      rest = rest.subspan(consumed);
    }
    return content;
  }
  std::optional<Errc> refused(Bytes wire) {
    const auto result = opened(std::move(wire));
    return result ? std::nullopt : std::optional(result.error().code());
  }

  const CipherSuiteInfo& suite;
  Bytes mac_key;
  Bytes key;
  Bytes iv;
  TlsWriter writer;
  TlsReader reader;
};

}  // namespace keyway::record
