// SPDX-License-Identifier: Apache-2.0
//
// Stores of anchors: what gets in, what is said about the rest, and finding by name.
#include "pki/trust_store.h"

#include <thread>

#include "fixtures/identities.h"
#include "pki/pem.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using keyway::test::TemporaryFolder;
using test::code_of;
using test::family;
using test::hex;
using test::provider;

TEST(TrustStore, KeepsWhatCanBeParsedAndNamesTheRest) {
  std::vector<std::string> warnings;
  const Bytes broken = hex("0500");
  const ByteView list[] = {family().root, broken, family().root, family().intermediate};
  const auto store = TrustStore::from_der(list, provider(), warnings);
  ASSERT_TRUE(store.has_value());
  EXPECT_EQ((*store)->anchors().size(), 2u) << "the root is there once";
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0], "trust anchor 2 is left out: its frame does not follow DER or RFC 5280 4.1");
  const ByteView none[] = {broken};
  const auto empty = TrustStore::from_der(none, provider(), warnings);
  EXPECT_EQ(code_of(empty), Errc::malformed_certificate);
  EXPECT_NE(test::reason_of(empty).find("its frame"), std::string::npos);
  EXPECT_EQ(test::reason_of(TrustStore::from_der({}, provider(), warnings)), "there is no certificate in it");
}

TEST(TrustStore, FromPem) {
  std::vector<std::string> warnings;
  const std::string text = std::string(keyway::test::p256_key) + std::string(keyway::test::p256_certificate);
  EXPECT_EQ(TrustStore::from_pem(text, provider(), warnings).value()->anchors().size(), 1u);
  EXPECT_EQ(code_of(TrustStore::from_pem("text", provider(), warnings)), Errc::malformed_pem);
  EXPECT_EQ(code_of(TrustStore::from_pem("-----BEGIN CERTIFICATE-----\n", provider(), warnings)), Errc::malformed_pem);
  const TemporaryFolder folder;
  EXPECT_EQ(TrustStore::from_pem_file(folder.write("ca.pem", text), provider(), warnings).value()->anchors().size(), 1u);
  EXPECT_EQ(code_of(TrustStore::from_pem_file(folder.path("missing"), provider(), warnings)), Errc::file_unreadable);
  const auto broken =
      TrustStore::from_pem_file(folder.write("broken.pem", write_pem("CERTIFICATE", hex("0500"))), provider(), warnings);
  EXPECT_EQ(code_of(broken), Errc::malformed_certificate);
  EXPECT_EQ(broken.error().detail()->path, folder.path("broken.pem"));
}

TEST(TrustStore, FindsBySubject) {
  const auto twin = test::issue_self(test::describe_ca("ROOT "), test::key(9));
  const auto store = test::store_of({family().root, twin, family().intermediate});
  std::vector<Bytes> found;
  const Bytes name = write_name({{"CN", "Root"}}).value();
  store->each_with_subject(name, [&](const Anchor& anchor) {
    found.push_back(to_bytes(anchor.der()));
    return false;
  });
  EXPECT_EQ(found, (std::vector<Bytes>{family().root.der, twin.der}));
  int visits = 0;
  store->each_with_subject(name, [&](const Anchor&) { return ++visits == 1; });
  EXPECT_EQ(visits, 1) << "stops when told";
  store->each_with_subject(write_name({{"CN", "nobody"}}).value(), [&](const Anchor&) { return ++visits != 0; });
  EXPECT_EQ(visits, 1);
}

TEST(TrustStore, NamesForTheOtherSide) {
  const auto store = test::store_of({family().root});
  ASSERT_EQ(store->subject_names().size(), 1u);
  EXPECT_EQ(to_bytes(store->subject_names()[0]), write_name({{"CN", "root"}}).value());
}

TEST(TrustStore, FingerprintsDependOnContentAlone) {
  const auto one = test::store_of({family().root, family().intermediate});
  const auto other = test::store_of({family().intermediate, family().root, family().root});
  EXPECT_EQ(one->fingerprint(), other->fingerprint());
  EXPECT_NE(one->fingerprint(), test::store_of({family().root})->fingerprint());
  EXPECT_EQ(one->fingerprint().size(), 32u);
}

TEST(TrustStore, Merges) {
  const TrustStore::Ptr stores[] = {test::store_of({family().root}), test::store_of({family().root, family().intermediate})};
  const auto merged = TrustStore::merge(stores, provider());
  EXPECT_EQ(merged->anchors().size(), 2u);
  EXPECT_EQ(merged->fingerprint(), stores[1]->fingerprint());
}

TEST(TrustStore, WarnsOfExpiredAnchors) {
  auto old = test::describe_ca("old");
  old.not_after = test::now - test::day;
  const auto store = test::store_of({family().root, test::issue_self(old, test::key())});
  EXPECT_EQ(store->warnings(test::now),
            (std::vector<std::string>{"the trust anchor CN=old expired on 2027-01-14 and is skipped"}));
  EXPECT_TRUE(store->warnings(test::now - 2 * test::day).empty());
}

TEST(TrustStore, TheSystemsStoreIsReadOnce) {
  const auto store = TrustStore::system(provider());
  if (!store) {
    EXPECT_EQ(code_of(store), Errc::file_unreadable);
    EXPECT_NE(store.error().detail()->mend.find("ca-certificates"), std::string::npos);
    return;
  }
  EXPECT_GT((*store)->anchors().size(), 50u);
  EXPECT_EQ(*TrustStore::system(provider()), *store);
}

TEST(Anchor, ImportsItsKeyOnceForAllThreads) {
  const auto store = test::store_of({family().root});
  const Anchor& anchor = *store->anchors()[0];
  std::array<const crypto::PublicKey*, 4> keys{};
  std::vector<std::thread> threads;
  for (auto& key : keys) threads.emplace_back([&anchor, &key] { key = anchor.key(); });
  for (auto& thread : threads) thread.join();
  ASSERT_NE(keys[0], nullptr);
  for (const auto* key : keys) EXPECT_EQ(key, keys[0]);
}

TEST(Anchor, WithoutAUsableKey) {
  const Bytes info =
      der::write_sequence({der::write_sequence({der::write_oid("1.2.3").value()}), der::write_bit_string(Bytes(3))});
  auto description = test::describe_ca("strange");
  description.key_identifiers = false;
  const auto made = write_certificate(description, info, {.certificate = {}, .signer = *test::key()}, *provider());
  EXPECT_EQ(test::store_of({*made})->anchors()[0]->key(), nullptr);
  const Bytes off_curve = der::write_sequence(
      {der::write_sequence({der::write_oid("1.2.840.10045.2.1").value(), der::write_oid("1.2.840.10045.3.1.7").value()}),
       der::write_bit_string(Bytes(65, std::byte{4}))});
  const auto broken = write_certificate(description, off_curve, {.certificate = {}, .signer = *test::key()}, *provider());
  EXPECT_EQ(test::store_of({*broken})->anchors()[0]->key(), nullptr);
}

}  // namespace
}  // namespace keyway::pki
