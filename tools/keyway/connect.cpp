// SPDX-License-Identifier: Apache-2.0
//
// `keyway connect`: options to a plan.
#include <fmt/core.h>

#include <initializer_list>

#include "connect_plan.h"
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
  std::size_t depth = 10;
  IdentityArguments identity{};
  ProtocolArguments protocol{};
  std::string ticket_in{};
  std::string ticket_out{};
  unsigned reconnect = 0;
  CLI::Option* send_option = nullptr;
  std::string send{};
  std::string expect{};
  std::string output{};
  std::string hold{};
  std::string key_update{};
  std::string export_what{};
};

void add_options(CLI::App& app, ConnectArguments& a) {
  app.add_option("address", a.address, "HOST:PORT")->required();
  app.add_option("--demo", a.demo, "directory made by `keyway certs demo`: trust its ca.pem")->group("Peer");
  app.add_option("--sni", a.sni, "server name to ask for, or none [the host]")->group("Peer");
  app.add_option("--name", a.name, "what the certificate must say [the host]")->group("Peer");
  app.add_option("--ca", a.ca, "anchors: a PEM file, system, or none (no verification) [system]")->group("Peer");
  app.add_option("--depth", a.depth, "most intermediates of the server's chain [10]")->group("Peer");
  a.identity.add(app);
  a.protocol.add(app);
  app.add_option("--ticket-in", a.ticket_in, "resume with the tickets of this file")->group("Sessions");
  app.add_option("--ticket-out", a.ticket_out, "write the tickets that are left to this file (secret: mode 0600)")
      ->group("Sessions");
  app.add_option("--reconnect", a.reconnect, "connect this many times more, resuming where the server allows [0]")
      ->group("Sessions");
  a.send_option = app.add_option("--send", a.send, "TEXT, or @FILE [standard input]")->group("Data");
  app.add_option("--expect", a.expect, "RE2 regular expression that the answer must contain; exit 5 if it does not")
      ->group("Data");
  app.add_option("--output", a.output, "write what arrives to this file")->group("Data");
  app.add_option("--hold", a.hold, "keep the connection open this long after sending")->group("Data");
  app.add_flag("--key-update{plain}", a.key_update,
               "update our keys before sending; --key-update=request: and ask for the peer's")
      ->group("Data");
  app.add_option("--export", a.export_what, "LABEL:LEN: print keying material (RFC 8446 7.5)")->group("Data");
}

std::unexpected<Error> wrong(std::string option, std::string value, std::string reason, std::string mend) {
  return fail(Errc::invalid_option,
              {.option = std::move(option), .value = std::move(value), .mend = std::move(mend), .reason = std::move(reason)});
}

Result<void> fill_peer(const ConnectArguments& a, ClientOptions& options, ConnectPlan& plan) {
  std::string ca = a.ca;
  if (ca.empty() && !a.demo.empty()) ca = DemoFiles::anchors(a.demo);
  options.peer.depth = a.depth;
  if (ca == "none") {
    options.peer.verify = VerifyMode::verify_none;
  } else if (ca.empty() || ca == "system") {
    options.peer.system_anchors = true;
  } else {
    options.peer.cacertfile = plan.anchors = ca;
  }
  const bool psk_alone = ca.empty() && !a.protocol.psks.empty() && a.demo.empty();
  if (psk_alone) options.peer.system_anchors = true;
  KW_ASSIGN(plan.name, PeerName::of(a.name.empty() ? plan.address.host : a.name));
  if (a.sni == "none") {
    plan.name.sni.reset();
  } else if (!a.sni.empty()) {
    const auto named = PeerName::of(a.sni);
    if (!named || !named->sni)
      return wrong("--sni", a.sni, "it is no host name", "give a host name in its ASCII form (xn--...), or none");
    plan.name.sni = named->sni;
  }
  return {};
}

Result<void> fill_sessions(const ConnectArguments& a, ClientOptions& options, ConnectPlan& plan) {
  plan.tickets = options.tickets.store = memory_client_tickets();
  plan.ticket_file = a.ticket_out;
  plan.connections = 1 + a.reconnect;
  if (a.ticket_in.empty()) return {};
  KW_ASSIGN(options.tickets.use_ticket, load_tickets("--ticket-in", a.ticket_in));
  return {};
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
  if (a.key_update == "plain") plan.key_update = KeyUpdateRequest::update_not_requested;
  if (a.key_update == "request") plan.key_update = KeyUpdateRequest::update_requested;
  if (!a.key_update.empty() && !plan.key_update) {
    return wrong("--key-update", a.key_update, "it is none of its values", "use --key-update or --key-update=request");
  }
  if (a.export_what.empty()) return {};
  const auto colon = a.export_what.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return wrong("--export", a.export_what, "it is not of the form LABEL:LEN", "write for example EXPORTER-Test:32");
  KW_ASSIGN(plan.export_length, parse_size("--export", std::string_view(a.export_what).substr(colon + 1)));
  if (plan.export_length == 0 || plan.export_length > 8160)
    return wrong("--export", a.export_what, "the length is out of range", "use 1 to 8160 bytes");
  plan.export_label = a.export_what.substr(0, colon);
  return {};
}

Result<ConnectPlan> make_plan(const ConnectArguments& a, const Globals& globals) {
  ConnectPlan plan;
  ClientOptions options;
  KW_ASSIGN(plan.address, Endpoint::parse(a.address));
  if (plan.address.host.empty()) plan.address.host = "localhost";
  KW_TRY(fill_peer(a, options, plan));
  KW_ASSIGN(options.certs_keys, a.identity.identities());
  KW_ASSIGN(options.protocol, a.protocol.protocol());
  KW_ASSIGN(options.psk, a.protocol.psk());
  KW_ASSIGN(const auto fragment, a.protocol.fragment());
  fill_fragment(fragment, options);
  options.alpn_advertised_protocols = a.protocol.protocols();
  options.stapling = true;
  options.post_handshake_auth = !options.certs_keys.empty();
  KW_TRY(fill_sessions(a, options, plan));
  KW_TRY(fill_data(a, plan));
  KW_ASSIGN(options.observe, observe(globals));
  KW_ASSIGN(plan.config, ClientConfig::make(std::move(options)));
  return plan;
}

int run(const ConnectArguments& a, const Globals& globals, Output& output) {
  const auto plan = make_plan(a, globals);
  if (!plan) return refuse(output, plan.error());
  for (const std::string& warning : plan->config->warnings(std::chrono::system_clock::now())) output.warning(warning);
  if (a.ca == "none") output.warning("--ca none: the server is NOT verified; anybody can be on the other end");
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
