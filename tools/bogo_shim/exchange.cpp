// SPDX-License-Identifier: Apache-2.0
//
// The course of one connection; see exchange.h. The order of the steps is part of BoGo's contract.
#include "exchange.h"

#include <algorithm>
#include <array>

#include "checks.h"
#include "error_names.h"

namespace keyway::bogo_shim {
namespace {

using Outcome = std::expected<void, std::string>;

std::unexpected<std::string> refused(const Error& error) { return std::unexpected(describe(error)); }

Outcome write_exports(Driver& driver, const Flags& flags) {
  if (flags.export_keying_material > 0) {
    Bytes material(flags.export_keying_material);
    std::optional<ByteView> context;
    if (flags.use_export_context) context = as_bytes(flags.export_context);
    const auto exported = driver.connection().export_key(flags.export_label, context, material);
    if (!exported) return refused(exported.error());
    if (auto written = driver.write(material); !written) return written;
  }
  if (!flags.export_traffic_secrets) return {};
  Secret48 read;
  Secret48 write;
  const auto exported = driver.connection().export_traffic_secrets(read, write);
  if (!exported) return refused(exported.error());
  Bytes out{static_cast<std::byte>(read.size() & 0xff), static_cast<std::byte>(read.size() >> 8)};
  for (const Secret48* secret : {&read, &write}) { out.insert(out.end(), secret->expose().begin(), secret->expose().end()); }
  return driver.write(out);
}

Outcome write_tls_unique(Driver& driver) {
  const auto binding = driver.connection().channel_binding(ChannelBinding::tls_unique);
  if (!binding) return std::unexpected("failed to get tls-unique: " + binding.error().message());
  if (binding->size() != 12) return std::unexpected("tls-unique has " + std::to_string(binding->size()) + " bytes");
  return driver.write(*binding);
}

Outcome write_record_sizes(Driver& driver) {
  // BoGo's list begins with a write of nothing, which its own shim does not make a record of.
  constexpr std::array<std::size_t, 10> sizes{1, 255, 256, 257, 16383, 16384, 16385, 32767, 32768, 32769};
  for (const std::size_t size : sizes) {
    if (auto written = driver.write(Bytes(size, std::byte{0x42})); !written) return written;
  }
  return {};
}

Outcome echo(Driver& driver, const Flags& flags, const Bytes& received) {
  if (flags.use_exporter_between_reads) {
    std::array<std::byte, 1> out{};
    const auto exported = driver.connection().export_key("EXPORTER-between-reads", std::nullopt, out);
    if (!exported) return refused(exported.error());
  }
  if (flags.key_update) {
    if (auto updated = driver.update_keys(); !updated) return updated;
  }
  Bytes reply = received;
  for (std::byte& one : reply) one ^= std::byte{0xff};
  return driver.write(reply);
}

/// Echoes until the peer closes or the stream ends; says which.
std::expected<Stop, std::string> echo_all(Driver& driver, const Flags& flags) {
  Bytes received;
  while (true) {
    if (flags.key_update_before_read) {
      if (auto updated = driver.update_keys(); !updated) return std::unexpected(updated.error());
    }
    const auto size = static_cast<std::size_t>(flags.read_size);
    Bytes peeked;
    if (flags.peek_then_read) {
      if (const auto first = driver.peek(size, peeked); !first) return first;
    }
    const auto stop = driver.read(size, received);
    if (!stop) return stop;
    if (flags.peek_then_read && peeked != received) return std::unexpected("peek and read do not agree");
    if (*stop != Stop::data) return stop;
    driver.release_writes();
    if (auto echoed = echo(driver, flags, received); !echoed) return std::unexpected(echoed.error());
  }
}

Outcome first_writes(Driver& driver, const Flags& flags) {
  if (flags.read_with_unfinished_write) return driver.write_unfinished(as_bytes(flags.shim_initial_write));
  if (!flags.shim_writes_first) return {};
  for (int i = 0; i < flags.repeat_shim_initial_write; ++i) {
    if (auto written = driver.write(as_bytes(flags.shim_initial_write)); !written) return written;
  }
  return {};
}

/// Reads until close_notify, before which no more data may come.
std::expected<Stop, std::string> drain(Driver& driver) {
  Bytes received;
  const auto stop = driver.read(16384, received);
  if (stop && *stop == Stop::data) return std::unexpected(":APPLICATION_DATA_ON_SHUTDOWN: there were more data");
  return stop;
}

Outcome shut_down(Driver& driver, const Flags& flags, Stop last) {
  if (!flags.check_close_notify) return {};
  if (auto closed = driver.connection().close_write(); !closed) return refused(closed.error());
  driver.flush();
  if (flags.shim_shuts_down) {
    const auto stop = drain(driver);
    if (!stop) return std::unexpected(stop.error());
    last = *stop;
  }
  if (last != Stop::peer_closed) return std::unexpected(":CLOSE_NOTIFY_MISSING: the stream ended without close_notify");
  return {};
}

}  // namespace

std::expected<void, std::string> run_exchange(Driver& driver, const Flags& flags, Observed& observed, bool is_resume) {
  const int handshakes = 1 + (flags.handshake_twice ? 1 : 0) + (flags.no_op_extra_handshake ? 1 : 0);
  for (int i = 0; i < handshakes; ++i) {
    if (auto done = driver.handshake(); !done) return done;
  }
  if (auto checked = check_handshake(flags, driver.connection(), observed, is_resume); !checked) return checked;
  if (auto written = write_exports(driver, flags); !written) return written;
  if (flags.tls_unique) {
    if (auto written = write_tls_unique(driver); !written) return written;
  }
  if (flags.send_alert) {
    if (auto sent = driver.connection().abort(AlertDescription::decompression_failure); !sent) return refused(sent.error());
    driver.flush();
    return {};
  }
  Stop last = Stop::data;
  if (flags.write_different_record_sizes) {
    if (auto written = write_record_sizes(driver); !written) return written;
  } else {
    if (auto written = first_writes(driver, flags); !written) return written;
    if (!flags.shim_shuts_down) {
      const auto stop = echo_all(driver, flags);
      if (!stop) return std::unexpected(stop.error());
      last = *stop;
    }
  }
  if (auto ended = check_end(flags, driver.connection().info(), observed); !ended) return ended;
  return shut_down(driver, flags, last);
}

}  // namespace keyway::bogo_shim
