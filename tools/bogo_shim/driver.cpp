// SPDX-License-Identifier: Apache-2.0
//
// The loop of one connection; see driver.h.
#include "driver.h"

#include <algorithm>

#include "error_names.h"

namespace keyway::bogo_shim {
Driver::Driver(Connection connection, Transport transport, const Flags& flags, std::shared_ptr<Observed> observed)
    : connection_(std::move(connection)), transport_(std::move(transport)), flags_(flags), observed_(std::move(observed)) {
  connection_.set_waker([this] { woken_ = true; });
}

void Driver::flush() {
  while (true) {
    const ByteViews pieces = connection_.output();
    const std::size_t size = total_size(pieces);
    if (size == 0) break;
    const std::size_t part = flags_.async ? 1 : size;
    for (const ByteView piece : pieces) {
      if (piece.empty()) continue;
      const ByteView taken = piece.first(std::min(part, piece.size()));
      held_.insert(held_.end(), taken.begin(), taken.end());
      if (flags_.async) break;
    }
    connection_.output_sent(part);
  }
  if (hold_) return;
  transport_.write(held_);
  held_.clear();
}

std::string Driver::failure(const Error& error) {
  flush();
  std::string text = describe(error, observed_->last_message);
  if (!observed_->refused_as.empty()) text = ":" + observed_->refused_as + ": " + text;
  return text;
}

std::expected<Stop, std::string> Driver::more_input() {
  const std::size_t available = input_.size() - offset_;
  if (shown_ < available) {
    shown_ = flags_.async ? shown_ + 1 : available;
    return Stop::data;
  }
  input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(offset_));
  offset_ = 0;
  if (at_end_ || !transport_.read_into(input_)) {
    at_end_ = true;
    auto step = connection_.end_of_input();
    if (step) return Stop::peer_closed;
    if (step.error().code() != Errc::truncated) return std::unexpected(failure(step.error()));
    return Stop::end_of_stream;
  }
  shown_ = flags_.async ? shown_ + 1 : input_.size();
  return Stop::data;
}

std::expected<void, std::string> Driver::unblock() {
  // A blocked connection consumes nothing and stays blocked until its answer has come.
  auto again = connection_.receive(MutableBytes(input_).subspan(offset_, shown_));
  if (!again || again->consumed != 0 || !std::holds_alternative<Blocked>(again->progress)) {
    return std::unexpected("a blocked connection went on without its answer");
  }
  woken_ = false;
  if (!observed_->late.release()) return std::unexpected("the connection is blocked, and no port owes an answer");
  if (!woken_) return std::unexpected("a late answer did not call the waker");
  if (auto resumed = connection_.resume(); !resumed) return std::unexpected(failure(resumed.error()));
  return {};
}

std::expected<Stop, std::string> Driver::reached(const Progress& progress) {
  if (const auto* data = std::get_if<ApplicationData>(&progress)) {
    data_.insert(data_.end(), data->plaintext.begin(), data->plaintext.end());
    return Stop::data;
  }
  if (std::holds_alternative<HandshakeDone>(progress)) {
    if (observed_->handshake_done) return std::unexpected("the handshake was done twice");
    observed_->handshake_done = true;
    return Stop::handshake_done;
  }
  if (std::holds_alternative<FalseStarted>(progress)) return Stop::false_started;
  if (const auto* received = std::get_if<TicketReceived>(&progress)) observed_->tickets.push_back(received->ticket);
  if (std::holds_alternative<Renegotiated>(progress)) ++observed_->renegotiations;
  if (std::holds_alternative<PeerClosed>(progress)) {
    observed_->peer_closed = true;
    return Stop::peer_closed;
  }
  return Stop::data;
}

bool Driver::may_renegotiate() const {
  if (flags_.renegotiate_ignore) return true;  // whatever comes of it
  if (connection_.write_closed()) return false;
  if (flags_.renegotiate_freely || flags_.renegotiate_explicit) return true;
  return flags_.renegotiate_once && observed_->renegotiations == 0;
}

std::unexpected<std::string> Driver::refuse_renegotiation() {
  if (auto sent = connection_.abort(AlertDescription::no_renegotiation); !sent) return std::unexpected(failure(sent.error()));
  flush();
  return std::unexpected(std::string(":NO_RENEGOTIATION: the peer wants to renegotiate"));
}

std::expected<Stop, std::string> Driver::step() {
  flush();
  const int requests = observed_->renegotiation_requests;
  const bool done = connection_.handshake_done();
  auto step = connection_.receive(MutableBytes(input_).subspan(offset_, shown_));
  if (!step) return std::unexpected(failure(step.error()));
  if (done && observed_->renegotiation_requests != requests && !may_renegotiate()) return refuse_renegotiation();
  offset_ += step->consumed;
  shown_ -= step->consumed;
  if (std::holds_alternative<NeedBytes>(step->progress)) {
    flush();
    return more_input();
  }
  if (std::holds_alternative<Blocked>(step->progress)) {
    if (auto unblocked = unblock(); !unblocked) return std::unexpected(unblocked.error());
    return Stop::data;
  }
  return reached(step->progress);
}

std::expected<void, std::string> Driver::handshake() {
  while (!observed_->handshake_done) {
    const auto stop = step();
    if (!stop) return std::unexpected(stop.error());
    if (*stop == Stop::false_started) break;
    if (*stop == Stop::end_of_stream || *stop == Stop::peer_closed) {
      return std::unexpected("the connection ended before the handshake was done");
    }
    if (!data_.empty() && !observed_->handshake_done) return std::unexpected("application data before the handshake was done");
  }
  flush();
  return finish_handshake();
}

std::expected<void, std::string> Driver::finish_handshake() {
  if (flags_.server || connection_.info().version == ProtocolVersion::tls1_3) return {};
  auto step = connection_.receive({});
  if (!step) return std::unexpected(failure(step.error()));
  if (const auto stop = reached(step->progress); !stop) return std::unexpected(stop.error());
  return {};
}

std::expected<Stop, std::string> Driver::peek(std::size_t limit, Bytes& data) {
  data.clear();
  while (data_.empty()) {
    if (observed_->peer_closed) return Stop::peer_closed;
    const auto stop = step();
    if (!stop) return std::unexpected(stop.error());
    if (*stop == Stop::end_of_stream || *stop == Stop::peer_closed) return stop;
  }
  data.assign(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, data_.size())));
  return Stop::data;
}

std::expected<Stop, std::string> Driver::read(std::size_t limit, Bytes& data) {
  const auto stop = peek(limit, data);
  if (stop) data_.erase(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(data.size()));
  return stop;
}

std::expected<void, std::string> Driver::write(ByteView data) {
  do {
    const auto taken = connection_.send(data);
    if (!taken) return std::unexpected(failure(taken.error()));
    data = data.subspan(*taken);
    flush();
    if (*taken == 0 && !data.empty()) return std::unexpected("the output queue is full although it was written out");
  } while (!data.empty());
  return {};
}

std::expected<void, std::string> Driver::update_keys() {
  if (auto updated = connection_.update_keys(KeyUpdateRequest::update_not_requested); !updated) {
    return std::unexpected(failure(updated.error()));
  }
  flush();
  return {};
}

std::expected<void, std::string> Driver::write_unfinished(ByteView data) {
  flush();
  hold_ = true;
  if (auto written = write(data); !written) return written;
  if (held_.empty()) return std::unexpected("a write left nothing to send");
  transport_.write(ByteView(held_).first(1));
  held_.erase(held_.begin());
  return {};
}

void Driver::release_writes() {
  hold_ = false;
  flush();
}

}  // namespace keyway::bogo_shim
