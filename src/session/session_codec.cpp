// SPDX-License-Identifier: Apache-2.0
//
// Fields in the order of struct Session; times as nanoseconds since the epoch, 64 bits, two's complement.
#include "session/session_codec.h"

#include <bit>

#include "names/cipher_suite_table.h"
#include "session/shared_bytes.h"
#include "session/ticket_age.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway {
namespace session {
namespace {

constexpr std::string_view tag = "keyway-ticket";
constexpr std::uint8_t format = 3;

/// How the peer's chain came to be trusted.
enum class Basis : std::uint8_t { unchecked, validated, accepted };

/// What the peer showed.
enum class Peer : std::uint8_t { none, certificates, raw_public_key };

Peer peer_of(const Session& session) noexcept {
  if (!session.peer) return Peer::none;
  return session.peer->is_raw_public_key() ? Peer::raw_public_key : Peer::certificates;
}

void write_time(wire::Writer& writer, WallTime time) {
  const auto count = std::bit_cast<std::uint64_t>(
      static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count()));
  writer.u32(static_cast<std::uint32_t>(count >> 32));
  writer.u32(static_cast<std::uint32_t>(count));
}

Result<WallTime> read_time(wire::Reader& reader) {
  KW_ASSIGN(const std::uint64_t high, reader.u32());
  KW_ASSIGN(const std::uint64_t low, reader.u32());
  const std::chrono::nanoseconds since_epoch(std::bit_cast<std::int64_t>(high << 32 | low));
  return WallTime(std::chrono::duration_cast<WallTime::duration>(since_epoch));
}

/// A time from which ages are computed: between 1970 and 2116, so that no difference overflows.
constexpr bool is_origin(WallTime time) noexcept {
  const auto count = time.time_since_epoch().count();
  return count >= 0 && count <= (std::int64_t{1} << 62);
}

constexpr bool is_lifetime(std::uint32_t seconds) noexcept { return seconds <= max_lifetime.count(); }

/// `bytes`: of the list, with the length of each.
constexpr bool is_chain(std::size_t certificates, std::size_t bytes) noexcept {
  return certificates <= max_saved_certificates && bytes <= max_saved_chain;
}

/// What is written, or else it could not be read: the chain is as long as the options let it be, and clocks say anything.
bool can_be_read(const Session& session) noexcept {
  const std::size_t certificates = session.peer ? session.peer->size() : 0;
  std::size_t bytes = 3 * certificates;
  for (std::size_t i = 0; i < certificates; ++i) bytes += session.peer->der(i).size();
  return is_chain(certificates, bytes) && is_lifetime(session.lifetime) && is_origin(session.issued) &&
         is_origin(session.authenticated_at);
}

Result<WallTime> read_origin(wire::Reader& reader) {
  KW_ASSIGN(const WallTime time, read_time(reader));
  if (!is_origin(time)) return fail(Errc::malformed_session);
  return time;
}

Result<bool> read_flag(wire::Reader& reader) {
  KW_ASSIGN(const std::uint8_t flag, reader.u8());
  if (flag > 1) return fail(Errc::malformed_session);
  return flag == 1;
}

bool is_older(const Session& session) noexcept { return session.version < ProtocolVersion::tls1_3; }

void write_chain(wire::Writer& writer, const CertificateChain& chain) {
  writer.vec24([&] {
    for (std::size_t i = 0; i < chain.size(); ++i) writer.vec24(chain.der(i));
  });
}

Result<std::shared_ptr<const CertificateChain>> read_chain(wire::Reader& reader, Peer shown) {
  KW_ASSIGN(const ByteView list, reader.vec24(1));
  std::vector<Bytes> certificates;
  for (wire::Reader entries(list); !entries.empty();) {
    if (!is_chain(certificates.size() + 1, list.size())) return fail(Errc::malformed_session);
    KW_ASSIGN(const ByteView der, entries.vec24(1));
    certificates.push_back(to_bytes(der));
  }
  if (shown == Peer::certificates) return CertificateChain::from_der(certificates);
  if (certificates.size() != 1) return fail(Errc::malformed_session);
  return CertificateChain::of_raw_public_key(certificates.front());
}

Result<void> read_parameters(wire::Reader& reader, Session& session) {
  KW_ASSIGN(const auto version, reader.u16());
  KW_ASSIGN(const auto suite, reader.u16());
  session.version = static_cast<ProtocolVersion>(version);
  session.cipher_suite = static_cast<CipherSuite>(suite);
  const CipherSuiteInfo* row = find_cipher_suite(session.cipher_suite);
  const bool known = session.version >= ProtocolVersion::ssl3 && session.version <= ProtocolVersion::tls1_3;
  if (!known || row == nullptr || !is_for(*row, session.version)) return fail(Errc::malformed_session);
  KW_ASSIGN(const ByteView secret, reader.vec8(1));
  // RFC 5246 8.1: 48 bytes, whatever the suite.
  if (secret.size() > 48 || (is_older(session) && secret.size() != 48)) return fail(Errc::malformed_session);
  session.secret = Secret48(secret);
  KW_ASSIGN(session.age_add, reader.u32());
  KW_ASSIGN(session.lifetime, reader.u32());
  if (!is_lifetime(session.lifetime)) return fail(Errc::malformed_session);
  KW_ASSIGN(session.max_early_data, reader.u32());
  KW_ASSIGN(session.issued, read_origin(reader));
  KW_ASSIGN(const ByteView alpn, reader.vec8());
  session.alpn = as_text(alpn);
  return {};
}

Result<void> read_proof(wire::Reader& reader, Session& session) {
  KW_ASSIGN(const auto scheme, reader.u16());
  if (scheme != 0) session.peer_signature_scheme = static_cast<SignatureScheme>(scheme);
  KW_ASSIGN(const ByteView staple, reader.vec24());
  session.ocsp_response = share(staple);
  KW_ASSIGN(const ByteView timestamps, reader.vec16());
  session.signed_certificate_timestamps = share(timestamps);
  const bool proof = scheme != 0 || !staple.empty() || !timestamps.empty();
  if (proof && !session.peer) return fail(Errc::malformed_session);
  return {};
}

Result<void> read_identity(wire::Reader& reader, Session& session) {
  KW_ASSIGN(const bool named, read_flag(reader));
  if (named) {
    KW_ASSIGN(const ByteView name, reader.vec16());
    session.server_name = as_text(name);
  }
  KW_ASSIGN(const ByteView policy, reader.vec16());
  session.policy = to_bytes(policy);
  KW_ASSIGN(const std::uint8_t shown, reader.u8());
  const bool authenticated = shown != static_cast<std::uint8_t>(Peer::none);
  if (shown > static_cast<std::uint8_t>(Peer::raw_public_key)) return fail(Errc::malformed_session);
  if (authenticated) { KW_ASSIGN(session.peer, read_chain(reader, static_cast<Peer>(shown))); }
  KW_ASSIGN(const std::uint8_t basis, reader.u8());
  const bool known = basis <= static_cast<std::uint8_t>(Basis::accepted);
  if (!known || (basis != 0 && !authenticated)) return fail(Errc::malformed_session);
  session.peer_validated = static_cast<Basis>(basis) == Basis::validated;
  session.peer_accepted = static_cast<Basis>(basis) == Basis::accepted;
  KW_ASSIGN(session.peer_not_after, read_time(reader));
  KW_TRY(read_proof(reader, session));
  KW_ASSIGN(const ByteView identity, reader.vec16());
  session.psk_identity = to_bytes(identity);
  KW_ASSIGN(session.authenticated_at, read_origin(reader));
  KW_ASSIGN(session.extended_master_secret, read_flag(reader));
  if (session.extended_master_secret && !is_older(session)) return fail(Errc::malformed_session);
  return {};
}

Result<std::shared_ptr<const Session>> read_session(wire::Reader& reader) {
  auto session = std::make_shared<Session>();
  KW_TRY(read_parameters(reader, *session));
  KW_TRY(read_identity(reader, *session));
  return session;
}

Result<std::shared_ptr<const SessionTicket>> read_ticket(ByteView saved) {
  wire::Reader reader(saved);
  KW_ASSIGN(const ByteView start, reader.take(tag.size()));
  KW_ASSIGN(const auto version, reader.u8());
  if (as_text(start) != tag || version != format) return fail(Errc::malformed_session);
  auto loaded = std::make_shared<SessionTicket>();
  KW_ASSIGN(loaded->session, read_session(reader));
  KW_ASSIGN(const ByteView ticket, reader.vec16());
  KW_ASSIGN(const ByteView session_id, reader.vec8());
  KW_TRY(reader.finish());
  loaded->ticket = to_bytes(ticket);
  loaded->session_id = to_bytes(session_id);
  const bool by_id = !session_id.empty();
  if (!loaded->usable() || by_id != ticket.empty() || (by_id && !is_older(*loaded->session)))
    return fail(Errc::malformed_session);
  return loaded;
}

void write_session(wire::Writer& writer, const Session& session) {
  writer.u16(static_cast<std::uint16_t>(session.version));
  writer.u16(static_cast<std::uint16_t>(session.cipher_suite));
  writer.vec8(session.secret.expose());
  writer.u32(session.age_add);
  writer.u32(session.lifetime);
  writer.u32(session.max_early_data);
  write_time(writer, session.issued);
  writer.vec8(as_bytes(session.alpn));
  writer.u8(session.server_name.has_value());
  if (session.server_name) writer.vec16(as_bytes(*session.server_name));
  writer.vec16(session.policy);
  writer.u8(static_cast<std::uint8_t>(peer_of(session)));
  if (session.peer) write_chain(writer, *session.peer);
  const Basis basis = session.peer_validated ? Basis::validated : session.peer_accepted ? Basis::accepted : Basis::unchecked;
  writer.u8(static_cast<std::uint8_t>(basis));
  write_time(writer, session.peer_not_after);
  writer.u16(session.peer_signature_scheme ? static_cast<std::uint16_t>(*session.peer_signature_scheme) : std::uint16_t{0});
  writer.vec24(view_of(session.ocsp_response));
  writer.vec16(view_of(session.signed_certificate_timestamps));
  writer.vec16(session.psk_identity);
  write_time(writer, session.authenticated_at);
  writer.u8(session.extended_master_secret);
}

}  // namespace

