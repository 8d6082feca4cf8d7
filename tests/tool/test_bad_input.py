# SPDX-License-Identifier: Apache-2.0
"""Wrong files, wrong values, wrong peers: one error that says what to mend, the right exit code, no hang."""
import contextlib
import os
import pathlib
import re
import socket
import subprocess
import time
import unittest

from harness import KEYWAY, Peer, Server, ToolTest, connect, events_of, free_port, named, run


class BadOptions(ToolTest):
    def refused(self, *arguments, option, code="invalid_option", env=None):
        done = run("--json", *arguments, env=env)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        error = self.error_of(events_of(done.stdout))
        self.assertEqual(error["code"], code, error)
        self.assertIn(option, error["message"] + error["hint"], error)
        self.assertTrue(error["hint"], error)
        human = run(*arguments, env=env)
        self.assertEqual((human.returncode, human.stdout), (2, ""))
        self.assertIn("hint", human.stderr)
        return error

    def serve(self, *arguments, **wanted):
        return self.refused("serve", "127.0.0.1:0", *arguments, **wanted)

    def connect(self, *arguments, **wanted):
        return self.refused("connect", "localhost:1", *arguments, **wanted)

    def test_values(self):
        self.serve("--demo", self.demo, "--ciphers", "TLS_NONE", option="--ciphers")
        self.serve("--demo", self.demo, "--groups", "x25520", option="--groups")
        self.serve("--demo", self.demo, "--sigalgs", "md5", option="--sigalgs")
        self.serve("--demo", self.demo, "--versions", "1.4", option="--versions")
        self.serve("--demo", self.demo, "--tickets", "maybe", option="--tickets")
        for value in ("8d", "200h", "999ms"):
            error = self.serve("--demo", self.demo, "--ticket-lifetime", value, option="--ticket-lifetime")
            self.assertIn(f"--ticket-lifetime {value}:", error["message"])
        self.serve("--demo", self.demo, "--ticket-lifetime", "8", option="--ticket-lifetime")
        self.serve("--demo", self.demo, "--max-fragment", "63", option="--max-fragment")
        self.serve("--demo", self.demo, "--psk", "id=zz", option="--psk")
        self.serve("--demo", self.demo, "--client-cert", "perhaps", option="--client-cert")
        self.serve("--demo", self.demo, "--reload", "sometimes", option="--reload")
        self.serve("--demo", self.demo, "--http", "/nonexistent", option="--http")
        self.serve("--demo", self.demo, "--sni", "x", option="--sni")
        self.connect("--sni", "192.0.2.1", option="--sni")
        self.connect("--sni", "b\u00fccher.example", option="--sni")
        self.connect("--sni", "a b", option="--sni")
        self.connect("--key-update=often", option="--key-update")
        self.connect("--export", "label", option="--export")
        self.connect("--expect", "(", option="--expect")
        said = self.connect("--expect", "x{5000}", option="--expect")
        self.assertIn("x{5000}", said["message"])
        self.assertIn("repeat at most 1000 times", said["hint"])
        self.connect("--hold", "1y", option="--hold")
        self.refused("connect", "localhost", option="address")
        self.refused("connect", "localhost:1", "--timeout", "x", option="--timeout")
        self.refused("serve", "127.0.0.1:0", "--demo", self.demo, "--frobnicate", option="--frobnicate")
        self.refused("frobnicate", option="keyway --help")

    def test_conflicts(self):
        self.serve("--demo", self.demo, "--echo", "--discard", option="--discard", code="conflicting_options")
        self.serve("--demo", self.demo, "--ca", self.demo / "ca.pem", option="--ca", code="conflicting_options")

    def test_combinations_that_cannot_work(self):
        ecdsa, conflict = ("--versions", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"), "conflicting_options"
        self.serve("--demo", self.demo, "--versions", "1.3,1.1", option="--versions")
        self.connect("--versions", "1.2", "--ciphers", "TLS_AES_128_GCM_SHA256", option="--ciphers")
        self.connect("--versions", "1.2", "--ciphers", "PSK-AES128-GCM-SHA256", option="--psk", code="missing_option")
        self.connect(*ecdsa, "--psk", "tester=" + "42" * 16, option="--psk", code=conflict)
        self.connect(*ecdsa, "--sigalgs", "rsa_pss_rsae_sha256", option="--sigalgs", code=conflict)
        self.connect(*ecdsa, "--groups", "ffdhe2048", option="--groups", code=conflict)
        self.connect("--versions", "1.3,1.2", "--groups", "brainpoolP256r1", option="--groups", code=conflict)
        self.serve("--cert", self.demo / "server-rsa.pem", "--key", self.demo / "server-rsa.key", *ecdsa, option="--cert", code=conflict)
        if "sslv3" not in str(events_of(run("--json", "versions").stdout)):
            return
        for suite, option in (("ADH-AES128-GCM-SHA256", "--ciphers"), ("DHE-DSS-AES128-GCM-SHA256", "--sigalgs")):
            self.connect("--versions", "1.2", "--ciphers", suite, option=option, code=conflict)

    def test_nobody_needs_an_identity_for_a_suite_that_shows_none(self):
        if "sslv3" not in str(events_of(run("--json", "versions").stdout)):
            return
        anonymous = ("--versions", "1.2", "--ciphers", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA")
        with Server(*anonymous) as server:
            done, events = connect(server.port, "--ca", "none", *anonymous, "--send", "x", "--expect", "x")
        self.assertEqual(done, 0, events)

    def test_what_is_missing(self):
        self.serve(option="--cert", code="missing_option")
        self.serve("--cert", self.demo / "server-ecdsa.pem", "--key", self.demo / "server-ecdsa.key", "--client-cert", "require",
                   option="--ca", code="missing_option")
        self.serve("--key", self.demo / "server-ecdsa.key", option="--key", code="missing_option")
        self.serve("--demo", self.demo, "--key-password-env", "NOT_SET_AT_ALL", option="NOT_SET_AT_ALL", code="missing_option")

    def names(self, option, value, *arguments, code=None):
        """The one error names the option as it was given, its value and a mend."""
        done = run("--json", *arguments)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        error = self.error_of(events_of(done.stdout))
        self.assertIn(option, error["message"], error)
        self.assertIn(str(value), error["message"], error)
        self.assertTrue(error["hint"], error)
        self.assertEqual(len(events_of(done.stdout)), 1, "nothing was connected or bound")
        if code:
            self.assertEqual(error["code"], code, error)

    def test_files(self):
        good, key = self.demo / "server-ecdsa.pem", self.demo / "server-ecdsa.key"
        empty = self.file("empty.pem")
        text = self.file("text.pem", "no certificate in here\n")
        broken = self.file("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
        serve, connect_to = ("serve", "127.0.0.1:0"), ("connect", "localhost:1")
        missing = "/nonexistent/file"
        self.names("--cert", missing, *serve, "--cert", missing, "--key", key, code="file_unreadable")
        self.names("--key", missing, *serve, "--cert", good, "--key", missing, code="file_unreadable")
        self.names("--ca", missing, *connect_to, "--ca", missing, code="file_unreadable")
        self.names("--ca", missing, *serve, "--demo", self.demo, "--client-cert", "ask", "--ca", missing, code="file_unreadable")
        self.names("--ocsp-staple", missing, *serve, "--demo", self.demo, "--ocsp-staple", missing, code="file_unreadable")
        self.names("--sni", missing, *serve, "--demo", self.demo, "--sni", f"a.example={missing},{key}", code="file_unreadable")
        self.names("--demo", missing, *serve, "--demo", missing, code="file_unreadable")
        self.names("--ticket-in", missing, *connect_to, "--ticket-in", missing, "--demo", self.demo, code="file_unreadable")
        self.names("--send", missing, *connect_to, "--send", f"@{missing}", "--demo", self.demo, code="file_unreadable")
        for option in ("--output", "--keylog", "--trace"):
            self.names(option, missing, *connect_to, option, missing, "--demo", self.demo, code="invalid_option")
        for file in (empty, text, broken):
            self.names("--cert", file, *serve, "--cert", file, "--key", key)
            self.names("--ca", file, *connect_to, "--ca", file)
            self.names("--key", file, *serve, "--cert", good, "--key", file)
            self.names("FILE", file, "certs", "show", file)
            self.names("FILE", file, "certs", "verify", file)
        error = self.serve("--cert", good, "--key", self.demo / "ca.pem", option="--key", code="malformed_pem")
        self.assertIn("--key", error["hint"])
        self.assertNotIn("keyfile", error["hint"])
        self.names("--cert", self.demo, *serve, "--cert", self.demo, "--key", key)
        self.names("--key", self.demo / "server-rsa.key", *serve, "--cert", good, "--key", self.demo / "server-rsa.key", code="key_mismatch")
        self.names("--ticket-in", text, *connect_to, "--ticket-in", text, "--demo", self.demo, code="malformed_session")

    def test_a_file_without_permission(self):
        secret = self.file("secret.pem", (self.demo / "server-ecdsa.pem").read_text())
        secret.chmod(0)
        # Root reads everything unless it gives up the right to.
        common = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        done = subprocess.run([*common, KEYWAY, "--json", "serve", "127.0.0.1:0", "--cert", secret, "--key", self.demo / "server-ecdsa.key"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        error = self.error_of(events_of(done.stdout))
        self.assertEqual(error["code"], "file_unreadable")
        self.assertIn(f"--cert {secret}", error["message"])

    def test_passwords(self):
        key = pathlib.Path(self.folder.name) / "locked.key"
        subprocess.run(["openssl", "pkcs8", "-topk8", "-in", self.demo / "server-ecdsa.key", "-out", key, "-passout", "pass:right"],
                       check=True, capture_output=True)
        certificate = self.demo / "server-ecdsa.pem"
        locked = ("--cert", certificate, "--key", key)
        for ask in (self.serve, self.connect):
            error = ask(*locked, "--key-password-env", "PASSWORD", option="locked.key", code="wrong_password", env={"PASSWORD": "wrong"})
            self.assertIn("--key-password-env PASSWORD:", error["message"])
            self.assertIn(str(key), error["message"])
            self.assertEqual(error["hint"], f"put the password of {key} into the variable PASSWORD")
            error = ask(*locked, option="locked.key", code="wrong_password")
            self.assertIn(f"--key {key}:", error["message"])
            self.assertIn("--key-password-env VAR", error["hint"])
        error = self.serve("--demo", self.demo, "--sni", f"a.example={certificate},{key}", "--key-password-env", "PASSWORD",
                           option="locked.key", code="wrong_password", env={"PASSWORD": "wrong"})
        self.assertIn("--key-password-env PASSWORD:", error["message"])
        with Server("--cert", certificate, "--key", key, "--key-password-env", "PASSWORD", env={"PASSWORD": "right"}) as server:
            self.assertEqual(connect(server.port, *self.trusting(), "--send", "x")[0], 0)


class KeyFiles(ToolTest):
    """Keys and certificates as openssl writes them."""

    def openssl(self, *arguments, stdin=None):
        return subprocess.run(["openssl", *map(str, arguments)], input=stdin, check=True, capture_output=True).stdout

    def path(self, name):
        return pathlib.Path(self.folder.name) / name

    def make(self, name, *arguments):
        """A key in PKCS#8 with a certificate of its own."""
        key, certificate = self.path(f"{name}.key"), self.path(f"{name}.pem")
        self.openssl("genpkey", *arguments, "-out", key)
        self.openssl("req", "-x509", "-new", "-key", key, "-subj", f"/CN={name}", "-days", "2", "-out", certificate)
        return key, certificate

    def forms(self, key, kind):
        """The same key in every form that there is: the file, which is written by a command of openssl."""
        locked = ("-passout", "pass:right")
        commands = {
            "traditional": (kind, "-in", key, *(["-traditional"] if kind == "rsa" else [])),
            "traditional-der": (kind, "-in", key, "-outform", "DER", *(["-traditional"] if kind == "rsa" else [])),
            "traditional-aes": (kind, "-in", key, "-aes256", *locked, *(["-traditional"] if kind == "rsa" else [])),
            "traditional-3des": (kind, "-in", key, "-des3", *locked, *(["-traditional"] if kind == "rsa" else [])),
            "pkcs8-der": ("pkcs8", "-topk8", "-nocrypt", "-in", key, "-outform", "DER"),
            "pkcs8-aes": ("pkcs8", "-topk8", "-in", key, "-v2", "aes-256-cbc", *locked),
            "pkcs8-3des": ("pkcs8", "-topk8", "-in", key, "-v2", "des3", *locked),
            "pkcs8-sha512": ("pkcs8", "-topk8", "-in", key, "-v2prf", "hmacWithSHA512", *locked),
            "pkcs8-scrypt": ("pkcs8", "-topk8", "-in", key, "-scrypt", "-scrypt_N", "1024", *locked),
            "pkcs8-pkcs12": ("pkcs8", "-topk8", "-in", key, "-v1", "PBE-SHA1-3DES", *locked),
            "pkcs8-aes-der": ("pkcs8", "-topk8", "-in", key, "-outform", "DER", *locked),
        }
        for form, command in commands.items():
            path = self.path(f"{key.stem}-{form}")
            self.openssl(*command, "-out", path)
            yield path, "-passout" in command

    def test_every_form_is_read(self):
        arguments = []
        for name, kind, *command in (("ec", "ec", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
                                     ("rsa", "rsa", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")):
            key, certificate = self.make(name, *command)
            arguments += ["--cert", certificate, "--key", key]
            for path, _ in self.forms(key, kind):
                arguments += ["--cert", certificate, "--key", path]
        for algorithm in ("ED25519", "ED448", "RSA-PSS"):
            key, certificate = self.make(algorithm.lower(), "-algorithm", algorithm)
            locked = self.path(f"{algorithm}-locked")
            self.openssl("pkcs8", "-topk8", "-in", key, "-passout", "pass:right", "-out", locked)
            arguments += ["--cert", certificate, "--key", key, "--cert", certificate, "--key", locked]
        # Files that hold everything, with text between the blocks.
        key, certificate = self.path("ec.key"), self.path("ec.pem")
        bundle = self.openssl("pkcs12", "-export", "-inkey", key, "-in", certificate, "-passout", "pass:x")
        self.path("bag.pem").write_bytes(self.openssl("pkcs12", "-passin", "pass:x", "-nodes", stdin=bundle))
        parameters = self.openssl("ecparam", "-name", "prime256v1")
        self.path("parameters.pem").write_bytes(parameters + self.path("ec-traditional").read_bytes() + certificate.read_bytes())
        self.openssl("x509", "-in", certificate, "-outform", "DER", "-out", self.path("ec.der"))
        arguments += ["--cert", self.path("bag.pem"), "--key", self.path("bag.pem"), "--cert", self.path("parameters.pem"),
                      "--key", self.path("parameters.pem"), "--cert", self.path("ec.der"), "--key", key]
        with Server(*arguments, "--key-password-env", "PASSWORD", env={"PASSWORD": "right"}) as server:
            code, events = connect(server.port, "--ca", "none", "--send", "x", "--expect", "x")
            self.assertEqual(code, 0, events)

    def refusal(self, key, code, line, reason):
        error = self.refused_file(("--cert", self.path("ec2.pem"), "--key", key), code)
        self.assertIn(str(key), error["message"])
        self.assertTrue(error["message"].endswith(f": {reason}" if line is None else f" at {line}: {reason}"), error)

    def refused_file(self, arguments, code):
        done = run("--json", "serve", "127.0.0.1:0", *arguments, "--key-password-env", "PASSWORD", env={"PASSWORD": "wrong"})
        self.assertEqual(done.returncode, 2, done.stdout)
        error = self.error_of(events_of(done.stdout))
        self.assertEqual(error["code"], code, error)
        self.assertTrue(error["hint"], error)
        return error

    def test_each_damage_is_told_with_path_line_and_reason(self):
        key, certificate = self.make("ec2", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        for path, encrypted in self.forms(key, "ec"):
            content = path.read_bytes()
            is_der = path.name.endswith("der")
            text, line = (b"", None) if is_der else (b"a line before\n", 2)
            if encrypted:
                path.write_bytes(text + content)
                self.refusal(path, "wrong_password", line, "the password does not open the key")
            if is_der:
                path.write_bytes(content[:-1])
                self.refusal(path, "invalid_private_key", None, "it is not a private key of PKCS#8, PKCS#1 or SEC1 in DER")
                continue
            lines = content.decode().splitlines()
            label = lines[0].removeprefix("-----BEGIN ").removesuffix("-----")
            path.write_bytes(text + "\n".join(lines[:-1]).encode())
            self.refusal(path, "malformed_pem", line, "the block has no END line")
            if "DEK-Info" in content.decode():
                continue
            path.write_bytes(text + "\n".join([lines[0], "?" + lines[1][1:], *lines[2:]]).encode())
            self.refusal(path, "malformed_pem", line, "the content of the block is not base64")
            path.write_bytes(text + "\n".join([lines[0], lines[1], lines[-1]]).encode())
            self.refusal(path, "invalid_private_key", line, f"what is in the block {label} is damaged or of an unknown kind")
        old = self.path("old-cipher")
        self.openssl("pkcs8", "-topk8", "-in", key, "-v1", "PBE-SHA1-RC4-128", "-passout", "pass:right", "-out", old,
                     "-provider", "legacy", "-provider", "default")
        self.refusal(old, "invalid_private_key", 1,
                     "what is in the block ENCRYPTED PRIVATE KEY is damaged or of an unknown kind")
        broken = self.file("broken.pem", certificate.read_text() + "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")
        error = self.refused_file(("--cert", broken, "--key", key), "malformed_certificate")
        self.assertIn(str(broken), error["message"])
        self.assertIn(f" at {len(certificate.read_text().splitlines()) + 1}: ", error["message"])


class BadPeers(ToolTest):
    def meets(self, behave, *arguments, expected, code=1, timeout="2s"):
        with Peer(behave) as peer:
            began = time.monotonic()
            status, events = connect(peer.port, *self.trusting(), "--send", "x", "--timeout", timeout, *arguments)
            self.assertLess(time.monotonic() - began, 10)
        error = self.error_of(events)
        self.assertEqual((status, error["code"]), (code, expected), error)
        return error

    def test_clients_meet_other_protocols(self):
        def say(data):
            def behave(connection):
                connection.recv(4096)
                connection.sendall(data)
                connection.recv(4096)
            return behave
        error = self.meets(say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), expected="http_response")
        self.assertIn("unencrypted HTTP", error["message"])
        self.assertIn("port", error["hint"])
        self.meets(say(b"SSH-2.0-OpenSSH_9.2\r\n"), expected="ssh_peer")
        self.meets(say(b"\x00" * 64), expected="not_tls")
        self.meets(say(os.urandom(3) and b"\xf3\x91\x07" * 20), expected="not_tls")

    def test_clients_meet_silence_and_ends(self):
        self.meets(lambda connection: time.sleep(4), expected="timeout", code=124, timeout="300ms")
        self.meets(lambda connection: connection.recv(4096), expected="truncated")
        self.meets(lambda connection: (connection.recv(4096), connection.sendall(b"\x16\x03\x03\x00\x7a\x02")), expected="truncated")

        def slow(connection):
            connection.sendall(b"\x16\x03\x03\x00\x7a\x02")
            time.sleep(4)
        self.meets(slow, expected="timeout", code=124, timeout="300ms")

    def test_clients_meet_an_alert(self):
        error = self.meets(lambda connection: (connection.recv(4096), connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28"), connection.recv(1)),
                           expected="alert_received")
        self.assertEqual((error["alert"], error["decided_by"]), ("handshake_failure", "peer"))

    def test_nobody_listens(self):
        status, events = connect(free_port(), *self.trusting(), "--send", "x")
        self.assertEqual((status, self.error_of(events)["code"]), (4, "refused"))
        self.assertIn("localhost:", self.error_of(events)["message"])

    def test_unreachable(self):
        # TCP has no route to a group of hosts (RFC 9293 3.9.2.3): the kernel says so without sending anything.
        done = run("--json", "connect", "224.0.0.1:443", *self.trusting(), "--send", "x", "--timeout", "5s")
        self.assertEqual((done.returncode, self.error_of(events_of(done.stdout))["code"]), (4, "unreachable"), done.stdout)
        self.assertIn("224.0.0.1:443", self.error_of(events_of(done.stdout))["message"])
        human = run("connect", "224.0.0.1:443", *self.trusting(), "--send", "x", "--timeout", "5s")
        self.assertEqual((human.returncode, human.stdout), (4, ""))
        self.assertIn("224.0.0.1:443", human.stderr)

    def test_an_address_of_another_machine_cannot_be_bound(self):
        done = run("--json", "serve", "203.0.113.1:0", "--demo", self.demo)
        self.assertEqual((done.returncode, self.error_of(events_of(done.stdout))["code"]), (4, "unreachable"), done.stdout)
        self.assertIn("203.0.113.1:0", self.error_of(events_of(done.stdout))["message"])

    def test_a_connection_that_is_not_accepted_in_time(self):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as waiting:
            for _ in range(4):  # the kernel accepts for nobody more than the backlog, and drops what comes then
                one = waiting.enter_context(socket.socket())
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            address = f"127.0.0.1:{full.getsockname()[1]}"
            done = run("--json", "connect", address, *self.trusting(), "--send", "x", "--timeout", "500ms")
        self.assertEqual((done.returncode, self.error_of(events_of(done.stdout))["code"]), (124, "timeout"), done.stdout)
        self.assertIn(address, self.error_of(events_of(done.stdout))["message"])
        self.assertEqual(named(events_of(done.stdout), "connected"), [])

    def test_no_such_host(self):
        done = run("--json", "connect", "no-such-host.invalid:443", *self.trusting(), "--send", "x")
        self.assertEqual(done.returncode, 4)
        self.assertEqual(self.error_of(events_of(done.stdout))["code"], "resolve_failed")

    def test_port_in_use(self):
        with Server("--demo", self.demo) as server:
            done = run("--json", "serve", f"127.0.0.1:{server.port}", "--demo", self.demo)
            self.assertEqual(done.returncode, 4)
            error = self.error_of(events_of(done.stdout))
            self.assertEqual(error["code"], "address_in_use")
            self.assertIn(str(server.port), error["message"])

    def test_servers_meet_other_protocols_and_go_on(self):
        hellos = {
            "http_request": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "ssh_peer": b"SSH-2.0-OpenSSH_9.2\r\n",
            "sslv2_hello": b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\x01\x00\x80" + b"\x00" * 34,
            "not_tls": b"\xf3\x91\x07" * 20,
        }
        with Server("--demo", self.demo, "--handshake-timeout", "500ms") as server:
            for count, (code, data) in enumerate(hellos.items(), 1):
                with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
                    peer.sendall(data)
                    peer.settimeout(5)
                    while peer.recv(4096):
                        pass
                self.assertEqual(server.wait_for_event("error", count)[-1]["code"], code)
            for data, code in ((b"", "timeout"), (b"\x16\x03\x01\x02\x00\x01", "timeout")):
                count += 1
                with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
                    peer.sendall(data)
                    self.assertEqual(server.wait_for_event("error", count)[-1]["code"], code)
            with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
                peer.sendall(b"\x16\x03\x01\x02\x00\x01")
            self.assertEqual(server.wait_for_event("error", count + 1)[-1]["code"], "truncated")
            self.assertEqual(connect(server.port, *self.trusting(), "--send", "x", "--expect", "x")[0], 0)

    def hello(self):
        """The ClientHello of ours, as a record."""
        seen = []
        with Peer(lambda connection: seen.append(connection.recv(4096))) as peer:
            connect(peer.port, *self.trusting(), "--send", "x", "--timeout", "2s")
        return seen[0]

    def test_servers_survive_ends_at_every_byte(self):
        hello = self.hello()
        with Server("--demo", self.demo) as server:
            for length in range(len(hello) + 1):
                with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
                    peer.sendall(hello[:length])
            self.assertEqual({event["how"] for event in server.wait_for_event("closed", len(hello) + 1)} - {"truncated", "reset"}, set())
            self.assertEqual(connect(server.port, *self.trusting(), "--send", "x", "--expect", "x")[0], 0)
            self.assertIsNone(server.process.poll())

    def test_clients_survive_ends_at_every_byte_of_a_server_hello(self):
        hello = self.hello()
        with Server("--demo", self.demo) as server, socket.create_connection(("127.0.0.1", server.port), 5) as peer:
            peer.sendall(hello)
            flight = peer.recv(200)
        for length in range(0, len(flight), 9):
            with self.subTest(length):
                self.meets(lambda connection: (connection.recv(4096), connection.sendall(flight[:length])),
                           expected="truncated" if length < 127 else "wrong_session_id_echo")

class BadCertificates(ToolTest):
    def judged(self, stem, expected, *arguments):
        with Server("--cert", self.demo / f"{stem}.pem", "--key", self.demo / f"{stem}.key") as server:
            status, events = connect(server.port, *(arguments or self.trusting()), "--send", "x")
        error = self.error_of(events)
        self.assertEqual((status, error["code"], error["decided_by"]), (3, expected, "us"), error)
        self.assertEqual(named(events, "alert")[0]["direction"], "sent")
        return error

    def test_refusals_are_3(self):
        other = pathlib.Path(self.folder.name) / "stranger"
        self.assertEqual(run("certs", "demo", other).returncode, 0)
        self.judged("server-ecdsa", "certificate_unknown_ca", "--ca", other / "ca.pem")
        self.judged("server-ecdsa", "certificate_name_mismatch", *self.trusting(), "--name", "elsewhere.example")
        self.judged("expired", "certificate_expired")
        self.judged("wrong-host", "certificate_name_mismatch")

    def test_an_expired_anchor_is_skipped_with_a_warning(self):
        folder = pathlib.Path(self.folder.name)
        old, both = folder / "old.pem", folder / "both.pem"
        key, request = self.demo / "ca.key", folder / "old.csr"
        extensions = self.file("old.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n")
        call = lambda *command: subprocess.run(command, check=True, capture_output=True)
        call("openssl", "req", "-new", "-key", key, "-subj", "/CN=keyway demo CA", "-out", request)
        call("openssl", "x509", "-req", "-in", request, "-signkey", key, "-days", "-1", "-extfile", extensions, "-out", old)
        both.write_text(old.read_text() + (self.demo / "ca.pem").read_text())
        identity = ("--cert", self.demo / "server-ecdsa.pem", "--key", self.demo / "server-ecdsa.key")
        with Server(*identity) as server:
            done = run("connect", f"localhost:{server.port}", "--ca", both, "--send", "x")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stderr, "(?s)^warning .*expired")
            done = run("--json", "connect", f"localhost:{server.port}", "--ca", old, "--send", "x")
            self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
            self.assertRegex(done.stderr, "(?s)^warning .*expired")
            error = self.error_of(events_of(done.stdout))
            self.assertEqual(error["code"], "certificate_expired")
            self.assertRegex(error["message"], "CN=keyway demo CA: it is the trust anchor of this chain, and it expired on 20")
            self.assertIn("present certificate of this authority", error["hint"])

    def test_a_refusal_lists_the_whole_chain(self):
        folder = pathlib.Path(self.folder.name)
        other, chain = folder / "elsewhere", folder / "chain.pem"
        self.assertEqual(run("certs", "demo", other).returncode, 0)
        chain.write_text((self.demo / "server-ecdsa.pem").read_text() + (self.demo / "ca.pem").read_text())
        with Server("--cert", chain, "--key", self.demo / "server-ecdsa.key") as server:
            refused = lambda *more: run(*more, "connect", f"localhost:{server.port}", "--ca", self.demo / "client.pem", "--send", "x")
            done = refused()
            message = self.error_of(events_of(refused("--json").stdout))["message"]
        self.assertEqual(done.returncode, 3)
        lines = [" ".join(line.split()) for line in re.sub(r"\n {11}", " ", done.stderr).splitlines()]
        self.assertRegex(lines[1], "^0 CN=localhost, issued by CN=keyway demo CA")
        self.assertRegex(lines[2], "^1 CN=keyway demo CA, issued by CN=keyway demo CA")
        self.assertRegex(lines[3], "^hint pass --ca FILE")
        self.assertRegex(message, "0 CN=localhost, issued by CN=keyway demo CA.*; 1 CN=keyway demo CA, issued by CN=keyway demo CA")

    def test_no_verification_is_loud(self):
        with Server("--demo", self.demo) as server:
            done = run("connect", f"localhost:{server.port}", "--ca", "none", "--send", "x")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("NOT verified", done.stderr)


if __name__ == "__main__":
    unittest.main()
