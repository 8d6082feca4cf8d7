// SPDX-License-Identifier: Apache-2.0
//
// The key schedule step by step (RFC 8446 7.1 - 7.5, 4.2.11.2, 4.4.4; RFC 9258 4.1) under both hashes. The expected values
// were computed with hmac and hashlib of Python; inputs: PSK 00..1f, shared secret 20..3f, transcript hash of "transcript".
#include <gtest/gtest.h>

#include "base/hex.h"
#include "keyway/crypto/provider.h"
#include "schedule/binder.h"
#include "schedule/exporter.h"
#include "schedule/traffic_keys.h"

namespace keyway::schedule {
namespace {

struct Values {
  HashAlgorithm hash;
  const char* binder_external;
  const char* binder_resumption;
  const char* binder_imported;
  const char* client_early_traffic;
  const char* early_exporter_master;
  const char* client_handshake_traffic;
  const char* server_handshake_traffic;
  const char* client_application_traffic;
  const char* server_application_traffic;
  const char* exporter_master;
  const char* resumption_master;
  const char* ticket_psk;  ///< of the nonce 0102
  const char* key;         ///< of the client's application traffic, 32 bytes
  const char* iv;
  const char* next_generation;
  const char* server_finished;
  const char* exported;         ///< EXPORTER-test, "context", 50 bytes
  const char* exported_without; ///< EXPORTER-test, no context, 16 bytes
  const char* imported_psk;     ///< under SHA-256, of "imported identity"
  const char* without_inputs;   ///< client handshake traffic without PSK and shared secret
  const char* after_retry;      ///< transcript of "first", replaced, and "second"
};

constexpr Values values[] = {
    {
        HashAlgorithm::sha256,
        "a46b5d42fedad89f2daf7e98062600a597d236c1f2a6e129edc7efe6b5094067",
        "f760e9946cd402eb3b8811536df3a25259949a386f05826cf870680274df7da3",
        "3c6361b26abc026a6b180fdb1be6b98c26094f2766f6be661d741fd4d4a3dc94",
        "1a4e37a7a1b6eb5c9819a6c73993b8415b625454e948bd2a17d3d934c2a65c7b",
        "fd3bd318b7395f059383f1de194682028e179118e204930bf6174d4c4d0f40b4",
        "8457e562e60f23b4b80f14a3c637a43826da7f59732354b62517c3255506f2b1",
        "3fcb411f57ef640bd981a39edb42f970fb5b18c879baf08b616736bedd0465b3",
        "0d9ace3bc5c9bf75f07854a0a3056789dc9e23f8b737e09ce55821c7d8a9f7dc",
        "f01c0c22e95c8915f500faf0eee16591e32b42cfa08b5884e8af5c1973c2c0ff",
        "335c2db2ea52254837ff8bf292511412a73c3cda75607b3f0a44178abbfd7e07",
        "581bb3200517862220e8c41e66e15da3d0d1ba1c375cff414f4af988ad3b84d7",
        "351ebadc2a1f31879b0876dd9baea0bf7567cb08be1304b19783b30f13bd2979",
        "7cc91c4ce9c9399fb0e4c512b536dc226424bae172611bbee217619f11174693",
        "0654a858636fbc7e611069ce",
        "bc45036996cae181ad3b25a27747d3f165662386faa095401f5480cb1982fa08",
        "d362db11edf2bcbbc76266ed449382d54dadab700a08ccc8fff1ba059321b08b",
        "53bca1f87b77957314752154dd9f788d6fdfeec007d32224023d6e41acbe0d564859c9cbf975bb549c08fd26af05de2718da",
        "c38a6dcdfaccb736c5d69521994bc55e",
        "91aa8f0f523e59e7df3a45523b1758c2c6005acda28070898963306344b2ec6a",
        "07530d05555250c9ac5550b96c635216c1d34dd0f05d7e73023a4e83ed6f6604",
        "7511b8274304d616c2279dd220e417661b38357f113c06d52d2041f845febfe9",
    },
    {
        HashAlgorithm::sha384,
        "f08a4e8756658b9d074227bd77387732d430217b243420263be244b30938323bbb1d8a73d3c531e7dfe1cad8699d54c0",
        "1261a319c632f8a251857d326fd2a2c1b998b7bcc5a216ef645f957500729f806f0ee605f1d328010ed9e6ca68d02c56",
        "c1e249fb02b6ca1457f1a96406f7b3c677800aab309364b889c08246bac49e11c9edf0c8a463384a0691bf7c0b6f6fcd",
        "497d297f28c3497b4b19ab7e9a1e7c05ff630cf48fdc3a12dbdc755608a817e1f817661f91adcc13b66dadaf9bd19b1f",
        "d6b1b42ac6946be079b9bba3aa8696ebcfac820da9990e0b00dd047d7559ee797aec0f57c1c66dc414040659c13debad",
        "7ea460ecf0050d6f3080bdaa199e3001415a5e1b2581cbedd396c8cd52edfbff8e15e80ab77b74793df6d8a76401b72e",
        "1713898a7dfa108e7585d786e4e9b8a2c039aea86506656574ab882fba7009a5d3bca047cd5300bfe086319530c75ba3",
        "a2e4800b6b97367b8a8e7923321a1f91c795f7dc67782460ac463e70a30f2780cda9ddada40852333adc780b92947e9e",
        "e102e057fb6a1a901258e4a0677b120a15e5906eb0b8a19af8bffdb6c14f6c6d635431976ae33ae26f112378aca5794a",
        "533c48c44e401b0414d769c1c12b268d0234e28f638af828a6bde6a7cfbb3a43de511f52a680dc5812cbd84517a24876",
        "068aeddea5887e36e30c16a2536ac0ab89c0c56a24b7523fdee3792cb2d9a5f290b8c00185b9558bd4c113520cedc5c0",
        "497e206a98612a9609811a4e91b4e4c386311dcf62751c32460141fc0471541021333d59dca6b0fee414331216e1cb14",
        "d3120d35c61ad36f83f784a9f4a66ccb8eb38ac2ee3ed01ee7e1f3d38aa3fcfb",
        "e5704ef8994be759c36fe131",
        "8590716f03d02e75736f4e88cc034aa2e568a4d87a5eda5e9d8446bba74603316b69c5485bf6fda4ff3ed55771b8f6db",
        "826a6ce7c6d4622679ce429561cc9888a994637849202cf1dfbf5e9050c152e7bfd42e51994c48d5be79764e0df26b25",
        "08b65c8cff83220b92f3db0bdbec29b2c6fb5d5b051667f97e97e14372aac90a746be50a732858f214e01706e16c2f98e30b",
        "60995e867a0b29cbc9c3a799e6e717e9",
        "39adacf2f1d7d9ed512ef5ed16a91ecae2c1f27f9bd6ba06a32bcae8e5e4a88f35a37e45dc2b96964a213b70b1289965",
        "ad019b36f5768d07aaedac9af400549c6ddb9dd2be7a309f5e870e3eef74e5b2f1c273c1e77a886cd79d36f1a0d736e4",
        "ffacb9f57af30741bba38f4da8dbd424b147dea8c4152587b4dd0775defa285f72c3a59fffa280be24aa3b4cd3a0a45f",
    }};

class KeySchedule : public testing::TestWithParam<Values> {
 protected:
  KeySchedule() {
    for (unsigned i = 0; i < 32; ++i) {
      psk.push_back(static_cast<std::byte>(i));
      shared.push_back(static_cast<std::byte>(32 + i));
    }
    transcript = Transcript().hash_with(hash, as_bytes("transcript"));
  }
  EarlySecret early() const { return EarlySecret(hash, psk); }
  MasterSecret master() const { return early().into_handshake(shared).into_master(); }

