// SPDX-License-Identifier: Apache-2.0
//
// Names of versions, hashes, messages and extensions.
#include <optional>
#include <utility>

#include "keyway/protocol.h"
#include "names/extension_type.h"
#include "names/handshake_type.h"

namespace keyway {

namespace {

struct VersionName {
  ProtocolVersion version;
  std::string_view text;       ///< for people
  std::string_view otp;        ///< Erlang's and the command line's
  std::string_view number;     ///< short
};
constexpr VersionName versions[] = {
    {ProtocolVersion::ssl3, "SSL 3.0", "sslv3", "ssl3"},           {ProtocolVersion::tls1_0, "TLS 1.0", "tlsv1", "1.0"},
    {ProtocolVersion::tls1_1, "TLS 1.1", "tlsv1.1", "1.1"},        {ProtocolVersion::tls1_2, "TLS 1.2", "tlsv1.2", "1.2"},
    {ProtocolVersion::tls1_3, "TLS 1.3", "tlsv1.3", "1.3"},        {ProtocolVersion::dtls1_0, "DTLS 1.0", "dtlsv1", "dtls1.0"},
    {ProtocolVersion::dtls1_2, "DTLS 1.2", "dtlsv1.2", "dtls1.2"}, {ProtocolVersion::dtls1_3, "DTLS 1.3", "dtlsv1.3", "dtls1.3"},
};

}  // namespace

std::string_view to_string(ProtocolVersion version) noexcept {
  for (const VersionName& name : versions) {
    if (name.version == version) return name.text;
  }
  return {};
}

std::optional<ProtocolVersion> protocol_version_from(std::string_view text) noexcept {
  for (const VersionName& name : versions) {
    if (name.text == text || name.otp == text || name.number == text) return name.version;
  }
  return std::nullopt;
}

std::string_view to_string(HashAlgorithm hash) noexcept {
  switch (hash) {
    case HashAlgorithm::sha1: return "sha1";
    case HashAlgorithm::sha224: return "sha224";
    case HashAlgorithm::sha256: return "sha256";
    case HashAlgorithm::sha384: return "sha384";
    case HashAlgorithm::sha512: return "sha512";
    case HashAlgorithm::md5: return "md5";
    case HashAlgorithm::md5_sha1: return "md5_sha1";
  }
  return {};
}

std::string_view to_string(HandshakeType type) noexcept {
  switch (type) {
    case HandshakeType::hello_request: return "hello_request";
    case HandshakeType::client_hello: return "client_hello";
    case HandshakeType::server_hello: return "server_hello";
    case HandshakeType::new_session_ticket: return "new_session_ticket";
    case HandshakeType::end_of_early_data: return "end_of_early_data";
    case HandshakeType::encrypted_extensions: return "encrypted_extensions";
    case HandshakeType::certificate: return "certificate";
    case HandshakeType::server_key_exchange: return "server_key_exchange";
    case HandshakeType::certificate_request: return "certificate_request";
    case HandshakeType::server_hello_done: return "server_hello_done";
    case HandshakeType::certificate_verify: return "certificate_verify";
    case HandshakeType::client_key_exchange: return "client_key_exchange";
    case HandshakeType::finished: return "finished";
    case HandshakeType::certificate_status: return "certificate_status";
    case HandshakeType::key_update: return "key_update";
    case HandshakeType::compressed_certificate: return "compressed_certificate";
    case HandshakeType::next_protocol: return "next_protocol";
    case HandshakeType::message_hash: return "message_hash";
  }
  return {};
}

std::string_view to_string(ContentType type) noexcept {
  switch (type) {
    case ContentType::invalid: return "invalid";
    case ContentType::change_cipher_spec: return "change_cipher_spec";
    case ContentType::alert: return "alert";
    case ContentType::handshake: return "handshake";
    case ContentType::application_data: return "application_data";
  }
  return {};
}

std::string_view to_string(ExtensionType type) noexcept {
  constexpr std::pair<ExtensionType, std::string_view> names[] = {
      {ExtensionType::server_name, "server_name"},
      {ExtensionType::max_fragment_length, "max_fragment_length"},
      {ExtensionType::status_request, "status_request"},
      {ExtensionType::supported_groups, "supported_groups"},
      {ExtensionType::ec_point_formats, "ec_point_formats"},
      {ExtensionType::srp, "srp"},
      {ExtensionType::signature_algorithms, "signature_algorithms"},
      {ExtensionType::use_srtp, "use_srtp"},
      {ExtensionType::application_layer_protocol_negotiation, "application_layer_protocol_negotiation"},
      {ExtensionType::signed_certificate_timestamp, "signed_certificate_timestamp"},
      {ExtensionType::client_certificate_type, "client_certificate_type"},
      {ExtensionType::server_certificate_type, "server_certificate_type"},
      {ExtensionType::padding, "padding"},
      {ExtensionType::encrypt_then_mac, "encrypt_then_mac"},
      {ExtensionType::extended_master_secret, "extended_master_secret"},
      {ExtensionType::compress_certificate, "compress_certificate"},
      {ExtensionType::record_size_limit, "record_size_limit"},
      {ExtensionType::session_ticket, "session_ticket"},
      {ExtensionType::pre_shared_key, "pre_shared_key"},
      {ExtensionType::early_data, "early_data"},
      {ExtensionType::supported_versions, "supported_versions"},
      {ExtensionType::cookie, "cookie"},
      {ExtensionType::psk_key_exchange_modes, "psk_key_exchange_modes"},
      {ExtensionType::certificate_authorities, "certificate_authorities"},
      {ExtensionType::oid_filters, "oid_filters"},
      {ExtensionType::post_handshake_auth, "post_handshake_auth"},
      {ExtensionType::signature_algorithms_cert, "signature_algorithms_cert"},
      {ExtensionType::key_share, "key_share"},
      {ExtensionType::next_protocol_negotiation, "next_protocol_negotiation"},
      {ExtensionType::renegotiation_info, "renegotiation_info"},
  };
  for (const auto& [known, name] : names) {
    if (known == type) return name;
  }
  return {};
}

}  // namespace keyway
