// SPDX-License-Identifier: Apache-2.0
//
// The names that snippets of the documents take from the reader's own program. Declared, never called: the snippets are
// compiled and not run.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "keyway/keyway.h"
#include "keyway/private_key.h"

using namespace std::chrono_literals;

// What a program does with results.
void report(const std::string& message);
void log(const std::string& message);
void fail_after_writing_output(const keyway::Error&);
void retry_later();
void give_up();
void tell_the_user(const std::vector<keyway::CertificateProblem>&);
void use(keyway::ByteView);
void serve(keyway::Socket&);

// Where it gets things from.
inline const keyway::Endpoint endpoint{.host = "example.org", .port = 443};
extern const std::shared_ptr<const keyway::ClientConfig> config;
extern const keyway::Listener listener;
extern const keyway::ByteView key;
extern const std::string pin;
keyway::Now now();
std::size_t my_write(keyway::ByteViews);
std::size_t my_read(keyway::MutableBytes);
void drop_front(std::vector<std::byte>&, std::size_t& filled, std::size_t count);

struct Database {
  template <class Found>
  void find(const std::string& name, Found&&) const {}
};
inline const Database database;

// Its threads.
struct Pool {
  template <class Work>
  void post(Work&&) {}
};
extern Pool pool;
struct Copied {};
Copied copy_of(const keyway::VerifyQuestion&);
keyway::Result<keyway::TrustedChain> check(const Copied&);
