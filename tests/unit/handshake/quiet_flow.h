// SPDX-License-Identifier: Apache-2.0
//
// A Flow without a connection: it counts what handlers cause and does none of it.
#pragma once

#include "base/byte_buffer.h"
#include "handshake/flow.h"

namespace keyway::handshake::test {

class QuietFlow final : public Flow {
 public:
  explicit QuietFlow(Role role = Role::client) { in_.role = role; }
  /// A server's, for handlers that look at the configuration.
  explicit QuietFlow(std::shared_ptr<const ServerConfig> config) : QuietFlow(Role::server) { in_.config = std::move(config); }

  /// How often a handler asked for something.
  std::size_t calls() const noexcept { return calls_; }

  const Inputs& in() const override { return counted(in_); }
  Facts& facts() override { return counted(facts_); }
  schedule::Transcript& transcript() override { return counted(transcript_); }
  ByteView received() const override { return counted(ByteView{}); }
  void hash_received() override { ++calls_; }
  ByteView keep(ByteView bytes) override { return counted(bytes); }
  std::span<const ByteView> keep(std::span<const ByteView> views) override { return counted(views); }
  wire::Writer& begin_message(HandshakeType) override { return counted(writer_); }
  Result<void> end_message() override { return counted(Result<void>()); }
  MutableBytes message_in_progress() override { return counted(MutableBytes{}); }
  Result<void> send_change_cipher_spec() override { return counted(Result<void>()); }
  Result<void> check_flight_ended() override { return counted(Result<void>()); }
  Result<void> install_read(const schedule::TrafficSecret&) override { return counted(Result<void>()); }
  Result<void> install_write(const schedule::TrafficSecret&) override { return counted(Result<void>()); }
  void follow_older_version() override { ++calls_; }
  Result<void> change_write_keys(const schedule::DirectionKeys12&, const RecordRules&) override {
    return counted(Result<void>());
  }
  Result<void> change_read_keys(const schedule::DirectionKeys12&, const RecordRules&) override { return counted(Result<void>()); }
  const Established* enclosing() const override { return counted(static_cast<const Established*>(nullptr)); }
  void begin_false_start(std::unique_ptr<const Established>) override { ++calls_; }
  void begin_renegotiation(std::unique_ptr<Established>, bool) override { ++calls_; }
  std::unique_ptr<Established> give_up_renegotiation() override { return counted(std::unique_ptr<Established>()); }
  Result<void> decline_renegotiation() override { return counted(Result<void>()); }
  Result<void> send_no_certificate() override { return counted(Result<void>()); }
  void apply_record_sizes() override { ++calls_; }
  void skip_early_data(bool) override { ++calls_; }
  void change_config(std::shared_ptr<const ServerConfig>) override { ++calls_; }
  void begin_late_authentication() override { ++calls_; }
  void end_late_authentication(bool) override { ++calls_; }
  void owe_key_update() override { ++calls_; }
  bool key_update_owed() const override { return counted(false); }
  void log_secret(std::string_view, ByteView) override { ++calls_; }
  void decided(std::string_view, std::string_view) override { ++calls_; }
  Result<void> ticket_received(std::shared_ptr<const SessionTicket>) override { return counted(Result<void>()); }
  Result<void> session_received(std::shared_ptr<const SessionTicket>) override { return counted(Result<void>()); }
  Result<void> session_refused() override { return counted(Result<void>()); }
  Result<void> session_made(ByteView, std::shared_ptr<const Session>) override { return counted(Result<void>()); }

 private:
  template <class T>
  T&& counted(T&& value) const {
    ++calls_;
    return std::forward<T>(value);
  }

  Inputs in_;
  Facts facts_;
  schedule::Transcript transcript_;
  ByteBuffer flight_;
  wire::Writer writer_{flight_};
  mutable std::size_t calls_ = 0;
};

}  // namespace keyway::handshake::test
