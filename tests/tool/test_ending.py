# SPDX-License-Identifier: Apache-2.0
"""How connections end and what is told about it: signals, time-outs, peers that vanish, counts of bytes, key updates."""
import signal
import socket
import time
import unittest

from harness import Peer, Program, Server, ToolTest, connect, events_of, named, run, wait_until, KEYWAY


class Client(Program):
    """`keyway --json connect` that waits for more input."""

    def __init__(self, port, demo, *arguments):
        super().__init__(KEYWAY, "--json", "connect", f"localhost:{port}", "--demo", demo, "--send", "x", "--hold", "20s", *arguments)
        self.wait_for('"data"')

    def events(self):
        return events_of(self.output())


class Endings(ToolTest):
    def test_signals_end_open_connections_in_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), Server("--demo", self.demo, "--threads", 2) as server, Client(server.port, self.demo) as client:
                with socket.create_connection(("127.0.0.1", server.port), 5) as silent:
                    server.wait_for_event("connected", 2)
                    server.process.send_signal(number)
                    self.assertEqual(server.process.wait(10), 0)
                    silent.settimeout(5)
                    while silent.recv(4096):
                        pass
                server.reader.join(5)
                closed = named(server.events(), "closed")
                self.assertEqual(sorted((event["conn"], event["how"]) for event in closed), [(1, "close_notify"), (2, "close_notify")])
                self.assertEqual(client.process.wait(10), 0)
                client.reader.join(5)
                self.assertEqual([event["how"] for event in named(client.events(), "closed")], ["close_notify"])

    def test_idle_connections_are_told_of(self):
        with Server("--demo", self.demo, "--timeout", "300ms") as server:
            with Client(server.port, self.demo) as client:
                self.assertTrue(wait_until(lambda: client.process.poll() is not None))
                client.reader.join(5)
                self.assertEqual([event["how"] for event in named(client.events(), "closed")], ["close_notify"], "the server said so")
            error = server.wait_for_event("error")[0]
            closed = server.wait_for_event("closed")[0]
        self.assertEqual((error["conn"], error["code"], closed["how"]), (1, "timeout", "timeout"))
        self.assertIn("127.0.0.1", error["message"])
        self.assertTrue(error["hint"])

    def test_help_says_that_idle_connections_may_stay(self):
        said = " ".join(run("--help").stdout.split())
        self.assertIn("of each wait for the network; serve bounds idle connections only if given [30s]", said)

    def test_peers_that_vanish_are_failures(self):
        with Server("--demo", self.demo) as server:
            with Client(server.port, self.demo) as client:
                client.process.kill()
                client.process.wait(5)
            error = server.wait_for_event("error")[0]
            closed = server.wait_for_event("closed")[0]
        self.assertIn(error["code"], ("truncated", "reset"))
        self.assertEqual((error["conn"], closed["how"]), (1, error["code"]))

    def test_people_see_failures_of_connections_too(self):
        with Program(KEYWAY, "serve", "127.0.0.1:0", "--demo", self.demo, "--timeout", "200ms") as server:
            server.wait_for("listening")
            port = int(server.output().split(":")[-1])
            run("connect", f"localhost:{port}", *self.trusting(), "--send", "x", "--hold", "5s")
            server.wait_for("failed     the time is over")

    def test_bytes_are_those_of_the_wire(self):
        sent = []

        def behave(connection):
            sent.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            while part := connection.recv(65536):
                sent.append(part)
        with Peer(behave) as peer:
            code, events = connect(peer.port, *self.trusting(), "--send", "x", "--timeout", "5s")
            peer.thread.join(5)
        closed = named(events, "closed")[0]
        self.assertEqual((code, closed["bytes_in"], closed["bytes_out"]), (1, 28, len(b"".join(sent))))
        with Server("--demo", self.demo) as server:
            with socket.create_connection(("127.0.0.1", server.port), 5) as garbage:
                garbage.sendall(b"GET / HTTP/1.1\r\n\r\n")
                answer = b""
                while part := garbage.recv(4096):
                    answer += part
            closed = server.wait_for_event("closed")[0]
            self.assertEqual((closed["bytes_in"], closed["bytes_out"]), (18, len(answer)))
            # Neither side sent an alert: HTTP has none.
            self.assertEqual((answer, closed["how"], named(server.events(), "alert")), (b"", "truncated", []))

    def test_answers_to_key_updates_are_told(self):
        with Server("--demo", self.demo) as server:
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--expect", "x", "--key-update=request")
            server.wait_for_event("closed")
            theirs = [event["by"] for event in named(server.events(), "key_update")]
        self.assertEqual((code, [event["by"] for event in named(events, "key_update")], theirs), (0, ["us", "peer"], ["peer", "us"]))

    def test_tickets_are_counted(self):
        with Server("--demo", self.demo, "--ticket-count", 2) as server:
            _, events = connect(server.port, *self.trusting(), "--send", "x", "--reconnect", 1)
        self.assertEqual([(event["conn"], event["count"]) for event in named(events, "ticket")], [(1, 1), (1, 2), (2, 1), (2, 2)])
        schemes = [event["signature_scheme"] for event in named(events, "handshake")]
        self.assertEqual((schemes[0] is None, schemes[1]), (False, None), "a resumed handshake has no signature")

    def test_sigalgs_leave_the_chain_alone(self):
        with Server("--demo", self.demo) as server:
            code, events = connect(server.port, *self.trusting(), "--sigalgs", "rsa_pss_rsae_sha256", "--send", "x")
        self.assertEqual(code, 0, events)
        self.assertEqual(named(events, "handshake")[0]["signature_scheme"], "rsa_pss_rsae_sha256")

    def test_threads_that_cannot_be_started(self):
        done = Program("prlimit", "--as=400000000", KEYWAY, "--json", "serve", "127.0.0.1:0", "--demo", self.demo, "--threads", "256")
        with done:
            self.assertEqual(done.process.wait(20), 1)
            done.reader.join(5)
            error = self.error_of(events_of(done.output()))
        self.assertIn("--threads 256", error["message"])
        self.assertIn("thread", error["message"])
        self.assertTrue(error["hint"])


if __name__ == "__main__":
    unittest.main()
