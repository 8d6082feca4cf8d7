# SPDX-License-Identifier: Apache-2.0
"""Erlang's ssl application as a peer, both ways."""
import unittest

from harness import Server, ToolTest, connect, named, received
from peers import Erlang

SAY = ("--send", "hello", "--expect", "hello")


class ErlangServer(ToolTest):
    def meet(self, options=(), client_arguments=SAY, name="server-ecdsa", expected=0):
        server, port = Erlang.server(self.demo / f"{name}.pem", self.demo / f"{name}.key", *options)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, expected, events + [server.output()])
            return events, server

    def test_each_identity(self):
        for name in ("server-ecdsa", "server-rsa", "server-ed25519"):
            with self.subTest(name):
                self.meet(name=name)

    def test_each_group(self):
        for group in ("x25519", "secp256r1", "x448", "secp384r1", "secp521r1"):
            with self.subTest(group):
                events, _ = self.meet((f"{{supported_groups, [{group}]}}",), (*SAY, "--groups", group))
                self.assertEqual(named(events, "handshake")[0]["group"], group)

    def test_hello_retry_request(self):
        events, _ = self.meet(("{supported_groups, [secp384r1]}",), (*SAY, "--groups", "x25519,secp384r1"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for suite in ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
                      "TLS_AES_128_CCM_8_SHA256"):
            with self.subTest(suite):
                events, _ = self.meet((f'{{ciphers, "{suite}"}}',), (*SAY, "--ciphers", suite))
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], suite)

    def test_resumption(self):
        for mode in ("stateful", "stateless"):
            with self.subTest(mode):
                events, _ = self.meet((f"{{session_tickets, {mode}}}",), (*SAY, "--reconnect", 1))
                self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"])

    def test_client_certificate(self):
        own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
        verify = (f'{{cacertfile, "{self.demo}/ca.pem"}}', "{verify, verify_peer}", "{fail_if_no_peer_cert, true}")
        _, server = self.meet(verify, (*SAY, *own))
        self.assertIn("peer ok", server.output())
        self.meet(verify, SAY, expected=1)

    def test_alpn(self):
        events, _ = self.meet(('{alpn_preferred_protocols, [<<"b">>]}',), (*SAY, "--alpn", "a,b"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_key_update(self):
        events, _ = self.meet((), (*SAY, "--key-update=request"))
        self.assertEqual([event["by"] for event in named(events, "key_update")], ["us", "peer"])

    def test_max_fragment_length(self):
        data = "x" * 5000
        events, _ = self.meet((), ("--max-fragment", 512, "--send", data, "--expect", data))
        self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), 512)


class ErlangClient(ToolTest):
    def meet(self, server_arguments=(), *options, times=1):
        with Server("--demo", self.demo, *server_arguments) as server:
            trust = (f'{{cacertfile, "{self.demo}/ca.pem"}}', "{verify, verify_peer}")
            code, said = Erlang.client(server.port, *trust, *options, times=times)
            self.assertEqual(said.count("got hello"), times, said + server.output())
            server.wait_for_event("closed", times)
            return server.events(), said

    def test_echo(self):
        events, _ = self.meet()
        self.assertEqual(received(events), b"hello")

    def test_each_group(self):
        for group in ("x25519", "secp256r1", "x448", "secp384r1", "secp521r1"):
            with self.subTest(group):
                events, _ = self.meet(("--groups", group), f"{{supported_groups, [{group}]}}")
                self.assertEqual(named(events, "handshake")[0]["group"], group)

    def test_hello_retry_request(self):
        events, _ = self.meet(("--groups", "secp384r1"), "{supported_groups, [x25519, secp384r1]}")
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_resumption(self):
        events, said = self.meet((), "{session_tickets, auto}", times=2)
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"], said)

    def test_client_certificate(self):
        events, _ = self.meet(("--client-cert", "require"), f'{{certfile, "{self.demo}/client.pem"}}', f'{{keyfile, "{self.demo}/client.key"}}')
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)

    def test_alpn(self):
        events, said = self.meet(("--alpn", "b"), '{alpn_advertised_protocols, [<<"a">>, <<"b">>]}')
        self.assertIn('<<"b">>', said)

    def test_max_fragment_length(self):
        self.meet((), "{max_fragment_length, 512}")


if __name__ == "__main__":
    unittest.main()
