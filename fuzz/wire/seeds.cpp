// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds of the wire fuzzers into the folder that is its argument: the messages of RFC 8448, and small ones with
// every extension that their lists have.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/byte_buffer.h"
#include "unit/wire/rfc8448.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_request13.h"
#include "wire/messages/client_hello.h"
#include "wire/messages/encrypted_extensions.h"
#include "wire/messages/new_session_ticket13.h"
#include "wire/messages/server_hello.h"

namespace keyway::wire {
namespace {

std::filesystem::path corpora;

Bytes hex(std::string_view text) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(digit(text[i]) << 4 | digit(text[i + 1])));
  return bytes;
}

void save(const char* fuzzer, const char* name, ByteView bytes) {
  std::filesystem::create_directories(corpora / fuzzer);
  const std::string_view text = as_text(bytes);
  std::ofstream(corpora / fuzzer / name, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

template <class T>
void save_encoded(const char* fuzzer, const char* name, const T& value) {
  ByteBuffer buffer;
  Writer writer(buffer);
  value.encode(writer);
  save(fuzzer, name, buffer.view());
}

/// Without its header.
void save_message(const char* fuzzer, const char* name, std::string_view message) {
  save(fuzzer, name, ByteView(hex(message)).subspan(4));
}

const Bytes random_bytes(32, std::byte{0x5a});
const Bytes short_bytes(2, std::byte{0x30});
const Bytes binder_bytes(32, std::byte{0x5b});
const Bytes null_compression(1);
const std::array<ByteView, 2> names{short_bytes, short_bytes};
const std::array groups{NamedGroup::x25519, NamedGroup(0x1a1a)};
const std::array schemes{SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::ed25519};

void client_hellos() {
  const std::array suites{CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite(0x1a1a)};
  const std::array versions{ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  const std::array shares{KeyShareEntry{NamedGroup::x25519, random_bytes}};
  const std::array identities{PskIdentity{short_bytes, 7}};
  const std::array<ByteView, 1> binders{binder_bytes};
  const std::array types{CertificateType::raw_public_key, CertificateType::x509};
  const std::array compressions{CertificateCompression::brotli, CertificateCompression::zlib};
  const std::array formats{EcPointFormat::uncompressed};
  const std::array modes{static_cast<PskKeyExchangeMode>(1)};
  ClientHello hello{.random = random_bytes, .cipher_suites = suites, .legacy_compression_methods = null_compression};
  hello.has_extensions = false;
  save_encoded("client_hello", "bare", hello);
  hello.has_extensions = true;
  save_encoded("client_hello", "empty_block", hello);
  hello.extensions.set(ServerName{short_bytes})
      .set(MaxFragmentLength{1})
      .set(StatusRequest{.responder_ids = names})
      .set(SupportedGroups{groups})
      .set(EcPointFormats{formats})
      .set(Alpn{names})
      .set(SctRequest{})
      .set(ClientCertificateTypes{types})
      .set(ServerCertificateTypes{types})
      .set(Padding{3})
      .set(EncryptThenMac{})
      .set(ExtendedMasterSecret{})
      .set(CompressCertificate{compressions})
      .set(RecordSizeLimit{16385})
      .set(SessionTicketExtension{short_bytes})
      .set(SignatureAlgorithms{schemes})
      .set(SignatureAlgorithmsCert{schemes})
      .set(RenegotiationInfo{})
      .set(SupportedVersionsClientHello{versions})
      .set(Cookie{short_bytes})
      .set(PskKeyExchangeModes{modes})
      .set(CertificateAuthorities{names})
      .set(PostHandshakeAuth{})
      .set(SrpUser{short_bytes})
      .set(NextProtocolOffer{})
      .set(KeyShareClientHello{shares})
      .set(EarlyData{})
      .set(PreSharedKeyClientHello{identities, binders});
  save_encoded("client_hello", "every_extension", hello);
  save_message("client_hello", "rfc8448_simple", rfc8448::client_hello);
  save_message("client_hello", "rfc8448_resuming", rfc8448::resuming_client_hello);
}

void server_messages() {
  save_message("server_hello", "rfc8448_simple", rfc8448::server_hello);
  save_message("server_hello", "rfc8448_resuming", rfc8448::resuming_server_hello);
  save_message("server_hello", "rfc8448_retry", rfc8448::hello_retry_request);
  ServerHello older{.random = random_bytes, .cipher_suite = CipherSuite(0xc02f)};
  older.extensions12.set(RenegotiationInfo{}).set(ExtendedMasterSecret{}).set(Alpn{std::span(names).first(1)});
  save_encoded("server_hello", "tls12", older);

  save_message("encrypted_extensions", "rfc8448_simple", rfc8448::encrypted_extensions);
  EncryptedExtensions parameters;
  parameters.extensions.set(ServerNameAck{})
      .set(MaxFragmentLength{4})
      .set(SupportedGroups{groups})
      .set(Alpn{std::span(names).first(1)})
      .set(SelectedServerCertificateType{})
      .set(RecordSizeLimit{64})
      .set(EarlyData{});
  save_encoded("encrypted_extensions", "every_extension", parameters);

  save_message("certificate_request", "rfc8448_client_authentication", rfc8448::certificate_request);
  const std::array filters{OidFilter{short_bytes, {}}};
  CertificateRequest13 request{.certificate_request_context = short_bytes};
  request.extensions.set(EmptyStatusRequest{})
      .set(SignatureAlgorithms{schemes})
      .set(SctRequest{})
      .set(CertificateAuthorities{names})
      .set(OidFilters{filters})
      .set(SignatureAlgorithmsCert{schemes});
  save_encoded("certificate_request", "every_extension", request);
}

void certificates_and_tickets() {
  save_message("certificate", "rfc8448_simple", rfc8448::certificate);
  save_encoded("certificate", "empty", Certificate13{});
  std::array<CertificateEntry, 2> entries{CertificateEntry{short_bytes}, CertificateEntry{short_bytes}};
  const Bytes timestamps = hex("00030001aa");
  entries[0].extensions.set(CertificateStatus{short_bytes}).set(SignedCertificateTimestamps{timestamps});
  save_encoded("certificate", "every_extension", Certificate13{short_bytes, entries});

  NewSessionTicket13 ticket{.ticket_lifetime = 7200, .ticket_nonce = null_compression, .ticket = binder_bytes};
  save_encoded("new_session_ticket", "plain", ticket);
  ticket.extensions.set(EarlyDataTicket{16384});
  save_encoded("new_session_ticket", "early_data", ticket);
}

void small_ones() {
  // clang-format off
  const char* seeds[] = {"000228",       "0104030002aabb", "02",           "03aabb",         "0401",
                         "05000600000361622e", "0601",     "070100000000", "0801000001aa",   "090002001d",
                         "0a0100",       "0b0003026832",   "0c00030001aa", "0d4000",
                         "0e0007000161000000000021205a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
                         "0f0000",       "1000004000",     "11020304",     "120304",         "1300015a",
                         "140101",       "15000400023000", "160006020603000105", "170005001d00015a", "18001d00015a",
                         "19001d",       "1a00",           "1b0100",       "1c00"};
  // clang-format on
  for (const char* seed : seeds) save("small_codecs", std::string(seed, 2).c_str(), hex(seed));
}

/// The first byte is the place in the list of older_messages.cpp.
void older_ones() {
  // clang-format off
  const char* seeds[] = {"00", "01", "0200000a000002300100000230" "02", "0300001c200002aabb", "04010000023003",
                         "0503001d03aabbcc040300023045", "0603001d03aabbcc00023045", "0703001d03aabbcc",
                         "080002fffb0001020002123408040002aabb", "090002fffb000102000212340002aabb", "0a0002fffb00010200021234",
                         "0b00026162", "0c0002616203001d03aabbcc", "0d00000002fffb00010200021234",
                         "0e0002fffb00010201aa0002123402010001aa", "0f0002fffb00010201aa000212340001aa",
                         "100002fffb00010201aa00021234", "11020140000404030804000600043002" "0500", "120201400006000430020500",
                         "1304030002aabb", "140002aabb", "1503aabbcc", "1600021234", "1700026162", "180002616203aabbcc",
                         "1900026162000105", "1a000261620002aabb", "1b0002aabb", "1caabb", "1d00021234", "1e05616c696365",
                         "1f02683203616263"};
  // clang-format on
  for (const char* seed : seeds) save("older_messages", std::string(seed, 2).c_str(), hex(seed));
}

}  // namespace
}  // namespace keyway::wire

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: fuzz_wire_seeds FOLDER\n"), 2;
  keyway::wire::corpora = arguments[1];
  keyway::wire::client_hellos();
  keyway::wire::server_messages();
  keyway::wire::certificates_and_tickets();
  keyway::wire::small_ones();
  keyway::wire::older_ones();
  return 0;
}
