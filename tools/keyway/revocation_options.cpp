// SPDX-License-Identifier: Apache-2.0
//
// Lists come from files, which are read at once, or from one directory, which is read when it is asked.
#include "revocation_options.h"

#include <algorithm>
#include <filesystem>

#include "values.h"

namespace keyway::tool {
namespace {

std::unexpected<Error> refused(Errc code, const char* option, const std::string& value, std::string reason, std::string mend) {
  return fail(code, {.option = option, .value = value, .mend = std::move(mend), .reason = std::move(reason)});
}

bool is_directory(const std::string& path) {
  std::error_code problem;
  return std::filesystem::is_directory(path, problem);
}

Result<CrlCheck> parse_check(const std::string& text, bool has_lists) {
  if (text.empty()) return has_lists ? CrlCheck::peer : CrlCheck::off;
  static constexpr std::pair<std::string_view, CrlCheck> names[] = {
      {"off", CrlCheck::off}, {"peer", CrlCheck::peer}, {"best-effort", CrlCheck::best_effort}, {"all", CrlCheck::all}};
  const auto* found = std::ranges::find(names, std::string_view(text), &std::pair<std::string_view, CrlCheck>::first);
  if (found != std::end(names)) return found->second;
  return refused(Errc::invalid_option, "--crl-check", text, "it is none of its values", "use off, peer, best-effort or all");
}

Result<void> insert(CrlCache& cache, const std::string& path) {
  KW_ASSIGN(const std::string content, read_file("--crl", path));
  const auto inserted = cache.insert(as_bytes(content));
  if (inserted) return {};
  ErrorDetail detail = inserted.error().detail() != nullptr ? *inserted.error().detail() : ErrorDetail{};
  detail.option = "--crl";
  detail.value = path;
  detail.mend = "name a file with revocation lists, PEM or DER, or a directory that openssl rehash keeps";
  return fail(inserted.error().code(), std::move(detail));
}

}  // namespace

void RevocationArguments::add(CLI::App& app, const std::string& group) {
  app.add_option("--crl", lists, "revocation lists: files, repeatable, or a folder of openssl rehash [none]")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--crl-check", check, "whose revocation to check: off, peer, best-effort or all [peer with --crl]")
      ->group(group);
}

Result<RevocationArguments::Choice> RevocationArguments::choice() const {
  Choice choice;
  KW_ASSIGN(choice.check, parse_check(check, !lists.empty()));
  if (choice.check == CrlCheck::off && !lists.empty()) {
    return refused(Errc::conflicting_options, "--crl", lists.front(), "--crl-check off looks nothing up in it",
                   "leave one of them out");
  }
  if (choice.check == CrlCheck::off) return choice;
  if (lists.empty())
    return refused(Errc::missing_option, "--crl", "", "--crl-check " + check + " needs revocation lists", "add --crl FILE");
  const auto directory = std::ranges::find_if(lists, is_directory);
  if (directory != lists.end() && lists.size() > 1) {
    return refused(Errc::conflicting_options, "--crl", *directory, "it is a directory, and there are other lists",
                   "name one directory, or files");
  }
  if (directory != lists.end()) {
    choice.cache = hash_directory_crls(*directory);
    return choice;
  }
  choice.cache = memory_crl_cache();
  for (const std::string& path : lists) KW_TRY(insert(*choice.cache, path));
  return choice;
}

}  // namespace keyway::tool
