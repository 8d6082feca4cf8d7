# SPDX-License-Identifier: Apache-2.0
"""OpenSSL as a peer, both ways: handshakes, groups, suites, resumption, client certificates, KeyUpdate, PSK, half-close."""
import pathlib
import subprocess
import time
import unittest

from harness import Program, Server, ToolTest, connect, named, received, run
from peers import Openssl

GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "x448": "X448", "secp384r1": "P-384", "secp521r1": "P-521",
          "ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072"}
SUITES = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
          "TLS_AES_128_CCM_8_SHA256")
SAY = ("--send", "hello\n", "--expect", "olleh")


class OpensslServer(ToolTest):
    def files(self, name="server-ecdsa"):
        return self.demo / f"{name}.pem", self.demo / f"{name}.key"

    def meet(self, server_arguments=(), client_arguments=SAY, name="server-ecdsa", expected=0):
        server, port = Openssl.server(*self.files(name), *server_arguments)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, expected, events + [server.output()])
            return events, server.output()

    #= rfc8446#4.4.3-2
    def test_each_identity(self):
        for name, scheme in (("server-ecdsa", "ecdsa_secp256r1_sha256"), ("server-rsa", "rsa_pss_rsae_sha256"), ("server-ed25519", "ed25519")):
            with self.subTest(name):
                events, _ = self.meet(name=name)
                self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_each_group_without_a_retry(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("-groups", theirs), (*SAY, "--groups", ours))
                self.assertEqual((named(events, "handshake")[0]["group"], named(events, "handshake")[0]["hello_retry"]), (ours, False))

    #= rfc8446#4.1.2-3, 4.4.1-1
    def test_hello_retry_request(self):
        events, _ = self.meet(("-groups", "P-384"), (*SAY, "--groups", "x25519,secp384r1"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    #= rfc8446#7.1-1, 7.1-2, 7.3-1
    def test_each_suite(self):
        for suite in SUITES:
            with self.subTest(suite):
                events, _ = self.meet(("-ciphersuites", suite), (*SAY, "--ciphers", suite))
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], suite)

    def test_resumption(self):
        events, _ = self.meet((), (*SAY, "--reconnect", 2))
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket", "ticket"])

    def test_alpn(self):
        events, _ = self.meet(("-alpn", "b,c"), (*SAY, "--alpn", "a,b"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_client_certificate(self):
        own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
        _, said = self.meet(("-Verify", "2", "-CAfile", self.demo / "ca.pem", "-verify_return_error"), (*SAY, *own))
        self.assertIn("keyway demo client", said)
        self.meet(("-Verify", "2", "-CAfile", self.demo / "ca.pem", "-verify_return_error"), SAY, expected=1)

    def test_key_update_of_ours(self):
        events, _ = self.meet((), (*SAY, "--key-update=request"))
        self.assertEqual([event["by"] for event in named(events, "key_update")], ["us", "peer"])

    #= rfc8446#7.2-1, 4.6.3-4
    def test_key_update_of_theirs(self):
        server, port = Openssl.server(*self.files(), mode=())
        with server:
            client = Program(*self.client_command(port, "--hold", "4s", "--send", "hello\n"))
            with client:
                server.wait_for("hello")
                for command in ("K\n", "k\n", "after the update\n"):
                    server.write(command)
                    time.sleep(0.3)
                client.wait_for("updated by the peer")
                client.wait_for("after the update")

    def client_command(self, port, *arguments):
        from harness import KEYWAY
        return (KEYWAY, "connect", f"localhost:{port}", "--demo", self.demo, *arguments)

    #= rfc8446#4.6.2-2
    def test_post_handshake_authentication(self):
        server, port = Openssl.server(*self.files(), "-CAfile", self.demo / "ca.pem", mode=())
        with server:
            client = Program(*self.client_command(port, "--hold", "5s", "--send", "hello\n", "--cert", self.demo / "client.pem",
                                                  "--key", self.demo / "client.key"))
            with client:
                server.wait_for("hello")
                server.write("c\n")  # s_server: send a CertificateRequest
                time.sleep(0.5)
                server.write("after the request\n")
                client.wait_for("after the request")
                server.wait_for("keyway demo client")

    def test_external_psk(self):
        key = "42" * 32
        server, port = Openssl.server(None, None, "-psk", key, "-psk_identity", "tester")
        with server:
            code, events = connect(port, *self.trusting(), *SAY, "--psk", f"tester={key}", "--ciphers", "TLS_AES_128_GCM_SHA256")
            self.assertEqual(code, 0, events + [server.output()])
            self.assertEqual(named(events, "handshake")[0]["resumed"], "psk")

    def test_max_fragment_and_stapling_are_understood(self):
        self.meet((), (*SAY, "--max-fragment", "512"))

    #= rfc8446#7.5-1
    def test_export_is_equal(self):
        server, port = Openssl.server(*self.files(), "-keymatexport", "EXPORTER-x", "-keymatexportlen", "20")
        with server:
            code, events = connect(port, *self.trusting(), *SAY, "--export", "EXPORTER-x:20")
            self.assertEqual(code, 0, events)
            server.wait_for(named(events, "export")[0]["hex"].upper())

    def test_much_data(self):
        path = pathlib.Path(self.folder.name) / "much"
        path.write_text("".join(f"{i:07}\n" for i in range(100000)))
        server, port = Openssl.server(*self.files())
        with server:
            out = pathlib.Path(self.folder.name) / "out"
            done = run("connect", f"localhost:{port}", *self.trusting(), "-q", "--output", out, stdin=path.read_bytes())
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(out.read_text(), "".join(f"{i:07}"[::-1] + "\n" for i in range(100000)))


class OpensslClient(ToolTest):
    def meet(self, server_arguments=(), client_arguments=(), stdin=b"hello\n", expected=0):
        with Server("--demo", self.demo, *server_arguments) as server:
            code, said = Openssl.client(server.port, "-CAfile", self.demo / "ca.pem", "-verify_return_error", *client_arguments, stdin=stdin)
            self.assertEqual(code == 0, expected == 0, said)
            server.wait_for_event("closed")
            return server.events(), said

    def test_each_identity(self):
        for sigalgs, scheme in (("ecdsa_secp256r1_sha256", "ecdsa_secp256r1_sha256"), ("rsa_pss_rsae_sha256:ECDSA+SHA256", "rsa_pss_rsae_sha256"),
                                ("ed25519:ECDSA+SHA256", "ed25519")):
            with self.subTest(scheme):
                events, _ = self.meet((), ("-sigalgs", sigalgs))
                self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("--groups", ours), ("-groups", theirs))
                self.assertEqual((named(events, "handshake")[0]["group"], named(events, "handshake")[0]["hello_retry"]), (ours, False))

    def test_hello_retry_request(self):
        events, _ = self.meet(("--groups", "secp521r1"), ("-groups", "X25519:P-521"))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for suite in SUITES:
            with self.subTest(suite):
                events, _ = self.meet(("--ciphers", suite), ("-ciphersuites", suite))
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], suite)

    def test_resumption(self):
        session = pathlib.Path(self.folder.name) / "session"
        with Server("--demo", self.demo) as server:
            ca = ("-CAfile", self.demo / "ca.pem")
            with Openssl.interactive_client(server.port, *ca, "-sess_out", session) as client:
                client.wait_for("Post-Handshake New Session Ticket arrived")
                client.write("Q\n")
                client.process.wait(10)
            code, said = Openssl.client(server.port, *ca, "-sess_in", session)
            self.assertIn("Reused, TLSv1.3", said)
            self.assertEqual([event["resumed"] for event in named(server.events(), "handshake")], [False, "ticket"])

    def test_resumption_after_a_retry(self):
        session = pathlib.Path(self.folder.name) / "session2"
        with Server("--demo", self.demo, "--groups", "secp384r1") as server:
            ca = ("-CAfile", self.demo / "ca.pem", "-groups", "X25519:P-384")
            with Openssl.interactive_client(server.port, *ca, "-sess_out", session) as client:
                client.wait_for("Post-Handshake New Session Ticket arrived")
                client.write("Q\n")
                client.process.wait(10)
            _, said = Openssl.client(server.port, *ca, "-sess_in", session)
            self.assertIn("Reused, TLSv1.3", said)

    def test_alpn(self):
        events, said = self.meet(("--alpn", "b,c"), ("-alpn", "a,b"))
        self.assertIn("ALPN protocol: b", said)

    def test_client_certificate(self):
        own = ("-cert", self.demo / "client.pem", "-key", self.demo / "client.key")
        events, _ = self.meet(("--client-cert", "require"), own)
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)
        events, _ = self.meet(("--client-cert", "ask"))
        self.assertIs(named(events, "handshake")[0]["client_auth"], False)
        with Server("--demo", self.demo, "--client-cert", "require") as server:
            Openssl.client(server.port, "-CAfile", self.demo / "ca.pem", stdin=b"x\n")
            self.assertEqual(server.wait_for_event("error")[0]["code"], "client_certificate_required")

    def test_key_updates_of_theirs(self):
        with Server("--demo", self.demo) as server:
            with Openssl.interactive_client(server.port, "-CAfile", self.demo / "ca.pem") as client:
                client.wait_for("Verify return code: 0")
                for command in ("k\n", "K\n", "after the updates\n"):
                    client.write(command)
                    time.sleep(0.3)
                client.wait_for("after the updates")
                server.wait_for_event("key_update", 2)

    def test_external_psk(self):
        key = "42" * 32
        with Server("--psk", f"tester={key}") as server:
            code, said = Openssl.client(server.port, "-psk", key, "-psk_identity", "tester", "-ciphersuites", "TLS_AES_128_GCM_SHA256", stdin=b"x\n")
            self.assertEqual(code, 0, said)
            self.assertEqual(named(server.events(), "handshake")[0]["resumed"], "psk")

    #= rfc6066#8-1
    def test_staple(self):
        staple = pathlib.Path(self.folder.name) / "ocsp.der"
        self.make_staple(staple)
        with Server("--cert", self.demo / "server-ecdsa.pem", "--key", self.demo / "server-ecdsa.key", "--ocsp-staple", staple) as server:
            _, said = Openssl.client(server.port, "-CAfile", self.demo / "ca.pem", "-status")
            self.assertIn("OCSP Response Status: successful", said)
            _, events = connect(server.port, *self.trusting(), "--send", "x")
            self.assertIs(named(events, "handshake")[0]["ocsp"], True)

    def make_staple(self, path):
        """An answer of the authority itself, made by openssl's responder."""
        folder = pathlib.Path(self.folder.name)
        serial = subprocess.run(["openssl", "x509", "-in", self.demo / "server-ecdsa.pem", "-noout", "-serial"],
                                capture_output=True, text=True, check=True).stdout.strip().split("=")[1]
        index = folder / "index.txt"
        index.write_text(f"V\t350101000000Z\t\t{serial}\tunknown\t/CN=localhost\n")
        request = folder / "request.der"
        ca = ("-issuer", self.demo / "ca.pem")
        subprocess.run(["openssl", "ocsp", *ca, "-cert", self.demo / "server-ecdsa.pem", "-reqout", request, "-no_nonce"],
                       check=True, capture_output=True)
        subprocess.run(["openssl", "ocsp", "-index", index, "-rsigner", self.demo / "ca.pem", "-rkey", self.demo / "ca.key", "-CA",
                        self.demo / "ca.pem", "-reqin", request, "-respout", path, "-ndays", "5"], check=True, capture_output=True)

    def test_small_records_of_theirs(self):
        events, _ = self.meet((), ("-maxfraglen", "512"))
        self.meet((), ("-max_send_frag", "512"), stdin=b"x" * 5000 + b"\n")


if __name__ == "__main__":
    unittest.main()
