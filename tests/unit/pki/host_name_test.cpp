// SPDX-License-Identifier: Apache-2.0
//
// Names that users give and names that certificates present (RFC 9525), and addresses.
#include "pki/host_name.h"

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;

std::string label(std::size_t size) { return std::string(size, 'a'); }
std::string long_name(std::size_t last) { return label(63) + "." + label(63) + "." + label(63) + "." + label(last); }

//= rfc9525#6.3-3
TEST(HostName, ReferenceNames) {
  for (const std::string& good : {std::string("a"), std::string("a.example"), std::string("A-1.xn--b"),
                                  std::string("_sip.a_b.test"), std::string("1.2.3.a4"), label(63) + ".test", long_name(61)}) {
    EXPECT_TRUE(valid_reference_name(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("a."), std::string(".a"), std::string("a..b"), std::string("-a"),
        std::string("a-.test"), std::string("*.test"), std::string("a b"), std::string("a\0b", 3), std::string("\xc3\xa4.test"),
        std::string("a.1"), std::string("1.2.3.4"), label(64) + ".test", long_name(62), std::string("a/b"), std::string("a:1")}) {
    EXPECT_FALSE(valid_reference_name(bad)) << bad;
  }
}

//= rfc9525#6.3-2
TEST(HostName, PresentedNames) {
  EXPECT_TRUE(valid_presented_name("*.example.test", Wildcard::allowed, true));
  EXPECT_TRUE(valid_presented_name("a_b.test", Wildcard::allowed, true));
  EXPECT_FALSE(valid_presented_name("a_b.test", Wildcard::allowed, false));
  EXPECT_FALSE(valid_presented_name("*.example.test", Wildcard::refused, true));
  for (const char* bad :
       {"*", "*.", "*.test", "*a.example.test", "a*.example.test", "a.*.test", "**.example.test", "*.*.test", "*.example."}) {
    EXPECT_FALSE(valid_presented_name(bad, Wildcard::allowed, true)) << bad;
  }
}

//= rfc9525#6.3-1, 6.3-2
TEST(HostName, Matching) {
  EXPECT_TRUE(dns_name_matches("Server.TEST", "server.test"));
  EXPECT_TRUE(dns_name_matches("*.example.test", "a.Example.test"));
  EXPECT_FALSE(dns_name_matches("*.example.test", "example.test"));
  EXPECT_FALSE(dns_name_matches("*.example.test", "a.b.example.test"));
  EXPECT_FALSE(dns_name_matches("*.example.test", ".example.test"));
  EXPECT_FALSE(dns_name_matches("*.example.test", "example"));
  EXPECT_FALSE(dns_name_matches("a.test", "b.test"));
  EXPECT_FALSE(dns_name_matches("a.test", "a.test2"));
}

/// Alternative names of a certificate, as their content.
Bytes alternatives(const std::vector<std::pair<NameKind, Bytes>>& names) {
  Bytes content;
  for (const auto& [kind, value] : names) {
    const Bytes one = der::write(der::tag::context(static_cast<unsigned>(kind)), ByteView(value));
    content.insert(content.end(), one.begin(), one.end());
  }
  return content;
}
Bytes text(std::string_view value) { return to_bytes(keyway::as_bytes(value)); }

Errc check(const Bytes& names, std::string_view reference) {
  Extensions extensions;
  extensions.alternative_names = names;
  return code_of(check_peer_name(extensions, PeerName::of(reference).value()));
}

//= rfc9525#6.4-1
TEST(PeerNameCheck, NamesAndAddressesAreTwoThings) {
  const Bytes names = alternatives({{NameKind::email, text("a@b.test")},
                                    {NameKind::dns, text("a.test")},
                                    {NameKind::dns, text("*.b.test")},
                                    {NameKind::ip, test::hex("c0000201")},
                                    {NameKind::ip, test::hex("20010db8000000000000000000000001")}});
  EXPECT_EQ(check(names, "a.test"), Errc{});
  EXPECT_EQ(check(names, "A.test."), Errc{});
  EXPECT_EQ(check(names, "x.b.test"), Errc{});
  EXPECT_EQ(check(names, "192.0.2.1"), Errc{});
  EXPECT_EQ(check(names, "2001:db8::1"), Errc{});
  EXPECT_EQ(check(names, "b.test"), Errc::certificate_name_mismatch);
  EXPECT_EQ(check(names, "192.0.2.2"), Errc::certificate_name_mismatch);
  EXPECT_EQ(check(names, "::ffff:192.0.2.1"), Errc::certificate_name_mismatch) << "another size is another address";
}

TEST(PeerNameCheck, NothingToCompare) {
  EXPECT_EQ(check({}, "a.test"), Errc::certificate_no_name);
  EXPECT_EQ(check(alternatives({{NameKind::dns, text("192.0.2.1")}}), "192.0.2.1"), Errc::certificate_no_name)
      << "an address as text";
  EXPECT_EQ(check(alternatives({{NameKind::ip, test::hex("c0000201")}}), "a.test"), Errc::certificate_no_name);
  EXPECT_EQ(check(alternatives({{NameKind::dns, text("*")}}), "a.test"), Errc::certificate_name_mismatch);
  EXPECT_EQ(check(alternatives({{NameKind::dns, text("*.test")}}), "a.test"), Errc::certificate_name_mismatch);
  EXPECT_EQ(check(alternatives({{NameKind::dns, text({"a.test\0.evil", 12})}}), "a.test"), Errc::certificate_name_mismatch);
}

TEST(PeerNameCheck, MalformedNamesAreAnError) { EXPECT_EQ(check(test::hex("8205"), "a.test"), Errc::malformed_der); }

TEST(IpAddress, ReadsAndWrites) {
  const std::pair<const char*, const char*> same[] = {{"192.0.2.1", "192.0.2.1"},
                                                      {"0.0.0.0", "0.0.0.0"},
                                                      {"255.255.255.255", "255.255.255.255"},
                                                      {"::", "::"},
                                                      {"::1", "::1"},
                                                      {"[::1]", "::1"},
                                                      {"1::", "1::"},
                                                      {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
                                                      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
                                                      {"1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
                                                      {"::ffff:192.0.2.1", "::ffff:c000:201"},
                                                      {"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"},
                                                      {"1::8", "1::8"},
                                                      {"0:0:1::", "0:0:1::"},
                                                      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"}};
  for (const auto& [given, shown] : same) {
    const auto address = IpAddress::parse(given);
    ASSERT_TRUE(address.has_value()) << given;
    EXPECT_EQ(address->text(), shown);
    EXPECT_EQ(IpAddress::parse(address->text()), address);
    EXPECT_EQ(address->view().size(), address->size);
  }
}

TEST(IpAddress, RefusesOtherSpellings) {
  for (const char* wrong : {"",
                            "1",
                            "1.2.3",
                            "1.2.3.4.5",
                            "1.2.3.256",
                            "01.2.3.4",
                            "1.2.3.04",
                            "1..2.3",
                            "1.2.3.",
                            ".1.2.3",
                            "1.2.3.4 ",
                            "0x1.2.3.4",
                            "1.2.3.1000",
                            "a.b.c.d",
                            ":",
                            ":::",
                            "1:2",
                            "1:2:3:4:5:6:7",
                            "1:2:3:4:5:6:7:8:9",
                            "1::2::3",
                            "12345::",
                            "g::",
                            "1:2:3:4:5:6:7::8",
                            "::1%eth0",
                            "[::1",
                            "::1]",
                            "[1.2.3.4]",
                            "1.2.3.4::",
                            "::1.2.3",
                            "1:2:3:4:5:6:7:1.2.3.4",
                            "+1::",
                            "1.2.3.-4",
                            "1.2.3.4x"}) {
    EXPECT_FALSE(IpAddress::parse(wrong).has_value()) << wrong;
  }
}

TEST(PeerName, OfHosts) {
  const PeerName dns = PeerName::of("Example.test.").value();
  EXPECT_EQ(dns.text(), "Example.test");
  EXPECT_EQ(dns.sni, "Example.test");
  EXPECT_FALSE(dns.empty());
  const PeerName address = PeerName::of("[2001:db8::1]").value();
  EXPECT_EQ(address.text(), "2001:db8::1");
  EXPECT_FALSE(address.sni.has_value()) << "RFC 6066 3";
  EXPECT_FALSE(address.empty());
  EXPECT_TRUE(PeerName{}.empty());
  EXPECT_TRUE((PeerName{IpAddress{}, std::nullopt}).empty());
}

//= rfc9525#6.3-3
TEST(PeerName, RefusesWithTheValueAndTheMend) {
  for (const char* wrong : {"", ".", "a b", "1.2.3", "http://a.test", "\xc3\xa4.test"}) {
    const auto name = PeerName::of(wrong);
    ASSERT_EQ(code_of(name), Errc::invalid_option) << wrong;
    EXPECT_EQ(name.error().detail()->option, "host");
    EXPECT_EQ(name.error().detail()->value, wrong);
    EXPECT_FALSE(name.error().detail()->mend.empty());
  }
  EXPECT_EQ(PeerName::of(std::string(1000, ' ')).error().detail()->value.size(), 300u);
}

}  // namespace
}  // namespace keyway::pki
