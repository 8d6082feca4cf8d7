# SPDX-License-Identifier: Apache-2.0
"""Running the command line, its servers and foreign programs from tests. Standard library only."""
import base64
import contextlib
import json
import os
import pathlib
import queue
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

KEYWAY = os.environ.get("KEYWAY", "build/release/bin/keyway")


def run(*arguments, stdin=b"", timeout=60, env=None):
    """Runs `keyway`; the result has returncode, stdout and stderr as text."""
    done = subprocess.run([KEYWAY, *map(str, arguments)], input=stdin, capture_output=True, timeout=timeout,
                          env={**os.environ, **(env or {})})
    done.stdout = done.stdout.decode(errors="replace")
    done.stderr = done.stderr.decode(errors="replace")
    return done


def events_of(text):
    """Every line is one JSON object: anything else is an error of the tool."""
    return [json.loads(line) for line in text.splitlines()]


def connect(port, *arguments, **more):
    """`keyway --json connect`: (exit code, events)."""
    done = run("--json", "connect", f"localhost:{port}", *arguments, **more)
    return done.returncode, events_of(done.stdout)


def named(events, name):
    return [event for event in events if event["event"] == name]


def received(events):
    return b"".join(base64.b64decode(event["data"]) for event in named(events, "data"))


def free_port():
    """A port that nobody listens on, from below the range in which the kernel chooses ports of clients."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(condition, timeout=30.0):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Program:
    """A program in the background whose output is collected line by line. It dies with the test."""

    def __init__(self, *command, stdin=subprocess.DEVNULL, env=None, cwd=None):
        if shutil.which(command[0]) is None:
            raise AssertionError(f"{command[0]} is not installed; scripts/setup test try")
        mortal = ["setpriv", "--pdeathsig", "KILL"]
        self.name = str(command[0])
        self.process = subprocess.Popen([*mortal, *map(str, command)], stdin=stdin, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, cwd=cwd)
        self.lines = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.decode(errors="replace").rstrip("\r\n"))
                self.changed.notify_all()

    def output(self):
        with self.changed:
            return "\n".join(self.lines)

    def wait_for(self, text, timeout=30.0):
        end = time.monotonic() + timeout
        with self.changed:
            while not any(text in line for line in self.lines):
                left = end - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self.reader.is_alive()):
                    raise AssertionError(f"{self.name} never said {text!r}:\n" + "\n".join(self.lines))
                self.changed.wait(min(left, 0.1))
        return self

    def write(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait(5)
        self.reader.join(5)
        self.process.stdout.close()


class Server(Program):
    """`keyway --json serve` on a port that the kernel chose."""

    def __init__(self, *arguments, env=None, address="127.0.0.1:0"):
        super().__init__(KEYWAY, "--json", "serve", address, *arguments, env=env)
        self.wait_for('"listening"')
        self.port = named(self.events(), "listening")[0]["port"]

    def events(self):
        return events_of(self.output())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def wait_for_event(self, name, count=1, timeout=30.0):
        if not wait_until(lambda: len(named(self.events(), name)) >= count, timeout):
            raise AssertionError(f"no {count} events {name}:\n" + self.output())
        return named(self.events(), name)


class Peer:
    """A TCP server for one connection that does what `behave(connection)` does: no TLS in it."""

    def __init__(self, behave, receive_buffer=None):
        self.listener = socket.create_server(("127.0.0.1", 0))
        if receive_buffer:  # its connections have the same, and it does not grow
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.port = self.listener.getsockname()[1]
        self.received = queue.Queue()
        self.thread = threading.Thread(target=self._serve, args=(behave,), daemon=True)
        self.thread.start()

    def _serve(self, behave):
        with contextlib.suppress(OSError):
            connection, _ = self.listener.accept()
            with connection:
                behave(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.thread.join(5)


class ToolTest(unittest.TestCase):
    """With a demo certificate authority that all tests of a class share."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.demo = pathlib.Path(cls.folder.name) / "demo"
        made = run("certs", "demo", cls.demo, "--host", "localhost", "--host", "127.0.0.1", "--with", "client,expired,wrong-host")
        assert made.returncode == 0, made.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def file(self, name, content=""):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(content)
        return path

    def trusting(self):
        return ("--demo", self.demo)

    def error_of(self, events):
        errors = named(events, "error")
        self.assertEqual(len(errors), 1, events)
        for field in ("group", "code", "alert", "decided_by", "message", "hint"):
            self.assertIn(field, errors[0])
        self.assertTrue(errors[0]["hint"], "what to do next")
        return errors[0]
