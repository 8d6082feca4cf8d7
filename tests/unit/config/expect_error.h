// SPDX-License-Identifier: Apache-2.0
//
// What every error of an option must have: the code, the option's name, and a way to mend it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "keyway/config.h"

namespace keyway::test {

template <class T>
void expect_error(const Result<T>& result, Errc code, std::string_view option, std::string_view value = "*",
                  const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  const testing::ScopedTrace trace(file, line, std::string(option));
  ASSERT_FALSE(result) << "no error";
  EXPECT_EQ(to_string(result.error().code()), to_string(code));
  const ErrorDetail* detail = result.error().detail();
  ASSERT_NE(detail, nullptr);
  EXPECT_EQ(detail->option, option);
  if (value != "*") { EXPECT_EQ(detail->value, value); }
  EXPECT_FALSE(detail->mend.empty());
  const std::string message = result.error().message();
  EXPECT_NE(message.find(option), std::string::npos) << message;
}

}  // namespace keyway::test
