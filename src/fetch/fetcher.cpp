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

/// One URL under way.
struct Transfer {
  std::unique_ptr<CURL, EndEasy> easy{curl_easy_init()};
  const HttpCrlOptions* options = nullptr;
  bool any_address = false;
  std::string asked{};  ///< the URL that it is for
  std::string url{};  ///< where redirects have led
  std::size_t redirects = 0;
  Bytes content{};
};

std::size_t take(char* data, std::size_t, std::size_t size, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  if (transfer.content.size() + size > transfer.options->max_size) return 0;
  const ByteView more = as_bytes({data, size});
  try {
    transfer.content.insert(transfer.content.end(), more.begin(), more.end());
  } catch (const std::bad_alloc&) { return 0; }  // between here and our code is C
  return size;
}

curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* to) {
  if (!static_cast<Transfer*>(of)->any_address && !is_public(to->addr)) return CURL_SOCKET_BAD;
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

bool begin(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  transfer.content.clear();
  const auto milliseconds = static_cast<long>(transfer.options->timeout.count());
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
      curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(transfer.options->max_size)),
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take),
      curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer),
      curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket),
      curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer),
      curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer),
  };
  return std::ranges::all_of(results, [](CURLcode code) { return code == CURLE_OK; });
}

}  // namespace

/// What callers and the thread have in common. The thread keeps it, so that it may outlive the Fetcher.
struct Fetcher::Shared {
  using Done = std::function<void(const Content&)>;
  explicit Shared(const HttpCrlOptions& with) : options(with), rules(with.allowed_hosts, with.ports) {}

  void work() noexcept;
  void run();
  void perform();
  void give_up();
  void start(std::string url);
  void finish(Transfer&, CURLcode);
  bool follow(Transfer&);
  void tell(Transfer&, const Content&);
  std::vector<std::string> take_queue(std::size_t room);

  const HttpCrlOptions options;
  const HostRules rules;
  std::unique_ptr<CURLM, EndMulti> multi{curl_multi_init()};
  std::vector<std::unique_ptr<Transfer>> active{};  ///< of the thread alone; ends before multi
  std::mutex mutex{};
  std::map<std::string, std::vector<Done>> waiting{};  ///< by URL, queued or under way
  std::deque<std::string> queue{};
  bool stop = false;
};

Fetcher::Fetcher(const HttpCrlOptions& options) {
  static const Curl once;
  shared_ = std::make_shared<Shared>(options);
}

void Fetcher::stop() {
  shared_->give_up();
  curl_multi_wakeup(shared_->multi.get());
}

Fetcher::~Fetcher() {
  stop();
  if (!thread_.joinable()) return;
  // Whoever goes on with a list may hold the last reference to the cache: then this is the thread itself.
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

bool Fetcher::allows(std::string_view url) const {
  const auto parsed = parse_http_url(url);
  return parsed && shared_->rules.allows(*parsed);
}

bool Fetcher::fetch(const std::string& url, std::function<void(const Content&)> done) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stop) return false;
    const auto flight = shared_->waiting.find(url);
    if (flight != shared_->waiting.end()) {
      flight->second.push_back(std::move(done));
      return true;
    }
    if (shared_->queue.size() >= 8 * shared_->options.max_fetches) return false;
    shared_->waiting[url].push_back(std::move(done));
    shared_->queue.push_back(url);
    if (!thread_.joinable()) thread_ = std::thread([shared = shared_] { shared->work(); });
  }
  curl_multi_wakeup(shared_->multi.get());
  return true;
}

std::vector<std::string> Fetcher::Shared::take_queue(std::size_t room) {
  const std::lock_guard lock(mutex);
  std::vector<std::string> urls;
  for (; room > 0 && !queue.empty(); --room) {
    urls.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return urls;
}

/// Nothing is fetched any more; who waits learns that from the end of the callback.
void Fetcher::Shared::give_up() {
  std::map<std::string, std::vector<Done>> dropped;  // goes behind the lock: what callbacks hold may call us
  const std::lock_guard lock(mutex);
  stop = true;
  queue.clear();
  dropped.swap(waiting);
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
      more = queue.size() > options.max_fetches - active.size();
    }
    for (std::string& url : take_queue(options.max_fetches - active.size())) start(std::move(url));
    const std::size_t before = active.size();
    perform();
    // What waits in line need not wait for the next event where there is room now.
    const bool room = more && active.size() < before;
    curl_multi_poll(multi.get(), nullptr, 0, room ? 0 : 1000, nullptr);
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

void Fetcher::Shared::start(std::string url) {
  auto transfer = std::make_unique<Transfer>();
  transfer->options = &options;
  transfer->any_address = rules.any_address();
  transfer->asked = transfer->url = std::move(url);
  active.push_back(std::move(transfer));
  Transfer& begun = *active.back();
  if (!begun.easy || !begin(begun) || curl_multi_add_handle(multi.get(), begun.easy.get()) != CURLM_OK) tell(begun, std::nullopt);
}

void Fetcher::Shared::finish(Transfer& transfer, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status >= 300 && status < 400 && follow(transfer)) return;
  if (code != CURLE_OK || status != 200) return tell(transfer, std::nullopt);
  tell(transfer, Content(std::move(transfer.content)));
}

/// Goes where a redirect points to. False: it may not.
bool Fetcher::Shared::follow(Transfer& transfer) {
  const char* target = nullptr;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_REDIRECT_URL, &target);
  const auto parsed = target != nullptr ? parse_http_url(target) : std::nullopt;
  if (transfer.redirects == options.max_redirects || !parsed || !rules.allows(*parsed)) return false;
  ++transfer.redirects;
  transfer.url = target;
  return begin(transfer) && curl_multi_add_handle(multi.get(), transfer.easy.get()) == CURLM_OK;
}

/// Ends a transfer and calls back whoever waits for it.
void Fetcher::Shared::tell(Transfer& transfer, const Content& content) {
  std::vector<Done> all;
  {
    const std::lock_guard lock(mutex);
    if (const auto found = waiting.find(transfer.asked); found != waiting.end()) {
      all = std::move(found->second);
      waiting.erase(found);
    }
  }
  std::erase_if(active, [&](const std::unique_ptr<Transfer>& one) { return one.get() == &transfer; });
  for (const Done& done : all) done(content);
}

}  // namespace keyway::fetch
