// SPDX-License-Identifier: Apache-2.0
//
// Saved tickets: what goes in comes out, and nothing else is taken.
#include "session/session_codec.h"

#include <gtest/gtest.h>

#include "fixtures/identities.h"
#include "pki/pem_file.h"
#include "sessions.h"

namespace keyway::session {
namespace {

using namespace test;
using namespace std::chrono_literals;

std::shared_ptr<const CertificateChain> chain() {
  const TemporaryFolder folder;
  const auto certificates =
      pki::read_certificates(folder.write("chain.pem", std::string(ed25519_certificate) + std::string(p256_certificate)));
  return CertificateChain::from_der(*certificates).value();
}

SessionTicket full_ticket() {
  SessionTicket saved;
  const auto s = test::session(5000);
  s->cipher_suite = CipherSuite::TLS_AES_256_GCM_SHA384;
  s->age_add = 0xdeadbeef;
  s->max_early_data = 77;
  s->alpn = "h2";
  s->server_name = "a.example";
  s->policy = to_bytes(as_bytes("policy"));
  s->peer = chain();
  s->peer_validated = true;
  s->peer_not_after = WallTime(start + 1h);
  s->peer_signature_scheme = SignatureScheme::ed25519;
  s->ocsp_response = std::make_shared<const Bytes>(to_bytes(as_bytes("staple")));
  s->signed_certificate_timestamps = std::make_shared<const Bytes>(to_bytes(as_bytes("timestamps")));
  s->psk_identity = to_bytes(as_bytes("sensor-7"));
  s->authenticated_at = WallTime(start - 1h);
  saved.session = s;
  saved.ticket = to_bytes(as_bytes("the ticket"));
  return saved;
}

TEST(SessionCodec, RoundTrip) {
  const SessionTicket saved = full_ticket();
  const auto loaded = SessionTicket::load(saved.save().expose());
  ASSERT_TRUE(loaded) << loaded.error().message();
  const Session& a = *saved.session;
  const Session& b = *(*loaded)->session;
  EXPECT_EQ((*loaded)->ticket, saved.ticket);
  EXPECT_EQ(b.version, a.version);
  EXPECT_EQ(b.cipher_suite, a.cipher_suite);
  EXPECT_EQ(to_bytes(b.secret.expose()), to_bytes(a.secret.expose()));
  EXPECT_EQ(b.age_add, a.age_add);
  EXPECT_EQ(b.lifetime, a.lifetime);
  EXPECT_EQ(b.max_early_data, a.max_early_data);
  EXPECT_EQ(b.issued, a.issued);
  EXPECT_EQ(b.alpn, a.alpn);
  EXPECT_EQ(b.server_name, a.server_name);
  EXPECT_EQ(b.policy, a.policy);
  ASSERT_TRUE(b.peer);
  EXPECT_EQ(*b.peer, *a.peer);
  EXPECT_EQ(b.peer_validated, a.peer_validated);
  EXPECT_EQ(b.peer_not_after, a.peer_not_after);
  EXPECT_EQ(b.peer_signature_scheme, a.peer_signature_scheme);
  ASSERT_TRUE(b.ocsp_response && b.signed_certificate_timestamps);
  EXPECT_EQ(*b.ocsp_response, *a.ocsp_response);
  EXPECT_EQ(*b.signed_certificate_timestamps, *a.signed_certificate_timestamps);
  EXPECT_EQ(b.psk_identity, a.psk_identity);
  EXPECT_EQ(b.authenticated_at, a.authenticated_at);
}

TEST(SessionCodec, RoundTripOfTheLeast) {
  const auto least = ticket("t");
  const auto loaded = SessionTicket::load(least->save().expose());
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->session->peer, nullptr);
  EXPECT_EQ((*loaded)->session->server_name, std::nullopt);
  EXPECT_EQ((*loaded)->session->ocsp_response, nullptr);
  EXPECT_EQ((*loaded)->session->signed_certificate_timestamps, nullptr);
  EXPECT_TRUE((*loaded)->session->psk_identity.empty());
  EXPECT_EQ((*loaded)->session->peer_not_after, WallTime::max());
}

void expect_malformed(ByteView bytes, const std::string& what) {
  const auto loaded = SessionTicket::load(bytes);
  ASSERT_FALSE(loaded) << what;
  EXPECT_EQ(loaded.error().code(), Errc::malformed_session) << what;
}

TEST(SessionCodec, RefusesEveryPrefixAndEveryTail) {
  const SecretBytes saved = full_ticket().save();
  for (std::size_t size = 0; size < saved.size(); ++size) { expect_malformed(saved.expose().first(size), std::to_string(size)); }
  Bytes longer = to_bytes(saved.expose());
  longer.push_back(std::byte{0});
  expect_malformed(longer, "tail");
}

// Positions in the form of ticket("t"): tag 13, format 1, version 2, suite 2, psk 1 + 32, age_add 4, lifetime 4, ...
TEST(SessionCodec, RefusesValuesThatNobodySaves) {
  const Bytes good = to_bytes(ticket("t")->save().expose());
  const auto bent = [&](std::size_t position, unsigned value) {
    Bytes bytes = good;
    bytes.at(position) = static_cast<std::byte>(value);
    return bytes;
  };
  expect_malformed(bent(0, 'K'), "tag");
  expect_malformed(bent(13, 2), "the format without sessions of TLS 1.2");
  expect_malformed(bent(13, 4), "format");
  expect_malformed(bent(15, 3), "protocol version");
  expect_malformed(bent(16, 0xfa), "suite");
  expect_malformed(bent(18, 0), "empty psk");
  expect_malformed(bent(18, 49), "long psk");
  expect_malformed(bent(18 + 33 + 4, 0xff), "lifetime beyond 7 days");
  expect_malformed(bent(18 + 33 + 12, 0xff), "issued before 1970");
  expect_malformed(bent(18 + 33 + 12, 0x7f), "issued after 2116");
  expect_malformed(bent(18 + 33 + 12 + 9, 2), "flag of server_name");
}

TEST(SessionCodec, TheSuiteIsOfTheVersion) {
  const auto saved_with = [](CipherSuite suite) {
    auto session = test::session();
    session->cipher_suite = suite;
    return SessionTicket{.session = session, .ticket = Bytes(1)}.save();
  };
  EXPECT_TRUE(SessionTicket::load(saved_with(CipherSuite::TLS_CHACHA20_POLY1305_SHA256).expose()));
  expect_malformed(saved_with(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256).expose(), "of TLS 1.2");
  expect_malformed(saved_with(static_cast<CipherSuite>(0x1a1a)).expose(), "unknown");
}

SessionTicket older_session(Bytes ticket, Bytes id) {
  auto session = test::session();
  session->version = ProtocolVersion::tls1_2;
  session->cipher_suite = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
  session->secret = Secret48(Bytes(48, std::byte{5}));
  session->extended_master_secret = true;
  return {.session = session, .ticket = std::move(ticket), .session_id = std::move(id)};
}

TEST(SessionCodec, SessionsOfOlderVersionsTravelWithTicketOrId) {
  for (const bool by_id : {true, false}) {
    const SessionTicket saved = by_id ? older_session({}, Bytes(32, std::byte{6})) : older_session(Bytes(100), {});
    const auto loaded = SessionTicket::load(saved.save().expose());
    ASSERT_TRUE(loaded);
    EXPECT_EQ((*loaded)->ticket, saved.ticket);
    EXPECT_EQ((*loaded)->session_id, saved.session_id);
    EXPECT_EQ((*loaded)->session->version, ProtocolVersion::tls1_2);
    EXPECT_TRUE((*loaded)->session->extended_master_secret);
    EXPECT_EQ(to_bytes((*loaded)->session->secret.expose()), Bytes(48, std::byte{5}));
  }
}

TEST(SessionCodec, SessionsOfOlderVersionsHaveTheirForm) {
  expect_malformed(older_session({}, {}).save().expose(), "neither ticket nor id");
  expect_malformed(older_session(Bytes(1), Bytes(1)).save().expose(), "both");
  expect_malformed(older_session({}, Bytes(33)).save().expose(), "a long id");
  const auto with = [](auto change) {
    SessionTicket saved = older_session({}, Bytes(32));
    auto session = std::make_shared<Session>(saved.session->duplicate());
    change(*session);
    saved.session = session;
    return saved.save();
  };
  expect_malformed(with([](Session& s) { s.secret = Secret48(Bytes(47)); }).expose(), "a short master secret");
  expect_malformed(with([](Session& s) { s.cipher_suite = CipherSuite::TLS_AES_128_GCM_SHA256; }).expose(), "a suite of TLS 1.3");
  expect_malformed(with([](Session& s) { s.version = static_cast<ProtocolVersion>(0x0305); }).expose(), "a version to come");
  expect_malformed(with([](Session& s) {
                     s.version = ProtocolVersion::tls1_3;
                     s.cipher_suite = CipherSuite::TLS_AES_128_GCM_SHA256;
                     s.extended_master_secret = false;
                   }).expose(),
                   "an id in TLS 1.3");
  SessionTicket newer{.session = test::session(), .ticket = Bytes(1)};
  auto session = std::make_shared<Session>(newer.session->duplicate());
  session->extended_master_secret = true;
  newer.session = session;
  expect_malformed(newer.save().expose(), "an extended master secret in TLS 1.3");
}

TEST(SessionCodec, ASessionAloneTravelsToo) {
  const auto whole = older_session(Bytes(1), {}).session;
  const SecretBytes saved = encode(*whole);
  const auto loaded = decode_session(saved.expose());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(to_bytes(encode(**loaded).expose()), to_bytes(saved.expose()));
  for (std::size_t size = 0; size < saved.size(); ++size) {
    const auto cut = decode_session(saved.expose().first(size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code(), Errc::malformed_session);
  }
  Bytes longer = to_bytes(saved.expose());
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decode_session(longer));
}

// What a handshake with larger limits, or a clock, leaves behind: nothing is saved that loading refuses.
TEST(SessionCodec, WhatCouldNotBeLoadedIsNotSaved) {
  const auto with = [](auto change) {
    auto session = std::make_shared<Session>(full_ticket().session->duplicate());
    change(*session);
    return SessionTicket{.session = session, .ticket = Bytes(1)};
  };
  const auto copies = [](std::size_t count, std::size_t size) {
    std::vector<Bytes> certificates(count, Bytes(size));
    certificates[0] = to_bytes(chain()->der(0));
    return CertificateChain::from_der(certificates).value();
  };
  const std::size_t leaf = chain()->der(0).size();
  const struct {
    std::function<void(Session&)> good;
    std::function<void(Session&)> bad;
  } cases[] = {
      {[&](Session& s) { s.peer = copies(64, 9); }, [&](Session& s) { s.peer = copies(65, 9); }},
      {[&](Session& s) { s.peer = copies(2, 102400 - 6 - leaf); }, [&](Session& s) { s.peer = copies(2, 102400 - 5 - leaf); }},
      {[](Session& s) { s.lifetime = 604800; }, [](Session& s) { s.lifetime = 604801; }},
      {[](Session& s) { s.issued = WallTime{}; }, [](Session& s) { s.issued = WallTime(-1s); }},
      {[](Session& s) { s.authenticated_at = WallTime{}; }, [](Session& s) { s.authenticated_at = WallTime(-1s); }},
      {[](Session& s) { s.alpn = std::string(255, 'a'); }, [](Session& s) { s.alpn = std::string(256, 'a'); }}};
  for (const auto& [good, bad] : cases) {
    const SecretBytes saved = with(good).save();
    EXPECT_TRUE(SessionTicket::load(saved.expose())) << &good - &cases[0].good;
    EXPECT_TRUE(with(bad).save().empty());
    EXPECT_FALSE(encode(*with(good).session).empty());
    EXPECT_TRUE(encode(*with(bad).session).empty());
  }
}

TEST(SessionCodec, TrustNeedsAChain) {
  for (const bool validated : {true, false}) {
    auto lie = test::session();
    lie->peer_validated = validated;
    lie->peer_accepted = !validated;
    SessionTicket saved;
    saved.session = lie;
    saved.ticket = Bytes(1);
    expect_malformed(saved.save().expose(), "trusted without chain");
  }
}

TEST(SessionCodec, TrustIsOneOfThree) {
  const auto loaded_basis = [](bool validated, bool accepted) {
    auto session = test::session();
    session->peer = chain();
    session->peer_validated = validated;
    session->peer_accepted = accepted;
    const auto loaded = SessionTicket::load(SessionTicket{.session = session, .ticket = Bytes(1)}.save().expose());
    return std::pair((*loaded)->session->peer_validated, (*loaded)->session->peer_accepted);
  };
  EXPECT_EQ(loaded_basis(false, false), std::pair(false, false));
  EXPECT_EQ(loaded_basis(true, false), std::pair(true, false));
  EXPECT_EQ(loaded_basis(false, true), std::pair(false, true));
  Bytes saved = to_bytes(full_ticket().save().expose());
  // Before two times, scheme, staple, timestamps, identity, flag, ticket and id, all but the scheme and flag with their lengths.
  const SessionTicket& whole = full_ticket();
  const std::size_t behind = 8 + 2 + (3 + whole.session->ocsp_response->size()) +
                             (2 + whole.session->signed_certificate_timestamps->size()) +
                             (2 + whole.session->psk_identity.size()) + 8 + 1 + (2 + whole.ticket.size()) + 1;
  std::byte& basis = saved[saved.size() - behind - 1];
  ASSERT_EQ(basis, std::byte{1});
  basis = std::byte{3};
  expect_malformed(saved, "no basis of trust");
}

TEST(SessionCodec, EveryByteMayBeAnything) {
  const Bytes good = to_bytes(full_ticket().save().expose());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const unsigned value : {0u, 1u, 0x7fu, 0x80u, 0xffu}) {
      Bytes bent = good;
      bent[i] = static_cast<std::byte>(value);
      const auto loaded = SessionTicket::load(bent);
      if (!loaded) { EXPECT_EQ(loaded.error().code(), Errc::malformed_session); }
    }
  }
}

}  // namespace
}  // namespace keyway::session
