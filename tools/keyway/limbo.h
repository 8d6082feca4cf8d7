// SPDX-License-Identifier: Apache-2.0
//
// One x509-limbo test case judged by the stock verifier. The command is verify_chain.cpp; the whole suite with the
// expected differences is tests/limbo.
#pragma once

#include <string>
#include <string_view>

namespace keyway::tool {

/// Judges one case, a JSON object, under `policy` ("web_pki" or "rfc5280"). Always answers with one JSON object:
/// {"id", "result": "SUCCESS" | "FAILURE" | "SKIPPED", "reason"}. Never throws, whatever the line is.
std::string limbo_answer(std::string_view line, std::string_view policy);

}  // namespace keyway::tool
