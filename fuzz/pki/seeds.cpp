// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds of the fuzzers of DER, certificates, names, PEM, paths, revocation lists and OCSP responses. Signatures are
// the hollow provider's.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fixtures/identities.h"
#include "fixtures/revocation.h"
#include "hollow_provider.h"
#include "pki/certificate_writer.h"
#include "pki/der.h"
#include "pki/der_writer.h"
#include "pki/pem.h"
#include "revocable.h"

namespace keyway::fuzz {
namespace {

constexpr WallTime now = judged_at;
std::filesystem::path corpora;

void save(const char* fuzzer, const std::string& name, std::string_view text) {
  std::filesystem::create_directories(corpora / fuzzer);
  std::ofstream(corpora / fuzzer / name, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

pki::CertificateDescription describe(const char* name, bool ca) {
  pki::CertificateDescription made{
      .subject = {{"CN", name}}, .not_before = now - std::chrono::hours(24), .not_after = now + std::chrono::hours(24 * 30)};
  if (ca) {
    made.ca = true;
    made.key_usage = pki::key_usage::key_cert_sign;
  } else {
    made.dns_names = {"server.test"};
    made.addresses = {"192.0.2.1"};
    made.extended_key_usage = {"serverAuth"};
  }
  made.key_identifiers = false;
  return made;
}

Bytes write(const pki::CertificateDescription& description, unsigned key, ByteView issuer) {
  static const HollowProvider provider;
  const HollowSigner signer(hollow_key(0));
  return pki::write_certificate(description, hollow_key(key), {.certificate = issuer, .signer = signer}, provider).value();
}

/// `more`: the second byte of options, which the highest bit of the first announces.
void save_path(const char* name, unsigned options, const std::vector<Bytes>& certificates, std::optional<unsigned> more = {}) {
  std::string text(1, static_cast<char>(options | (more ? 0x80u : 0u)));
  if (more) text += static_cast<char>(*more);
  for (const Bytes& der : certificates) {
    text += static_cast<char>(der.size() >> 8);
    text += static_cast<char>(der.size() & 0xff);
    text += as_text(der);
  }
  save("path", name, text);
}

void paths() {
  const Bytes root = write(describe("root", true), 1, {});
  const Bytes middle = write(describe("middle", true), 2, root);
  const Bytes leaf = write(describe("leaf", false), 3, middle);
  save_path("chain", 0, {leaf, middle, root});
  save_path("shuffled", 8, {leaf, leaf, root, middle, middle, root});
  save_path("address", 0x40, {leaf, middle, root});
  save_path("client", 0x20, {leaf, middle, root});
  save_path("strict", 0x10, {leaf, middle, root});
  save_path("shallow", 4, {leaf, middle, root});
  save_path("leaf_is_anchor", 0, {leaf, leaf});
  save_path("two_anchors", 1, {leaf, middle, root, write(describe("root", true), 9, {})});

  const Bytes cross_a = write(describe("a", true), 4, write(describe("b", true), 5, {}));
  const Bytes cross_b = write(describe("b", true), 5, write(describe("a", true), 4, {}));
  save_path("loop", 0, {write(describe("leaf", false), 3, cross_a), cross_a, cross_b, root});

  std::vector<Bytes> many{write(describe("leaf", false), 3, middle)};
  for (unsigned i = 0; i < 24; ++i) many.push_back(write(describe("middle", true), 10 + i, middle));
  many.push_back(root);
  save_path("many_candidates", 0, many);

  pki::CertificateDescription constrained = describe("middle", true);
  constrained.path_length = 0;
  constrained.permitted = pki::Subtrees{.dns = {"test"}, .ip = {"192.0.2.0/24"}, .email = {"example.test"}, .uri = {".test"}};
  constrained.excluded = pki::Subtrees{.dns = {"bad.test"}, .directory = {pki::write_name({{"O", "bad"}}).value()}};
  const Bytes bound = write(constrained, 2, root);
  pki::CertificateDescription named = describe("leaf", false);
  named.emails = {"a@example.test"};
  named.uris = {"https://www.test/"};
  save_path("constrained", 0, {write(named, 3, bound), bound, root});
}

/// Policies, extensions that nobody knows, and functions of a program.
void paths_with_functions() {
  using pki::der::write_oid;
  using pki::der::write_sequence;
  const Bytes one = write_oid("1.2.3").value();
  const Bytes two = write_oid("1.5.6").value();
  const Bytes any = write_oid("2.5.29.32.0").value();
  const auto byte = [](unsigned tag) { return pki::der::write(pki::der::tag::context(tag), Bytes(1)); };
  const auto policies = [](std::initializer_list<Bytes> list) {
    std::vector<Bytes> parts;
    for (const Bytes& policy : list) parts.push_back(write_sequence({policy}));
    return pki::RawExtension{.oid = "2.5.29.32", .critical = false, .value = pki::der::write(pki::der::tag::sequence, parts)};
  };
  const Bytes root = write(describe("root", true), 1, {});
  pki::CertificateDescription above = describe("middle", true);
  above.others = {policies({one, any}),
                  {.oid = "2.5.29.33", .critical = true, .value = write_sequence({write_sequence({one, two})})},
                  {.oid = "2.5.29.36", .critical = true, .value = write_sequence({byte(0), byte(1)})},
                  {.oid = "2.5.29.54", .critical = true, .value = pki::der::write_integer(1)}};
  const Bytes middle = write(above, 2, root);
  pki::CertificateDescription below = describe("leaf", false);
  below.others = {policies({two, any})};
  const Bytes leaf = write(below, 3, middle);
  save_path("policies", 0, {leaf, middle, root});
  save_path("policies_asked", 0, {leaf, middle, root}, 3);
  save_path("policies_inhibited", 0, {leaf, middle, root}, 0x0f);
  below.others = {{.oid = "1.2.3.4", .critical = true, .value = Bytes(2)}, {.oid = "1.2.3.5", .value = Bytes(2)}};
  const Bytes unknown = write(below, 3, middle);
  save_path("unknown_extensions", 0, {unknown, middle, root}, 0x10);
  save_path("unknown_extensions_refused", 0, {unknown, middle, root}, 0);
  const Bytes elsewhere = write(describe("elsewhere", true), 7, {});
  save_path("no_anchor", 0, {leaf, middle, elsewhere}, 0x10);
  save_path("partial_chain", 0, {leaf, middle, elsewhere}, 0x21);
  save_path("self_signed", 0, {write(describe("leaf", false), 3, {}), root}, 0x10);
  save_path("everything_wrong", 0x34, {write(describe("other", false), 5, middle), middle, elsewhere}, 0xf0);
}

void certificates() {
  pki::CertificateDescription full = describe("a", true);
  full.subject = {{"C", "DE"}, {"O", "Some, Body"}, {"OU", "x"}, {"CN", "a.test"}, {"emailAddress", "a@b.test"}, {"1.2.3", "y"}};
  full.dns_names = {"*.test", "a.test"};
  full.addresses = {"192.0.2.1", "2001:db8::1"};
  full.emails = {"a@b.test"};
  full.uris = {"https://a.test/"};
  full.path_length = 3;
  full.extended_key_usage = {"serverAuth", "clientAuth", "any", "1.3.6.1.5.5.7.3.9"};
  full.permitted = pki::Subtrees{.dns = {"test"}, .ip = {"10.0.0.0/8", "2001:db8::/32"}};
  full.excluded = pki::Subtrees{.email = {"bad.test"}, .uri = {".bad.test"}};
  full.key_identifiers = true;
  const Bytes responder = pki::der::write(pki::der::tag::context(6), as_bytes("http://a.test/"));
  full.others = {{.oid = "1.2.3.4", .critical = true, .value = Bytes(2)},
                 {.oid = "1.3.6.1.5.5.7.1.1",
                  .value = pki::der::write_sequence(
                      {pki::der::write_sequence({pki::der::write_oid("1.3.6.1.5.5.7.48.1").value(), responder})})}};
  save("x509", "full", as_text(write(full, 1, {})));
  save("x509", "leaf", as_text(write(describe("leaf", false), 2, {})));
  pki::CertificateDescription old = describe("old", false);
  old.dns_names.clear();
  old.addresses.clear();
  old.extended_key_usage.clear();
  old.version = 1;
  save("x509", "version_1", as_text(write(old, 3, {})));
  for (const auto& [name, pem] : {std::pair("ed25519", test::ed25519_certificate), std::pair("p256", test::p256_certificate)})
    save("x509", name, as_text(pki::pem_certificates(pem).value()[0]));
}

void texts() {
  save("pem", "certificate", test::p256_certificate);
  save("pem", "two", "before\n" + std::string(test::ed25519_key) + "between\r\n" + std::string(test::ed25519_certificate));
  save("pem", "open", "-----BEGIN CERTIFICATE-----\nAAAA\n");
  save("pem", "headers", "-----BEGIN X-----\nA: b\n\nAAAA\n-----END X-----\n");
  save("pem", "base64", "TWFueSBoYW5kcw==");
  save("private_key", "p256_pem", test::p256_key);
  save("private_key", "ed25519_pem", test::ed25519_key);
  save("private_key", "encrypted_pem", test::p256_encrypted_key);
  save("private_key", "legacy_pem",
       "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
       "AAAAAAAAAAAAAAAAAAAAAA==\n-----END EC PRIVATE KEY-----\n");
  pki::PemReader reader(test::p256_key);
  save("private_key", "p256_der", as_text(pki::decode_pem_body(reader.next().value()).value()));
}

/// One name as a subtree and as an alternative name.
void names() {
  using pki::NameKind;
  const auto save_names = [](const std::string& file, const std::string& lines, NameKind kind, ByteView base, ByteView name) {
    const auto tag = [&](ByteView value) {
      const auto number = static_cast<unsigned>(kind);
      const bool explicit_name = kind == NameKind::directory;
      return pki::der::write(explicit_name ? pki::der::tag::context_constructed(number) : pki::der::tag::context(number), value);
    };
    const Bytes subtree = pki::der::write_sequence({tag(base)});
    const Bytes presented = tag(name);
    save("names", file,
         lines + static_cast<char>(subtree.size()) + std::string(as_text(subtree)) + std::string(as_text(presented)));
  };
  const Bytes directory = pki::write_name({{"O", "x"}}).value();
  const Bytes inner = pki::write_name({{"O", "X "}, {"CN", "y"}}).value();
  const auto bytes = [](std::initializer_list<int> octets) {
    Bytes made;
    for (const int octet : octets) made.push_back(static_cast<std::byte>(octet));
    return made;
  };
  save_names("dns", "a.example.test\n*.example.test\n", NameKind::dns, as_bytes("example.test"), as_bytes("*.example.test"));
  save_names("email", "192.0.2.1\nx\n", NameKind::email, as_bytes(".example.test"), as_bytes("a@b.example.test"));
  save_names("uri", "2001:db8::1\nx\n", NameKind::uri, as_bytes(".test"), as_bytes("https://u@a.test:1/x"));
  save_names("ip", "[::ffff:1.2.3.4]\nx\n", NameKind::ip, bytes({10, 0, 0, 0, 255, 0, 0, 0}), bytes({10, 1, 2, 3}));
  save_names("directory", "xn--a.test.\nXN--A.test\n", NameKind::directory, directory, inner);
}

/// Lists of the root, of which the leaf has the serial number 1.
void revocation_lists() {
  const HollowSigner signer(hollow_key(1));
  const Bytes root = pki::write_name({{"CN", "root"}}).value();
  const auto save_list = [&](const char* name, const test::ListDescription& list, const Bytes& issuer) {
    save("crl", name, as_text(test::make_list(list, issuer, signer)));
  };
  const auto hour = std::chrono::hours(1);
  const test::ListDescription good{.this_update = now - hour, .next_update = now + hour};
  save_list("good", good, root);
  save_list("of_another", good, pki::write_name({{"CN", "other"}}).value());
  test::ListDescription revoking = good;
  revoking.entries = {{.serial = {std::byte{9}}, .date = now}, {.reason = 1, .date = now}};
  save_list("revoking", revoking, root);
  revoking.entries = {{.certificate_issuer = root, .date = now}, {.reason = 8, .certificate_issuer = root, .date = now}};
  revoking.point = test::full_name(test::uri_name("http://a.test/a"));
  const Bytes flag = test::der::write(test::der::tag::context(4), ByteView(Bytes{std::byte{0xff}}));
  revoking.point->insert(revoking.point->end(), flag.begin(), flag.end());
  save_list("indirect", revoking, root);
  test::ListDescription delta = good;
  delta.base = 1;
  delta.others = {test::extension("2.5.29.35", false, test::der::write_sequence({}))};
  save_list("delta", delta, root);
  test::ListDescription some = good;
  some.point = test::der::write(test::der::tag::context(3), ByteView(Bytes{std::byte{1}, std::byte{0x7e}}));
  save_list("some_reasons", some, root);
  test::ListDescription old = good;
  old.version_2 = false;
  old.number.reset();
  old.next_update.reset();
  save_list("version_1", old, root);
}

/// What the other seeds are made of, and each primitive type at its ends.
void elements() {
  using namespace test::der;
  const Bytes root = write(describe("root", true), 1, {});
  save("der", "certificate", as_text(root));
  save("der", "certificates", std::string(as_text(write(describe("leaf", false), 3, root))) + std::string(as_text(root)));
  const HollowSigner signer(hollow_key(1));
  const Bytes issuer = pki::write_name({{"CN", "root"}}).value();
  save("der", "list", as_text(test::make_list({.this_update = now, .next_update = now}, issuer, signer)));
  save("der", "numbers",
       as_text(write_sequence({write_integer(0), write_integer(127), write_integer(128), write_integer(0x7fffffff),
                               write_integer(0x80000000), write_boolean(true), write_boolean(false)})));
  save("der", "strings",
       as_text(write_sequence({write_bit_string(Bytes(3)), write_named_bits(0x105), write_oid("2.999.18446744073709551").value(),
                               write_oid("0.0").value(),
                               test::der::write(tag::octet_string, write_text(tag::utf8_string, "inside"))})));
  save("der", "times",
       as_text(write_sequence(
           {write_time(now), write_text(tag::utc_time, "500229000000Z"), write_text(tag::generalized_time, "99991231235959Z")})));
  save("der", "long", as_text(test::der::write(tag::octet_string, Bytes(300))));
}

void responses() {
  const HollowProvider provider;
  const HollowSigner signer(hollow_key(1));
  const Revocable& known = Revocable::get();
  const auto hour = std::chrono::hours(1);
  const auto save_staple = [&](const char* name, const test::StapleDescription& staple) {
    save("ocsp", name, as_text(test::make_staple(staple, known.leaf, known.root, signer, provider)));
  };
  test::StapleDescription good{.produced_at = now, .this_update = now - hour, .next_update = now + hour};
  save_staple("good", good);
  test::StapleDescription made = good;
  made.status = test::StapleDescription::Status::revoked;
  made.reason = 1;
  save_staple("revoked", made);
  made.status = test::StapleDescription::Status::unknown;
  made.by_key = false;
  made.hash = HashAlgorithm::sha256;
  save_staple("unknown", made);
  pki::CertificateDescription responder = describe("responder", false);
  responder.extended_key_usage = {"1.3.6.1.5.5.7.3.9"};
  made = good;
  made.certificates = {write(responder, 3, known.root)};
  made.extensions = {
      test::extension("1.3.6.1.5.5.7.48.1.2", false, test::der::write_text(test::der::tag::octet_string, "12345678"))};
  save_staple("delegated", made);
  save("ocsp", "try_later", "\x30\x03\x0a\x01\x03");
}

}  // namespace
}  // namespace keyway::fuzz

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: fuzz_pki_seeds FOLDER\n"), 2;
  keyway::fuzz::corpora = arguments[1];
  keyway::fuzz::paths();
  keyway::fuzz::paths_with_functions();
  keyway::fuzz::certificates();
  keyway::fuzz::texts();
  keyway::fuzz::names();
  keyway::fuzz::revocation_lists();
  keyway::fuzz::responses();
  keyway::fuzz::elements();
  return 0;
}
