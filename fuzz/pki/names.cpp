// SPDX-License-Identifier: Apache-2.0
//
// Names: what a user names, what a certificate presents, and subtrees. The first line is the reference, the second the
// presented name; then a byte that is the size of GeneralSubtrees, these, and an extension's GeneralNames.
#include <algorithm>

#include "hollow_provider.h"
#include "pki/host_name.h"
#include "pki/name_constraints.h"

namespace {

using namespace keyway;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return line;
}

void match(std::string_view reference, std::string_view presented) {
  const auto name = PeerName::of(reference);
  if (const auto address = IpAddress::parse(reference)) { fuzz::require(name && IpAddress::parse(address->text()) == address); }
  if (!name || !std::holds_alternative<DnsName>(name->identity)) return;
  const std::string& host = std::get<DnsName>(name->identity).value;
  fuzz::require(pki::valid_reference_name(host) && host.size() <= 253);
  fuzz::require(pki::dns_name_matches(host, host));
  if (!pki::valid_presented_name(presented, pki::Wildcard::allowed, true)) return;
  if (!pki::dns_name_matches(presented, host)) return;
  // A wildcard is one label: the number of labels is the same.
  fuzz::require(std::ranges::count(presented, '.') == std::ranges::count(host, '.'));
}

void constrain(ByteView subtrees, ByteView names) {
  pki::Extensions above;
  above.present = 1u << static_cast<unsigned>(pki::ExtensionId::name_constraints);
  (names.size() % 2 == 0 ? above.permitted_subtrees : above.excluded_subtrees) = subtrees;
  std::size_t comparisons = 0;
  pki::NameConstraints constraints(comparisons);
  if (!constraints.add(above)) return;
  pki::ParsedCertificate below;
  static constexpr std::byte empty_name[] = {std::byte{0x30}, std::byte{0}};
  below.subject = below.issuer = empty_name;
  for (pki::GeneralNames list(names); !list.empty();) {
    const auto name = list.next();
    if (!name || (name->kind == pki::NameKind::directory && !pki::check_name(name->value))) return;
  }
  below.extensions.alternative_names = names;
  below.extensions.present = 1u << static_cast<unsigned>(pki::ExtensionId::subject_alternative_name);
  (void)constraints.check(below);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view reference = take_line(text);
  const std::string_view presented = take_line(text);
  match(reference, presented);
  const ByteView rest = as_bytes(text);
  if (rest.empty()) return 0;
  const std::size_t cut = std::min(std::to_integer<std::size_t>(rest[0]), rest.size() - 1);
  constrain(rest.subspan(1, cut), rest.subspan(1 + cut));
  return 0;
}
