# SPDX-License-Identifier: Apache-2.0
"""OpenSSL as a peer, both ways: handshakes, groups, suites, resumption, client certificates, KeyUpdate, PSK, half-close."""
import time
import unittest

from harness import Program, Server, connect, named, received, run, wait_until
from peers import LEGACY, SCHEMES, Endpoint, InteropTest, Openssl, built, call

GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "x448": "X448", "secp384r1": "P-384", "secp521r1": "P-521",
          "ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072", "ffdhe4096": "ffdhe4096"}
SUITES = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
          "TLS_AES_128_CCM_8_SHA256")
# Of TLS 1.2: OpenSSL's name, IANA's, and an identity that goes with it.
OLDER_SUITES = (("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "server-ecdsa"),
                ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "server-ed25519"),
                ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "server-ecdsa"),
                ("ECDHE-ECDSA-AES128-CCM", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "server-ecdsa"),
                ("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "server-rsa"),
                ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "server-rsa"),
                ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "server-rsa"))
SAY = ("--send", "hello\n", "--expect", "olleh")
KEY = "42" * 32
# SRP is for GnuTLS: openssl's own client and server lose the user's name (3.0).
# Key exchanges of TLS 1.2 by a suite of each: OpenSSL's name, IANA's, and who knows whom: by "rsa" certificate, "psk", both, nobody.
EXCHANGES = (("DHE-RSA-AES128-GCM-SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "rsa"),
             ("DHE-RSA-CHACHA20-POLY1305", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "rsa"),
             ("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256", "rsa"),
             ("PSK-AES128-GCM-SHA256", "TLS_PSK_WITH_AES_128_GCM_SHA256", "psk"),
             ("PSK-AES256-CCM8", "TLS_PSK_WITH_AES_256_CCM_8", "psk"),
             ("DHE-PSK-AES256-GCM-SHA384", "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384", "psk"),
             ("ECDHE-PSK-CHACHA20-POLY1305", "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "psk"),
             ("RSA-PSK-AES128-GCM-SHA256", "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256", "rsa psk"),
             ("ADH-AES128-GCM-SHA256", "TLS_DH_anon_WITH_AES_128_GCM_SHA256", "nobody"),
             ("AECDH-AES128-SHA", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "nobody"))


def wishes(ours, known):
    """What an Endpoint is told for a row of EXCHANGES."""
    return (f"suite={ours}", *((f"psk=tester={KEY}",) if "psk" in known else ()), *(("srp=alice=correct horse",) if "user" in known else ()),
            *(() if "rsa" in known or "psk" in known else ("anonymous",)))


def dh_parameters(test, group):
    """A file with one of openssl's groups."""
    path = test.demo.parent / f"{group}.pem"
    call("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", f"group:{group}", "-out", path)
    return path


def make_staple(test, path):
    """An answer of the authority itself, made by openssl's responder."""
    demo, folder = test.demo, path.parent
    ca = ("-issuer", demo / "ca.pem")
    serial = call("openssl", "x509", "-in", demo / "server-ecdsa.pem", "-noout", "-serial").strip().split("=")[1]
    (folder / "index.txt").write_text(f"V\t350101000000Z\t\t{serial}\tunknown\t/CN=localhost\n")
    call("openssl", "ocsp", *ca, "-cert", demo / "server-ecdsa.pem", "-reqout", folder / "request.der", "-no_nonce")
    call("openssl", "ocsp", "-index", folder / "index.txt", "-rsigner", demo / "ca.pem", "-rkey", demo / "ca.key", "-CA",
         demo / "ca.pem", "-reqin", folder / "request.der", "-respout", path, "-ndays", "5")
    return path


class OpensslServer(InteropTest):
    def meet(self, server_arguments=(), client_arguments=SAY, name="server-ecdsa", expected=0):
        server, port = Openssl.server(*self.files(name), *server_arguments)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, expected, events + [server.output()])
            return events, server.output()

    def test_each_suite_of_tls12(self):
        for theirs, ours, name in OLDER_SUITES:
            with self.subTest(ours):
                events, _ = self.meet(("-tls1_2", "-cipher", theirs), (*SAY, "--versions", "1.3,1.2"), name)
                done = named(events, "handshake")[0]
                self.assertEqual((done["version"], done["cipher_suite"], done["ems"]), ("tlsv1.2", ours, True))

    def test_each_key_exchange_of_tls12(self):
        for theirs, ours, known in [row for row in EXCHANGES if built(row[1])]:
            with self.subTest(ours):
                keys = ("-psk", KEY, "-psk_identity", "tester", "-psk_hint", "a hint") if "psk" in known else ()
                identity = self.files("rsa-both") if "rsa" in known else (None, None)
                server, port = Openssl.server(*identity, "-tls1_2", "-cipher", f"{theirs}:@SECLEVEL=0",
                                              "-dhparam", dh_parameters(self, "modp_2048"), *keys)
                with server:
                    code, said = Endpoint.client(port, self.demo, *wishes(ours, known))
                    self.assertEqual(code, 0, said + server.output())
                    self.assertIn(f"suite={ours}", said)

    def test_dh_parameters_of_theirs(self):
        server, port = Openssl.server(*self.files("server-rsa"), "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
                                      "-dhparam", dh_parameters(self, "modp_1536"))
        with server:
            code, said = Endpoint.client(port, self.demo, "suite=DHE-RSA-AES128-GCM-SHA256")
            self.assertEqual(code, 1, said)
            self.assertIn("failed weak_group", said)

    def test_client_certificate_in_tls12(self):
        verify = ("-tls1_2", "-Verify", "2", "-CAfile", self.demo / "ca.pem", "-verify_return_error")
        for name in ("client", "p521", "ed448", "rsa-pss"):
            with self.subTest(name):
                _, said = self.meet(verify, (*SAY, "--versions", "1.2", *self.identity(name)))
                self.assertIn("keyway demo client" if name == "client" else name, said)
        self.meet(verify, (*SAY, "--versions", "1.2"), expected=1)

    def test_export_is_equal_in_tls12(self):
        server, port = Openssl.server(*self.files(), "-tls1_2", "-keymatexport", "EXPORTER-x", "-keymatexportlen", "20", mode=())
        with server:
            code, events = connect(port, *self.trusting(), "--versions", "1.2", "--send", "x", "--export", "EXPORTER-x:20")
            self.assertEqual(code, 0, events)
            server.wait_for(named(events, "export")[0]["hex"].upper())

    def test_resumption_in_tls12(self):
        for arguments, how in (((), "ticket"), (("-no_ticket",), "session_id")):
            with self.subTest(how):
                events, _ = self.meet(("-tls1_2", *arguments), (*SAY, "--versions", "1.3,1.2", "--reconnect", 2))
                self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, how, how])

    def test_a_session_of_tls12_travels_in_a_file(self):
        kept = self.demo.parent / "kept-session"
        server, port = Openssl.server(*self.files(), "-tls1_2", "-no_ticket")
        with server:
            again = (*self.trusting(), *SAY, "--versions", "1.2")
            self.assertEqual(connect(port, *again, "--ticket-out", kept)[0], 0)
            code, events = connect(port, *again, "--ticket-in", kept)
            self.assertEqual((code, named(events, "handshake")[0]["resumed"]), (0, "session_id"), events)
            code, events = connect(port, *again, "--reuse", "save", "--ticket-out", kept, "--reconnect", 1)
            self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, False], events)
            code, events = connect(port, *again, "--reuse", "off", "--reconnect", 1)
            self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, False], events)

    #= rfc8446#4.4.3-2
    def test_each_identity(self):
        for name, scheme in SCHEMES.items():
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

    def test_resumption_after_a_retry(self):
        events, _ = self.meet(("-groups", "P-384"), (*SAY, "--groups", "x25519,secp384r1", "--reconnect", 1))
        self.assertEqual([(event["resumed"], event["hello_retry"]) for event in named(events, "handshake")],
                         [(False, True), ("ticket", True)])

    def test_alpn(self):
        events, _ = self.meet(("-alpn", "b,c"), (*SAY, "--alpn", "a,b"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_client_certificate(self):
        verify = ("-Verify", "2", "-CAfile", self.demo / "ca.pem", "-verify_return_error")
        for name in ("client", "p521", "ed448", "rsa-pss"):
            with self.subTest(name):
                _, said = self.meet(verify, (*SAY, *self.identity(name)))
                self.assertIn("keyway demo client" if name == "client" else name, said)
        self.meet(verify, SAY, expected=1)

    def test_key_update_of_ours(self):
        events, _ = self.meet((), (*SAY, "--key-update=request"))
        self.assertEqual([event["by"] for event in named(events, "key_update")], ["us", "peer"])

    #= rfc8446#7.2-1, 4.6.3-4
    def test_key_update_of_theirs(self):
        server, port = Openssl.server(*self.files(), mode=())
        with server, Program(*self.client_command(port, "--hold", "30s", "--send", "hello\n")) as client:
            server.wait_for("hello")
            for command in ("K\n", "k\n", "after the update\n"):
                server.write(command)
                time.sleep(0.2)
            client.wait_for("updated by the peer")
            client.wait_for("after the update")

    def test_a_renegotiation_of_ours(self):
        server, port = Openssl.server(*self.files(), "-tls1_2", "-client_renegotiation", mode=())
        with server:
            code, events = connect(port, *self.trusting(), "--versions", "1.2", "--renegotiate", "--send", "hello\n", "--hold", "1s")
            self.assertEqual(code, 0, events)
            self.assertEqual([event["by"] for event in named(events, "renegotiated")], ["us"])
            server.wait_for("hello")

    def test_a_renegotiation_that_they_ask_for(self):
        server, port = Openssl.server(*self.files(), "-tls1_2", mode=())
        command = self.client_command(port, "--versions", "1.2", "--renegotiate", "--hold", "30s", "--send", "hello\n")
        with server, Program(*command) as client:
            server.wait_for("hello")  # behind a renegotiation of ours, which this server does not want
            server.write("r\n")
            time.sleep(0.2)
            server.write("after it\n")
            client.wait_for("after it")
            client.wait_for("no_renegotiation")
            client.wait_for("renegotiated by the peer")

    #= rfc8446#4.6.2-2
    def test_post_handshake_authentication(self):
        server, port = Openssl.server(*self.files(), "-CAfile", self.demo / "ca.pem", mode=())
        with server, Program(*self.client_command(port, "--hold", "30s", "--send", "hello\n", *self.identity("client"))) as client:
            server.wait_for("hello")
            server.write("c\n")  # s_server: send a CertificateRequest
            time.sleep(0.2)
            server.write("after the request\n")
            client.wait_for("after the request")
            server.wait_for("keyway demo client")

    def test_external_psk(self):
        server, port = Openssl.server(None, None, "-psk", KEY, "-psk_identity", "tester")
        with server:
            code, events = connect(port, *self.trusting(), *SAY, "--psk", f"tester={KEY}", "--ciphers", "TLS_AES_128_GCM_SHA256")
            self.assertEqual(code, 0, events + [server.output()])
            self.assertEqual(named(events, "handshake")[0]["resumed"], "psk")

    def test_psk_ke(self):
        server, port = Openssl.server(*self.files(), "-allow_no_dhe_kex")
        with server:
            code, said = Endpoint.client(port, self.demo, "psk_ke", "again")
            self.assertEqual(code, 0, said + server.output())
            self.assertIn("handshake group=none resumed=ticket", said)

    def test_max_fragment_length(self):
        data = "x" * 5000 + "\n"
        events, _ = self.meet((), ("--max-fragment", "512", "--send", data, "--expect", "x" * 5000))
        self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), 512)

    def test_staple(self):
        staple = make_staple(self, self.demo.parent / "theirs.der")
        events, _ = self.meet(("-status_file", staple))
        self.assertIs(named(events, "handshake")[0]["ocsp"], True)

    #= rfc8446#7.5-1
    def test_export_is_equal(self):
        server, port = Openssl.server(*self.files(), "-keymatexport", "EXPORTER-x", "-keymatexportlen", "20", mode=())
        with server:
            code, events = connect(port, *self.trusting(), "--send", "x", "--export", "EXPORTER-x:20")
            self.assertEqual(code, 0, events)
            server.wait_for(named(events, "export")[0]["hex"].upper())

    def test_much_data_and_its_rest_after_our_close_notify(self):
        path, out = self.demo.parent / "much", self.demo.parent / "out"
        path.write_text("".join(f"{i:07}\n" for i in range(100000)))
        server, port = Openssl.server(*self.files())
        with server:
            done = run("connect", f"localhost:{port}", *self.trusting(), "-q", "--output", out, stdin=path.read_bytes())
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(out.read_text(), "".join(f"{i:07}"[::-1] + "\n" for i in range(100000)))


