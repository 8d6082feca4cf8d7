// SPDX-License-Identifier: Apache-2.0
//
// TCP over a non-blocking descriptor; waiting is poll() with a deadline. SIGPIPE is never raised (MSG_NOSIGNAL).
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <optional>

#include "net/descriptor.h"
#include "net/resolve.h"
#include "net/system_error.h"

namespace keyway {
namespace {

using net::Deadline;

constexpr std::size_t max_pieces = 64;  // of one gather write; the rest waits for the next

class TcpTransport final : public Transport {
 public:
  explicit TcpTransport(net::Descriptor descriptor, std::string address)
      : descriptor_(std::move(descriptor)), address_(std::move(address)) {}
  ~TcpTransport() override { TcpTransport::close(); }

  Result<std::size_t> read(MutableBytes into, Duration timeout) override {
    const Use use(*this);
    if (use.closed()) return net::transport_failure(ECANCELED, address_);
    std::optional<Deadline> deadline;
    for (;;) {
      const ssize_t count = ::recv(descriptor_.get(), into.data(), into.size(), 0);
      if (count >= 0) {
        if (count == 0 && is_closed()) return net::transport_failure(ECANCELED, address_);
        return static_cast<std::size_t>(count);
      }
      KW_TRY(wait_after(errno, POLLIN, timeout, deadline, "no data came"));
    }
  }

  Result<std::size_t> write(ByteViews from, Duration timeout) override {
    const Use use(*this);
    if (use.closed()) return net::transport_failure(ECANCELED, address_);
    std::array<iovec, max_pieces> pieces;
    std::size_t used = 0;
    for (const ByteView piece : from.first(std::min(from.size(), max_pieces))) {
      if (!piece.empty()) pieces[used++] = {.iov_base = const_cast<std::byte*>(piece.data()), .iov_len = piece.size()};
    }
    if (used == 0) return std::size_t{0};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = used;
    std::optional<Deadline> deadline;
    for (;;) {
      const ssize_t count = ::sendmsg(descriptor_.get(), &message, MSG_NOSIGNAL);
      if (count >= 0) return static_cast<std::size_t>(count);
      KW_TRY(wait_after(errno, POLLOUT, timeout, deadline, "the peer does not read"));
    }
  }

  Result<void> shutdown_write() override {
    const Use use(*this);
    if (use.closed()) return net::transport_failure(ECANCELED, address_);
    if (::shutdown(descriptor_.get(), SHUT_WR) != 0) return net::transport_failure(errno, address_);
    return {};
  }

  // The descriptor lives on until the last system call with it has returned: its number cannot be taken by another.
  void close() noexcept override {
    const std::lock_guard lock(mutex_);
    if (!closed_) ::shutdown(descriptor_.get(), SHUT_RDWR);
    closed_ = true;
    if (users_ == 0) descriptor_.reset();
  }

  int poll_handle() const noexcept override {
    const std::lock_guard lock(mutex_);
    return descriptor_.get();
  }
  Result<Endpoint> peer_name() const override {
    const std::lock_guard lock(mutex_);
    return net::peer_endpoint_of(descriptor_.get());
  }
  Result<Endpoint> socket_name() const override {
    const std::lock_guard lock(mutex_);
    return net::local_endpoint_of(descriptor_.get());
  }

 private:
  class Use {
   public:
    explicit Use(TcpTransport& transport) : transport_(transport) {
      const std::lock_guard lock(transport_.mutex_);
      closed_ = transport_.closed_;
      ++transport_.users_;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() {
      const std::lock_guard lock(transport_.mutex_);
      if (--transport_.users_ == 0 && transport_.closed_) transport_.descriptor_.reset();
    }
    bool closed() const { return closed_; }

   private:
    TcpTransport& transport_;
    bool closed_ = false;
  };

  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  // After a call that failed: waits if it only would have blocked; the deadline starts with the first wait.
  Result<void> wait_after(int system_errno, short events, Duration timeout, std::optional<Deadline>& deadline, const char* what) {
    if (is_closed()) return net::transport_failure(ECANCELED, address_);
    if (system_errno == EINTR) return {};
    if (system_errno != EAGAIN && system_errno != EWOULDBLOCK) return net::transport_failure(system_errno, address_);
    if (timeout <= Duration::zero()) return fail(Errc::timeout);
    if (!deadline) deadline.emplace(timeout);
    KW_ASSIGN(const bool ready, net::wait_for(descriptor_.get(), events, *deadline));
    if (!ready) return net::timed_out(address_, what);
    return {};
  }

  net::Descriptor descriptor_;
  const std::string address_;
  mutable std::mutex mutex_;
  int users_ = 0;
  bool closed_ = false;
};

Result<void> set_up(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) return net::transport_failure(errno, {});
  // Records are complete when they are written; waiting for more only delays them. Not every stream socket knows it.
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return {};
}

Result<net::Descriptor> connect_to(const net::SocketAddress& address, const std::string& text, const Deadline& deadline) {
  net::Descriptor descriptor(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) return net::transport_failure(errno, text);
  KW_TRY(set_up(descriptor.get()));
  if (::connect(descriptor.get(), address.get(), address.size) == 0) return descriptor;
  if (errno != EINPROGRESS) return net::connect_failure(errno, text);
  KW_ASSIGN(const bool ready, net::wait_for(descriptor.get(), POLLOUT, deadline));
  if (!ready) return net::timed_out(text, "the connection was not accepted in time");
  int problem = 0;
  socklen_t size = sizeof(problem);
  if (::getsockopt(descriptor.get(), SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  if (problem != 0) return net::connect_failure(problem, text);
  return descriptor;
}

}  // namespace

Result<std::unique_ptr<Transport>> tcp_connect(const Endpoint& endpoint, Duration timeout) {
  const Deadline deadline(timeout);
  KW_ASSIGN(const auto addresses, net::resolve_to_connect(endpoint, deadline));
  std::optional<Error> last;
  std::size_t left = addresses.size();
  for (const net::SocketAddress& address : addresses) {
    // An address that swallows everything must leave time for the ones behind it.
    const Duration whole = deadline.remaining();
    const Duration share = whole == no_timeout ? whole : whole / static_cast<Duration::rep>(left--);
    auto descriptor = connect_to(address, to_string(endpoint), Deadline(share));
    if (descriptor) return std::make_unique<TcpTransport>(*std::move(descriptor), to_string(endpoint));
    // The answer of a machine says more than that another family of addresses is not there.
    if (!last || descriptor.error().code() != Errc::unreachable) last = std::move(descriptor).error();
    if (deadline.passed()) break;
  }
  if (last) return std::unexpected(*std::move(last));
  return fail(Errc::resolve_failed, {.decided_by = DecidedBy::transport, .path = to_string(endpoint)});
}

Result<std::unique_ptr<Transport>> tcp_from_descriptor(int descriptor) {
  net::Descriptor owner(descriptor);
  KW_TRY(set_up(descriptor));
  const auto peer = net::peer_endpoint_of(descriptor);
  return std::make_unique<TcpTransport>(std::move(owner), peer ? to_string(*peer) : std::string());
}

}  // namespace keyway
