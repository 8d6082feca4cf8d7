// SPDX-License-Identifier: Apache-2.0
//
// Reading the list and looking rules up in it.
#include "pki/public_suffixes.h"

#include <algorithm>
#include <atomic>

#include "base/ascii.h"
#include "pki/pem_file.h"

namespace keyway::pki {

PublicSuffixes::Ptr PublicSuffixes::parse(std::string_view text) {
  const auto list = std::make_shared<PublicSuffixes>();
  list->text_ = ascii_lower(text);
  for (std::string_view rest = list->text_; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with("// ===begin private domains===")) break;
    // A rule ends at the first space.
    line = line.substr(0, line.find_first_of(" \t\r"));
    const bool ascii = std::ranges::all_of(line, [](char c) { return c > 0x20 && c < 0x7f; });
    if (!line.empty() && ascii && !line.starts_with("//")) list->rules_.push_back(line);
  }
  std::ranges::sort(list->rules_);
  return list;
}

Result<PublicSuffixes::Ptr> PublicSuffixes::system() {
  // Two threads may read it at once; either's copy is as good.
  static std::atomic<Ptr> kept;
  if (Ptr known = kept.load()) return known;
  const auto content = read_file(std::string(system_path));
  if (!content) {
    ErrorDetail detail = content.error().detail() != nullptr ? *content.error().detail() : ErrorDetail{};
    detail.mend = "install the package publicsuffix";
    return fail(Errc::file_unreadable, std::move(detail));
  }
  Ptr list = parse(as_text(*content));
  kept.store(list);
  return list;
}

bool PublicSuffixes::has(std::string_view rule) const { return std::ranges::binary_search(rules_, rule); }

bool PublicSuffixes::contains(std::string_view domain) const {
  const std::string name = ascii_lower(domain);
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return true;
  if (has("!" + name)) return false;
  return has(name) || has("*" + name.substr(dot));
}

}  // namespace keyway::pki
