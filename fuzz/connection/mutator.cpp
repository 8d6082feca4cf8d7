// SPDX-License-Identifier: Apache-2.0
//
// Mutations that keep a script a script: one item's content, or the items' number and order.
#include <algorithm>

#include "connection/ends.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace keyway::fuzz {

namespace {

void mutate_content(Item& item, std::size_t room) {
  const std::size_t size = item.content.size();
  item.content.resize(size + std::max<std::size_t>(std::min<std::size_t>(room, 64), 1));
  item.content.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(item.content.data()), size, item.content.size()));
}

void mutate_items(std::vector<Item>& items, std::size_t at, unsigned choice) {
  const auto here = items.begin() + static_cast<std::ptrdiff_t>(at);
  switch (choice % 6) {
    case 0: items.erase(here); break;
    case 1: items.insert(here, Item(*here)); break;
    case 2: std::iter_swap(here, items.begin()); break;
    case 3: here->kind = static_cast<ItemKind>(choice / 6 % 8); break;
    case 4: here->low = static_cast<std::uint8_t>(choice / 6 % 16); break;
    default: items.insert(here, Item{ItemKind::command, static_cast<std::uint8_t>(choice / 6 % 12), {}}); break;
  }
}

}  // namespace

std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  Script script = read_script(std::as_bytes(std::span(data, size)));
  if (script.items.empty() || seed % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::size_t at = seed / 64 % script.items.size();
  if (seed % 8 == 1) {
    mutate_items(script.items, at, seed / 4096);
  } else if (seed % 8 == 2) {
    script.options = static_cast<std::uint8_t>(script.options ^ 1u << (seed / 8 % 8));
  } else {
    mutate_content(script.items[at], max_size - std::min(max_size, size));
  }
  const Bytes written = write_script(script);
  if (written.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::ranges::copy(written, reinterpret_cast<std::byte*>(data));
  return written.size();
}

}  // namespace keyway::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  return keyway::fuzz::mutate(data, size, max_size, seed);
}
