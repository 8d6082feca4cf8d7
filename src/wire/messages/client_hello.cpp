// SPDX-License-Identifier: Apache-2.0
//
// ClientHello (RFC 8446 4.1.2).
#include "wire/messages/client_hello.h"

namespace keyway::wire {

Result<ClientHello> ClientHello::decode(ByteView body) {
  Reader reader(body);
  ClientHello hello;
  KW_ASSIGN(hello.legacy_version, reader.u16());
  KW_ASSIGN(hello.random, reader.take(random_size));
  KW_ASSIGN(hello.legacy_session_id, reader.vec8());
  if (hello.legacy_session_id.size() > max_session_id) return fail(Errc::decode_error);
  KW_ASSIGN(const ByteView suites, reader.vec16());
  KW_ASSIGN(hello.cipher_suites, U16List<CipherSuite>::parse(suites));
  KW_ASSIGN(hello.legacy_compression_methods, reader.vec8(1));
  hello.has_extensions = !reader.empty();
  // RFC 5246 7.4.1.2: extensions are there if bytes follow.
  //= rfc5246#7.4.1.2-4
  if (!hello.has_extensions) return hello;
  KW_ASSIGN(const ByteView block, reader.vec16());
  //= rfc8446#4.1.2-14
  KW_TRY(reader.finish());
  KW_ASSIGN(hello.extensions, ClientHelloExtensions::decode(block));
  return hello;
}

void ClientHello::encode_fields(Writer& writer) const {
  writer.u16(legacy_version);
  writer.bytes(random);
  writer.vec8(legacy_session_id);
  writer.vec16([&] { cipher_suites.encode(writer); });
  writer.vec8(legacy_compression_methods);
}

std::size_t ClientHello::binders_size() const {
  const auto& offered = extensions.get<PreSharedKeyClientHello>();
  return offered ? offered->binders_size() : 0;
}

}  // namespace keyway::wire
