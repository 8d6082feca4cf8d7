// SPDX-License-Identifier: Apache-2.0
//
// A server and a client with what the command line does not offer, and many of them in one process. It prints one line per thing
// that happens; the tests read them.
//   interop_endpoint server CERT KEY CA [wish]...    port chosen by the kernel, echoes
//   interop_endpoint client PORT CA [wish]...        says hello, wants an answer
//   interop_endpoint suites                          of TLS 1.2 and below, as built: IANA's name, OpenSSL's, number
//   interop_endpoint cases DEMO                      reads lines of words with tabs between them: server NAME [wish]... and
//                                                    client NAME PORT [wish]...; what a case says begins with its name
// The wishes are in the table of parse_wish.
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string_view>
#include <thread>

#include "keyway/cipher_suites.h"
#include "keyway/listener.h"

namespace {

using namespace std::chrono_literals;

using Words = std::vector<std::string>;

struct Wishes {
  bool reauth = false;
  bool anonymous = false;
  bool ask = false;
  bool renegotiate = false;
  bool renegotiable = false;
  bool tickets = false;
  bool encrypt_then_mac = true;
  std::size_t times = 1;
  std::size_t size = 0;
  std::size_t min_dh_bits = 2048;
  keyway::ProtocolVersion version = keyway::ProtocolVersion::tls1_2;
  bool unbound = false;
  std::string suite{};
  std::string dhfile{};
  std::string identity{};
  std::string raw_key{};
  keyway::Bytes pin{};
  keyway::SrpIdentity srp{};
  std::vector<keyway::PskKeyExchangeMode> modes{keyway::PskKeyExchangeMode::psk_dhe_ke};
  std::vector<keyway::Psk> keys{};
};

/// Where certificates are, and what begins each line.
struct Place {
  std::string ca;
  std::string cert{};
  std::string key{};
  std::string name{};

  void say(std::string_view line) const {
    static std::mutex one;
    const std::lock_guard lock(one);
    std::cout << name << line << std::endl;
  }

