// SPDX-License-Identifier: Apache-2.0
//
// Every case of x509-limbo under both policies. Where our verdict is not the expected one, differences.txt says so and
// why; a line there that is no longer needed fails as well.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "limbo.h"

namespace {

using Json = nlohmann::json;

/// Case to reason, for one policy.
std::map<std::string, std::string> accepted_differences(const std::string& policy) {
  std::ifstream file(KEYWAY_SOURCE_DIR "/tests/limbo/differences.txt");
  std::map<std::string, std::string> accepted;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string which, id, reason;
    words >> which >> id;
    std::getline(words >> std::ws, reason);
    EXPECT_FALSE(reason.empty()) << "no reason for " << id;
    if (which == policy || which == "both") accepted[id] = reason;
  }
  return accepted;
}

class Limbo : public testing::TestWithParam<const char*> {};

TEST_P(Limbo, EveryCaseHasTheExpectedVerdictOrAReason) {
  const std::string policy = GetParam();
  std::ifstream file(KEYWAY_VECTORS "/limbo.json");
  const Json suite = Json::parse(file);
  auto accepted = accepted_differences(policy);
  std::size_t agreed = 0;
  for (const Json& test : suite.at("testcases")) {
    const std::string id = test.at("id").get<std::string>();
    const Json answer = Json::parse(keyway::tool::limbo_answer(test.dump(), policy));
    ASSERT_EQ(answer.at("id"), id);
    const bool agrees = answer.at("result") == test.at("expected_result");
    const bool listed = accepted.erase(id) != 0;
    agreed += agrees ? 1 : 0;
    if (agrees && listed) ADD_FAILURE() << id << " agrees now; drop it from differences.txt";
    if (!agrees && !listed) {
      ADD_FAILURE() << policy << ' ' << id << ": expected " << test.at("expected_result") << ", got " << answer.at("result")
                    << " (" << answer.at("reason") << ") " << test.at("features").dump();
    }
  }
  for (const auto& [id, reason] : accepted) ADD_FAILURE() << id << " is listed and not a case of the suite";
  RecordProperty("agreed", static_cast<int>(agreed));
  std::printf("%s: %zu of %zu agree\n", policy.c_str(), agreed, suite.at("testcases").size());
}

/// Tags of cases that the suite leaves to the taste of a validator.
bool is_optional(const Json& test) {
  for (const Json& feature : test.at("features")) {
    const std::string name = feature.get<std::string>();
    if (name.starts_with("pedantic-") || name == "rfc5280-incompatible-with-webpki") return true;
  }
  return false;
}

TEST(LimboDecisions, EachOptionalCaseHasOneAndItIsTrue) {
  std::ifstream file(KEYWAY_VECTORS "/limbo.json");
  const Json suite = Json::parse(file);
  auto decisions = accepted_differences("decision");
  std::size_t optional = 0;
  for (const Json& test : suite.at("testcases")) {
    if (!is_optional(test)) continue;
    ++optional;
    const std::string id = test.at("id").get<std::string>();
    const auto decision = decisions.find(id);
    ASSERT_NE(decision, decisions.end()) << "no decision for " << id;
    const Json answer = Json::parse(keyway::tool::limbo_answer(test.dump(), "web_pki"));
    const bool followed = answer.at("result") == test.at("expected_result");
    EXPECT_TRUE(decision->second.starts_with(followed ? "followed  " : "not-followed  ")) << id << ": " << decision->second;
    decisions.erase(decision);
  }
  EXPECT_EQ(optional, 16u);
  for (const auto& [id, text] : decisions) ADD_FAILURE() << id << " needs no decision";
}

INSTANTIATE_TEST_SUITE_P(Policies, Limbo, testing::Values("web_pki", "rfc5280"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(LimboInput, NonsenseIsAnswered) {
  for (const char* line : {"", "{", "[]", "{\"id\":1}", "{\"id\":\"x\"}", "null",
                           "{\"id\":\"x\",\"crls\":[],\"trusted_certs\":[\"y\"],\"peer_certificate\":\"\"}"}) {
    const Json answer = Json::parse(keyway::tool::limbo_answer(line, "web_pki"));
    EXPECT_NE(answer.at("result"), "SUCCESS") << line;
  }
}

}  // namespace
