# SPDX-License-Identifier: Apache-2.0
"""TLS 1.2, 1.1 and 1.0 by cipher and key exchange, with OpenSSL, GnuTLS and NSS, both ways: each that they have in common with us."""
import concurrent.futures
import re
import signal
import subprocess
import unittest

from harness import Server, connect, events_of, named, run
from peers import PSK, CasesTest, Endpoint, Gnutls, InteropTest, Nss, Openssl, call, dh_parameters, is_old, make_identity

VERSIONS = {"1.2": ("tlsv1.2", "-tls1_2", "TLS1.2"), "1.1": ("tlsv1.1", "-tls1_1", "TLS1.1"), "1.0": ("tlsv1", "-tls1", "TLS1.0")}
THEIRS = {ours: theirs for ours, *theirs in VERSIONS.values()}
# DHE with DSA keys, and the versions that have it.
DSS = {"DHE-DSS-AES128-GCM-SHA256": ("1.2",), "DHE-DSS-AES256-SHA": ("1.2", "1.1", "1.0")}
# NSS's numbers.
NSS = {"ECDHE-ECDSA-AES128-SHA": ":C009", "ECDHE-RSA-AES256-SHA": ":C014", "ECDHE-ECDSA-RC4-SHA": ":C007", "ECDHE-RSA-DES-CBC3-SHA": ":C012"}


def has_legacy():
    """Whether this build has what is off for safety."""
    return "tlsv1.1" in events_of(run("--json", "versions").stdout)[0]["compiled"]


class OlderCiphers(CasesTest):
    """One server of theirs has everything, and ours decides; a client of theirs has everything, too."""

    def pairs(self):
        """(suite, version, whether encrypt-then-MAC) for each that both have: without it for three suites."""
        for version in self.versions:
            for suite in self.common:
                if version == "tlsv1.2" or is_old(suite):
                    block = re.search("_CBC_|3DES", suite) is not None
                    for etm in (True, False) if re.fullmatch("TLS_ECDHE_RSA_WITH_AES_..._CBC_SHA.*", suite) else (block,):
                        yield suite, version, etm

    def wishes_for(self, suite, version, etm):
        told, said = self.wishes(suite, version)
        less = [] if etm else ["no_etm"]
        return told + less, said + less

    def as_a_server(self, port, size):
        """Our client to each suite of a server on `port`."""
        for suite, version, etm in self.pairs():
            with self.subTest(suite=suite, version=version, etm=etm):
                lines = self.ours.client(port, f"size={size}", *self.wishes_for(suite, version, etm)[1])
                self.assertEqual(lines[-1], "done", lines)
                self.check(lines, suite, version, etm="yes" if etm else "no")

    def as_a_client(self, meet, crashes="(?!)"):
        """meet(port, suite, version) runs a client, which says hello: (exit code, output). `crashes` matches suites with which it
        falls over its own report of the handshake: ours has seen all of that, and no data."""
        def run_one(pair):
            name, port = self.ours.server(*self.wishes_for(*pair)[0])
            return pair, *meet(port, *pair[:2]), self.ours.until(name, "closed")

        # Most of the time goes by with programs that start, and they start beside each other.
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for (suite, version, etm), code, said, lines in pool.map(run_one, self.pairs()):
                with self.subTest(suite=suite, version=version, etm=etm):
                    fallen = re.match(crashes, suite) is not None
                    self.assertEqual(code, -signal.SIGSEGV if fallen else 0, (said, lines))
                    self.check(lines, suite, version, etm="yes" if etm else "no")
                    self.assertEqual(lines[-1], f"closed received={'0 reason=truncated' if fallen else '6 reason=closed'}")


