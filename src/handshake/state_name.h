// SPDX-License-Identifier: Apache-2.0
//
// Names of states and messages as the figures spell them, for traces, pictures and tests.
#pragma once

#include <algorithm>
#include <string_view>
#include <type_traits>

namespace keyway::handshake {

template <class... Parts>
struct NameOf {
  static constexpr std::string_view raw() noexcept { return __PRETTY_FUNCTION__; }
};

/// What state_name() gives, found in the text of the compiler.
template <class State>
constexpr std::string_view find_state_name() noexcept {
  if constexpr (requires { name_of(std::type_identity<State>{}); }) return name_of(std::type_identity<State>{});
  std::string_view text = NameOf<State>::raw();
  // g++: "... [with Parts = {keyway::...::Name}; ..."   clang: "... [Parts = <keyway::...::Name>]"
  const std::size_t begin = text.find("Parts = ");
  if (begin == std::string_view::npos) return text;
  text.remove_prefix(begin + 9);
  const std::size_t open = text.find('<');
  const std::size_t end = std::min(text.find('}'), std::min(text.find('>'), text.find(']')));
  std::string_view name = text.substr(0, open < end ? open : end);
  const std::size_t colon = name.rfind("::");
  return colon == std::string_view::npos ? name : name.substr(colon + 2);
}

/// "WaitFinished". A state that is an alias (a May<...>) is named by `name_of(std::type_identity<State>)` beside it.
template <class State>
constexpr std::string_view state_name() noexcept {
  constexpr std::string_view name = find_state_name<State>();
  return name;
}

}  // namespace keyway::handshake
