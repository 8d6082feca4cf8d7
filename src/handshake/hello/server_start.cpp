// SPDX-License-Identifier: Apache-2.0
//
// The first message of a server's connection: version, virtual host, the question for another configuration.
#include <algorithm>

#include "base/ascii.h"
#include "config/key_exchange_options.h"
#include "handshake/hello/server_machine.h"
#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::hello::server {

namespace {

std::shared_ptr<const ServerConfig> virtual_host(const std::optional<std::string>& name, const ServerSettings& settings) {
  if (!name || settings.sni_hosts.empty()) return nullptr;
  //= rfc6066#3-4
  const auto host = settings.sni_hosts.find(ascii_lower(*name));
  return host == settings.sni_hosts.end() ? nullptr : host->second;
}

/// The configuration that was chosen decides nothing more: its hosts and questions would be passed over without a word.
Result<void> check_chosen(const ServerOptions& options) {
  const auto decides = [](std::string option) {
    return fail(Errc::wrong_answer, {.option = std::move(option),
                                     .mend = "choose among hosts at one place: leave it out of what is answered",
                                     .reason = "the configuration that was chosen would choose again"});
  };
  if (options.sni_fun) return decides("sni_fun");
  if (options.sni_lookup) return decides("sni_lookup");
  if (!options.sni_hosts.empty()) return decides("sni_hosts");
  if (options.pause_after_hello) return decides("pause_after_hello");
  return {};
}

/// A listener that has hosts and is nobody itself.
bool serves_hosts_alone(const ServerSettings& settings) {
  const ServerOptions& options = settings.options;
  return settings.common.identities.empty() && options.psk.keys.empty() && !options.psk.lookup &&
         !config::names_suite_without_certificate(options.protocol);
}

/// Whom the client asked for is not here.
std::unexpected<Error> no_such_host(const ConnectionInfo& info) {
  if (info.server_name) return fail(Errc::unrecognized_name);
  //= rfc8446#9.2-4
  if (info.version == ProtocolVersion::tls1_3) return wire::missing(ExtensionType::server_name);
  return fail(Errc::no_usable_identity, {.reason = "the client asks for no name, and this server is nobody but its hosts"});
}

/// The version under the configuration that goes on, and its family.
Result<Chosen> choose(std::unique_ptr<ReceivedHello> hello, Flow& flow) {
  KW_ASSIGN(flow.facts().info.version, negotiation::choose_version(hello->hello, flow.in().common().versions));
  if (serves_hosts_alone(flow.in().server())) return no_such_host(flow.facts().info);
  if (flow.facts().info.version == ProtocolVersion::tls1_3) return Chosen13{std::move(hello)};
  // RFC 5246 7.3: our flight answers the hello; what is behind it was not sent as an answer to that.
  KW_TRY(flow.check_flight_ended());
  return Chosen12{std::move(hello)};
}

}  // namespace

// Nothing is judged before it is known whose versions count: a host may have older ones than its listener, or no newer one.
Result<OneOf<AskConfiguration, Chosen13, Chosen12>> on(WaitClientHello&&, const ClientHello& m, Flow& flow) {
  std::ranges::copy(m.random, flow.facts().info.client_random.begin());
  auto received = std::make_unique<ReceivedHello>();
  received->message = flow.received();
  received->hello = m;
  if (const auto& name = m.extensions.get<wire::ServerName>(); name && !name->host_name.empty())
    flow.facts().info.server_name = std::string(as_text(name->host_name));

  const ServerOptions& options = flow.in().server().options;
  const bool looks_up = options.sni_lookup && flow.facts().info.server_name;
  if (options.sni_fun || options.pause_after_hello || looks_up) return AskConfiguration{{}, std::move(received)};
  if (auto config = virtual_host(flow.facts().info.server_name, flow.in().server())) flow.change_config(std::move(config));
  KW_ASSIGN(auto chosen, choose(std::move(received), flow));
  return chosen;
}

Result<Chosen> on(AskConfiguration&& s, const ConfigurationChosen& m, Flow& flow) {
  // Null, or the present one, means that nobody decided otherwise: then the virtual host does.
  const bool other = m.config && &m.config->settings() != &flow.in().server();
  if (other) KW_TRY(check_chosen(m.config->options()));
  //= rfc6066#3-5
  auto config = other ? m.config : virtual_host(flow.facts().info.server_name, flow.in().server());
  if (config) flow.change_config(std::move(config));
  return choose(std::move(s.hello), flow);
}

}  // namespace keyway::handshake::hello::server
