// SPDX-License-Identifier: Apache-2.0
//
// What an OCSP response is worth (RFC 6960 3.2, 4.2.2): who may sign it, about whom it speaks, how old it may be.
#include <algorithm>
#include <limits>

#include "pki/der.h"
#include "pki/ocsp.h"
#include "pki/oid.h"
#include "pki/time_text.h"

namespace keyway::pki {

namespace {

constexpr std::int64_t skew = 300;       ///< seconds that a responder's clock may be ahead of ours
constexpr std::int64_t longest = 86400;  ///< seconds that an answer holds which does not say when the next one is due

std::unexpected<Error> refused(std::string reason) { return fail(Errc::ocsp_response_refused, {.reason = std::move(reason)}); }

const crypto::HashMethods* hash_by(const AlgorithmIdentifier& id, const crypto::Provider& provider) {
  static constexpr std::pair<std::string_view, HashAlgorithm> hashes[] = {{oid::sha1, HashAlgorithm::sha1},
                                                                          {oid::sha256, HashAlgorithm::sha256},
                                                                          {oid::sha384, HashAlgorithm::sha384},
                                                                          {oid::sha512, HashAlgorithm::sha512}};
  const auto* known = std::ranges::find(hashes, as_text(id.oid), &std::pair<std::string_view, HashAlgorithm>::first);
  return known != std::end(hashes) ? provider.hash(known->second) : nullptr;
}

//= rfc6960#3.2-1
bool is_about(const OcspAnswer& answer, const OcspQuestion& question) {
  if (as_text(answer.id.serial) != as_text(question.certificate.serial)) return false;
  // The hashes name an authority, they protect nothing: SHA-1 is as good as any (RFC 6960 4.1.1).
  const crypto::HashMethods* hash = hash_by(answer.id.hash, question.provider);
  return hash != nullptr && std::ranges::equal(hash_of(*hash, question.certificate.issuer), answer.id.issuer_name_hash) &&
         std::ranges::equal(hash_of(*hash, question.issuer.key_bits), answer.id.issuer_key_hash);
}

bool is_responder(const ParsedOcspResponse& response, const ParsedCertificate& candidate, const crypto::Provider& provider) {
  if (!response.responder_name.empty()) return same_name(response.responder_name, candidate.subject);
  const crypto::HashMethods* sha1 = provider.hash(HashAlgorithm::sha1);
  return sha1 != nullptr && std::ranges::equal(hash_of(*sha1, candidate.key_bits), response.responder_key);
}

/// Whether a key made a signature, by the rules for those of certificates.
Result<void> check_signature(const AlgorithmIdentifier& named, ByteView message, ByteView signature,
                             const ParsedCertificate& signer, const OcspQuestion& question) {
  ParsedCertificate like{};
  like.signature_algorithm = named;
  KW_ASSIGN(const auto algorithm, check_signature_algorithm(like, question.rules));
  KW_TRY(check_key(signer, question.rules));
  KW_ASSIGN(const auto parts, public_key_parts(signer.key_algorithm, signer.key_bits));
  KW_ASSIGN(const auto key, question.provider.public_key(parts));
  return key->verify(algorithm, message, signature);
}

bool may_sign_responses(const Extensions& extensions) noexcept {
  for (der::Reader reader(extensions.extended_usages); !reader.empty();) {
    const auto id = reader.next();
    if (!id) return false;
    if (as_text(id->content) == oid::ocsp_signing) return extensions.allows(KeyUsage::digital_signature);
  }
  return false;
}

//= rfc6960#4.2.2.2-1, 4.2.2.2-2
/// RFC 6960 4.2.2.2: the authority itself gave the responder its certificate, for this use, and it is valid at present.
Result<void> check_delegate(const ParsedCertificate& delegate, const OcspQuestion& question) {
  if (!same_name(delegate.issuer, question.issuer.subject))
    return refused("its signer was not authorised by the issuer of the certificate");
  if (!may_sign_responses(delegate.extensions)) return refused("the certificate of its signer is not for OCSP responses");
  if (!delegate.extensions.unknown_critical.empty())
    return refused("the certificate of its signer has a critical extension that is not supported");
  if (const auto valid = check_validity(delegate, question.rules.now); !valid)
    return refused("the certificate of its signer is out of date: " + valid.error().detail()->reason);
  if (!check_signature(delegate.signature_algorithm, delegate.signed_part, delegate.signature, question.issuer, question))
    return refused("the certificate of its signer was not signed by the issuer of the certificate");
  //= rfc6960#4.2.2.2.1-1
  if (delegate.extensions.has(ExtensionId::ocsp_no_check) || !question.check_responder) return {};
  return question.check_responder(delegate);
}

//= rfc6960#3.2-2, 3.2-3
Result<void> check_signer(const ParsedOcspResponse& response, const OcspQuestion& question) {
  const auto signed_by = [&](const ParsedCertificate& signer) {
    return check_signature(response.signature_algorithm, response.signed_part, response.signature, signer, question).has_value();
  };
  if (is_responder(response, question.issuer, question.provider) && signed_by(question.issuer)) return {};
  // Of a responder that was renewed both certificates may be there, under one name or of one key.
  std::optional<Error> first;
  for (const ByteView der : response.certificates) {
    const auto delegate = parse_certificate(der);
    if (!delegate || !is_responder(response, *delegate, question.provider)) continue;
    Result<void> fits = check_delegate(*delegate, question);
    if (fits && signed_by(*delegate)) return {};
    if (fits) fits = refused("its signature is wrong");
    if (!first) first = fits.error();
  }
  if (first) return std::unexpected(*std::move(first));
  return refused("it is not signed by the issuer of the certificate or by whom that authorised");
}

/// Until when it holds.
Result<std::int64_t> check_times(const OcspAnswer& answer, std::int64_t produced_at, std::int64_t now) {
  //= rfc6960#4.2.2.1-2
  if (answer.this_update > now + skew || produced_at > now + skew)
    return refused("it is from the future: " + time_text(std::max(answer.this_update, produced_at)));
  const std::int64_t last = answer.next_update.value_or(answer.this_update + longest);
  if (last < answer.this_update) return refused("it ends before it begins");
  // RFC 6960 4.2.2.1: what is past its time is not to be relied on.
  //= rfc6960#4.2.2.1-1
  if (last < now) return refused("it was good until " + time_text(last));
  return last;
}

}  // namespace

Result<std::int64_t> check_ocsp_response(ByteView der, const OcspQuestion& question) {
  KW_ASSIGN(const ParsedOcspResponse response, parse_ocsp_response(der));
  const auto about = [&](const OcspAnswer& answer) { return is_about(answer, question); };
  const auto* answer = std::ranges::find_if(response.answers, about);
  if (answer == response.answers.end()) return refused("it is about another certificate");
  KW_TRY(check_signer(response, question));
  //= rfc6960#4.4.1-1
  // RFC 6960 4.4.1: what was made for somebody else may be a replay.
  if (!question.nonce.empty() && !response.nonce.empty() && as_text(question.nonce) != as_text(response.nonce))
    return refused("it was made for another connection: its nonce is not ours");
  const std::int64_t now = std::chrono::floor<std::chrono::seconds>(question.rules.now).time_since_epoch().count();
  // Of several answers the worst counts: revoked, then one that is not in its time, then unknown, then good.
  std::int64_t good_until = std::numeric_limits<std::int64_t>::max();
  bool known = true;
  Result<void> in_time;
  for (; answer != response.answers.end(); answer = std::find_if(answer + 1, response.answers.end(), about)) {
    auto last = check_times(*answer, response.produced_at, now);
    if (!last) {
      if (in_time) in_time = std::unexpected(std::move(last).error());
      continue;
    }
    if (answer->status == OcspAnswer::Status::revoked) {
      return fail(Errc::certificate_revoked,
                  {.reason = "it was revoked on " + date_text(answer->revoked.date) + " (" +
                             std::string(text_of(answer->revoked.reason)) + "), says its OCSP response"});
    }
    known = known && answer->status == OcspAnswer::Status::good;
    good_until = std::min(good_until, *last);
  }
  KW_TRY(in_time);
  if (known) return good_until;
  return fail(Errc::certificate_status_unknown, {.reason = "its OCSP responder does not know it"});
}

bool must_staple(const Extensions& extensions) noexcept {
  if (!extensions.has(ExtensionId::tls_feature)) return false;
  const auto list = der::single(extensions.value(ExtensionId::tls_feature), der::tag::sequence);
  if (!list) return false;
  for (der::Reader reader(list->content); !reader.empty();) {
    const auto feature = reader.expect(der::tag::integer);
    const auto number = feature ? der::small_integer(feature->content) : fail(Errc::malformed_der);
    if (!number) return false;
    // RFC 7633 4.1: extensions by their numbers; status_request, or what it has become since (RFC 6961).
    if (*number == 5 || *number == 17) return true;
  }
  return false;
}

}  // namespace keyway::pki
