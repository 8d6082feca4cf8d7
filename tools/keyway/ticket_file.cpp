// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing ticket files.
#include "ticket_file.h"

#include <algorithm>
#include <span>

#include "output.h"
#include "values.h"

namespace keyway::tool {
namespace {

// What holds secrets is wiped when it goes.
template <class Container>
class Wiped {
 public:
  explicit Wiped(Container kept) : kept_(std::move(kept)) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipe(std::as_writable_bytes(std::span(kept_))); }
  const Container& get() const { return kept_; }

 private:
  Container kept_;
};

Result<std::shared_ptr<const SessionTicket>> ticket_of(std::string_view line) {
  KW_ASSIGN(Bytes saved, from_base64(line));
  const Wiped<Bytes> content(std::move(saved));
  return SessionTicket::load(content.get());
}

}  // namespace

void SpendingTickets::put(const TicketTarget& target, std::shared_ptr<const SessionTicket> ticket) {
  store_->put(target, std::move(ticket));
}

std::shared_ptr<const SessionTicket> SpendingTickets::take(const TicketTarget& target, Now now) {
  auto ticket = store_->take(target, now);
  const std::lock_guard lock(mutex_);
  if (ticket) spent_.push_back(ticket);
  return ticket;
}

void SpendingTickets::drop_spent(std::vector<std::shared_ptr<const SessionTicket>>& kept) {
  const std::lock_guard lock(mutex_);
  std::erase_if(kept, [&](const auto& ticket) { return std::ranges::find(spent_, ticket) != spent_.end(); });
  spent_.clear();
}

Result<std::vector<std::shared_ptr<const SessionTicket>>> load_tickets(std::string_view option, const std::string& path) {
  KW_ASSIGN(std::string read, read_file(option, path));
  const Wiped<std::string> content(std::move(read));
  std::vector<std::shared_ptr<const SessionTicket>> tickets;
  for (std::string_view rest = content.get(); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find_first_of("\r\n"));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty()) continue;
    auto ticket = ticket_of(line);
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
  std::vector<std::unique_ptr<Wiped<std::string>>> lines;
  std::size_t size = 0;
  for (const auto& ticket : tickets) {
    lines.push_back(std::make_unique<Wiped<std::string>>(base64(ticket->save().expose())));
    size += lines.back()->get().size() + 1;
  }
  std::string content;
  content.reserve(size);  // nothing of it stays behind where it grew
  for (const auto& line : lines) content.append(line->get()).append("\n");
  const Wiped<std::string> all(std::move(content));
  return write_file(option, path, all.get(), true);
}

}  // namespace keyway::tool
