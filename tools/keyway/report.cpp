// SPDX-License-Identifier: Apache-2.0
//
// Events and lines about connections.
#include "report.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <utility>

#include "certificate_text.h"
#include "values.h"

namespace keyway::tool {
namespace {

template <class T>
Json optional_name(const std::optional<T>& value) {
  if (!value) return nullptr;
  return name_or_number(to_string(*value), static_cast<std::uint16_t>(*value));
}

Json resumed(Resumption resumption) {
  switch (resumption) {
    case Resumption::none: return false;
    case Resumption::ticket: return "ticket";
    case Resumption::external_psk: return "psk";
    case Resumption::session_id: return "session_id";
  }
  return false;
}

std::string_view name_of(AlertLevel level) { return level == AlertLevel::warning ? "warning" : "fatal"; }

std::string warning_text(AlertReceived alert) {
  return fmt::format("{} {} from the peer", name_of(alert.level), to_string(alert.description));
}

std::string_view early_data(EarlyData data) {
  switch (data) {
    case EarlyData::none: return "none";
    case EarlyData::accepted: return "accepted";
    case EarlyData::rejected: return "rejected";
  }
  return "none";
}

// The scheme that proved the server's identity: its own where we are the server. Resumption proves it without one.
std::optional<SignatureScheme> scheme_of(const ConnectionInfo& info) {
  if (info.resumed != Resumption::none) return std::nullopt;
  return info.role == Role::client ? info.peer_signature_scheme : info.own_signature_scheme;
}

Json names(const std::vector<std::uint16_t>& numbers, auto to_enum) {
  Json list = Json::array();
  for (const std::uint16_t number : numbers) list.push_back(name_or_number(to_string(to_enum(number)), number));
  return list;
}

}  // namespace

Json handshake_event(int connection, const ConnectionInfo& info, Duration took) {
  return Json{
      {"event", "handshake"},
      {"conn", connection},
      {"role", info.role == Role::client ? "client" : "server"},
      {"version", event_name(info.version)},
      {"cipher_suite", optional_name(info.cipher_suite)},
      {"group", optional_name(info.group)},
      {"signature_scheme", optional_name(scheme_of(info))},
      {"sni", info.server_name ? Json(*info.server_name) : Json(nullptr)},
      {"alpn", info.alpn.empty() || info.npn ? Json(nullptr) : Json(info.alpn)},
      {"npn", info.npn ? Json(info.alpn) : Json(nullptr)},
      {"resumed", resumed(info.resumed)},
      {"early_data", early_data(info.early_data)},
      {"hello_retry", info.hello_retry},
      {"client_auth", info.client_authenticated},
      {"session_id", info.session_id ? Json(hex(*info.session_id)) : Json(nullptr)},
      {"peer_certificate", info.peer_chain ? certificate_json(*info.peer_chain) : Json(nullptr)},
      {"verify", verify_text(info)},
      {"ocsp", info.ocsp_response != nullptr},
      {"ems", info.version == ProtocolVersion::tls1_3 || info.extended_master_secret},
      {"encrypt_then_mac", info.encrypt_then_mac},
      {"secure_renegotiation", info.secure_renegotiation},
      {"flights", info.flights},
      {"bytes_in", info.bytes_in},
      {"bytes_out", info.bytes_out},
      {"ms", std::chrono::duration<double, std::milli>(took).count()},
  };
}

Json hello_event(int connection, const HelloInfo& hello) {
  Json versions = Json::array();
  for (const std::uint16_t number : hello.versions) {
    const auto version = static_cast<ProtocolVersion>(number);
    versions.push_back(to_string(version).empty() ? fmt::format("0x{:04x}", number) : std::string(event_name(version)));
  }
  return Json{
      {"event", "hello"},
      {"conn", connection},
      {"sni", hello.server_name ? Json(*hello.server_name) : Json(nullptr)},
      {"alpn", hello.alpn},
      {"versions", versions},
      {"cipher_suites", names(hello.cipher_suites, [](std::uint16_t n) { return static_cast<CipherSuite>(n); })},
      {"groups", names(hello.groups, [](std::uint16_t n) { return static_cast<NamedGroup>(n); })},
      {"signature_schemes", names(hello.signature_schemes, [](std::uint16_t n) { return static_cast<SignatureScheme>(n); })},
      {"extensions", hello.extensions},
  };
}

std::string hello_line(const HelloInfo& hello) {
  return fmt::format("sni {}  alpn {}  {} versions  {} suites  {} groups  {} schemes  {} extensions",
                     hello.server_name.value_or("none"),
                     hello.alpn.empty() ? "none" : fmt::format("{}", fmt::join(hello.alpn, ",")), hello.versions.size(),
                     hello.cipher_suites.size(), hello.groups.size(), hello.signature_schemes.size(), hello.extensions.size());
}

Json closed_event(int connection, std::string_view how, std::uint64_t in, std::uint64_t out) {
  return Json{{"event", "closed"}, {"conn", connection}, {"how", how}, {"bytes_in", in}, {"bytes_out", out}};
}

Json alert_event(int connection, std::string_view direction, AlertReceived alert) {
  return Json{{"event", "alert"},
              {"conn", connection},
              {"direction", direction},
              {"level", name_of(alert.level)},
              {"description", to_string(alert.description)}};
}

std::string parameters_line(const ConnectionInfo& info) {
  std::string text(to_string(info.version));
  if (info.cipher_suite) text += fmt::format("  {}", to_string(*info.cipher_suite));
  if (info.group) text += fmt::format("  {}", to_string(*info.group));
  if (const auto scheme = scheme_of(info)) text += fmt::format("  {}", to_string(*scheme));
  return text;
}

std::string session_line(const ConnectionInfo& info, std::size_t tickets) {
  std::string text = info.resumed == Resumption::ticket         ? "resumed with a ticket"
                     : info.resumed == Resumption::session_id   ? "resumed by its id"
                     : info.resumed == Resumption::external_psk ? "external pre-shared key"
                                                                : "new";
  if (info.hello_retry) text += ", after a HelloRetryRequest";
  // A client that has finished does not know yet whether the server takes its certificate (RFC 8446 4.4.4).
  if (info.client_authenticated) text += info.role == Role::client ? ", client certificate sent" : ", client authenticated";
  if (info.resumed == Resumption::none && info.session_id) text += ", to be resumed by its id";
  if (tickets != 0 && !info.session_id) text += fmt::format(", {} ticket{} received", tickets, tickets == 1 ? "" : "s");
  text += fmt::format("          {} {}", info.npn ? "npn" : "alpn", info.alpn.empty() ? "none" : info.alpn);
  return text;
}

std::string certificate_line(const ConnectionInfo& info) {
  return info.peer_chain ? fmt::format("{}   {}", certificate_text(*info.peer_chain), verdict_text(info)) : std::string();
}

void show_events(Output& output, int connection, const std::vector<SocketEvent>& events, std::uint64_t own_key_updates,
                 Told& told) {
  for (const SocketEvent& event : events) {
    if (const auto* ticket = std::get_if<TicketReceived>(&event)) {
      output.event({{"event", "ticket"},
                    {"conn", connection},
                    {"lifetime", ticket->ticket->session->lifetime},
                    {"early_data_max", ticket->ticket->session->max_early_data},
                    {"count", ++told.tickets}});
    } else if (const auto* update = std::get_if<KeysUpdated>(&event); update != nullptr && update->by_peer) {
      output.event({{"event", "key_update"}, {"conn", connection}, {"by", "peer"}});
      output.line("keys", "updated by the peer");
    } else if (const auto* renegotiated = std::get_if<Renegotiated>(&event)) {
      output.event({{"event", "renegotiated"}, {"conn", connection}, {"by", renegotiated->by_peer ? "peer" : "us"}});
      output.line("keys", renegotiated->by_peer ? "renegotiated by the peer" : "renegotiated");
    } else if (const auto* alert = std::get_if<AlertReceived>(&event)) {
      output.event(alert_event(connection, "received", *alert));
      output.line("alert", warning_text(*alert));
    } else if (const auto* authenticated = std::get_if<PeerAuthenticated>(&event)) {
      output.line("client", authenticated->with_certificate ? "authenticated after the handshake" : "sent no certificate");
    }
  }
  // Our key changes at its limit, and where the peer asked for it (RFC 8446 4.6.3).
  if (std::exchange(told.own_key_updates, own_key_updates) == own_key_updates) return;
  output.event({{"event", "key_update"}, {"conn", connection}, {"by", "us"}});
  output.line("keys", "updated by us");
}

Error about_peer(const Error& error, const std::string& peer) {
  const ErrorDetail* detail = error.detail();
  if (detail != nullptr && (!detail->path.empty() || !detail->option.empty())) return error;
  ErrorDetail whose = detail != nullptr ? *detail : ErrorDetail{};
  whose.path = peer;
  return Error(error.code()).with(std::move(whose));
}

SentAlert& SentAlert::of_thread() {
  thread_local SentAlert last;
  return last;
}

void SentAlert::hear(const TraceEvent& event) noexcept {
  if (event.kind != TraceKind::alert || event.direction != Direction::out || event.body.size() != 2) return;
  if (event.body[0] == std::byte{static_cast<std::uint8_t>(AlertLevel::fatal)})
    description_ = std::to_integer<int>(event.body[1]);
}

std::optional<AlertDescription> SentAlert::take() noexcept {
  const int description = description_.exchange(none);
  return description == none ? std::nullopt : std::optional(static_cast<AlertDescription>(description));
}

void tell_failure(Output& output, int connection, const Error& error, std::optional<AlertDescription> sent, std::string_view word,
                  const std::string& peer) {
  const ErrorDetail* detail = error.detail();
  for (const AlertReceived& warning : detail != nullptr ? detail->warnings : std::vector<AlertReceived>()) {
    output.event(alert_event(connection, "received", warning));
    output.problem("alert", warning_text(warning));
  }
  if (sent) output.event(alert_event(connection, "sent", {*sent, AlertLevel::fatal}));
  if (detail != nullptr && detail->received_alert)
    output.event(alert_event(connection, "received", {*detail->received_alert, detail->received_level}));
  tell(output, about_peer(error, peer), word, connection, sent);
}

std::string_view how_it_ended(const Error& error, std::optional<AlertDescription> sent) {
  switch (error.code()) {
    case Errc::closed: return "close_notify";
    case Errc::timeout: return "timeout";
    case Errc::reset: return "reset";
    case Errc::truncated: return "truncated";
    default: break;
  }
  if (error.group() == ErrorGroup::transport) return "reset";
  // Some peers are told nothing: what they speak has no alerts.
  const bool alerted = sent || (error.detail() != nullptr && error.detail()->received_alert);
  return alerted ? "alert" : "truncated";
}

}  // namespace keyway::tool
