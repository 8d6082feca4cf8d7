# SPDX-License-Identifier: Apache-2.0
"""--expect: matches wherever the records end, and patterns and peers that make searching dear."""
import ssl
import threading
import time
import unittest

from harness import Peer, Server, ToolTest, connect, named, received

SMALL = ("--max-fragment", 64)  # the server's records
MUCH = 24_000_000  # more than kernels keep for a peer that does not read


class Expect(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server("--demo", cls.demo)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        super().tearDownClass()

    def echo(self, data, pattern, *options, expected=0):
        """Sends `data` to an echo; --expect must end with the exit code `expected`."""
        sent = self.file("data", data)
        more = () if expected == 0 else ("--timeout", "2s")  # without data
        code, events = connect(self.server.port, *self.trusting(), "--send", f"@{sent}", "--expect", pattern, *options, *more)
        self.assertEqual(code, expected, [event for event in events if event["event"] != "data"])
        self.assertTrue(all(event["bytes"] != 0 for event in named(events, "data")))
        return events

    def test_plain_text(self):
        self.echo("x" * 5000, "x" * 5000)
        self.echo("x" * 4999, "x" * 5000, expected=5)

    def test_a_match_across_many_records(self):
        self.echo("a" + "x" * 120_000 + "b", "ax*b", *SMALL)
        self.echo("." * 300_000 + "a" + "x" * 120_000 + "b" + "." * 300_000, "ax*b", *SMALL)

    def test_a_match_at_each_place_of_a_record(self):
        for before in (0, 1, 62, 63, 64, 65, 32767, 32768, 131071, 131072, 131073):
            with self.subTest(before):
                self.echo("." * before + "needle" + "." * 100, "n[e]+dle", *SMALL)

    def test_a_match_longer_than_the_reach(self):
        self.echo("a" + "x" * 400_000 + "b", "ax*b", expected=5)

    def test_the_beginning_is_that_of_the_connection(self):
        self.echo("first" + "." * 400_000, "^first")
        self.echo("." * 400_000 + "last", r"\.last$")
        self.echo("." * 400_000 + "^", r"^\^", expected=5)
        self.echo("x" * 400_000, r"\bxx", "--hold", "1s")
        self.echo("." + "x" * 400_000, r"^x", expected=5)

    def test_bytes_that_are_no_text(self):
        self.echo("gr\u00fc\u00dfe", "gr\u00fc..e")

    def test_hostile_patterns(self):
        data = "a" * (4 << 20)
        for pattern in (".*b", "(a*)*b", "(a|aa)+$b", "(.*)(.*)(.*)(.*)b"):
            with self.subTest(pattern):
                events = self.echo(data, pattern, expected=5)
                self.assertEqual(len(received(events)), len(data))

    def test_a_hostile_pattern_and_many_small_records(self):
        events = self.echo("a" * (1 << 20), ".*b", *SMALL, expected=5)
        self.assertEqual(len(received(events)), 1 << 20)
        self.assertGreater(len(named(events, "data")), 16000)

    def test_a_match_is_seen_as_soon_as_the_peer_is_quiet(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.demo / "server.pem", self.demo / "server.key")

        ended = threading.Event()

        def speak(connection):
            with context.wrap_socket(connection, server_side=True) as tls:
                for part in (b"he", b"l", b"lo, and now"):
                    tls.sendall(part)
                    time.sleep(0.2)
                ended.wait(60)  # neither data nor an end: only the match can end this

        for way in (("--send", "x"), ()):
            ended.clear()
            with self.subTest(way), Peer(speak) as peer:
                code, events = connect(peer.port, *self.trusting(), *way, "--expect", "hello, .*now", "--timeout", "20s")
                ended.set()
                self.assertEqual(code, 0, events)
                self.assertEqual(received(events), b"hello, and now")

    def peer(self, behave):
        """A server that speaks TLS and then does what `behave(connection)` does."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.demo / "server.pem", self.demo / "server.key")

        def speak(connection):
            with context.wrap_socket(connection, server_side=True) as tls:
                behave(tls)
        return Peer(speak, receive_buffer=65536)

    def much(self):
        path = self.file("much")
        path.write_bytes(bytes(MUCH))
        return path

    def test_the_answer_to_what_takes_long_to_send(self):
        # Each wait is shorter than the time-out, all of them are not; and each is longer than what ends a connection that has sent all.
        for waits, way in ((4, ("--timeout", "1500ms")), (1, ("--hold", "300ms", "--timeout", "5s"))):
            def behave(tls, waits=waits):
                for _ in range(waits):
                    time.sleep(0.6)
                    self.read(tls, MUCH // waits)
                tls.sendall(b"done")
                tls.unwrap()
            with self.subTest(way), self.peer(behave) as peer:
                code, events = connect(peer.port, *self.trusting(), "--send", f"@{self.much()}", *way)
                self.assertEqual((code, received(events)), (0, b"done"), events)

    def read(self, tls, size):
        while size > 0 and (part := tls.recv(min(size, 1 << 20))):
            size -= len(part)

    def test_what_has_its_match_need_not_be_sent(self):
        ended = threading.Event()

        def behave(tls):
            tls.sendall(b"hello")
            ended.wait(60)
        with self.peer(behave) as peer:
            code, events = connect(peer.port, *self.trusting(), "--send", f"@{self.much()}", "--expect", "hello", "--timeout", "1s")
            ended.set()
        self.assertEqual((code, received(events), named(events, "error")), (0, b"hello", []), events)

    def test_peers_that_stop_reading_are_given_up(self):
        for way in ((), ("--send", f"@{self.much()}")):
            ended = threading.Event()

            def behave(tls):
                ended.wait(60)
            with self.subTest(way), self.peer(behave) as peer:
                code, events = connect(peer.port, *self.trusting(), *way, "--timeout", "1s", stdin=bytes(0 if way else MUCH))
                ended.set()
                self.assertEqual((code, self.error_of(events)["code"]), (124, "timeout"), events)
                self.assertEqual(named(events, "closed")[0]["how"], "timeout")

    def test_without_a_match_the_time_out_ends_it(self):
        code, events = connect(self.server.port, *self.trusting(), "--send", "x", "--expect", "y", "--timeout", "300ms")
        self.assertEqual(code, 5, events)
        self.assertEqual(named(events, "finding")[0]["expect"], "y")


if __name__ == "__main__":
    unittest.main()
