// SPDX-License-Identifier: Apache-2.0
//
// Reads cases, forks for each, echoes as a server, says something and checks the answer as a client.
#define _GNU_SOURCE  // asprintf
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

void say(const struct wishes* wishes, const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  printf("%s %s\n", wishes->name, line);  // one write: the buffer holds lines
  fflush(stdout);
}

char* demo_file(const struct wishes* wishes, const char* name, const char* ending) {
  char* path = NULL;
  if (asprintf(&path, "%s/%s%s", wishes->demo, name, ending) < 0) abort();
  return path;
}

static void read_psk(struct wishes* wishes, char* text) {
  char* equals = strchr(text, '=');
  if (!equals) return;
  *equals = '\0';
  wishes->psk_identity = text;
  unsigned byte = 0;
  for (const char* at = equals + 1; wishes->psk_size < sizeof wishes->psk && sscanf(at, "%2x", &byte) == 1; at += 2)
    wishes->psk[wishes->psk_size++] = (unsigned char)byte;
}

static void read_wish(struct wishes* wishes, char* word) {
  char* value = strchr(word, '=');
  if (value) *value++ = '\0';
  if (!strcmp(word, "identity")) wishes->identity = value;
  if (!strcmp(word, "suite")) wishes->suite = value;
  if (!strcmp(word, "version")) wishes->version = value;
  if (!strcmp(word, "dhfile")) wishes->dhfile = value;
  if (!strcmp(word, "psk")) read_psk(wishes, value);
  if (!strcmp(word, "ask")) wishes->ask = true;
  if (!strcmp(word, "anonymous")) wishes->anonymous = true;
  if (!strcmp(word, "renegotiate")) wishes->renegotiate = true;
  if (!strcmp(word, "renegotiable")) wishes->renegotiable = true;
  if (!strcmp(word, "tickets")) wishes->tickets = true;
  if (!strcmp(word, "no_etm")) wishes->no_etm = true;
  if (!strcmp(word, "times")) wishes->times = atoi(value);
  if (!strcmp(word, "size")) wishes->size = (size_t)atol(value);
}

static bool write_all(const char* from, size_t size) {
  while (size > 0) {
    const int sent = library_write(from, size);
    if (sent <= 0) return false;
    from += sent;
    size -= (size_t)sent;
  }
  return true;
}

static void echo(const struct wishes* wishes, int socket) {
  const int failed = library_open(wishes, socket);
  if (failed != 0) return say(wishes, "failed handshake %d", failed);
  char buffer[4096];
  bool renegotiate = wishes->renegotiate;
  for (;;) {
    const int count = library_read(buffer, sizeof buffer);
    if (count < 0) say(wishes, "failed read %d", count);
    if (count <= 0 || !write_all(buffer, (size_t)count)) break;
    if (!renegotiate) continue;
    renegotiate = false;
    const int refused = library_renegotiate();
    if (refused != 0) say(wishes, "failed renegotiate %d", refused);
  }
  library_close();
  say(wishes, "closed");
}

static void limit(int socket) {
  const int yes = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const struct timeval seconds = {.tv_sec = 20};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &seconds, sizeof seconds);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &seconds, sizeof seconds);
}

static void serve(const struct wishes* wishes) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr*)&address, size) || listen(listener, 8) ||
      getsockname(listener, (struct sockaddr*)&address, &size))
    return say(wishes, "failed listen");
  say(wishes, "listening %d", ntohs(address.sin_port));
  for (int left = wishes->times; left > 0; --left) {
    const int socket = accept(listener, NULL, NULL);
    if (socket < 0) return say(wishes, "failed accept");
    limit(socket);
    echo(wishes, socket);
    close(socket);
  }
}

static bool exchange(const struct wishes* wishes, const char* text, size_t size) {
  if (!write_all(text, size)) return say(wishes, "failed write"), false;
  char* answer = calloc(1, size);
  size_t have = 0;
  for (int count = 1; have < size && count > 0; have += count > 0 ? (size_t)count : 0) {
    count = library_read(answer + have, size - have);
    if (count < 0) say(wishes, "failed read %d", count);
  }
  const bool same = have == size && !memcmp(answer, text, size);
  if (!same) say(wishes, "failed: another answer, %zu bytes", have);
  free(answer);
  return same;
}

static bool converse(const struct wishes* wishes) {
  if (!exchange(wishes, "hello\n", 6)) return false;
  const int refused = wishes->renegotiate ? library_renegotiate() : 0;
  if (refused != 0) return say(wishes, "failed renegotiate %d", refused), false;
  char* much = malloc(wishes->size);
  for (size_t i = 0; i < wishes->size; ++i) much[i] = (char)('a' + (i ^ (i >> 8)) % 26);
  much[wishes->size - 1] = '\n';
  const bool same = exchange(wishes, much, wishes->size);
  free(much);
  // What one end begins while the other sends is over by the time of the next answer.
  return same && (!(wishes->renegotiate || wishes->renegotiable) || exchange(wishes, "goodbye\n", 8));
}

static void meet(const struct wishes* wishes, int port) {
  for (int left = wishes->times; left > 0; --left) {
    const int peer = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((unsigned short)port)};
    if (connect(peer, (const struct sockaddr*)&address, sizeof address)) return say(wishes, "failed connect");
    limit(peer);
    const int failed = library_open(wishes, peer);
    if (failed != 0) return say(wishes, "failed handshake %d", failed);
    if (!converse(wishes)) return;
    library_close();
    close(peer);
  }
  say(wishes, "done");
}

static void run_case(char* line, const char* demo) {
  struct wishes wishes = {.demo = demo, .version = "tlsv1.2", .times = 1};
  wishes.server = !strcmp(strtok(line, "\t"), "server");
  wishes.name = strtok(NULL, "\t");
  const int port = wishes.server ? 0 : atoi(strtok(NULL, "\t"));
  for (char* word; (word = strtok(NULL, "\t"));) read_wish(&wishes, word);
  library_prepare(&wishes);
  if (wishes.server) serve(&wishes);
  if (!wishes.server) meet(&wishes, port);
}

int main(int count, char** words) {
  if (count != 2) return fprintf(stderr, "usage: %s DEMO, or suites; see peer.h\n", words[0]), 2;
  if (!strcmp(words[1], "suites")) return library_suites(), 0;
  signal(SIGCHLD, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  char line[4096];
  const pid_t self = getpid();
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = '\0';
    if (fork() != 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing stays when the program ends
    if (getppid() != self) _Exit(0);   // it has ended before that
    run_case(line, words[1]);
    _Exit(0);
  }
  return 0;
}
