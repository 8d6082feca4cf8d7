// SPDX-License-Identifier: Apache-2.0
//
// The table of errors against the enumeration that it explains: every code has its row, its name and its alert.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "keyway/error.h"

namespace keyway::test {
namespace {

/// The enumerators of Errc as the header has them.
std::vector<std::string> declared_codes() {
  std::ifstream file(KEYWAY_SOURCE_DIR "/include/keyway/error.h");
  const std::string header{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = header.find("enum class Errc");
  const std::string body = header.substr(begin, header.find("};", begin) - begin);
  const std::regex enumerator(R"(\n  ([a-z0-9_]+)( = 0x[0-9a-f]+)?,)");
  std::vector<std::string> names;
  for (std::sregex_iterator match(body.begin(), body.end(), enumerator), end; match != end; ++match) names.push_back((*match)[1]);
  return names;
}

TEST(ErrorTable, HasARowForEveryCodeInTheOrderOfTheEnumeration) {
  std::vector<std::string> rows;
  for (const Errc code : all_error_codes()) rows.emplace_back(to_string(code));
  const std::vector<std::string> declared = declared_codes();
  ASSERT_GT(declared.size(), 100u);
  EXPECT_EQ(rows, declared);
}

TEST(ErrorTable, NumbersAreTheEnumerations) {
  // Within a group codes follow one another: a row under a wrong name would break the chain.
  const std::vector<Errc> codes = all_error_codes();
  for (std::size_t i = 1; i < codes.size(); ++i) {
    const auto before = static_cast<unsigned>(codes[i - 1]);
    const auto code = static_cast<unsigned>(codes[i]);
    const bool next_group = code == ((before >> 8) + 1) * 256 + 1;
    EXPECT_TRUE(code == before + 1 || next_group) << to_string(codes[i]);
  }
}

TEST(ErrorTable, SaysSomethingAboutEveryCode) {
  for (const Errc code : all_error_codes()) {
    EXPECT_THAT(description(code), testing::Not(testing::AnyOf("", "an unknown error"))) << to_string(code);
    // A broken rule of the protocol names its section and, unless the peer spoke last, has an alert.
    const Error error(code);
    if (error.group() != ErrorGroup::protocol || code == Errc::alert_received || code == Errc::user_canceled) continue;
    const bool without_alerts = code == Errc::http_request || code == Errc::http_response || code == Errc::ssh_peer;
    EXPECT_EQ(error.alert().has_value(), !without_alerts) << to_string(code);
    EXPECT_EQ(source(code).empty(), without_alerts || code == Errc::not_tls) << to_string(code);
  }
}

}  // namespace
}  // namespace keyway::test
