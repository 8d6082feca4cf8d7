// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds of the client's and the server's fuzzer: the two talk to each other under several options, and what each
// said becomes a script for the other.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "connection/ends.h"

namespace keyway::fuzz {
namespace {

struct Conversation {
  const char* name;
  std::uint8_t client;
  std::uint8_t server;
  std::vector<Command> of_client;
  std::vector<Command> of_server;
};

constexpr Command send = Command::send;
constexpr Command renegotiate = Command::renegotiate;

/// Of the older ends.
const Conversation older_conversations[] = {
    {"plain", 0, 0, {send, Command::export_key, Command::close}, {send, Command::close}},
    {"by_id", 1, 1, {send}, {send}},
    {"psk", 2, 2, {send}, {}},
    {"client_certificate", 4, 4, {send}, {}},
    {"no_client_certificate", 0, 0x0c, {send}, {}},
    {"names", 8, 8, {send}, {}},
    {"fragments", 0x10, 0, {send}, {send}},
    {"renegotiated", 0x20, 0x20, {renegotiate, send}, {renegotiate, send}},
    {"renegotiated_with_certificate", 0x24, 0x24, {renegotiate, send}, {renegotiate, send}},
    {"declined", 0, 0, {renegotiate, send}, {renegotiate, send}},
    {"tickets", 0x40, 0x40, {send}, {renegotiate}},
    {"paused", 0x80, 0x10, {send}, {Command::abort}},
    {"both_versions", 0x80, 0x80, {send}, {send}},
};

const Conversation conversations[] = {
    {"plain", 0, 0, {Command::send, Command::close}, {Command::send, Command::close}},
    {"tickets", 1, 1, {Command::send}, {Command::send}},
    {"psk", 2, 2, {Command::send}, {}},
    {"client_certificate", 4, 4, {Command::send}, {}},
    {"late_authentication", 4, 0x20, {Command::send}, {Command::request_certificate, Command::send}},
    {"late_authentication_again", 4, 0xa4, {Command::send}, {Command::request_certificate}},
    {"names", 8, 8, {Command::export_key}, {}},
    {"fragments", 0x10, 0, {Command::send}, {Command::send}},
    {"small_records", 0x20, 0x80, {Command::send}, {Command::send}},
    {"unchecked", 0xc0, 0, {Command::update_keys, Command::update_keys_both}, {Command::update_keys_both, Command::send}},
    {"retry", 0, 0x40, {Command::send}, {}},
    {"paused", 8, 0x18, {}, {Command::abort}},
};

void save(const std::filesystem::path& folder, const char* name, const Script& script) {
  std::filesystem::create_directories(folder);
  const Bytes bytes = write_script(script);
  const std::string_view text = as_text(bytes);
  std::ofstream(folder / name, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

/// An end, and the script that makes its peer superfluous.
struct Talker {
  Talker(Role role, std::uint8_t options, bool older) : end(role, options), script{options, 7, {}}, sent(older) {}

  End end;
  Script script;
  Reader sent;
};

void command(Talker& talker, Command what) {
  talker.end.obey(what);
  talker.script.items.push_back({ItemKind::command, static_cast<std::uint8_t>(what), {}});
}

bool move(Talker& from, Talker& to) {
  const Bytes wire = from.end.take_output();
  for (Item& item : from.sent.items_of(wire)) to.script.items.push_back(std::move(item));
  to.end.receive(wire);
  return !wire.empty();
}

void talk(Talker& client, Talker& server) {
  for (bool moved = true; moved;) {
    moved = move(client, server);
    moved = move(server, client) || moved;
  }
}

void hold(const Conversation& each, bool older, const std::filesystem::path& corpora) {
  const bool tls12 = older && (each.client & each.server & 0x80) == 0;
  Talker server(older ? Role::older_server : Role::server, each.server, tls12);
  Talker client(older ? Role::older_client : Role::client, each.client, tls12);
  talk(client, server);
  for (const Command what : each.of_server) {
    command(server, what);
    talk(client, server);
  }
  for (const Command what : each.of_client) {
    command(client, what);
    talk(client, server);
  }
  std::printf("%s\nclient:\n%sserver:\n%s", each.name, client.end.log().c_str(), server.end.log().c_str());
  save(corpora / (older ? "older_client" : "client"), each.name, client.script);
  save(corpora / (older ? "older_server" : "server"), each.name, server.script);
}

}  // namespace
}  // namespace keyway::fuzz

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: fuzz_connection_seeds FOLDER\n"), 2;
  for (const auto& each : keyway::fuzz::conversations) keyway::fuzz::hold(each, false, arguments[1]);
  for (const auto& each : keyway::fuzz::older_conversations) keyway::fuzz::hold(each, true, arguments[1]);
  return 0;
}
