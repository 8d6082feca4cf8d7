// SPDX-License-Identifier: Apache-2.0
//
// A small file server: HTTP/1.0 and 1.1 (RFC 9112), GET and HEAD, keep-alive, `?bytes=N` on any path, no ranges, no
// request bodies. Requests that follow each other are answered in order; paths never leave the root.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "duty.h"

namespace keyway::tool {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_head = 16384;
constexpr std::size_t chunk_size = 65536;

struct Request {
  std::string method{};
  std::string path{};
  std::optional<std::uint64_t> bytes{};
  bool keep_alive = true;
  bool has_host = false;
};

struct Answer {
  int status = 200;
  std::string_view reason = "OK";
  std::string_view type = "text/plain";
  std::uint64_t length = 0;
  int file = -1;            // -1: `text`, or zeros where text is empty
  std::string text{};
};

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Nothing for escapes that are broken or hide a zero.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned value = static_cast<unsigned char>(text[at]);
    if (text[at] == '%') {
      if (at + 2 >= text.size()) return std::nullopt;
      const auto [end, problem] = std::from_chars(text.data() + at + 1, text.data() + at + 3, value, 16);
      if (problem != std::errc{} || end != text.data() + at + 3) return std::nullopt;
      at += 2;
    }
    if (value == 0) return std::nullopt;
    decoded += static_cast<char>(value);
  }
  return decoded;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool read_query(std::string_view query, Request& request) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (!part.starts_with("bytes=")) continue;
    request.bytes = number_in(part.substr(6));
    if (!request.bytes) return false;
  }
  return true;
}

// Returns the status of the refusal, or 200.
int read_header_line(std::string_view line, Request& request) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || line[colon - 1] == ' ') return 400;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (equal_without_case(name, "connection")) {
    if (equal_without_case(value, "close")) request.keep_alive = false;
    if (equal_without_case(value, "keep-alive")) request.keep_alive = true;
  }
  if (equal_without_case(name, "host")) request.has_host = true;
  if (equal_without_case(name, "transfer-encoding")) return 501;
  if (equal_without_case(name, "content-length") && value != "0") return 413;
  return 200;
}

int parse(std::string_view head, Request& request) {
  const auto line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return 400;
  request.method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return version.starts_with("HTTP/") ? 505 : 400;
  request.keep_alive = version == "HTTP/1.1";
  if (request.method != "GET" && request.method != "HEAD") return 405;
  for (std::string_view rest = head.substr(line_end + 2); rest != "\r\n" && !rest.empty();) {
    const auto end = rest.find("\r\n");
    if (const int status = read_header_line(rest.substr(0, end), request); status != 200) return status;
    rest.remove_prefix(end + 2);
  }
  if (version == "HTTP/1.1" && !request.has_host) return 400;  // RFC 9112 3.2
  const auto question = target.find('?');
  if (question != std::string_view::npos && !read_query(target.substr(question + 1), request)) return 400;
  target = target.substr(0, question);
  const auto path = percent_decoded(target);
  if (!path || !path->starts_with('/')) return 400;
  request.path = *path;
  return 200;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
  }
}

std::string_view type_of(const fs::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".html" || extension == ".htm") return "text/html";
  if (extension == ".css") return "text/css";
  if (extension == ".js") return "text/javascript";
  if (extension == ".json") return "application/json";
  if (extension == ".txt" || extension == ".md") return "text/plain";
  if (extension == ".png") return "image/png";
  if (extension == ".svg") return "image/svg+xml";
  return "application/octet-stream";
}

Answer refusal(int status) {
  Answer answer{.status = status, .reason = reason_of(status)};
  answer.text = fmt::format("{} {}\n", status, answer.reason);
  answer.length = answer.text.size();
  return answer;
}

