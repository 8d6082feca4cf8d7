// SPDX-License-Identifier: Apache-2.0
#include "loop/older_forger.h"

#include <gtest/gtest.h>

#include "names/cipher_suite_table.h"
#include "record/protection_factory.h"
#include "schedule/key_block12.h"

namespace keyway::test {

OlderForger::OlderForger(PairOptions& options) {
  options.client.observe.trace = [to = watched_](const TraceEvent& event) {
    if (event.kind == TraceKind::message && event.name == "server_hello") to->server_random = to_bytes(event.body.subspan(2, 32));
    if (event.kind == TraceKind::alert && event.direction == Direction::out) to->alerts.emplace_back(event.name);
  };
  options.client.observe.key_log = [to = watched_](std::string_view line) {
    ASSERT_TRUE(line.starts_with("CLIENT_RANDOM "));
    to->client_random = hex(line.substr(14, 64));
    to->master = hex(line.substr(14 + 64 + 1));
  };
}

void OlderForger::start(const Connection& client, Role as, std::uint64_t first_number) {
  const auto provider = crypto::default_provider();
  const CipherSuiteInfo& row = *find_cipher_suite(*client.info().cipher_suite);
  const schedule::PrfKey master(schedule::prf_hash(*provider, row.hash).value(), watched_->master);
  const auto block =
      schedule::key_block(master, watched_->client_random, watched_->server_random, schedule::key_sizes(row, CbcIv::in_record));
  const auto& keys = as == Role::client ? block.client : block.server;
  writer_.set_version(client.info().version);
  writer_.install(record::make_write_protection(row,
                                                {.mac = client.info().encrypt_then_mac ? MacForm::hmac_of_cipher : MacForm::hmac},
                                                {keys.mac_key.expose(), keys.key.expose(), keys.iv.expose()}, *provider)
                      .value());
  for (std::uint64_t number = 0; number < first_number; ++number) (void)seal({HandshakeType::finished, {}});
}

Bytes OlderForger::seal(ContentType type, ByteView content) {
  OutputQueue queue;
  EXPECT_TRUE(writer_.seal(type, content, queue));
  Bytes bytes;
  for (const ByteView piece : queue.views()) bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

Bytes OlderForger::seal(const HandshakeMessage& message) { return seal(ContentType::handshake, encode(message)); }

}  // namespace keyway::test