class OpensslClient(InteropTest):
    def trusted(self):
        return "-CAfile", self.demo / "ca.pem", "-verify_return_error"

    def test_each_suite_of_tls12(self):
        for theirs, ours, name in OLDER_SUITES:
            with self.subTest(ours):
                events, _ = self.meet(("--versions", "1.3,1.2", "--ciphers", f"TLS_AES_128_GCM_SHA256,{ours}"), ("-tls1_2", "-cipher", theirs),
                                      identity=("--cert", self.demo / f"{name}.pem", "--key", self.demo / f"{name}.key"))
                done = named(events, "handshake")[0]
                self.assertEqual((done["version"], done["cipher_suite"], done["ems"]), ("tlsv1.2", ours, True))

    def test_each_key_exchange_of_tls12(self):
        for theirs, ours, known in [row for row in EXCHANGES if built(row[1])]:
            with self.subTest(ours):
                keys = ("-psk", KEY, "-psk_identity", "tester") if "psk" in known else ()
                trust = self.trusted() if "rsa" in known else ()
                server, port = Endpoint.server(self.demo, *wishes(ours, known), name="rsa-both")
                with server:
                    code, said = Openssl.client(port, *trust, "-tls1_2", "-cipher", f"{theirs}:@SECLEVEL=0", *keys, stdin=b"x\n")
                    self.assertEqual(code, 0, said + server.output())
                    server.wait_for(f"suite={ours}")

    def test_dh_parameters_of_ours(self):
        parameters = dh_parameters(self, "modp_2048")
        server, port = Endpoint.server(self.demo, "suite=DHE-RSA-AES128-GCM-SHA256", f"dhfile={parameters}", name="server-rsa")
        with server:
            code, said = Openssl.client(port, *self.trusted(), "-tls1_2", stdin=b"x\n")
            self.assertEqual(code, 0, said)
            self.assertIn("DH, 2048 bits", said)
            server.wait_for("handshake group=none")

    def test_client_certificate_in_tls12(self):
        client = ("-tls1_2", "-cert", self.demo / "client.pem", "-key", self.demo / "client.key")
        asking = ("--versions", "1.2", "--client-cert", "require", "--ca", self.demo / "ca.pem")
        events, _ = self.meet(asking, client)
        self.assertIs(named(events, "handshake")[0]["client_auth"], True)
        self.meet(asking, ("-tls1_2",), expected=1)

    def test_a_renegotiation_of_theirs(self):
        with Server("--demo", self.demo, "--versions", "1.2", "--client-renegotiation") as server:
            client = Openssl.interactive_client(server.port, "-tls1_2", *self.trusted())
            with client:
                client.wait_for("Verify return code")
                client.write("R\n")
                time.sleep(0.2)
                client.write("after it\n")
                client.wait_for("after it")
            self.assertEqual(server.wait_for_event("renegotiated")[0]["by"], "peer")

    # RFC 5746 4.5: refused with a warning, and the connection goes on.
    def test_a_renegotiation_is_refused(self):
        with Server("--demo", self.demo, "--versions", "1.2") as server:
            client = Openssl.interactive_client(server.port, "-tls1_2", *self.trusted())
            with client:
                client.wait_for("Verify return code")
                client.write("R\n")
                client.wait_for("no renegotiation")

    def meet(self, server_arguments=(), client_arguments=(), stdin=b"hello\n", expected=0, identity=None):
        identity = identity or ("--demo", self.demo)
        with Server(*identity, *server_arguments) as server:
            code, said = Openssl.client(server.port, *self.trusted(), *client_arguments, stdin=stdin)
            self.assertEqual(code == 0, expected == 0, said)
            server.wait_for_event("closed")
            return server.events(), said

    def test_each_identity(self):
        for name, scheme in SCHEMES.items():
            with self.subTest(name):
                events, _ = self.meet(identity=self.identity(name))
                self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_the_identity_follows_the_offer(self):
        for sigalgs, scheme in (("rsa_pss_rsae_sha256", "rsa_pss_rsae_sha256"), ("ed25519", "ed25519")):
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

    def resume(self, port, *arguments):
        """Keeps the last ticket of a first connection and uses it in a second one; what the second one said."""
        session = self.demo.parent / f"session-{port}"
        with Openssl.interactive_client(port, *self.trusted(), "-sess_out", session, *arguments) as client:
            client.wait_for("Verify return code: 0")
            self.assertTrue(wait_until(lambda: session.exists() and "END SSL SESSION" in session.read_text()), client.output())
            client.write("Q\n")
            client.process.wait(30)
        return Openssl.client(port, *self.trusted(), "-sess_in", session, *arguments, stdin=b"x\n")[1]

    def test_resumption(self):
        with Server("--demo", self.demo) as server:
            self.assertIn("Reused, TLSv1.3", self.resume(server.port))
            self.assertEqual([event["resumed"] for event in server.wait_for_event("handshake", 2)], [False, "ticket"])

    def test_resumption_in_tls12(self):
        for ours, theirs, how in (((), (), "session_id"), (("--tickets", "stateless"), (), "ticket"),
                                  (("--tickets", "stateless"), ("-no_ticket",), "session_id")):
            with self.subTest((ours, theirs)), Server("--demo", self.demo, "--versions", "1.3,1.2", *ours) as server:
                self.assertIn("Reused, TLSv1.2", self.resume(server.port, "-tls1_2", *theirs))
                self.assertEqual([event["resumed"] for event in server.wait_for_event("handshake", 2)], [False, how])

    def test_reconnecting_in_tls12(self):
        for ours, theirs, how in (((), ("-no_ticket",), "session_id"), (("--tickets", "stateless"), (), "ticket")):
            with self.subTest(how), Server("--demo", self.demo, "--versions", "1.2", *ours) as server:
                said = Openssl.client(server.port, *self.trusted(), "-tls1_2", "-reconnect", *theirs, stdin=b"Q\n")[1]
                self.assertEqual(said.count("Reused, TLSv1.2"), 5, said)
                self.assertEqual([event["resumed"] for event in server.wait_for_event("handshake", 6)], [False] + [how] * 5)

    def test_nothing_is_resumed_in_tls12_where_nothing_is_kept(self):
        with Server("--demo", self.demo, "--versions", "1.2", "--no-session-ids") as server:
            said = Openssl.client(server.port, *self.trusted(), "-tls1_2", "-reconnect", stdin=b"Q\n")[1]
            self.assertEqual((said.count("Reused"), said.count("New, TLSv1.2")), (0, 6), said)

    def test_resumption_after_a_retry(self):
        with Server("--demo", self.demo, "--groups", "secp384r1") as server:
            self.assertIn("Reused, TLSv1.3", self.resume(server.port, "-groups", "X25519:P-384"))
            self.assertEqual([(event["resumed"], event["hello_retry"]) for event in server.wait_for_event("handshake", 2)],
                             [(False, True), ("ticket", True)])

    def test_psk_ke(self):
        server, port = Endpoint.server(self.demo, "psk_ke")
        with server:
            self.assertIn("Reused, TLSv1.3", self.resume(port, "-allow_no_dhe_kex"))
            server.wait_for("handshake group=none resumed=ticket")

    def test_post_handshake_authentication(self):
        certificate, key = self.files("client")
        server, port = Endpoint.server(self.demo, "reauth")
        with server, Openssl.interactive_client(port, *self.trusted(), "-enable_pha", "-cert", certificate, "-key", key) as client:
            server.wait_for("authenticated CN=keyway demo client")
            client.write("after the request\n")
            client.wait_for("after the request")

    def test_alpn(self):
        events, said = self.meet(("--alpn", "b,c"), ("-alpn", "a,b"))
        self.assertIn("ALPN protocol: b", said)

    def test_client_certificate(self):
        for name in ("client", "p384", "ed448", "rsa-pss"):
            with self.subTest(name):
                certificate, key = self.files(name)
                events, _ = self.meet(("--client-cert", "require"), ("-cert", certificate, "-key", key))
                self.assertIs(named(events, "handshake")[0]["client_auth"], True)
        events, _ = self.meet(("--client-cert", "ask"))
        self.assertIs(named(events, "handshake")[0]["client_auth"], False)
        with Server("--demo", self.demo, "--client-cert", "require") as server:
            Openssl.client(server.port, *self.trusted(), stdin=b"x\n")
            self.assertEqual(server.wait_for_event("error")[0]["code"], "client_certificate_required")

    def test_key_updates_of_theirs(self):
        with Server("--demo", self.demo) as server, Openssl.interactive_client(server.port, *self.trusted()) as client:
            client.wait_for("Verify return code: 0")
            for command in ("k\n", "K\n", "after the updates\n"):
                client.write(command)
                time.sleep(0.2)
            client.wait_for("after the updates")
            self.assertGreaterEqual(len([event for event in server.wait_for_event("key_update", 2) if event["by"] == "peer"]), 2)

    def test_external_psk(self):
        with Server("--psk", f"tester={KEY}") as server:
            code, said = Openssl.client(server.port, "-psk", KEY, "-psk_identity", "tester", "-ciphersuites", "TLS_AES_128_GCM_SHA256", stdin=b"x\n")
            self.assertEqual(code, 0, said)
            self.assertEqual(server.wait_for_event("handshake")[0]["resumed"], "psk")

    #= rfc6066#8-1
    def test_staple(self):
        staple = make_staple(self, self.demo.parent / "ours.der")
        with Server(*self.identity("server-ecdsa"), "--ocsp-staple", staple) as server:
            _, said = Openssl.client(server.port, *self.trusted(), "-status", stdin=b"x\n")
            self.assertIn("OCSP Response Status: successful", said)
            _, events = connect(server.port, *self.trusting(), "--send", "x")
            self.assertIs(named(events, "handshake")[0]["ocsp"], True)

    def test_max_fragment_length(self):
        for size in (512, 4096):
            with self.subTest(size):
                self.meet((), ("-maxfraglen", size), stdin=b"x" * 5000 + b"\n")

    def test_small_records_of_theirs(self):
        events, _ = self.meet((), ("-max_send_frag", "512"), stdin=b"x" * 5000 + b"\n")
        self.assertEqual(received(events), b"x" * 5000 + b"\n")


