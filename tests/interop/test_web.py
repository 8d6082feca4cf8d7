# SPDX-License-Identifier: Apache-2.0
"""curl and headless Chromium as clients of our HTTP server; nginx as a server, and before ours as a client."""
import pathlib
import unittest

from harness import Server, ToolTest, connect, named
from peers import Chromium, Curl, Nginx
from test_openssl import make_list, make_staple


class Web(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = pathlib.Path(cls.folder.name) / "site"
        cls.site.mkdir()
        (cls.site / "index.html").write_text("<!doctype html><title>t</title><p id=served>served by keyway</p>")

    def test_curl(self):
        with Server("--demo", self.demo, "--http", self.site, "--alpn", "http/1.1") as server:
            url = f"https://localhost:{server.port}"
            code, body, problem = Curl.get(f"{url}/?bytes=3000000", "--cacert", self.demo / "ca.pem")
            self.assertEqual((code, len(body)), (0, 3000000), problem)
            code, body, problem = Curl.get(f"{url}/", "--cacert", self.demo / "ca.pem", f"{url}/?bytes=7")
            self.assertEqual(code, 0, problem)
            self.assertIn(b"served by keyway", body)
            self.assertEqual(named(server.events(), "handshake")[0]["alpn"], "http/1.1")
            code, _, problem = Curl.get(f"{url}/")
            self.assertEqual(code, 60, "curl must not trust the demo authority by itself")

    def test_curl_with_a_client_certificate(self):
        with Server("--demo", self.demo, "--http", self.site, "--client-cert", "require") as server:
            url = f"https://localhost:{server.port}/"
            own = ("--cert", self.demo / "client.pem", "--key", self.demo / "client.key")
            self.assertEqual(Curl.get(url, "--cacert", self.demo / "ca.pem", *own)[0], 0)
            self.assertNotEqual(Curl.get(url, "--cacert", self.demo / "ca.pem")[0], 0)

    def test_nginx(self):
        """It staples and asks for a certificate."""
        demo, folder = self.demo, self.demo.parent
        staple = make_staple(self, folder / "nginx.der")
        server, port = Nginx.server(folder, f"""server {{ listen 127.0.0.1:PORT ssl; ssl_protocols TLSv1.2 TLSv1.3;
            ssl_certificate {demo}/server-ecdsa.pem; ssl_certificate_key {demo}/server-ecdsa.key; ssl_stapling on; ssl_stapling_file {staple};
            ssl_client_certificate {demo}/ca.pem; ssl_verify_client on; return 200 "hello, $ssl_client_s_dn"; }}""")
        own = ("--cert", demo / "client.pem", "--key", demo / "client.key")
        with server:
            for version in ("1.3", "1.2"):
                code, events = connect(port, *self.trusting(), *own, "--require-ocsp", "--versions", version,
                                       "--send", "GET / HTTP/1.0\r\n\r\n", "--expect", "hello, CN=keyway demo client")
                self.assertEqual(code, 0, (events, server.output()))
                self.assertIs(named(events, "handshake")[0]["ocsp"], True)

    def test_before_ours_nginx(self):
        """It shows a certificate, and looks ours up in a list."""
        demo, folder = self.demo, self.demo.parent
        lists = {name: make_list(self, folder / f"{name}.crl", revoked=name == "bad") for name in ("good", "bad")}
        with Server("--cert", demo / "server-ecdsa.pem", "--key", demo / "server-ecdsa.key", "--http", self.site, "--client-cert", "require",
                    "--ca", demo / "ca.pem") as ours:
            locations = "".join(f"""location /{path}/ {{ proxy_pass https://127.0.0.1:{ours.port}/; proxy_ssl_protocols {version};
                proxy_ssl_crl {lists[path.split("-")[0]]}; }}""" for path, version in
                                (("good-13", "TLSv1.3"), ("good-12", "TLSv1.2"), ("bad", "TLSv1.3")))
            server, port = Nginx.server(folder, f"""server {{ listen 127.0.0.1:PORT; proxy_ssl_name localhost; proxy_ssl_server_name on;
                proxy_ssl_verify on; proxy_ssl_trusted_certificate {demo}/ca.pem; proxy_ssl_certificate {demo}/client.pem;
                proxy_ssl_certificate_key {demo}/client.key; proxy_ssl_session_reuse off; {locations} }}""")
            with server:
                for path in ("good-13", "good-12"):
                    code, body, problem = Curl.get(f"http://127.0.0.1:{port}/{path}/")
                    self.assertIn(b"served by keyway", body, (problem, server.output(), ours.output()))
                self.assertEqual([(event["version"], event["client_auth"]) for event in ours.wait_for_event("handshake", 2)],
                                 [("tlsv1.3", True), ("tlsv1.2", True)])
                self.assertNotEqual(Curl.get(f"http://127.0.0.1:{port}/bad/")[0], 0)
                server.wait_for("certificate revoked")

    #= rfc8446#9.3-1, 9.3-2
    def test_chromium(self):
        certificate = self.demo / "server-ecdsa.pem"
        with Server("--cert", certificate, "--key", self.demo / "server-ecdsa.key", "--http", self.site, "--alpn", "http/1.1") as server:
            code, page, said = Chromium.dom(f"https://localhost:{server.port}/", Chromium.key_hash(certificate))
            self.assertIn("served by keyway", page, said[-2000:] + server.output()[-2000:])
            handshake = named(server.events(), "handshake")[0]
            self.assertEqual(handshake["version"], "tlsv1.3")


if __name__ == "__main__":
    unittest.main()
