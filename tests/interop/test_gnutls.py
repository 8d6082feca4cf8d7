# SPDX-License-Identifier: Apache-2.0
"""GnuTLS as a peer: groups and suites that few have, record_size_limit, post-handshake authentication, psk_ke, PSK."""
import hashlib
import json
import subprocess
import unittest

from harness import Program, Server, connect, named, received
from peers import LEGACY, SCHEMES, Endpoint, Gnutls, InteropTest, built, call
from test_openssl import make_staple

GROUPS = {"x25519": "X25519", "x448": "X448", "secp256r1": "SECP256R1", "secp384r1": "SECP384R1", "secp521r1": "SECP521R1",
          "ffdhe2048": "FFDHE2048", "ffdhe3072": "FFDHE3072", "ffdhe4096": "FFDHE4096", "ffdhe6144": "FFDHE6144", "ffdhe8192": "FFDHE8192"}
SUITES = {"TLS_AES_128_GCM_SHA256": "AES-128-GCM", "TLS_AES_256_GCM_SHA384": "AES-256-GCM",
          "TLS_CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305", "TLS_AES_128_CCM_SHA256": "AES-128-CCM",
          "TLS_AES_128_CCM_8_SHA256": "AES-128-CCM-8"}
SAY = ("--send", "hello\n", "--expect", "hello")
KEY = "42" * 32
OLDER = "NORMAL:-VERS-ALL:+VERS-TLS1.2"


