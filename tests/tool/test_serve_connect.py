# SPDX-License-Identifier: Apache-2.0
"""serve and connect with each other: events, exit codes, duties, sessions."""
import base64
import concurrent.futures
import contextlib
import hashlib
import http.server
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import threading
import unittest

from harness import KEYWAY, Program, Server, ToolTest, connect, events_of, free_port, named, received, run

HANDSHAKE_FIELDS = """role version cipher_suite group signature_scheme sni alpn npn resumed early_data hello_retry client_auth
session_id peer_certificate verify ocsp ems encrypt_then_mac secure_renegotiation flights bytes_in bytes_out ms""".split()


class ServeConnect(ToolTest):
    def talk(self, server_arguments=(), client_arguments=("--send", "hello", "--expect", "hello")):
        with Server("--demo", self.demo, *server_arguments) as server:
            code, events = connect(server.port, *self.trusting(), *client_arguments)
            return code, events, server.events()

    def test_pins(self):
        der = subprocess.run(["openssl", "x509", "-in", self.demo / "server-ecdsa.pem", "-noout", "-pubkey"], stdout=subprocess.PIPE, check=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=der, stdout=subprocess.PIPE, check=True).stdout
        pin, other = f"sha256/{hashlib.sha256(der).hexdigest()}", f"sha256/{'00' * 32}"
        with Server("--cert", self.demo / "server-ecdsa.pem", "--key", self.demo / "server-ecdsa.key") as server:
            for trust, pins, expected in ((self.trusting(), (other, pin), 0), (self.trusting(), (other,), 3), (("--ca", "none"), (pin,), 0),
                                          (("--ca", "none"), (other,), 3), (("--ca", "none", "--sni", "x.test"), (other,), 3)):
                with self.subTest(trust=trust, pins=pins):
                    code, events = connect(server.port, *trust, *(word for one in pins for word in ("--pin", one)), "--send", "hello")
                    self.assertEqual(code, expected, events)
            code, events = connect(server.port, *self.trusting(), "--pin", "sha256/0011")
            self.assertEqual(code, 2, events)
            self.assertIn("--pin", named(events, "error")[0]["message"])

    def test_an_echo_with_all_events(self):
        with Server("--demo", self.demo) as server:
            code, events = connect(server.port, *self.trusting(), "--send", "hello")
            self.assertEqual(code, 0, events)
            self.assertEqual(received(events), b"hello")
            self.assertEqual([named(events, name) != [] for name in ("connected", "handshake", "closed")], [True] * 3)
            handshake = named(events, "handshake")[0]
            for field in HANDSHAKE_FIELDS:
                self.assertIn(field, handshake)
            self.assertEqual(handshake["version"], "tlsv1.3")
            self.assertEqual(handshake["verify"], "ok")
            self.assertEqual(handshake["sni"], "localhost")
            self.assertIs(handshake["resumed"], False)
            self.assertEqual(set(handshake["peer_certificate"]), {"subject", "issuer", "san", "not_after", "sha256", "key"})
            self.assertEqual(len(named(events, "ticket")), 3)
            self.assertEqual(named(events, "closed")[0]["how"], "close_notify")
            server.wait_for_event("closed")
            self.assertEqual(server.stop(), 0)

    def test_human_lines_are_short_and_greppable(self):
        with Server("--demo", self.demo) as server:
            done = run("connect", f"localhost:{server.port}", *self.trusting(), "--send", "hello")
        self.assertEqual(done.returncode, 0, done.stderr)
        words = [line.split()[0] for line in done.stdout.splitlines()]
        self.assertEqual(words, ["connected", "server", "session", "<", "closed"])
        self.assertTrue(all(len(line) <= 110 for line in done.stdout.splitlines()), done.stdout)

    def shown(self, server):
        """The names of the certificate that a client is shown."""
        code, events = connect(server.port, "--ca", "none", "--send", "x", "--expect", "x")
        self.assertEqual(code, 0, events)
        return named(events, "handshake")[0]["peer_certificate"]["san"]

    def replace(self, path, source):
        """As programs that renew certificates do it: another file under the old name."""
        copy = path.with_suffix(".new")
        copy.write_bytes(source.read_bytes())
        copy.rename(path)

    # The key is encrypted: its password is asked for again.
    def test_new_certificates_without_a_restart(self):
        folder = pathlib.Path(self.folder.name) / "renewed"
        folder.mkdir()
        certificate, key, other = folder / "cert.pem", folder / "key.pem", folder / "other.key"
        for source, target in ((self.demo / "server-ecdsa.key", key), (self.demo / "wrong-host.key", other)):
            subprocess.run(["openssl", "pkcs8", "-topk8", "-in", source, "-out", target, "-passout", "pass:right"], check=True,
                           capture_output=True)
        first_key = folder / "first.key"
        first_key.write_bytes(key.read_bytes())
        for how in ("watch", "hup"):
            self.replace(certificate, self.demo / "server-ecdsa.pem")
            self.replace(key, first_key)
            with Server("--cert", certificate, "--key", key, "--key-password-env", "PASSWORD", "--reload", how,
                        env={"PASSWORD": "right"}) as server:
                def changed():
                    if how == "hup":
                        server.process.send_signal(signal.SIGHUP)
                before = self.shown(server)
                self.replace(certificate, self.demo / "wrong-host.pem")
                changed()
                error = server.wait_for_event("error")[0]
                self.assertEqual(error["code"], "key_mismatch")
                self.assertIn(f"--key {key}", error["message"])
                self.assertEqual(self.shown(server), before)
                self.replace(key, other)
                changed()
                told = server.wait_for_event("reloaded")[0]
                self.assertEqual(list(told), ["event", "files"])
                self.assertIn(str(key), told["files"])
                self.assertNotEqual(self.shown(server), before)
                self.assertEqual(server.stop(), 0)

    # Each certificate has responses of its own: the responder is asked about the one that is served.
    def test_responses_are_those_of_the_new_certificate(self):
        certificate, key = pathlib.Path(self.folder.name) / "stapled.pem", pathlib.Path(self.folder.name) / "stapled.key"

        def serve(name):
            self.replace(certificate, self.demo / f"{name}.pem")
            self.replace(key, self.demo / f"{name}.key")
        asked = []

        class Responder(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_error(500)

            def log_message(self, *_):
                pass
        serve("server-ecdsa")
        with contextlib.ExitStack() as stack:
            responder = stack.enter_context(http.server.HTTPServer(("127.0.0.1", 0), Responder))
            thread = threading.Thread(target=responder.serve_forever)
            thread.start()
            stack.callback(thread.join)
            stack.callback(responder.shutdown)
            with Server("--cert", certificate, "--key", key, "--ocsp-issuer", self.demo / "ca.pem", "--reload", "hup",
                        "--ocsp-responder", f"http://127.0.0.1:{responder.server_port}/") as server:
                server.wait_for_event("staple")
                for name, events in (("server-ecdsa", 1), ("wrong-host", 2)):
                    serve(name)
                    server.process.send_signal(signal.SIGHUP)
                    server.wait_for_event("reloaded", events)
                server.wait_for_event("staple", 2)
                self.assertEqual(server.stop(), 0)
        self.assertEqual(len(asked), 2, "the certificate was the same after the first SIGHUP")
        self.assertNotEqual(*asked)

    def openssl_server(self, port, *arguments):
        leaf = self.demo / "server-ecdsa.pem"
        return Program("openssl", "s_server", "-accept", port, "-cert", leaf, "-cert_chain", leaf, "-key", leaf.with_suffix(".key"),
                       "-rev", *arguments, stdin=subprocess.PIPE)

    # Nothing is said about versions: a server of TLS 1.2 alone is met in that, one of both in TLS 1.3.
    def test_the_newest_version_of_both_without_an_option(self):
        for arguments, version in ((("-tls1_2",), "tlsv1.2"), ((), "tlsv1.3")):
            port = free_port()
            with self.subTest(version), self.openssl_server(port, *arguments) as server:
                server.wait_for("ACCEPT")
                code, events = connect(port, *self.trusting(), "--send", "hello\n", "--expect", "olleh")
                self.assertEqual(code, 0, events)
                handshake = named(events, "handshake")[0]
                older = version == "tlsv1.2"
                suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" if older else "TLS_AES_256_GCM_SHA384"
                self.assertEqual((handshake["version"], handshake["cipher_suite"], handshake["verify"]), (version, suite, "ok"))
                self.assertEqual((handshake["ems"], handshake["secure_renegotiation"]), (True, True))
        with Server("--demo", self.demo) as server:
            code, events = connect(server.port, *self.trusting(), "--versions", "1.2", "--send", "hello", "--expect", "hello")
            self.assertEqual(code, 0, events)
            self.assertEqual(server.wait_for_event("handshake")[0]["version"], "tlsv1.2")

    # Before TLS 1.3 a full handshake is two round trips, one that resumes is one (RFC 5246 7.3).
    def test_round_trips_are_told(self):
        for version, trips in (("1.3", "11"), ("1.2", "21")):
            with self.subTest(version), Server("--demo", self.demo, "--versions", version) as server:
                done = run("connect", f"localhost:{server.port}", *self.trusting(), "--send", "x", "--expect", "x", "--reconnect", 1)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual("".join(re.findall(r", (\d) (?:round trips?|RTT)$", done.stdout, re.MULTILINE)), trips, done.stdout)

    def test_count_ends_the_server_with_0(self):
        with Server("--demo", self.demo, "--count", 2) as server:
            for _ in range(2):
                connect(server.port, *self.trusting(), "--send", "x")
            self.assertEqual(server.process.wait(10), 0)

    def test_sigint_ends_the_server_with_0(self):
        with Server("--demo", self.demo) as server:
            server.process.send_signal(2)
            self.assertEqual(server.process.wait(10), 0)

    def test_expect_that_does_not_match_is_5(self):
        code, events, _ = self.talk((), ("--send", "hello", "--expect", "goodbye", "--hold", "300ms"))
        self.assertEqual(code, 5)

    def test_hello_retry_request(self):
        code, events, _ = self.talk(("--groups", "secp384r1"))
        self.assertEqual(code, 0, events)
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)
        self.assertEqual(named(events, "handshake")[0]["group"], "secp384r1")

    def test_alpn(self):
        code, events, _ = self.talk(("--alpn", "b,a"), ("--alpn", "a,b", "--send", "x"))
        self.assertEqual(code, 0)
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_next_protocol(self):
        older = ("--versions", "1.2", "--npn", "b,a"), ("--versions", "1.2", "--npn", "a,b", "--send", "x")
        if "tlsv1.1" not in events_of(run("--json", "versions").stdout)[0]["compiled"]:
            self.assertEqual(run("connect", "localhost:1", *older[1]).returncode, 2, "a build without it says so")
            return
        code, events, seen = self.talk(*older)
        self.assertEqual(code, 0, events)
        for told in (events, seen):
            self.assertEqual([(event["npn"], event["alpn"]) for event in named(told, "handshake")], [("b", None)])
        refused = run("connect", "localhost:1", "--versions", "1.3", "--npn", "a")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--npn", refused.stderr)
        self.assertNotIn("client_preferred_next_protocols", refused.stderr)

    def test_no_common_alpn_is_refused_by_the_peer(self):
        code, events, seen = self.talk(("--alpn", "b"), ("--alpn", "a", "--send", "x"))
        self.assertEqual(code, 1)
        error = self.error_of(events)
        self.assertEqual((error["decided_by"], error["alert"]), ("peer", "no_application_protocol"))

    def test_no_common_suite(self):
        code, events, _ = self.talk(("--ciphers", "TLS_AES_128_GCM_SHA256"), ("--ciphers", "TLS_AES_256_GCM_SHA384", "--send", "x"))
        self.assertEqual(code, 1)
        self.assertEqual(self.error_of(events)["alert"], "handshake_failure")

    def test_each_suite(self):
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                      "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"):
            with self.subTest(suite):
                code, events, _ = self.talk(("--ciphers", suite), ("--ciphers", suite, "--send", "x", "--expect", "x"))
                self.assertEqual(code, 0, events)
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], suite)

    def test_server_order(self):
        offer = ("--ciphers", "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384", "--send", "x")
        mine = ("--ciphers", "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256")
        _, events, _ = self.talk(mine, offer)
        self.assertEqual(named(events, "handshake")[0]["cipher_suite"], "TLS_AES_128_GCM_SHA256")
        _, events, _ = self.talk((*mine, "--server-order"), offer)
        self.assertEqual(named(events, "handshake")[0]["cipher_suite"], "TLS_AES_256_GCM_SHA384")

    def test_each_identity(self):
        for scheme, key in (("ecdsa_secp256r1_sha256", "EC"),):
            with self.subTest(scheme):
                code, events, _ = self.talk((), ("--sigalgs", ",".join(dict.fromkeys([scheme, "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256", "ed25519"])), "--send", "x"))
                self.assertEqual(code, 0, events)
                self.assertIn(named(events, "handshake")[0]["signature_scheme"], (scheme,))
                self.assertIn(key, named(events, "handshake")[0]["peer_certificate"]["key"])

    def test_a_key_in_a_token(self):
        folder = pathlib.Path(self.folder.name) / "token"
        (folder / "tokens").mkdir(parents=True)
        (folder / "conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
        env = {"SOFTHSM2_CONF": str(folder / "conf"), "TOKEN_PIN": "87654321"}
        key = self.demo / "server-ecdsa.key"
        for arguments in (("--init-token", "--free", "--label", "tool", "--so-pin", "12345678", "--pin", "87654321"),
                          ("--import", key, "--token", "tool", "--label", "web", "--id", "01", "--pin", "87654321")):
            subprocess.run(["softhsm2-util", *map(str, arguments)], check=True, capture_output=True, env={**os.environ, **env})
        uri = "pkcs11:token=tool;object=web?module-path=/usr/lib/softhsm/libsofthsm2.so"
        identity = ("--cert", key.with_suffix(".pem"), "--key")
        for arguments in ((uri, "--key-password-env", "TOKEN_PIN"), (uri + "&pin-value=87654321",)):
            with Server(*identity, *arguments, env=env) as server:
                code, events = connect(server.port, *self.trusting(), "--send", "hello", "--expect", "hello")
                self.assertEqual(code, 0, events)
                server.wait_for_event("closed")
                self.assertEqual(server.stop(), 0)
                self.assertNotIn("87654321", server.output())
        # While the token signs, nothing is watched that could hold the connection.
        with Server(*identity, uri, "--key-password-env", "TOKEN_PIN", "--versions", "1.2", "--client-renegotiation", "--count", 1,
                    env=env) as server:
            code, events = connect(server.port, *self.trusting(), "--versions", "1.2", "--renegotiate", "--send", "x", "--expect", "x")
            self.assertEqual((code, [event["by"] for event in named(events, "renegotiated")]), (0, ["us"]), events)
            self.assertEqual(server.process.wait(10), 0)
            server.reader.join(5)
            self.assertEqual([event["how"] for event in named(server.events(), "closed")], ["close_notify"])
        # Without its token the server cannot sign; the client is told that it is none of its doing.
        with Server(*identity, uri, "--key-password-env", "TOKEN_PIN", env=env) as server:
            (folder / "tokens").rename(folder / "away")
            code, events = connect(server.port, *self.trusting(), "--send", "x")
            (folder / "away").rename(folder / "tokens")
            server.wait_for_event("closed")
            for side, direction in ((events, "received"), (server.events(), "sent")):
                alerts = [(event["direction"], event["level"], event["description"]) for event in named(side, "alert")]
                self.assertEqual(alerts, [(direction, "fatal", "internal_error")], side)
                self.assertEqual(named(side, "closed")[0]["how"], "alert")
        for wrong, code in ((uri, "wrong_password"), (uri + "&pin-value=99999", "wrong_password"),
                            (uri.replace("web", "nobody") + "&pin-value=87654321", "key_not_found"),
                            ("pkcs11:object=web;pin-value=99999", "invalid_option")):
            done = run("--json", "serve", "127.0.0.1:0", *identity, wrong, env=env)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            error = self.error_of(events_of(done.stdout))
            self.assertEqual(error["code"], code, error)
            self.assertIn("--key", error["message"])
            for pin in ("99999", "87654321"):
                self.assertNotIn(pin, done.stdout + done.stderr)
        done = run("serve", "127.0.0.1:0", "--key", uri + "&pin-value=99999")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("99999", done.stdout + done.stderr)

    def test_reconnect_resumes(self):
        with Server("--demo", self.demo) as server:
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--reconnect", 2)
            self.assertEqual(code, 0, events)
            self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket", "ticket"])
            self.assertEqual(named(events, "handshake")[1]["verify"], "ok")

    def test_tickets_off_means_no_resumption(self):
        code, events, _ = self.talk(("--tickets", "off"), ("--send", "x", "--reconnect", 1))
        self.assertEqual(code, 0)
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, False])
        self.assertEqual(named(events, "ticket"), [])

    def test_tickets_travel_in_files(self):
        path = pathlib.Path(self.folder.name) / "tickets"
        with Server("--demo", self.demo, "--ticket-count", 2) as server:
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--ticket-out", path)
            self.assertEqual(code, 0, events)
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            self.assertEqual(len(path.read_text().splitlines()), 2)
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--ticket-in", path)
            self.assertEqual(named(events, "handshake")[0]["resumed"], "ticket")
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--ticket-in", path)
            self.assertEqual(code, 0, "a used ticket leads to a full handshake")

    def test_tickets_of_a_file_are_spent_before_fresh_ones(self):
        path = pathlib.Path(self.folder.name) / "spent"
        with Server("--demo", self.demo, "--ticket-count", 1) as server:
            connect(server.port, *self.trusting(), "--send", "x", "--ticket-out", path)
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--ticket-in", path, "--reconnect", 2)
            self.assertEqual(code, 0, events)
            self.assertEqual([event["resumed"] for event in named(events, "handshake")], ["ticket", "ticket", "ticket"])

    def test_spent_tickets_are_not_saved(self):
        path = pathlib.Path(self.folder.name) / "unspent"

        def pump(source, target):
            with contextlib.suppress(OSError):
                while part := source.recv(65536):
                    target.sendall(part)
                target.shutdown(socket.SHUT_WR)

        def forward(listener, ports):
            with contextlib.ExitStack() as open_ones:
                for port in ports:
                    near = open_ones.enter_context(listener.accept()[0])
                    far = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
                    threading.Thread(target=pump, args=(near, far), daemon=True).start()
                    pump(far, near)

        # The second connection takes a ticket and comes to a server that gives none.
        with Server("--demo", self.demo, "--ticket-count", 2) as giving, Server("--demo", self.demo, "--tickets", "off") as other, \
             socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=forward, args=(listener, (giving.port, other.port)), daemon=True).start()
            code, events = connect(listener.getsockname()[1], *self.trusting(), "--send", "x", "--reconnect", 1, "--ticket-out", path)
            self.assertEqual((code, len(named(events, "handshake")), len(named(events, "ticket"))), (0, 2, 2), events)
        self.assertEqual(len(path.read_text().splitlines()), 1)

    def test_short_keys_are_warned_of(self):
        with Program(KEYWAY, "serve", "127.0.0.1:0", "--psk", "sensor=1122") as server:
            server.wait_for("--psk: it has 2 bytes and can be guessed").wait_for("listening")
            port = server.output().split(":")[-1].split()[0]
            done = run("connect", f"127.0.0.1:{port}", *self.trusting(), "--psk", "sensor=1122", "--send", "x")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("--psk: it has 2 bytes and can be guessed", done.stderr)

    def test_external_psk(self):
        key = "sensor=" + "11" * 32
        with Server("--psk", key) as server:
            code, events = connect(server.port, *self.trusting(), "--psk", key, "--send", "x", "--expect", "x")
            self.assertEqual(code, 0, events)
            self.assertEqual(named(events, "handshake")[0]["resumed"], "psk")
            code, events = connect(server.port, *self.trusting(), "--psk", "sensor=" + "22" * 32, "--send", "x")
            self.assertEqual(code, 1)
            self.assertEqual(self.error_of(events)["alert"], "decrypt_error")

    def test_client_certificates(self):
        own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
        code, events, seen = self.talk(("--client-cert", "require"), ("--send", "x", *own))
        self.assertEqual(code, 0, events)
        self.assertIs(named(seen, "handshake")[0]["client_auth"], True)
        code, events, seen = self.talk(("--client-cert", "ask"), ("--send", "x"))
        self.assertEqual(code, 0, events)
        self.assertIs(named(seen, "handshake")[0]["client_auth"], False)
        code, events, seen = self.talk(("--client-cert", "require"), ("--send", "x"))
        self.assertEqual(code, 1, events)
        self.assertEqual(self.error_of(events)["alert"], "certificate_required")

    def test_key_update(self):
        code, events, _ = self.talk((), ("--send", "x", "--expect", "x", "--key-update=request"))
        self.assertEqual(code, 0, events)
        self.assertEqual([event["by"] for event in named(events, "key_update")], ["us", "peer"])
        for value, updates in (("true", ["us"]), ("false", []), ('"request"', ["us", "peer"])):
            config = self.file("key_update.toml", f"key-update = {value}\n")
            code, events, _ = self.talk((), ("--send", "x", "--expect", "x", "--config", config))
            self.assertEqual(code, 0, events)
            self.assertEqual([event["by"] for event in named(events, "key_update")], updates, value)

    def test_what_the_version_does_not_have(self):
        for version, option, mend in (("1.2", "--key-update", "--versions 1.3"), ("1.3", "--renegotiate", "--versions 1.2")):
            code, events, _ = self.talk(("--versions", version), (option, "--send", "x"))
            error = self.error_of(events)
            self.assertEqual((code, error["code"], named(events, "closed")[0]["how"]), (1, "not_available", "close_notify"), events)
            for word in (option, f"TLS {version} was negotiated", mend):
                self.assertIn(word, error["message"] + error["hint"])

    def test_renegotiation(self):
        code, events, seen = self.talk(("--versions", "1.2", "--client-renegotiation"),
                                       ("--versions", "1.2", "--renegotiate", "--send", "x", "--expect", "x"))
        self.assertEqual(code, 0, events)
        self.assertEqual([event["by"] for event in named(events, "renegotiated")], ["us"])
        self.assertEqual([event["by"] for event in named(seen, "renegotiated")], ["peer"])

    def test_a_renegotiation_is_declined_by_default(self):
        code, events, _ = self.talk(("--versions", "1.2"), ("--versions", "1.2", "--renegotiate", "--send", "x", "--expect", "x"))
        self.assertEqual(code, 0, events)
        self.assertEqual(named(events, "renegotiated"), [])
        self.assertIn("no_renegotiation", [event["description"] for event in named(events, "alert")])

    # A key of 3DES is used up in the middle of the first answer, while the second request waits.
    def test_a_connection_that_waits_for_new_keys_ends_with_an_event(self):
        if "sslv3" not in str(events_of(run("--json", "versions").stdout)):
            return
        old = ("--versions", "1.2", "--ciphers", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA")
        requests = self.file("requests", "GET /?bytes=9000000 HTTP/1.1\r\nHost: x\r\n\r\nGET /?bytes=5 HTTP/1.0\r\n\r\n")
        with Server("--demo", self.demo, *old, "--http", self.folder.name, "--count", 1) as server:
            run("connect", f"localhost:{server.port}", *self.trusting(), *old, "--renegotiate", "--send", f"@{requests}", "--output", os.devnull,
                "--timeout", "5s")
            self.assertEqual(server.process.wait(20), 0)
            server.reader.join(5)
            self.assertEqual([event["conn"] for event in named(server.events(), "closed")], [1], server.output())

    def test_export(self):
        code, events, _ = self.talk((), ("--send", "x", "--export", "EXPORTER-test:32"))
        self.assertEqual(len(named(events, "export")[0]["hex"]), 64)

    def test_sni_chooses_an_identity(self):
        other = pathlib.Path(self.folder.name) / "other"
        self.assertEqual(run("certs", "demo", other, "--host", "other.example").returncode, 0)
        entry = f"other.example={other}/server-ecdsa.pem,{other}/server-ecdsa.key"
        with Server("--demo", self.demo, "--sni", entry) as server:
            code, events = connect(server.port, "--ca", other / "ca.pem", "--name", "other.example", "--send", "x")
            self.assertEqual(code, 0, events)
            self.assertIn("DNS:other.example".lower(), str(named(events, "handshake")[0]["peer_certificate"]["san"]).lower())
            code, events = connect(server.port, *self.trusting(), "--send", "x")
            self.assertEqual(code, 0, events)

    #= rfc8446#9.2-3, 4.2.1-1
    def test_pause_hello_reports_the_offer(self):
        code, events, seen = self.talk(("--pause-hello",), ("--alpn", "a", "--send", "x", "--expect", "x"))
        self.assertEqual(code, 0, events)
        hello = named(seen, "hello")[0]
        self.assertEqual((hello["sni"], hello["alpn"], hello["versions"]), ("localhost", ["a"], ["tlsv1.3", "tlsv1.2"]))
        self.assertIn("TLS_AES_256_GCM_SHA384", hello["cipher_suites"])
        self.assertIn("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", hello["cipher_suites"])

    def test_max_fragment_limits_records_both_ways(self):
        for size in (64, 512, 1000, 4096):
            with self.subTest(size):
                data = "x" * 10000
                code, events, _ = self.talk((), ("--max-fragment", size, "--send", data, "--expect", data))
                self.assertEqual(code, 0, [event for event in events if event["event"] != "data"])
                self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), size)

    def test_source_and_discard(self):
        code, events, _ = self.talk(("--source", "1M"), ("--send", ""))
        self.assertEqual(code, 0)
        self.assertEqual(sum(event["bytes"] for event in named(events, "data")), 1 << 20)
        code, events, _ = self.talk(("--discard",), ("--send", "x" * 100000))
        self.assertEqual(received(events), b"")

    def test_output_file_and_standard_input(self):
        path = pathlib.Path(self.folder.name) / "out"
        data = bytes(range(256)) * 4000
        with Server("--demo", self.demo) as server:
            done = run("connect", f"localhost:{server.port}", *self.trusting(), "--output", path, "-q", stdin=data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(path.read_bytes(), data)

    def test_send_a_file_through_standard_output(self):
        path = self.file("text", "line one\nline two\n")
        with Server("--demo", self.demo) as server:
            done = run("connect", f"localhost:{server.port}", *self.trusting(), "--send", f"@{path}")
        self.assertIn("< line one\n< line two\n", done.stdout)

    def test_keylog_and_trace(self):
        keylog = pathlib.Path(self.folder.name) / "keylog"
        trace = pathlib.Path(self.folder.name) / "trace"
        self.talk((), ("--keylog", keylog, "--trace", trace, "--send", "x"))
        for file in (keylog, trace):
            self.assertEqual(file.stat().st_mode & 0o777, 0o600, file)
        labels = {line.split()[0] for line in keylog.read_text().splitlines()}
        self.assertTrue({"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0",
                         "SERVER_TRAFFIC_SECRET_0"} <= labels, labels)
        secrets = {line.split()[2] for line in keylog.read_text().splitlines()}
        self.assertTrue(trace.read_text().count("\n") > 5)
        self.assertFalse(any(secret in trace.read_text() for secret in secrets))

    def test_sslkeylogfile_is_honoured(self):
        keylog = pathlib.Path(self.folder.name) / "keylog2"
        with Server("--demo", self.demo) as server:
            connect(server.port, *self.trusting(), "--send", "x", env={"SSLKEYLOGFILE": str(keylog)})
        self.assertIn("CLIENT_TRAFFIC_SECRET_0", keylog.read_text())

    def test_config_file(self):
        config = self.file("config.toml", f'json = true\ndemo = "{self.demo}"\nsend = "from a file"\n')
        with Server("--demo", self.demo) as server:
            done = run("connect", f"localhost:{server.port}", "--config", config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(base64.b64encode(b"from a file").decode(), done.stdout)

    def test_without_descriptors_the_server_pauses_and_goes_on(self):
        with Server("--demo", self.demo) as server:
            process = server.process.pid
            few = len(os.listdir(f"/proc/{process}/fd")) + 2
            resource.prlimit(process, resource.RLIMIT_NOFILE, (few, few))
            with contextlib.ExitStack() as peers:
                for _ in range(6):
                    peers.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                self.assertEqual(server.wait_for_event("error")[0]["code"], "system_error")
            code, events = connect(server.port, *self.trusting(), "--send", "hello")
            self.assertEqual((code, received(events)), (0, b"hello"), server.output())

    def test_many_connections_at_once(self):
        with Server("--demo", self.demo, "--threads", 2) as server:
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                jobs = [pool.submit(connect, server.port, *self.trusting(), "--send", f"n{i}", "--expect", f"n{i}") for i in range(64)]
                self.assertEqual({job.result()[0] for job in jobs}, {0})


if __name__ == "__main__":
    unittest.main()
