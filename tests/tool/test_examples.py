# SPDX-License-Identifier: Apache-2.0
"""Every example runs and does what its head says."""
import os
import pathlib
import subprocess
import unittest

from harness import KEYWAY, Program, ToolTest, run

BIN = pathlib.Path(KEYWAY).resolve().parent


class Examples(ToolTest):
    def files(self):
        return self.demo / "server-ecdsa.pem", self.demo / "server-ecdsa.key"

    def example(self, name, *arguments):
        return subprocess.run([BIN / f"example_{name}", *map(str, arguments)], capture_output=True, text=True, timeout=60)

    def echo(self, server):
        with Program(BIN / f"example_{server}", "0", *self.files(), "2") as program:
            program.wait_for("listening on port")
            port = program.output().split()[-1]
            for text in ("hello", "x" * 100000):
                done = self.example("echo_client", "localhost", port, self.demo / "ca.pem", text)
                self.assertEqual((done.returncode, done.stdout), (0, text + "\n"), done.stderr)
            self.assertEqual(program.process.wait(10), 0)

    def test_echo_server_and_client(self):
        self.echo("echo_server")

    def test_nonblocking_poll(self):
        self.echo("nonblocking_poll")

    def test_own_transport(self):
        done = self.example("own_transport", *self.files(), self.demo / "ca.pem")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^handshake \d+ bytes, then \d+ bytes for an echo of 11")

    def test_asio_echo(self):
        done = self.example("asio_echo", *self.files(), self.demo / "ca.pem")
        self.assertEqual((done.returncode, done.stdout), (0, "the echo is equal\n"), done.stderr)


if __name__ == "__main__":
    unittest.main()
