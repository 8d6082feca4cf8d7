# SPDX-License-Identifier: Apache-2.0
"""Erlang's ssl application as a peer, both ways."""
import contextlib
import unittest

from harness import Server, connect, named, received
from peers import SCHEMES, Erlang, InteropTest

SAY = ("--send", "hello", "--expect", "hello")
GROUPS = ("x25519", "secp256r1", "x448", "secp384r1", "secp521r1", "ffdhe2048", "ffdhe3072")
SUITES = ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
          "TLS_AES_128_CCM_8_SHA256")


class ErlangTest(InteropTest):
    def theirs(self, name="server-ecdsa"):
        """An identity in their words. For Ed448 the schemes too: OTP 25 signs with the first EdDSA scheme, whatever the key."""
        certificate, key = self.files(name)
        schemes = ("{signature_algs, [eddsa_ed448, ecdsa_secp256r1_sha256]}",) if name == "ed448" else ()
        return f'{{certfile, "{certificate}"}}', f'{{keyfile, "{key}"}}', *schemes


class ErlangServer(ErlangTest):
    def meet_all(self, cases, expected=0):
        """Each case is (options of theirs, arguments of ours); all listeners live in one node. Yields (case, events, output)."""
        server, ports = Erlang.servers(*(options for options, _ in cases))
        with server:
            for port, case in zip(ports, cases, strict=True):
                with self.subTest(case=case):
                    code, events = connect(port, *self.trusting(), *case[1])
                    self.assertEqual(code, expected, events + [server.output()])
                    yield case, events, server

    def meet(self, options=(), client_arguments=SAY, expected=0):
        [(_, events, server)] = self.meet_all([((*self.theirs(), *options), client_arguments)], expected)
        return events, server.output()

    def test_each_identity(self):
        wanted = {name: scheme for name, scheme in SCHEMES.items() if name != "rsa-pss"}  # OTP 25 cannot read that key
        cases = [(self.theirs(name), SAY) for name in wanted]
        schemes = [named(events, "handshake")[0]["signature_scheme"] for _, events, _ in self.meet_all(cases)]
        self.assertEqual(schemes, list(wanted.values()))

    def test_each_group(self):
        cases = [((*self.theirs(), f"{{supported_groups, [{group}]}}"), (*SAY, "--groups", group)) for group in GROUPS]
        groups = [named(events, "handshake")[0]["group"] for _, events, _ in self.meet_all(cases)]
        self.assertEqual(groups, list(GROUPS))

    def test_hello_retry_request(self):
        events, _ = self.meet(("{supported_groups, [secp384r1]}",), (*SAY, "--groups", "x25519,secp384r1"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        cases = [((*self.theirs(), f'{{ciphers, "{suite}"}}'), (*SAY, "--ciphers", suite)) for suite in SUITES]
        suites = [named(events, "handshake")[0]["cipher_suite"] for _, events, _ in self.meet_all(cases)]
        self.assertEqual(suites, list(SUITES))

    def test_resumption(self):
        cases = [((*self.theirs(), f"{{session_tickets, {mode}}}"), (*SAY, "--reconnect", 1)) for mode in ("stateful", "stateless")]
        for _, events, _ in self.meet_all(cases):
            self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"])

    def test_client_certificate(self):
        verify = (*self.theirs(), f'{{cacertfile, "{self.demo}/ca.pem"}}', "{verify, verify_peer}", "{fail_if_no_peer_cert, true}")
        for _, _, server in self.meet_all([(verify, (*SAY, *self.identity(name))) for name in ("client", "p384", "ed448")]):
            server.wait_for("peer ok")
        self.assertEqual(sum(1 for _ in self.meet_all([(verify, SAY)], expected=1)), 1)

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


class ErlangClient(ErlangTest):
    def meet_all(self, cases, **more):
        """Each case is (arguments of ours, options of theirs, connections); one node meets all. Returns events for each case."""
        trust = (f'{{cacertfile, "{self.demo}/ca.pem"}}', "{verify, verify_peer}")
        with contextlib.ExitStack() as stack:
            servers = [stack.enter_context(Server("--demo", self.demo, *arguments)) for arguments, _, _ in cases]
            goals = [(server.port, (*trust, *options)) for server, (_, options, times) in zip(servers, cases) for _ in range(times)]
            code, said = Erlang.client(*goals, **more)
            self.assertNotIn("failed", said, said + "\n".join(server.output() for server in servers))
            for server, (_, _, times) in zip(servers, cases):
                server.wait_for_event("closed", times)
            return [server.events() for server in servers], said

    def meet(self, arguments=(), *options, times=1, **more):
        events, said = self.meet_all([(arguments, options, times)], **more)
        return events[0], said

    def test_echo(self):
        events, said = self.meet()
        self.assertEqual(received(events), b"hello")
        self.assertIn("got hello", said)

    def test_each_group(self):
        cases = [(("--groups", group), (f"{{supported_groups, [{group}]}}",), 1) for group in GROUPS]
        # One public value of 256 in a finite field begins with zero, which OTP leaves out: RFC 8446 4.2.8.1 has it refused.
        for last in (False, False, True):
            try:
                events, _ = self.meet_all(cases)
                break
            except AssertionError as failure:
                if last or "illegal_parameter" not in str(failure):
                    raise
        self.assertEqual([named(some, "handshake")[0]["group"] for some in events], list(GROUPS))

    def test_each_suite(self):
        events, _ = self.meet_all([(("--ciphers", suite), (f'{{ciphers, "{suite}"}}',), 1) for suite in SUITES])
        self.assertEqual([named(some, "handshake")[0]["cipher_suite"] for some in events], list(SUITES))

    def test_hello_retry_request(self):
        events, _ = self.meet(("--groups", "secp384r1"), "{supported_groups, [x25519, secp384r1]}")
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_resumption(self):
        events, said = self.meet((), "{session_tickets, auto}", times=2)
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"], said)

    def test_client_certificate(self):
        cases = [(("--client-cert", "require"), self.theirs(name), 1) for name in ("client", "p521", "ed448")]
        events, _ = self.meet_all(cases)
        self.assertEqual([named(some, "handshake")[0]["client_auth"] for some in events], [True] * 3)

    def test_alpn(self):
        events, said = self.meet(("--alpn", "b"), '{alpn_advertised_protocols, [<<"a">>, <<"b">>]}')
        self.assertIn('<<"b">>', said)

    def test_key_update(self):
        talk = """ok = ssl:update_keys(S, read_write), ok = ssl:send(S, <<"hello">>), {ok, D} = ssl:recv(S, 5, 20000), io:format("got ~s~n", [D])"""
        events, said = self.meet(talk=talk)
        self.assertIn("got hello", said)
        self.assertIn("peer", [event["by"] for event in named(events, "key_update")])

    def test_max_fragment_length(self):
        talk = """ok = ssl:send(S, binary:copy(<<"x">>, 5000)), {ok, D} = ssl:recv(S, 5000, 20000), io:format("got ~p~n", [byte_size(D)])"""
        events, said = self.meet((), "{max_fragment_length, 512}", talk=talk)
        self.assertIn("got 5000", said)


if __name__ == "__main__":
    unittest.main()
