// SPDX-License-Identifier: Apache-2.0
//
// Certificates: every part that can be broken is refused by name, and what users are shown.
#include "pki/certificate.h"

#include "fixtures/identities.h"
#include "keyway/certificate.h"
#include "pki/pem.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using der::write;
using der::write_sequence;
using test::code_of;
using test::hex;
using test::reason_of;

/// The fields of a tbsCertificate, each of which can be replaced or left out.
struct Fields {
  Bytes version = write(der::tag::context_constructed(0), ByteView(der::write_integer(2)));
  Bytes serial = der::write_integer(1);
  Bytes algorithm = write_sequence({der::write_oid("1.2.840.10045.4.3.2").value()});
  Bytes issuer = write_name({{"CN", "issuer"}}).value();
  Bytes validity = write_sequence({der::write_time(test::now), der::write_time(test::now + test::day)});
  Bytes subject = write_name({{"CN", "subject"}}).value();
  Bytes key = to_bytes(test::key()->subject_public_key_info());
  Bytes extensions{};
  Bytes behind{};
  Bytes outer_algorithm = algorithm;
  Bytes signature = der::write_bit_string(Bytes(8));

  Bytes signed_part() const {
    std::vector<Bytes> parts{version, serial, algorithm, issuer, validity, subject, key, extensions, behind};
    return write(der::tag::sequence, parts);
  }
  Bytes certificate() const { return write_sequence({signed_part(), outer_algorithm, signature}); }
};

void expect_malformed(const Bytes& der, std::string_view part) {
  const auto parsed = parse_certificate(der);
  EXPECT_EQ(code_of(parsed), Errc::malformed_certificate) << part;
  EXPECT_EQ(reason_of(parsed), "its " + std::string(part) + " does not follow DER or RFC 5280 4.1");
}

TEST(ParseCertificate, TakesTheFieldsApart) {
  const Fields fields;
  const Bytes der = fields.certificate();
  const auto parsed = parse_certificate(der);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->version, 3);
  EXPECT_EQ(to_bytes(parsed->signed_part), fields.signed_part());
  EXPECT_EQ(to_hex(parsed->serial), "01");
  EXPECT_EQ(to_bytes(parsed->issuer), fields.issuer);
  EXPECT_EQ(to_bytes(parsed->subject), fields.subject);
  EXPECT_EQ(parsed->not_after - parsed->not_before, 86400);
  EXPECT_EQ(to_bytes(parsed->subject_public_key_info), fields.key);
  EXPECT_EQ(to_bytes(parsed->signature), Bytes(8));
  EXPECT_FALSE(parsed->self_issued);
  EXPECT_FALSE(parsed->early_generalized_time);
}

TEST(ParseCertificate, Frame) {
  const Bytes whole = Fields().certificate();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(code_of(parse_certificate(ByteView(whole).first(size))), Errc::malformed_certificate) << size;
  }
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  expect_malformed(longer, "frame");
  expect_malformed(hex("0500"), "frame");
  expect_malformed(hex("3000"), "frame");
  const Fields fields;
  expect_malformed(write_sequence({fields.signed_part()}), "signature algorithm");
  expect_malformed(write_sequence({fields.signed_part(), fields.algorithm}), "signature");
  expect_malformed(write_sequence({fields.signed_part(), fields.algorithm, fields.signature, hex("0500")}), "signature");
}

template <class Change>
Bytes changed(Change change) {
  Fields fields;
  change(fields);
  return fields.certificate();
}

TEST(ParseCertificate, Versions) {
  const auto version = [](std::string_view number) {
    return changed([&](Fields& f) { f.version = write(der::tag::context_constructed(0), ByteView(hex(number))); });
  };
  EXPECT_EQ(parse_certificate(changed([](Fields& f) { f.version.clear(); }))->version, 1);
  EXPECT_EQ(parse_certificate(version("020101"))->version, 2);
  EXPECT_EQ(code_of(parse_certificate(version("020100"))), Errc::certificate_version) << "the default is left out";
  EXPECT_EQ(code_of(parse_certificate(version("020103"))), Errc::certificate_version);
  expect_malformed(version("0201ff"), "version");
  expect_malformed(version("0500"), "version");
  expect_malformed(version(""), "version");
}

TEST(ParseCertificate, SerialNumbers) {
  expect_malformed(changed([](Fields& f) { f.serial = hex("0200"); }), "serial number");
  expect_malformed(changed([](Fields& f) { f.serial = hex("02020001"); }), "serial number");
  expect_malformed(changed([](Fields& f) { f.serial = hex("040101"); }), "serial number");
  EXPECT_EQ(code_of(parse_certificate(changed([](Fields& f) { f.serial = hex("0201ff"); }))), Errc{}) << "judged by the rules";
}

