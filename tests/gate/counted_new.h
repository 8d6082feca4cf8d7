// SPDX-License-Identifier: Apache-2.0
//
// operator new of the workload, counted.
#pragma once

#include <cstdint>

namespace keyway::test {

/// Calls of operator new in this process so far; one thread.
std::uint64_t allocations() noexcept;

}  // namespace keyway::test
