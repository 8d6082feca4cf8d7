# SPDX-License-Identifier: Apache-2.0
"""What was asked for and cannot be: values, conflicts, configuration files, files that cannot be written, lost output."""
import os
import pathlib
import subprocess
import unittest

from harness import KEYWAY, Server, ToolTest, connect, events_of, named, run


class Refusals(ToolTest):
    def refused(self, *arguments, says, code="invalid_option", env=None):
        """Exit 2 before anything else happens; the one error names every word of `says` and a mend."""
        done = run("--json", *arguments, env=env)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        events = events_of(done.stdout)
        self.assertEqual([event["event"] for event in events], ["error"], arguments)
        self.assertEqual(events[0]["code"], code, events[0])
        for word in says.split():
            self.assertIn(word, events[0]["message"] + events[0]["hint"], events[0])
        self.assertTrue(events[0]["hint"], events[0])
        return events[0]

    def serve(self, *arguments, **wanted):
        return self.refused("serve", "127.0.0.1:0", "--demo", self.demo, *arguments, **wanted)

    def connect(self, *arguments, **wanted):
        return self.refused("connect", "localhost:1", *arguments, **wanted)

    def test_conflicts(self):
        conflict = {"code": "conflicting_options"}
        self.connect("--ca", "none", "--demo", self.demo, says="--ca --demo", **conflict)
        self.connect("--ca", "system", "--demo", self.demo, says="--ca --demo system", **conflict)
        self.connect("--ca", "none", "--name", "a.example", says="--name a.example", **conflict)
        self.connect("--ca", "none", "--depth", "3", says="--depth 3", **conflict)
        self.connect("--ca", "none", "--crl", "x", says="--crl x", **conflict)
        self.connect("--ca", "none", "--require-ocsp", says="--require-ocsp", **conflict)
        self.connect("--crl", "x", "--crl-check", "off", says="--crl x", **conflict)
        self.connect("--crl-check", "all", says="--crl", code="missing_option")
        self.connect("--crl", self.demo / "ca.pem", says="--crl ca.pem", code="malformed_crl")
        self.connect("--crl", "x", "--crl-check", "some", says="--crl-check some", code="invalid_option")
        self.serve("--crl", "x", says="--crl x", **conflict)
        self.connect("-q", "-v", says="-q -v", **conflict)
        self.serve("-q", "-v", says="-q -v", **conflict)
        self.serve("--tickets", "off", "--ticket-count", "2", says="--ticket-count 2", **conflict)
        self.serve("--tickets", "off", "--ticket-lifetime", "1h", says="--ticket-lifetime 1h", **conflict)
        self.serve("--tickets", "stateless", "--versions", "1.3", says="--tickets --versions 1.2", **conflict)
        self.serve("--tickets", "stateless", "--ticket-count", "2", says="--ticket-count 2", **conflict)
        for about in (("--ticket-count", "2"), ("--ticket-lifetime", "1h"), ("--tickets", "stateful")):
            self.serve("--versions", "1.2", *about, says=" ".join(about) + " --versions", **conflict)
        self.serve("--versions", "1.3", "--no-session-ids", says="--no-session-ids --versions", **conflict)
        self.serve("--key-password-env", "PATH", says="--key-password-env PATH --cert", **conflict)
        self.connect("--key-password-env", "PATH", says="--key-password-env PATH --cert", **conflict)
        self.serve("--versions", "1.3", "--client-renegotiation", says="--client-renegotiation --versions 1.2", **conflict)
        self.connect("--versions", "1.3", "--renegotiate", says="--renegotiate --versions 1.2", **conflict)
        self.connect("--versions", "1.2", "--key-update", says="--key-update --versions 1.3", **conflict)
        self.connect("--renegotiate", "--key-update=request", says="--renegotiate --key-update", **conflict)
        self.serve("--depth", "3", says="--depth 3 --client-cert", **conflict)
        self.serve("--echo", "--http", self.demo, says=f"--echo --http {self.demo}", **conflict)

    def test_an_older_session_is_there_to_be_resumed(self):
        saved = pathlib.Path(self.folder.name) / "older.session"
        with Server("--demo", self.demo, "--versions", "1.2") as server:
            self.assertEqual(connect(server.port, *self.trusting(), "--send", "x", "--ticket-out", saved)[0], 0)
        for reuse in ("off", "save"):
            self.connect("--ticket-in", saved, "--reuse", reuse, says=f"--ticket-in {saved} --reuse {reuse}", code="conflicting_options")

    def test_ranges(self):
        for value in ("999", "-1", "x", "1x"):
            self.serve("--client-cert", "ask", "--depth", value, says=f"--depth {value} 255")
            self.connect("--depth", value, says=f"--depth {value} 255")
            self.refused("certs", "verify", self.demo / "server.pem", "--depth", value, says=f"--depth {value} 255")
        for value in ("0", "-1"):
            self.serve("--count", value, says=f"--count {value}")
            self.serve("--threads", value, says=f"--threads {value} 256")
        self.serve("--threads", "100000", says="--threads 100000 256")
        self.serve("--ticket-count", "256", says="--ticket-count 256 255")
        self.serve("--timeout", "0s", says="--timeout 0s")
        self.connect("--timeout", "0ms", says="--timeout 0ms")
        self.serve("--handshake-timeout", "0s", says="--handshake-timeout 0s")
        self.connect("--timeout", "99999999999999999999s", says="--timeout 99999999999999999999s large")
        self.connect("--reconnect", "-1", says="--reconnect -1")
        self.refused("certs", "demo", "unused", "--days", "0", says="--days 0 36500")

    def test_empty_values(self):
        for option in ("--sni", "--name", "--ca", "--output", "--ticket-in", "--ticket-out", "--expect", "--versions", "--ciphers",
                       "--groups", "--sigalgs", "--alpn", "--key", "--hold", "--export", "--keylog", "--timeout"):
            self.connect(option, "", says=f"{option} '' empty")
        for option in ("--source", "--http", "--count", "--tickets", "--ocsp-staple"):
            self.serve(option, "", says=f"{option} '' empty")
        self.refused("connect", "", says="address empty")
        done = run("--json", "connect", "localhost:1", "--demo", self.demo, "--send", "")
        self.assertEqual(done.returncode, 4, "nothing to send is a text, too")

    def test_empty_elements(self):
        for option, value in (("--versions", "1.3,"), ("--alpn", "a,,b"), ("--groups", ",x25519"), ("--sigalgs", "ed25519::rsa_pss_rsae_sha256"),
                              ("--ciphers", ",")):
            self.connect(option, value, says=f"{option} {value} element")
        self.refused("ciphers", "--prepend", "TLS_AES_128_GCM_SHA256,", says="--prepend element")

    def test_options_are_named_as_they_were_typed(self):
        self.refused("ciphers", "--version", "1.9", says="--version 1.9")
        self.refused("ciphers", "--prepend", "TLS_NONE", says="--prepend TLS_NONE")
        self.connect("--psk", "me=00112233445566778899aabbccddeeff", "--psk", "me=ffeeddccbbaa99887766554433221100", says="--psk me")
        self.connect("--demo", self.demo, "--name", "a b", says="--name a b")
        self.connect("--demo", "/nonexistent", says="--demo /nonexistent certs", code="file_unreadable")
        self.connect("--export", "label:x", says="--export label:x")
        self.connect("--versions", "1.4", says="--versions 1.4 1.3 1.2 1.1 1.0 ssl3")
        self.serve("--sni", f"a.example=,{self.demo}/server.key", says="--sni a.example= NAME=CERT,KEY")
        self.refused("ciphers", "--filter", "cipher=aes_257", says="--filter cipher=aes_257 ciphers --set all")
        judge = ("certs", "verify", self.demo / "server.pem", "--ca", self.demo / "ca.pem")
        self.refused(*judge, "--name", "a b", says="--name a b")
        self.refused(*judge, "--at", "2026-02-30", says="--at 2026-02-30 day")
        self.refused(*judge, "--at", "2026-04-31T00:00:00Z", says="--at 2026-04-31T00:00:00Z day")

    def test_words_that_are_no_command_or_option(self):
        self.refused("frob", says="frob serve connect")
        self.refused("certs", "frob", says="frob demo show verify")
        self.refused("certs", says="certs demo", code="missing_option")
        self.refused("serve", "--frob", says="--frob keyway serve --help")
        self.refused("connect", "localhost:1", "more", says="more keyway connect --help")
        self.refused("connect", says="address keyway connect --help", code="missing_option")
        self.refused("connect", "localhost:1", "--name", says="--name value", code="missing_option")
        self.connect("--name", "a", "--name", "b", says="--name once")
        self.connect("--color", "pink", says="--color pink never")

    def test_texts_say_what_it_is(self):
        self.refused("connect", "https://localhost:1", says="https://localhost:1 URL example.org:443")
        for name, content, word in (("empty.crt", "", "empty"), ("text.crt", "hello\n", "no certificate")):
            path = self.file(name, content)
            self.refused("certs", "show", path, says=f"FILE {path} {word}", code="malformed_pem")
        locked = pathlib.Path(self.folder.name) / "locked.key"
        subprocess.run(["openssl", "pkcs8", "-topk8", "-in", self.demo / "server-ecdsa.key", "-out", locked, "-passout", "pass:right"],
                       check=True, capture_output=True)
        own = ("--cert", self.demo / "server-ecdsa.pem", "--key", locked)
        self.refused("serve", "127.0.0.1:0", *own, says="--key-password-env VAR", code="wrong_password")
        done = run("--json", "serve", "203.0.113.1:0", "--demo", self.demo)
        error = self.error_of(events_of(done.stdout))
        self.assertEqual(done.returncode, 4)
        self.assertIn("no address of this machine", error["message"])
        self.assertIn("an address of this machine", error["hint"])

    def test_advice_is_about_options_of_this_command(self):
        words = ("sni_fun", "sni_hosts", "in the options", "cacertfile", "certs_keys", "psk.keys", "the option depth", "keyfile",
                 "in ciphers", "in versions", "out of versions", " versions: ", "verify_none", "psk.lookup", "srp.")

        def judge(error_or_text, *wanted):
            text = error_or_text if isinstance(error_or_text, str) else error_or_text["message"] + error_or_text["hint"]
            text = " ".join(text.split())
            for word in words:
                self.assertNotIn(word, text)
            for word in wanted:
                self.assertIn(word, text)
        certificate, key = self.demo / "server-ecdsa.pem", self.demo / "server-ecdsa.key"
        judge(self.serve("--sni", f"*.example={certificate},{key}", says="--sni *.example"), "an --sni of its own")
        judge(self.serve("--sni", f"a.example={certificate},{self.demo}/server-rsa.key", says="--sni", code="key_mismatch"))
        judge(self.serve("--sni", f"a.example=/nonexistent,{key}", says="--sni /nonexistent", code="file_unreadable"))
        judge(self.connect("--psk", "=00", says="--psk"))
        older = ("--versions", "1.2", "--ciphers", "ECDHE-PSK-AES128-GCM-SHA256")
        judge(self.connect(*older, says="--psk", code="missing_option"), "--psk ID=HEX")
        judge(self.connect("--versions", "1.3", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256", says="--ciphers"), "in --versions")
        judge(self.connect("--groups", "brainpoolP256r1", says="--groups", code="conflicting_options"), "out of --versions")
        judge(self.serve("--sigalgs", "ed448", says="--sigalgs", code="conflicting_options"), "out of --versions")
        judge(run("connect", "224.0.0.1:443", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256", "--send", "x").stderr,
              "warning --versions: TLS 1.3 is left out, because --ciphers has no suite of it")
        if "sslv3" in str(events_of(run("--json", "versions").stdout)):
            anonymous = self.connect("--versions", "1.2", "--ciphers", "ADH-AES128-GCM-SHA256", says="--ciphers", code="conflicting_options")
            judge(anonymous, "use --ca none")
            judge(self.connect("--versions", "1.2", "--ciphers", "SRP-AES-128-CBC-SHA", says="--ciphers", code="missing_option"), "leave it out")
        # Three intermediates, of which none is allowed.
        folder = pathlib.Path(self.folder.name)
        call = lambda *command: subprocess.run(["openssl", *command], check=True, capture_output=True)
        authority = self.file("deep.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
        leaf = self.file("leaf.ext", "subjectAltName=DNS:localhost\nkeyUsage=critical,digitalSignature\n")
        above, chain = self.demo / "ca", ""
        for name, extensions in (("deep", authority), ("deeper", leaf)):
            call("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout",
                 folder / f"{name}.key", "-out", folder / f"{name}.csr")
            call("x509", "-req", "-in", folder / f"{name}.csr", "-CA", f"{above}.pem", "-CAkey", f"{above}.key", "-CAcreateserial", "-days",
                 "1", "-extfile", extensions, "-out", folder / f"{name}.pem")
            above, chain = folder / name, (folder / f"{name}.pem").read_text() + chain
        deep = self.file("deep_chain.pem", chain)
        with Server("--cert", deep, "--key", folder / "deeper.key") as server:
            done = run("connect", f"localhost:{server.port}", *self.trusting(), "--depth", "0", "--send", "x")
        self.assertEqual(done.returncode, 3, done.stderr)
        judge(done.stderr, "raise --depth")
        warned = run("serve", "203.0.113.1:0", "--demo", self.demo, "--psk", "sensor=1122", "--sni", f"a.example={certificate},{key}")
        judge(warned.stderr, "warning --psk: it has 2 bytes and can be guessed")

    def test_ocsp_staples_are_responses(self):
        for name, content in (("empty.der", ""), ("text.der", "no response\n"), ("sequence.der", "0\x03\x02\x01\x01")):
            path = self.file(name, content)
            self.serve("--ocsp-staple", path, says=f"--ocsp-staple {path}", code="malformed_ocsp_response")
        self.serve("--ocsp-responder", "http://a.example/", "--ocsp-staple", path, says=f"--ocsp-staple {path}", code="malformed_ocsp_response")

    def test_ocsp_responders(self):
        self.serve("--ocsp-responder", "auto", says="--ocsp-responder names no responder --ocsp-allow", code="missing_option")
        self.serve("--ocsp-responder", "https://a.example/", says="--ocsp-responder https://a.example/ http://HOST/")
        self.serve("--ocsp-responder", "http://a.example/", "--ocsp-allow", "http://b", says="--ocsp-allow http://b")
        self.serve("--ocsp-issuer", self.demo / "ca.pem", says="--ocsp-responder nobody is asked", code="missing_option")
        alone = ("--cert", self.demo / "server-ecdsa.pem", "--key", self.demo / "server-ecdsa.key")
        self.refused("serve", "127.0.0.1:0", *alone, "--ocsp-responder", "http://a.example/", says="--ocsp-issuer CN=keyway demo CA",
                     code="missing_option")

    def test_configuration_files(self):
        def config(name, content, says):
            path = self.file(name, content)
            self.connect("--config", path, says=f"--config {path} " + says)
        config("unknown.toml", 'send = "x"\nfrobnicate = 3\n', "line 2 frobnicate connect --help")
        config("other.toml", 'http = "."\n', "line 1 http")
        config("half.toml", "# a comment\n\nsend\n", "line 3 send")
        config("bare.toml", "send =\n", "line 1 send")
        config("table.toml", '[frob]\nsend = "x"\n', "line 1 [frob]")
        config("foreign.toml", '[serve]\nsend = "x"\n', "line 2 send serve")
        config("garbage.toml", "\x00\x01\x02 what is this\n", "line 1")
        config("open.toml", 'psk = ["a=00",\n', "line 1")
        for option in ("pin", "depth"):
            self.connect("--config", self.file("none.toml", f"{option} = []\n"), says=f"--{option} [] empty")
        self.connect("--config", "/nonexistent.toml", says="--config /nonexistent.toml", code="file_unreadable")
        good = self.file("good.toml", f'json = true\n[connect]\nsend = "from a table"\ndemo = "{self.demo}"\nexpect = ["from"]\n')
        with Server("--demo", self.demo) as server:
            done = run("connect", f"localhost:{server.port}", "--config", good)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_files_to_be_written_are_looked_at_first(self):
        for path in ("/nonexistent/file", self.folder.name):
            for option in ("--ticket-out", "--keylog", "--trace"):
                error = self.connect("--demo", self.demo, option, path, says=f"{option} {path} written")
                self.assertNotIn("cannot be read", error["message"])
        self.connect("--demo", self.demo, "--output", self.folder.name, says=f"--output {self.folder.name} written")
        self.refused("certs", "demo", "/dev/null/x", says="DIR /dev/null/x written")

    def test_a_refused_demo_leaves_the_old_one(self):
        before = (self.demo / "ca.pem").read_text()
        for wrong in (("--with", "foo"), ("--algs", ""), ("--algs", "rsa,"), ("--algs", "dsa"), ("--days", "0"), ("--host", "a b")):
            self.assertEqual(run("certs", "demo", self.demo, *wrong).returncode, 2, wrong)
            self.assertEqual((self.demo / "ca.pem").read_text(), before, wrong)


class LostOutput(ToolTest):
    def lost(self, *arguments, names, stdout=None):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([KEYWAY, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=full if stdout is None else stdout,
                                  stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(f"{names} cannot be written: No space left on device", " ".join(done.stderr.split()))

    def test_standard_output(self):
        self.lost("versions", names="standard output")
        self.lost("ciphers", names="standard output")
        self.lost("--help", names="standard output")
        self.lost("--json", "certs", "show", self.demo / "ca.pem", names="standard output")
        with Server("--demo", self.demo) as server:
            common = ("connect", f"localhost:{server.port}", *self.trusting(), "--send", "x")
            self.lost(*common, "-q", names="standard output")
            self.lost(*common, "--json", names="standard output")

    def test_named_files(self):
        with Server("--demo", self.demo) as server:
            common = ("connect", f"localhost:{server.port}", *self.trusting(), "--send", "x")
            for option in ("--output", "--keylog", "--trace"):
                self.lost(*common, option, "/dev/full", names=f"{option} /dev/full", stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    unittest.main()
