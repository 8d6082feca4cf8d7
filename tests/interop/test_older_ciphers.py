# SPDX-License-Identifier: Apache-2.0
"""TLS 1.2, 1.1 and 1.0 by cipher, with OpenSSL, GnuTLS and NSS, both ways: each that they have in common with us."""
import unittest

from harness import Server, connect, events_of, named, run
from peers import Gnutls, InteropTest, Nss, Openssl, call, make_identity

VERSIONS = {"1.2": ("tlsv1.2", "-tls1_2", "TLS1.2"), "1.1": ("tlsv1.1", "-tls1_1", "TLS1.1"), "1.0": ("tlsv1", "-tls1", "TLS1.0")}
# OpenSSL's names, and whether the suite is there before TLS 1.2.
OPENSSL = {"ECDHE-ECDSA-AES128-SHA": True, "ECDHE-RSA-AES256-SHA": True, "ECDHE-ECDSA-AES128-SHA256": False, "ECDHE-RSA-AES256-SHA384": False,
           "ECDHE-RSA-CAMELLIA128-SHA256": False, "ECDHE-ECDSA-CAMELLIA256-SHA384": False, "ECDHE-ECDSA-ARIA128-GCM-SHA256": False,
           "ECDHE-ARIA256-GCM-SHA384": False, "ECDHE-ECDSA-AES256-CCM8": False}
# DHE with DSA keys, and the versions that have it.
DSS = {"DHE-DSS-AES128-GCM-SHA256": ("1.2",), "DHE-DSS-AES256-SHA": ("1.2", "1.1", "1.0")}
# Our names, with GnuTLS's cipher and MAC.
GNUTLS = {"ECDHE-ECDSA-AES256-SHA": ("AES-256-CBC", "SHA1", True), "ECDHE-RSA-AES128-SHA": ("AES-128-CBC", "SHA1", True),
          "ECDHE-RSA-DES-CBC3-SHA": ("3DES-CBC", "SHA1", True), "ECDHE-ECDSA-RC4-SHA": ("ARCFOUR-128", "SHA1", True),
          "ECDHE-RSA-AES128-SHA256": ("AES-128-CBC", "SHA256", False), "ECDHE-ECDSA-AES256-SHA384": ("AES-256-CBC", "SHA384", False),
          "ECDHE-ECDSA-CAMELLIA128-SHA256": ("CAMELLIA-128-CBC", "SHA256", False)}
# NSS's numbers.
NSS = {"ECDHE-ECDSA-AES128-SHA": ":C009", "ECDHE-RSA-AES256-SHA": ":C014", "ECDHE-ECDSA-RC4-SHA": ":C007", "ECDHE-RSA-DES-CBC3-SHA": ":C012"}


def has_legacy():
    """Whether this build has what is off for safety."""
    return "tlsv1.1" in events_of(run("--json", "versions").stdout)[0]["compiled"]


def identity_for(suite):
    return "server-ecdsa" if "ECDSA" in suite else "server-rsa"


class OlderCiphers(InteropTest):
    def check(self, events, suite, version, encrypt_then_mac):
        done = named(events, "handshake")[0]
        self.assertEqual((done["version"], done["encrypt_then_mac"]), (VERSIONS[version][0], encrypt_then_mac))
        self.assertEqual(done["cipher_suite"], self.iana[suite])

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        every = ",".join({*OPENSSL, *DSS, *GNUTLS, *NSS})
        cls.iana = {event["openssl"]: event["iana"] for event in events_of(run("--json", "ciphers", "--set", "anonymous", "--prepend", every).stdout)}

    def each(self, table, old):
        """(suite, version) for every version that has it, and that this build has."""
        legacy = has_legacy()
        for suite in table:
            if not legacy and ("DES" in suite or "RC4" in suite):
                continue
            for version in VERSIONS if legacy else ("1.2",):
                if version == "1.2" or old(suite):
                    with self.subTest(suite=suite, version=version):
                        yield suite, version