class WithOpenssl(OlderCiphers):
    """SRP is for GnuTLS: openssl's own client and server lose the user's name (3.0)."""
    LEVEL = ":@SECLEVEL=0"
    EVERY = "ALL:COMPLEMENTOFALL" + LEVEL
    CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        theirs = call("openssl", "ciphers", "-stdname", cls.EVERY).split()
        cls.common = [suite for suite in cls.suites if suite in theirs and "SRP" not in suite]

    def test_nothing_is_left_out(self):
        self.enough(self.common, 119, 80)

    def test_as_a_server(self):
        more = self.files("server-ecdsa")
        server, port = Openssl.server(*self.files("rsa-both"), "-min_protocol", "TLSv1", "-cipher", self.EVERY, "-dcert", more[0], "-dkey", more[1],
                                      "-psk", PSK, "-psk_identity", "tester", "-psk_hint", "a hint",
                                      "-dhparam", dh_parameters(self, "modp_2048"))
        with server:
            self.as_a_server(port, 4000)

    def test_as_a_client(self):
        def meet(port, suite, version):
            trust = ("-CAfile", self.demo / "ca.pem", "-verify_return_error") if re.search("RSA|ECDSA", suite) else ()
            return Openssl.client(port, *trust, THEIRS[version][0], "-cipher", self.EVERY, "-psk", PSK, "-psk_identity", "tester", stdin=b"hello\n")
        self.as_a_client(meet)

    def test_resumption_by_a_server(self):
        server, port = Openssl.server(*self.files("rsa-both"), "-min_protocol", "TLSv1", "-cipher", self.EVERY)
        with server:
            for version in self.versions:
                for wishes, how in (((), "session_id"), (("tickets",), "ticket")):
                    with self.subTest(version=version, how=how):
                        lines = self.ours.client(port, "times=3", *wishes, *self.wishes(self.CBC, version)[1])
                        self.assertEqual(re.findall("resumed=([a-z_]*)", "\n".join(lines)), ["none", how, how], lines)

    def test_resumption_of_a_client(self):
        for version in self.versions:
            for wishes, theirs, how in (((), (), "session_id"), (("tickets",), (), "ticket"), (("tickets",), ("-no_ticket",), "session_id")):
                with self.subTest(version=version, wishes=wishes, theirs=theirs):
                    name, port = self.ours.server(*wishes, *self.wishes(self.CBC, version)[0])
                    said = Openssl.client(port, "-CAfile", self.demo / "ca.pem", THEIRS[version][0], "-cipher", self.EVERY, "-reconnect", *theirs,
                                          stdin=b"Q\n")[1]
                    self.assertEqual(said.count("Reused, "), 5, said)
                    lines = self.ours.until(name, "closed", 6)
                    self.assertEqual(re.findall("resumed=([a-z_]*)", "\n".join(lines)), ["none"] + [how] * 5, lines)

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


class DssWithOpenssl(InteropTest):
    LEVEL = ":@SECLEVEL=0"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.demo / "dsa.param"
        call("openssl", "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:2048", "-pkeyopt", "dsa_paramgen_q_bits:256",
             "-out", parameters)
        make_identity(cls.demo, "dsa", "-paramfile", parameters)
        cls.iana = {openssl: iana for iana, (openssl, _) in Endpoint.names().items()}

    def check(self, events, suite, version, etm):
        done = named(events, "handshake")[0]
        self.assertEqual((done["cipher_suite"], done["version"], done["encrypt_then_mac"]), (self.iana[suite], VERSIONS[version][0], etm))

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
    EXCHANGES = "+ECDHE-ECDSA:+ECDHE-RSA:+DHE-RSA:+RSA:+PSK:+DHE-PSK:+ECDHE-PSK:+RSA-PSK:+ANON-DH:+ANON-ECDH:+SRP:+SRP-RSA"
    REST = ("+CIPHER-ALL:+CAMELLIA-128-CBC:+CAMELLIA-256-CBC:+CAMELLIA-128-GCM:+CAMELLIA-256-GCM:+AES-128-CCM-8:+AES-256-CCM-8:+ARCFOUR-128:+3DES-CBC:"
            "+MAC-ALL:+SHA256:+SHA384:+MD5:+SIGN-ALL:+SIGN-RSA-SHA1:+SIGN-ECDSA-SHA1:%VERIFY_ALLOW_SIGN_WITH_SHA1")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = re.findall(r"^TLS_\S+\s+0x(..), 0x(..)", call("gnutls-cli", "--list"), re.MULTILINE)
        theirs = {high + low for high, low in rows}
        cls.common = [suite for suite, (_, number) in cls.suites.items() if number in theirs]

    def priority(self, *versions):
        return ":".join(["NORMAL", "-VERS-ALL", *(f"+VERS-{THEIRS[version][1]}" for version in versions), self.EXCHANGES, self.REST])

    def test_nothing_is_left_out(self):
        self.enough(self.common, 131, 70)

    def verifiers(self):
        """What gnutls-serv keeps of alice."""
        groups, users = self.file("srp.conf", ""), self.file("srp.txt", "")
        call("srptool", "--create-conf", groups)
        # Group 3 has 2,048 bits. Without a terminal the password is read from the input.
        subprocess.run(["srptool", "--passwd-conf", groups, "--passwd", users, "-u", "alice", "-i", "3"], input=b"correct horse\n",
                       capture_output=True, start_new_session=True, check=True)
        return "--srppasswdconf", groups, "--srppasswd", users

    def test_as_a_server(self):
        more = self.files("server-ecdsa")
        keys = self.file("psk.txt", f"tester:{PSK}\n")
        server, port = Gnutls.server(*self.files("rsa-both"), "--x509certfile", more[0], "--x509keyfile", more[1], "--disable-client-cert",
                                     "--pskpasswd", keys, "--pskhint", "a hint", *self.verifiers(), priority=self.priority(*self.versions))
        with server:
            self.as_a_server(port, 4000)

    def test_as_a_client(self):
        def meet(port, suite, version):
            return Gnutls.client(port, "--x509cafile", self.demo / "ca.pem", "--pskusername", "tester", "--pskkey", PSK,
                                 "--srpusername", "alice", "--srppasswd", "correct horse", stdin=b"hello\n", priority=self.priority(version))
        # With ephemeral keys around a pre-shared one gnutls-cli 3.7 crashes, also with openssl as its server.
        self.as_a_client(meet, crashes="TLS_(EC)?DHE_PSK_|TLS_PSK_DHE_")


