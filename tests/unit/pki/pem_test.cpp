// SPDX-License-Identifier: Apache-2.0
//
// PEM text, base64 and files; what a PemCache keeps of them, and when it lets go.
#include "pki/pem.h"

#include <thread>

#include "fixtures/identities.h"
#include "fixtures/seeded_provider.h"
#include "pki/file_reader.h"
#include "pki/pem_file.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using keyway::test::TemporaryFolder;
using test::code_of;
using test::hex;
using test::reason_of;

TEST(Pem, FindsBlocksAmongOtherText) {
  const std::string text =
      "first\r\n-----BEGIN A-----\r\nAAAA\r\n-----END A-----  \r\nbetween\n-----BEGIN B C-----\n-----END B C-----";
  PemReader reader(text);
  const auto first = reader.next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->label, "A");
  EXPECT_EQ(first->line, 2u);
  EXPECT_EQ(first->body, "AAAA\r\n");
  EXPECT_TRUE(first->text.starts_with("-----BEGIN A-----") && first->text.find("END A") != std::string_view::npos);
  const auto second = reader.next();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->label, "B C");
  EXPECT_EQ(second->line, 6u);
  EXPECT_EQ(second->body, "");
  EXPECT_EQ(reader.next().value().label, "");
  EXPECT_EQ(reader.next().value().label, "");
}

Error first_error(std::string_view text) {
  PemReader reader(text);
  auto block = reader.next();
  EXPECT_FALSE(block.has_value()) << text;
  return block ? Error(Errc::internal) : block.error();
}

TEST(Pem, ABlockNeedsItsEnd) {
  const Error open = first_error("\n-----BEGIN A-----\nAAAA\n");
  EXPECT_EQ(open.code(), Errc::malformed_pem);
  EXPECT_EQ(open.detail()->position, 2u);
  EXPECT_EQ(first_error("-----BEGIN A-----\n-----BEGIN A-----\n-----END A-----\n").code(), Errc::malformed_pem);
  const Error other = first_error("-----BEGIN A-----\nAAAA\n-----END B-----\n");
  EXPECT_EQ(other.code(), Errc::malformed_pem);
  EXPECT_EQ(other.detail()->position, 3u);
  for (const char* nothing :
       {"", "-----BEGIN -----\n-----END -----\n", "----BEGIN A----\n", "-----BEGIN A----\n", "-----END A-----\n"}) {
    EXPECT_EQ(PemReader(nothing).next().value().label, "") << nothing;
  }
}

Result<Bytes> body_of(const std::string& body) {
  const std::string text = "-----BEGIN A-----\n" + body + "\n-----END A-----\n";
  return decode_pem_body(PemReader(text).next().value());
}

TEST(Pem, Bodies) {
  EXPECT_EQ(to_hex(body_of("AAEC\n Aw== \t").value()), "00010203");
  EXPECT_EQ(code_of(body_of("")), Errc::malformed_pem);
  EXPECT_EQ(code_of(body_of("A")), Errc::malformed_pem);
  EXPECT_EQ(code_of(body_of("AA-_")), Errc::malformed_pem);
  const auto headed = body_of("Proc-Type: 4,ENCRYPTED\n\nAAAA");
  EXPECT_EQ(code_of(headed), Errc::malformed_pem);
  EXPECT_EQ(reason_of(headed), "the block has header lines");
}

TEST(Base64, RoundTrips) {
  const std::pair<const char*, const char*> pairs[] = {
      {"", ""}, {"66", "Zg=="}, {"666f", "Zm8="}, {"666f6f", "Zm9v"}, {"fbff", "+/8="}};
  for (const auto& [bytes, text] : pairs) {
    EXPECT_EQ(encode_base64(hex(bytes)), text);
    EXPECT_EQ(to_hex(decode_base64(text).value()), bytes);
  }
}

TEST(Base64, RefusesOtherSpellings) {
  for (const char* wrong : {"Z", "Zg", "Zg=", "Zg===", "Z===", "=", "====", "Zh==", "Zm9=", "Zm9v=", "Zg==Zg==", "Zm8=x",
                            "Z g==", "Zg==\n", "Zm9v\xff", "Zm_v"}) {
    EXPECT_EQ(code_of(decode_base64(wrong)), Errc::malformed_pem) << wrong;
  }
}

