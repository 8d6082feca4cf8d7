// SPDX-License-Identifier: Apache-2.0
//
// What all sets of extensions share: walking the block, and which types are known (RFC 8446 4.2).
#include "wire/extension_set.h"

#include <array>
#include <utility>

namespace keyway::wire {

Result<RawExtension> RawExtension::read(Reader& reader) noexcept {
  // Written out: a hello has a dozen of them, and each is read three times.
  const ByteView rest = reader.rest();
  const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(rest[i]); };
  if (rest.size() < 4 || rest.size() - 4 < (at(2) << 8 | at(3))) return fail(Errc::decode_error);
  const std::size_t size = at(2) << 8 | at(3);
  KW_TRY(reader.take(4 + size));
  return RawExtension{static_cast<ExtensionType>(at(0) << 8 | at(1)), rest.subspan(4, size)};
}

void RawExtension::write(Writer& writer, const RawExtension& extension) {
  writer.u16(static_cast<std::uint16_t>(extension.type));
  writer.vec16(extension.body);
}

Result<RawExtensions> parse_extensions(ByteView block, PreSharedKey pre_shared_key) {
  KW_ASSIGN(const RawExtensions extensions, RawExtensions::parse(block));
  if (extensions.size() > max_extensions) return fail(Errc::too_many_extensions);
  // Most are known by a bit, so that not everything is compared with everything.
  std::uint64_t low = 0;
  std::array<ExtensionType, max_extensions> high;
  std::size_t highs = 0;
  const auto seen_before = [&](ExtensionType type) {
    const auto number = static_cast<unsigned>(type);
    if (number < 64) return ((std::exchange(low, low | std::uint64_t{1} << number) >> number) & 1) != 0;
    const auto end = high.begin() + highs;
    if (std::find(high.begin(), end, type) != end) return true;
    high[highs++] = type;
    return false;
  };
  std::size_t count = 0;
  for (const RawExtension extension : extensions) {
    // RFC 8446 4.2: at most one of a type, of unknown types too.
    //= rfc8446#4.2-4
    //= rfc5246#7.4.1.4-3
    if (seen_before(extension.type)) return in_extension(extension.type, Error(Errc::duplicate_extension));
    ++count;
    // RFC 8446 4.2.11: the binders cover all that is before them.
    const bool last = count == extensions.size();
    //= rfc8446#4.2-6
    if (extension.type == ExtensionType::pre_shared_key && pre_shared_key == PreSharedKey::last && !last)
      return fail(Errc::pre_shared_key_not_last);
  }
  return extensions;
}

std::unexpected<Error> missing(ExtensionType type, const char* file, std::uint32_t line) {
  return fail(Errc::missing_extension, {.reason = std::string(to_string(type))}, file, line);
}

std::unexpected<Error> in_extension(ExtensionType type, Error&& error) {
  const std::string_view name = to_string(type);
  ErrorDetail detail = error.detail() != nullptr ? *error.detail() : ErrorDetail();
  detail.reason = name.empty() ? "extension " + std::to_string(static_cast<unsigned>(type)) : std::string(name);
  return std::unexpected(std::move(error).with(std::move(detail)));
}

bool is_recognized(ExtensionType type) noexcept {
  switch (type) {
    case ExtensionType::server_name:
    case ExtensionType::max_fragment_length:
    case ExtensionType::status_request:
    case ExtensionType::supported_groups:
    case ExtensionType::ec_point_formats:
    case ExtensionType::signature_algorithms:
    case ExtensionType::application_layer_protocol_negotiation:
    case ExtensionType::signed_certificate_timestamp:
    case ExtensionType::client_certificate_type:
    case ExtensionType::server_certificate_type:
    case ExtensionType::padding:
    case ExtensionType::encrypt_then_mac:
    case ExtensionType::extended_master_secret:
    case ExtensionType::compress_certificate:
    case ExtensionType::record_size_limit:
    case ExtensionType::session_ticket:
    case ExtensionType::pre_shared_key:
    case ExtensionType::early_data:
    case ExtensionType::supported_versions:
    case ExtensionType::cookie:
    case ExtensionType::psk_key_exchange_modes:
    case ExtensionType::certificate_authorities:
    case ExtensionType::oid_filters:
    case ExtensionType::post_handshake_auth:
    case ExtensionType::signature_algorithms_cert:
    case ExtensionType::key_share:
    case ExtensionType::renegotiation_info: return true;
    default: return false;
  }
}

}  // namespace keyway::wire
