# SPDX-License-Identifier: Apache-2.0
"""NSS as a peer: tstclnt to our server, our client to selfserv."""
import unittest

from harness import Program, Server, connect, named
from peers import Endpoint, InteropTest, Nss

GROUPS = {"x25519": "x25519", "secp256r1": "P256", "secp384r1": "P384", "secp521r1": "P521", "ffdhe2048": "FF2048",
          "ffdhe3072": "FF3072", "ffdhe4096": "FF4096", "ffdhe6144": "FF6144", "ffdhe8192": "FF8192"}
SUITES = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
IDENTITIES = {"ecdsa": "ecdsa_secp256r1_sha256", "rsa": "rsa_pss_rsae_sha256", "p384": "ecdsa_secp384r1_sha384", "p521": "ecdsa_secp521r1_sha512"}
KEY = "42" * 32
TLS12 = "tls1.2:tls1.2"


class NssTest(InteropTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nss = Nss(cls.demo.parent / "nss", cls.demo)


class SelfServ(NssTest):
    REQUEST = ("--send", "GET / HTTP/1.0\r\n\r\n", "--expect", "HTTP/1.0 200")

    def meet(self, server_arguments=(), client_arguments=REQUEST, **more):
        server, port = self.nss.server(*server_arguments, **more)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, 0, events + [server.output()])
            return events

    def test_each_identity(self):
        for name, scheme in IDENTITIES.items():
            with self.subTest(name):
                self.assertEqual(named(self.meet(name=name), "handshake")[0]["signature_scheme"], scheme)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events = self.meet(("-I", theirs), (*self.REQUEST, "--groups", ours))
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events = self.meet(("-I", "P384"), (*self.REQUEST, "--groups", "x25519,secp384r1"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for suite in SUITES:
            with self.subTest(suite):
                events = self.meet((), (*self.REQUEST, "--ciphers", suite))
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], suite)

    def test_resumption(self):
        events = self.meet(("-u",), (*self.REQUEST, "--reconnect", 1))
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"])

    def test_client_certificate(self):
        self.meet(("-r", "-r"), (*self.REQUEST, *self.identity("client")))

    def test_resumption_in_tls12(self):
        for arguments, how in (((), "session_id"), (("-u",), "ticket")):
            with self.subTest(how):
                events = self.meet(arguments, (*self.REQUEST, "--versions", "1.2", "--reconnect", 2), versions=TLS12)
                self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, how, how])

    def test_client_certificate_in_tls12(self):
        events = self.meet(("-r", "-r"), (*self.REQUEST, "--versions", "1.2", *self.identity("client")), versions=TLS12)
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)

    def test_renegotiation(self):
        renegotiating = (*self.REQUEST, "--versions", "1.2", "--renegotiate", *self.identity("client"))
        events = self.meet((), renegotiating, versions=TLS12)
        self.assertEqual([event["by"] for event in named(events, "renegotiated")], ["us"])
        # Four times -r: it demands a certificate, and a further handshake for it.
        events = self.meet(("-r", "-r", "-r", "-r"), renegotiating, versions=TLS12)
        self.assertEqual([event["by"] for event in named(events, "renegotiated")], ["us", "peer"])

    def test_post_handshake_authentication(self):
        events = self.meet(("-r", "-r", "-r", "-r", "-E"), (*self.REQUEST, *self.identity("client")))
        self.assertIs(named(events, "handshake")[0]["client_auth"], False, "it is asked for after the handshake")

    def test_alpn(self):
        events = self.meet(("-Q",), (*self.REQUEST, "--alpn", "http/1.1"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "http/1.1")

    def test_key_update(self):
        events = self.meet((), (*self.REQUEST, "--key-update=request"))
        self.assertEqual(named(events, "key_update")[0]["by"], "us")


class TstClnt(NssTest):
    def meet(self, server_arguments=(), client_arguments=(), identity=None, connections=1, **more):
        """It reads until the server closes, so the server speaks HTTP/1.0."""
        with Server(*(identity or ("--demo", self.demo)), "--http", self.demo, *server_arguments) as server:
            code, said = self.nss.client(server.port, *client_arguments, stdin=b"GET /?bytes=5 HTTP/1.0\r\n\r\n", **more)
            self.assertEqual(code, 0, said)
            self.assertIn("200 OK", said)
            ends = [event["how"] for event in server.wait_for_event("closed", connections)]
            self.assertEqual(ends, ["close_notify"] * connections)
            return server.events(), said

    def test_each_identity(self):
        for name, scheme in IDENTITIES.items():
            with self.subTest(name):
                events, _ = self.meet(identity=self.identity(name))
                self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("--groups", ours), ("-I", theirs))
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events, _ = self.meet(("--groups", "secp521r1"), ("-I", "x25519,P521"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for suite in SUITES:
            with self.subTest(suite):
                events, _ = self.meet(("--ciphers", suite))
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], suite)

    def test_resumption(self):
        events, said = self.meet((), ("-u", "-L", "2"), connections=2)
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"], said)

    def test_client_certificate(self):
        events, _ = self.meet(("--client-cert", "require"), ("-n", "client"))
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)

    def test_resumption_in_tls12(self):
        for ours, theirs, how in (((), (), "session_id"), (("--tickets", "stateless"), ("-u",), "ticket")):
            with self.subTest(how):
                events, said = self.meet(("--versions", "1.2", *ours), ("-L", "3", *theirs), connections=3, versions=TLS12)
                self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, how, how], said)

    def test_client_certificate_in_tls12(self):
        events, _ = self.meet(("--versions", "1.2", "--client-cert", "require"), ("-n", "client"), versions=TLS12)
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)

    def test_renegotiation(self):
        """It begins one as soon as it has sent something, and stays until we leave: an echo does not."""
        with Server("--demo", self.demo, "--versions", "1.2", "--client-renegotiation") as server, \
                Program(*self.nss.client_command(server.port, self.file("hello", "hello\n"), "-r", "1", versions=TLS12)) as client:
            self.assertEqual(server.wait_for_event("renegotiated")[0]["by"], "peer")
            client.wait_for("hello")

    def test_a_renegotiation_of_ours(self):
        server, port = Endpoint.lone_server(self.demo, "suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "renegotiate")
        with server, Program(*self.nss.client_command(port, self.file("hello", "hello\n"), versions=TLS12)) as client:
            client.wait_for("hello")
            server.wait_for("renegotiated by=us")

    def test_external_psk(self):
        with Server("--psk", f"tester={KEY}") as server:
            self.nss.client(server.port, "-z", f"0x{KEY}:tester", stdin=b"x")  # it fails reading tickets without a certificate
            self.assertEqual(server.wait_for_event("handshake")[0]["resumed"], "psk")


if __name__ == "__main__":
    unittest.main()
