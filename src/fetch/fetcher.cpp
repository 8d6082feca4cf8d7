// SPDX-License-Identifier: Apache-2.0
//
// The thread of fetches. Every limit is libcurl's own where it has one; redirects are followed here, so that each target is under
// the rules, and addresses are judged when a connection is opened, behind the resolver: a name cannot change in between.
#include "fetch/fetcher.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace keyway::fetch {

namespace {

struct Curl {
  Curl() { curl_global_init(CURL_GLOBAL_DEFAULT); }
};

struct EndEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct EndMulti {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
struct EndList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

using Clock = std::chrono::steady_clock;

std::unexpected<Error> failed(Errc code, const std::string& url, std::string reason) {
  return fail(code, {.path = url, .reason = std::move(reason)});
}

/// One URL under way.
struct Transfer {
  std::unique_ptr<CURL, EndEasy> easy{curl_easy_init()};
  std::unique_ptr<curl_slist, EndList> headers{};
  const Limits* limits = nullptr;
  bool any_address = false;
  bool inside = false;  ///< the host turned out to have an address that is not talked to
  bool too_large = false;
  Request asked{};
  std::string url{};  ///< where redirects have led
  std::size_t redirects = 0;
  Clock::time_point deadline{};  ///< of all of them together
  Bytes content{};
};

std::size_t take(char* data, std::size_t, std::size_t size, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  transfer.too_large = transfer.content.size() + size > transfer.limits->max_size;
  if (transfer.too_large) return 0;
  const ByteView more = as_bytes({data, size});
  try {
    transfer.content.insert(transfer.content.end(), more.begin(), more.end());
  } catch (const std::bad_alloc&) { return 0; }  // between here and our code is C
  return size;
}

curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* to) {
  auto& transfer = *static_cast<Transfer*>(of);
  transfer.inside = !transfer.any_address && !is_public(to->addr);
  if (transfer.inside) return CURL_SOCKET_BAD;
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/// No "Expect: 100-continue": it costs a round trip, and some responders do not know it.
bool post(Transfer& transfer) {
  if (transfer.asked.body.empty()) return true;
  CURL* easy = transfer.easy.get();
  const std::string type = std::string("Content-Type: ") + transfer.asked.type;
  transfer.headers.reset(curl_slist_append(curl_slist_append(nullptr, type.c_str()), "Expect:"));
  const std::array results = {
      curl_easy_setopt(easy, CURLOPT_POST, 1L),
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.asked.body.size())),
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.asked.body.data()),
      curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get()),
  };
  return transfer.headers && std::ranges::all_of(results, [](CURLcode code) { return code == CURLE_OK; });
}

bool begin(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  transfer.content.clear();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(transfer.deadline - Clock::now()).count();
  const auto milliseconds = static_cast<long>(std::max<std::int64_t>(left, 1));  // to libcurl, nothing means no limit
  const std::array results = {
      curl_easy_setopt(easy, CURLOPT_URL, transfer.url.c_str()),
      curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http"),
      curl_easy_setopt(easy, CURLOPT_PROXY, ""),  // otherwise the environment would name one
      curl_easy_setopt(easy, CURLOPT_NETRC, long{CURL_NETRC_IGNORED}),
      curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L),
      curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds),
      curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds),
      curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L),
      curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L),  // or the end of a transfer waits for name servers that never answer
      curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L),
      curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L),
      curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1}),
      curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(transfer.limits->max_size)),
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take),
      curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer),
      curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket),
      curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer),
      curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer),
  };
  return post(transfer) && std::ranges::all_of(results, [](CURLcode code) { return code == CURLE_OK; });
}

Content refused(const Transfer& transfer, CURLcode code) {
  if (transfer.inside) return failed(Errc::refused, transfer.url, "its address is not of the public Internet");
  if (transfer.too_large || code == CURLE_FILESIZE_EXCEEDED)
    return failed(Errc::too_long, transfer.url,
                  "the answer is longer than " + std::to_string(transfer.limits->max_size) + " bytes");
  const Errc what = code == CURLE_OPERATION_TIMEDOUT     ? Errc::timeout
                    : code == CURLE_COULDNT_RESOLVE_HOST ? Errc::resolve_failed
                                                         : Errc::unreachable;
  return failed(what, transfer.url, curl_easy_strerror(code));
}

/// Calls what belongs to somebody else; false: it threw. The thread goes on for the others.
bool contained(const std::function<void()>& call) noexcept {
  try {
    call();
    return true;
  } catch (...) { return false; }
}

}  // namespace

