// SPDX-License-Identifier: Apache-2.0
//
// The same options as keyway_peer.cpp, said to libssl.
#include "libssl_peer.h"

#include <openssl/x509v3.h>

#include "must.h"

namespace keyway::bench {
namespace {

SslCtxHandle context_for(const SSL_METHOD* method, const char* group, Mode mode) {
  SslCtxHandle context(SSL_CTX_new(method));
  require(context != nullptr, "SSL_CTX_new");
  const int version = mode == Mode::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  require(SSL_CTX_set_min_proto_version(context.get(), version) == 1, "min version");
  require(SSL_CTX_set_max_proto_version(context.get(), version) == 1, "max version");
  require(SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_128_GCM_SHA256") == 1, "ciphersuites");
  const char* const older = mode == Mode::tls12_cbc ? "ECDHE-ECDSA-AES128-SHA" : "ECDHE-ECDSA-AES128-GCM-SHA256";
  require(SSL_CTX_set_cipher_list(context.get(), older) == 1, "cipher list");
  require(SSL_CTX_set1_groups_list(context.get(), group) == 1, "groups");
  SSL_CTX_set_session_cache_mode(context.get(), mode == Mode::tls12_by_id ? SSL_SESS_CACHE_SERVER : SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_ENCRYPT_THEN_MAC);
  if (mode != Mode::tls12_by_ticket) SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  return context;
}

}  // namespace

LibsslStack::LibsslStack(const IdentityFiles& files, const char* group, Mode mode)
    : client_context_(context_for(TLS_client_method(), group, mode)),
      server_context_(context_for(TLS_server_method(), group, mode)) {
  SSL_CTX* client = client_context_.get();
  SSL_CTX* server = server_context_.get();
  require(SSL_CTX_load_verify_locations(client, files.root.c_str(), nullptr) == 1, "anchors");
  SSL_CTX_set_verify(client, SSL_VERIFY_PEER, nullptr);
  require(SSL_CTX_set_num_tickets(server, 0) == 1, "tickets");
  require(SSL_CTX_use_certificate_chain_file(server, files.chain.c_str()) == 1, "chain");
  require(SSL_CTX_use_PrivateKey_file(server, files.key.c_str(), SSL_FILETYPE_PEM) == 1, "key");
  if (!resumes(mode)) return;
  const unsigned char context[] = {1};
  require(SSL_CTX_set_session_id_context(server, context, sizeof(context)) == 1, "session id context");
  session_.reset(SSL_get1_session(connect().client.get()));
  require(SSL_session_reused(connect().server.get()) == 1, "resumed");
}

SslHandle LibsslStack::make_client() const {
  SslHandle ssl(SSL_new(client_context_.get()));
  require(ssl != nullptr, "SSL_new");
  SSL_set_connect_state(ssl.get());
  // SSL_set_tlsext_host_name is this with a C cast.
  const long named = SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host));
  require(SSL_set1_host(ssl.get(), host) == 1 && named == 1, "host");
  if (session_) require(SSL_set_session(ssl.get(), session_.get()) == 1, "session");
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  require(in != nullptr && out != nullptr, "BIO_new");
  SSL_set_bio(ssl.get(), in, out);
  return ssl;
}

SslHandle LibsslStack::make_server(const SSL& client) const {
  SslHandle ssl(SSL_new(server_context_.get()));
  require(ssl != nullptr, "SSL_new");
  SSL_set_accept_state(ssl.get());
  BIO* in = SSL_get_wbio(&client);
  BIO* out = SSL_get_rbio(&client);
  BIO_up_ref(in);
  BIO_up_ref(out);
  SSL_set_bio(ssl.get(), in, out);
  return ssl;
}

bool LibsslStack::step(SSL& ssl) {
  const int done = SSL_do_handshake(&ssl);
  if (done != 1) require(SSL_get_error(&ssl, done) == SSL_ERROR_WANT_READ, "SSL_do_handshake");
  return done == 1;
}

}  // namespace keyway::bench