TEST(Pem, WritesLinesOf64) {
  const std::string text = write_pem("X", Bytes(60));
  EXPECT_EQ(text.find('\n', text.find('\n') + 1) - text.find('\n'), 65u);
  const auto block = PemReader(text).next();
  EXPECT_EQ(decode_pem_body(*block).value(), Bytes(60));
}

TEST(Pem, CertificatesAlone) {
  const std::string text = std::string(keyway::test::ed25519_key) + std::string(keyway::test::ed25519_certificate) +
                           "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n" +
                           "-----BEGIN X509 CERTIFICATE-----\nAAAA\n-----END X509 CERTIFICATE-----\n";
  const auto certificates = pem_certificates(text);
  ASSERT_TRUE(certificates.has_value());
  ASSERT_EQ(certificates->size(), 2u);
  EXPECT_EQ(to_hex((*certificates)[1]), "000000");
  EXPECT_EQ(code_of(pem_certificates("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")), Errc::malformed_pem);
  EXPECT_TRUE(pem_certificates("nothing").value().empty());
}

TEST(Pem, TooManyCertificates) {
  const std::string one = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  std::string many;
  for (int i = 0; i < 4096; ++i) many += one;
  EXPECT_EQ(pem_certificates(many).value().size(), 4096u);
  EXPECT_EQ(code_of(pem_certificates(many + one)), Errc::too_long);
}

TEST(PemFile, ReadsWholeFiles) {
  const TemporaryFolder folder;
  const std::string large(100'000, 'x');
  EXPECT_EQ(as_text(read_file(folder.write("large", large)).value()), large);
  EXPECT_TRUE(read_file(folder.write("empty", "")).value().empty());
}

template <class T>
void expect_unreadable(const Result<T>& result, const std::string& path, std::string_view mend) {
  ASSERT_EQ(code_of(result), Errc::file_unreadable);
  EXPECT_EQ(result.error().detail()->path, path);
  EXPECT_EQ(result.error().detail()->mend, mend);
  EXPECT_FALSE(result.error().detail()->reason.empty());
}

TEST(PemFile, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;
  expect_unreadable(read_file(folder.path("missing")), folder.path("missing"), "name a file that exists");
  expect_unreadable(read_file(folder.path("")), folder.path(""), "name a file");
  expect_unreadable(read_file(folder.write("huge", std::string(16 * 1024 * 1024 + 1, 'x'))), folder.path("huge"),
                    "name the file of a certificate or key");
}

TEST(PemFile, Certificates) {
  const TemporaryFolder folder;
  const std::string pem =
      folder.write("pem", std::string(keyway::test::p256_certificate) + std::string(keyway::test::ed25519_certificate));
  const auto two = read_certificates(pem);
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(two->size(), 2u);
  const std::string der = folder.write("der", as_text((*two)[0]));
  EXPECT_EQ(read_certificates(der).value().at(0), (*two)[0]);
  expect_unreadable(read_certificates(folder.path("missing")), folder.path("missing"), "name a file that exists");
  const auto none = read_certificates(folder.write("none", "text"));
  EXPECT_EQ(code_of(none), Errc::malformed_pem);
  EXPECT_EQ(none.error().detail()->path, folder.path("none"));
  EXPECT_EQ(reason_of(none), "there is no certificate in it");
  const auto broken = read_certificates(folder.write("broken", "-----BEGIN CERTIFICATE-----\n"));
  EXPECT_EQ(code_of(broken), Errc::malformed_pem);
  EXPECT_EQ(broken.error().detail()->path, folder.path("broken"));
  EXPECT_EQ(broken.error().detail()->mend, "name a PEM file with certificates");
}

// ---- PemCache

using std::chrono::hours;

class PemCaching : public testing::Test {
 protected:
  /// A file that was written so long ago, so that it counts as settled.
  std::string old_file(std::string_view name, std::string_view content, hours age = hours(5)) const {
    std::string path = folder.write(name, content);
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - age);
    return path;
  }
  CertificateFile certificates(const std::string& path) const { return FileReader(cache).certificates(path).value(); }
  SecretFile secret(const std::string& path) const { return FileReader(cache).secret(path).value(); }
  AnchorFile anchors(const std::string& path) const { return FileReader(cache).anchors(path, test::provider()).value(); }

  const std::string text{keyway::test::p256_certificate};
  const std::string other_text{keyway::test::ed25519_certificate};
  const TemporaryFolder folder;
  std::shared_ptr<PemCache> cache = std::make_shared<PemCache>();
};

