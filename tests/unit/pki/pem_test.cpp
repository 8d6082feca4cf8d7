// SPDX-License-Identifier: Apache-2.0
//
// PEM text, base64 and files.
#include "pki/pem.h"

#include "fixtures/identities.h"
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

}  // namespace
}  // namespace keyway::pki
