# SPDX-License-Identifier: Apache-2.0
"""--trace: every record, message, alert, state, decision and timer, in the order in which they happen, and no secret."""
import pathlib
import unittest

from harness import Peer, Server, ToolTest, connect, events_of, named

CLIENT = """
message out client_hello
record out handshake plain
timer local handshake_timeout armed
record in handshake plain
message in server_hello
record out change_cipher_spec plain
state local WaitEncryptedExtensions
record in change_cipher_spec plain dropped
record in handshake protected
message in encrypted_extensions
state local WaitCertificateOrRequest
message in certificate
question local verdict
state local WaitCertificateVerify
message in certificate_verify
state local WaitFinished
message in finished
message out finished
record out handshake protected
state local Connected
timer local handshake_timeout stopped
record out application_data protected
record in application_data protected
alert out close_notify
record out alert protected
timer local close_timeout armed
record in alert protected
alert in close_notify
timer local close_timeout stopped
"""
SERVER = """
timer local handshake_timeout armed
record in handshake plain
message in client_hello
message out server_hello
record out handshake plain
record out change_cipher_spec plain
message out encrypted_extensions
message out certificate
question local private_key
message out certificate_verify
message out finished
record out handshake protected
state local WaitFinished
record in change_cipher_spec plain dropped
record in handshake protected
message in finished
state local Connected
timer local handshake_timeout stopped
record in application_data protected
record out application_data protected
record in alert protected
alert in close_notify
alert out close_notify
record out alert protected
timer local close_timeout armed
timer local close_timeout stopped
"""


def short(line):
    """An event as the tables above have it."""
    words = [line["kind"], line["direction"], line["name"]]
    if line["kind"] == "record":
        words.append("protected" if line["protected"] else "plain")
    if "text" in line and line["kind"] in ("record", "timer"):
        words.append(line["text"])
    return " ".join(words)


class Trace(ToolTest):
    def path(self, name):
        return pathlib.Path(self.folder.name) / name

    def test_of_a_handshake(self):
        ours, theirs = self.path("ours"), self.path("theirs")
        with Server("--demo", self.demo, "--tickets", "off", "--handshake-timeout", "20s", "--trace", theirs) as server:
            code, events = connect(server.port, *self.trusting(), "--send", "hello", "--expect", "hello", "--trace", ours)
            self.assertEqual(code, 0, events)
            server.wait_for_event("closed")
            self.assertEqual(server.stop(), 0)
        client, other = events_of(ours.read_text()), events_of(theirs.read_text())
        for lines, wanted in ((client, CLIENT), (other, SERVER)):
            seen, wanted = [short(line) for line in lines if line["kind"] != "decision"], wanted.split("\n")[1:-1]
            # Told by the driver when it sees the handshake done: data that came with Finished may be told before.
            stopped = "timer local handshake_timeout stopped"
            self.assertEqual(seen.count(stopped), 1)
            seen.remove(stopped)
            wanted.remove(stopped)
            self.assertEqual(seen, wanted)
        closed = named(events, "closed")[0]
        for direction, total in (("in", closed["bytes_in"]), ("out", closed["bytes_out"])):
            sizes = [line["size"] for line in client if line["kind"] == "record" and line["direction"] == direction]
            self.assertEqual(sum(sizes), total)
        for lines, wanted in ((client, [30000, 2000]), (other, [20000, 2000])):
            armed = [line["ms"] for line in lines if line.get("text") == "armed"]
            self.assertEqual(len(armed), len(wanted))
            for left, whole in zip(armed, wanted):  # some of a time-out may be spent before it is armed
                self.assertTrue(whole - 1000 < left <= whole, (left, whole))
        self.assertTrue(all("body" not in line for line in client + other if line["kind"] != "message"))
        self.assertNotIn(b"hello".hex(), "".join(line.get("body", "") for line in client + other))

    def test_of_a_timer_that_fires(self):
        ours = self.path("late")
        with Peer(lambda connection: connection.recv(4096) and connection.recv(4096)) as peer:
            code, events = connect(peer.port, *self.trusting(), "--send", "x", "--timeout", "300ms", "--trace", ours)
        self.assertEqual(code, 124, events)
        seen = [short(line) for line in events_of(ours.read_text()) if line["kind"] != "decision"]
        self.assertEqual(seen[2:4], ["timer local handshake_timeout armed", "timer local handshake_timeout fired"])
        self.assertEqual(seen[4:], ["alert out user_canceled", "record out alert plain", "alert out close_notify", "record out alert plain"])

    def test_of_a_retry(self):
        ours = self.path("retry")
        with Server("--demo", self.demo, "--groups", "secp384r1") as server:
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--expect", "x", "--trace", ours)
        self.assertEqual(code, 0, events)
        hellos = [short(line) for line in events_of(ours.read_text()) if "hello" in line["name"] and line["kind"] == "message"]
        self.assertEqual(hellos, ["message out client_hello", "message in server_hello"] * 2)


if __name__ == "__main__":
    unittest.main()