Result<void> check(const Limits& limits) {
  using std::to_string;
  const auto wrong = [](const char* option, std::string value, const char* mend) {
    return fail(Errc::invalid_option, {.option = option, .value = std::move(value), .mend = mend});
  };
  if (limits.timeout < std::chrono::milliseconds(1) || limits.timeout > std::chrono::minutes(1))
    return wrong("timeout", to_string(limits.timeout.count()) + " ms", "choose 1 ms to 60 s");
  if (limits.max_redirects > 5) return wrong("max_redirects", to_string(limits.max_redirects), "choose 0 to 5");
  if (limits.max_fetches == 0 || limits.max_fetches > 64)
    return wrong("max_fetches", to_string(limits.max_fetches), "choose 1 to 64");
  if (const std::string* host = HostRules::malformed(limits.allowed_hosts))
    return wrong("allowed_hosts", *host, "write a host name or an address, with or without :port");
  return {};
}

/// What callers and the thread have in common. The thread keeps it, so that it may outlive the Fetcher.
struct Fetcher::Shared {
  using Done = std::function<void(const Content&)>;
  explicit Shared(const Limits& with) : limits(with), rules(with.allowed_hosts, with.ports) {}

  void work() noexcept;
  void run();
  void perform();
  void give_up();
  void start(Request);
  void finish(Transfer&, CURLcode);
  Result<void> follow(Transfer&);
  void tell(Transfer&, const Content&);
  void call_planned();
  void call_back_one();
  std::vector<Request> take_queue(std::size_t room);
  std::function<void()> take_due();
  int patience();

  /// Somebody who waited, and what for.
  struct Arrived {
    Done done;
    Content content;
  };

  const Limits limits;
  const HostRules rules;
  std::unique_ptr<CURLM, EndMulti> multi{curl_multi_init()};
  std::vector<std::unique_ptr<Transfer>> active{};  ///< of the thread alone; ends before multi
  std::mutex mutex{};
  std::map<Request, std::vector<Done>> waiting{};  ///< queued or under way
  std::deque<Request> queue{};
  std::deque<Arrived> arrived{};
  std::function<void()> planned{};
  Clock::time_point due{};  ///< of what is planned
  bool stop = false;
};

Fetcher::Fetcher(const Limits& limits) {
  static const Curl once;
  shared_ = std::make_shared<Shared>(limits);
}

void Fetcher::stop() {
  shared_->give_up();
  wake();
}

void Fetcher::wake() { curl_multi_wakeup(shared_->multi.get()); }

void Fetcher::join() {
  if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
}

Fetcher::~Fetcher() {
  stop();
  join();
  // Whoever goes on with a list may hold the last reference to the cache: then this is the thread itself.
  if (thread_.joinable()) thread_.detach();
}

bool Fetcher::allows(std::string_view url) const {
  const auto parsed = parse_http_url(url);
  return parsed && shared_->rules.allows(*parsed);
}

bool Fetcher::fetch(Request request, std::function<void(const Content&)> done) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stop) return false;
    const auto flight = shared_->waiting.find(request);
    if (flight != shared_->waiting.end()) {
      flight->second.push_back(std::move(done));
      return true;
    }
    if (shared_->queue.size() >= 8 * shared_->limits.max_fetches) return false;
    shared_->waiting[request].push_back(std::move(done));
    shared_->queue.push_back(std::move(request));
    if (!thread_.joinable()) thread_ = std::thread([shared = shared_] { shared->work(); });
  }
  wake();
  return true;
}

void Fetcher::after(std::chrono::milliseconds time, std::function<void()> call) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stop) return;
    shared_->planned.swap(call);
    shared_->due = Clock::now() + time;
    if (!thread_.joinable()) thread_ = std::thread([shared = shared_] { shared->work(); });
  }
  wake();
}

std::vector<Request> Fetcher::Shared::take_queue(std::size_t room) {
  const std::lock_guard lock(mutex);
  std::vector<Request> requests;
  for (; room > 0 && !queue.empty(); --room) {
    requests.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return requests;
}

std::function<void()> Fetcher::Shared::take_due() {
  const std::lock_guard lock(mutex);
  return planned && due <= Clock::now() ? std::exchange(planned, nullptr) : nullptr;
}

void Fetcher::Shared::call_planned() {
  auto call = take_due();
  if (!call || contained(call)) return;
  const std::lock_guard lock(mutex);
  if (stop || planned) return;
  planned.swap(call);
  due = Clock::now() + std::chrono::seconds(1);
}

/// One in each round: while many who waited for the same work on it, the other transfers go on.
void Fetcher::Shared::call_back_one() {
  Arrived next;
  {
    const std::lock_guard lock(mutex);
    if (arrived.empty()) return;
    next = std::move(arrived.front());
    arrived.pop_front();
  }
  contained([&] { next.done(next.content); });
}

/// Milliseconds until somebody is to be called.
int Fetcher::Shared::patience() {
  const std::lock_guard lock(mutex);
  if (!arrived.empty()) return 0;
  if (!planned) return 1000;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000));
}

