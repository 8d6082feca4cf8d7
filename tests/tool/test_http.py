# SPDX-License-Identifier: Apache-2.0
"""serve --http: RFC 9112 as far as it goes, and paths that must not leave the directory."""
import os
import pathlib
import socket
import ssl
import unittest

from harness import Server, ToolTest


class Http(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = pathlib.Path(cls.folder.name) / "site"
        (cls.root / "sub").mkdir(parents=True)
        (cls.root / "index.html").write_text("<p>index</p>")
        (cls.root / "sub" / "a b.txt").write_text("spaced")
        (cls.root / "empty.txt").write_text("")
        (pathlib.Path(cls.folder.name) / "secret").write_text("not yours")
        os.symlink(pathlib.Path(cls.folder.name) / "secret", cls.root / "link")
        cls.server = Server("--demo", cls.demo, "--http", cls.root)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        super().tearDownClass()

    def open(self):
        context = ssl.create_default_context(cafile=str(self.demo / "ca.pem"))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.server.port), 10), server_hostname="localhost")

    def read_answer(self, stream, head_only=False):
        status = stream.readline().decode().split(" ", 2)
        headers = {}
        while (line := stream.readline().decode().strip()) != "":
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        body = b"" if head_only else stream.read(int(headers["content-length"]))
        return int(status[1]), headers, body

    def ask(self, target, method="GET", version="HTTP/1.1", more=""):
        with self.open() as connection:
            connection.sendall(f"{method} {target} {version}\r\nHost: localhost\r\n{more}\r\n".encode())
            with connection.makefile("rb") as stream:
                return self.read_answer(stream, method == "HEAD")

    def test_files_and_index(self):
        self.assertEqual(self.ask("/")[2], b"<p>index</p>")
        self.assertEqual(self.ask("/sub/a%20b.txt")[2], b"spaced")
        self.assertEqual(self.ask("/empty.txt")[2], b"")
        self.assertEqual(self.ask("/nothing")[0], 404)
        self.assertEqual(self.ask("/sub")[0], 404)

    def test_bytes_on_any_path(self):
        self.assertEqual(len(self.ask("/whatever?bytes=300000")[2]), 300000)
        self.assertEqual(self.ask("/?bytes=0")[2], b"")
        self.assertEqual(self.ask("/?bytes=x")[0], 400)

    def test_head_has_the_length_and_no_body(self):
        status, headers, _ = self.ask("/", "HEAD")
        self.assertEqual((status, headers["content-length"]), (200, "12"))

    def test_paths_do_not_leave_the_directory(self):
        for target in ("/../secret", "/sub/../../secret", "/%2e%2e/secret", "/..%2fsecret", "/link", "//etc/passwd", "/%00"):
            with self.subTest(target):
                status, _, body = self.ask(target)
                self.assertIn(status, (400, 403, 404))
                self.assertNotIn(b"not yours", body)

    def test_keep_alive_and_requests_that_follow_each_other(self):
        with self.open() as connection:
            connection.sendall(b"GET /?bytes=5 HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            with connection.makefile("rb") as stream:
                self.assertEqual([len(self.read_answer(stream)[2]) for _ in range(4)], [5, 5, 5, 12])
                self.assertEqual(stream.read(), b"")

    def test_http_1_0_closes(self):
        with self.open() as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            with connection.makefile("rb") as stream:
                self.assertEqual(self.read_answer(stream)[1]["connection"], "close")
                self.assertEqual(stream.read(), b"")

    def test_what_is_refused(self):
        self.assertEqual(self.ask("/", "POST")[0], 405)
        self.assertEqual(self.ask("/", "POST", more="Content-Length: 3\r\n")[0], 405)
        with self.open() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            with connection.makefile("rb") as stream:
                self.assertEqual(self.read_answer(stream)[0], 400, "HTTP/1.1 names its host")
        self.assertEqual(self.ask("/", more="Content-Length: 3\r\n")[0], 413)
        self.assertEqual(self.ask("/", more="Transfer-Encoding: chunked\r\n")[0], 501)
        self.assertEqual(self.ask("/", version="HTTP/2.0")[0], 505)
        self.assertEqual(self.ask("/", more="Broken\r\n")[0], 400)
        self.assertEqual(self.ask("/", more="X: " + "y" * 20000 + "\r\n")[0], 431)


if __name__ == "__main__":
    unittest.main()
