// SPDX-License-Identifier: Apache-2.0
//
// A server and a client with what the command line does not offer: psk_ke, a server's requests for certificates after the
// handshake, and key exchanges of TLS 1.2. It prints one line per thing that happens; the tests read them.
//   interop_endpoint server CERT KEY CA [psk_ke] [reauth] [psk=ID=HEX]...     port chosen by the kernel, echoes
//   interop_endpoint client PORT CA [psk_ke] [psk=ID=HEX]... [again]          says hello, wants an answer
//   both: [suite=NAME] TLS 1.2 with this suite alone; [anonymous] nobody is verified, no certificate is shown; [dhfile=PATH];
//   [srp=USER=PASSWORD] who the client is, or whom the server knows; [unbound] peers without RFC 5746 will do, also to
//   renegotiate, which the client then does before it says hello
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "keyway/listener.h"

namespace {

using namespace std::chrono_literals;

struct Wishes {
  bool reauth = false;
  bool again = false;
  bool anonymous = false;
  bool unbound = false;
  std::string suite{};
  std::string dhfile{};
  keyway::SrpIdentity srp{};
  std::vector<keyway::PskKeyExchangeMode> modes{keyway::PskKeyExchangeMode::psk_dhe_ke};
  std::vector<keyway::Psk> keys{};
};

keyway::Psk parse_psk(std::string_view text) {
  const auto equals = text.find('=');
  keyway::Bytes key;
  for (std::size_t at = equals + 1; at + 1 < text.size(); at += 2) {
    unsigned value = 0;
    std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
    key.push_back(static_cast<std::byte>(value));
  }
  return keyway::Psk::make(text.substr(0, equals), key);
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

Wishes parse(int argc, char** argv, int from) {
  Wishes wishes;
  for (int i = from; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "psk_ke") wishes.modes = {keyway::PskKeyExchangeMode::psk_ke};
    if (word == "reauth") wishes.reauth = true;
    if (word == "again") wishes.again = true;
    if (word == "anonymous") wishes.anonymous = true;
    if (word == "unbound") wishes.unbound = true;
    if (word.starts_with("suite=")) wishes.suite = word.substr(6);
    if (word.starts_with("dhfile=")) wishes.dhfile = word.substr(7);
    if (word.starts_with("srp=")) wishes.srp = parse_user(word.substr(4));
    if (word.starts_with("psk=")) wishes.keys.push_back(parse_psk(word.substr(4)));
  }
  return wishes;
}

keyway::ProtocolOptions protocol_of(const Wishes& wishes) {
  keyway::ProtocolOptions protocol;
  protocol.psk_modes = wishes.modes;
  protocol.secure_renegotiate = !wishes.unbound;
  if (wishes.suite.empty()) return protocol;
  protocol.versions = {keyway::ProtocolVersion::tls1_2};
  protocol.ciphers = {keyway::cipher_suite_from(wishes.suite).value()};
  return protocol;
}

int refuse(const keyway::Error& error) {
  std::cout << "failed " << to_string(error.code()) << ": " << error.message() << std::endl;
  return 1;
}

void say_handshake(const keyway::Socket& socket) {
  const auto info = socket.info();
  if (!info) return;
  constexpr const char* resumed[] = {"none", "ticket", "psk", "session_id"};
  std::cout << "handshake group=" << (info->group ? to_string(*info->group) : "none")
            << " resumed=" << resumed[static_cast<int>(info->resumed)] << " suite=" << to_string(*info->cipher_suite)
            << (info->secure_renegotiation ? "" : " unbound") << std::endl;
}

void say_events(keyway::Socket& socket) {
  const auto events = socket.take_events();
  if (!events) return;
  for (const auto& event : *events) {
    if (const auto* authenticated = std::get_if<keyway::PeerAuthenticated>(&event)) {
      const auto info = socket.info();
      const auto leaf =
          info && info->peer_chain ? info->peer_chain->certificate(0) : std::unexpected(keyway::Error(keyway::Errc::closed));
      std::cout << "authenticated " << (authenticated->with_certificate && leaf ? leaf->subject() : "without a certificate")
                << std::endl;
    }
    if (std::holds_alternative<keyway::Renegotiated>(event)) std::cout << "renegotiated" << std::endl;
  }
}

void echo(keyway::PendingSocket pending, bool reauth) {
  auto socket = std::move(pending).handshake(10s);
  if (!socket) return static_cast<void>(refuse(socket.error()));
  say_handshake(*socket);
  if (reauth) {
    if (const auto asked = socket->request_certificate(); !asked) refuse(asked.error());
  }
  keyway::Bytes buffer(16384);
  while (socket->wait(20s)) {  // for data or for an event
    say_events(*socket);
    const auto count = socket->recv_some(buffer, 0s);
    if (!count && count.error().code() == keyway::Errc::timeout) continue;
    if (!count || !socket->send(keyway::ByteView(buffer).first(*count))) break;
  }
  static_cast<void>(socket->close(1s));
  std::cout << "closed" << std::endl;
}

int serve(const std::string& cert, const std::string& key, const std::string& ca, Wishes wishes) {
  keyway::ServerOptions options;
  if (!wishes.anonymous) options.certs_keys = {{.certfile = cert, .keyfile = key}};
  options.protocol = protocol_of(wishes);
  options.client_renegotiation = wishes.unbound;
  options.dh.dhfile = wishes.dhfile;
  if (!wishes.srp.user.empty()) options.srp.lookup = knows(wishes.srp);
  options.psk.keys = wishes.keys;
  options.tickets.mode = keyway::TicketMode::stateful;
  options.post_handshake_auth = wishes.reauth;
  if (wishes.reauth) options.peer.cacertfile = ca;
  const auto config = keyway::ServerConfig::make(std::move(options));
  if (!config) return refuse(config.error());
  auto listener = keyway::Listener::listen({.host = "127.0.0.1", .port = 0}, *config);
  if (!listener) return refuse(listener.error());
  std::cout << "listening " << listener->local_endpoint()->port << std::endl;
  for (;;) {
    auto pending = listener->transport_accept();
    if (!pending) return refuse(pending.error());
    echo(*std::move(pending), wishes.reauth);
  }
}

int connect(std::uint16_t port, const std::string& ca, Wishes wishes) {
  keyway::ClientOptions options{.peer = {.cacertfile = ca}};
  if (wishes.anonymous) options.peer.verify = keyway::VerifyMode::verify_none;
  options.srp = wishes.srp;
  options.protocol = protocol_of(wishes);
  options.psk.keys = wishes.keys;
  options.tickets.store = keyway::memory_client_tickets();
  const auto config = keyway::ClientConfig::make(std::move(options));
  if (!config) return refuse(config.error());
  for (int left = wishes.again ? 2 : 1; left > 0; --left) {
    auto socket = keyway::connect({.host = "localhost", .port = port}, *config, 10s);
    if (!socket) return refuse(socket.error());
    say_handshake(*socket);
    if (wishes.unbound) {
      if (const auto done = socket->renegotiate(10s); !done) return refuse(done.error());
      std::cout << "renegotiated" << std::endl;
    }
    if (const auto sent = socket->send(keyway::as_bytes("hello\n")); !sent) return refuse(sent.error());
    if (const auto answer = socket->recv(0, 10s); !answer) return refuse(answer.error());
    static_cast<void>(socket->close(1s));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view role = argc > 1 ? argv[1] : "";
  if (role == "server" && argc > 4) return serve(argv[2], argv[3], argv[4], parse(argc, argv, 5));
  if (role == "client" && argc > 3) return connect(static_cast<std::uint16_t>(std::atoi(argv[2])), argv[3], parse(argc, argv, 4));
  return std::cerr << "usage: see the head of endpoint.cpp\n", 2;
}