/// Nothing is fetched any more; who waits learns that from the end of the callback.
void Fetcher::Shared::give_up() {
  std::map<Request, std::vector<Done>> dropped;  // go behind the lock: what callbacks hold may call us
  std::deque<Arrived> late;
  std::function<void()> never;
  const std::lock_guard lock(mutex);
  stop = true;
  queue.clear();
  dropped.swap(waiting);
  late.swap(arrived);
  never.swap(planned);
}

void Fetcher::Shared::work() noexcept {
  try {
    run();
  } catch (...) { give_up(); }  // no memory
  for (const auto& transfer : active) curl_multi_remove_handle(multi.get(), transfer->easy.get());
  active.clear();
}

void Fetcher::Shared::run() {
  for (;;) {
    bool more = false;
    {
      const std::lock_guard lock(mutex);
      if (stop) return;
      more = queue.size() > limits.max_fetches - active.size();
    }
    call_planned();
    call_back_one();
    for (Request& request : take_queue(limits.max_fetches - active.size())) start(std::move(request));
    const std::size_t before = active.size();
    perform();
    // What waits in line need not wait for the next event where there is room now.
    const bool room = more && active.size() < before;
    curl_multi_poll(multi.get(), nullptr, 0, room ? 0 : patience(), nullptr);
  }
}

/// Lets transfers go on and ends those that are done.
void Fetcher::Shared::perform() {
  int running = 0, left = 0;
  curl_multi_perform(multi.get(), &running);
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    const CURLcode code = message->data.result;
    CURL* easy = message->easy_handle;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(multi.get(), easy);
    finish(*transfer, code);
  }
}

void Fetcher::Shared::start(Request request) {
  auto transfer = std::make_unique<Transfer>();
  transfer->limits = &limits;
  transfer->any_address = rules.any_address();
  transfer->url = request.url;
  transfer->deadline = Clock::now() + limits.timeout;
  transfer->asked = std::move(request);
  active.push_back(std::move(transfer));
  Transfer& begun = *active.back();
  if (!begun.easy || !begin(begun) || curl_multi_add_handle(multi.get(), begun.easy.get()) != CURLM_OK)
    tell(begun, failed(Errc::unreachable, begun.url, "libcurl cannot begin"));
}

void Fetcher::Shared::finish(Transfer& transfer, CURLcode code) {
  if (code != CURLE_OK) return tell(transfer, refused(transfer, code));
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300 && status < 400) {
    const auto followed = follow(transfer);
    if (!followed) tell(transfer, std::unexpected(followed.error()));
    return;
  }
  if (status != 200)
    return tell(transfer, failed(Errc::unreachable, transfer.url, "the answer has HTTP status " + std::to_string(status)));
  tell(transfer, std::make_shared<const Bytes>(std::move(transfer.content)));
}

/// Goes where a redirect points to.
Result<void> Fetcher::Shared::follow(Transfer& transfer) {
  const char* target = nullptr;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_REDIRECT_URL, &target);
  if (transfer.redirects == limits.max_redirects) return failed(Errc::refused, transfer.url, "it redirects once too often");
  const auto parsed = target != nullptr ? parse_http_url(target) : std::nullopt;
  if (!parsed || !rules.allows(*parsed))
    return failed(Errc::refused, transfer.url, "it redirects to where nothing may be fetched from");
  ++transfer.redirects;
  transfer.url = target;
  if (begin(transfer) && curl_multi_add_handle(multi.get(), transfer.easy.get()) == CURLM_OK) return {};
  return failed(Errc::unreachable, transfer.url, "libcurl cannot begin");
}

/// Ends a transfer; who waits for it is called back in the next rounds.
void Fetcher::Shared::tell(Transfer& transfer, const Content& content) {
  {
    const std::lock_guard lock(mutex);
    if (const auto found = waiting.find(transfer.asked); found != waiting.end()) {
      for (Done& done : found->second) arrived.push_back({std::move(done), content});
      waiting.erase(found);
    }
  }
  std::erase_if(active, [&](const std::unique_ptr<Transfer>& one) { return one.get() == &transfer; });
}

}  // namespace keyway::fetch