  int refuse(const keyway::Error& error) const {
    say("failed " + std::string(to_string(error.code())) + ": " + std::string(error.message()));
    return 1;
  }
};

std::size_t parse_number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

keyway::Bytes parse_hex(std::string_view text) {
  keyway::Bytes bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    unsigned value = 0;
    std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

keyway::Psk parse_psk(std::string_view text) {
  const auto equals = text.find('=');
  return keyway::Psk::make(text.substr(0, equals), parse_hex(text.substr(equals + 1)));
}

keyway::SrpIdentity parse_user(std::string_view text) {
  const auto equals = text.find('=');
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

/// SHA-1 of the pieces.
keyway::Bytes sha1(std::initializer_list<keyway::ByteView> pieces) {
  const auto provider = keyway::crypto::default_provider();
  keyway::crypto::HashState state(provider->hash(keyway::HashAlgorithm::sha1));
  for (const keyway::ByteView piece : pieces) state.update(piece);
  keyway::Bytes digest(state.digest_size());
  state.finish(digest.data());
  return digest;
}

/// Knows one user, by what Erlang calls the derived key.
keyway::SrpLookup knows(const keyway::SrpIdentity& known) {
  auto entry = std::make_shared<keyway::SrpEntry>();
  entry->salt = keyway::Bytes(20, std::byte{0x51});
  const keyway::Bytes inner = sha1({keyway::as_bytes(known.user), keyway::as_bytes(":"), keyway::as_bytes(known.password)});
  entry->derived_key = std::make_shared<const keyway::SecretBytes>(keyway::ByteView(sha1({entry->salt, inner})));
  return [user = known.user, entry](std::string_view asked, keyway::Answer<std::shared_ptr<const keyway::SrpEntry>> answer) {
    std::move(answer).give(asked == user ? std::shared_ptr<const keyway::SrpEntry>(entry) : nullptr);
  };
}

void parse_wish(Wishes& wishes, std::string_view word) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  const std::string_view value = word.substr(std::min(equals + 1, word.size()));
  if (name == "psk_ke") wishes.modes = {keyway::PskKeyExchangeMode::psk_ke};
  if (name == "reauth") wishes.reauth = true;  // server: ask for a certificate after the handshake
  if (name == "anonymous") wishes.anonymous = true;  // nobody is verified, no certificate is shown
  if (name == "ask") wishes.ask = true;  // server: demand a certificate
  if (name == "renegotiate") wishes.renegotiate = true;  // after the first data
  if (name == "renegotiable") wishes.renegotiable = true;
  if (name == "unbound") wishes.unbound = true;  // peers without RFC 5746 will do, also to renegotiate
  if (name == "tickets") wishes.tickets = true;  // of TLS 1.2 and below; ids are always taken
  if (name == "no_etm") wishes.encrypt_then_mac = false;
  if (name == "times") wishes.times = parse_number(value);  // client: connections, one after the other
  if (name == "size") wishes.size = parse_number(value);  // client: so many bytes after the first data
  if (name == "min_dh_bits") wishes.min_dh_bits = parse_number(value);
  if (name == "version") wishes.version = keyway::protocol_version_from(value).value();  // where a suite is named; else 1.3
  if (name == "suite") wishes.suite = value;
  if (name == "dhfile") wishes.dhfile = value;
  if (name == "identity") wishes.identity = value;  // cases: of this name in DEMO
  if (name == "raw_key") wishes.raw_key = value;  // PEM of a private key, whose public key is shown alone
  if (name == "pin") wishes.pin = parse_hex(value);  // SHA-256 of the raw public key that the peer must show
  if (name == "srp") wishes.srp = parse_user(value);  // USER=PASSWORD: who the client is, or whom the server knows
  if (name == "psk") wishes.keys.push_back(parse_psk(value));  // ID=HEX
}

Wishes parse(const Words& words, std::size_t from) {
  Wishes wishes;
  for (; from < words.size(); ++from) parse_wish(wishes, words[from]);
  return wishes;
}

/// A raw public key in the place of a certificate, and nothing else.
keyway::VerifyOptions pinning(keyway::VerifyOptions options, const Wishes& wishes) {
  if (wishes.pin.empty()) return options;
  options.certificate_types = {keyway::CertificateType::raw_public_key};
  options.raw_public_keys.pins = {wishes.pin};
  return options;
}

keyway::ProtocolOptions protocol_of(const Wishes& wishes) {
  keyway::ProtocolOptions protocol;
  protocol.versions = {keyway::ProtocolVersion::tls1_3};
  protocol.psk_modes = wishes.modes;
  protocol.encrypt_then_mac = wishes.encrypt_then_mac;
  protocol.secure_renegotiate = !wishes.unbound;
  if (wishes.suite.empty()) return protocol;
  protocol.versions = {wishes.version};
  protocol.ciphers = {keyway::cipher_suite_from(wishes.suite).value()};
  return protocol;
}

std::vector<keyway::CertKey> identity_of(const Wishes& wishes, const Place& place) {
  if (!wishes.raw_key.empty()) return {{.keyfile = wishes.raw_key, .raw_public_key = true}};
  if (wishes.anonymous || place.cert.empty()) return {};
  return {{.certfile = place.cert, .keyfile = place.key}};
}

/// As the peers spell it.
std::string spelled(keyway::ProtocolVersion version) {
  switch (version) {
    case keyway::ProtocolVersion::tls1_0: return "tlsv1";
    case keyway::ProtocolVersion::tls1_1: return "tlsv1.1";
    case keyway::ProtocolVersion::tls1_2: return "tlsv1.2";
    default: return "tlsv1.3";
  }
}

void say_handshake(const Place& place, const keyway::Socket& socket) {
  const auto info = socket.info();
  if (!info) return;
  constexpr const char* resumed[] = {"none", "ticket", "psk", "session_id"};
  std::string line = "handshake group=" + std::string(info->group ? to_string(*info->group) : "none");
  line += std::string(" resumed=") + resumed[static_cast<int>(info->resumed)];
  line += " suite=" + std::string(to_string(*info->cipher_suite)) + " version=" + spelled(info->version);
  line += std::string(" etm=") + (info->encrypt_then_mac ? "yes" : "no");
  place.say(line + " client_authenticated=" + (info->client_authenticated ? "yes" : "no") +
            (info->peer_certificate_type == keyway::CertificateType::raw_public_key ? " raw_public_key" : "") +
            (info->secure_renegotiation ? "" : " unbound"));
}

void say_events(const Place& place, keyway::Socket& socket) {
  const auto events = socket.take_events();
  if (!events) return;
  for (const auto& event : *events) {
    if (const auto* again = std::get_if<keyway::Renegotiated>(&event)) {
      place.say(again->by_peer ? "renegotiated by=peer" : "renegotiated by=us");
    }
    if (const auto* authenticated = std::get_if<keyway::PeerAuthenticated>(&event)) {
      const auto info = socket.info();
      const auto leaf =
          info && info->peer_chain ? info->peer_chain->certificate(0) : std::unexpected(keyway::Error(keyway::Errc::closed));
      place.say("authenticated " + (authenticated->with_certificate && leaf ? leaf->subject() : "without a certificate"));
    }
  }
}

void echo(const Place& place, keyway::PendingSocket pending, const Wishes& wishes) {
  auto socket = std::move(pending).handshake(10s);
  if (!socket) return static_cast<void>(place.refuse(socket.error()));
  say_handshake(place, *socket);
  if (wishes.reauth) {
    if (const auto asked = socket->request_certificate(); !asked) place.refuse(asked.error());
  }
  bool renegotiate = wishes.renegotiate;
  std::size_t received = 0;
  keyway::Bytes buffer(16384);
  auto ready = socket->wait(20s);  // for data or for an event
  for (; ready; ready = socket->wait(20s)) {
    say_events(place, *socket);
    const auto count = socket->recv_some(buffer, 0s);
    if (!count && count.error().code() == keyway::Errc::timeout) continue;
    ready = count ? keyway::Result<void>{} : std::unexpected(count.error());
    if (!ready) break;
    if (ready = socket->send(keyway::ByteView(buffer).first(*count)); !ready) break;
    received += *count;
    if (!std::exchange(renegotiate, false)) continue;
    if (const auto asked = socket->renegotiate(); !asked) place.refuse(asked.error());
  }
  static_cast<void>(socket->close(1s));
  place.say("closed received=" + std::to_string(received) +
            " reason=" + (ready ? "none" : std::string(to_string(ready.error().code()))));
}

int serve(const Place& place, const Wishes& wishes) {
  keyway::ServerOptions options;
  options.certs_keys = identity_of(wishes, place);
  options.protocol = protocol_of(wishes);
  options.dh.dhfile = wishes.dhfile;
  if (!wishes.srp.user.empty()) options.srp.lookup = knows(wishes.srp);
  options.psk.keys = wishes.keys;
  options.tickets.mode = keyway::TicketMode::stateful;
  options.sessions.tickets = wishes.tickets;
  options.client_renegotiation = wishes.renegotiable;
  options.post_handshake_auth = wishes.reauth;
  if (wishes.reauth || wishes.ask) options.peer.cacertfile = place.ca;
  if (wishes.ask) options.peer.verify = keyway::VerifyMode::verify_peer;
  options.peer = pinning(std::move(options.peer), wishes);
  const auto config = keyway::ServerConfig::make(std::move(options));
  if (!config) return place.refuse(config.error());
  auto listener = keyway::Listener::listen({.host = "127.0.0.1", .port = 0}, *config);
  if (!listener) return place.refuse(listener.error());
  place.say("listening " + std::to_string(listener->local_endpoint()->port));
  for (;;) {
    auto pending = listener->transport_accept();
    if (!pending) return place.refuse(pending.error());
    echo(place, *std::move(pending), wishes);
  }
}

/// Whether the peer answers with the same, or with the line turned round, as openssl s_server does.
bool exchange(const Place& place, keyway::Socket& socket, std::string text) {
  if (const auto sent = socket.send(keyway::as_bytes(text), 10s); !sent) return place.refuse(sent.error()), false;
  const auto answer = socket.recv(text.size(), 10s);
  if (!answer) return place.refuse(answer.error()), false;
  const auto same = [&] { return std::ranges::equal(*answer, keyway::as_bytes(text)); };
  if (same()) return true;
  std::reverse(text.begin(), text.end() - 1);
  if (!same()) place.say("failed: another answer");
  return same();
}

/// A line of which no part is like another.
std::string much(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i);
  text.resize(size - 1);
  return text + '\n';
}

bool converse(const Place& place, keyway::Socket& socket, const Wishes& wishes) {
  if (!exchange(place, socket, "hello\n")) return false;
  if (wishes.renegotiate) {
    if (const auto asked = socket.renegotiate(); !asked) return place.refuse(asked.error()), false;
  }
  if (wishes.size != 0 && !exchange(place, socket, much(wishes.size))) return false;
  // What one end begins while the other sends is over by the time of the next answer.
  if ((wishes.renegotiate || wishes.renegotiable) && !exchange(place, socket, "goodbye\n")) return false;
  say_events(place, socket);
  static_cast<void>(socket.close(1s));
  return true;
}

int connect(const Place& place, std::uint16_t port, const Wishes& wishes) {
  keyway::ClientOptions options{.peer = {.cacertfile = place.ca}};
  if (wishes.anonymous) options.peer.verify = keyway::VerifyMode::verify_none;
  options.peer = pinning(std::move(options.peer), wishes);
  options.certs_keys = identity_of(wishes, place);
  options.srp = wishes.srp;
  options.min_dh_bits = wishes.min_dh_bits;
  options.protocol = protocol_of(wishes);
  options.psk.keys = wishes.keys;
  options.tickets.store = keyway::memory_client_tickets();
  options.sessions.store = keyway::memory_client_sessions();
  options.sessions.tickets = wishes.tickets;
  options.server_renegotiation = wishes.renegotiable;
  const auto config = keyway::ClientConfig::make(std::move(options));
  if (!config) return place.refuse(config.error());
  for (std::size_t left = wishes.times; left > 0; --left) {
    auto socket = keyway::connect({.host = "localhost", .port = port}, *config, 10s);
    if (!socket) return place.refuse(socket.error());
    say_handshake(place, *socket);
    if (!converse(place, *socket, wishes)) return 1;
  }
  place.say("done");
  return 0;
}

Words split(const std::string& line) {
  Words words;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t to = std::min(line.find('\t', from), line.size());
    words.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

/// Each case in a thread of its own, until the input ends.
[[noreturn]] void run_cases(const std::string& demo) {
  for (std::string line; std::getline(std::cin, line);) {
    const Words words = split(line);
    const bool server = words.at(0) == "server";
    const Wishes wishes = parse(words, server ? 2 : 3);
    Place place{.ca = demo + "/ca.pem", .name = words.at(1) + ' '};
    if (!wishes.identity.empty()) place.cert = demo + '/' + wishes.identity + ".pem";
    if (!wishes.identity.empty()) place.key = demo + '/' + wishes.identity + ".key";
    const auto port = static_cast<std::uint16_t>(server ? 0 : parse_number(words.at(2)));
    std::thread([=] { static_cast<void>(server ? serve(place, wishes) : connect(place, port, wishes)); }).detach();
  }
  std::_Exit(0);  // servers are still waiting
}

int print_suites() {
  std::vector<keyway::CipherSuite> every;
  for (unsigned code = 0; code <= 0xffff; ++code) {
    if (code >> 8 != 0x13) every.push_back(static_cast<keyway::CipherSuite>(code));
  }
  for (const auto suite : keyway::filter_cipher_suites(every)) {
    std::cout << to_string(suite) << ' ' << keyway::suite_to_openssl_str(suite) << ' ' << std::hex << static_cast<unsigned>(suite)
              << '\n';
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Words words(argv, argv + argc);
  const std::string role = argc > 1 ? words[1] : "";
  if (role == "suites") return print_suites();
  if (role == "cases" && argc == 3) run_cases(words[2]);
  if (role == "server" && argc > 4) return serve({.ca = words[4], .cert = words[2], .key = words[3]}, parse(words, 5));
  if (role == "client" && argc > 3) {
    return connect({.ca = words[3]}, static_cast<std::uint16_t>(parse_number(words[2])), parse(words, 4));
  }
  return std::cerr << "usage: see the head of endpoint.cpp\n", 2;
}