  const Values& expected = GetParam();
  const crypto::HashMethods& hash = *crypto::default_provider()->hash(expected.hash);
  Bytes psk;
  Bytes shared;
  TranscriptHash transcript;
};

std::string hex(const Secret48& secret) { return to_hex(secret.expose()); }

//= rfc8446#4.2.11.2-1
//= rfc9258#5.2-1
TEST_P(KeySchedule, Binders) {
  EXPECT_EQ(to_hex(psk_binder(hash, psk, BinderKind::external, transcript).view()), expected.binder_external);
  EXPECT_EQ(to_hex(psk_binder(hash, psk, BinderKind::resumption, transcript).view()), expected.binder_resumption);
  EXPECT_EQ(to_hex(psk_binder(hash, psk, BinderKind::imported, transcript).view()), expected.binder_imported);
}

TEST_P(KeySchedule, EarlySecrets) {
  EXPECT_EQ(hex(early().client_early_traffic(transcript).value), expected.client_early_traffic);
  EXPECT_EQ(hex(early().early_exporter_master(transcript).value), expected.early_exporter_master);
}

//= rfc8446#7.1-1, 7.1-2
TEST_P(KeySchedule, HandshakeSecrets) {
  const HandshakeSecret secret = early().into_handshake(shared);
  EXPECT_EQ(hex(secret.client_handshake_traffic(transcript).value), expected.client_handshake_traffic);
  EXPECT_EQ(hex(secret.server_handshake_traffic(transcript).value), expected.server_handshake_traffic);
}

//= rfc8446#7.1-1
TEST_P(KeySchedule, WithoutPskAndSharedSecretZerosStandIn) {
  const HandshakeSecret secret = EarlySecret(hash, {}).into_handshake({});
  EXPECT_EQ(hex(secret.client_handshake_traffic(transcript).value), expected.without_inputs);
}

//= rfc8446#7.1-1, 7.1-2
TEST_P(KeySchedule, MasterSecrets) {
  EXPECT_EQ(hex(master().client_application_traffic_0(transcript).value), expected.client_application_traffic);
  EXPECT_EQ(hex(master().server_application_traffic_0(transcript).value), expected.server_application_traffic);
  EXPECT_EQ(hex(master().exporter_master(transcript).value), expected.exporter_master);
  EXPECT_EQ(hex(master().resumption_master(transcript).value), expected.resumption_master);
}

TEST_P(KeySchedule, TicketPsk) {
  const Bytes nonce = *from_hex("0102");
  EXPECT_EQ(hex(resumption_psk(hash, master().resumption_master(transcript), nonce)), expected.ticket_psk);
}

//= rfc8446#7.2-1, 7.3-1
TEST_P(KeySchedule, TrafficKeysAndTheNextGeneration) {
  const TrafficSecret secret = master().client_application_traffic_0(transcript);
  const TrafficKeys keys = traffic_keys(hash, secret, 32);
  EXPECT_EQ(to_hex(keys.key.expose()), expected.key);
  EXPECT_EQ(to_hex(keys.iv.expose()), expected.iv);
  EXPECT_EQ(traffic_keys(hash, secret, 16).key.size(), 16u);
  EXPECT_EQ(hex(next_generation(hash, secret).value), expected.next_generation);
}

TEST_P(KeySchedule, Finished) {
  const TrafficSecret secret = early().into_handshake(shared).server_handshake_traffic(transcript);
  EXPECT_EQ(to_hex(verify_data(hash, secret, transcript).view()), expected.server_finished);
}

//= rfc8446#7.5-1
TEST_P(KeySchedule, Exporter) {
  const ExporterSecret secret = master().exporter_master(transcript);
  Bytes out(50);
  export_keying_material(hash, secret.value, "EXPORTER-test", as_bytes("context"), out);
  EXPECT_EQ(to_hex(out), expected.exported);
  out.resize(16);
  export_keying_material(hash, secret.value, "EXPORTER-test", {}, out);
  EXPECT_EQ(to_hex(out), expected.exported_without);
}

//= rfc9258#4.1-2
TEST_P(KeySchedule, ImportedPsk) {
  const crypto::HashMethods& external = *crypto::default_provider()->hash(HashAlgorithm::sha256);
  EXPECT_EQ(hex(import_psk(external, psk, as_bytes("imported identity"), hash.digest_size)), expected.imported_psk);
}

//= rfc8446#4.4.1-1
TEST_P(KeySchedule, TranscriptAfterRetry) {
  Transcript messages;
  messages.update(as_bytes("first"));
  EXPECT_FALSE(messages.started());
  messages.start(hash);
  messages.replace_with_message_hash();
  messages.update(as_bytes("second"));
  EXPECT_EQ(to_hex(messages.current().view()), expected.after_retry);
}

INSTANTIATE_TEST_SUITE_P(Hashes, KeySchedule, testing::ValuesIn(values),
                         [](const auto& param) { return param.param.hash == HashAlgorithm::sha256 ? "Sha256" : "Sha384"; });

TEST(Transcript, KeepsMessagesUntilTheHashIsKnown) {
  const crypto::HashMethods& hash = *crypto::default_provider()->hash(HashAlgorithm::sha256);
  Transcript late;
  late.update(as_bytes("one"));
  late.update(as_bytes("two"));
  late.start(hash);
  Transcript early;
  early.start(hash);
  early.start(hash);  // changes nothing
  early.update(as_bytes("onetwo"));
  EXPECT_EQ(to_hex(late.current().view()), to_hex(early.current().view()));
  EXPECT_EQ(to_hex(Transcript().hash_with(hash, as_bytes("onetwo")).view()), to_hex(early.current().view()));
  EXPECT_EQ(to_hex(empty_hash(hash).view()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Transcript, CopiesAreSnapshots) {
  const crypto::HashMethods& hash = *crypto::default_provider()->hash(HashAlgorithm::sha256);
  Transcript first;
  first.update(as_bytes("kept"));
  Transcript waiting = first;
  first.start(hash);
  Transcript running = first;
  first.update(as_bytes("more"));
  waiting.start(hash);
  EXPECT_EQ(to_hex(waiting.current().view()), to_hex(running.current().view()));
  EXPECT_NE(to_hex(first.current().view()), to_hex(running.current().view()));
  running = first;
  EXPECT_EQ(to_hex(first.current().view()), to_hex(running.current().view()));
  // Asking does not end it.
  EXPECT_EQ(to_hex(first.current().view()), to_hex(first.current().view()));
}

}  // namespace
}  // namespace keyway::schedule
