// SPDX-License-Identifier: Apache-2.0
//
// The rows of the flag table: where the value of a flag goes, or why nothing happens with it.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "flags.h"

namespace keyway::bogo_shim {

/// Begins a credential; later credential flags belong to it.
struct NewCredential {
  CredentialKind kind;
};
/// Sets the list of key shares to the empty list.
struct EmptyKeyShares {};
/// The hash of a pre-shared key.
struct PskHash {
  HashAlgorithm hash;
};
/// Nothing to do: what the flag asks for holds in every connection this shim can make, or it makes no difference here.
struct Moot {
  bool has_value;
};
/// The feature is not there.
struct Refused {
  bool has_value;
  std::string_view reason;
};

using Target =
    std::variant<bool Flags::*, int Flags::*, std::uint16_t Flags::*, std::uint64_t Flags::*, std::string Flags::*,
                 std::vector<std::uint16_t> Flags::*, std::optional<int> Flags::*, std::optional<std::uint16_t> Flags::*,
                 std::optional<std::size_t> Flags::*, std::optional<std::string> Flags::*, std::optional<Bytes> Flags::*,
                 std::optional<std::vector<std::uint16_t>> Flags::*, bool Credential::*, std::string Credential::*,
                 Bytes Credential::*, std::vector<std::uint16_t> Credential::*, NewCredential, EmptyKeyShares, PskHash, Moot,
                 Refused>;

struct FlagRow {
  std::string_view name;
  Target target;
};

std::span<const FlagRow> flag_table();

}  // namespace keyway::bogo_shim
