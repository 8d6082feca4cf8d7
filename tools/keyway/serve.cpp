// SPDX-License-Identifier: Apache-2.0
//
// `keyway serve`: options to configuration.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <thread>

#include "config/key_exchange_options.h"
#include "crypto/pkcs11_uri.h"
#include "keyway/config.h"
#include "report.h"
#include "revocation_options.h"
#include "server.h"
#include "shared_options.h"
#include "staple_options.h"
#include "values.h"

namespace keyway::tool {
namespace {

constexpr unsigned max_threads = 256;

struct ServeArguments {
  std::string address{};
  IdentityArguments identity{};
  std::vector<std::string> sni{};
  std::string demo{};
  std::string client_cert = "none";
  std::string ca{};
  std::string depth = "10";
  RevocationArguments revocation{};
  StapleArguments staple{};
  ProtocolArguments protocol{};
  bool server_order = false;
  bool client_renegotiation = false;
  std::string tickets = "stateful";
  std::string ticket_count = "3";
  std::string ticket_lifetime = "2h";
  bool no_session_ids = false;
  bool echo = false;
  std::string http{};
  bool discard = false;
  std::string source{};
  std::string count{};
  std::string handshake_timeout = "10s";
  bool pause_hello = false;
  std::string threads{};
  std::string reload{};
  CLI::App* app = nullptr;  ///< which options were given

