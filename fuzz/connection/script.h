// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzers of whole connections do to one end. A script is two bytes, the options and the size of the pieces in
// which input arrives, and items: one byte of kind, two of size, content. Framing is made here, so that mutations keep
// their place: a handshake message gets its header, a record its length and, once there are keys, what protection adds to it.
#pragma once

#include <optional>
#include <vector>

#include "keyway/bytes.h"

namespace keyway::fuzz {

/// The high half of an item's kind; the low half is the content type or the command.
enum class ItemKind : std::uint8_t {
  raw,
  record,
  protected_record,
  message,
  protected_message,
  command,
  older_record,   ///< protected in the form of TLS 1.2
  older_message,  ///< likewise
};
/// The low half of records, otherwise a number of no meaning to TLS.
enum class ItemType : std::uint8_t { handshake, application_data, alert, change_cipher_spec };
enum class Command : std::uint8_t {
  send,
  close_write,
  update_keys,
  update_keys_both,
  request_certificate,
  advance_a_day,
  advance_eight_days,
  end_of_input,
  abort,
  export_key,
  close,
  renegotiate,
};

struct Item {
  ItemKind kind = ItemKind::raw;
  std::uint8_t low = 0;
  Bytes content;
};

struct Script {
  std::uint8_t options = 0;
  std::uint8_t step = 0;  ///< 0: items arrive whole
  std::vector<Item> items;
};

/// At most 64 items; what does not fit is cut.
Script read_script(ByteView);
Bytes write_script(const Script&);
/// The bytes that an item puts on the wire; nothing for commands.
Bytes wire_of(const Item&);
/// Takes what one peer sends apart.
class Reader {
 public:
  /// `older`: ChangeCipherSpec means something, as in TLS 1.2.
  explicit Reader(bool older) : speaks_older_(older) {}

  /// As items, record by record; `wire` is whole records of the hollow provider.
  std::vector<Item> items_of(ByteView wire);

 private:
  bool speaks_older_;
  bool older_ = false;  ///< records are protected
};

}  // namespace keyway::fuzz
