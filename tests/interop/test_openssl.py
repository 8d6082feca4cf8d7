# SPDX-License-Identifier: Apache-2.0
"""OpenSSL as a peer, both ways: handshakes, groups, suites, resumption, client certificates, KeyUpdate, PSK, half-close."""
import time
import unittest

from harness import Program, Server, connect, events_of, named, received, run, wait_until
from peers import LEGACY, MORE_KEYS, SCHEMES, Endpoint, InteropTest, Openssl, built, call, dh_parameters, make_identity

GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "x448": "X448", "secp384r1": "P-384", "secp521r1": "P-521",
          "ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072", "ffdhe4096": "ffdhe4096"}
SUITES = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
          "TLS_AES_128_CCM_8_SHA256")
SAY = ("--send", "hello\n", "--expect", "olleh")
KEY = "42" * 32
# By our names and theirs. RFC 5246 7.4.1.4.1: what a scheme says of ECDSA is the hash.
OTHER_CURVES = {"secp384r1": "P-384", "brainpoolP256r1": "brainpoolP256r1"}
HASHES = {"SHA256": "ecdsa_secp256r1_sha256", "SHA384": "ecdsa_secp384r1_sha384", "SHA512": "ecdsa_secp521r1_sha512"}


def write_index(test, path, revoked, name="server-ecdsa"):
    """What openssl's authority knows of a certificate."""
    serial = call("openssl", "x509", "-in", test.demo / f"{name}.pem", "-noout", "-serial").strip().split("=")[1]
    state = "R\t350101000000Z\t260101000000Z,keyCompromise" if revoked else "V\t350101000000Z\t"
    path.write_text(f"{state}\t{serial}\tunknown\t/CN=localhost\n")
    return path


def make_staple(test, path, revoked=False, responder=None):
    """An answer of the authority itself or of another responder (certificate, key), made by openssl's."""
    demo, folder = test.demo, path.parent
    ca = ("-issuer", demo / "ca.pem")
    index = write_index(test, folder / "index.txt", revoked)
    certificate, key = responder or (demo / "ca.pem", demo / "ca.key")
    call("openssl", "ocsp", *ca, "-cert", demo / "server-ecdsa.pem", "-reqout", folder / "request.der", "-no_nonce")
    call("openssl", "ocsp", "-index", index, "-rsigner", certificate, "-rkey", key, "-CA", demo / "ca.pem",
         "-reqin", folder / "request.der", "-respout", path, "-ndays", "5")
    return path


def make_responder(test, usage):
    """A certificate of the demo's authority for a responder of its own."""
    folder = test.demo.parent
    request, key, made = (folder / f"responder.{kind}" for kind in ("csr", "key", "pem"))
    (folder / "responder.cnf").write_text(f"keyUsage=digitalSignature\nextendedKeyUsage={usage}\nnoCheck=ignored\n")
    call("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-subj", "/CN=responder", "-out", request)
    call("openssl", "x509", "-req", "-in", request, "-CA", test.demo / "ca.pem", "-CAkey", test.demo / "ca.key", "-set_serial", "77",
         "-days", "2", "-extfile", folder / "responder.cnf", "-out", made)
    return made, key


def make_list(test, path, revoked, name="server-ecdsa"):
    """A revocation list of the demo's authority, made by `openssl ca`, which has the certificate or not."""
    folder = path.parent
    write_index(test, folder / "index.txt", revoked, name)
    (folder / "number").write_text("1000\n")
    (folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index.txt\ncrlnumber={folder}/number\n"
                                   "default_md=sha256\ndefault_crl_days=5\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n")
    call("openssl", "ca", "-config", folder / "ca.cnf", "-gencrl", "-cert", test.demo / "ca.pem", "-keyfile", test.demo / "ca.key",
         "-out", path)
    return path


