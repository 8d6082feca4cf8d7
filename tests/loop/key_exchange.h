// SPDX-License-Identifier: Apache-2.0
//
// What tests of the key exchanges of TLS 1.2 and below share: pairs with one suite, and flights in the clear to be edited.
#pragma once

#include <gtest/gtest.h>

#include "loop/forge.h"
#include "loop/older.h"
#if defined(KEYWAY_LEGACY)
#include "crypto/legacy/srp.h"
#endif

namespace keyway::test {

#if defined(KEYWAY_LEGACY)
/// What a server keeps of alice, whose password is "correct horse".
enum class SrpKeeps { verifier, derived_key };
inline std::shared_ptr<const SrpEntry> srp_entry(const std::string& group, SrpKeeps keeps) {
  const auto provider = crypto::default_provider();
  auto entry = std::make_shared<SrpEntry>();
  entry->group = group;
  entry->salt = Bytes(20, std::byte{0x51});
  const Secret32 x =
      crypto::srp_x(*provider->hash(HashAlgorithm::sha1), entry->salt, as_bytes("alice"), as_bytes("correct horse"));
  if (keeps == SrpKeeps::derived_key) {
    entry->derived_key = std::make_shared<const SecretBytes>(x.expose());
  } else {
    entry->verifier = std::make_shared<const SecretBytes>(provider->srp_verifier(*crypto::srp_group(group), x.expose()).value());
  }
  return entry;
}

/// One for all: its parameters take long to find.
inline const CertKey& dsa_identity() {
  static const CertKey made = authority().leaf({.key = NewKey::dsa_2048});
  return made;
}
#endif

/// Both sides speak TLS 1.2 and have one suite.
struct ExchangePair : PairOptions {
  explicit ExchangePair(int code) {
    client = client_options();
    server = server_options();
    for (ProtocolOptions* protocol : {&client.protocol, &server.protocol}) {
      protocol->versions = {ProtocolVersion::tls1_2};
      protocol->ciphers = {static_cast<CipherSuite>(code)};
    }
  }
  /// The server has an RSA key for both uses.
  ExchangePair& with_rsa() {
    static const CertKey identity = authority().leaf(
        {.key = NewKey::rsa_2048,
         .key_usage = static_cast<std::uint16_t>(pki::key_usage::digital_signature | pki::key_usage::key_encipherment)});
    server.certs_keys = {identity};
    return *this;
  }
#if defined(KEYWAY_LEGACY)
  /// The server has an EC key that may only agree.
  ExchangePair& with_static_key(NewKey key = NewKey::ec_p256) {
    server.certs_keys = {authority().leaf({.key = key, .key_usage = pki::key_usage::key_agreement})};
    return *this;
  }
  /// The server has a DSA key, and both take its signatures.
  ExchangePair& with_dsa() {
    server.certs_keys = {dsa_identity()};
    for (ProtocolOptions* protocol : {&client.protocol, &server.protocol})
      protocol->signature_algs = {SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::dsa_sha256};
    return *this;
  }
  /// The client is alice, and the server knows her.
  ExchangePair& with_srp(const std::string& group = "srp_2048", SrpKeeps keeps = SrpKeeps::verifier) {
    client.srp = {"alice", "correct horse"};
    server.srp.lookup = [entry = srp_entry(group, keeps)](std::string_view user, Answer<std::shared_ptr<const SrpEntry>> answer) {
      std::move(answer).give(user == "alice" ? entry : nullptr);
    };
    return *this;
  }
#endif
  /// Both sides have one key under one identity.
  ExchangePair& with_psk(std::size_t size = 32) {
    client.psk.keys = server.psk.keys = {Psk::make("tester", Bytes(size, std::byte{0x42}))};
    return *this;
  }
};

inline void expect_failed(const End& end, Errc code, AlertDescription alert) {
  ASSERT_TRUE(end.error) << "nothing was refused";
  EXPECT_EQ(to_string(end.error->code()), to_string(code)) << end.error->message();
  EXPECT_EQ(end.error->alert(), alert);
}

/// A flight with the messages in its first records, those in the clear, changed. Records behind a ChangeCipherSpec stay.
inline Bytes edit_clear(ByteView flight, const std::function<void(Messages&)>& edit) {
  Bytes clear, rest;
  for (const Bytes& record : records_of(flight)) {
    const bool handshake = rest.empty() && static_cast<ContentType>(record[0]) == ContentType::handshake;
    const ByteView bytes = handshake ? ByteView(record).subspan(5) : ByteView(record);
    Bytes& into = handshake ? clear : rest;
    into.insert(into.end(), bytes.begin(), bytes.end());
  }
  Messages messages = messages_of(clear);
  edit(messages);
  return plain_record(ContentType::handshake, encode(messages)) + rest;
}

inline HandshakeMessage& message_in(Messages& messages, HandshakeType type) {
  const auto found = std::ranges::find(messages, type, &HandshakeMessage::type);
  if (found == messages.end()) throw std::runtime_error("the flight has no such message");
  return *found;
}

/// The client's second flight goes in record by record; what came of each, and when.
struct Course {
  std::vector<std::string> steps;
  std::string alert;
  friend bool operator==(const Course&, const Course&) = default;
  friend void PrintTo(const Course& course, std::ostream* out) {
    for (const std::string& step : course.steps) *out << step << "; ";
    *out << course.alert;
  }
};

inline Course course_of(End& server, ByteView flight) {
  Course course;
  for (const Bytes& record : records_of(flight)) {
    server.give(record);
    const Bytes said = server.take_output();
    course.steps.push_back((server.error ? std::string(to_string(server.error->code())) : "goes on") + ", " +
                           std::to_string(said.size()) + " bytes");
    if (server.error) course.alert = to_string(server.error->alert().value_or(AlertDescription::close_notify));
  }
  return course;
}

/// Both have said hello: the client's flight from ClientKeyExchange on.
inline Bytes second_flight(Pair& pair) {
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  EXPECT_FALSE(pair.server.error);
  EXPECT_FALSE(pair.client.error) << pair.client.error->message();
  return pair.client.take_output();
}

/// The client gets the server's flight, changed.
inline void give_changed_flight(Pair& pair, const std::function<void(Messages&)>& edit) {
  pair.server.give(pair.client.take_output());
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  pair.client.give(edit_clear(pair.server.take_output(), edit));
}

/// Bytes behind a length of two bytes.
inline Bytes vector16(ByteView bytes) {
  return Bytes{static_cast<std::byte>(bytes.size() >> 8), static_cast<std::byte>(bytes.size())} + bytes;
}

}  // namespace keyway::test
