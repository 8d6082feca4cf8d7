// SPDX-License-Identifier: Apache-2.0
//
// Which application protocol a server takes (RFC 7301 3.2).
#include <algorithm>

#include "base/guarded.h"
#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::negotiation {

namespace {

std::vector<std::string> names(const wire::Alpn& offered) {
  std::vector<std::string> names;
  for (const ByteView name : offered.protocols) names.emplace_back(as_text(name));
  return names;
}

}  // namespace

Result<std::string> accept_alpn(const wire::Alpn& answer, const ClientOptions& options, const std::vector<std::string>& ours) {
  // RFC 7301 3.1: exactly one name, one of ours.
  //= rfc7301#3.1-3
  if (answer.protocols.size() != 1) return fail(Errc::decode_error);
  std::string chosen(as_text(*answer.protocols.begin()));
  if (std::ranges::find(ours, chosen) == ours.end() && !options.allow_unknown_alpn) return fail(Errc::wrong_alpn);
  return chosen;
}

Result<std::string> choose_alpn(const wire::ClientHello& hello, const ServerOptions& options,
                                const std::vector<std::string>& ours) {
  const auto& offered = hello.extensions.get<wire::Alpn>();
  if (!offered) return std::string();
  if (options.alpn_select) {
    const std::vector<std::string> choices = names(*offered);
    KW_ASSIGN(AlpnChoice choice, guarded([&] { return options.alpn_select(choices); }));
    if (choice.verdict == AlpnChoice::Verdict::decline) return std::string();
    if (choice.verdict == AlpnChoice::Verdict::refuse) return fail(Errc::no_application_protocol);
    // RFC 7301 3.2: the client refuses what it did not offer, and would blame us.
    if (std::ranges::find(choices, choice.protocol) == choices.end()) {
      return fail(Errc::wrong_answer, {.option = "alpn_select",
                                       .value = std::move(choice.protocol),
                                       .mend = "answer with one of the protocols that are offered, or decline or refuse",
                                       .reason = "the client did not offer the protocol"});
    }
    return std::move(choice.protocol);
  }
  if (ours.empty()) return std::string();
  for (const std::string& protocol : ours) {
    for (const ByteView name : offered->protocols) {
      //= rfc7301#3.2-2
      if (as_text(name) == protocol) return protocol;
    }
  }
  //= rfc7301#3.2-1
  return fail(Errc::no_application_protocol);
}

}  // namespace keyway::handshake::negotiation