class GnutlsServer(InteropTest):
    def meet(self, server_arguments=(), client_arguments=SAY, priority=Gnutls.TLS13, name="server-ecdsa", expected=0):
        server, port = Gnutls.server(self.demo / f"{name}.pem", self.demo / f"{name}.key", *server_arguments, priority=priority)
        with server:
            code, events = connect(port, *self.trusting(), *client_arguments)
            self.assertEqual(code, expected, events + [server.output()])
        return events, server.output()  # all of it, now that it has ended

    def test_each_identity(self):
        for name, scheme in SCHEMES.items():
            with self.subTest(name):
                events, _ = self.meet(("--disable-client-cert",), name=name)
                self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("--disable-client-cert",), (*SAY, "--groups", ours), f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-{theirs}")
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events, _ = self.meet(("--disable-client-cert",), (*SAY, "--groups", "x25519,secp384r1"), f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-SECP384R1")
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for ours, theirs in SUITES.items():
            with self.subTest(ours):
                events, _ = self.meet(("--disable-client-cert",), (*SAY, "--ciphers", ours), f"{Gnutls.TLS13}:-CIPHER-ALL:+{theirs}")
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], ours)

    def test_resumption_in_tls12(self):
        for arguments, how in (((), "ticket"), (("--noticket",), "session_id")):
            with self.subTest(how):
                events, _ = self.meet(("--disable-client-cert", *arguments), (*SAY, "--versions", "1.3,1.2", "--reconnect", 2), OLDER)
                self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, how, how])

    #= rfc7627#5.2-4
    def test_without_extended_master_secret(self):
        events, _ = self.meet(("--disable-client-cert",), (*SAY, "--versions", "1.2", "--reconnect", 1), f"{OLDER}:%NO_SESSION_HASH")
        self.assertEqual([(event["ems"], event["resumed"]) for event in named(events, "handshake")], [(False, False), (False, "ticket")])

    def test_renegotiation(self):
        for text, by in (("hello", ["us"]), ("**REHANDSHAKE**", ["us", "peer"])):  # the latter is a command
            with self.subTest(text):
                events, _ = self.meet(("--disable-client-cert",), ("--versions", "1.2", "--renegotiate", "--send", f"{text}\n"), OLDER)
                self.assertEqual([event["by"] for event in named(events, "renegotiated")], by)

    def test_resumption(self):
        events, _ = self.meet(("--disable-client-cert",), (*SAY, "--reconnect", 1))
        self.assertEqual([event["resumed"] for event in named(events, "handshake")], [False, "ticket"])

    def test_record_size_limit_of_ours(self):
        data = "x" * 3000 + "\n"
        for size in (64, 511, 1000, 16384):
            with self.subTest(size):
                events, _ = self.meet(("--disable-client-cert",), ("--max-fragment", size, "--send", data, "--expect", "x" * 3000),
                                      priority=f"{Gnutls.TLS13}:%ALLOW_SMALL_RECORDS")
                self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), size)

    def test_record_size_limit_of_theirs(self):
        events, _ = self.meet(("--disable-client-cert", "--recordsize", 600), ("--send", "x" * 3000 + "\n", "--expect", "x" * 3000))
        self.assertEqual(len(received(events)), 3001)

    def test_client_certificate(self):
        own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
        verify = ("--x509cafile", self.demo / "ca.pem", "--require-client-cert", "--verify-client-cert")
        self.meet(verify, (*SAY, *own))
        self.meet(verify, SAY, expected=1)

    def test_alpn(self):
        events, _ = self.meet(("--disable-client-cert", "--alpn", "b"), (*SAY, "--alpn", "a,b"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_key_update_of_ours(self):
        events, _ = self.meet(("--disable-client-cert",), (*SAY, "--key-update=request"))
        self.assertEqual([event["by"] for event in named(events, "key_update")], ["us", "peer"])

    def test_external_psk(self):
        file = self.file("psk.txt", f"tester:{KEY}\n")
        server, port = Gnutls.server(None, None, "--pskpasswd", file, priority=f"{Gnutls.TLS13}:+DHE-PSK")
        with server:
            code, events = connect(port, *self.trusting(), *SAY, "--psk", f"tester={KEY}")
            self.assertEqual(code, 0, events + [server.output()])
            self.assertEqual(named(events, "handshake")[0]["resumed"], "psk")

    def test_psk_ke(self):
        file = self.file("psk.txt", f"tester:{KEY}\n")
        server, port = Gnutls.server(None, None, "--pskpasswd", file, priority=f"{Gnutls.TLS13}:-KX-ALL:+PSK")
        with server:
            code, said = Endpoint.lone_client(port, self.demo, "psk_ke", f"psk=tester={KEY}")
            self.assertEqual(code, 0, said + server.output())
            self.assertIn("handshake group=none resumed=psk", said)

    def test_post_handshake_authentication(self):
        """gnutls-serv asks for the certificate when it reads **REAUTH**, and goes on once it has it."""
        trace = self.demo.parent / "trace"
        server, port = Gnutls.server(*self.files(), "--x509cafile", self.demo / "ca.pem", "--disable-client-cert")
        command = self.client_command(port, *self.identity("client"), "--trace", trace)
        with server, Program(*command, stdin=subprocess.PIPE) as client:
            for line, answer in (("before\n", "before"), ("**REAUTH**\n", "Successfully executed command"), ("after\n", "after")):
                client.write(line)
                client.wait_for(answer)
        sent = [event["name"] for event in map(json.loads, trace.read_text().splitlines())
                if (event["kind"], event["direction"]) == ("message", "out")]
        self.assertEqual(sent[-3:], ["certificate", "certificate_verify", "finished"])

    def test_staple(self):
        staple = make_staple(self, self.demo.parent / "theirs.der")
        for priority in (Gnutls.TLS13, OLDER):
            events, _ = self.meet(("--disable-client-cert", "--ocsp-response", staple), (*SAY, "--require-ocsp"), priority)
            self.assertIs(named(events, "handshake")[0]["ocsp"], True)

    def test_export_is_equal(self):
        server, port = Gnutls.server(*self.files(), "--disable-client-cert", "--keymatexport", "EXPORTER-x", "--keymatexportsize", 20)
        with server:
            code, events = connect(port, *self.trusting(), *SAY, "--export", "EXPORTER-x:20")
            self.assertEqual(code, 0, events)
            server.wait_for(named(events, "export")[0]["hex"])


class GnutlsClient(InteropTest):
    def meet(self, server_arguments=(), client_arguments=(), stdin=b"hello\n", priority=Gnutls.TLS13, expected=True, identity=None):
        with Server(*(identity or ("--demo", self.demo)), *server_arguments) as server:
            code, said = Gnutls.client(server.port, "--x509cafile", self.demo / "ca.pem", *client_arguments, stdin=stdin, priority=priority)
            self.assertEqual(code == 0, expected, said)
            server.wait_for_event("closed")
            return server.events(), said

    def test_each_identity(self):
        for name, scheme in SCHEMES.items():
            with self.subTest(name):
                events, _ = self.meet(identity=self.identity(name))
                self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_the_identity_follows_the_offer(self):
        for sign, scheme in (("SIGN-RSA-PSS-RSAE-SHA256", "rsa_pss_rsae_sha256"), ("SIGN-EDDSA-ED25519", "ed25519")):
            with self.subTest(scheme):
                events, _ = self.meet(priority=f"{Gnutls.TLS13}:-SIGN-ALL:+{sign}:+SIGN-ECDSA-SHA256")
                self.assertEqual(named(events, "handshake")[0]["signature_scheme"], scheme)

    def test_each_group(self):
        for ours, theirs in GROUPS.items():
            with self.subTest(ours):
                events, _ = self.meet(("--groups", ours), priority=f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-{theirs}")
                self.assertEqual(named(events, "handshake")[0]["group"], ours)

    def test_hello_retry_request(self):
        events, _ = self.meet(("--groups", "secp521r1"), priority=f"{Gnutls.TLS13}:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP521R1", client_arguments=("--single-key-share",))
        self.assertIs(named(events, "handshake")[0]["hello_retry"], True)

    def test_each_suite(self):
        for ours, theirs in SUITES.items():
            with self.subTest(ours):
                events, _ = self.meet(("--ciphers", ours), priority=f"{Gnutls.TLS13}:-CIPHER-ALL:+{theirs}")
                self.assertEqual(named(events, "handshake")[0]["cipher_suite"], ours)

    def test_resumption_in_tls12(self):
        for ours, theirs, how in (((), "", "session_id"), (("--tickets", "stateless"), "", "ticket"),
                                  (("--tickets", "stateless"), ":%NO_TICKETS", "session_id")):
            with self.subTest((ours, theirs)), Server("--demo", self.demo, "--versions", "1.2", *ours) as server:
                code, said = Gnutls.client(server.port, "--x509cafile", self.demo / "ca.pem", "--resume", stdin=b"x\n", priority=OLDER + theirs)
                self.assertEqual(code, 0, said)
                server.wait_for_event("handshake", 2)
                # Each connection has a thread, and either may be the first to say it.
                self.assertEqual({event["resumed"] for event in named(server.events(), "handshake")}, {False, how})

    #= rfc7627#5.2-4
    def test_without_extended_master_secret(self):
        with Server("--demo", self.demo, "--versions", "1.2", "--tickets", "stateless") as server:
            code, said = Gnutls.client(server.port, "--x509cafile", self.demo / "ca.pem", "--resume", stdin=b"x\n", priority=f"{OLDER}:%NO_SESSION_HASH")
            self.assertEqual(code, 0, said)
            server.wait_for_event("handshake", 2)
            self.assertEqual([(event["ems"], event["resumed"]) for event in named(server.events(), "handshake")], [(False, False), (False, "ticket")])

    def test_renegotiation(self):
        events, said = self.meet(("--versions", "1.2", "--client-renegotiation"), ("--rehandshake",), priority=OLDER)
        self.assertEqual([event["by"] for event in named(events, "renegotiated")], ["peer"])
        self.assertIn("ReHandshake was completed", said)

    def test_a_renegotiation_of_ours(self):
        server, port = Endpoint.lone_server(self.demo, "suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "renegotiate")
        command = Gnutls.client_command(port, "--x509cafile", self.demo / "ca.pem", priority=OLDER)
        with server, Program(*command, stdin=subprocess.PIPE) as client:
            client.write("before\n")
            client.wait_for("before")
            server.wait_for("renegotiated by=us")  # before there is more: in the midst of it gnutls need not take data
            client.write("after\n")
            client.wait_for("after")

    def test_resumption(self):
        with Server("--demo", self.demo) as server:
            code, said = Gnutls.client(server.port, "--x509cafile", self.demo / "ca.pem", "--resume", "--waitresumption", stdin=b"x\n")
            self.assertEqual(code, 0, said)
            server.wait_for_event("handshake", 2)
            self.assertEqual([event["resumed"] for event in named(server.events(), "handshake")], [False, "ticket"])

    def test_record_size_limit_of_theirs(self):
        self.meet((), ("--recordsize", 600), stdin=b"x" * 3000 + b"\n")

    def test_record_size_limit_of_ours(self):
        events, _ = self.meet(("--max-fragment", 512), stdin=b"x" * 3000 + b"\n")
        self.assertLessEqual(max(event["bytes"] for event in named(events, "data")), 512)

    def theirs(self, name):
        certificate, key = self.files(name)
        return "--x509certfile", certificate, "--x509keyfile", key

    def test_client_certificate(self):
        for name in ("client", "p521", "ed448", "rsa-pss"):
            with self.subTest(name):
                events, _ = self.meet(("--client-cert", "require"), self.theirs(name))
                self.assertIs(named(events, "handshake")[0]["client_auth"], True)

    def test_post_handshake_authentication(self):
        server, port = Endpoint.lone_server(self.demo, "reauth")
        command = Gnutls.client_command(port, "--x509cafile", self.demo / "ca.pem", "--post-handshake-auth", *self.theirs("client"))
        with server, Program(*command, stdin=subprocess.PIPE) as client:
            client.write("before\n")
            server.wait_for("authenticated CN=keyway demo client")
            client.write("after\n")
            client.wait_for("after")

    def test_psk_ke(self):
        server, port = Endpoint.lone_server(self.demo, "psk_ke", f"psk=tester={KEY}")
        with server:
            code, said = Gnutls.client(port, "--pskusername", "tester", "--pskkey", KEY, stdin=b"x\n", priority=f"{Gnutls.TLS13}:-KX-ALL:+PSK")
            self.assertEqual(code, 0, said)
            server.wait_for("handshake group=none resumed=psk")

    def test_key_update(self):
        with Server("--demo", self.demo) as server:
            command = Gnutls.client_command(server.port, "--x509cafile", self.demo / "ca.pem", "--inline-commands")
            with Program(*command, stdin=subprocess.PIPE) as client:
                client.write("before\n")
                client.wait_for("before")
                client.write("^rekey^\n")
                client.write("after\n")
                client.wait_for("after")
                server.wait_for_event("key_update")

    def test_staple(self):
        staple = make_staple(self, self.demo.parent / "ours.der")
        saved = self.demo.parent / "saved.der"
        for priority in (Gnutls.TLS13, OLDER):
            saved.unlink(missing_ok=True)
            self.meet(("--ocsp-staple", staple), ("--save-ocsp", saved), identity=self.identity("server-ecdsa"), priority=priority)
            self.assertEqual(saved.read_bytes(), staple.read_bytes())

    def test_alpn(self):
        events, said = self.meet(("--alpn", "b,c"), ("--alpn", "a", "--alpn", "b"))
        self.assertEqual(named(events, "handshake")[0]["alpn"], "b")

    def test_external_psk(self):
        with Server("--psk", f"tester={KEY}") as server:
            code, said = Gnutls.client(server.port, "--pskusername", "tester", "--pskkey", KEY, stdin=b"x\n",
                                       priority=f"{Gnutls.TLS13}:-KX-ALL:+DHE-PSK:+ECDHE-PSK:+PSK")
            self.assertEqual(code, 0, said)
            self.assertEqual(server.wait_for_event("handshake")[0]["resumed"], "psk")


class RawPublicKeys(InteropTest):
    """RFC 7250, in both roles and versions. gnutls-cli has no way to pin such a key: it takes any."""
    BOTH = "-CTYPE-SRV-ALL:+CTYPE-SRV-RAWPK:-CTYPE-CLI-ALL:+CTYPE-CLI-RAWPK"
    WISHES = {Gnutls.TLS13: (), OLDER: ("suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",)}

    def key(self, name):
        """Private key, public key, and the wish to see it."""
        private, public = self.demo / f"{name}.key", self.demo / f"{name}.pub"
        call("openssl", "pkey", "-in", private, "-pubout", "-out", public)
        der = subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-outform", "DER"], stdout=subprocess.PIPE, check=True).stdout
        return private, public, f"pin={hashlib.sha256(der).hexdigest()}"

    def test_as_a_client(self):
        private, public, pin = self.key("server-ecdsa")
        ours = f"raw_key={self.key('client')[0]}"
        theirs = ("--rawpkkeyfile", private, "--rawpkfile", public, "--require-client-cert")
        for version, wishes in self.WISHES.items():
            for wanted, expected in ((pin, "raw_public_key"), (f"pin={'00' * 32}", "raw_public_key_unknown")):
                with self.subTest(version, expected=expected):
                    server, port = Gnutls.server(None, None, *theirs, priority=f"{version}:{self.BOTH}")
                    with server:
                        code, said = Endpoint.lone_client(port, self.demo, wanted, ours, *wishes)
                        self.assertEqual(code == 0, wanted == pin, said + server.output())
                        self.assertIn(expected, said)

    def test_as_a_server(self):
        private, public, pin = self.key("client")
        ours = f"raw_key={self.key('server-ecdsa')[0]}"
        for version, wishes in self.WISHES.items():
            with self.subTest(version):
                server, port = Endpoint.lone_server(self.demo, ours, "ask", pin, *wishes)
                with server:
                    code, said = Gnutls.client(port, "--rawpkkeyfile", private, "--rawpkfile", public, "--insecure", stdin=b"hello\n",
                                               priority=f"{version}:{self.BOTH}")
                    self.assertEqual(code, 0, said + server.output())
                    self.assertIn("Certificate type: Raw Public Key", said)
                    server.wait_for("client_authenticated=yes raw_public_key")


class WithoutSafeRenegotiation(InteropTest):
    """Peers that do not know RFC 5746, which secure_renegotiate = false tolerates; nothing to try in a build without it."""

    SUITE = "suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    PRIORITY = f"{OLDER}:%DISABLE_SAFE_RENEGOTIATION"

    def test_a_peer_without_it(self):
        server, port = Gnutls.server(*self.files(), "--disable-client-cert", priority=self.PRIORITY)
        with server:
            tolerant = (("unbound", "renegotiate"), (" unbound\n", "renegotiated by=us\n"))
            for wish, expected in (((), ("failed insecure_renegotiation",)), tolerant) if LEGACY else ():
                with self.subTest(wish):
                    code, said = Endpoint.lone_client(port, self.demo, self.SUITE, *wish)
                    self.assertEqual(code == 0, bool(wish), said)
                    for line in expected:
                        self.assertIn(line, said)
        server, port = Endpoint.lone_server(self.demo, self.SUITE, *(("unbound", "renegotiable") if LEGACY else ()))
        with server:
            code, said = Gnutls.client(port, "--x509cafile", self.demo / "ca.pem", "--rehandshake", stdin=b"hello\n", priority=self.PRIORITY)
            self.assertEqual(code == 0, LEGACY, said)
            server.wait_for(" unbound" if LEGACY else "failed insecure_renegotiation")


if __name__ == "__main__":
    unittest.main()
