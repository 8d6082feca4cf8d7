// SPDX-License-Identifier: Apache-2.0
//
// The peer made of wolfSSL 5.5 as Debian builds it: TLS 1.1 to 1.3, sessions by id and ticket; renegotiation is not compiled.
#include <wolfssl/options.h>
// After the options.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wolfssl/ssl.h>

#include "peer.h"

static WOLFSSL_CTX* context;
static WOLFSSL* tls;
static WOLFSSL_SESSION* session;
static const struct wishes* told;

static void must(const char* what, int done) {
  if (done == WOLFSSL_SUCCESS) return;
  say(told, "failed %s %d", what, done);
  _Exit(1);
}

void library_suites(void) {
  char names[16384];
  if (wolfSSL_get_ciphers_iana(names, sizeof names) != WOLFSSL_SUCCESS) return;
  for (const char* name = strtok(names, ":"); name; name = strtok(NULL, ":")) puts(name);
}

static unsigned client_psk(WOLFSSL* ssl, const char* hint, char* identity, unsigned room, unsigned char* into, unsigned size) {
  (void)ssl, (void)hint;
  if (strlen(told->psk_identity) >= room || told->psk_size > size) return 0;
  strcpy(identity, told->psk_identity);
  memcpy(into, told->psk, told->psk_size);
  return (unsigned)told->psk_size;
}

static unsigned server_psk(WOLFSSL* ssl, const char* identity, unsigned char* into, unsigned size) {
  (void)ssl;
  if (strcmp(identity, told->psk_identity) || told->psk_size > size) return 0;
  memcpy(into, told->psk, told->psk_size);
  return (unsigned)told->psk_size;
}

static WOLFSSL_METHOD* method_of(const struct wishes* wishes) {
  const bool server = wishes->server;
  if (!strcmp(wishes->version, "tlsv1.3")) return server ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method();
  if (!strcmp(wishes->version, "tlsv1.1")) return server ? wolfTLSv1_1_server_method() : wolfTLSv1_1_client_method();
  return server ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method();
}

static void load_identity(const struct wishes* wishes) {
  char* certificate = demo_file(wishes, wishes->identity, ".pem");
  char* key = demo_file(wishes, wishes->identity, ".key");
  must("certificate", wolfSSL_CTX_use_certificate_chain_file(context, certificate));
  must("key", wolfSSL_CTX_use_PrivateKey_file(context, key, WOLFSSL_FILETYPE_PEM));
  free(certificate);
  free(key);
}

static void use_psk(const struct wishes* wishes) {
  if (!wishes->psk_identity) return;
  if (wishes->server) wolfSSL_CTX_set_psk_server_callback(context, server_psk);
  if (!wishes->server) wolfSSL_CTX_set_psk_client_callback(context, client_psk);
}

void library_prepare(const struct wishes* wishes) {
  told = wishes;
  wolfSSL_Init();
  context = wolfSSL_CTX_new(method_of(wishes));
  must("context", context ? WOLFSSL_SUCCESS : 0);
  if (wishes->suite) must("suite", wolfSSL_CTX_set_cipher_list(context, wishes->suite));
  char* authority = demo_file(wishes, "ca", ".pem");
  must("anchors", wolfSSL_CTX_load_verify_locations(context, authority, NULL));
  free(authority);
  const bool verify = wishes->server ? wishes->ask : !wishes->anonymous;
  wolfSSL_CTX_set_verify(context, verify ? WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT : WOLFSSL_VERIFY_NONE, NULL);
  if (wishes->identity) load_identity(wishes);
  use_psk(wishes);
  if (wishes->anonymous) must("anonymous", wolfSSL_CTX_allow_anon_cipher(context));
  const bool tickets = wishes->tickets || !strcmp(wishes->version, "tlsv1.3");
  if (!tickets) wolfSSL_CTX_set_options(context, WOLFSSL_OP_NO_TICKET);
  if (!wishes->server && tickets) must("tickets", wolfSSL_CTX_UseSessionTicket(context));
}

int library_open(const struct wishes* wishes, int socket) {
  wolfSSL_free(tls);
  tls = wolfSSL_new(context);
  must("connection", tls ? WOLFSSL_SUCCESS : 0);
  must("socket", wolfSSL_set_fd(tls, socket));
  if (wishes->dhfile) {
    wolfSSL_SetEnableDhKeyTest(tls, 0);  // whether it is prime is no question, and takes longer than all else
    must("dhfile", wolfSSL_SetTmpDH_file(tls, wishes->dhfile, WOLFSSL_FILETYPE_PEM));
  }
  if (!wishes->server && !wishes->anonymous) must("name", wolfSSL_check_domain_name(tls, "localhost"));
  if (session) must("session", wolfSSL_set_session(tls, session));
  const int done = wishes->server ? wolfSSL_accept(tls) : wolfSSL_connect(tls);
  if (done != WOLFSSL_SUCCESS) return wolfSSL_get_error(tls, done);
  say(wishes, "handshake suite=%s version=%s resumed=%s", wolfSSL_get_cipher(tls), wolfSSL_get_version(tls),
      wolfSSL_session_reused(tls) ? "yes" : "no");
  return 0;
}

int library_read(void* into, size_t size) {
  const int count = wolfSSL_read(tls, into, (int)size);
  if (count > 0) return count;
  const int error = wolfSSL_get_error(tls, count);
  return error == WOLFSSL_ERROR_ZERO_RETURN ? 0 : error > 0 ? -error : error;
}

int library_write(const void* from, size_t size) { return wolfSSL_write(tls, from, (int)size); }

int library_renegotiate(void) { return wolfSSL_Rehandshake(tls); }

void library_close(void) {
  if (!told->server) {
    wolfSSL_SESSION_free(session);
    session = wolfSSL_get1_session(tls);
  }
  wolfSSL_shutdown(tls);
}
