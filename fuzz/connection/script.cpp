// SPDX-License-Identifier: Apache-2.0
//
// Scripts from and to bytes; items to records and back.
#include "connection/script.h"

#include <algorithm>

namespace keyway::fuzz {

namespace {

constexpr std::size_t max_items = 64;
constexpr std::size_t tag_size = 16;
constexpr std::size_t explicit_nonce_size = 8;

std::uint8_t content_type(std::uint8_t low) {
  switch (static_cast<ItemType>(low)) {
    case ItemType::handshake: return 22;
    case ItemType::application_data: return 23;
    case ItemType::alert: return 21;
    case ItemType::change_cipher_spec: return 20;
  }
  return low;
}

std::uint8_t low_of(std::uint8_t type) {
  switch (type) {
    case 22: return static_cast<std::uint8_t>(ItemType::handshake);
    case 23: return static_cast<std::uint8_t>(ItemType::application_data);
    case 21: return static_cast<std::uint8_t>(ItemType::alert);
    case 20: return static_cast<std::uint8_t>(ItemType::change_cipher_spec);
    default: return 15;
  }
}

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
void append(Bytes& to, std::size_t number, unsigned size) {
  while (size-- > 0) to.push_back(static_cast<std::byte>(number >> (8 * size) & 0xff));
}

Bytes record(std::uint8_t type, ByteView content) {
  Bytes bytes;
  append(bytes, type, 1);
  append(bytes, 0x0303, 2);
  append(bytes, content.size(), 2);
  append(bytes, content);
  return bytes;
}

Bytes protected_record(std::uint8_t type, Bytes content) {
  append(content, type, 1);
  content.resize(content.size() + tag_size);
  return record(23, content);
}

Bytes older_record(std::uint8_t type, ByteView content) {
  Bytes bytes(explicit_nonce_size);
  append(bytes, content);
  bytes.resize(bytes.size() + tag_size);
  return record(type, bytes);
}

/// The first byte of the content is the message's type.
Bytes message_of(ByteView content) {
  Bytes message;
  if (content.empty()) return message;
  message.push_back(content[0]);
  append(message, content.size() - 1, 3);
  append(message, content.subspan(1));
  return message;
}

/// Whole handshake messages, or nothing where the content is something else.
std::optional<std::vector<Item>> messages_in(ItemKind kind, ByteView content) {
  std::vector<Item> items;
  while (!content.empty()) {
    if (content.size() < 4) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 1; i < 4; ++i) size = size << 8 | std::to_integer<std::size_t>(content[i]);
    if (content.size() - 4 < size) return std::nullopt;
    Item item{kind, 0, {content[0]}};
    append(item.content, content.subspan(4, size));
    items.push_back(std::move(item));
    content = content.subspan(4 + size);
  }
  return items;
}

}  // namespace

Script read_script(ByteView bytes) {
  Script script;
  if (bytes.size() < 2) return script;
  script.options = std::to_integer<std::uint8_t>(bytes[0]);
  script.step = std::to_integer<std::uint8_t>(bytes[1]);
  bytes = bytes.subspan(2);
  while (bytes.size() >= 3 && script.items.size() < max_items) {
    const auto kind = std::to_integer<std::uint8_t>(bytes[0]);
    const std::size_t wanted = std::to_integer<std::size_t>(bytes[1]) << 8 | std::to_integer<std::size_t>(bytes[2]);
    bytes = bytes.subspan(3);
    const std::size_t size = std::min(wanted, bytes.size());
    script.items.push_back({static_cast<ItemKind>(kind >> 4), static_cast<std::uint8_t>(kind & 15), to_bytes(bytes.first(size))});
    bytes = bytes.subspan(size);
  }
  return script;
}

Bytes write_script(const Script& script) {
  Bytes bytes;
  append(bytes, script.options, 1);
  append(bytes, script.step, 1);
  for (const Item& item : script.items) {
    append(bytes, static_cast<std::size_t>(item.kind) << 4 | (item.low & 15u), 1);
    append(bytes, item.content.size(), 2);
    append(bytes, item.content);
  }
  return bytes;
}

Bytes wire_of(const Item& item) {
  switch (item.kind) {
    case ItemKind::raw: return item.content;
    case ItemKind::record: return record(content_type(item.low), item.content);
    case ItemKind::protected_record: return protected_record(content_type(item.low), item.content);
    case ItemKind::message: return record(22, message_of(item.content));
    case ItemKind::protected_message: return protected_record(22, message_of(item.content));
    case ItemKind::older_record: return older_record(content_type(item.low), item.content);
    case ItemKind::older_message: return older_record(22, message_of(item.content));
    default: return {};
  }
}

std::vector<Item> Reader::items_of(ByteView wire) {
  std::vector<Item> items;
  while (wire.size() >= 5) {
    std::uint8_t type = std::to_integer<std::uint8_t>(wire[0]);
    const std::size_t size = std::to_integer<std::size_t>(wire[3]) << 8 | std::to_integer<std::size_t>(wire[4]);
    ByteView content = wire.subspan(5, size);
    wire = wire.subspan(5 + size);
    ItemKind kind = ItemKind::record;
    ItemKind kind_of_message = ItemKind::message;
    if (older_) {
      kind = ItemKind::older_record;
      kind_of_message = ItemKind::older_message;
      content = content.subspan(explicit_nonce_size);
      content = content.first(content.size() - tag_size);
    } else if (type == 23) {
      kind = ItemKind::protected_record;
      kind_of_message = ItemKind::protected_message;
      content = content.first(content.size() - tag_size);
      type = std::to_integer<std::uint8_t>(content.back());
      content = content.first(content.size() - 1);
    }
    if (type == 22) {
      if (auto messages = messages_in(kind_of_message, content)) {
        items.insert(items.end(), messages->begin(), messages->end());
        continue;
      }
    }
    items.push_back({kind, low_of(type), to_bytes(content)});
    older_ = older_ || (type == 20 && speaks_older_);
  }
  return items;
}

}  // namespace keyway::fuzz
