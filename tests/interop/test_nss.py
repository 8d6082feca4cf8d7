# SPDX-License-Identifier: Apache-2.0
"""NSS as a peer: tstclnt to our server, our client to selfserv."""
import pathlib
import unittest

from harness import Server, ToolTest, connect, named
from peers import Nss

GROUPS = {"x25519": "x25519", "secp256r1": "P256", "secp384r1": "P384", "secp521r1": "P521", "ffdhe2048": "FF2048", "ffdhe3072": "FF3072"}


class NssTest(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nss = Nss(pathlib.Path(cls.folder.name) / "nss", cls.demo)


class SelfServ(NssTest):
    REQUEST = ("--send", "GET / HTTP/1.0\r\n\r\n", "--expect", "HTTP/1.0 200")

    def meet(self, server_arguments=(), client_arguments=REQUEST, **more):
        server, port = self.nss.server(*server_arguments, **more)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, 0, events + [server.output()])
            return events

    def test_each_identity(self):
        for ecdsa in (True, False):
            self.meet(ecdsa=ecdsa)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events = self.meet(("-I", theirs), (*self.REQUEST, "--groups", ours))
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events = self.meet(("-I", "P384"), (*self.REQUEST, "--groups", "x25519,secp384r1"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_resumption(self):
        events = self.meet(("-u",), (*self.REQUEST, "--reconnect", 1))
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"])

    def test_client_certificate(self):
        own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
        self.meet(("-r", "-r"), (*self.REQUEST, *own))


class TstClnt(NssTest):
    def meet(self, server_arguments=(), client_arguments=(), stdin=b"hello\n"):
        with Server("--demo", self.demo, *server_arguments) as server:
            code, said = self.nss.client(server.port, *client_arguments, stdin=stdin)
            self.assertEqual(code, 0, said)
            server.wait_for_event("handshake")
            return server.events(), said

    def test_echo(self):
        _, said = self.meet()
        self.assertIn("hello", said)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("--groups", ours), ("-I", theirs))
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events, _ = self.meet(("--groups", "secp521r1"), ("-I", "x25519,P521"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_client_certificate(self):
        events, _ = self.meet(("--client-cert", "require"), ("-n", "client"))
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)


if __name__ == "__main__":
    unittest.main()
