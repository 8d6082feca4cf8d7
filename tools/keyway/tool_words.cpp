// SPDX-License-Identifier: Apache-2.0
//
// Options of the library and of the command, side by side.
#include "tool_words.h"

#include <algorithm>
#include <utility>

namespace keyway::tool {
namespace {

constexpr std::pair<std::string_view, std::string_view> tool_names[] = {
    {"cacertfile", "--ca"},
    {"certfile", "--cert"},
    {"keyfile", "--key"},
    {"password", "--key-password-env"},
    {"ocsp_staple_file", "--ocsp-staple"},
    {"certs_keys", "--cert"},
    {"certificate_authorities", "--ca"},
    {"versions", "--versions"},
    {"ciphers", "--ciphers"},
    {"supported_groups", "--groups"},
    {"signature_algs", "--sigalgs"},
    {"alpn_advertised_protocols", "--alpn"},
    {"alpn_preferred_protocols", "--alpn"},
    {"client_preferred_next_protocols", "--npn"},
    {"next_protocols_advertised", "--npn"},
    {"server_renegotiation", "--renegotiate"},
    {"client_renegotiation", "--client-renegotiation"},
    {"depth", "--depth"},
    {"crl_check", "--crl-check"},
    {"crl_cache", "--crl"},
    {"require_ocsp_staple", "--require-ocsp"},
    {"use_ticket", "--ticket-in"},
    {"tickets.count", "--ticket-count"},
    {"tickets.lifetime", "--ticket-lifetime"},
    {"sessions.tickets", "--tickets"},
    {"sessions.lifetime", "--ticket-lifetime"},
    {"sessions.reuse_session", "--ticket-in"},
    {"psk.keys", "--psk"},
    {"srp.user", "--ciphers"},
    {"srp.lookup", "--ciphers"},
    {"record_size_limit", "--max-fragment"},
    {"max_send_fragment", "--max-fragment"},
    {"max_fragment_length", "--max-fragment"},
};

// What is not one word for one word.
constexpr std::pair<std::string_view, std::string_view> phrases[] = {
    {"the option depth", "--depth"},
    {"name one of them in versions", "add --versions 1.2"},
    {"in ciphers", "in --ciphers"},
    {"because ciphers has", "because --ciphers has"},
    {"with keys, groups and signature_algs", "with keys, --groups and --sigalgs"},
    {"in versions", "in --versions"},
    {"out of versions", "out of --versions"},
    {"versions: ", "--versions: "},
    {"set verify to verify_none", "use --ca none"},
    {"needs pre-shared keys that are not imported, or psk.lookup", "needs a key: --psk ID=HEX"},
    {"needs srp.user and srp.password", "needs a user with a password, which no option gives: leave it out"},
    {"needs a function that finds users", "needs users, whom no option gives: leave it out"},
    {"; client_ca_names can name fewer", "; a --ca FILE can have fewer"},
};

// Where the library tells a program which option of it to change, and why a negotiation came to nothing.
constexpr std::pair<Errc, std::string_view> hints[] = {
    {Errc::no_common_version, "allow on one side what the other side offers: --versions"},
    {Errc::no_common_cipher_suite, "allow on one side what the other side offers: --ciphers"},
    {Errc::no_common_group, "allow on one side what the other side offers: --groups"},
    {Errc::no_common_signature_scheme, "give an identity with another type of key: --cert, --key; or allow more: --sigalgs"},
    {Errc::no_usable_identity, "give an identity that the peer accepts: --cert, --key"},
    {Errc::no_application_protocol, "allow on one side what the other side offers: --alpn"},
    {Errc::unrecognized_name, "check the name, or give it an identity: --sni NAME=CERT,KEY"},
    {Errc::no_common_psk, "give the key of the client's identity, --psk, or a certificate, --cert"},
    {Errc::no_common_psk_mode, "give a certificate: --cert; pre-shared keys are used with a key exchange only"},
    {Errc::certificate_unknown_ca, "pass --ca FILE with the anchor, or have the peer send its intermediate certificates"},
    {Errc::certificate_self_signed, "pass it with --ca FILE if it is the right one"},
    {Errc::certificate_path_too_long, "raise --depth if the peer is known to need more"},
    {Errc::certificate_name_mismatch, "connect by a name that the certificate has, or say which it must have: --name"},
    {Errc::certificate_key_too_large, "have the peer use an RSA key of 8192 bits or fewer, or an elliptic curve"},
    {Errc::handshake_message_too_long, "have the peer send fewer or shorter certificates: this limit is no option here"},
    {Errc::certificate_list_too_long, "have the peer send fewer or shorter certificates: this limit is no option here"},
    {Errc::certificate_status_unknown,
     "give a present revocation list of its issuer: --crl; or let pass what is unknown: --crl-check best-effort"},
    {Errc::wrong_password, "put the password of the key into an environment variable and name that: --key-password-env VAR"},
};

constexpr std::string_view of_names = "abcdefghijklmnopqrstuvwxyz0123456789_.";

std::string_view known(std::string_view option) {
  const auto* found = std::ranges::find(tool_names, option, [](const auto& entry) { return entry.first; });
  return found != std::end(tool_names) ? found->second : std::string_view();
}

}  // namespace

std::string tool_option(const std::string& option) {
  if (option.starts_with("sni_hosts")) return "--sni";
  if (option.starts_with("psk.keys")) return "--psk";
  const auto* found = std::ranges::find_if(
      tool_names, [&](const auto& entry) { return option == entry.first || option.ends_with("." + std::string(entry.first)); });
  return found != std::end(tool_names) ? std::string(found->second) : option;
}

// Options whose names are words of everyday language stay as they are. "psk.keys[0].key: ..." is about an element.
std::string in_tool_words(std::string_view sentence) {
  std::string text;
  while (!sentence.empty()) {
    const auto* phrase = std::ranges::find_if(phrases, [&](const auto& entry) { return sentence.starts_with(entry.first); });
    if (phrase != std::end(phrases)) {
      text += phrase->second;
      sentence.remove_prefix(phrase->first.size());
      continue;
    }
    const std::string_view word =
        sentence.substr(0, std::max<std::size_t>(1, std::min(sentence.find_first_not_of(of_names), sentence.size())));
    sentence.remove_prefix(word.size());
    const bool everyday = word.find_first_of("_.") == std::string_view::npos && !word.ends_with("file");
    const bool whole = text.empty() || text.back() == ' ' || text.back() == '(';  // and no part of a path
    const bool of_hosts = word == "sni_hosts";
    const bool element = whole && (of_hosts || !known(word).empty()) && sentence.starts_with('[');
    if (!element) {
      text += everyday || !whole || known(word).empty() ? word : known(word);
      continue;
    }
    const std::size_t end = std::min(sentence.find(']'), sentence.size() - 1);
    text += of_hosts ? "--sni " + std::string(sentence.substr(1, end - 1)) : std::string(known(word));
    sentence.remove_prefix(end + 1);
    if (sentence.starts_with('.')) sentence.remove_prefix(std::min(sentence.find_first_not_of(of_names), sentence.size()));
  }
  return text;
}

std::string_view tool_hint(Errc code) noexcept {
  const auto* found = std::ranges::find(hints, code, [](const auto& entry) { return entry.first; });
  return found != std::end(hints) ? found->second : std::string_view();
}

}  // namespace keyway::tool
