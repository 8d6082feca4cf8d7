// SPDX-License-Identifier: Apache-2.0
//
// Reading a case of x509-limbo and asking the stock verifier. Cases with revocation lists are judged by them.
#include "limbo.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "keyway/crl_cache.h"
#include "keyway/crypto/provider.h"
#include "keyway/verify.h"
#include "output.h"
#include "pki/pem.h"
#include "pki/trust_store.h"
#include "pki/verify_driver.h"

namespace keyway::tool {
namespace {

struct Verdict {
  const char* result;
  std::string reason;
};

/// A case that is not as the suite's schema says, told in words.
struct NotACase : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

const Json& member(const Json& test, const char* name) {
  const auto found = test.find(name);
  if (found == test.end()) throw NotACase(std::string(name) + " is missing");
  return *found;
}

const Json& list(const Json& test, const char* name) {
  const Json& found = member(test, name);
  if (!found.is_array()) throw NotACase(std::string(name) + " is not a list");
  return found;
}

std::string text_of(const Json& value, const std::string& name) {
  if (!value.is_string()) throw NotACase(name + " is not text");
  return value.get<std::string>();
}

/// Every certificate of a PEM text, or of a list of them, as DER.
std::vector<Bytes> certificates(const Json& pem, const std::string& name) {
  std::vector<Bytes> all;
  for (const Json& text : pem.is_array() ? pem : Json::array({pem})) {
    if (!text.is_string()) throw NotACase(name + " is not PEM");
    auto some = pki::pem_certificates(text.get<std::string>());
    if (!some || some->empty()) throw NotACase(name + " is not PEM");
    all.insert(all.end(), some->begin(), some->end());
  }
  return all;
}

WallTime time_of(const Json& text) {
  if (text.is_null()) return std::chrono::system_clock::now();
  std::tm parts{};
  // The offset that follows is always that of UTC.
  if (::strptime(text_of(text, "validation_time").c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr)
    throw NotACase("validation_time is not a time");
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
    const std::string kind = text_of(member(name, "kind"), "kind");
    const std::string prefix = kind == "RFC822" ? "email:" : kind == "IP" ? "ip:" : "dns:";
    return std::ranges::find(said, prefix + text_of(member(name, "value"), "value")) != said.end();
  });
}

/// Lists that no check could use are left out: what they would have said is unknown then.
std::shared_ptr<CrlCache> cache_of(const Json& lists) {
  auto cache = memory_crl_cache();
  for (const Json& pem : lists) (void)cache->insert(as_bytes(text_of(pem, "crls")));
  return cache;
}

std::vector<ByteView> views(const std::vector<Bytes>& list) { return {list.begin(), list.end()}; }

Verdict judge(const Json& test, std::string_view policy) {
  const std::string kind = text_of(member(test, "validation_kind"), "validation_kind");
  if (kind != "SERVER" && kind != "CLIENT") return {"SKIPPED", "validation_kind " + kind + " is unknown"};
  // TLS asks for the usage of the role, and for no other.
  const std::string usage = kind == "CLIENT" ? "clientAuth" : "serverAuth";
  for (const Json& asked : test.contains("extended_key_usage") ? list(test, "extended_key_usage") : Json::array()) {
    const std::string name = text_of(asked, "extended_key_usage");
    if (name != usage) return {"SKIPPED", "extended_key_usage " + name + " is not judged"};
  }
  static const auto provider = crypto::default_provider();  // a file has thousands of cases
  std::vector<std::string> warnings;
  const std::vector<Bytes> anchors = certificates(list(test, "trusted_certs"), "trusted_certs");
  const auto store = pki::TrustStore::from_der(views(anchors), provider, warnings);
  if (!store) return {"FAILURE", "no anchor is usable: " + reason_of(store.error())};

  std::vector<Bytes> chain = certificates(member(test, "peer_certificate"), "peer_certificate");
  const std::vector<Bytes> intermediates = certificates(list(test, "untrusted_intermediates"), "untrusted_intermediates");
  chain.insert(chain.end(), intermediates.begin(), intermediates.end());
  const std::vector<ByteView> chain_views = views(chain);

  std::optional<PeerName> name;
  if (const Json& expected = member(test, "expected_peer_name"); !expected.is_null()) {
    auto read = PeerName::of(text_of(member(expected, "value"), "expected_peer_name"));
    if (!read) return {"FAILURE", "the expected name is not a name: " + reason_of(read.error())};
    name = *std::move(read);
  }
  VerifySettings settings;
  settings.anchors = *store;
  settings.check_name = name.has_value();
  settings.leaf_signs = false;  // the suite judges paths, not what TLS does with the key
  settings.strict = true;
  settings.web_pki = policy == "web_pki";
  static const auto suffixes = pki::PublicSuffixes::system().value_or(nullptr);
  settings.suffixes = suffixes;
  if (const Json& depth = member(test, "max_chain_depth"); !depth.is_null()) {
    if (!depth.is_number_unsigned()) return {"SKIPPED", "max_chain_depth is not a number of certificates"};
    settings.depth = depth.get<std::size_t>();
  }
  if (const auto crls = test.find("crls"); crls != test.end() && !crls->empty()) {
    settings.crl_check = CrlCheck::all;
    settings.crl_cache = cache_of(list(test, "crls"));
  }
  VerifyQuestion question{};
  question.chain = chain_views;
  question.purpose = kind == "CLIENT" ? Purpose::client_authentication : Purpose::server_authentication;
  question.name = name ? &*name : nullptr;
  question.now.wall = time_of(member(test, "validation_time"));
  question.provider = provider.get();
  const auto trusted = verify_chain(settings, question);
  if (!trusted) return {"FAILURE", reason_of(trusted.error())};
  if (!says_all(list(test, "expected_peer_names"), chain.front())) return {"FAILURE", "an expected name is missing"};
  return {"SUCCESS", "a path was validated"};
}

}  // namespace

std::string limbo_answer(std::string_view line, std::string_view policy) {
  nlohmann::ordered_json answer{{"id", ""}, {"result", "SKIPPED"}, {"reason", "the line is not a test case"}};
  try {
    const Json test = Json::parse(line, nullptr, false);
    if (!test.is_object()) throw NotACase("the line is not a JSON object");
    answer["id"] = text_of(member(test, "id"), "id");
    const Verdict verdict = judge(test, policy);
    answer["result"] = verdict.result;
    answer["reason"] = verdict.reason;
  } catch (const std::exception& problem) { answer["reason"] = problem.what(); }
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace keyway::tool