TEST(ParseCertificate, BothAlgorithmsAreTheSame) {
  const Bytes other = write_sequence({der::write_oid("1.2.840.10045.4.3.3").value()});
  expect_malformed(changed([&](Fields& f) { f.algorithm = other; }), "signature algorithm");
  expect_malformed(changed([&](Fields& f) { f.outer_algorithm = other; }), "signature algorithm");
  for (const char* wrong : {"0500", "3000", "30020500", "3003060180"}) {
    expect_malformed(changed([&](Fields& f) { f.algorithm = hex(wrong); }), "signature algorithm");
    expect_malformed(changed([&](Fields& f) { f.outer_algorithm = hex(wrong); }), "signature algorithm");
  }
  const Bytes two = write_sequence({der::write_oid("1.2.3").value(), hex("0500"), hex("0500")});
  expect_malformed(changed([&](Fields& f) { f.outer_algorithm = two; }), "signature algorithm");
}

TEST(ParseCertificate, NamesAndDates) {
  expect_malformed(changed([](Fields& f) { f.issuer = hex("30023100"); }), "issuer");
  expect_malformed(changed([](Fields& f) { f.subject = hex("30023100"); }), "subject");
  const Bytes time = der::write_time(test::now);
  for (const Bytes& wrong : {hex("0500"), write_sequence({}), write_sequence({time}), write_sequence({time, hex("0500")}),
                             write_sequence({time, time, time}), write_sequence({hex("0500"), time})}) {
    expect_malformed(changed([&](Fields& f) { f.validity = wrong; }), "validity");
  }
  const Bytes early = write_sequence({time, der::write_text(der::tag::generalized_time, "20300101000000Z")});
  EXPECT_TRUE(parse_certificate(changed([&](Fields& f) { f.validity = early; }))->early_generalized_time);
}

TEST(ParseCertificate, PublicKeys) {
  const Bytes algorithm = write_sequence({der::write_oid("1.2.3").value()});
  for (const Bytes& wrong :
       {hex("0500"), write_sequence({}), write_sequence({algorithm}), write_sequence({algorithm, hex("0500")}),
        write_sequence({hex("3000"), hex("030100")}), write_sequence({algorithm, hex("030101")}),
        write_sequence({algorithm, hex("03020180")}), write_sequence({algorithm, hex("030100"), hex("0500")})}) {
    expect_malformed(changed([&](Fields& f) { f.key = wrong; }), "public key");
  }
  expect_malformed(changed([](Fields& f) { f.signature = hex("03020180"); }), "signature");
}

Bytes wrapped(const Bytes& list) {
  return write(der::tag::context_constructed(3), ByteView(write(der::tag::sequence, ByteView(list))));
}

TEST(ParseCertificate, UniqueIdentifiersAndExtensions) {
  const Bytes extension = write_sequence({der::write_oid("1.2.3").value(), hex("0400")});
  EXPECT_EQ(code_of(parse_certificate(changed([&](Fields& f) { f.extensions = wrapped(extension); }))), Errc{});
  EXPECT_EQ(code_of(parse_certificate(changed([](Fields& f) {
              f.extensions =
                  hex("81010082"
                      "0100");
            }))),
            Errc{});
  expect_malformed(changed([](Fields& f) { f.extensions = hex("8101"); }), "unique identifier");
  expect_malformed(changed([](Fields& f) {
                     f.version.clear();
                     f.extensions = hex("810100");
                   }),
                   "unique identifier");
  for (const Bytes& wrong : {hex("a300"), hex("a3020500"), hex("a3023000"), wrapped(hex("0500"))}) {
    expect_malformed(changed([&](Fields& f) { f.extensions = wrong; }), "extensions");
  }
  Bytes twice = extension;
  twice.insert(twice.end(), extension.begin(), extension.end());
  EXPECT_EQ(code_of(parse_certificate(changed([&](Fields& f) { f.extensions = wrapped(twice); }))),
            Errc::certificate_duplicate_extension);
  const auto old = [&](const Bytes& version) {
    return changed([&](Fields& f) {
      f.version = version;
      f.extensions = wrapped(extension);
    });
  };
  EXPECT_EQ(code_of(parse_certificate(old({}))), Errc::certificate_version);
  EXPECT_EQ(code_of(parse_certificate(old(write(der::tag::context_constructed(0), ByteView(der::write_integer(1)))))),
            Errc::certificate_version);
  expect_malformed(changed([](Fields& f) { f.behind = hex("0500"); }), "end");
}

Certificate full_certificate() {
  CertificateDescription full = test::describe_ca("a");
  full.subject = {{"C", "DE"}, {"CN", "a.test"}};
  full.serial = hex("00ff01");
  full.dns_names = {"*.test"};
  full.addresses = {"192.0.2.1", "2001:db8::1"};
  full.emails = {"a@b.test"};
  full.uris = {"https://a.test/"};
  full.extended_key_usage = {"serverAuth", "clientAuth", "any", "1.3.6.1.5.5.7.3.9", "1.2.3"};
  return Certificate::from_der(test::issue_self(full, test::key()).der).value();
}

