# SPDX-License-Identifier: Apache-2.0
"""curl and headless Chromium as clients of our HTTP server."""
import pathlib
import unittest

from harness import Server, ToolTest, named
from peers import Chromium, Curl


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
