// SPDX-License-Identifier: Apache-2.0
//
// Messages cut, changed, extended and spliced at random: each is refused, or stable (stable.h). Under the address sanitizer
// this also shows that no decoder reads beyond its input. The seed is fixed: a failure comes back.
#include <random>

#include "unit/wire/rfc8448.h"
#include "unit/wire/stable.h"
#include "unit/wire/wire_test.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_request13.h"
#include "wire/messages/certificate_verify.h"
#include "wire/messages/encrypted_extensions.h"
#include "wire/messages/new_session_ticket13.h"
#include "wire/messages/server_hello.h"

namespace keyway::wire {
namespace {

Bytes mutated(Bytes bytes, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound)(random); };
  for (std::size_t change = below(3); !bytes.empty(); --change) {
    const std::size_t at = below(bytes.size() - 1);
    const auto position = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(5)) {
      case 0: bytes[at] = static_cast<std::byte>(below(255)); break;
      case 1: bytes[at] ^= static_cast<std::byte>(1 << below(7)); break;
      case 2: bytes.insert(position, static_cast<std::byte>(below(3))); break;
      case 3: bytes.erase(position); break;
      case 4: bytes.resize(at); break;
      default:
        bytes.insert(position, bytes.begin(),
                     bytes.begin() + static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(bytes.size(), 40))));
        break;
    }
    if (change == 0) break;
  }
  return bytes;
}

template <class T>
void expect_stable_under_mutation(ByteView seed, int rounds) {
  std::mt19937 random(8446);
  ASSERT_TRUE(stable<T>(seed));
  int accepted = 0;
  for (int round = 0; round < rounds; ++round) accepted += stable<T>(mutated(to_bytes(seed), random)) ? 1 : 0;
  EXPECT_LT(accepted, rounds) << "nothing was ever refused";
}

ByteView body(const Bytes& message) { return ByteView(message).subspan(4); }

constexpr int rounds = 20000;

TEST(Mutation, ClientHello) {
  expect_stable_under_mutation<ClientHello>(body(hex(rfc8448::client_hello)), rounds);
  expect_stable_under_mutation<ClientHello>(body(hex(rfc8448::resuming_client_hello)), rounds);
}

TEST(Mutation, ServerHello) {
  expect_stable_under_mutation<ServerHello>(body(hex(rfc8448::resuming_server_hello)), rounds);
  expect_stable_under_mutation<HelloRetryRequest>(body(hex(rfc8448::hello_retry_request)), rounds);
}

TEST(Mutation, EncryptedExtensions) {
  expect_stable_under_mutation<EncryptedExtensions>(body(hex(rfc8448::encrypted_extensions)), rounds);
}

TEST(Mutation, Certificate) {
  const std::string entry = "000002 3001 0012 0005 0005 01 000001 30 0012 0005 0003 0001 aa";
  expect_stable_under_mutation<Certificate13>(hex("00" + vec(3, entry + "000002 3002 0000")), rounds);
}

TEST(Mutation, CertificateRequest) {
  expect_stable_under_mutation<CertificateRequest13>(
      hex("01 aa 001e 000d 0004 0002 0403 002f 0006 0004 0002 3000 0030 0008 0006 02 0603 0001 05"), rounds);
}

TEST(Mutation, OtherMessages) {
  expect_stable_under_mutation<CertificateVerify>(body(hex(rfc8448::certificate_verify)), rounds);
  expect_stable_under_mutation<NewSessionTicket13>(hex("00015180 01020304 01 07 0002 aabb 0008 002a 0004 00004000"), rounds);
}

TEST(Mutation, RandomBytes) {
  std::mt19937 random(8446);
  for (int round = 0; round < rounds; ++round) {
    Bytes bytes(random() % 80);
    for (std::byte& b : bytes) b = static_cast<std::byte>(random() % 4 == 0 ? random() : random() % 4);
    (void)stable<ClientHelloExtensions>(bytes);
    (void)stable<CertificateRequestExtensions>(bytes);
    (void)stable<Certificate13>(bytes);
    (void)stable<NewSessionTicket13>(bytes);
  }
}

}  // namespace
}  // namespace keyway::wire
