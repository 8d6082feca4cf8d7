// SPDX-License-Identifier: Apache-2.0
//
// ServerHello and HelloRetryRequest (RFC 8446 4.1.3, 4.1.4).
#include "wire/messages/server_hello.h"

#include "wire/messages/client_hello.h"

namespace keyway::wire {

namespace {

constexpr std::uint16_t tls1_2 = static_cast<std::uint16_t>(ProtocolVersion::tls1_2);

struct Fields {
  std::uint16_t legacy_version = 0;
  ByteView random{};
  ByteView legacy_session_id_echo{};
  CipherSuite cipher_suite{};
  std::uint8_t compression = 0;
  bool has_extensions = false;
  ByteView block{};
};

Result<Fields> read(ByteView body) {
  Reader reader(body);
  Fields fields;
  KW_ASSIGN(fields.legacy_version, reader.u16());
  KW_ASSIGN(fields.random, reader.take(random_size));
  KW_ASSIGN(fields.legacy_session_id_echo, reader.vec8());
  if (fields.legacy_session_id_echo.size() > max_session_id) return fail(Errc::decode_error);
  KW_ASSIGN(const auto suite, reader.u16());
  fields.cipher_suite = static_cast<CipherSuite>(suite);
  KW_ASSIGN(fields.compression, reader.u8());
  fields.has_extensions = !reader.empty();
  if (fields.has_extensions) {
    KW_ASSIGN(fields.block, reader.vec16());
    KW_TRY(reader.finish());
  }
  return fields;
}

void write(Writer& writer, const Fields& fields) {
  writer.u16(fields.legacy_version);
  writer.bytes(fields.random);
  writer.vec8(fields.legacy_session_id_echo);
  writer.u16(static_cast<std::uint16_t>(fields.cipher_suite));
  writer.u8(0);
}

/// Whether it is a hello of TLS 1.3: supported_versions says so, and so do extensions that no older hello has.
Result<bool> is_of_tls13(ByteView block) {
  KW_ASSIGN(const RawExtensions extensions, parse_extensions(block, PreSharedKey::anywhere));
  for (const RawExtension extension : extensions) {
    if (extension.type == ExtensionType::supported_versions || extension.type == ExtensionType::key_share ||
        extension.type == ExtensionType::pre_shared_key)
      return true;
  }
  return false;
}

/// RFC 8446 4.1.3: these two fields are constants of the format.
Result<void> check_constants(const Fields& fields, const char* message) {
  // RFC 8446 D.5: of this value alone another alert tells.
  //= rfc8446#D.5-2
  if (fields.legacy_version == static_cast<std::uint16_t>(ProtocolVersion::ssl3))
    return fail(Errc::no_common_version, {.reason = std::string("legacy_version of SSL 3.0 in ") + message});
  if (fields.legacy_version != tls1_2) return fail(Errc::decode_error, {.reason = std::string("legacy_version in ") + message});
  if (fields.compression != 0)
    return fail(Errc::decode_error, {.reason = std::string("legacy_compression_method in ") + message});
  return {};
}

}  // namespace

bool is_hello_retry_request(ByteView body) noexcept {
  constexpr std::size_t at = sizeof(std::uint16_t);
  //= rfc8446#4.1.3-7
  return body.size() >= at + random_size && std::ranges::equal(body.subspan(at, random_size), hello_retry_request_random);
}

ProtocolVersion ServerHello::version() const noexcept {
  const auto& selected = extensions.get<SelectedVersion>();
  return selected ? selected->version : static_cast<ProtocolVersion>(legacy_version);
}

Result<ServerHello> ServerHello::decode(ByteView body) {
  KW_ASSIGN(const Fields fields, read(body));
  ServerHello hello{.legacy_version = fields.legacy_version,
                    .random = fields.random,
                    .legacy_session_id_echo = fields.legacy_session_id_echo,
                    .cipher_suite = fields.cipher_suite,
                    .has_extensions = fields.has_extensions};
  //= rfc8446#4.2.1-6
  KW_ASSIGN(const bool tls13, is_of_tls13(fields.block));
  if (!tls13) {
    // RFC 5246 7.4.1.3: only null is ever offered.
    if (fields.compression != 0) return fail(Errc::wrong_compression);
    KW_ASSIGN(hello.extensions12, ServerHello12Extensions::decode(fields.block));
    return hello;
  }
  KW_TRY(check_constants(fields, "ServerHello"));
  KW_ASSIGN(hello.extensions, ServerHello13Extensions::decode(fields.block));
  return hello;
}

void ServerHello::encode(Writer& writer) const {
  write(writer, {legacy_version, random, legacy_session_id_echo, cipher_suite});
  if (!has_extensions) return;
  writer.vec16([&] {
    extensions.encode(writer);
    extensions12.encode(writer);
  });
}

Result<HelloRetryRequest> HelloRetryRequest::decode(ByteView body) {
  KW_ASSIGN(const Fields fields, read(body));
  KW_TRY(check_constants(fields, "HelloRetryRequest"));
  HelloRetryRequest retry{.legacy_session_id_echo = fields.legacy_session_id_echo, .cipher_suite = fields.cipher_suite};
  KW_ASSIGN(retry.extensions, HelloRetryRequestExtensions::decode(fields.block));
  return retry;
}

void HelloRetryRequest::encode(Writer& writer) const {
  write(writer, {tls1_2, hello_retry_request_random, legacy_session_id_echo, cipher_suite});
  writer.vec16([&] { extensions.encode(writer); });
}

}  // namespace keyway::wire