class OpensslServer(InteropTest):
    def meet(self, server_arguments=(), client_arguments=SAY, name="server-ecdsa", expected=0):
        server, port = Openssl.server(*self.files(name), *server_arguments)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, expected, events + [server.output()])
        return events, server.output()  # all of it, now that it has ended

    def test_an_ed25519_identity_in_tls12(self):
        events, _ = self.meet(("-tls1_2",), (*SAY, "--versions", "1.3,1.2"), "server-ed25519")
        done = named(events, "handshake")[0]
        self.assertEqual((done["version"], done["signature_scheme"], done["ems"]), ("tlsv1.2", "ed25519", True))

    def test_ecdsa_in_tls12_has_any_curve_and_any_hash(self):
        for name, curve in OTHER_CURVES.items():
            make_identity(self.demo, name, "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")
            for digest, scheme in HASHES.items():
                with self.subTest(curve, digest=digest):
                    events, _ = self.meet(("-tls1_2", "-sigalgs", f"ECDSA+{digest}", "-groups", f"P-256:{curve}"),
                                          (*SAY, "--versions", "1.2", "--groups", f"secp256r1,{name}"), name)
                    self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_dh_parameters_of_theirs(self):
        server, port = Openssl.server(*self.files("server-rsa"), "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
                                      "-dhparam", dh_parameters(self, "modp_1536"))
        with server:
            code, said = Endpoint.lone_client(port, self.demo, "suite=DHE-RSA-AES128-GCM-SHA256")
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
            code, said = Endpoint.lone_client(port, self.demo, "psk_ke", "times=2")
            self.assertEqual(code, 0, said + server.output())
            self.assertIn("handshake group=none resumed=ticket", said)

    def test_max_fragment_length(self):
        data = "x" * 5000 + "\n"
        events, _ = self.meet((), ("--max-fragment", "512", "--send", data, "--expect", "x" * 5000))
        self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), 512)

    def test_staple(self):
        staple = make_staple(self, self.demo.parent / "theirs.der")
        for version, theirs in (("1.3", ()), ("1.2", ("-tls1_2",))):
            events, _ = self.meet(("-status_file", staple, *theirs), (*SAY, "--require-ocsp", "--versions", version))
            self.assertIs(named(events, "handshake")[0]["ocsp"], True)

    def refused(self, server_arguments, client_arguments, code):
        events, _ = self.meet(server_arguments, (*SAY, *client_arguments), expected=3)
        self.assertEqual(named(events, "error")[0]["code"], code)

    def test_responses_of_theirs(self):
        path = self.demo.parent / "theirs.der"
        self.refused((), ("--require-ocsp",), "ocsp_response_missing")
        self.refused(("-status_file", make_staple(self, path, revoked=True)), (), "certificate_revoked")
        delegated = make_staple(self, path, responder=make_responder(self, "OCSPSigning"))
        for versions in ("1.3", "1.2"):
            theirs = ("-tls1_2",) if versions == "1.2" else ()
            self.meet(("-status_file", delegated, *theirs), (*SAY, "--require-ocsp", "--versions", versions))
        wrong = make_staple(self, path, responder=make_responder(self, "serverAuth"))
        self.refused(("-status_file", wrong), (), "ocsp_response_refused")

    def test_lists_of_theirs(self):
        path = self.demo.parent / "theirs.crl"
        self.meet((), (*SAY, "--crl", make_list(self, path, revoked=False), "--crl-check", "all"))
        self.refused((), ("--crl", make_list(self, path, revoked=True)), "certificate_revoked")

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

    def test_an_ed25519_identity_in_tls12(self):
        events, _ = self.meet(("--versions", "1.3,1.2"), ("-tls1_2",), identity=self.identity("server-ed25519"))
        done = named(events, "handshake")[0]
        self.assertEqual((done["version"], done["signature_scheme"], done["ems"]), ("tlsv1.2", "ed25519", True))

    def test_ecdsa_in_tls12_has_any_curve_and_any_hash(self):
        for name, curve in OTHER_CURVES.items():
            make_identity(self.demo, name, "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")
            for digest in HASHES:
                with self.subTest(curve, digest=digest):
                    client = ("-tls1_2", "-sigalgs", f"ECDSA+{digest}:RSA+SHA256", "-groups", f"P-256:{curve}")
                    _, said = self.meet(("--versions", "1.2", "--groups", f"secp256r1,{name}"), client, identity=self.identity(name))
                    self.assertIn(f"Peer signing digest: {digest}", said)

    def test_dh_parameters_of_ours(self):
        parameters = dh_parameters(self, "modp_2048")
        server, port = Endpoint.lone_server(self.demo, "suite=DHE-RSA-AES128-GCM-SHA256", f"dhfile={parameters}", name="server-rsa")
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

    def test_a_renegotiation_of_ours(self):
        server, port = Endpoint.lone_server(self.demo, "suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "renegotiate")
        with server, Openssl.interactive_client(port, "-tls1_2", *self.trusted()) as client:
            client.wait_for("Verify return code")
            for line in ("before it\n", "after it\n"):
                client.write(line)
                client.wait_for(line.strip())
            server.wait_for("renegotiated by=us")

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
        server, port = Endpoint.lone_server(self.demo, "psk_ke")
        with server:
            self.assertIn("Reused, TLSv1.3", self.resume(port, "-allow_no_dhe_kex"))
            server.wait_for("handshake group=none resumed=ticket")

    def test_post_handshake_authentication(self):
        certificate, key = self.files("client")
        server, port = Endpoint.lone_server(self.demo, "reauth")
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
            self.stapled(server)

    def stapled(self, server):
        """Whether peers of either version get a response that is good."""
        for theirs, ours in (((), "1.3"), (("-tls1_2",), "1.2")):
            _, said = Openssl.client(server.port, *self.trusted(), "-status", *theirs, stdin=b"x\n")
            self.assertIn("OCSP Response Status: successful", said)
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--require-ocsp", "--versions", ours)
            self.assertEqual(code, 0, events)
            self.assertIs(named(events, "handshake")[0]["ocsp"], True)

    def test_responses_of_a_live_responder(self):
        folder = self.demo.parent
        good = write_index(self, folder / "good.txt", revoked=False)
        good.write_text(good.read_text() + "V\t350101000000Z\t\t4242\tunknown\t/CN=named\n")
        responder, port = Openssl.responder(self.demo, good)
        with responder:
            url = f"http://127.0.0.1:{port}/"
            with Server("--demo", self.demo, "--ocsp-responder", url) as server:
                self.assertEqual(server.wait_for_event("staple")[0]["kind"], "renewed")
                self.stapled(server)
            # One whose certificate says whom to ask: inside addresses must be named.
            make_identity(self.demo, "named", *MORE_KEYS["p384"], more=f"authorityInfoAccess=OCSP;URI:{url}\n", serial=0x4242)
            asking = (*self.identity("named"), "--ocsp-responder", "auto", "--ocsp-issuer", self.demo / "ca.pem")
            with Server(*asking, "--ocsp-allow", f"127.0.0.1:{port}") as server:
                self.assertEqual(server.wait_for_event("staple")[0]["kind"], "renewed")
                self.stapled(server)
            done = run("--json", "serve", "127.0.0.1:0", *asking)
            self.assertEqual((done.returncode, named(events_of(done.stdout), "error")[0]["code"]), (2, "missing_option"), done.stdout)

    def test_a_live_responder_that_revokes(self):
        responder, port = Openssl.responder(self.demo, write_index(self, self.demo.parent / "bad.txt", revoked=True))
        with responder, Server("--demo", self.demo, "--ocsp-responder", f"http://127.0.0.1:{port}/") as server:
            event = server.wait_for_event("staple")[0]
            self.assertEqual((event["kind"], event["code"], event["good_until"]), ("revoked", "certificate_revoked", None))
            code, events = connect(server.port, *self.trusting(), "--send", "x", "--require-ocsp")
            self.assertEqual((code, named(events, "error")[0]["code"]), (3, "ocsp_response_missing"))

    def test_lists_of_theirs(self):
        """s_client looks our certificate up in a list; we do so with that of a client."""
        path = self.demo.parent / "ours.crl"
        for revoked, versions in ((False, ((), ("-tls1_2",))), (True, ((),))):
            make_list(self, path, revoked)
            with Server(*self.identity("server-ecdsa")) as server:
                for version in versions:
                    code, said = Openssl.client(server.port, *self.trusted(), *version, "-crl_check", "-CRL", path, stdin=b"x\n")
                    self.assertEqual((code != 0, "certificate revoked" in said), (revoked, revoked), said)
            certificate, key = self.files("client")
            make_list(self, path, revoked, "client")
            with Server("--demo", self.demo, "--client-cert", "require", "--crl", path) as server:
                Openssl.client(server.port, *self.trusted(), "-cert", certificate, "-key", key, stdin=b"x\n")
                if revoked:
                    self.assertEqual(server.wait_for_event("error")[0]["code"], "certificate_revoked")
                    self.assertEqual(named(server.events(), "alert")[0]["description"], "certificate_revoked")
                else:
                    self.assertIs(server.wait_for_event("handshake")[0]["client_auth"], True)

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
