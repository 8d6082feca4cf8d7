// SPDX-License-Identifier: Apache-2.0
//
// The peer made of mbedTLS 2.28: TLS 1.0 to 1.2, sessions by id and ticket, renegotiation, encrypt-then-MAC.
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ticket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context chance;
static mbedtls_ssl_config config;
static mbedtls_ssl_context tls;
static mbedtls_net_context net;
static mbedtls_x509_crt anchors, chain;
static mbedtls_pk_context key;
static mbedtls_ssl_cache_context cache;
static mbedtls_ssl_ticket_context tickets;
static mbedtls_ssl_session session;
static bool have_session, is_server;
static int suites[2];
// The library's own order begins with the one that takes it longest.
static const mbedtls_ecp_group_id curves[] = {MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_SECP384R1,
                                              MBEDTLS_ECP_DP_SECP521R1, MBEDTLS_ECP_DP_NONE};

static void must(const struct wishes* wishes, const char* what, int failed) {
  if (failed == 0) return;
  say(wishes, "failed %s -0x%x", what, (unsigned)-failed);
  _Exit(1);
}

/// TLS_A_B as TLS-A-B, or the other way round.
static const char* spelled(const char* name, char from, char to) {
  static char other[80];
  snprintf(other, sizeof other, "%s", name);
  for (char* at = other; *at; ++at)
    if (*at == from) *at = to;
  return other;
}

void library_suites(void) {
  for (const int* suite = mbedtls_ssl_list_ciphersuites(); *suite; ++suite)
    puts(spelled(mbedtls_ssl_get_ciphersuite_name(*suite), '-', '_'));
}

static void load_identity(const struct wishes* wishes) {
  char* certificate = demo_file(wishes, wishes->identity, ".pem");
  char* private_key = demo_file(wishes, wishes->identity, ".key");
  must(wishes, "certificate", mbedtls_x509_crt_parse_file(&chain, certificate));
  must(wishes, "key", mbedtls_pk_parse_keyfile(&key, private_key, NULL));
  must(wishes, "identity", mbedtls_ssl_conf_own_cert(&config, &chain, &key));
  free(certificate);
  free(private_key);
}

static void keep_sessions(const struct wishes* wishes) {
  mbedtls_ssl_cache_init(&cache);
  mbedtls_ssl_conf_session_cache(&config, &cache, mbedtls_ssl_cache_get, mbedtls_ssl_cache_set);
  if (!wishes->tickets) return;
  mbedtls_ssl_ticket_init(&tickets);
  must(wishes, "tickets", mbedtls_ssl_ticket_setup(&tickets, mbedtls_ctr_drbg_random, &chance, MBEDTLS_CIPHER_AES_256_GCM, 3600));
  mbedtls_ssl_conf_session_tickets_cb(&config, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse, &tickets);
}

void library_prepare(const struct wishes* wishes) {
  is_server = wishes->server;
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&chance);
  mbedtls_ssl_session_init(&session);
  mbedtls_ssl_init(&tls);
  must(wishes, "seed", mbedtls_ctr_drbg_seed(&chance, mbedtls_entropy_func, &entropy, NULL, 0));
  mbedtls_ssl_config_init(&config);
  const int role = is_server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
  must(wishes, "defaults", mbedtls_ssl_config_defaults(&config, role, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT));
  mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &chance);
  const int minor = !strcmp(wishes->version, "tlsv1") ? 1 : !strcmp(wishes->version, "tlsv1.1") ? 2 : 3;
  mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, minor);
  mbedtls_ssl_conf_max_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, minor);
  suites[0] = mbedtls_ssl_get_ciphersuite_id(spelled(wishes->suite, '_', '-'));
  must(wishes, "suite", suites[0] == 0);
  mbedtls_ssl_conf_ciphersuites(&config, suites);
  mbedtls_ssl_conf_curves(&config, curves);
  char* authority = demo_file(wishes, "ca", ".pem");
  must(wishes, "anchors", mbedtls_x509_crt_parse_file(&anchors, authority));
  free(authority);
  mbedtls_ssl_conf_ca_chain(&config, &anchors, NULL);
  const bool verify = is_server ? wishes->ask : !wishes->anonymous;
  mbedtls_ssl_conf_authmode(&config, verify ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
  if (wishes->identity) load_identity(wishes);
  if (wishes->psk_identity)
    must(wishes, "psk",
         mbedtls_ssl_conf_psk(&config, wishes->psk, wishes->psk_size, (const unsigned char*)wishes->psk_identity,
                              strlen(wishes->psk_identity)));
  const bool again = wishes->renegotiate || wishes->renegotiable;
  mbedtls_ssl_conf_renegotiation(&config, again ? MBEDTLS_SSL_RENEGOTIATION_ENABLED : MBEDTLS_SSL_RENEGOTIATION_DISABLED);
  mbedtls_ssl_conf_encrypt_then_mac(&config, wishes->no_etm ? MBEDTLS_SSL_ETM_DISABLED : MBEDTLS_SSL_ETM_ENABLED);
  if (is_server) keep_sessions(wishes);
  if (!is_server)
    mbedtls_ssl_conf_session_tickets(
        &config, wishes->tickets ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
}

int library_open(const struct wishes* wishes, int socket) {
  net.fd = socket;
  mbedtls_ssl_free(&tls);
  mbedtls_ssl_init(&tls);
  must(wishes, "setup", mbedtls_ssl_setup(&tls, &config));
  if (!is_server) must(wishes, "name", mbedtls_ssl_set_hostname(&tls, "localhost"));
  if (have_session) must(wishes, "session", mbedtls_ssl_set_session(&tls, &session));
  mbedtls_ssl_set_bio(&tls, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
  const int failed = mbedtls_ssl_handshake(&tls);
  if (failed == 0) say(wishes, "handshake suite=%s version=%s", mbedtls_ssl_get_ciphersuite(&tls), mbedtls_ssl_get_version(&tls));
  return failed;
}

static bool again(int result) { return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE; }

int library_read(void* into, size_t size) {
  int count;
  do count = mbedtls_ssl_read(&tls, into, size);
  while (again(count));
  return count == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : count;
}

int library_write(const void* from, size_t size) {
  int count;
  do count = mbedtls_ssl_write(&tls, from, size);
  while (again(count));
  return count;
}

int library_renegotiate(void) { return mbedtls_ssl_renegotiate(&tls); }

void library_close(void) {
  if (!is_server) {
    mbedtls_ssl_session_free(&session);
    mbedtls_ssl_session_init(&session);
    have_session = mbedtls_ssl_get_session(&tls, &session) == 0;
  }
  mbedtls_ssl_close_notify(&tls);
}
