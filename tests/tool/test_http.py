# SPDX-License-Identifier: Apache-2.0
"""serve --http: RFC 9112 as far as it goes, and paths that must not leave the directory."""
import os
import pathlib
import socket
import ssl
import time
import unittest

from harness import Server, ToolTest, events_of, named, wait_until


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

    def open(self, server=None):
        context = ssl.create_default_context(cafile=str(self.demo / "ca.pem"))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        plain = socket.socket()
        plain.settimeout(10)
        # Small segments and a small window: then the server's kernel buffers little.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        plain.connect(("127.0.0.1", (server or self.server).port))
        return context.wrap_socket(plain, server_hostname="localhost")

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

    def sealed(self, trace):
        whole = trace.read_text().rpartition("\n")[0]  # the last line may be in the making
        lines = [line for line in events_of(whole) if line["kind"] == "record" and line["direction"] == "out"]
        return sum(line["size"] for line in lines)

    def ask_for_more_than_the_kernel_takes(self, server, trace):
        """Nothing is read; the server's duty ends with half of its queue still to be written. Its second connection, and the size."""
        with self.open(server) as other:  # takes what fits: the kernel's share and a full queue of 256 KiB
            other.sendall(b"GET /?bytes=20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            before = -1
            while (now := self.sealed(trace)) != before or now < 262144:
                before = now
                time.sleep(0.2)
            size = now - 131072
        connection = self.open(server)
        connection.sendall(f"GET /?bytes={size} HTTP/1.0\r\n\r\n".encode())
        self.assertTrue(wait_until(lambda: '"close_notify"' in trace.read_text()))
        return connection, size

    def test_slow_readers_get_everything(self):
        trace = pathlib.Path(self.folder.name) / "slow"
        with Server("--demo", self.demo, "--http", self.root, "--trace", trace) as server:
            connection, size = self.ask_for_more_than_the_kernel_takes(server, trace)
            time.sleep(2.5)  # longer than an answer to close_notify may take
            with connection, connection.makefile("rb") as stream:
                self.assertEqual(len(self.read_answer(stream)[2]), size)
                self.assertEqual(stream.read(), b"")
                connection.unwrap()
            closed = [event["how"] for event in server.wait_for_event("closed", 2) if event["conn"] == 2]
            self.assertEqual(closed, ["close_notify"], server.output())

    def test_readers_that_stop_are_given_up(self):
        trace = pathlib.Path(self.folder.name) / "stopped"
        with Server("--demo", self.demo, "--http", self.root, "--trace", trace, "--timeout", "1s") as server:
            connection, _ = self.ask_for_more_than_the_kernel_takes(server, trace)
            with connection:
                server.wait_for_event("closed", 2)
            of_it = [event for event in server.events() if event.get("conn") == 2]
            self.assertEqual([event["code"] for event in named(of_it, "error")], ["timeout"])
            self.assertIn("the peer does not read", named(of_it, "error")[0]["message"])
            self.assertEqual([event["how"] for event in named(of_it, "closed")], ["timeout"])

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
