// SPDX-License-Identifier: Apache-2.0
//
// What those who watch are told of records and timers. Records are looked at from outside, by their headers, so that the
// record layer knows nothing of it.
#include <algorithm>

#include "connection/impl.h"
#include "record/limits.h"

namespace keyway {

namespace {

/// A header's length field (RFC 8446 5.1), and the header.
std::size_t record_size(ByteView header) {
  return record::header_size + (std::to_integer<std::size_t>(header[3]) << 8 | std::to_integer<std::size_t>(header[4]));
}

}  // namespace

const ObserveOptions& ConnectionImpl::observe() const {
  return in_.role == Role::client ? in_.client().options.observe : in_.server().options.observe;
}

Result<void> ConnectionImpl::seal_traced(ContentType type, ByteViews content) {
  const std::size_t before = output_.size();
  auto sealed = writer_.seal(type, content, output_);
  trace_sealed(type, before);
  return sealed;
}

// Each record lies in one piece of the queue.
void ConnectionImpl::trace_sealed(ContentType type, std::size_t queued_before) const {
  const bool is_protected = type != ContentType::change_cipher_spec && writer_.is_protected();
  std::size_t skip = queued_before;
  for (ByteView piece : output_.views()) {
    const std::size_t old = std::min(skip, piece.size());
    skip -= old;
    for (piece = piece.subspan(old); !piece.empty();) {
      const std::size_t size = record_size(piece);
      trace({.kind = TraceKind::record,
             .direction = Direction::out,
             .name = to_string(type),
             .size = size,
             .is_protected = is_protected});
      piece = piece.subspan(size);
    }
  }
}

void ConnectionImpl::trace_opened(ByteView record, const record::Opened* opened) const {
  const auto outer = static_cast<ContentType>(record[0]);
  // Every protection makes a record longer. One that was dropped is a change_cipher_spec, or early data that is skipped.
  const bool is_protected =
      opened != nullptr ? record.size() != record::header_size + opened->fragment.size() : outer == ContentType::application_data;
  trace({.kind = TraceKind::record,
         .direction = Direction::in,
         .name = to_string(opened != nullptr ? opened->type : outer),
         .size = record.size(),
         .text = opened != nullptr ? std::string_view() : "dropped",
         .is_protected = is_protected});
}

bool Connection::is_traced() const noexcept { return impl_->traced_; }
void Connection::trace(const TraceEvent& event) const { impl_->trace(event); }

}  // namespace keyway
