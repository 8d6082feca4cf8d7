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

void command(End& end, Script& script, Command what) {
  end.obey(what);
  script.items.push_back({ItemKind::command, static_cast<std::uint8_t>(what), {}});
}

bool move(End& from, End& to, Script& script) {
  const Bytes wire = from.take_output();
  for (Item& item : items_of(wire)) script.items.push_back(std::move(item));
  to.receive(wire);
  return !wire.empty();
}

void talk(End& client, End& server, Script& for_client, Script& for_server) {
  while (move(client, server, for_server) | move(server, client, for_client)) {}
}

void hold(const Conversation& each, const std::filesystem::path& corpora) {
  End server(Role::server, each.server);
  End client(Role::client, each.client);
  Script for_client{each.client, 7, {}};
  Script for_server{each.server, 7, {}};
  talk(client, server, for_client, for_server);
  for (const Command what : each.of_server) command(server, for_server, what);
  talk(client, server, for_client, for_server);
  for (const Command what : each.of_client) command(client, for_client, what);
  talk(client, server, for_client, for_server);
  std::printf("%s\nclient:\n%sserver:\n%s", each.name, client.log().c_str(), server.log().c_str());
  save(corpora / "client", each.name, for_client);
  save(corpora / "server", each.name, for_server);
}

}  // namespace
}  // namespace keyway::fuzz

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: fuzz_connection_seeds FOLDER\n"), 2;
  for (const auto& each : keyway::fuzz::conversations) keyway::fuzz::hold(each, arguments[1]);
  return 0;
}
