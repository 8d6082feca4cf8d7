// SPDX-License-Identifier: Apache-2.0
//
// Options by their bits, identities without keys, and the loop around one connection.
#include "connection/ends.h"

#include <map>

#include "config/settings.h"
#include "hollow_provider.h"
#include "pki/certificate_writer.h"
#include "session/client_selection.h"

namespace keyway::fuzz {

namespace {

constexpr WallTime wall_start{std::chrono::seconds(1'800'000'000)};
constexpr Now start{TimePoint(std::chrono::hours(1)), wall_start};

const std::shared_ptr<const HollowProvider>& provider() {
  static const auto instance = std::make_shared<const HollowProvider>();
  return instance;
}

/// SubjectPublicKeyInfo of a P-256 key whose point is a number and nothing more.
Bytes key_info(std::byte number) {
  static constexpr unsigned char head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                           0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
  Bytes info;
  for (const unsigned char octet : head) info.push_back(static_cast<std::byte>(octet));
  info.resize(91, number);
  return info;
}

Bytes certificate(const char* name, std::byte key, ByteView issuer, bool ca) {
  const HollowSigner signer(key_info(std::byte{1}));
  pki::CertificateDescription description{.subject = {{"CN", name}},
                                          .not_before = wall_start - std::chrono::hours(24),
                                          .not_after = wall_start + std::chrono::hours(24 * 30)};
  if (ca) {
    description.ca = true;
    description.key_usage = pki::key_usage::key_cert_sign;
  } else {
    description.dns_names = {name};
    description.key_usage = pki::key_usage::digital_signature;
  }
  return pki::write_certificate(description, key_info(key), {.certificate = issuer, .signer = signer}, *provider()).value();
}

const Bytes& root() {
  static const Bytes der = certificate("root", std::byte{1}, {}, true);
  return der;
}

CertKey identity() {
  static const Bytes leaf = certificate("server.test", std::byte{2}, root(), false);
  CertKey pair;
  pair.cert = {leaf};
  pair.signer = std::make_shared<const HollowSigner>(key_info(std::byte{2}));
  pair.ocsp_staple = Bytes(4, constant);
  return pair;
}

Session session() {
  Session made;
  made.secret = Secret48(Bytes(32, constant));
  made.lifetime = 7200;
  made.issued = made.authenticated_at = wall_start;
  made.server_name = "server.test";
  return made;
}

/// Gives every session the same ticket and takes every ticket that begins as it does.
class HollowTickets final : public TicketStore {
 public:
  void issue(std::shared_ptr<const Session>, Now, Answer<Bytes> answer) override {
    std::move(answer).give(to_bytes(as_bytes("ticket")));
  }
  void redeem(ByteView ticket, Now, Answer<std::shared_ptr<const Session>> answer) override {
    if (ticket.empty() || ticket[0] != std::byte{'t'}) return std::move(answer).give(std::shared_ptr<const Session>());
    auto found = std::make_shared<Session>(session());
    found->policy = policy;
    std::move(answer).give(std::shared_ptr<const Session>(std::move(found)));
  }
  Bytes policy;
};

/// Has a ticket for every target, each time: runs must not depend on those before.
class EndlessTickets final : public ClientTicketStore {
 public:
  void put(const TicketTarget&, std::shared_ptr<const SessionTicket>) override {}
  std::shared_ptr<const SessionTicket> take(const TicketTarget& target, Now) override {
    auto kept = std::make_shared<Session>(session());
    kept->policy = session::ticket_policy(target);
    kept->peer = CertificateChain::from_der(std::span<const Bytes>(identity().cert)).value();
    return std::make_shared<const SessionTicket>(
        SessionTicket{.session = std::move(kept), .ticket = to_bytes(as_bytes("ticket"))});
  }
};

Session older_session() {
  Session made = session();
  made.version = ProtocolVersion::tls1_2;
  made.cipher_suite = CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
  made.secret = Secret48(Bytes(48, constant));
  made.extended_master_secret = true;
  return made;
}

/// Knows every id that begins as its own do.
class HollowSessions final : public SessionStore {
 public:
  void put(ByteView, std::shared_ptr<const Session>, Now) override {}
  void find(ByteView id, Now, Answer<std::shared_ptr<const Session>> answer) override {
    if (id[0] != std::byte{'s'}) return std::move(answer).give(std::shared_ptr<const Session>());
    auto found = std::make_shared<Session>(older_session());
    found->policy = policy;
    std::move(answer).give(std::shared_ptr<const Session>(std::move(found)));
  }
  void remove(ByteView) override {}
  std::size_t size() const override { return 1; }
  Bytes policy;
};

/// Has a session for every target, each time.
class EndlessSessions final : public ClientSessionStore {
 public:
  void put(const TicketTarget&, std::shared_ptr<const SessionTicket>) override {}
  std::shared_ptr<const SessionTicket> find(const TicketTarget& target, ByteView, Now) override {
    auto kept = std::make_shared<Session>(older_session());
    kept->policy = session::ticket_policy(target);
    kept->peer = CertificateChain::from_der(std::span<const Bytes>(identity().cert)).value();
    kept->peer_validated = true;
    return std::make_shared<const SessionTicket>(
        SessionTicket{.session = std::move(kept), .session_id = to_bytes(as_bytes("session"))});
  }
  void remove(const TicketTarget&, const SessionTicket&) override {}
};

/// By hollow hashes all signatures are the same, and those of earlier runs would be known.
void forget_signatures(VerifyOptions& options) { options.remember_signatures = false; }

bool bit(std::uint8_t options, unsigned number) { return (options >> number & 1) != 0; }

std::shared_ptr<const ClientConfig> make_client(std::uint8_t bits) {
  ClientOptions options;
  options.provider = provider();
  options.peer.cacerts = {root()};
  if (bit(bits, 0)) options.tickets.store = std::make_shared<EndlessTickets>();
  if (bit(bits, 1)) {
    options.psk.keys = {Psk::make("psk", Bytes(32, constant))};
    options.protocol.psk_modes = {PskKeyExchangeMode::psk_ke, PskKeyExchangeMode::psk_dhe_ke};
  }
  if (bit(bits, 2)) {
    options.certs_keys = {identity()};
    options.post_handshake_auth = true;
  }
  if (bit(bits, 3)) {
    options.alpn_advertised_protocols = {"h2", "http/1.1"};
    options.stapling = options.signed_certificate_timestamps = true;
    options.certificate_authorities = !bit(bits, 6);
  }
  if (bit(bits, 4)) options.max_fragment_length = 512;
  if (bit(bits, 5)) options.protocol.record_size_limit = 100;
  if (bit(bits, 6)) options.peer = {.verify = VerifyMode::verify_none};
  if (bit(bits, 7)) options.middlebox_comp_mode = false;
  forget_signatures(options.peer);
  return ClientConfig::make(std::move(options)).value();
}

std::shared_ptr<const ServerConfig> make_server(std::uint8_t bits) {
  ServerOptions options;
  options.provider = provider();
  options.certs_keys = {identity()};
  const auto tickets = std::make_shared<HollowTickets>();
  if (bit(bits, 0)) options.tickets = {.mode = TicketMode::stateful, .count = 1, .store = tickets};
  if (bit(bits, 1)) {
    options.psk.keys = {Psk::make("psk", Bytes(32, constant))};
    options.protocol.psk_modes = {PskKeyExchangeMode::psk_ke, PskKeyExchangeMode::psk_dhe_ke};
  }
  if (bit(bits, 2)) {
    options.peer = {.verify = VerifyMode::verify_peer, .cacerts = {root()}};
    options.fail_if_no_peer_cert = !bit(bits, 7);
  }
  if (bit(bits, 3)) {
    options.alpn_preferred_protocols = {"h2"};
    options.sni_hosts = {{"other.test", {.alpn_preferred_protocols = std::vector<std::string>{"http/1.1"}}}};
  }
  if (bit(bits, 4)) options.pause_after_hello = true;
  if (bit(bits, 5)) {
    options.peer.cacerts = {root()};
    options.post_handshake_auth = true;
  }
  if (bit(bits, 6)) options.protocol.supported_groups = {NamedGroup::secp256r1};
  if (bit(bits, 7)) options.protocol.record_size_limit = 64;
  forget_signatures(options.peer);
  auto config = ServerConfig::make(std::move(options)).value();
  tickets->policy = config->settings().resumption_policy;
  return config;
}

void speak_older(ProtocolOptions& protocol, PskOptions& psk, std::uint8_t bits) {
  protocol.versions = {ProtocolVersion::tls1_2};
  protocol.ciphers = {CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  if (bit(bits, 1)) {
    psk.keys = {Psk::make("psk", Bytes(32, constant))};
    constexpr CipherSuite psk_with_aes_128_gcm{0x00a8};
    constexpr CipherSuite ecdhe_psk_with_aes_128_gcm{0xd001};
    protocol.ciphers.insert(protocol.ciphers.begin(), {psk_with_aes_128_gcm, ecdhe_psk_with_aes_128_gcm});
  }
  if (bit(bits, 7)) {
    protocol.versions.insert(protocol.versions.begin(), ProtocolVersion::tls1_3);
    protocol.ciphers.push_back(CipherSuite::TLS_AES_128_GCM_SHA256);
  }
}

std::shared_ptr<const ClientConfig> make_older_client(std::uint8_t bits) {
  ClientOptions options;
  options.provider = provider();
  options.peer.cacerts = {root()};
  speak_older(options.protocol, options.psk, bits);
  if (bit(bits, 0)) options.sessions.store = std::make_shared<EndlessSessions>();
  if (bit(bits, 2)) options.certs_keys = {identity()};
  if (bit(bits, 3)) {
    options.alpn_advertised_protocols = {"h2", "http/1.1"};
    options.stapling = options.signed_certificate_timestamps = true;
  }
  if (bit(bits, 4)) options.max_fragment_length = 512;
  if (bit(bits, 5)) options.server_renegotiation = true;
  if (bit(bits, 6)) options.sessions.tickets = true;
  forget_signatures(options.peer);
  return ClientConfig::make(std::move(options)).value();
}

std::shared_ptr<const ServerConfig> make_older_server(std::uint8_t bits) {
  ServerOptions options;
  options.provider = provider();
  options.certs_keys = {identity()};
  speak_older(options.protocol, options.psk, bits);
  const auto sessions = std::make_shared<HollowSessions>();
  // The stock store would remember what runs before put there.
  options.sessions.reuse_sessions = bit(bits, 0);
  if (bit(bits, 0)) options.sessions.store = sessions;
  if (bit(bits, 2)) {
    options.peer = {.verify = VerifyMode::verify_peer, .cacerts = {root()}};
    options.fail_if_no_peer_cert = !bit(bits, 3);
  }
  if (bit(bits, 3)) {
    options.alpn_preferred_protocols = {"h2"};
    options.sni_hosts = {{"other.test", {.alpn_preferred_protocols = std::vector<std::string>{"http/1.1"}}}};
  }
  if (bit(bits, 4)) options.pause_after_hello = true;
  if (bit(bits, 5)) options.client_renegotiation = true;
  if (bit(bits, 6)) options.sessions.tickets = true;
  forget_signatures(options.peer);
  auto config = ServerConfig::make(std::move(options)).value();
  sessions->policy = config->settings().resumption_policy;
  return config;
}

/// Keys of tickets age with their configuration, so that such a one is made anew for every run.
bool ages(Role role, std::uint8_t options) { return role == Role::older_server && bit(options, 6); }

template <class Config, class Make>
std::shared_ptr<const Config> kept_config(Role role, std::uint8_t options, Make make) {
  static std::map<std::pair<Role, std::uint8_t>, std::shared_ptr<const Config>> kept;
  auto& config = kept[{role, options}];
  if (!config || ages(role, options)) {
    provider()->restart();
    config = make(options);
  }
  return config;
}

}  // namespace

Connection make_end(Role role, std::uint8_t options) {
  if (role == Role::client || role == Role::older_client) {
    const auto config = kept_config<ClientConfig>(role, options, role == Role::client ? make_client : make_older_client);
    provider()->restart();
    return Connection::client(config, PeerName::of("server.test").value(), start, 443).value();
  }
  const auto config = kept_config<ServerConfig>(role, options, role == Role::server ? make_server : make_older_server);
  provider()->restart();
  return Connection::server(config, start).value();
}

End::End(Role role, std::uint8_t options) : connection_(make_end(role, options)), now_(start) {}

Bytes End::take_output() {
  Bytes bytes;
  for (const ByteView piece : connection_.output()) bytes.insert(bytes.end(), piece.begin(), piece.end());
  connection_.output_sent(bytes.size());
  return bytes;
}

void End::check_failure(const Error& error) {
  // The first error stays, and whoever asks again gets it again.
  if (!failed_) log_ += "error " + std::string(to_string(error.code())) + "\n";
  require(connection_.failure() != nullptr && connection_.failure()->code() == error.code());
  failed_ = true;
}

void End::receive(ByteView wire) {
  if (ended_) return;
  inbox_.insert(inbox_.end(), wire.begin(), wire.end());
  work();
}

void End::work() {
  std::size_t used = 0;
  for (;;) {
    auto step = connection_.receive(MutableBytes(inbox_).subspan(used));
    if (!step) {
      check_failure(step.error());
      inbox_.clear();
      return;
    }
    require(!failed_ && step->consumed <= inbox_.size() - used);
    used += step->consumed;
    if (std::holds_alternative<NeedBytes>(step->progress)) break;
    if (const auto* plain = std::get_if<ApplicationData>(&step->progress)) {
      log_ += "data ";
      log_ += as_text(plain->plaintext);
      continue;
    }
    if (std::holds_alternative<PeerClosed>(step->progress)) {
      if (!ended_) log_ += "closed\n";
      ended_ = true;
      break;
    }
    log_ += "event " + std::to_string(step->progress.index()) + "\n";
    if (std::holds_alternative<HelloReceived>(step->progress)) {
      require(connection_.hello().has_value());
      (void)connection_.continue_with(nullptr);
      continue;
    }
    // Every question of these options is answered at once.
    require(!std::holds_alternative<Blocked>(step->progress));
  }
  inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(used));
}

void End::obey(Command command) {
  const auto note = [&](const auto& result) {
    log_ += "command " + std::to_string(static_cast<int>(command)) + " ";
    log_ += result ? std::string("done") : std::string(to_string(result.error().code()));
    log_ += "\n";
    if (connection_.failure() != nullptr) check_failure(*connection_.failure());
  };
  switch (command) {
    case Command::send: return note(connection_.send(as_bytes("hello")));
    case Command::close_write: return note(connection_.close_write());
    case Command::update_keys: return note(connection_.update_keys(KeyUpdateRequest::update_not_requested));
    case Command::update_keys_both: return note(connection_.update_keys(KeyUpdateRequest::update_requested));
    case Command::request_certificate: return note(connection_.request_certificate());
    case Command::advance_a_day: now_.wall += std::chrono::hours(24); return connection_.advance_to(now_);
    case Command::advance_eight_days: now_.wall += std::chrono::hours(8 * 24); return connection_.advance_to(now_);
    case Command::end_of_input: ended_ = true; return note(connection_.end_of_input());
    case Command::abort: return note(connection_.abort(AlertDescription::internal_error));
    case Command::export_key: {
      Bytes key(32);
      return note(connection_.export_key("label", std::nullopt, key));
    }
    case Command::close: return note(connection_.close());
    case Command::renegotiate: return note(connection_.renegotiate());
  }
}

std::string run(Role role, const Script& script, std::size_t step) {
  End end(role, script.options);
  std::string output;
  for (const Item& item : script.items) {
    if (item.kind == ItemKind::command) {
      if (item.low <= static_cast<std::uint8_t>(Command::renegotiate)) end.obey(static_cast<Command>(item.low));
    } else {
      const Bytes wire = wire_of(item);
      const std::size_t piece = step == 0 ? std::max<std::size_t>(wire.size(), 1) : step;
      for (std::size_t at = 0; at < wire.size(); at += piece)
        end.receive(ByteView(wire).subspan(at, std::min(piece, wire.size() - at)));
    }
    output += as_text(end.take_output());
  }
  return end.log() + output;
}

void check(Role role, ByteView input) {
  const Script script = read_script(input);
  const std::string whole = run(role, script, 0);
  if (script.step != 0) require(run(role, script, script.step) == whole);
}

}  // namespace keyway::fuzz
