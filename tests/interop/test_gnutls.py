# SPDX-License-Identifier: Apache-2.0
"""GnuTLS as a peer: groups and suites that few have, record_size_limit, post-handshake authentication, psk_ke, PSK."""
import pathlib
import re
import time
import unittest

from harness import KEYWAY, Program, Server, ToolTest, connect, named, run
from peers import Gnutls

GROUPS = {"x25519": "X25519", "x448": "X448", "secp256r1": "SECP256R1", "secp384r1": "SECP384R1", "secp521r1": "SECP521R1",
          "ffdhe2048": "FFDHE2048", "ffdhe3072": "FFDHE3072", "ffdhe4096": "FFDHE4096", "ffdhe6144": "FFDHE6144", "ffdhe8192": "FFDHE8192"}
SUITES = {"TLS_AES_128_GCM_SHA256": "AES-128-GCM", "TLS_AES_256_GCM_SHA384": "AES-256-GCM",
          "TLS_CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305", "TLS_AES_128_CCM_SHA256": "AES-128-CCM",
          "TLS_AES_128_CCM_8_SHA256": "AES-128-CCM-8"}
SAY = ("--send", "hello\n", "--expect", "hello")
KEY = "42" * 32


class GnutlsServer(ToolTest):
    def meet(self, server_arguments=(), client_arguments=SAY, priority=Gnutls.TLS13, name="server-ecdsa", expected=0):
        server, port = Gnutls.server(self.demo / f"{name}.pem", self.demo / f"{name}.key", *server_arguments, priority=priority)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, expected, events + [server.output()])
            return events, server.output()

    def test_each_identity(self):
        for name in ("server-ecdsa", "server-rsa", "server-ed25519"):
            with self.subTest(name):
                self.meet(("--disable-client-cert",), name=name)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("--disable-client-cert",), (*SAY, "--groups", ours), f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-{theirs}")
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events, _ = self.meet(("--disable-client-cert",), (*SAY, "--groups", "x25519,secp384r1"), f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-SECP384R1")
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for ours, theirs in SUITES.items():
            with self.subTest(ours):
                events, _ = self.meet(("--disable-client-cert",), (*SAY, "--ciphers", ours), f"{Gnutls.TLS13}:-CIPHER-ALL:+{theirs}")
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], ours)

    def test_resumption(self):
        events, _ = self.meet(("--disable-client-cert",), (*SAY, "--reconnect", 1))
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"])

    def test_record_size_limit_of_ours(self):
        for size in (64, 511, 1000, 16384):
            with self.subTest(size):
                data = "x" * 3000 + "\n"
                events, _ = self.meet(("--disable-client-cert",), ("--max-fragment", size, "--send", data, "--expect", "x{2000}"))
                self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), size)

    def test_record_size_limit_of_theirs(self):
        events, _ = self.meet(("--disable-client-cert", "--recordsize", 600), ("--send", "x" * 3000 + "\n", "--expect", "x{2000}"))

    def test_client_certificate(self):
        own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
        verify = ("--x509cafile", self.demo / "ca.pem", "--require-client-cert", "--verify-client-cert")
        self.meet(verify, (*SAY, *own))
        self.meet(verify, SAY, expected=1)

    def test_alpn(self):
        events, _ = self.meet(("--disable-client-cert", "--alpn", "b"), (*SAY, "--alpn", "a,b"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_key_update_of_ours(self):
        events, _ = self.meet(("--disable-client-cert",), (*SAY, "--key-update=request"))
        self.assertEqual([event["by"] for event in named(events, "key_update")], ["us", "peer"])

    def test_external_psk(self):
        file = self.file("psk.txt", f"tester:{KEY}\n")
        for exchange in ("DHE-PSK",):
            priority = f"{Gnutls.TLS13}:+{exchange}:+PSK"
            server, port = Gnutls.server(None, None, "--pskpasswd", file, priority=priority)
            with server:
                code, events = connect(port, *self.trusting(), *SAY, "--psk", f"tester={KEY}")
                self.assertEqual(code, 0, events + [server.output()])
                self.assertEqual(named(events, "handshake")[0]["resumed"], "psk")


class GnutlsClient(ToolTest):
    def meet(self, server_arguments=(), client_arguments=(), stdin=b"hello\n", priority=Gnutls.TLS13, expected=True):
        with Server("--demo", self.demo, *server_arguments) as server:
            code, said = Gnutls.client(server.port, "--x509cafile", self.demo / "ca.pem", *client_arguments, stdin=stdin, priority=priority)
            self.assertEqual(code == 0, expected, said)
            server.wait_for_event("closed")
            return server.events(), said

    def test_each_identity(self):
        for sign in ("SIGN-ECDSA-SECP256R1-SHA256", "SIGN-RSA-PSS-RSAE-SHA256:+SIGN-ECDSA-SECP256R1-SHA256", "SIGN-EDDSA-ED25519:+SIGN-ECDSA-SECP256R1-SHA256"):
            with self.subTest(sign):
                self.meet(priority=f"{Gnutls.TLS13}:-SIGN-ALL:+{sign}")

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("--groups", ours), priority=f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-{theirs}")
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events, _ = self.meet(("--groups", "secp521r1"), priority=f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP521R1", client_arguments=("--single-key-share",))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for ours, theirs in SUITES.items():
            with self.subTest(ours):
                events, _ = self.meet(("--ciphers", ours), priority=f"{Gnutls.TLS13}:-CIPHER-ALL:+{theirs}")
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], ours)

    def test_resumption(self):
        with Server("--demo", self.demo) as server:
            code, said = Gnutls.client(server.port, "--x509cafile", self.demo / "ca.pem", "--resume", "--waitresumption", stdin=b"x\n")
            self.assertEqual(code, 0, said)
            server.wait_for_event("handshake", 2)
            self.assertEqual([event["resumed"] for event in named(server.events(), "handshake")], [False, "ticket"])

    def test_record_size_limit_of_theirs(self):
        self.meet((), ("--recordsize", 600), stdin=b"x" * 3000 + b"\n")

    def test_record_size_limit_of_ours(self):
        events, _ = self.meet(("--max-fragment", 512), stdin=b"x" * 3000 + b"\n")
        self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), 512)

    def test_client_certificate(self):
        own = ("--x509certfile", self.demo / "client.pem", "--x509keyfile", self.demo / "client.key")
        events, _ = self.meet(("--client-cert", "require"), own)
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)

    def test_alpn(self):
        events, said = self.meet(("--alpn", "b,c"), ("--alpn", "a", "--alpn", "b"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_external_psk(self):
        with Server("--psk", f"tester={KEY}") as server:
            code, said = Gnutls.client(server.port, "--pskusername", "tester", "--pskkey", KEY, stdin=b"x\n",
                                       priority=f"{Gnutls.TLS13}:-KX-ALL:+DHE-PSK:+ECDHE-PSK:+PSK")
            self.assertEqual(code, 0, said)
            self.assertEqual(named(server.events(), "handshake")[0]["resumed"], "psk")


if __name__ == "__main__":
    unittest.main()
