// SPDX-License-Identifier: Apache-2.0
//
// `keyway certs show`: what is in a file of certificates, or what a server sends.
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app.h"
#include "certificate_text.h"
#include "keyway/socket.h"
#include "report.h"
#include "shared_options.h"
#include "values.h"

namespace keyway::tool {
namespace {

struct ShowArguments {
  std::string what{};
  bool chain = false;
  bool pem = false;
};

// The chain is looked at, nothing is trusted and no data is sent. `phase` is how far it came.
Result<std::vector<Certificate>> from_server(const Endpoint& address, const Globals& globals, Output& output, Phase& phase) {
  phase = Phase::configuration;
  ClientOptions options{.peer = {.verify = VerifyMode::verify_none}};
  KW_ASSIGN(options.observe, observe(globals, output));
  KW_ASSIGN(const auto config, ClientConfig::make(std::move(options)));
  KW_ASSIGN(PeerName name, parse_name("HOST:PORT", to_string(address), address.host));
  phase = Phase::connecting;
  KW_ASSIGN(auto transport, tcp_connect(address, globals.timeout));
  phase = Phase::handshake;
  KW_ASSIGN(Socket socket, upgrade(std::move(transport), config, std::move(name), globals.timeout, address.port));
  KW_ASSIGN(const ConnectionInfo info, socket.info());
  static_cast<void>(socket.close(std::chrono::seconds(1)));
  std::vector<Certificate> certificates;
  for (std::size_t i = 0; info.peer_chain && i < info.peer_chain->size(); ++i) {
    KW_ASSIGN(Certificate certificate, info.peer_chain->certificate(i));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

Result<std::vector<Certificate>> certificates_in(const std::string& content) {
  if (content.find("-----BEGIN") != std::string::npos) return Certificate::from_pem(content);
  // DER begins with a SEQUENCE: anything else is a file of another kind, not a broken certificate.
  if (content.empty()) return fail(Errc::malformed_pem, {.reason = "it is empty"});
  if (content.front() != '\x30') return fail(Errc::malformed_pem, {.reason = "there is no certificate in it, PEM or DER"});
  KW_ASSIGN(Certificate one, Certificate::from_der(as_bytes(content)));
  return std::vector{std::move(one)};
}

Result<std::vector<Certificate>> from_file(const std::string& path) {
  KW_ASSIGN(const std::string content, read_file("FILE", path));
  auto certificates = certificates_in(content);
  if (certificates && certificates->empty())
    certificates = fail(Errc::malformed_pem, {.reason = "there is no certificate in it"});
  if (certificates) return certificates;
  const Error& error = certificates.error();
  const bool has_reason = error.detail() != nullptr && !error.detail()->reason.empty();
  return fail(error.code(), {.option = "FILE",
                             .value = path,
                             .mend = "name a PEM or DER file with certificates",
                             .reason = has_reason ? error.detail()->reason : std::string()});
}

void show(const Certificate& certificate, const ShowArguments& a, std::size_t index, Output& output) {
  Json event{{"event", "certificate"}, {"index", index}};
  event.update(certificate_json(certificate));
  event["not_before"] = time_text(certificate.not_before());
  event["serial"] = certificate.serial();
  event["signature"] = certificate.signature_description();
  event["ca"] = certificate.is_ca();
  if (a.pem) event["pem"] = certificate.pem();
  output.event(event);
  output.line(fmt::format("{}", index), certificate_text(certificate));
  const auto names = certificate.subject_alternative_names();
  output.line("  names", names.empty() ? "none" : fmt::format("{}", fmt::join(names, " ")));
  output.line("  valid", fmt::format("{} to {}", time_text(certificate.not_before()), time_text(certificate.not_after())));
  output.line("  serial", certificate.serial());
  output.line("  signed", certificate.signature_description());
  std::vector<std::string> usages;
  for (const auto& usage : certificate.key_usage()) usages.emplace_back(usage);
  for (const auto& usage : certificate.extended_key_usage()) usages.emplace_back(usage);
  if (certificate.is_ca()) usages.emplace_back("CA");
  output.line("  usage", usages.empty() ? "any" : fmt::format("{}", fmt::join(usages, " ")));
  output.line("  sha256", event["sha256"].get<std::string>());
  if (a.pem && !output.json()) output.text(certificate.pem());
}

int run(const ShowArguments& a, const Globals& globals, Output& output) {
  const auto address = Endpoint::parse(a.what);
  const bool is_server = ::access(a.what.c_str(), F_OK) != 0 && address && !address->host.empty();
  Phase phase = Phase::configuration;
  const auto certificates = is_server ? from_server(*address, globals, output, phase) : from_file(a.what);
  if (!certificates) {
    const Error& error = certificates.error();
    if (phase == Phase::configuration) return refuse(output, error);
    const bool refused = phase == Phase::handshake && error.group() != ErrorGroup::transport;
    tell(output, about_peer(error, a.what), refused ? "refused" : "failed");
    return exit_code_of(error, phase);
  }
  for (std::size_t i = 0; i < certificates->size(); ++i) {
    if (i == 0 || a.chain || !is_server) show((*certificates)[i], a, i, output);
  }
  return exit_ok;
}

}  // namespace

Command add_certs_show(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("show", "what is in certificates");
  const auto a = std::make_shared<ShowArguments>();
  app->add_option("what", a->what, "FILE (PEM or DER) or HOST:PORT")->required();
  app->add_flag("--chain", a->chain, "of servers: the whole chain, not the leaf alone")->group("What");
  app->add_flag("--pem", a->pem, "also as PEM")->group("What");
  return {app, [a](const Globals& globals, Output& output) { return run(*a, globals, output); }};
}

}  // namespace keyway::tool
