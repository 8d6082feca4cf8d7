// SPDX-License-Identifier: Apache-2.0
//
// What an error says to people: who decided, what, where it is written, what to do next.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "base/errc_table.h"
#include "keyway/result.h"

namespace keyway {
namespace {

using testing::HasSubstr;

Result<int> passed_on(Result<int> from) {
  KW_ASSIGN(const int value, std::move(from));
  return value + 1;
}

TEST(Error, RemembersWhereItWasMade) {
  const Error error(Errc::bad_record_mac);
  EXPECT_EQ(error.line(), static_cast<std::uint32_t>(__LINE__ - 1));
  EXPECT_THAT(error.file(), HasSubstr("error_test.cpp"));
  EXPECT_EQ(error.group(), ErrorGroup::protocol);
  EXPECT_EQ(error.alert(), AlertDescription::bad_record_mac);
  EXPECT_EQ(error.detail(), nullptr);
}

TEST(Error, PassesThroughTheMacros) {
  EXPECT_EQ(passed_on(1).value(), 2);
  EXPECT_EQ(passed_on(fail(Errc::timeout)).error().code(), Errc::timeout);
}

TEST(Error, SaysWhoDecided) {
  EXPECT_THAT(Error(Errc::wrong_signature).message(), HasSubstr("ended by us"));
  EXPECT_THAT(Error(Errc::invalid_option).message(), HasSubstr("refused"));
  EXPECT_THAT(Error(Errc::reset).message(), HasSubstr("the transport failed"));
  const Error from_peer = Error(Errc::alert_received).with({.received_alert = AlertDescription::unknown_ca});
  EXPECT_EQ(from_peer.decided_by(), DecidedBy::peer);
  EXPECT_THAT(from_peer.message(), HasSubstr("the peer ended the connection"));
  EXPECT_THAT(from_peer.message(), HasSubstr("unknown_ca (48)"));
}

TEST(Error, NamesOptionValueAndMend) {
  const Error error = Error(Errc::invalid_option).with({.option = "ciphers", .value = "RC5", .mend = "name a suite of the list"});
  EXPECT_THAT(error.message(), HasSubstr("ciphers = RC5"));
  EXPECT_THAT(error.message(), HasSubstr("; name a suite of the list"));
}

TEST(Error, NamesFilePlaceAndSystemError) {
  const Error error =
      Error(Errc::file_unreadable).with({.system_errno = ENOENT, .path = "/no/such.pem", .position = 12, .reason = "why"});
  EXPECT_THAT(error.message(), HasSubstr("/no/such.pem:12: why: No such file"));
}

TEST(Error, ListsEveryProblemOfAChain) {
  const Error error = Error(Errc::certificate_expired)
                          .with({.certificates = {{0, "CN=leaf", Errc::certificate_expired, ""},
                                                  {1, "CN=ca", Errc::certificate_not_a_ca, "it says so"}}});
  EXPECT_THAT(error.message(), HasSubstr("\n  certificate 0 (CN=leaf): " + std::string(description(Errc::certificate_expired))));
  EXPECT_THAT(error.message(), HasSubstr("\n  certificate 1 (CN=ca): it says so"));
}

TEST(Error, CopiesShareTheirDetail) {
  const Error error = Error(Errc::timeout).with({.reason = "slow"});
  const Error copy = error;
  EXPECT_EQ(copy.detail(), error.detail());
}

TEST(Error, EveryCodeSaysWhatToDoNext) {
  for (const ErrcRow& row : errc_rows()) {
    // What helps with an option is known where it is refused, and told there.
    const bool about_options =
        row.code == Errc::invalid_option || row.code == Errc::conflicting_options || row.code == Errc::missing_option;
    EXPECT_EQ(row.hint.empty(), about_options) << row.name;
  }
}

TEST(Error, UnknownCodesHaveNoRow) {
  const auto unknown = static_cast<Errc>(0x0fff);
  EXPECT_EQ(to_string(unknown), "unknown");
  EXPECT_EQ(description(unknown), "an unknown error");
  EXPECT_EQ(Error(unknown).alert(), std::nullopt);
  EXPECT_TRUE(hint(unknown).empty());
  EXPECT_TRUE(source(unknown).empty());
}

}  // namespace
}  // namespace keyway