  bool given(const char* option) const { return app->count(option) != 0; }
};

void add_options(CLI::App& app, ServeArguments& a) {
  a.app = &app;
  app.add_option("address", a.address, "[ADDR]:PORT; port 0 lets the kernel choose")->required();
  a.identity.add(app);
  app.add_option("--sni", a.sni, "NAME=CERT,KEY: own identity for a server name; repeatable [none]")
      ->allow_extra_args(false)
      ->group("Identity");
  app.add_option("--demo", a.demo, "directory made by `keyway certs demo` [none]")->group("Identity");
  a.staple.add(app, "Identity");
  app.add_option("--client-cert", a.client_cert, "ask for certificates of clients: none, ask or require (needs --ca) [none]")
      ->group("Peer");
  app.add_option("--ca", a.ca, "anchors for client certificates: a PEM file, or system [ca.pem of --demo]")->group("Peer");
  app.add_option("--depth", a.depth, "most intermediates of a client's chain [10]")->group("Peer");
  a.revocation.add(app, "Peer");
  a.protocol.add(app);
  app.add_flag("--client-renegotiation", a.client_renegotiation, "let clients renegotiate, once in 12 s; before TLS 1.3")
      ->group("Protocol");
  app.add_flag("--server-order", a.server_order, "choose suites by our order, not the client's")->group("Protocol");
  app.add_option("--tickets", a.tickets, "stateful (kept, TLS 1.3), stateless (sealed, TLS 1.2) or off [stateful]")
      ->group("Sessions");
  app.add_option("--ticket-count", a.ticket_count, "tickets after each handshake, resumptions included [3]")->group("Sessions");
  app.add_option("--ticket-lifetime", a.ticket_lifetime, "at most 7d [2h]")->group("Sessions");
  app.add_flag("--no-session-ids", a.no_session_ids, "resume no session of TLS 1.2 by its id")->group("Sessions");
  app.add_flag("--echo", a.echo, "send back what comes (default)")->group("Duty");
  app.add_option("--http", a.http, "serve the files of a directory; ?bytes=N on any path gives N bytes [echo]")->group("Duty");
  app.add_flag("--discard", a.discard, "read and forget")->group("Duty");
  app.add_option("--source", a.source, "send this many bytes, then close [echo]")->group("Duty");
  app.add_option("--count", a.count, "stop after this many connections [never]")->group("Duty");
  app.add_option("--handshake-timeout", a.handshake_timeout, "give a handshake up after this time [10s]")->group("Duty");
  app.add_flag("--pause-hello", a.pause_hello, "report each ClientHello, then continue")->group("Duty");
  app.add_option("--threads", a.threads, "worker threads [one per processor]")->group("Duty");
  app.add_option("--reload", a.reload, "take new certificates: watch (when files change) or hup (on SIGHUP) [never]")
      ->group("Duty");
}

std::unexpected<Error> conflict(std::string option, std::string value, std::string reason, std::string mend) {
  return fail(Errc::conflicting_options,
              {.option = std::move(option), .value = std::move(value), .mend = std::move(mend), .reason = std::move(reason)});
}

/// An entry of --sni as it may be shown.
std::string shown_host(const std::string& text) {
  const std::size_t key = text.find("pkcs11:");
  return key == std::string::npos ? text : text.substr(0, key) + crypto::without_pin(text.substr(key));
}

Result<SniHost> sni_host(const std::string& text, const PasswordFunction& password) {
  const auto equals = text.find('=');
  const auto comma = text.find(',', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || equals == 0 || comma == std::string::npos || comma == equals + 1) {
    return wrong_value("--sni", shown_host(text), "it is not of the form NAME=CERT,KEY",
                       "write the name, =, the certificate file, a comma, the key file");
  }
  SniHost host{.name = text.substr(0, equals)};
  if (host.name.find('*') != std::string::npos)
    return wrong_value("--sni", shown_host(text), "a wildcard is no server name", "give each host an --sni of its own");
  host.options.certs_keys =
      std::vector<CertKey>{{.certfile = text.substr(equals + 1, comma - equals - 1), .keyfile = text.substr(comma + 1)}};
  if (password) host.options.certs_keys->front().password = password;
  return host;
}

Result<void> fill_peer(const ServeArguments& a, ServerOptions& options) {
  if (a.client_cert != "none" && a.client_cert != "ask" && a.client_cert != "require") {
    return none_of_its_values("--client-cert", a.client_cert, "use none, ask or require");
  }
  const bool wanted = a.client_cert != "none";
  const std::string list = a.revocation.lists.empty() ? std::string() : a.revocation.lists.front();
  for (const auto& [option, value] : {std::pair("--ca", a.ca), std::pair("--depth", a.depth), std::pair("--crl", list),
                                      std::pair("--crl-check", a.revocation.check)}) {
    if (!wanted && a.given(option))
      return conflict(option, value, "no certificate of a client is asked for", "add --client-cert ask or require");
  }
  KW_ASSIGN(options.peer.depth, parse_number("--depth", a.depth, 0, 255));
  if (!wanted) return {};
  KW_ASSIGN(auto revocation, a.revocation.choice());
  options.peer.crl_check = revocation.check;
  options.peer.crl_cache = std::move(revocation.cache);
  std::string ca = a.ca;
  if (ca.empty() && !a.demo.empty()) ca = DemoFiles::anchors(a.demo);
  if (ca.empty()) {
    return fail(Errc::missing_option, {.option = "--ca",
                                       .mend = "name the anchors of client certificates with --ca FILE",
                                       .reason = "--client-cert needs anchors"});
  }
  options.peer.verify = VerifyMode::verify_peer;
  options.fail_if_no_peer_cert = a.client_cert == "require";
  if (ca == "system") {
    options.peer.system_anchors = true;
  } else {
    options.peer.cacertfile = ca;
  }
  return {};
}

/// Of the options about sessions, those that have an effect under the versions that are served.
Result<void> check_sessions(const ServeArguments& a, const ProtocolOptions& protocol) {
  const bool tls13 = std::ranges::count(protocol.versions, ProtocolVersion::tls1_3) != 0;
  const bool older = std::ranges::min(protocol.versions) < ProtocolVersion::tls1_3;
  if (a.no_session_ids && !older)
    return conflict("--no-session-ids", "", "TLS 1.3 has none, and --versions leaves out what has", "leave it out");
  if (a.tickets != "stateful" || tls13) return {};
  for (const auto& [option, value] : {std::pair("--tickets", a.tickets), std::pair("--ticket-count", a.ticket_count),
                                      std::pair("--ticket-lifetime", a.ticket_lifetime)}) {
    if (a.given(option))
      return conflict(option, value, "stateful tickets are for TLS 1.3, and --versions leaves that out",
                      "leave it out, or use --tickets stateless");
  }
  return {};
}

Result<void> fill_tickets(const ServeArguments& a, ServerOptions& options) {
  KW_TRY(check_sessions(a, options.protocol));
  if (a.tickets != "off" && a.tickets != "stateful" && a.tickets != "stateless")
    return none_of_its_values("--tickets", a.tickets, "use off, stateful or stateless");
  options.tickets.mode = a.tickets == "stateful" ? TicketMode::stateful : TicketMode::disabled;
  options.sessions.tickets = a.tickets == "stateless";
  options.sessions.reuse_sessions = !a.no_session_ids;
  for (const auto& [option, value] :
       {std::pair("--ticket-count", a.ticket_count), std::pair("--ticket-lifetime", a.ticket_lifetime)}) {
    if (a.tickets == "off" && a.given(option))
      return conflict(option, value, "--tickets off gives none", "leave it out, or use --tickets stateful");
  }
  if (options.sessions.tickets && a.given("--ticket-count"))
    return conflict("--ticket-count", a.ticket_count, "TLS 1.2 has one ticket a handshake", "leave it out");
  KW_ASSIGN(const std::size_t count, parse_number("--ticket-count", a.ticket_count, 0, 255));
  KW_ASSIGN(const Duration lifetime, parse_duration("--ticket-lifetime", a.ticket_lifetime));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lifetime);
  if (options.sessions.tickets) {
    options.sessions.lifetime = seconds;
  } else if (options.tickets.mode == TicketMode::stateful) {
    options.tickets.count = count;
    options.tickets.lifetime = seconds;
  }
  return {};
}

/// A token takes its time, and the loops of the server have none.
void sign_apart(ServerOptions& options) {
  Executor run;
  const auto set = [&run](std::vector<CertKey>& identities) {
    for (CertKey& identity : identities) {
      if (!crypto::Pkcs11Uri::is_meant_by(identity.keyfile)) continue;
      if (!run) run = signing_threads();
      identity.sign_on = run;
    }
  };
  set(options.certs_keys);
  for (SniHost& host : options.sni_hosts) {
    if (host.options.certs_keys) set(*host.options.certs_keys);
  }
}

Result<std::shared_ptr<const ServerConfig>> make_config(const ServeArguments& a, const Globals& globals, Output& output,
                                                        std::function<void()>& after_reload) {
  ServerOptions options;
  KW_ASSIGN(options.certs_keys, a.identity.identities(!a.sni.empty()));
  if (!a.demo.empty()) {
    KW_ASSIGN(const auto demo, DemoFiles::servers(a.demo));
    options.certs_keys.insert(options.certs_keys.end(), demo.begin(), demo.end());
  }
  KW_ASSIGN(after_reload, a.staple.apply(options.certs_keys, a.demo, output));
  KW_ASSIGN(const PasswordFunction password, a.identity.password());
  for (const std::string& text : a.sni) {
    KW_ASSIGN(SniHost host, sni_host(text, password));
    options.sni_hosts.push_back(std::move(host));
  }
  KW_ASSIGN(options.protocol, a.protocol.protocol());
  const bool anonymous = config::names_suite_without_certificate(options.protocol);
  if (options.certs_keys.empty() && a.sni.empty() && a.protocol.psks.empty() && !anonymous) {
    return fail(Errc::missing_option, {.option = "--cert",
                                       .mend = "add --cert FILE --key FILE, or --demo DIR after `keyway certs demo DIR`",
                                       .reason = "a server needs an identity or a pre-shared key"});
  }
  KW_TRY(fill_peer(a, options));
  KW_ASSIGN(options.psk, a.protocol.psk());
  KW_ASSIGN(options.alpn_preferred_protocols, a.protocol.protocols());
  if (!a.protocol.npn.empty()) { KW_ASSIGN(options.next_protocols_advertised, a.protocol.next_protocols()); }
  options.honor_cipher_order = a.server_order;
  options.client_renegotiation = a.client_renegotiation;
  KW_TRY(fill_tickets(a, options));
  KW_ASSIGN(options.observe, observe(globals, output, [](const TraceEvent& event) { SentAlert::of_thread().hear(event); }));
  options.pause_after_hello = a.pause_hello || globals.verbose > 0;
  sign_apart(options);
  auto config = ServerConfig::make(std::move(options));
  const std::string_view lifetime_option = a.tickets == "stateless" ? "sessions.lifetime" : "tickets.lifetime";
  if (!config)
    return std::unexpected(
        a.identity.as_typed(a.protocol.as_typed(as_typed(config.error(), lifetime_option, a.ticket_lifetime))));
  return config;
}

Result<MakeDuty> choose_duty(const ServeArguments& a) {
  std::vector<std::string> chosen;
  if (a.echo) chosen.emplace_back("--echo");
  if (a.discard) chosen.emplace_back("--discard");
  if (!a.http.empty()) chosen.push_back("--http " + a.http);
  if (!a.source.empty()) chosen.push_back("--source " + a.source);
  if (chosen.size() > 1)
    return conflict(fmt::format("{}", fmt::join(chosen, ", ")), "", "a server has one duty", "leave all but one of them out");
  if (!a.http.empty()) {
    std::error_code problem;
    const auto root = std::filesystem::canonical(a.http, problem);
    if (problem || !std::filesystem::is_directory(root)) {
      return wrong_value("--http", a.http, problem ? problem.message() : "it is no directory", "name a directory");
    }
    return MakeDuty([root] { return make_http(root); });
  }
  if (!a.source.empty()) {
    KW_ASSIGN(const std::uint64_t bytes, parse_size("--source", a.source));
    return MakeDuty([bytes] { return make_source(bytes); });
  }
  return MakeDuty(a.discard ? make_discard : make_echo);
}

Result<ServerPlan> make_plan(const ServeArguments& a, const Globals& globals, Output& output) {
  ServerPlan plan;
  KW_ASSIGN(plan.address, Endpoint::parse(a.address));
  KW_ASSIGN(plan.make_duty, choose_duty(a));
  KW_ASSIGN(plan.handshake_timeout, parse_wait("--handshake-timeout", a.handshake_timeout));
  if (!a.count.empty()) { KW_ASSIGN(plan.count, parse_number("--count", a.count, 1, std::numeric_limits<std::uint32_t>::max())); }
  plan.threads = std::clamp(std::thread::hardware_concurrency(), 1U, max_threads);
  if (!a.threads.empty()) {
    KW_ASSIGN(const std::uint64_t threads, parse_number("--threads", a.threads, 1, max_threads));
    plan.threads = static_cast<unsigned>(threads);
  }
  if (!a.reload.empty() && a.reload != "watch" && a.reload != "hup")
    return none_of_its_values("--reload", a.reload, "use watch or hup");
  if (a.reload == "watch") plan.reload = Reload::watch;
  if (a.reload == "hup") plan.reload = Reload::hup;
  if (globals.timeout_given) plan.idle_timeout = globals.timeout;
  plan.write_timeout = globals.timeout;
  KW_ASSIGN(plan.config, make_config(a, globals, output, plan.after_reload));
  return plan;
}

int run(const ServeArguments& a, const Globals& globals, Output& output) {
  const auto plan = make_plan(a, globals, output);
  if (!plan) return refuse(output, plan.error());
  for (const std::string& warning : plan->config->warnings(std::chrono::system_clock::now())) output.warning(warning);
  const auto served = run_server(*plan, output);
  if (served) return exit_ok;
  tell(output, served.error(), "failed");
  const bool own = served.error().code() == Errc::busy;  // no thread, no signal: nothing was wrong with the address
  return own ? static_cast<int>(exit_failed) : exit_code_of(served.error(), Phase::connecting);
}

}  // namespace

Command add_serve(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("serve", "a TLS server: echo, files, a sink or a source");
  const auto arguments = std::make_shared<ServeArguments>();
  add_options(*app, *arguments);
  return {app, [arguments](const Globals& globals, Output& output) { return run(*arguments, globals, output); }};
}

}  // namespace keyway::tool