class NextProtocols(InteropTest):
    """Next protocol negotiation, which ALPN replaced; nothing to try in a build without it."""

    def trusted(self):
        return "-CAfile", self.demo / "ca.pem", "-verify_return_error"

    def test_as_a_client(self):
        server, port = Openssl.server(*self.files(), "-tls1_2", "-nextprotoneg", "c,b", mode=())
        with server:
            for offered, expected in (("a,b,c", "c"), ("a", "a")) if LEGACY else ():
                with self.subTest(offered):
                    code, events = connect(port, *self.trusting(), "--versions", "1.2", "--npn", offered, "--send", "hello\n",
                                           "--reconnect", 1, "--hold", "200ms")
                    self.assertEqual(code, 0, events)
                    self.assertEqual([(event["npn"], event["alpn"], event["resumed"]) for event in named(events, "handshake")],
                                     [(expected, None, False), (expected, None, "ticket")])
                    server.wait_for(f"NEXTPROTO is {expected}")

    def test_as_a_server(self):
        npn = ("--npn", "b,c") if LEGACY else ()
        with Server("--demo", self.demo, "--versions", "1.2", "--alpn", "h2", *npn) as server:
            expectations = ((("-nextprotoneg", "c,b"), "Next protocol: (1) b", ("b", None)),
                            (("-nextprotoneg", "x"), "Next protocol: (2) x", ("x", None)),
                            (("-nextprotoneg", "c", "-alpn", "h2"), "ALPN protocol: h2", (None, "h2")))
            for count, (arguments, said_of, expected) in enumerate(expectations if LEGACY else (), 1):
                with self.subTest(arguments):
                    code, said = Openssl.client(server.port, "-tls1_2", *self.trusted(), *arguments, stdin=b"Q\n")
                    self.assertEqual(code, 0, said)
                    self.assertIn(said_of, said)
                    handshake = server.wait_for_event("handshake", count)[-1]
                    self.assertEqual((handshake["npn"], handshake["alpn"]), expected)


if __name__ == "__main__":
    unittest.main()
