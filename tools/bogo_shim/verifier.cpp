// SPDX-License-Identifier: Apache-2.0
//
// The verifier that the runner's flags script: it accepts any chain unless a flag says otherwise, now or later.
#include "keyway/verify.h"

#include "options.h"
#include "ports.h"

namespace keyway::bogo_shim {

namespace {

class ScriptedVerifier final : public Verifier {
 public:
  explicit ScriptedVerifier(std::shared_ptr<Observed> observed) : observed_(std::move(observed)) {}

  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    ++observed_->verifications;
    observed_->late.reply<TrustedChain>(std::move(answer), judge(question));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("scripted")); }

 private:
  Result<TrustedChain> judge(const VerifyQuestion& question) const {
    const Flags& flags = *observed_->flags;
    const bool is_client = question.purpose == Purpose::server_authentication;
    const bool insists = !is_client || flags.verify_peer;
    if (flags.verify_fail && insists) {
      observed_->refused_as = "CERTIFICATE_VERIFY_FAILED";
      // The runner knows the two ways of refusing by their alerts: certificate_unknown and handshake_failure.
      return fail(flags.use_custom_verify_callback ? Errc::certificate_refused : Errc::no_common_signature_scheme);
    }
    if (is_client && flags.use_ocsp_callback && flags.fail_ocsp_callback) {
      observed_->refused_as = "OCSP_CB_ERROR";
      return fail(Errc::ocsp_response_refused);
    }
    return TrustedChain::accepted_by_user(question, "the runner says so");
  }

  std::shared_ptr<Observed> observed_;
};

}  // namespace

RawPublicKeyFunction raw_key_function(std::shared_ptr<Observed> observed) {
  return [observed = std::move(observed)](const RawPublicKeyQuestion&, Answer<bool> answer) {
    ++observed->verifications;
    Result<bool> verdict = true;
    if (observed->flags->verify_fail) {
      observed->refused_as = "CERTIFICATE_VERIFY_FAILED";
      verdict = fail(Errc::certificate_refused);
    }
    observed->late.reply<bool>(std::move(answer), std::move(verdict));
  };
}

std::shared_ptr<const Verifier> scripted_verifier(std::shared_ptr<Observed> observed) {
  return std::make_shared<const ScriptedVerifier>(std::move(observed));
}

std::expected<PeerName, std::string> peer_name(const Flags& flags) {
  PeerName name;
  if (flags.host_name.empty()) return name;
  auto parsed = PeerName::of(flags.host_name);
  if (!parsed) return std::unexpected(parsed.error().message());
  return *std::move(parsed);
}

}  // namespace keyway::bogo_shim
