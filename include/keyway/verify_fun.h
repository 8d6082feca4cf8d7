// SPDX-License-Identifier: Apache-2.0
//
// Having a say in the stock verification of a chain: a function that is told every step along the path, a choice of the
// anchor, rules for names and policies. Whoever wants to judge alone replaces the verifier altogether (verify.h).
//
//   options.peer.verify_fun = {.function = [](const keyway::VerifyEvent& event, std::any&, auto answer) {
//     const bool expired = event.reason == keyway::Errc::certificate_expired;
//     std::move(answer).give(expired ? keyway::VerifyVerdict::valid : keyway::strict_verdict(event));
//   }};
#pragma once

#include <any>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/answer.h"
#include "keyway/bytes.h"
#include "keyway/certificate.h"
#include "keyway/error.h"
#include "keyway/peer_name.h"

namespace keyway {

/// One step along a path. Views are valid until the question is answered.   \otp verify_fun
struct VerifyEvent {
  enum class Kind : std::uint8_t {
    bad_certificate,  ///< a rule is broken, or the certificate is revoked: `reason` and `text`   \otp {bad_cert, Reason}
    extension,        ///< an extension that is not understood   \otp {extension, Ext}
    valid,            ///< an authority below the anchor has passed
    valid_peer,       ///< the peer's own certificate has passed
  };
  Kind kind = Kind::valid;
  ByteView certificate{};      ///< DER
  std::size_t index = 0;       ///< its place in the chain as received, the peer's own is 0; anchors follow
  Errc reason{};               ///< bad_certificate: which rule
  std::string_view text{};     ///< bad_certificate: a sentence about it
  ByteView extension_oid{};    ///< extension: content octets of the identifier
  bool extension_critical = false;
  ByteView extension_value{};  ///< extension: its DER
  ByteView ocsp_response{};    ///< valid_peer: as stapled, or empty
  ByteView signed_certificate_timestamps{};  ///< valid_peer: list of RFC 6962 from the handshake, or empty
};

/// Refusing for a reason of one's own is an error as the answer: fail(Errc::certificate_refused, {.reason = "..."}).
enum class VerifyVerdict : std::uint8_t {
  valid,    ///< go on: what is bad is passed over, what is not understood is taken as understood
  unknown,  ///< of an extension: it is not understood here either; a critical one is then bad (RFC 5280 4.2). Otherwise: go on
  fail,     ///< stop; the error is the event's reason, certificate_refused where it has none
};

/// Told the events of a path from the anchor to the peer's certificate, each after the one before it was answered. The anchor has
/// no event but bad_certificate. `state` goes from event to event, begins as VerifyFun::state for every chain, and may be used
/// until the answer is given. May answer later, from any thread; the walk goes on at the same event, on the thread that answers.
/// It may run for several connections at once. What it throws is callback_threw.
using VerifyFunction = std::function<void(const VerifyEvent&, std::any& state, Answer<VerifyVerdict>)>;

/// \otp verify_fun: {Function, InitialUserState}
struct VerifyFun {
  VerifyFunction function{};
  std::any state{};
  explicit operator bool() const noexcept { return function != nullptr; }
};

/// What verification does by itself, for functions that judge some events only: verify_peer fails what is bad and knows no
/// extension; verify_none takes everything. Any thread.
VerifyVerdict strict_verdict(const VerifyEvent&) noexcept;
VerifyVerdict lenient_verdict(const VerifyEvent&) noexcept;

/// Asked where no path leads to an anchor, with the certificates of the longest path (DER, the one nearest to a root first,
/// the peer's own last): the index of the one that is to be the anchor; nothing, or an index that is none: unknown authority.
/// The path below it is judged from there. Must answer at once; any thread, several at once.   \otp partial_chain
using PartialChainFunction = std::function<std::optional<std::size_t>(std::span<const ByteView> chain)>;

/// A name that a certificate presents, or the reference that it is compared with.
struct PresentedName {
  enum class Kind : std::uint8_t { dns, ip, email, uri, other };
  Kind kind = Kind::dns;
  ByteView value{};  ///< the text; octets of addresses; DER of OtherName (RFC 5280 4.2.1.6)
};

/// Exceptions from RFC 9525. Each may be empty; all answer at once; any thread, several at once.
/// \otp customize_hostname_check
struct HostNameCheck {
  /// Asked for each alternative name: whether it is the peer's; nothing: compare as usual.
  std::function<std::optional<bool>(const PeerName& reference, const PresentedName&)> match_fun{};
  /// Asked once when no name matches: true accepts the certificate nevertheless.
  std::function<bool(const Certificate&)> fail_callback{};
  /// The DNS name to compare with in place of the reference; nothing: the reference.
  std::function<std::optional<std::string>(const PeerName& reference)> fqdn_fun{};

  explicit operator bool() const noexcept { return match_fun || fail_callback || fqdn_fun; }
};

/// Inputs of the processing of policies (RFC 5280 6.1.1 c, e, f, g).   \otp cert_policy_opts
struct PolicyOptions {
  std::vector<std::string> policy_set{};  ///< dotted identifiers, at most 64; empty: any policy
  bool explicit_policy = false;  ///< the path must be valid for a policy of the set
  bool inhibit_policy_mapping = false;  ///< authorities cannot equate policies
  bool inhibit_any_policy = false;  ///< anyPolicy stands for no policy
};

}  // namespace keyway