class WithOpenssl(OlderCiphers):
    LEVEL = ":@SECLEVEL=0"

    def pairs(self):
        for suite, version in self.each(OPENSSL, OPENSSL.get):
            block = not any(word in suite for word in ("GCM", "CCM"))
            for etm in (True, False) if block else (False,):
                yield suite, version, etm, () if etm or not block else ("-no_etm",)

    def test_as_a_server(self):
        for suite, version, etm, more in self.pairs():
            server, port = Openssl.server(*self.files(identity_for(suite)), VERSIONS[version][1], "-cipher", suite + self.LEVEL, *more)
            with server:
                code, events = connect(port, *self.trusting(), "--send", "hello\n", "--expect", "olleh", "--versions", version, "--ciphers", suite)
                self.assertEqual(code, 0, events + [server.output()])
                self.check(events, suite, version, etm)

    def test_as_a_client(self):
        for suite, version, etm, more in self.pairs():
            with Server(*self.identity(identity_for(suite)), "--versions", version, "--ciphers", suite) as server:
                code, said = Openssl.client(server.port, "-CAfile", self.demo / "ca.pem", "-verify_return_error", VERSIONS[version][1],
                                            "-cipher", suite + self.LEVEL, *more, stdin=b"hello\n")
                self.assertEqual(code, 0, said)
                server.wait_for_event("closed")
                self.check(server.events(), suite, version, etm)

    def test_a_fallback_that_was_not_needed(self):
        with Server("--demo", self.demo, "--versions", "1.3,1.2") as server:
            Openssl.client(server.port, "-tls1_2", "-fallback_scsv", "-cipher", "ALL" + self.LEVEL, stdin=b"x\n")
            self.assertEqual(server.wait_for_event("error")[0]["code"], "inappropriate_fallback")

    def test_client_certificate_before_tls12(self):
        for name in ("client",) if has_legacy() else ():
            certificate, key = self.files(name)
            with self.subTest(name), Server("--demo", self.demo, "--versions", "1.1,1.0", "--client-cert", "require") as server:
                code, said = Openssl.client(server.port, "-tls1_1", "-cipher", "ALL" + self.LEVEL, "-cert", certificate, "-key", key, stdin=b"x\n")
                self.assertEqual(code, 0, said)
                self.assertIs(server.wait_for_event("handshake")[0]["client_auth"], True)
            server, port = Openssl.server(*self.files(), "-tls1_1", "-cipher", "ALL" + self.LEVEL, "-Verify", "2", "-CAfile",
                                          self.demo / "ca.pem", "-verify_return_error")
            with server:
                code, events = connect(port, *self.trusting(), "--send", "hello\n", "--expect", "olleh", "--versions", "1.1", *self.identity(name))
                self.assertEqual(code, 0, events + [server.output()])


class DssWithOpenssl(OlderCiphers):
    LEVEL = ":@SECLEVEL=0"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.demo / "dsa.param"
        call("openssl", "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:2048", "-pkeyopt", "dsa_paramgen_q_bits:256",
             "-out", parameters)
        make_identity(cls.demo, "dsa", "-paramfile", parameters)

    def rows(self):
        """(suite, version, what ours are told) for each; DSA's signatures have names from TLS 1.2 on."""
        for suite, versions in DSS.items() if has_legacy() else ():
            for version in versions:
                named = ("--sigalgs", "dsa_sha256,ecdsa_secp256r1_sha256") if version == "1.2" else ()
                with self.subTest(suite=suite, version=version):
                    yield suite, version, ("--versions", version, "--ciphers", suite, *named)

    def asked_by_openssl(self):
        return "-Verify", "2", "-CAfile", self.demo / "ca.pem", "-verify_return_error"

    def test_as_a_server(self):
        for suite, version, told in self.rows():
            server, port = Openssl.server(*self.files("dsa"), VERSIONS[version][1], "-cipher", suite + self.LEVEL, *self.asked_by_openssl())
            with server:
                code, events = connect(port, *self.trusting(), *self.identity("dsa"), "--send", "hello\n", "--expect", "olleh", *told)
                self.assertEqual(code, 0, events + [server.output()])
                self.check(events, suite, version, "GCM" not in suite)

    def test_as_a_client(self):
        for suite, version, told in self.rows():
            certificate, key = self.files("dsa")
            with Server(*self.identity("dsa"), "--client-cert", "require", "--ca", self.demo / "ca.pem", *told) as server:
                code, said = Openssl.client(server.port, "-CAfile", self.demo / "ca.pem", "-verify_return_error", VERSIONS[version][1],
                                            "-cipher", suite + self.LEVEL, "-cert", certificate, "-key", key, stdin=b"hello\n")
                self.assertEqual(code, 0, said)
                server.wait_for_event("closed")
                self.check(server.events(), suite, version, "GCM" not in suite)
                self.assertIs(named(server.events(), "handshake")[0]["client_auth"], True)

    def test_each_form_of_a_key(self):
        certificate, key = self.files("dsa")
        secret = ("-passout", "pass:right")
        for form in (("-traditional",), ("-traditional", "-outform", "DER"), ("-outform", "DER"), ("-aes128", "-traditional", *secret),
                     ("-aes128", *secret)) if has_legacy() else ():
            other = self.demo / "other.key"
            call("openssl", "pkey", "-in", key, "-out", other, *form)
            suite = "DHE-DSS-AES128-GCM-SHA256"
            with self.subTest(form), Server("--cert", certificate, "--key", other, "--key-password-env", "PASSWORD", "--ciphers", suite, "--versions",
                                            "1.2", "--sigalgs", "dsa_sha256", env={"PASSWORD": "right"}) as server:
                code, said = Openssl.client(server.port, "-CAfile", self.demo / "ca.pem", "-verify_return_error", "-tls1_2", "-cipher",
                                            suite + self.LEVEL, stdin=b"hello\n")
                self.assertEqual(code, 0, said)


