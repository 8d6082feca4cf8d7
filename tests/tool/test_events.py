# SPDX-License-Identifier: Apache-2.0
"""Every event has exactly the fields that scripts may rely on."""
import pathlib
import re
import socket
import unittest

from harness import KEYWAY, Peer, Program, Server, ToolTest, connect, events_of, named, run

FIELDS = {
    "listening": "address port protocol",
    "connected": "conn peer local",
    "hello": "conn sni alpn versions cipher_suites groups signature_schemes extensions",
    "handshake": "conn role version cipher_suite group signature_scheme sni alpn npn resumed early_data hello_retry client_auth session_id "
                 "peer_certificate verify ocsp ems encrypt_then_mac secure_renegotiation flights bytes_in bytes_out ms",
    "data": "conn bytes data",
    "ticket": "conn lifetime early_data_max count",
    "key_update": "conn by",
    "alert": "conn direction level description",
    "reloaded": "files",
    "error": "conn group code alert decided_by message hint",
    "closed": "conn how bytes_in bytes_out",
    "export": "conn label hex",
    "finding": "conn message expect",
    "crl": "file issuer revoked",
    "cipher": "iana openssl erlang code",
    "versions": "supported default compiled groups keyway libcrypto",
    "staple": "kind source good_until code message",
    "verdict": "result reasons",
}
GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs/guide/command_line.md"
CERTIFICATE = {"subject", "issuer", "san", "not_after", "sha256", "key"}


