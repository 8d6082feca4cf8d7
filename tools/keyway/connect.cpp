// SPDX-License-Identifier: Apache-2.0
//
// `keyway connect`: options to a plan.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <system_error>

#include "connect_plan.h"
#include "pins.h"
#include "revocation_options.h"
#include "shared_options.h"
#include "ticket_file.h"
#include "values.h"

namespace keyway::tool {
namespace {

struct ConnectArguments {
  std::string address{};
  std::string demo{};
  std::string sni{};
  std::string name{};
  std::string ca{};
  std::vector<std::string> pins{};
  std::string depth = "10";
  CLI::Option* depth_option = nullptr;
  RevocationArguments revocation{};
  bool require_ocsp = false;
  IdentityArguments identity{};
  ProtocolArguments protocol{};
  std::string ticket_in{};
  std::string ticket_out{};
  std::string reconnect = "0";
  std::string reuse = "auto";
  CLI::Option* send_option = nullptr;
  std::string send{};
  std::string expect{};
  std::string output{};
  std::string hold{};
  std::string key_update{};
  bool renegotiate = false;
  std::string export_what{};
};

void add_options(CLI::App& app, ConnectArguments& a) {
  app.add_option("address", a.address, "HOST:PORT")->required();
  app.add_option("--demo", a.demo, "directory made by `keyway certs demo`: trust its ca.pem [none]")->group("Peer");
  app.add_option("--sni", a.sni, "server name to ask for, or none [the host]")->group("Peer");
  app.add_option("--name", a.name, "what the certificate must say [the host]")->group("Peer");
  app.add_option("--ca", a.ca, "anchors: a PEM file, system, or none (no verification) [system]")->group("Peer");
  app.add_option("--pin", a.pins, "sha256/HEX of the server's public key, repeated; it needs no certificate [none]")
      ->group("Peer");
  a.depth_option = app.add_option("--depth", a.depth, "most intermediates of the server's chain [10]")->group("Peer");
  a.revocation.add(app, "Peer");
  app.add_flag("--require-ocsp", a.require_ocsp, "refuse servers that staple no OCSP response; what comes is always checked")
      ->group("Peer");
  a.identity.add(app);
  a.protocol.add(app);
  app.add_option("--ticket-in", a.ticket_in, "resume with the tickets of this file [none]")->group("Sessions");
  app.add_option("--ticket-out", a.ticket_out, "write the tickets that are left to this file, secret: mode 0600 [none]")
      ->group("Sessions");
  app.add_option("--reconnect", a.reconnect, "connect this many times more, resuming where the server allows [0]")
      ->group("Sessions");
  app.add_option("--reuse", a.reuse, "sessions of TLS 1.2: auto, off, or save (resume none, keep the new one) [auto]")
      ->group("Sessions");
  a.send_option = app.add_option("--send", a.send, "TEXT, or @FILE [standard input]")->group("Data");
  app.add_option("--expect", a.expect, "RE2 regular expression to find in the answer, exit 5 without a match [nothing]")
      ->group("Data");
  app.add_option("--output", a.output, "write what arrives to this file [standard output]")->group("Data");
  app.add_option("--hold", a.hold, "keep the connection open this long after sending [until 500ms are quiet]")->group("Data");
  app.add_flag("--key-update{plain}", a.key_update,
               "update our keys before sending; --key-update=request: and ask for the peer's")
      ->group("Data");
  app.add_flag("--renegotiate", a.renegotiate, "shake hands again before sending, and when the server asks; before TLS 1.3")
      ->group("Data");
  app.add_option("--export", a.export_what, "LABEL:LEN: print keying material (RFC 8446 7.5) [none]")->group("Data");
}

std::unexpected<Error> conflict(std::string option, std::string value, std::string reason, std::string mend) {
  return fail(Errc::conflicting_options,
              {.option = std::move(option), .value = std::move(value), .mend = std::move(mend), .reason = std::move(reason)});
}

// What --ca says excludes what would say something else about the same matter.
Result<void> check_peer(const ConnectArguments& a) {
  if (!a.ca.empty() && !a.demo.empty())
    return conflict("--demo", a.demo, "--ca " + a.ca + " names other anchors", "leave --demo or --ca out");
  if (a.ca == "none" && !a.name.empty())
    return conflict("--name", a.name, "--ca none checks no name", "leave --name out, or name anchors with --ca FILE");
  if (a.ca == "none" && a.depth_option->count() != 0)
    return conflict("--depth", a.depth, "--ca none checks no chain", "leave --depth out, or name anchors with --ca FILE");
  if (a.ca == "none" && a.revocation.given()) {
    const bool lists = !a.revocation.lists.empty();
    return conflict(lists ? "--crl" : "--crl-check", lists ? a.revocation.lists.front() : a.revocation.check,
                    "--ca none checks no chain", "leave it out, or name anchors with --ca FILE");
  }
  if (a.ca == "none" && a.require_ocsp)
    return conflict("--require-ocsp", "", "--ca none checks no chain", "leave it out, or name anchors with --ca FILE");
  if (a.demo.empty() || ::access(DemoFiles::anchors(a.demo).c_str(), R_OK) == 0) return {};
  return fail(Errc::file_unreadable, {.system_errno = errno,
                                      .option = "--demo",
                                      .value = a.demo,
                                      .mend = "make the files first: keyway certs demo " + a.demo,
                                      .reason = "it has no ca.pem: " + std::generic_category().message(errno)});
}

Result<void> fill_peer(const ConnectArguments& a, ClientOptions& options, ConnectPlan& plan) {
  KW_TRY(check_peer(a));
  std::string ca = a.ca;
  if (ca.empty() && !a.demo.empty()) ca = DemoFiles::anchors(a.demo);
  KW_ASSIGN(options.peer.depth, parse_number("--depth", a.depth, 0, 255));
  KW_ASSIGN(auto revocation, a.revocation.choice());
  options.peer.crl_check = revocation.check;
  options.peer.crl_cache = std::move(revocation.cache);
  options.peer.require_ocsp_staple = a.require_ocsp;
  if (ca == "none") {
    options.peer.verify = VerifyMode::verify_none;
  } else if (ca.empty() || ca == "system") {
    options.peer.system_anchors = true;
  } else {
    options.peer.cacertfile = ca;
  }
  KW_TRY(add_pins(a.pins, options.peer));
  const bool psk_alone = ca.empty() && !a.protocol.psks.empty() && a.demo.empty();
  if (psk_alone) options.peer.system_anchors = true;
  KW_ASSIGN(plan.name,
            a.name.empty() ? parse_name("address", a.address, plan.address.host) : parse_name("--name", a.name, a.name));
  if (a.sni == "none") {
    plan.name.sni.reset();
  } else if (!a.sni.empty()) {
    const auto named = PeerName::of(a.sni);
    if (!named || !named->sni)
      return wrong_value("--sni", a.sni, "it is no host name", "give a host name in its ASCII form (xn--...), or none");
    plan.name.sni = named->sni;
  }
  return {};
}

Result<void> fill_older_sessions(const ConnectArguments& a, ClientOptions& options) {
  ClientSessionOptions& sessions = options.sessions;
  if (a.reuse == "off") {
    sessions.reuse_sessions = ReuseSessions::no;
    return {};
  }
  if (a.reuse != "auto" && a.reuse != "save") return none_of_its_values("--reuse", a.reuse, "use auto, off or save");
  if (a.reuse == "save") sessions.reuse_sessions = ReuseSessions::save;
  sessions.store = memory_client_sessions();
  const auto older = [](ProtocolVersion version) { return version < ProtocolVersion::tls1_3; };
  sessions.tickets = std::ranges::any_of(options.protocol.versions, older);
  return {};
}

// What was saved of TLS 1.2 is one session, the last; tickets of TLS 1.3 are used up one after the other.
Result<void> fill_saved(const ConnectArguments& a, ClientOptions& options) {
  KW_ASSIGN(auto saved, load_tickets("--ticket-in", a.ticket_in));
  for (auto& ticket : saved) {
    if (ticket->session->version == ProtocolVersion::tls1_3) {
      options.tickets.use_ticket.push_back(std::move(ticket));
    } else if (a.reuse != "auto") {
      return conflict("--ticket-in", a.ticket_in, "--reuse " + a.reuse + " resumes no session of TLS 1.2",
                      "leave one of them out");
    } else {
      options.sessions.reuse_session = std::move(ticket);
    }
  }
  return {};
}

Result<void> fill_sessions(const ConnectArguments& a, ClientOptions& options, ConnectPlan& plan) {
  options.tickets.store = plan.tickets = std::make_shared<SpendingTickets>();
  plan.ticket_file = a.ticket_out;
  if (!a.ticket_out.empty()) KW_TRY(check_writable("--ticket-out", a.ticket_out));
  KW_ASSIGN(const std::uint64_t more, parse_number("--reconnect", a.reconnect, 0, 1'000'000));
  plan.connections = 1 + static_cast<unsigned>(more);
  KW_TRY(fill_older_sessions(a, options));
  return a.ticket_in.empty() ? Result<void>() : fill_saved(a, options);
}

// RFC 6066 knows four sizes; peers that lack RFC 8449 understand those.
void fill_fragment(std::optional<std::size_t> size, ClientOptions& options) {
  if (!size) return;
  for (const std::uint16_t known : std::initializer_list<std::uint16_t>{512, 1024, 2048, 4096}) {
    if (*size == known) options.max_fragment_length = known;
  }
}

Result<void> fill_data(const ConnectArguments& a, ConnectPlan& plan) {
  if (a.send_option->count() != 0) { KW_ASSIGN(plan.send, text_or_file("--send", a.send)); }
  if (!a.expect.empty()) {
    KW_ASSIGN(plan.expect, parse_pattern("--expect", a.expect));
    plan.expect_text = a.expect;
  }
  plan.output_file = a.output;
  if (!a.hold.empty()) { KW_ASSIGN(plan.hold, parse_duration("--hold", a.hold)); }
  // In a configuration file it may be written as other flags are.
  if (a.key_update == "plain" || a.key_update == "true") plan.key_update = KeyUpdateRequest::update_not_requested;
  if (a.key_update == "request") plan.key_update = KeyUpdateRequest::update_requested;
  if (!a.key_update.empty() && a.key_update != "false" && !plan.key_update) {
    return none_of_its_values("--key-update", a.key_update, "use --key-update or --key-update=request");
  }
  plan.renegotiate = a.renegotiate;
  if (plan.renegotiate && plan.key_update)
    return conflict("--renegotiate, --key-update", "", "no version has both", "leave one of them out");
  if (a.export_what.empty()) return {};
  const auto colon = a.export_what.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return wrong_value("--export", a.export_what, "it is not of the form LABEL:LEN", "write for example EXPORTER-Test:32");
  const auto length = parse_size("--export", std::string_view(a.export_what).substr(colon + 1));
  if (!length) return wrong_value("--export", a.export_what, "the length is no number", "write for example EXPORTER-Test:32");
  plan.export_length = *length;
  if (plan.export_length == 0 || plan.export_length > 8160)
    return wrong_value("--export", a.export_what, "the length is out of range", "use 1 to 8160 bytes");
  plan.export_label = a.export_what.substr(0, colon);
  return {};
}

Result<void> check_key_update(const ConnectArguments& a, const ProtocolOptions& protocol) {
  const bool possible = std::ranges::find(protocol.versions, ProtocolVersion::tls1_3) != protocol.versions.end();
  if (a.key_update.empty() || possible) return {};
  return conflict("--key-update", "", "it is for TLS 1.3, and --versions leaves that out", "add --versions 1.3, or leave it out");
}

Result<ConnectPlan> make_plan(const ConnectArguments& a, const Globals& globals, Output& output) {
  ConnectPlan plan;
  ClientOptions options;
  if (a.address.find("://") != std::string::npos)
    return wrong_value("address", a.address, "it is a URL", "write the host and the port alone, for example example.org:443");
  KW_ASSIGN(plan.address, Endpoint::parse(a.address));
  if (plan.address.host.empty()) plan.address.host = "localhost";
  KW_TRY(fill_peer(a, options, plan));
  KW_ASSIGN(options.certs_keys, a.identity.identities());
  KW_ASSIGN(options.protocol, a.protocol.protocol());
  KW_ASSIGN(options.psk, a.protocol.psk());
  KW_ASSIGN(const auto fragment, a.protocol.fragment());
  fill_fragment(fragment, options);
  KW_ASSIGN(options.alpn_advertised_protocols, a.protocol.protocols());
  KW_ASSIGN(options.client_preferred_next_protocols.protocols, a.protocol.next_protocols());
  options.stapling = true;
  options.server_renegotiation = a.renegotiate;
  options.post_handshake_auth = !options.certs_keys.empty();
  KW_TRY(fill_sessions(a, options, plan));
  KW_TRY(fill_data(a, plan));
  KW_TRY(check_key_update(a, options.protocol));
  KW_ASSIGN(options.observe, observe(globals, output, [sent = plan.sent_alert](const TraceEvent& event) { sent->hear(event); }));
  auto config = ClientConfig::make(std::move(options));
  if (!config) return std::unexpected(a.identity.as_typed(a.protocol.as_typed(config.error())));
  plan.config = *std::move(config);
  return plan;
}

int run(const ConnectArguments& a, const Globals& globals, Output& output) {
  const auto plan = make_plan(a, globals, output);
  if (!plan) return refuse(output, plan.error());
  for (const std::string& warning : plan->config->warnings(std::chrono::system_clock::now())) output.warning(warning);
  if (a.ca == "none" && a.pins.empty()) output.warning("--ca none: the server is NOT verified; anybody can be on the other end");
  return run_connections(*plan, globals, output);
}

}  // namespace

Command add_connect(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("connect", "a TLS client: sends, receives, shows what was negotiated");
  const auto arguments = std::make_shared<ConnectArguments>();
  add_options(*app, *arguments);
  return {app, [arguments](const Globals& globals, Output& output) { return run(*arguments, globals, output); }};
}

}  // namespace keyway::tool
