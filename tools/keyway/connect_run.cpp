// SPDX-License-Identifier: Apache-2.0
//
// The connections of `keyway connect`: handshake, data in both directions, the end, and what is told about each.
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "connect_plan.h"
#include "counting_transport.h"
#include "keyway/socket.h"
#include "report.h"
#include "ticket_file.h"
#include "values.h"

namespace keyway::tool {
namespace {

constexpr std::chrono::milliseconds quiet_time{500};  // after --send, without --expect and --hold
constexpr std::chrono::milliseconds sending_look{50};  // how often a receiver looks whether all is sent
constexpr std::size_t send_piece = 65536;              // what one wait of --send is for
constexpr std::size_t line_columns = 110 - 11;  // of the text after the first word
constexpr std::size_t max_tickets = 64;

// Sends from a thread of its own: an echo of much data would otherwise stop both sides. Ends early when the socket is closed.
class Sender {
 public:
  Sender(Socket& socket, ByteView bytes, Duration timeout)
      : thread_([this, &socket, bytes, timeout] { run(socket, bytes, timeout); }) {}
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  /// Since when nothing more is sent; nothing as long as it goes on.
  std::optional<TimePoint> ended() const { return done_.load(std::memory_order_acquire) ? std::optional(ended_) : std::nullopt; }
  /// Waits for the end.
  const Result<void>& result() {
    if (thread_.joinable()) thread_.join();
    return result_;
  }

 private:
  void run(Socket& socket, ByteView bytes, Duration timeout) {
    do {
      const ByteView piece = bytes.first(std::min(bytes.size(), send_piece));
      result_ = socket.send(piece, timeout);
      bytes = bytes.subspan(piece.size());
    } while (result_ && !bytes.empty());
    ended_ = std::chrono::steady_clock::now();
    done_.store(true, std::memory_order_release);
  }