SecretBytes encode(const SessionTicket& ticket) {
  if (!can_be_read(*ticket.session)) return {};
  ByteBuffer buffer;
  wire::Writer writer(buffer);
  writer.bytes(as_bytes(tag));
  writer.u8(format);
  write_session(writer, *ticket.session);
  writer.vec16(ticket.ticket);
  writer.vec8(ticket.session_id);
  return writer.ok() ? SecretBytes(buffer.view()) : SecretBytes();
}

SecretBytes encode(const Session& session) {
  if (!can_be_read(session)) return {};
  ByteBuffer buffer;
  wire::Writer writer(buffer);
  write_session(writer, session);
  return writer.ok() ? SecretBytes(buffer.view()) : SecretBytes();
}

Result<std::shared_ptr<const Session>> decode_session(ByteView encoded) {
  wire::Reader reader(encoded);
  auto session = read_session(reader);
  if (!session || !reader.empty()) return fail(Errc::malformed_session);
  return session;
}

Result<std::shared_ptr<const SessionTicket>> decode(ByteView saved) {
  auto ticket = read_ticket(saved);
  if (!ticket) return fail(Errc::malformed_session);
  return ticket;
}

}  // namespace session

SecretBytes SessionTicket::save() const { return session::encode(*this); }

Result<std::shared_ptr<const SessionTicket>> SessionTicket::load(ByteView saved) { return session::decode(saved); }

}  // namespace keyway