TEST(CertificateView, SaysWhatIsInIt) {
  const Certificate certificate = full_certificate();
  EXPECT_EQ(certificate.subject(), "CN=a.test,C=DE");
  EXPECT_EQ(certificate.issuer(), "CN=a.test,C=DE");
  EXPECT_EQ(certificate.serial(), "00ff01");
  EXPECT_EQ(certificate.not_before(), test::now - test::day);
  EXPECT_EQ(certificate.not_after(), test::now + 30 * test::day);
  EXPECT_EQ(certificate.subject_alternative_names(),
            (std::vector<std::string>{"dns:*.test", "ip:192.0.2.1", "ip:2001:db8::1", "email:a@b.test", "uri:https://a.test/"}));
  EXPECT_EQ(certificate.key_description(), "EC secp256r1");
  EXPECT_EQ(certificate.signature_description(), "ecdsa-with-SHA256");
  EXPECT_EQ(certificate.key_usage(), (std::vector<std::string>{"key_cert_sign", "crl_sign"}));
  EXPECT_EQ(certificate.extended_key_usage(),
            (std::vector<std::string>{"server_auth", "client_auth", "any", "ocsp_signing", "1.2.3"}));
  EXPECT_TRUE(certificate.is_ca());
}

TEST(CertificateView, OtherKindsOfNames) {
  CertificateDescription description = test::describe("a");
  const Bytes directory = write(der::tag::context_constructed(4), ByteView(write_name({{"O", "x"}}).value()));
  const Bytes other =
      write(der::tag::context_constructed(0), std::vector<Bytes>{der::write_oid("1.2.3").value(), hex("a0020500")});
  const Bytes control = write(der::tag::context(2), as_bytes("a\x1b[1m"));
  description.others = {
      {.oid = "2.5.29.17",
       .value = write_sequence({directory, other, control, hex("88025504"), hex("a300"), hex("a500"), hex("870100"),
                                hex("a4043002"
                                    "3100")})}};
  const auto certificate = Certificate::from_der(test::issue_self(description, test::key()).der);
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(certificate->subject_alternative_names(),
            (std::vector<std::string>{"dir:O=x", "other:1.2.3", "dns:a?[1m", "rid:2.5.4", "x400:?", "edi:?", "ip:?", "dir:?"}));
}

TEST(CertificateView, PemBothWays) {
  const Certificate certificate = full_certificate();
  const auto again = Certificate::from_pem(certificate.pem() + certificate.pem());
  ASSERT_TRUE(again.has_value());
  ASSERT_EQ(again->size(), 2u);
  EXPECT_EQ(to_bytes((*again)[1].der()), to_bytes(certificate.der()));
  EXPECT_EQ(code_of(Certificate::from_pem("")), Errc::malformed_pem);
  EXPECT_EQ(code_of(Certificate::from_pem(write_pem("CERTIFICATE", hex("0500")))), Errc::malformed_certificate);
  EXPECT_EQ(code_of(Certificate::from_pem("-----BEGIN CERTIFICATE-----\n")), Errc::malformed_pem);
  EXPECT_EQ(code_of(Certificate::from_der(hex("0500"))), Errc::malformed_certificate);
}

TEST(CertificateChain, KeepsWhatWasReceived) {
  const auto& family = test::family();
  const std::vector<Bytes> list{family.leaf.der, family.intermediate.der, hex("deadbeef")};
  const auto chain = CertificateChain::from_der(std::span<const Bytes>(list));
  ASSERT_TRUE(chain.has_value());
  EXPECT_EQ((*chain)->size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(to_bytes((*chain)->der(i)), list[i]);
  EXPECT_EQ((*chain)->not_after_leaf(), test::now + 30 * test::day);
  EXPECT_EQ((*chain)->certificate(1).value().subject(), "CN=intermediate");
  EXPECT_EQ(code_of((*chain)->certificate(2)), Errc::malformed_certificate);
  const auto same = CertificateChain::from_der(std::span<const Bytes>(list));
  EXPECT_TRUE(**chain == **same);
  const auto shorter = CertificateChain::from_der(std::span<const Bytes>(list).first(2));
  EXPECT_FALSE(**chain == **shorter);
}

TEST(CertificateChain, NeedsALeaf) {
  EXPECT_EQ(code_of(CertificateChain::from_der(std::span<const Bytes>())), Errc::empty_certificate);
  const std::vector<Bytes> broken{hex("0500")};
  EXPECT_EQ(code_of(CertificateChain::from_der(std::span<const Bytes>(broken))), Errc::malformed_certificate);
}

}  // namespace
}  // namespace keyway::pki
