// SPDX-License-Identifier: Apache-2.0
//
// OCSP responses for servers that staple: from a file, and from the responder of the certificate (RFC 6960 A.1), fetched in the
// background, checked before they are served, renewed in time. Part of the target keyway::fetch: it brings libcurl and a thread.
//
//   const auto stapler = keyway::ocsp_stapler({.certfile = "cert.pem"});      // leaf and issuer; the URL is in the leaf
//   auto config = keyway::ServerConfig::make(
//       {.certs_keys = {{.certfile = "cert.pem", .keyfile = "key.pem", .ocsp_staple_source = *stapler}}});
//
// Handshakes never wait: they get the newest response that was found good, as long as it is in force, or none.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "keyway/crypto/provider.h"
#include "keyway/result.h"
#include "keyway/staple_source.h"

namespace keyway {

/// What happened to the response that is served.
struct StapleEvent {
  enum class Kind : std::uint8_t {
    renewed,  ///< a newer response is served
    failed,   ///< none was got, or what came was refused: `error` says why; what was served before still is
    revoked,  ///< the responder says, under its signature, that the certificate is revoked: nothing is served any more
    expired,  ///< what was served has run out, and there is none to take its place
  };
  Kind kind = Kind::renewed;
  std::string source{};              ///< the file or the URL; empty with expired
  std::optional<Error> error{};      ///< with failed and revoked
  WallTime good_until{};             ///< of what is served from now on; the epoch where that is nothing
};

/// Which certificate, where its responses come from and how often.
struct OcspStaplerOptions {
  std::string certfile{};     ///< PEM: the certificate, then its issuer; or:
  std::vector<Bytes> cert{};  ///< the same as DER
  std::string issuer_file{};  ///< PEM of the issuer, where the chain does not have it
  std::string file{};         ///< DER response: the first one, and taken again whenever the file changes
  bool fetch = true;          ///< false: the file alone
  /// URL, whose host counts as allowed. Empty: those that the certificate names (RFC 5280 4.2.2.1).
  std::string responder{};
  bool nonce = false;  ///< ask with a nonce (RFC 8954); responders that answer in advance ignore it
  std::chrono::milliseconds timeout{5000};     ///< of one fetch, from the look-up of the name to the last byte; up to 60 s
  std::vector<std::uint16_t> ports{80, 8080};  ///< that are talked to
  /// As HttpCrlOptions::allowed_hosts: without it addresses that are not of the public Internet are refused.
  std::vector<std::string> allowed_hosts{};
  std::size_t max_redirects = 2;             ///< each under the same rules; up to 5
  std::chrono::seconds retry_after{60};      ///< after a failure, doubled with each that follows; at least 1 s
  std::chrono::seconds longest_retry{3600};  ///< but not beyond this
  std::chrono::seconds max_age{43200};  ///< a response is renewed after this time, or half of what is left of it, if that is less
  /// Told on the thread that fetches, and about `file` also on the one that makes the stapler. What it throws is dropped.
  std::function<void(const StapleEvent&)> on_event{};
  std::shared_ptr<const crypto::Provider> provider{};  ///< null: crypto::default_provider()
};

/// A StapleSource that keeps itself fresh. Any thread. Its end ends an open fetch at once, and waits for a call of on_event that
/// is under way: do not let go of it under a lock that on_event takes.
class OcspStapler : public StapleSource {
 public:
  /// Looks at the file, and fetches now: for who was told that the certificate was revoked, or by a signal. Does not wait.
  virtual void refresh() = 0;
};

/// Begins to fetch at once. A response is served only if it is about the certificate, signed by its issuer or whom that
/// authorised, in force, and says `good` (RFC 6960 3.2). A responder is asked by POST over plain HTTP, for responses are signed;
/// at most 3 URLs, in their order, 100 KiB of answer; no proxy, no cookies, no credentials.
/// \errors invalid_option, missing_option - no certificate, no issuer, or neither a file nor a URL -, conflicting_options,
/// file_unreadable, malformed_pem, malformed_certificate, malformed_ocsp_response: mend the member that the detail names.
/// ocsp_response_refused, certificate_revoked and certificate_status_unknown: what `file` has is not to be served, and there is
/// no URL to get a better one from; where there is, that is an event.
/// \since 0.1
Result<std::shared_ptr<OcspStapler>> ocsp_stapler(OcspStaplerOptions);

}  // namespace keyway