// The canonical path decides: neither ".." nor a link leads out of the root.
Answer open_file(const fs::path& root, const std::string& path) {
  std::error_code problem;
  fs::path file = fs::canonical(root / fs::path(path).relative_path(), problem);
  if (problem) return refusal(404);
  if (fs::is_directory(file, problem)) file = fs::canonical(file / "index.html", problem);
  if (problem) return refusal(404);
  const auto [end, unused] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (end != root.end()) return refusal(403);
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status{};
  if (descriptor < 0) return refusal(403);
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return refusal(403);
  }
  return {.type = type_of(file), .length = static_cast<std::uint64_t>(status.st_size), .file = descriptor};
}

class Http final : public Duty {
 public:
  explicit Http(const fs::path& root) : root_(root) {}
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;
  ~Http() override { drop_file(); }

  Result<std::size_t> input(NonBlockingSocket& socket, ByteView bytes) override {
    if (has_output() || closing_) return closing_ ? bytes.size() : std::size_t{0};
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t before = head_.size();
    head_.append(text);
    const auto end = head_.find("\r\n\r\n");
    if (end == std::string::npos || end > max_head) {
      if (head_.size() > max_head) start(refusal(431), {.method = "GET", .keep_alive = false});
      KW_TRY(output(socket));
      return bytes.size();
    }
    const std::size_t used = end + 4 - before;
    head_.resize(end + 4);
    Request request;
    const int status = parse(head_, request);
    if (status != 200) {
      request.keep_alive = false;  // what follows may be the body that was refused
      start(refusal(status), request);
    } else if (request.bytes) {
      start({.type = "application/octet-stream", .length = *request.bytes}, request);
    } else {
      start(open_file(root_, request.path), request);
    }
    head_.clear();
    KW_TRY(output(socket));
    return used;
  }

  Result<void> output(NonBlockingSocket& socket) override {
    while (has_output()) {
      if (chunk_at_ == chunk_.size()) KW_TRY(next_chunk());
      KW_ASSIGN(const std::size_t taken, socket.send(as_bytes(std::string_view(chunk_).substr(chunk_at_))));
      if (taken == 0) return {};
      chunk_at_ += taken;
    }
    chunk_ = {};
    chunk_at_ = 0;
    drop_file();
    return {};
  }

  bool finished() const override { return closing_ && !has_output(); }
  bool has_output() const override { return chunk_at_ < chunk_.size() || left_ != 0; }

 private:
  void start(Answer answer, const Request& request) {
    drop_file();
    chunk_ = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n{}\r\n", answer.status,
                         answer.reason, answer.type, answer.length, request.keep_alive ? "keep-alive" : "close",
                         answer.status == 405 ? "Allow: GET, HEAD\r\n" : "");
    chunk_at_ = 0;
    file_ = answer.file;
    left_ = request.method == "HEAD" ? 0 : answer.length;
    if (!answer.text.empty() && left_ != 0) {
      chunk_ += answer.text;
      left_ = 0;
    }
    closing_ = !request.keep_alive;
  }

  Result<void> next_chunk() {
    const std::size_t size = std::min<std::uint64_t>(left_, chunk_size);
    chunk_.assign(size, '0');
    chunk_at_ = 0;
    left_ -= size;
    if (file_ < 0) return {};
    for (std::size_t at = 0; at < size;) {
      const ssize_t count = ::read(file_, chunk_.data() + at, size - at);
      // The length is promised already: a file that shrank ends the connection.
      if (count <= 0) return fail(Errc::system_error, {.system_errno = errno, .reason = "a file changed while it was sent"});
      at += static_cast<std::size_t>(count);
    }
    return {};
  }

  void drop_file() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

  const fs::path& root_;
  std::string head_;
  std::string chunk_;
  std::size_t chunk_at_ = 0;
  std::uint64_t left_ = 0;
  int file_ = -1;
  bool closing_ = false;
};

}  // namespace

std::unique_ptr<Duty> make_http(const fs::path& root) { return std::make_unique<Http>(root); }

}  // namespace keyway::tool