class WithNss(InteropTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nss = Nss(cls.demo.parent / "nss", cls.demo)
        rows = events_of(run("--json", "ciphers", "--set", "anonymous", "--prepend", ",".join(NSS)).stdout)
        cls.iana = {event["openssl"]: event["iana"] for event in rows}

    def check(self, events, suite, version):
        done = named(events, "handshake")[0]
        self.assertEqual((done["version"], done["encrypt_then_mac"]), (VERSIONS[version][0], False))
        self.assertEqual(done["cipher_suite"], self.iana[suite])

    @staticmethod
    def each():
        """(suite, version) for each that this build has."""
        legacy = has_legacy()
        for suite in NSS:
            if legacy or not re.search("DES|RC4", suite):
                yield from ((suite, version) for version in (VERSIONS if legacy else ("1.2",)))

    def test_as_a_server(self):
        for suite, version in self.each():
            server, port = self.nss.server("-c", NSS[suite], name="ecdsa" if "ECDSA" in suite else "rsa", versions=f"tls{version}:tls{version}")
            with server:
                code, events = connect(port, *self.trusting(), "--send", "GET / HTTP/1.0\r\n\r\n", "--expect", "HTTP/1.0 200", "--versions", version,
                                       "--ciphers", suite)
                self.assertEqual(code, 0, events + [server.output()])
                self.check(events, suite, version)

    def test_as_a_client(self):
        for suite, version in self.each():
            with Server(*self.identity("server-ecdsa" if "ECDSA" in suite else "server-rsa"), "--http", self.demo, "--versions", version, "--ciphers", suite) as server:
                code, said = self.nss.client(server.port, "-c", NSS[suite], stdin=b"GET /?bytes=5 HTTP/1.0\r\n\r\n", versions=f"tls{version}:tls{version}")
                self.assertEqual(code, 0, said)
                self.assertIn("200 OK", said)
                server.wait_for_event("closed")
                self.check(server.events(), suite, version)


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

    def test_resumption(self):
        """By a server of theirs: tstclnt 3.87 aborts when it connects again in SSL 3.0, also with selfserv."""
        for suite, number in self.SUITES.items() if has_legacy() else ():
            with self.subTest(suite):
                server, port = self.nss.server("-c", number, name="rsa", versions="ssl3:ssl3")
                with server:
                    code, events = connect(port, *self.trusting(), "--send", "GET / HTTP/1.0\r\n\r\n", "--expect", "HTTP/1.0 200", "--versions",
                                           "ssl3", "--ciphers", suite, "--reconnect", 2)
                    self.assertEqual(code, 0, events + [server.output()])
                    self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "session_id", "session_id"])


if __name__ == "__main__":
    unittest.main()