  Result<void> result_{};
  TimePoint ended_{};
  std::atomic<bool> done_{false};
  std::jthread thread_;  // the last to begin
};

class Client {
 public:
  Client(const ConnectPlan& plan, const Globals& globals, Output& output)
      : plan_(plan), globals_(globals), output_(output), expectation_(plan.expect) {}
  ~Client() { close_output(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// All connections, one after the other; the exit code.
  int run_all();
  int open_output();
  void close_output();

 private:
  int run(int number);
  int fail_with(const Error&, Phase);
  void say_connected(const Socket&, Duration took);
  void say_session(const Socket&);
  Result<void> prepare(Socket&);
  Result<void> talk(Socket&, std::optional<Sender>&);
  Duration patience(std::optional<TimePoint> sent) const;
  Result<void> send_and_receive(Socket&, Sender&);
  Result<void> pass_through(Socket&);
  void take(ByteView);
  void show(ByteView);
  void end_data_line();
  void take_events(Socket&);
  int end(Socket&, const Result<void>& talked);
  Result<std::size_t> receive(Socket&, MutableBytes into, Duration patience);

  const ConnectPlan& plan_;
  const Globals& globals_;
  Output& output_;
  std::FILE* file_ = nullptr;
  std::vector<std::shared_ptr<const SessionTicket>> tickets_;
  Expectation expectation_;
  std::size_t column_ = 0;  ///< of the line of data that is not ended yet
  bool session_said_ = false;
  int number_ = 0;
  Told told_{};
  std::optional<AlertDescription> sent_alert_{};
  bool cut_ = false;  ///< we closed, because the peer took nothing more; of the sending thread until it has ended
  std::shared_ptr<WireCount> wire_{};
};

int Client::open_output() {
  if (plan_.output_file.empty()) return exit_ok;
  file_ = std::fopen(plan_.output_file.c_str(), "we");
  if (file_ != nullptr) return exit_ok;
  return refuse(output_, unwritable("--output", plan_.output_file, errno));
}

// What the file did not take is often found only now.
void Client::close_output() {
  std::FILE* file = std::exchange(file_, nullptr);
  if (file != nullptr && std::fclose(file) != 0) output_.lose("--output " + plan_.output_file, errno);
}

int Client::fail_with(const Error& error, Phase phase) {
  const bool refused = phase == Phase::handshake && error.group() != ErrorGroup::transport;
  sent_alert_ = plan_.sent_alert->take();
  tell_failure(output_, number_, error, sent_alert_, refused ? "refused" : "failed", to_string(plan_.address));
  return exit_code_of(error, phase);
}

void Client::say_connected(const Socket& socket, Duration took) {
  const auto info = socket.info();
  if (!info) return;
  output_.event(handshake_event(number_, *info, took));
  const auto peer = socket.peer_name();
  std::string text = fmt::format("{}  {}   {}, ", peer ? to_string(*peer) : "?", parameters_line(*info), duration_text(took));
  // Our ClientHello and the answer are one round trip, a HelloRetryRequest is another (RFC 8446 2); before TLS 1.3 so is what
  // follows in a handshake that resumes nothing (RFC 5246 7.3).
  const bool older = info->version != ProtocolVersion::tls1_3;
  const int trips = info->hello_retry || (older && info->resumed == Resumption::none) ? 2 : 1;
  const std::string words = fmt::format("{} round trip{}", trips, trips == 1 ? "" : "s");
  text += text.size() + words.size() <= line_columns ? words : fmt::format("{} RTT", trips);
  output_.line("connected", text, Tone::good);
  if (const std::string server = certificate_line(*info); !server.empty()) output_.line("server", server);
  if (!plan_.send) say_session(socket);
}

// With --send it waits for the first answer: by then the tickets that a server sends at once have come.
void Client::say_session(const Socket& socket) {
  if (std::exchange(session_said_, true)) return;
  if (const auto info = socket.info()) output_.line("session", session_line(*info, tickets_.size()));
}

int Client::run(int number) {
  number_ = number;
  expectation_ = Expectation(plan_.expect);
  session_said_ = false;
  told_ = {};
  sent_alert_.reset();
  cut_ = false;
  const auto started = std::chrono::steady_clock::now();
  auto transport = tcp_connect(plan_.address, globals_.timeout);
  if (!transport) return fail_with(transport.error(), Phase::connecting);
  const auto peer = (*transport)->peer_name();
  const auto local = (*transport)->socket_name();
  output_.event({{"event", "connected"},
                 {"conn", number_},
                 {"peer", peer ? to_string(*peer) : ""},
                 {"local", local ? to_string(*local) : ""}});
  wire_ = std::make_shared<WireCount>();
  auto counting = std::make_unique<CountingTransport>(*std::move(transport), wire_);
  auto socket = upgrade(std::move(counting), plan_.config, plan_.name, globals_.timeout, plan_.address.port);
  if (!socket) {
    const int code = fail_with(socket.error(), Phase::handshake);
    output_.event(closed_event(number_, how_it_ended(socket.error(), sent_alert_), wire_->in, wire_->out));
    return code;
  }
  say_connected(*socket, std::chrono::steady_clock::now() - started);
  std::optional<Sender> sender;  // ends with the socket at the latest
  Result<void> talked = prepare(*socket);
  if (talked) talked = talk(*socket, sender);
  return end(*socket, talked);
}

// The version was chosen only now, and may be one that has nothing of the kind.
Error not_in_this_version(const Error& error, const Socket& socket, std::string option, std::string mend) {
  const auto info = socket.info();
  if (error.code() != Errc::not_available || !info) return error;
  return Error(error.code())
      .with({.option = std::move(option),
             .mend = std::move(mend),
             .reason = fmt::format("{} was negotiated", to_string(info->version))});
}

Result<void> Client::prepare(Socket& socket) {
  if (plan_.export_length != 0) {
    Bytes material(plan_.export_length);
    KW_TRY(socket.export_key(plan_.export_label, std::nullopt, material));
    output_.event({{"event", "export"}, {"conn", number_}, {"label", plan_.export_label}, {"hex", hex(material)}});
    output_.line("exported", fmt::format("{}  {}", plan_.export_label, hex(material)));
  }
  if (plan_.renegotiate) {
    const auto begun = socket.renegotiate();
    if (!begun) return std::unexpected(not_in_this_version(begun.error(), socket, "--renegotiate", "add --versions 1.2"));
  }
  if (plan_.key_update) {
    const auto updated = socket.update_keys(*plan_.key_update);
    if (!updated) return std::unexpected(not_in_this_version(updated.error(), socket, "--key-update", "add --versions 1.3"));
    ++told_.own_key_updates;
    output_.event({{"event", "key_update"}, {"conn", number_}, {"by", "us"}});
    output_.line("keys", *plan_.key_update == KeyUpdateRequest::update_requested ? "updated by us, the peer's asked for"
                                                                                 : "updated by us");
  }
  return {};
}

Result<void> Client::talk(Socket& socket, std::optional<Sender>& sender) {
  if (!plan_.send) return pass_through(socket);
  return send_and_receive(socket, sender.emplace(socket, as_bytes(*plan_.send), globals_.timeout));
}

void Client::take(ByteView bytes) {
  if (bytes.empty()) return;
  output_.event({{"event", "data"}, {"conn", number_}, {"bytes", bytes.size()}, {"data", base64(bytes)}});
  expectation_.take(bytes);
  if (file_ != nullptr) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) output_.lose("--output " + plan_.output_file, errno);
    return;
  }
  if (output_.json()) return;
  if (plan_.send && !output_.quiet()) return show(bytes);
  column_ = output_.quiet() || bytes.back() == std::byte{'\n'} ? 0 : 1;
  output_.raw(bytes);
}

// Marked lines, so that the answer stands apart from what the tool says; nothing in them moves a terminal's cursor.
void Client::show(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    const auto code = std::to_integer<unsigned char>(byte);
    const bool control = (code < ' ' && code != '\n' && code != '\t') || code == 0x7f;
    const std::string shown = control ? fmt::format("\\x{:02x}", code) : std::string(1, static_cast<char>(code));
    const bool continued = (code & 0xc0U) == 0x80;  // UTF-8: of a character that has its column
    if (column_ + shown.size() > line_columns + 11 && code != '\n' && !continued) text += '\n', column_ = 0;
    if (column_ == 0) {
      text += "< ";
      column_ = 2;
    }
    text += shown;
    // A tab takes up to eight columns.
    column_ = code == '\n' ? 0 : column_ + (continued ? 0 : code == '\t' ? 8 : shown.size());
  }
  output_.raw(as_bytes(text));
}

// What the tool says begins a line, also after data that did not end one.
void Client::end_data_line() {
  if (std::exchange(column_, 0) != 0 && !output_.json()) output_.raw(as_bytes("\n"));
}

void Client::take_events(Socket& socket) {
  auto events = socket.take_events();
  if (!events) return;
  for (const SocketEvent& event : *events) {
    if (const auto* ticket = std::get_if<TicketReceived>(&event)) tickets_.push_back(ticket->ticket);
  }
  // The newest are as good as any, and a server may send as many as it likes.
  if (tickets_.size() > max_tickets) tickets_.erase(tickets_.begin(), tickets_.end() - std::ptrdiff_t{max_tickets});
  if (events->empty()) return;
  end_data_line();
  if (const auto info = socket.info()) show_events(output_, number_, *events, info->key_updates_sent, told_);
}

// Bytes that are there are taken first; what --expect has not looked through is searched before anything is waited for.
Result<std::size_t> Client::receive(Socket& socket, MutableBytes into, Duration patience) {
  if (!expectation_.due()) return socket.recv_some(into, patience);
  const auto count = socket.recv_some(into, Duration::zero());
  if (count || count.error().code() != Errc::timeout) return count;
  if (expectation_.search_now() && !plan_.hold) return std::size_t{0};
  return socket.recv_some(into, patience);
}

// The clocks of --hold and of quiet begin when all is sent: a peer may answer only then.
Duration Client::patience(std::optional<TimePoint> sent) const {
  if (!sent) return sending_look;
  if (plan_.hold) return *plan_.hold - (std::chrono::steady_clock::now() - *sent);
  return plan_.expect ? globals_.timeout : Duration(quiet_time);
}

// Until --expect matched, --hold ended, the peer closed, or, with neither option, half a second passed without data.
Result<void> Client::send_and_receive(Socket& socket, Sender& sender) {
  Bytes buffer(65536);
  Result<void> received;
  for (;;) {
    const auto sent = sender.ended();
    const Duration wait = patience(sent);
    const bool given_up = sent && !sender.result() && sender.result().error().code() == Errc::timeout;
    if (wait <= Duration::zero() || given_up) break;
    const auto count = receive(socket, buffer, wait);
    take_events(socket);
    const bool quiet = !count && count.error().code() == Errc::timeout;
    if (quiet && !sent) continue;
    if (quiet && (!plan_.expect || plan_.hold)) break;
    if (!count) {
      received = std::unexpected(count.error());
      break;
    }
    say_session(socket);
    take(ByteView(buffer).first(*count));
    if ((!plan_.hold && expectation_.met()) || output_.lossy()) break;
  }
  // What has the answer need not send the rest; closing ends it.
  if ((plan_.expect && expectation_.search_now()) || output_.lossy()) return received;
  KW_TRY(sender.result());
  return received;
}

// Waits for standard input, so that a socket that ends first can stop it.
bool input_ready(int stop) {
  std::array<pollfd, 2> entries{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
  while (::poll(entries.data(), entries.size(), -1) < 0 && errno == EINTR) {}
  return entries[1].revents == 0;
}

// Whether the receiving side ends by itself within that time.
bool stops_within(int stop, Duration time) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(std::min<Duration>(time, std::chrono::hours(24)));
  pollfd entry{stop, POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(whole.count())) > 0;
}

Result<void> Client::pass_through(Socket& socket) {
  std::array<int, 2> stop{-1, -1};
  if (::pipe2(stop.data(), O_CLOEXEC) != 0) return fail(Errc::system_error, {.system_errno = errno});
  Result<void> sent;
  std::jthread sender([&] {
    std::array<std::byte, 16384> buffer;
    bool all = false;
    while (sent && !all && input_ready(stop[0])) {
      const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      all = count <= 0;
      // Within the time-out: a peer that reads no more must not keep us from ending.
      sent = all ? socket.shutdown(Socket::Ways::write, globals_.timeout)
                 : socket.send(ByteView(buffer).first(static_cast<std::size_t>(count)), globals_.timeout);
    }
    if (sent) return;
    // Who breaks off may have said why. Nobody waits longer for a peer that takes nothing more: closing wakes the receiver.
    if (sent.error().code() != Errc::timeout && stops_within(stop[0], globals_.timeout)) return;
    cut_ = true;
    static_cast<void>(socket.close());
  });
  Bytes buffer(65536);
  Result<void> received;
  while (received) {
    const auto count = receive(socket, buffer, plan_.hold ? *plan_.hold : no_timeout);
    take_events(socket);
    if (count) take(ByteView(buffer).first(*count));
    if (!count) received = std::unexpected(count.error());
    if (expectation_.met() || output_.lossy()) break;
  }
  ::close(stop[1]);  // the read end reports it: the sender stops
  sender.join();
  ::close(stop[0]);
  if (cut_ && plan_.expect && expectation_.search_now()) return {};
  if (cut_) return sent;
  if (!received && received.error().code() == Errc::timeout && plan_.hold) return {};
  KW_TRY(received);
  return sent;
}

int Client::end(Socket& socket, const Result<void>& talked) {
  const bool ended_by_peer = !talked && talked.error().code() == Errc::closed;
  int code = exit_ok;
  end_data_line();
  if (!talked && !ended_by_peer) {
    code = fail_with(talked.error(), Phase::connected);
    const bool waiting = talked.error().code() == Errc::timeout && plan_.expect;
    if (waiting) code = exit_findings;
  }
  say_session(socket);
  const auto closed = socket.close(std::min<Duration>(globals_.timeout, std::chrono::seconds(2)));
  take_events(socket);
  // What we could not do leaves the connection as it is, to be closed in order.
  const bool broken = !talked && !ended_by_peer && talked.error().group() != ErrorGroup::misuse;
  const std::string_view how = cut_     ? "timeout"
                               : broken ? how_it_ended(talked.error(), sent_alert_)
                               : closed ? "close_notify"
                                        : how_it_ended(closed.error(), plan_.sent_alert->take());
  output_.event(closed_event(number_, how, wire_->in, wire_->out));
  const char* text = cut_     ? "the peer has stopped reading"
                     : closed ? "close_notify sent and received"
                              : "close_notify sent, none received";
  if (code == exit_ok) output_.line("closed", text);
  if (globals_.verbose > 0) output_.line("bytes", fmt::format("{} in, {} out, on the wire", wire_->in.load(), wire_->out.load()));
  if (plan_.expect && !expectation_.search_now()) {
    output_.event(
        {{"event", "finding"}, {"conn", number_}, {"message", "--expect did not match"}, {"expect", plan_.expect_text}});
    output_.problem("finding", fmt::format("the answer does not contain {}", plan_.expect_text));
    if (code == exit_ok) code = exit_findings;
  }
  return code;
}

int Client::run_all() {
  std::vector<std::shared_ptr<const SessionTicket>> tickets;
  for (unsigned number = 1; number <= plan_.connections; ++number) {
    const int code = run(static_cast<int>(number));
    if (!tickets_.empty()) tickets = std::exchange(tickets_, {});
    plan_.tickets->drop_spent(tickets);
    if (code != exit_ok || output_.lossy()) return code;
  }
  if (plan_.ticket_file.empty()) return exit_ok;
  const auto saved = save_tickets("--ticket-out", plan_.ticket_file, tickets);
  if (saved) return exit_ok;
  tell(output_, saved.error(), "failed");
  return exit_failed;
}

}  // namespace

int run_connections(const ConnectPlan& plan, const Globals& globals, Output& output) {
  Client client(plan, globals, output);
  if (const int code = client.open_output(); code != exit_ok) return code;
  const int code = client.run_all();
  client.close_output();
  return code;
}

}  // namespace keyway::tool
