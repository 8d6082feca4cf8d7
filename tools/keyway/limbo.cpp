// SPDX-License-Identifier: Apache-2.0
//
// Reading a case of x509-limbo and asking the stock verifier. What the verifier does not judge is SKIPPED, not guessed:
// certificate revocation lists.
#include "limbo.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "keyway/crypto/provider.h"
#include "keyway/verify.h"
#include "pki/pem.h"
#include "pki/trust_store.h"
#include "pki/verify_driver.h"

namespace keyway::tool {
namespace {

using Json = nlohmann::json;

struct Verdict {
  const char* result;
  std::string reason;
};

/// Every certificate of a PEM text, or of a list of them, as DER.
std::vector<Bytes> certificates(const Json& pem) {
  std::vector<Bytes> all;
  for (const Json& text : pem.is_array() ? pem : Json::array({pem})) {
    auto some = pki::pem_certificates(text.get<std::string>());
    if (!some) throw std::invalid_argument("a certificate is not PEM");
    all.insert(all.end(), some->begin(), some->end());
  }
  return all;
}

WallTime time_of(const Json& text) {
  if (text.is_null()) return std::chrono::system_clock::now();
  std::tm parts{};
  // The offset that follows is always that of UTC.
  if (::strptime(text.get<std::string>().c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr)
    throw std::invalid_argument("validation_time is not a time");
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

/// The error's name and, where a certificate is to blame, its text.
std::string reason_of(const Error& error) {
  std::string reason(to_string(error.code()));
  if (error.detail() == nullptr) return reason;
  for (const CertificateProblem& problem : error.detail()->certificates)
    reason += "; " + std::to_string(problem.index) + " " + problem.subject + ": " + problem.text;
  if (!error.detail()->reason.empty()) reason += "; " + error.detail()->reason;
  return reason;
}

/// Names that the leaf must say beside the one that is verified; e-mail addresses have no place in TLS's check.
bool says_all(const Json& names, ByteView leaf) {
  const auto parsed = Certificate::from_der(leaf);
  if (!parsed) return false;
  const std::vector<std::string> said = parsed->subject_alternative_names();
  return std::ranges::all_of(names, [&](const Json& name) {
    const std::string kind = name.at("kind").get<std::string>();
    const std::string prefix = kind == "RFC822" ? "email:" : kind == "IP" ? "ip:" : "dns:";
    return std::ranges::find(said, prefix + name.at("value").get<std::string>()) != said.end();
  });
}

std::vector<ByteView> views(const std::vector<Bytes>& list) { return {list.begin(), list.end()}; }

Verdict judge(const Json& test, std::string_view policy) {
  // A case whose verdict depends on revocation would be answered by luck.
  if (!test.at("crls").empty()) return {"SKIPPED", "certificate revocation lists are not judged"};
  const auto provider = crypto::default_provider();
  std::vector<std::string> warnings;
  const std::vector<Bytes> anchors = certificates(test.at("trusted_certs"));
  const auto store = pki::TrustStore::from_der(views(anchors), provider, warnings);
  if (!store) return {"FAILURE", "no anchor is usable: " + reason_of(store.error())};

  std::vector<Bytes> chain = certificates(test.at("peer_certificate"));
  const std::vector<Bytes> intermediates = certificates(test.at("untrusted_intermediates"));
  chain.insert(chain.end(), intermediates.begin(), intermediates.end());
  const std::vector<ByteView> chain_views = views(chain);

  std::optional<PeerName> name;
  if (const Json& expected = test.at("expected_peer_name"); !expected.is_null()) {
    auto read = PeerName::of(expected.at("value").get<std::string>());
    if (!read) return {"FAILURE", "the expected name is not a name: " + reason_of(read.error())};
    name = *std::move(read);
  }
  VerifySettings settings;
  settings.anchors = *store;
  settings.check_name = name.has_value();
  settings.leaf_signs = false;  // the suite judges paths, not what TLS does with the key
  settings.strict = true;
  settings.web_pki = policy == "web_pki";
  if (const Json& depth = test.at("max_chain_depth"); !depth.is_null()) settings.depth = depth.get<std::size_t>();
  VerifyQuestion question{};
  question.chain = chain_views;
  question.purpose = test.at("validation_kind") == "CLIENT" ? Purpose::client_authentication : Purpose::server_authentication;
  question.name = name ? &*name : nullptr;
  question.now.wall = time_of(test.at("validation_time"));
  question.provider = provider.get();
  const auto trusted = verify_chain(settings, question);
  if (!trusted) return {"FAILURE", reason_of(trusted.error())};
  if (!says_all(test.at("expected_peer_names"), chain.front())) return {"FAILURE", "an expected name is missing"};
  return {"SUCCESS", "a path was validated"};
}

}  // namespace

std::string limbo_answer(std::string_view line, std::string_view policy) {
  Json answer{{"id", ""}, {"result", "SKIPPED"}, {"reason", "the line is not a test case"}};
  try {
    const Json test = Json::parse(line);
    answer["id"] = test.at("id").get<std::string>();
    const Verdict verdict = judge(test, policy);
    answer["result"] = verdict.result;
    answer["reason"] = verdict.reason;
  } catch (const std::exception& problem) { answer["reason"] = problem.what(); }
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace keyway::tool
