// SPDX-License-Identifier: Apache-2.0
//
// The extensions of one message (RFC 8446 4.2). Which may appear is the list of types; duplicates, unknown and misplaced
// extensions, trailing bytes and "pre_shared_key is the last" are checked here, once.
// An extension: `static constexpr ExtensionType type`, `static Result<E> decode(ByteView body)`, `void encode(Writer&) const`.
#pragma once

#include <concepts>
#include <optional>
#include <tuple>

#include "names/extension_type.h"
#include "wire/lists.h"
#include "wire/sent_extensions.h"

namespace keyway::wire {

/// Bounds the work that one message can cause; hellos in the wild have fewer than 25.
inline constexpr std::size_t max_extensions = 64;

/// An extension without a look into it.
struct RawExtension {
  ExtensionType type{};
  ByteView body{};

  using Item = RawExtension;
  static Result<RawExtension> read(Reader&) noexcept;
  static void write(Writer&, const RawExtension&);
};

using RawExtensions = ItemList<RawExtension>;

/// The block without its length. Errors too_many_extensions, duplicate_extension, pre_shared_key_not_last.
enum class PreSharedKey : std::uint8_t { last, anywhere };
Result<RawExtensions> parse_extensions(ByteView block, PreSharedKey);

/// missing_extension that names the extension (RFC 8446 9.2).
std::unexpected<Error> missing(ExtensionType, const char* file = __builtin_FILE(), std::uint32_t line = __builtin_LINE());
/// The same error as `error`, saying in which extension it was found.
std::unexpected<Error> in_extension(ExtensionType, Error&& error);

/// Whether this library knows a message in TLS 1.3 or below where the extension belongs.
bool is_recognized(ExtensionType) noexcept;

/// An extension whose presence is all it says.
template <ExtensionType Type>
struct EmptyExtension {
  static constexpr ExtensionType type = Type;
  static Result<EmptyExtension> decode(ByteView body) noexcept {
    if (!body.empty()) return fail(Errc::trailing_data);
    return EmptyExtension{};
  }
  void encode(Writer&) const noexcept {}
};

/// Type, length and body.
template <class Extension>
void write_extension(Writer& writer, const Extension& extension) {
  writer.u16(static_cast<std::uint16_t>(Extension::type));
  writer.vec16([&] { extension.encode(writer); });
}

/// What to do with a type that this library does not know: hellos and tickets must pass over it, answers must not have it.
enum class Unknown : std::uint8_t { ignore, reject };

template <Unknown OnUnknown, class... Extensions>
class ExtensionSet {
 public:
  template <class E>
  const std::optional<E>& get() const noexcept {
    static_assert((std::same_as<E, Extensions> || ...), "this extension does not belong into this message");
    return std::get<std::optional<E>>(slots_);
  }
  /// For encoding.
  template <class E>
  ExtensionSet& set(E extension) {
    static_assert((std::same_as<E, Extensions> || ...), "this extension does not belong into this message");
    std::get<std::optional<E>>(slots_) = std::move(extension);
    return *this;
  }

  /// All that were received, unknown ones too, in their order.
  const RawExtensions& all() const noexcept { return all_; }
  /// The block as received, without its length.
  ByteView raw() const noexcept { return all_.wire(); }
  /// Those of this message's list that are there.
  SentExtensions types() const noexcept {
    SentExtensions types;
    ((get<Extensions>() ? types.set(Extensions::type) : void()), ...);
    return types;
  }

  /// `block` without its length. RFC 8446 4.2.
  static Result<ExtensionSet> decode(ByteView block) {
    constexpr bool offers = ((Extensions::type == ExtensionType::pre_shared_key && OnUnknown == Unknown::ignore) || ...);
    ExtensionSet set;
    KW_ASSIGN(set.all_, parse_extensions(block, offers ? PreSharedKey::last : PreSharedKey::anywhere));
    for (const RawExtension extension : set.all_) KW_TRY(set.take(extension));
    return set;
  }

  /// Those that are set, in the order of the list, without the length of the block.
  void encode(Writer& writer) const { ((get<Extensions>() ? write_extension(writer, *get<Extensions>()) : void()), ...); }

 private:
  Result<void> take(const RawExtension& extension) {
    Result<void> taken;
    const bool listed = ((Extensions::type == extension.type && (taken = put<Extensions>(extension.body), true)) || ...);
    if (listed) return taken ? Result<void>() : in_extension(extension.type, std::move(taken).error());
    // RFC 8446 4.2: one that we know from other messages is illegal here, whatever was offered.
    //= rfc8446#4.2-3, 4.3.1-2
    if (is_recognized(extension.type)) return in_extension(extension.type, Error(Errc::misplaced_extension));
    //= rfc8446#4.1.2-12, 4.3.2-4, 4.6.1-6
    if (OnUnknown == Unknown::reject) return in_extension(extension.type, Error(Errc::unsolicited_extension));
    return {};
  }
  template <class E>
  Result<void> put(ByteView body) {
    KW_ASSIGN(std::get<std::optional<E>>(slots_), E::decode(body));
    return {};
  }

  std::tuple<std::optional<Extensions>...> slots_;
  RawExtensions all_;
};

}  // namespace keyway::wire
