// SPDX-License-Identifier: Apache-2.0
//
// Code that handles secrets, run with the secrets poisoned: valgrind reports every branch and every address that depends
// on them (check.py runs one case at a time). Results that become public by being acted on are declared so.
//
// TLS 1.2 and below: older_checks.cpp. Not here, because it is not claimed: the length of a record's padding in TLS 1.3
// (RFC 8446 5.4 leaves it visible in time), text forms of keys (PEM, hexadecimal), and what is inside libcrypto.
#include <array>
#include <cstdio>
#include <string_view>

#include "base/ct.h"
#include "ct/checks.h"
#include "handshake/tls13/authentication.h"
#include "keyway/session_store.h"
#include "record/aead13.h"
#include "schedule/binder.h"
#include "schedule/exporter.h"
#include "schedule/traffic_keys.h"
#include "unit/handshake/quiet_flow.h"

namespace keyway::ct_checks {
namespace {

using schedule::TrafficSecret;

bool masks() {
  const auto bytes = secret_bytes<8>();
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::memcpy(&a, bytes.data(), 4);
  std::memcpy(&b, bytes.data() + 4, 4);
  use(ct::is_zero(a));
  use(ct::is_less(a, b));
  const std::uint32_t chosen = ct::select(ct::is_equal(a, b), a, b);
  use(ct::select(ct::is_less(a, b), chosen, 17));
  return true;
}

bool equal() {
  const auto a = secret_bytes<48>();
  auto b = a;
  const bool same = ct::equal(a, b);
  bool differ = true;
  for (const std::size_t at : {0u, 23u, 47u}) {  // wherever the difference is
    b = a;
    b[at] ^= std::byte{1};
    differ = differ && !ct::equal(a, b);
  }
  return same && differ && !ct::equal(a, ByteView(b).first(47));
}

bool secrets() {
  const auto bytes = secret_bytes<32>();
  Secret32 first(bytes);
  Secret32 second = first.duplicate();
  first = std::move(second);
  SecretBytes heap(first.expose());
  SecretBytes moved = std::move(heap);
  use(moved.size());
  return ct::equal(moved.expose(), bytes);
}

bool key_schedule(HashAlgorithm algorithm) {
  const crypto::HashMethods& methods = hash(algorithm);
  const auto psk = secret_bytes<32>(1);
  const auto shared = secret_bytes<32>(2);
  const schedule::TranscriptHash public_hash = schedule::empty_hash(methods);
  schedule::EarlySecret early(methods, psk);
  use(early.client_early_traffic(public_hash));
  use(early.early_exporter_master(public_hash));
  for (const auto kind : {schedule::BinderKind::external, schedule::BinderKind::resumption, schedule::BinderKind::imported})
    use(schedule::psk_binder(methods, psk, kind, public_hash));
  schedule::HandshakeSecret handshake = std::move(early).into_handshake(shared);
  const TrafficSecret client = handshake.client_handshake_traffic(public_hash);
  use(handshake.server_handshake_traffic(public_hash));
  use(schedule::traffic_keys(methods, client, 16));
  use(schedule::next_generation(methods, client));
  const schedule::MasterSecret master = std::move(handshake).into_master();
  use(master.client_application_traffic_0(public_hash));
  use(schedule::resumption_psk(methods, master.resumption_master(public_hash), as_bytes("nonce")));
  const schedule::ExporterSecret exporter = master.exporter_master(public_hash);
  std::array<std::byte, 40> exported;
  schedule::export_keying_material(methods, exporter.value, "EXPORTER-ct", as_bytes("context"), exported);
  use(exported);
  use(schedule::import_psk(methods, psk, as_bytes("identity"), methods.digest_size));
  return true;
}
bool key_schedule_sha256() { return key_schedule(HashAlgorithm::sha256); }
bool key_schedule_sha384() { return key_schedule(HashAlgorithm::sha384); }

TrafficSecret traffic_secret() { return {Secret48(secret_bytes<32>(3))}; }

bool finished() {
  const crypto::HashMethods& methods = hash(HashAlgorithm::sha256);
  const schedule::Transcript nothing = [&] {
    schedule::Transcript transcript;
    transcript.start(methods);
    return transcript;
  }();
  auto right = schedule::verify_data(methods, traffic_secret(), nothing.current());
  const auto check = [&](ByteView verify_data) {
    handshake::test::QuietFlow flow;
    flow.facts().hash = &methods;
    flow.transcript().start(methods);
    return handshake::tls13::check_finished(traffic_secret(), {verify_data}, flow);
  };
  if (!check(right.view())) return false;
  right.bytes[31] ^= std::byte{1};
  const auto refused = check(right.view());
  return !refused && refused.error().code() == Errc::finished_mismatch;
}

bool binder() {
  const crypto::HashMethods& methods = hash(HashAlgorithm::sha256);
  const auto key = secret_bytes<32>(4);
  const handshake::tls13::OfferedBinder offered{.key = key, .truncated_hello = as_bytes("a hello")};
  auto right = schedule::psk_binder(methods, key, schedule::BinderKind::external,
                                    schedule::Transcript().hash_with(methods, offered.truncated_hello));
  const auto check = [&](ByteView sent) {
    handshake::test::QuietFlow flow(Role::server);
    flow.facts().hash = &methods;
    return handshake::tls13::check_binder(offered, sent, flow);
  };
  if (!check(right.view())) return false;
  right.bytes[0] ^= std::byte{1};
  const auto refused = check(right.view());
  return !refused && refused.error().code() == Errc::psk_binder_mismatch;
}

bool nonces() {
  const auto iv = secret_bytes<12>(5);
  record::NonceMask mask;
  if (!mask.set(iv)) return false;
  use(mask.nonce(0x0102030405060708));
  return true;
}

/// The half of a ticket that proves the right to it is compared like a secret; the other half finds the entry.
bool ticket_proof() {
  const auto store = memory_ticket_store(4);
  const auto session = std::make_shared<Session>();
  session->lifetime = 3600;
  const auto issue = std::make_shared<AnswerSlot>();
  store->issue(session, Now{}, Answer<Bytes>(issue));
  Bytes ticket = issue->take<Bytes>().value().value();
  const auto redeem = [&] {
    const auto slot = std::make_shared<AnswerSlot>();
    store->redeem(ticket, Now{}, Answer<std::shared_ptr<const Session>>(slot));
    return slot->take<std::shared_ptr<const Session>>().value().value();
  };
  ct::poison(ByteView(ticket).subspan(ticket.size() / 2));
  ticket.back() ^= std::byte{1};
  const bool refused = redeem() == nullptr;
  ticket.back() ^= std::byte{1};
  return refused && redeem() == session;
}

/// What must be reported: a branch and an address that depend on a secret.
bool leaking_branch() {
  const auto bytes = secret_bytes<16>();
  std::size_t same = 0;
  while (same < bytes.size() && bytes[same] == std::byte{7}) ++same;  // stops at the first difference
  ct::unpoison(std::as_bytes(std::span(&same, 1)));
  use(same);
  return true;
}
bool leaking_address() {
  static std::array<unsigned char, 256> table{1, 2, 3};
  const auto bytes = secret_bytes<1>();
  unsigned char found = table[std::to_integer<std::size_t>(bytes[0])];
  ct::unpoison(std::as_bytes(std::span(&found, 1)));
  use(found);
  return true;
}

constexpr Case cases[] = {{"masks", masks},
                          {"equal", equal},
                          {"secrets", secrets},
                          {"key_schedule_sha256", key_schedule_sha256},
                          {"key_schedule_sha384", key_schedule_sha384},
                          {"finished", finished},
                          {"binder", binder},
                          {"nonces", nonces},
                          {"ticket_proof", ticket_proof},
                          {"leaking_branch", leaking_branch},
                          {"leaking_address", leaking_address}};

const Case* find(std::string_view name) {
  for (const std::span<const Case> list : {std::span<const Case>(cases), older_cases()}) {
    for (const Case& one : list) {
      if (one.name == name) return &one;
    }
  }
  return nullptr;
}

}  // namespace
}  // namespace keyway::ct_checks

int main(int argc, char** argv) {
  if (const auto* one = argc == 2 ? keyway::ct_checks::find(argv[1]) : nullptr) {
    const bool right = one->run();
    std::printf("%s: %s\n", argv[1], right ? "done" : "wrong result");
    return right ? 0 : 1;
  }
  std::printf("usage: ct_checks CASE\n");
  return 2;
}