class Events(ToolTest):
    def judge(self, events, *wanted):
        self.assertLessEqual(set(wanted), {event["event"] for event in events})
        for event in events:
            if event["event"] in FIELDS:
                self.assertEqual(list(event)[1:], FIELDS[event["event"]].split(), event)

    def test_of_both_ends(self):
        own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
        with Server("--demo", self.demo, "--pause-hello", "--client-cert", "require") as server:
            code, events = connect(server.port, *self.trusting(), "--send", "hello", "--expect", "no", "--hold", "500ms",
                                   "--key-update=request", "--export", "EXPORTER-x:16", *own)
            self.assertEqual(code, 5)
            server.wait_for_event("closed")
            self.judge(events, "connected", "handshake", "data", "ticket", "key_update", "closed", "export", "finding")
            self.judge(server.events(), "listening", "connected", "hello", "handshake", "data", "key_update", "closed")
            ours, theirs = named(events, "handshake")[0], named(server.events(), "handshake")[0]
        for side in (ours, theirs):
            self.assertEqual(set(side["peer_certificate"]), CERTIFICATE)
            self.assertRegex(side["peer_certificate"]["sha256"], "^[0-9a-f]{64}$")
            self.assertEqual((side["version"], side["verify"], side["resumed"], side["early_data"]), ("tlsv1.3", "ok", False, "none"))
            self.assertGreater(min(side["bytes_in"], side["bytes_out"], side["flights"]), 0)
        self.assertEqual((ours["role"], theirs["role"], theirs["client_auth"]), ("client", "server", True))
        self.assertEqual((ours["bytes_in"] > 0, named(events, "listening")), (True, []))

    def test_the_guide_lists_them(self):
        rows = re.findall(r"^\| `(\w+)` \| `([^`]+)`", GUIDE.read_text(), re.M)
        self.assertEqual({name: fields for name, fields in rows if name != "certificate"}, FIELDS)
        self.assertIn(("certificate", "subject issuer san not_after sha256 key"), rows)

    def test_alerts_have_the_level_of_the_wire(self):
        def say(*alerts):
            def behave(connection):
                connection.recv(4096)
                for level, description in alerts:
                    connection.sendall(bytes((0x15, 3, 3, 0, 2, level, description)))
                connection.recv(1)
            return behave
        for level, name in ((1, "warning"), (2, "fatal")):
            with Peer(say((level, 40))) as peer:
                code, events = connect(peer.port, *self.trusting(), "--send", "x", "--timeout", "5s")
            alert = named(events, "alert")[0]
            self.assertEqual((code, alert["direction"], alert["level"], alert["description"]), (1, "received", name, "handshake_failure"))
        # A handshake that is given up: the reason first, then the end.
        with Peer(say((1, 90), (1, 0))) as peer:
            code, events = connect(peer.port, *self.trusting(), "--send", "x", "--timeout", "5s")
        self.judge(events, "alert", "error", "closed")
        seen = [(event["direction"], event["level"], event["description"]) for event in named(events, "alert")]
        self.assertEqual((code, seen), (1, [("received", "warning", "user_canceled"), ("received", "warning", "close_notify")]))
        self.assertEqual(self.error_of(events)["code"], "closed")
        with Peer(lambda connection: (connection.recv(4096), connection.sendall(b"\x15\x03\x03\x00\x02\x01\x5a"))) as peer:
            done = run("connect", f"localhost:{peer.port}", *self.trusting(), "--send", "x", "--timeout", "5s")
        self.assertRegex(done.stderr, r"^alert      warning user_canceled from the peer\nfailed ")
        with Server("--demo", self.demo) as server:
            with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
                peer.sendall(b"\x15\x03\x01\x00\x02\x01\x5a\x15\x03\x01\x00\x02\x02\x00")
            server.wait_for_event("closed")
            seen = [(event["direction"], event["level"], event["description"]) for event in named(server.events(), "alert")]
        self.assertEqual(seen, [("received", "warning", "user_canceled"), ("received", "fatal", "close_notify")])

    # SSL 3.0 has no unknown_ca; and what goes wrong on our side alone has no alert of its own (RFC 8446 6.2).
    def test_alerts_are_those_of_the_wire(self):
        if "sslv3" not in str(events_of(run("--json", "versions").stdout)):
            return
        old = ("--versions", "ssl3", "--ciphers", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")
        with Server("--demo", self.demo, *old) as server:
            code, events = connect(server.port, "--ca", self.demo / "client.pem", *old, "--send", "x")
            server.wait_for_event("closed")
            for side, direction in ((events, "sent"), (server.events(), "received")):
                alerts = [(event["direction"], event["level"], event["description"]) for event in named(side, "alert")]
                self.assertEqual(alerts, [(direction, "fatal", "certificate_unknown")])
                self.assertEqual((self.error_of(side)["alert"], named(side, "closed")[0]["how"]), ("certificate_unknown", "alert"))
        self.assertEqual((code, self.error_of(events)["code"]), (3, "certificate_unknown_ca"))

    def test_listening_says_the_port(self):
        with Server("--demo", self.demo) as server:
            event = server.events()[0]
        self.assertEqual((event["event"], event["address"], event["protocol"]), ("listening", "127.0.0.1", "tls"))
        self.assertIn(event["port"], range(1, 65536))

    def test_of_refusals(self):
        with Server("--demo", self.demo, "--alpn", "a") as server:
            code, events = connect(server.port, *self.trusting(), "--alpn", "b", "--send", "x")
            self.assertEqual(code, 1)
            self.judge(events, "connected", "alert", "error", "closed")
            alert, error = named(events, "alert")[0], self.error_of(events)
            self.assertEqual((alert["direction"], alert["level"], alert["description"]), ("received", "fatal", "no_application_protocol"))
            self.assertEqual((error["decided_by"], error["alert"], named(events, "closed")[0]["how"]), ("peer", "no_application_protocol", "alert"))
            server.wait_for_event("closed")
            self.judge(server.events(), "alert", "error", "closed")
            alert, error = named(server.events(), "alert")[0], self.error_of(server.events())
            self.assertEqual((alert["direction"], error["decided_by"]), ("sent", "us"))

    def test_how_a_connection_ended(self):
        def cut(connection):
            connection.recv(4096)
        with Peer(cut) as peer:
            code, events = connect(peer.port, *self.trusting(), "--send", "x", "--timeout", "5s")
        self.assertEqual((code, named(events, "closed")[0]["how"]), (1, "truncated"))
        with Peer(lambda connection: connection.recv(4096) and connection.recv(4096)) as peer:
            code, events = connect(peer.port, *self.trusting(), "--send", "x", "--timeout", "300ms")
        self.assertEqual((code, named(events, "closed")[0]["how"]), (124, "timeout"))

    def test_of_commands_without_a_connection(self):
        ciphers = events_of(run("--json", "ciphers").stdout)
        self.assertEqual({tuple(event) for event in ciphers}, {("event", "iana", "openssl", "erlang", "code")})
        versions = events_of(run("--json", "versions").stdout)
        self.assertEqual([event["event"] for event in versions], ["versions"])
        self.judge(ciphers + versions, "cipher", "versions")
        chain = events_of(run("--json", "certs", "verify", self.demo / "server.pem", "--ca", self.demo / "ca.pem").stdout)
        self.assertEqual([event["event"] for event in chain], ["certificate", "verdict"])
        self.assertLessEqual(CERTIFICATE, set(chain[0]))
        self.judge(chain, "verdict")
        self.assertEqual((chain[1]["result"], chain[1]["reasons"]), ("ok", []))
        shown = events_of(run("--json", "certs", "show", self.demo / "server.pem").stdout)
        self.assertEqual([event["event"] for event in shown], ["certificate"])
        self.assertLessEqual(CERTIFICATE, set(shown[0]))

    def test_standard_output_has_nothing_else(self):
        for arguments in (("ciphers",), ("versions",), ("certs", "demo", pathlib.Path(self.folder.name) / "again"),
                          ("connect", "127.0.0.1:1", "--demo", self.demo, "--send", "x"), ("serve",), ("frobnicate",)):
            done = run("--json", *arguments)
            self.assertTrue(all("event" in event for event in events_of(done.stdout)), done.stdout)


class Lines(ToolTest):
    """What people read: short lines whose first word says what they are."""

    def short(self, done):
        for line in (done.stdout + done.stderr).splitlines():
            self.assertLessEqual(len(line), 110, line)

    def test_no_line_is_long(self):
        with Server("--demo", self.demo) as server:
            address = f"localhost:{server.port}"
            self.short(run("connect", address, *self.trusting(), "--send", "x", "--export", "EXPORTER-x:16"))
            self.short(run("connect", address, *self.trusting(), "--send", "x", "--ciphers", "TLS_CHACHA20_POLY1305_SHA256", "--groups",
                           "secp521r1", "--sigalgs", "rsa_pss_rsae_sha256,ecdsa_secp256r1_sha256"))
            self.short(run("connect", address, *self.trusting(), "--send", "x", "--name", "elsewhere.example"))
            self.short(run("connect", address, "--send", "x"))
            self.short(run("certs", "show", address, "--chain"))
        self.short(run("connect", "127.0.0.1:1", *self.trusting(), "--send", "x"))
        self.short(run("connect", "localhost:1", "--ca", "/nonexistent/" + "a/" * 20))
        self.short(run("certs", "verify", self.demo / "expired.pem", "--ca", self.demo / "ca.pem"))
        self.short(run("versions"))

    def test_the_first_word_of_each_line_says_what_it_is(self):
        words = {"connected", "server", "session", "closed", "exported", "refused", "failed", "hint", "warning", "keys", "finding", "<"}

        def judge(done, *wanted):
            seen = set()
            for line in (done.stdout + done.stderr).splitlines():
                if line.startswith(" " * 11):  # goes on with the line above
                    continue
                seen.add(line.split()[0])
                self.assertTrue(line.split()[0] in words or re.match(r"  \d+ ", line), line)
            self.assertLessEqual(set(wanted), seen, done.stdout + done.stderr)
        long = "x" * 300
        with Server("--demo", self.demo) as server:
            address = f"localhost:{server.port}"
            judge(run("connect", address, *self.trusting(), "--send", long, "--export", "EXPORTER-x:200", "--key-update"),
                  "connected", "exported", "keys", "<", "closed")
            judge(run("connect", address, *self.trusting(), "--send", "x", "--expect", f"{long} {long}", "--hold", "100ms"), "finding")
            judge(run("connect", address, "--send", "x"), "refused", "0", "hint")
        judge(run("connect", "127.0.0.1:1", *self.trusting(), "--send", "x"), "failed", "hint")
        done = run("connect", "localhost:1", "--ca", "/nonexistent/" + "\u00e4" * 200)
        judge(done, "refused", "hint")
        self.assertNotIn("\ufffd", done.stderr, "no character is cut in two")

    def test_help_is_short_and_offers_what_there_is(self):
        commands = (["serve"], ["connect"], ["certs"], ["certs", "demo"], ["certs", "show"], ["certs", "verify"], ["ciphers"],
                    ["versions"], ["verify-chain"], [])
        later = ("inspect", "scan", "proxy", "bench", "dist", "fleet", "explain", "--dtls", "--srp",
                 "--early-data", "--pcap", "--metrics")
        for command in commands:
            done = run(*command, "--help")
            self.short(done)
            for word in later:
                self.assertNotRegex(done.stdout, rf"(^|\s){word}\b", command)
            self.assertNotRegex(done.stdout, "(?m)^(Options|OPTIONS):", "each option is in a group that says what it is about")
            for option in re.findall(r"(?m)^  (-.*(?:\n {4,}.*)*)", done.stdout):
                takes_value = re.match(r"\S+ (TEXT|UINT|INT)\b", option)
                if takes_value or "--config" in option:
                    self.assertRegex(option, r"\[[^\]]+\]\s*$", command)

    def test_a_refusal_says_who_what_why_and_what_next(self):
        with Server("--demo", self.demo) as server:
            done = run("connect", f"localhost:{server.port}", "--send", "x")
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"^refused    .*\(unknown_ca, decided by us\)")
        self.assertIn("\nhint       ", done.stderr)

    def test_peers_write_no_control_characters(self):
        with Peer(lambda connection: (connection.recv(4096), connection.sendall(b"\x1b[31mHTTP/1.1 400\r\n\r\n"), connection.recv(1))) as peer:
            done = run("connect", f"localhost:{peer.port}", *self.trusting(), "--send", "x", "--timeout", "5s")
        self.assertNotIn("\x1b", done.stdout + done.stderr)

    def test_what_peers_send_stays_in_its_lines(self):
        with Server("--demo", self.demo) as server:
            address = f"localhost:{server.port}"
            done = run("connect", address, *self.trusting(), "--send", "a\x1b[31mb\rc" + "x" * 300)
            self.short(done)
            shown = "".join(line[2:] for line in done.stdout.splitlines() if line.startswith("< "))
            self.assertEqual(shown, "a\\x1b[31mb\\x0dc" + "x" * 300)
            piped = run("connect", address, *self.trusting(), stdin=b"no end of line")
            self.assertIn("\nno end of line\nclosed ", piped.stdout)
            quiet = run("connect", address, *self.trusting(), "-q", stdin=b"no end of line")
            self.assertEqual(quiet.stdout, "no end of line")

    def test_a_port_that_the_kernel_chose_is_always_said(self):
        with Program(KEYWAY, "serve", "127.0.0.1:0", "--demo", self.demo, "-q") as server:
            server.wait_for("listening  127.0.0.1:")

    def test_options_take_one_value(self):
        own = ("--cert", self.demo / "server.pem", "--key", self.demo / "server.key")
        done = run("serve", *own, "nonsense-address")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nonsense-address", done.stderr)

    def test_colour_marks_verdicts_when_asked(self):
        with Server("--demo", self.demo) as server:
            command = ("connect", f"localhost:{server.port}", *self.trusting(), "--send", "x")
            self.assertNotIn("\x1b", run(*command).stdout)
            self.assertTrue(run(*command, "--color", "always").stdout.startswith("\x1b[32mconnected\x1b[0m"))
            refused = run("connect", f"localhost:{server.port}", "--send", "x", "--color", "always").stderr
            self.assertEqual(refused.count("\x1b[31m"), 1, "the verdict, not the hint")
            self.assertTrue(refused.startswith("\x1b[31mrefused\x1b[0m"))
            self.assertRegex(run(*command, "-v").stdout, r"\nbytes +\d+ in, \d+ out")


if __name__ == "__main__":
    unittest.main()