class WithGnutls(OlderCiphers):
    def pairs(self):
        for suite, version in self.each(GNUTLS, lambda suite: GNUTLS[suite][2]):
            cipher, mac, _ = GNUTLS[suite]
            sign = "" if version == "1.2" else ":+SIGN-RSA-SHA1:+SIGN-ECDSA-SHA1"
            base = f"NORMAL:-VERS-ALL:+VERS-{VERSIONS[version][2]}:-CIPHER-ALL:+{cipher}:-MAC-ALL:+{mac}{sign}:%VERIFY_ALLOW_SIGN_WITH_SHA1"
            block = "CBC" in cipher
            for etm in (True, False) if block else (False,):
                yield suite, version, etm, base + ("" if etm or not block else ":%NO_ETM")

    def test_as_a_server(self):
        for suite, version, etm, priority in self.pairs():
            server, port = Gnutls.server(*self.files(identity_for(suite)), "--disable-client-cert", priority=priority)
            with server:
                code, events = connect(port, *self.trusting(), "--send", "hello\n", "--expect", "hello", "--versions", version, "--ciphers", suite)
                self.assertEqual(code, 0, events + [server.output()])
                self.check(events, suite, version, etm)

    def test_as_a_client(self):
        for suite, version, etm, priority in self.pairs():
            with Server(*self.identity(identity_for(suite)), "--versions", version, "--ciphers", suite) as server:
                code, said = Gnutls.client(server.port, "--x509cafile", self.demo / "ca.pem", stdin=b"hello\n", priority=priority)
                self.assertEqual(code, 0, said)
                server.wait_for_event("closed")
                self.check(server.events(), suite, version, etm)


class WithNss(OlderCiphers):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nss = Nss(cls.demo.parent / "nss", cls.demo)

    def test_as_a_server(self):
        for suite, version in self.each(NSS, lambda suite: True):
            server, port = self.nss.server("-c", NSS[suite], name="ecdsa" if "ECDSA" in suite else "rsa", versions=f"tls{version}:tls{version}")
            with server:
                code, events = connect(port, *self.trusting(), "--send", "GET / HTTP/1.0\r\n\r\n", "--expect", "HTTP/1.0 200", "--versions", version,
                                       "--ciphers", suite)
                self.assertEqual(code, 0, events + [server.output()])
                self.check(events, suite, version, False)

    def test_as_a_client(self):
        for suite, version in self.each(NSS, lambda suite: True):
            with Server(*self.identity(identity_for(suite)), "--http", self.demo, "--versions", version, "--ciphers", suite) as server:
                code, said = self.nss.client(server.port, "-c", NSS[suite], stdin=b"GET /?bytes=5 HTTP/1.0\r\n\r\n", versions=f"tls{version}:tls{version}")
                self.assertEqual(code, 0, said)
                self.assertIn("200 OK", said)
                server.wait_for_event("closed")
                self.check(server.events(), suite, version, False)


class Ssl3WithNss(InteropTest):
    """RSA alone: before TLS there are no elliptic curves."""
    SUITES = {"AES128-SHA": ":002F", "DES-CBC3-SHA": ":000A", "RC4-SHA": ":0005", "RC4-MD5": ":0004"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nss = Nss(cls.demo.parent / "nss", cls.demo)

    def check(self, events):
        done = named(events, "handshake")[0]
        self.assertEqual((done["version"], done["ems"], done["encrypt_then_mac"]), ("sslv3", False, False))

    def test_as_a_server(self):
        for suite, number in self.SUITES.items() if has_legacy() else ():
            with self.subTest(suite):
                server, port = self.nss.server("-c", number, name="rsa", versions="ssl3:ssl3")
                with server:
                    code, events = connect(port, *self.trusting(), "--send", "GET / HTTP/1.0\r\n\r\n", "--expect", "HTTP/1.0 200", "--versions",
                                           "ssl3", "--ciphers", suite)
                    self.assertEqual(code, 0, events + [server.output()])
                    self.check(events)

    def test_as_a_client(self):
        for suite, number in self.SUITES.items() if has_legacy() else ():
            for authentication in ((), ("-n", "rsa")):
                asking = ("--client-cert", "require", "--ca", self.demo / "ca.pem") if authentication else ()
                with self.subTest(suite=suite, authentication=authentication), \
                        Server(*self.identity("rsa"), "--http", self.demo, "--versions", "ssl3", "--ciphers", suite, *asking) as server:
                    code, said = self.nss.client(server.port, "-c", number, *authentication, stdin=b"GET /?bytes=5 HTTP/1.0\r\n\r\n",
                                                 versions="ssl3:ssl3")
                    self.assertEqual(code, 0, said)
                    self.assertIn("200 OK", said)
                    server.wait_for_event("closed")
                    self.check(server.events())
                    self.assertIs(named(server.events(), "handshake")[0]["client_auth"], bool(authentication))


if __name__ == "__main__":
    unittest.main()
