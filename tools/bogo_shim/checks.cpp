// SPDX-License-Identifier: Apache-2.0
//
// Comparisons of what was negotiated with what the flags want; see checks.h.
#include "checks.h"

#include <algorithm>

#include "options.h"
#include "text.h"

namespace keyway::bogo_shim {
namespace {

using Check = std::expected<void, std::string>;

Check mismatch(const std::string& what, unsigned long got, unsigned long wanted) {
  return std::unexpected(what + " is " + std::to_string(got) + ", wanted " + std::to_string(wanted));
}

template <class T>
Check equal_if_wanted(const std::string& what, const std::optional<T>& got, const std::optional<std::uint16_t>& wanted) {
  if (!wanted) return {};
  const unsigned value = got ? static_cast<unsigned>(*got) : 0;
  if (value == *wanted) return {};
  return mismatch(what, value, *wanted);
}

/// Below TLS 1.2 none is negotiated: the kind of key decides, and the runner counts it as none.
std::optional<SignatureScheme> negotiated_scheme(const ConnectionInfo& info) {
  return info.version < ProtocolVersion::tls1_2 ? std::nullopt : info.peer_signature_scheme;
}

Check check_algorithms(const Flags& flags, const ConnectionInfo& info) {
  const Check checks[] = {
      equal_if_wanted("version", std::optional(info.version), flags.expect_version),
      equal_if_wanted("cipher suite", info.cipher_suite, flags.expect_cipher),
      equal_if_wanted("cipher suite", info.cipher_suite, flags.expect_cipher_aes),
      equal_if_wanted("group", info.group, flags.expect_curve_id),
      equal_if_wanted("peer signature scheme", negotiated_scheme(info), flags.expect_peer_signature_algorithm),
  };
  for (const Check& check : checks) {
    if (!check) return check;
  }
  if (flags.expect_hrr && !info.hello_retry) return std::unexpected("there was no HelloRetryRequest");
  if (flags.expect_no_hrr && info.hello_retry) return std::unexpected("there was a HelloRetryRequest");
  return {};
}

Bytes bytes_of(const std::shared_ptr<const Bytes>& staple) { return staple ? *staple : Bytes(); }

Check check_extensions(const Flags& flags, const ConnectionInfo& info) {
  // TLS 1.3 binds its secrets to the handshake anyway, which the runner counts.
  const bool older = info.version < ProtocolVersion::tls1_3;
  if (flags.expect_extended_master_secret && older && !info.extended_master_secret) {
    return std::unexpected("there is no extended master secret");
  }
  if (flags.expect_server_name && info.server_name != flags.expect_server_name) {
    return std::unexpected("server name is " + info.server_name.value_or("absent") + ", wanted " + *flags.expect_server_name);
  }
  if (flags.expect_no_server_name && info.server_name) return std::unexpected("a server name was sent");
  const std::string protocol = flags.server ? flags.select_alpn : flags.expect_alpn.value_or("");
  if (!info.npn && (flags.server || flags.expect_alpn) && info.alpn != protocol)
    return std::unexpected("ALPN protocol is \"" + info.alpn + "\", wanted \"" + protocol + "\"");
  const std::string next = info.npn ? info.alpn : std::string();
  if ((flags.expect_next_proto && next != *flags.expect_next_proto) || (flags.expect_no_next_proto && !next.empty()))
    return std::unexpected("the next protocol is \"" + next + "\", wanted \"" + flags.expect_next_proto.value_or("") + "\"");
  if (flags.expect_secure_renegotiation && !info.secure_renegotiation) return std::unexpected("the peer does not know RFC 5746");
  if (flags.expect_no_secure_renegotiation && info.secure_renegotiation) return std::unexpected("the peer knows RFC 5746");
  if (flags.expect_ocsp_response && bytes_of(info.ocsp_response) != *flags.expect_ocsp_response) {
    return std::unexpected("the OCSP response is not the expected one");
  }
  if (flags.expect_signed_cert_timestamps &&
      bytes_of(info.signed_certificate_timestamps) != *flags.expect_signed_cert_timestamps) {
    return std::unexpected("the list of certificate timestamps is not the expected one");
  }
  return {};
}

/// TLS 1.2 and below: what a client got by the end of the handshake, and what a server keeps.
Check check_older_session(const Flags& flags, const ConnectionInfo& info, const Observed& observed, bool is_resume) {
  // Who starts falsely has seen neither session nor Finished of the server yet.
  if (info.version == ProtocolVersion::tls1_3 || flags.false_start) return {};
  const bool wanted = !flags.expect_no_session && (info.resumed == Resumption::none || flags.expect_ticket_renewal);
  const bool got = !observed.tickets.empty();
  if (!flags.server && wanted != got) return std::unexpected(got ? "a session came" : "no session came");
  if (is_resume) return {};
  if (flags.expect_session_id && !info.session_id) return std::unexpected("the session is not kept under an id");
  if (flags.expect_no_session_id && info.session_id) return std::unexpected("the session is kept under an id");
  return {};
}

Check check_resumption(const Flags& flags, const ConnectionInfo& info, bool is_resume) {
  const bool resumed = info.resumed == Resumption::ticket || info.resumed == Resumption::session_id;
  const bool wanted = is_resume && !flags.expect_session_miss;
  if (resumed != wanted) return std::unexpected(resumed ? "the session was resumed" : "the session was not resumed");
  if (flags.expect_ticket_age_skew && is_resume && info.ticket_age_skew != std::chrono::seconds(*flags.expect_ticket_age_skew)) {
    return std::unexpected("the ticket's age is not off by " + std::to_string(*flags.expect_ticket_age_skew) + " s");
  }
  if (!flags.server && info.early_data != EarlyData::none) return std::unexpected("early data was offered");
  return {};
}

bool authenticates_by_psk(const ConnectionInfo& info) {
  return info.resumed == Resumption::external_psk || to_string(*info.cipher_suite).find("PSK") != std::string_view::npos;
}

/// The peer's chain is just that of a PEM file.
Check check_peer_file(const std::string& path, const CertificateChain& chain) {
  const auto pem = read_file(path);
  if (!pem) return std::unexpected(pem.error());
  const auto wanted = Certificate::from_pem(*pem);
  if (!wanted) return std::unexpected(wanted.error().message());
  bool equal = wanted->size() == chain.size();
  for (std::size_t i = 0; equal && i < chain.size(); ++i) equal = std::ranges::equal((*wanted)[i].der(), chain.der(i));
  return equal ? Check() : std::unexpected("the peer's chain is not that of " + path);
}

/// The type of what the peer showed, and which raw public key.
Check check_peer_type(const Flags& flags, const ConnectionInfo& info) {
  if (flags.expect_peer_certificate_type &&
      static_cast<std::uint16_t>(info.peer_certificate_type) != *flags.expect_peer_certificate_type)
    return mismatch("type of the peer's certificate", static_cast<unsigned long>(info.peer_certificate_type),
                    *flags.expect_peer_certificate_type);
  if (!flags.expect_peer_rpk_sha256) return {};
  if (!info.peer_chain || !info.peer_chain->is_raw_public_key()) return std::unexpected("the peer showed no raw public key");
  crypto::HashState hash(crypto::default_provider()->hash(HashAlgorithm::sha256));
  hash.update(info.peer_chain->der(0));
  Bytes digest(hash.digest_size());
  hash.finish(digest.data());
  if (digest != *flags.expect_peer_rpk_sha256) return std::unexpected("the peer's raw public key is not the expected one");
  return {};
}

Check check_peer(const Flags& flags, const ConnectionInfo& info) {
  const bool present = info.peer_chain != nullptr;
  if (auto checked = check_peer_type(flags, info); !checked) return checked;
  // The verifier of the shim answers for what it thinks of the chain: nothing but its word makes it trusted.
  if (flags.expect_verify_result && present && info.verified != TrustedChain::Basis::accepted_by_user) {
    return std::unexpected("the chain is trusted for another reason than the verifier's answer");
  }
  if (flags.expect_no_peer_cert || authenticates_by_psk(info)) {
    if (present) return std::unexpected("there is a peer certificate");
    return {};
  }
  if ((!flags.server || flags.require_any_client_certificate) && !present) {
    return std::unexpected("there is no peer certificate");
  }
  if (!flags.expect_peer_cert_file.empty() && present) return check_peer_file(flags.expect_peer_cert_file, *info.peer_chain);
  return {};
}

Check check_offer(const Flags& flags, const Observed& observed) {
  std::vector<std::uint16_t> schemes;
  if (flags.server && observed.hello) schemes = observed.hello->signature_schemes;
  if (!flags.server && observed.identity) {
    for (const SignatureScheme scheme : observed.identity->signature_schemes) {
      schemes.push_back(static_cast<std::uint16_t>(scheme));
    }
  }
  if (!flags.expect_peer_verify_pref.empty() && schemes != flags.expect_peer_verify_pref) {
    return std::unexpected("the peer's signature schemes are not the expected ones");
  }
  if (flags.expect_certificate_types && observed.certificate_types != *flags.expect_certificate_types) {
    return std::unexpected("the types in CertificateRequest are not the expected ones");
  }
  if (!flags.expect_client_ca_list) return {};
  const auto names = from_hex_list(*flags.expect_client_ca_list);
  if (!names || !observed.identity || observed.identity->certificate_authorities != *names) {
    return std::unexpected("the names in CertificateRequest are not the expected ones");
  }
  return {};
}

}  // namespace

std::expected<void, std::string> check_handshake(const Flags& flags, Connection& connection, const Observed& observed,
                                                 bool is_resume) {
  const ConnectionInfo& info = connection.info();
  if (!observed.problem.empty()) return std::unexpected(observed.problem);
  if (flags.handshake_never_done && connection.handshake_done())
    return std::unexpected("the handshake was done, which was not to happen");
  if (!info.cipher_suite) return std::unexpected("no cipher suite after the handshake");
  if (flags.server && observed.hellos == 0) return std::unexpected("the hello function was not called");
  if (observed.verifications > 1) return std::unexpected("the chain was judged twice");
  const Check checks[] = {
      check_algorithms(flags, info), check_extensions(flags, info), check_resumption(flags, info, is_resume),
      check_peer(flags, info),       check_offer(flags, observed),  check_older_session(flags, info, observed, is_resume),
  };
  for (const Check& check : checks) {
    if (!check) return check;
  }
  if (flags.expect_selected_credential) {
    const int used = selected_credential(flags, info);
    if (used != *flags.expect_selected_credential) {
      return std::unexpected("credential " + std::to_string(used) + " was used, wanted " +
                             std::to_string(*flags.expect_selected_credential));
    }
  }
  return {};
}

std::expected<void, std::string> check_end(const Flags& flags, const ConnectionInfo& info, const Observed& observed) {
  if (!observed.problem.empty()) return std::unexpected(observed.problem);
  if (!flags.server && info.version == ProtocolVersion::tls1_3) {
    const bool wanted = !flags.expect_no_session && !flags.shim_shuts_down;
    const bool got = !observed.tickets.empty();
    if (wanted != got) return std::unexpected(got ? "a ticket came" : "no ticket came");
    if (wanted && flags.expect_ticket_supports_early_data && observed.tickets.back()->session->max_early_data == 0) {
      return std::unexpected("the ticket does not allow early data");
    }
  }
  if (observed.renegotiations != flags.expect_total_renegotiations) {
    return mismatch("number of renegotiations", static_cast<unsigned>(observed.renegotiations),
                    static_cast<unsigned>(flags.expect_total_renegotiations));
  }
  // Who the peer is and what it showed stays what it was.
  if (observed.renegotiations > 0) {
    for (const Check& check : {check_extensions(flags, info), check_peer(flags, info)}) {
      if (!check) return check;
    }
  }
  if (flags.expect_msg_callback && observed.messages != *flags.expect_msg_callback) {
    return std::unexpected("the trace of messages is not the expected one. Wanted:\n" + *flags.expect_msg_callback + "Got:\n" +
                           observed.messages);
  }
  return {};
}

}  // namespace keyway::bogo_shim