TEST_F(PemCaching, KeepsEachFileInTheFormThatItIsUsedIn) {
  const std::string path = old_file("both.pem", text + std::string(keyway::test::p256_key));
  const auto chain = certificates(path);
  EXPECT_EQ(certificates(path), chain) << "the same object: read and parsed once";
  EXPECT_EQ(secret(path), secret(path));
  EXPECT_EQ(anchors(path)->store, anchors(path)->store);
  EXPECT_EQ(cache->use().files, 3u);
  EXPECT_EQ(cache->use().bytes, 3 * std::filesystem::file_size(path));
  EXPECT_EQ(chain->front().line, 1u);
  EXPECT_EQ(as_text(secret(path)->expose()), text + std::string(keyway::test::p256_key));
  FileReader without;
  EXPECT_NE(without.certificates(path).value(), chain);
}

TEST_F(PemCaching, AChangedFileIsReadAnew) {
  const std::string path = old_file("a.pem", text);
  const auto first = certificates(path);
  old_file("a.pem", other_text, hours(4));
  const auto second = certificates(path);
  EXPECT_NE((*second)[0].der, (*first)[0].der);
  EXPECT_EQ(certificates(path), second);
  // Another file under its name, with its size and its time.
  const std::string other = old_file("b.pem", other_text, hours(4));
  std::filesystem::last_write_time(other, std::filesystem::last_write_time(path));
  std::filesystem::rename(other, path);
  EXPECT_NE(certificates(path), second);
  std::filesystem::remove(path);
  EXPECT_EQ(code_of(FileReader(cache).certificates(path)), Errc::file_unreadable);
}

TEST_F(PemCaching, AFileThatMayStillBeWrittenToIsNotKept) {
  const std::string path = folder.write("new.pem", text);
  EXPECT_EQ(certificates(path)->size(), 1u);
  EXPECT_EQ(cache->use().files, 0u);
}

// Whole seconds may be all that the file system knows, and its clock may be ahead.
TEST(FileStamps, SettleWithinTheTicksOfTheirFileSystem) {
  constexpr std::int64_t second = 1'000'000'000;
  constexpr std::int64_t whole = 1'700'000'000 * second;
  constexpr std::int64_t fine = whole + 1;
  EXPECT_FALSE(is_settled(fine, fine));
  EXPECT_FALSE(is_settled(fine, fine + second / 10));
  EXPECT_TRUE(is_settled(fine, fine + second / 5));
  EXPECT_FALSE(is_settled(whole, whole + second / 5));
  EXPECT_FALSE(is_settled(whole, whole + 3 * second));
  EXPECT_TRUE(is_settled(whole, whole + 3 * second + 1));
  EXPECT_FALSE(is_settled(fine, fine - second));
  EXPECT_FALSE(is_settled(whole, whole - 10 * second));
  EXPECT_TRUE(is_settled(fine, fine - 3600 * second)) << "a date that is wrong, not a clock";
}

TEST_F(PemCaching, ErrorsAreNotKept) {
  const std::string path = old_file("none.pem", "text");
  EXPECT_EQ(code_of(FileReader(cache).certificates(path)), Errc::malformed_pem);
  EXPECT_EQ(code_of(FileReader(cache).anchors(path, test::provider())), Errc::malformed_pem);
  EXPECT_EQ(cache->use().files, 0u);
}

TEST_F(PemCaching, LinksStandForTheirFiles) {
  const std::string one = old_file("one.pem", text);
  const std::string two = old_file("two.pem", other_text);
  const std::string link = folder.path("link.pem");
  std::filesystem::create_symlink(one, link);
  EXPECT_EQ(certificates(link), certificates(one));
  EXPECT_EQ(cache->use().files, 1u);
  std::filesystem::remove(link);
  std::filesystem::create_symlink(two, link);
  EXPECT_EQ(certificates(link), certificates(two));
}

TEST_F(PemCaching, AnchorsBelongToTheProviderThatImportsTheirKeys) {
  const std::string path = old_file("ca.pem", text);
  const auto ours = anchors(path);
  const auto other = std::make_shared<const keyway::test::SeededProvider>("other");
  const auto theirs = FileReader(cache).anchors(path, other).value();
  EXPECT_NE(theirs->store, ours->store);
  EXPECT_EQ(theirs->provider, other);
}

