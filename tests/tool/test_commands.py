# SPDX-License-Identifier: Apache-2.0
"""ciphers, versions, certs, verify-chain, help."""
import json
import pathlib
import shutil
import subprocess
import unittest

from harness import Peer, Server, ToolTest, connect, events_of, free_port, named, run


class Commands(ToolTest):
    def test_help_of_every_command(self):
        top = run("--help")
        self.assertEqual(top.returncode, 0)
        for command in (["serve"], ["connect"], ["certs"], ["certs", "demo"], ["certs", "show"], ["certs", "verify"], ["ciphers"],
                        ["versions"], ["verify-chain"]):
            done = run(*command, "--help")
            self.assertEqual(done.returncode, 0, command)
            self.assertIn(command[0], top.stdout)

    def test_ciphers(self):
        self.assertEqual(run("ciphers", "--filter", "prf=sha384", "--set", "exclusive").stdout.split(), ["TLS_AES_256_GCM_SHA384"])
        self.assertEqual(run("ciphers", "--prepend", "TLS_CHACHA20_POLY1305_SHA256").stdout.split()[0], "TLS_CHACHA20_POLY1305_SHA256")
        self.assertEqual(run("ciphers", "--append", "TLS_AES_256_GCM_SHA384").stdout.split()[-1], "TLS_AES_256_GCM_SHA384")
        self.assertEqual(run("ciphers", "--set", "anonymous").stdout, "")
        self.assertEqual(run("ciphers", "--set", "odd").returncode, 2)

    def test_the_lists_of_otp(self):
        for line in (pathlib.Path(__file__).parent.parent / "fixtures" / "otp_suites.txt").read_text().splitlines():
            if line.startswith("#"):
                continue
            name, version, *codes = line.split()
            with self.subTest(line):
                events = events_of(run("--json", "ciphers", "--set", name, "--version", version).stdout)
                self.assertEqual([event["code"] for event in events], codes)

    def test_names_of_ciphers(self):
        arguments = ("ciphers", "--set", "all", "--version", "1.0", "--filter", "cipher=3des_ede_cbc", "--filter", "key_exchange=srp_dss")
        names = {form: run(*arguments, "--format", form).stdout for form in ("iana", "openssl", "erlang")}
        self.assertEqual(names, {"iana": "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA\n", "openssl": "SRP-DSS-3DES-EDE-CBC-SHA\n",
                                 "erlang": "#{cipher => '3des_ede_cbc', key_exchange => srp_dss, mac => sha, prf => default_prf}\n"})

    def test_versions(self):
        event = events_of(run("--json", "versions").stdout)[0]
        self.assertEqual(event["event"], "versions")
        self.assertEqual(event["supported"][:2], ["tlsv1.3", "tlsv1.2"])
        self.assertEqual(event["default"], ["tlsv1.3", "tlsv1.2"])

    def test_demo_files_are_what_openssl_verifies(self):
        for name in ("server-ecdsa", "server-rsa", "server-ed25519", "client"):
            done = subprocess.run(["openssl", "verify", "-CAfile", self.demo / "ca.pem", "-untrusted", self.demo / f"{name}.pem",
                                   self.demo / f"{name}.pem"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual((self.demo / "server-ecdsa.key").stat().st_mode & 0o777, 0o600)

    def test_a_revoked_leaf_has_the_list_that_revokes_it_beside_it(self):
        demo = pathlib.Path(self.folder.name) / "revoking"
        made = events_of(run("--json", "certs", "demo", demo, "--algs", "ecdsa", "--with", "revoked").stdout)
        shown = events_of(run("--json", "certs", "show", demo / "revoked.pem").stdout)[0]
        listed = named(made, "crl")
        self.assertEqual([(event["file"], event["revoked"]) for event in listed], [(str(demo / "ca.crl"), [shown["serial"]])])
        call = lambda *command: subprocess.run(["openssl", *command], capture_output=True, text=True)
        judge = ("verify", "-CAfile", demo / "ca.pem", "-crl_check", "-CRLfile", demo / "ca.crl")
        refused = call(*judge, demo / "revoked.pem")
        self.assertEqual(refused.returncode, 2, refused.stdout)
        self.assertIn("certificate revoked", refused.stderr)
        self.assertEqual(call(*judge, demo / "server.pem").returncode, 0)
        text = call("crl", "-in", demo / "ca.crl", "-noout", "-text", "-CAfile", demo / "ca.pem")
        self.assertIn("verify OK", text.stderr)
        self.assertIn("Version 2", text.stdout)
        self.assertIn("X509v3 CRL Number", text.stdout)
        again = run("certs", "demo", demo, "--algs", "ecdsa")
        self.assertNotIn("ca.crl", again.stdout)

    def test_show(self):
        events = events_of(run("--json", "certs", "show", self.demo / "server-ecdsa.pem", "--pem").stdout)
        theirs = subprocess.run(["openssl", "x509", "-in", self.demo / "server-ecdsa.pem", "-noout", "-fingerprint", "-sha256"],
                                capture_output=True, text=True).stdout
        self.assertEqual(events[0]["sha256"], theirs.split("=")[1].strip().replace(":", "").lower())
        self.assertTrue(events[0]["pem"].startswith("-----BEGIN CERTIFICATE-----"))
        with Server("--demo", self.demo) as server:
            live = events_of(run("--json", "certs", "show", f"localhost:{server.port}").stdout)
            self.assertEqual(len(live), 1)
            self.assertEqual(run("certs", "show", f"localhost:{server.port}").returncode, 0)
            keylog, trace = self.demo.parent / "show.keys", self.demo.parent / "show.trace"
            self.assertEqual(run("certs", "show", f"localhost:{server.port}", "--keylog", keylog, "--trace", trace).returncode, 0)
            self.assertIn("SERVER_TRAFFIC_SECRET_0", keylog.read_text())
            self.assertIn('"name":"server_hello"', trace.read_text())
        self.assertEqual(run("certs", "show", "/nonexistent").returncode, 2)

    def test_show_tells_how_far_it_came_with_whom(self):
        port = free_port()
        self.assertEqual(run("certs", "show", f"localhost:{port}").returncode, 4, "nobody listens")
        for behave, code, word, status in (
                (lambda connection: connection.recv(4096), "truncated", "failed", 1),
                (lambda connection: (connection.recv(4096), connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28"), connection.recv(1)),
                 "alert_received", "refused", 1)):
            with Peer(behave) as peer:
                done = run("--json", "certs", "show", f"localhost:{peer.port}", "--timeout", "5s")
            error = self.error_of(events_of(done.stdout))
            self.assertEqual((done.returncode, error["code"]), (status, code), done.stdout)
            self.assertIn(f"localhost:{peer.port}", error["message"])
            with Peer(behave) as peer:
                self.assertRegex(run("certs", "show", f"localhost:{peer.port}", "--timeout", "5s").stderr, f"^{word} ")

    def test_verify(self):
        chain = self.demo / "server-ecdsa.pem"
        done = run("--json", "certs", "verify", chain, "--ca", self.demo / "ca.pem", "--name", "localhost")
        self.assertEqual((done.returncode, named(events_of(done.stdout), "verdict")[0]["result"]), (0, "ok"))
        done = run("--json", "certs", "verify", chain, "--ca", self.demo / "ca.pem", "--name", "other.example")
        self.assertEqual((done.returncode, named(events_of(done.stdout), "verdict")[0]["reasons"]), (3, ["certificate_name_mismatch"]))
        done = run("--json", "certs", "verify", chain, "--ca", self.demo / "ca.pem", "--at", "2000-01-01")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(run("certs", "verify", chain).returncode, 3, "the system does not know this authority")
        self.assertEqual(run("certs", "verify", chain, "--at", "yesterday").returncode, 2)
        self.assertEqual(run("certs", "verify", self.demo / "client.pem", "--ca", self.demo / "ca.pem", "--purpose", "client").returncode, 0)
        self.assertEqual(run("certs", "verify", self.demo / "client.pem", "--ca", self.demo / "ca.pem", "--purpose", "server").returncode, 3)

    def test_verify_by_revocation_lists(self):
        demo = pathlib.Path(self.folder.name) / "looking"
        self.assertEqual(run("certs", "demo", demo, "--algs", "ecdsa", "--with", "revoked").returncode, 0)
        for options in (("--crl", demo / "ca.crl"), ("--crl", demo / "ca.crl", "--crl-check", "all"),
                        ("--crl", demo / "ca.crl", "--crl-check", "best-effort")):
            judge = ("certs", "verify", "--ca", demo / "ca.pem", *options)
            self.assertEqual(run(*judge, demo / "server.pem").returncode, 0, options)
            refused = run("--json", *judge, demo / "revoked.pem")
            self.assertEqual(refused.returncode, 3, refused.stdout)
            self.assertEqual(named(events_of(refused.stdout), "verdict")[0]["reasons"], ["certificate_revoked"])
        # A directory as openssl keeps it, before and after the list is there.
        hashed = pathlib.Path(self.folder.name) / "hashed"
        hashed.mkdir()
        judge = ("--json", "certs", "verify", "--ca", demo / "ca.pem", "--crl", hashed)
        unknown = run(*judge, demo / "server.pem")
        self.assertEqual(unknown.returncode, 3, unknown.stdout)
        self.assertEqual(named(events_of(unknown.stdout), "verdict")[0]["reasons"], ["certificate_status_unknown"])
        self.assertEqual(run(*judge, "--crl-check", "best-effort", demo / "server.pem").returncode, 0)
        with Server("--demo", demo) as server:
            code, events = connect(server.port, "--demo", demo, "--crl", hashed, "--send", "x")
        self.assertEqual((code, self.error_of(events)["code"]), (3, "certificate_status_unknown"), events)
        self.assertIn("--crl-check best-effort", self.error_of(events)["hint"])
        shutil.copy(demo / "ca.crl", hashed / "ca.crl")
        subprocess.run(["openssl", "rehash", hashed], check=True, capture_output=True)
        self.assertEqual(run(*judge, demo / "server.pem").returncode, 0)
        self.assertEqual(run(*judge, demo / "revoked.pem").returncode, 3)

    def test_verify_chain_answers_every_line(self):
        done = run("verify-chain", "--limbo", stdin=b'{"id": "one"}\nnot json\n{}\n')
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), 3)
        self.assertTrue(all(answer["result"] in ("SUCCESS", "FAILURE", "SKIPPED") for answer in answers))
        self.assertEqual(answers[0]["id"], "one")
        self.assertEqual(run("verify-chain").returncode, 2)

    def test_verify_chain_judges_what_it_understands(self):
        case = {"id": "x", "crls": [], "trusted_certs": [(self.demo / "ca.pem").read_text()], "untrusted_intermediates": [],
                "peer_certificate": (self.demo / "server-ecdsa.pem").read_text(), "validation_kind": "SERVER", "validation_time": None,
                "expected_peer_name": {"kind": "DNS", "value": "localhost"}, "expected_peer_names": [], "max_chain_depth": None,
                "extended_key_usage": []}

        def judged(without=None, **changes):
            changed = {name: value for name, value in {**case, **changes}.items() if name != without}
            line = json.dumps(changed).encode() + b"\n"
            answer = json.loads(run("verify-chain", "--limbo", "--policy", "rfc5280", stdin=line).stdout)
            self.assertEqual(list(answer), ["id", "result", "reason"])
            self.assertNotIn("exception", answer["reason"])
            return answer["result"], answer["reason"]
        self.assertEqual(judged()[0], "SUCCESS")
        self.assertEqual(judged(extended_key_usage=["serverAuth"])[0], "SUCCESS")
        for name, value in (("validation_kind", "NODE"), ("extended_key_usage", ["emailProtection"]), ("max_chain_depth", -1),
                            ("max_chain_depth", "2"), ("trusted_certs", "no"), ("trusted_certs", ["no"]), ("peer_certificate", 7)):
            result, reason = judged(**{name: value})
            self.assertEqual(result, "SKIPPED", (name, value))
            self.assertIn(name, reason)
        self.assertEqual(judged(without="trusted_certs"), ("SKIPPED", "trusted_certs is missing"))
        answers = run("verify-chain", "--limbo", stdin=b"\n[]\n{\n").stdout.splitlines()
        self.assertEqual([json.loads(answer)["reason"] for answer in answers], ["the line is not a JSON object"] * 3)


if __name__ == "__main__":
    unittest.main()
