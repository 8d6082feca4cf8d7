// SPDX-License-Identifier: Apache-2.0
//
// Lists inside messages as views: numbers of one or two bytes, and items of any shape. A list is checked once, when it
// is parsed; walking it afterwards cannot fail and allocates nothing. The same types are made from the caller's arrays
// for encoding. Views end with the bytes or the array they were made from.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <span>
#include <type_traits>

#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::wire {

template <class Range, class Item>
concept ArrayOf = std::ranges::contiguous_range<const Range> && std::ranges::sized_range<const Range> &&
                  std::same_as<std::ranges::range_value_t<const Range>, Item>;

/// Numbers of two bytes: suites, groups, schemes, versions.
template <class Enum>
class U16List {
  static_assert(sizeof(Enum) == 2);

 public:
  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = Enum;
    using difference_type = std::ptrdiff_t;
    using reference = Enum;
    using pointer = void;

    Iterator() = default;
    Iterator(const U16List& list, std::size_t index) noexcept : list_(list), index_(index) {}
    Enum operator*() const noexcept { return list_[index_]; }
    Iterator& operator++() noexcept { return ++index_, *this; }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++index_;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }

   private:
    U16List list_{};
    std::size_t index_ = 0;
  };

  U16List() = default;
  /// For encoding.
  template <class Range>
    requires(!std::same_as<Range, U16List>) && ArrayOf<Range, Enum>
  U16List(const Range& values) noexcept : data_(std::ranges::data(values)), size_(std::ranges::size(values)), native_(true) {}

  /// The content of a vector, without its length. Error empty_list, or decode_error for half a number.
  static Result<U16List> parse(ByteView wire) noexcept {
    if (wire.empty()) return fail(Errc::empty_list);
    if (wire.size() % 2 != 0) return fail(Errc::decode_error);
    U16List list;
    list.data_ = wire.data();
    list.size_ = wire.size() / 2;
    return list;
  }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  Enum operator[](std::size_t index) const noexcept {
    if (native_) return static_cast<const Enum*>(data_)[index];
    const auto* at = static_cast<const std::byte*>(data_) + 2 * index;
    return static_cast<Enum>(std::to_integer<unsigned>(at[0]) << 8 | std::to_integer<unsigned>(at[1]));
  }
  Iterator begin() const noexcept { return {*this, 0}; }
  Iterator end() const noexcept { return {*this, size_}; }
  bool contains(Enum value) const noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      if ((*this)[i] == value) return true;
    }
    return false;
  }

  void encode(Writer& writer) const {
    for (const Enum value : *this) writer.u16(static_cast<std::uint16_t>(value));
  }

 private:
  const void* data_ = nullptr;
  std::size_t size_ = 0;
  bool native_ = false;
};

/// Numbers of one byte: modes, formats, types.
template <class Enum>
class U8List {
  static_assert(sizeof(Enum) == 1);

 public:
  U8List() = default;
  /// For encoding.
  template <class Range>
    requires(!std::same_as<Range, U8List>) && ArrayOf<Range, Enum>
  U8List(const Range& values) noexcept
      : wire_(std::as_bytes(std::span<const Enum>(std::ranges::data(values), std::ranges::size(values)))) {}

  /// The content of a vector, without its length. Error empty_list.
  static Result<U8List> parse(ByteView wire) noexcept {
    if (wire.empty()) return fail(Errc::empty_list);
    U8List list;
    list.wire_ = wire;
    return list;
  }

  std::size_t size() const noexcept { return wire_.size(); }
  bool empty() const noexcept { return wire_.empty(); }
  Enum operator[](std::size_t index) const noexcept { return static_cast<Enum>(wire_[index]); }
  bool contains(Enum value) const noexcept { return std::ranges::find(wire_, static_cast<std::byte>(value)) != wire_.end(); }

  void encode(Writer& writer) const { writer.bytes(wire_); }

 private:
  ByteView wire_;
};

/// Items of any shape. Codec: `using Item`, `static Result<Item> read(Reader&)`, `static void write(Writer&, const Item&)`.
template <class Codec>
class ItemList {
 public:
  using Item = typename Codec::Item;

  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using reference = Item;
    using pointer = void;

    Iterator() = default;
    Iterator(ByteView rest, std::span<const Item> own, std::size_t index) noexcept : rest_(rest), own_(own), index_(index) {}
    Item operator*() const {
      if (own_.data() != nullptr) return own_[index_];
      Reader reader(rest_);
      return *Codec::read(reader);
    }
    Iterator& operator++() {
      ++index_;
      if (own_.data() != nullptr) return *this;
      Reader reader(rest_);
      (void)Codec::read(reader);
      rest_ = reader.rest();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }

   private:
    ByteView rest_;
    std::span<const Item> own_;
    std::size_t index_ = 0;
  };

  ItemList() = default;
  /// For encoding.
  template <class Range>
    requires(!std::same_as<Range, ItemList>) && ArrayOf<Range, Item>
  ItemList(const Range& items) noexcept
      : own_(std::ranges::data(items), std::ranges::size(items)), size_(std::ranges::size(items)) {}

  /// The content of a vector, without its length; may be empty. The errors are those of the items.
  static Result<ItemList> parse(ByteView wire) {
    ItemList list;
    list.wire_ = wire;
    for (Reader reader(wire); !reader.empty(); ++list.size_) KW_TRY(Codec::read(reader));
    return list;
  }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  Iterator begin() const noexcept { return {wire_, own_, 0}; }
  Iterator end() const noexcept { return {{}, own_, size_}; }
  /// As received; empty for a list that was made for encoding.
  ByteView wire() const noexcept { return wire_; }

  void encode(Writer& writer) const {
    for (const Item& item : *this) Codec::write(writer, item);
  }

 private:
  ByteView wire_;
  std::span<const Item> own_;
  std::size_t size_ = 0;
};

/// Items `opaque item<Min..2^8-1>`.
template <std::size_t Min>
struct Vec8Codec {
  using Item = ByteView;
  static Result<ByteView> read(Reader& reader) noexcept { return reader.vec8(Min); }
  static void write(Writer& writer, ByteView item) { writer.vec8(item); }
};

/// Items `opaque item<Min..2^16-1>`.
template <std::size_t Min>
struct Vec16Codec {
  using Item = ByteView;
  static Result<ByteView> read(Reader& reader) noexcept { return reader.vec16(Min); }
  static void write(Writer& writer, ByteView item) { writer.vec16(item); }
};

/// A list with a length of one byte that is the whole of `body`.
template <class List>
Result<List> whole_vec8(ByteView body) {
  Reader reader(body);
  KW_ASSIGN(const ByteView content, reader.vec8());
  KW_TRY(reader.finish());
  return List::parse(content);
}

/// A list with a length of two bytes that is the whole of `body`.
template <class List>
Result<List> whole_vec16(ByteView body) {
  Reader reader(body);
  KW_ASSIGN(const ByteView content, reader.vec16());
  KW_TRY(reader.finish());
  return List::parse(content);
}

/// As whole_vec16, for lists that must have an item.
template <class List>
Result<List> whole_vec16_not_empty(ByteView body) {
  KW_ASSIGN(const List list, whole_vec16<List>(body));
  if (list.empty()) return fail(Errc::empty_list);
  return list;
}

}  // namespace keyway::wire
