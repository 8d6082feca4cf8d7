// SPDX-License-Identifier: Apache-2.0
//
// What the peers made of other libraries have in common: cases come as lines, as interop_endpoint takes them, and each runs in
// a process of its own. A library gives the functions named library_... below.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct wishes {
  const char* name;           // of the case; begins each line that is said
  const char* demo;           // folder of ca.pem and of identities
  const char* identity;       // NAME.pem and NAME.key; NULL: none
  const char* suite;          // IANA's name; NULL: the library's choice
  const char* version;        // tlsv1, tlsv1.1, tlsv1.2, tlsv1.3
  const char* dhfile;         // PEM parameters of a server; NULL: the library's
  const char* psk_identity;   // NULL: no pre-shared key
  unsigned char psk[64];
  size_t psk_size;
  bool server;
  bool ask;           // server: demand a certificate
  bool anonymous;     // nobody is verified
  bool renegotiate;   // after the first data
  bool renegotiable;  // let the other end
  bool tickets;
  bool no_etm;        // no encrypt-then-MAC
  int times;          // connections, one after the other
  size_t size;        // client: bytes after the first data
};

/// Says one line, with the name of the case before it.
void say(const struct wishes* wishes, const char* format, ...) __attribute__((format(printf, 2, 3)));

/// Path of a file of the demo: NAME with `ending`. The caller frees it.
char* demo_file(const struct wishes* wishes, const char* name, const char* ending);

/// Prints the suites that the library has, one to a line, by IANA's names.
void library_suites(void);

/// Configures the library for a case; ends the process when it cannot.
void library_prepare(const struct wishes* wishes);

/// Handshake over a connected socket, and says "handshake ..."; 0, or the error that was met.
int library_open(const struct wishes* wishes, int socket);

/// As read and write: bytes, 0 for the end, negative errors.
int library_read(void* into, size_t size);
int library_write(const void* from, size_t size);

/// Begins and ends another handshake (client), or asks for one (server); 0, or the error.
int library_renegotiate(void);

/// Says close_notify; a client keeps the session for its next connection.
void library_close(void);
