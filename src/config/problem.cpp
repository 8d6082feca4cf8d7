// SPDX-License-Identifier: Apache-2.0
//
// Errors told again in the words of the option that led to them.
#include "config/problem.h"

namespace keyway::config {
namespace {

ErrorDetail detail_of(const Error& error) { return error.detail() != nullptr ? *error.detail() : ErrorDetail{}; }

}  // namespace

Error within(std::string_view prefix, const Error& error) {
  ErrorDetail detail = detail_of(error);
  detail.option.insert(0, prefix);
  return Error(error.code(), error.file(), error.line()).with(std::move(detail));
}

Error about(std::string option, std::string value, std::string mend, const Error& error) {
  ErrorDetail detail = detail_of(error);
  detail.option = std::move(option);
  detail.value = std::move(value);
  if (detail.mend.empty()) detail.mend = std::move(mend);
  return Error(error.code(), error.file(), error.line()).with(std::move(detail));
}

}  // namespace keyway::config