TEST_F(PemCaching, WhatIsLeftOutOfAnchorsIsToldEachTime) {
  const std::string path = old_file("ca.pem", text + write_pem("CERTIFICATE", hex("0500")));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(anchors(path)->warnings.size(), 1u);
}

TEST_F(PemCaching, ClearingLetsGoOfKeys) {
  const std::string path = old_file("key.pem", keyway::test::p256_key);
  SecretFile reading = secret(path);
  const std::weak_ptr<const SecretBytes> kept = reading;
  cache->clear();
  EXPECT_EQ(cache->use().files, 0u);
  EXPECT_EQ(cache->use().bytes, 0u);
  EXPECT_FALSE(kept.expired()) << "who reads it still may";
  reading.reset();
  EXPECT_TRUE(kept.expired()) << "SecretBytes wipe themselves when nobody has them";
  EXPECT_EQ(secret(path)->size(), keyway::test::p256_key.size());
}

TEST_F(PemCaching, CleaningLetsGoOfWhatHasChangedEachIntervalAtMost) {
  cache = std::make_shared<PemCache>(PemCacheOptions{.clean_interval = std::chrono::minutes(2)});
  const std::string stays = old_file("stays.pem", text);
  const std::string goes = old_file("goes.pem", keyway::test::p256_key);
  certificates(stays);
  const std::weak_ptr<const SecretBytes> kept = secret(goes);
  Now now{.monotonic = TimePoint(hours(1))};
  cache->clean(now);
  EXPECT_EQ(cache->use().files, 2u) << "nothing has changed";
  std::filesystem::remove(goes);
  now.monotonic += std::chrono::seconds(119);
  cache->clean(now);
  EXPECT_EQ(cache->use().files, 2u) << "it is not time yet";
  now.monotonic += std::chrono::seconds(1);
  cache->clean(now);
  EXPECT_EQ(cache->use().files, 1u);
  EXPECT_TRUE(kept.expired());
}

TEST_F(PemCaching, IsBounded) {
  cache = std::make_shared<PemCache>(PemCacheOptions{.max_files = 2});
  const std::string a = old_file("a.pem", text);
  const std::string b = old_file("b.pem", text);
  const std::string c = old_file("c.pem", text);
  const auto of_a = certificates(a);
  const auto of_b = certificates(b);
  EXPECT_EQ(certificates(a), of_a);
  certificates(c);
  EXPECT_EQ(cache->use().files, 2u);
  EXPECT_EQ(certificates(a), of_a) << "used more recently";
  EXPECT_NE(certificates(b), of_b);

  cache = std::make_shared<PemCache>(PemCacheOptions{.max_bytes = 2 * text.size()});
  for (const std::string& path : {a, b, c}) certificates(path);
  EXPECT_EQ(cache->use().files, 2u);
  EXPECT_LE(cache->use().bytes, 2 * text.size());
  certificates(old_file("large.pem", text + text + text));
  EXPECT_EQ(cache->use().files, 2u) << "one that is larger than all displaces nothing";
}

TEST_F(PemCaching, ServesSeveralThreads) {
  const std::string path = old_file("a.pem", text);
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          if (certificates(path)->size() != 1 || anchors(path)->store->anchors().size() != 1) ++wrong;
          if (t == 0 && i % 10 == 0) cache->clear();
          if (t == 1) cache->clean({.monotonic = TimePoint(hours(i))});
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(PemCaching, AReaderKnowsHowItsFilesWere) {
  const std::string one = old_file("one.pem", text);
  const std::string missing = folder.path("missing.pem");
  FileReader reader(cache);
  EXPECT_TRUE(reader.certificates(one));
  EXPECT_TRUE(reader.secret(one));
  EXPECT_FALSE(reader.other(missing));
  ASSERT_EQ(reader.files().size(), 2u) << "each once";
  EXPECT_TRUE(changed_among(reader.files()).empty());
  folder.write("missing.pem", "here");
  EXPECT_EQ(changed_among(reader.files()), std::vector{missing});
  old_file("one.pem", text, hours(3));
  EXPECT_EQ(changed_among(reader.files()), (std::vector{one, missing}));
}

}  // namespace
}  // namespace keyway::pki
