// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing ticket files.
#include "ticket_file.h"

#include "output.h"
#include "values.h"

namespace keyway::tool {

Result<std::vector<std::shared_ptr<const SessionTicket>>> load_tickets(std::string_view option, const std::string& path) {
  KW_ASSIGN(const std::string content, read_file(option, path));
  std::vector<std::shared_ptr<const SessionTicket>> tickets;
  for (const std::string& line : split(content, "\r\n")) {
    const auto saved = from_base64(line);
    auto ticket = saved ? SessionTicket::load(*saved) : std::unexpected(saved.error());
    if (!ticket) {
      return fail(Errc::malformed_session, {.option = std::string(option),
                                            .value = path,
                                            .mend = "name a file that --ticket-out has written",
                                            .position = tickets.size() + 1,
                                            .reason = "a line of it is no ticket"});
    }
    tickets.push_back(*std::move(ticket));
  }
  return tickets;
}

Result<void> save_tickets(std::string_view option, const std::string& path,
                          const std::vector<std::shared_ptr<const SessionTicket>>& tickets) {
  std::string content;
  for (const auto& ticket : tickets) {
    const SecretBytes saved = ticket->save();
    content += base64(saved.expose()) + "\n";
  }
  const auto written = write_file(option, path, content, true);
  wipe({reinterpret_cast<std::byte*>(content.data()), content.size()});
  return written;
}

}  // namespace keyway::tool
