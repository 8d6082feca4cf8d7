# SPDX-License-Identifier: Apache-2.0
"""The other implementations as servers and clients. A program that is missing is a failure, not a skip."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from harness import Program, free_port, wait_until

import socket


def need(name):
    path = shutil.which(name)
    if path is None:
        raise AssertionError(f"{name} is not installed; scripts/setup test try")
    return path


def listening(port):
    """True when somebody accepts on the port."""
    def probe():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False
    return wait_until(probe)


class Openssl:
    @staticmethod
    def server(certificate, key, *arguments, mode=("-rev",)):
        """s_server; -rev answers each line reversed. Returns (program, port)."""
        need("openssl")
        port = free_port()
        identity = ("-cert", certificate, "-cert_chain", certificate, "-key", key) if certificate else ("-nocert",)
        program = Program("openssl", "s_server", "-accept", port, *identity, "-tls1_3", *mode, *arguments,
                          stdin=subprocess.PIPE)
        return program.wait_for("ACCEPT"), port

    @staticmethod
    def client(port, *arguments, stdin=b"", timeout=20):
        need("openssl")
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-tls1_3",
                               *map(str, arguments)], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        return done.returncode, done.stdout.decode(errors="replace")

    @staticmethod
    def interactive_client(port, *arguments):
        """A client whose lines the test writes; without -quiet its K, k and Q are commands."""
        return Program("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-tls1_3",
                       *arguments, stdin=subprocess.PIPE)


class Gnutls:
    TLS13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3"

    @staticmethod
    def server(certificate, key, *arguments, priority=TLS13):
        need("gnutls-serv")
        port = free_port()
        identity = ("--x509certfile", certificate, "--x509keyfile", key) if certificate else ()
        program = Program("gnutls-serv", "--port", port, "--echo", *identity, "--priority", priority, *arguments)
        assert listening(port), program.output()
        return program, port

    @staticmethod
    def client(port, *arguments, stdin=b"", priority=TLS13, timeout=20):
        need("gnutls-cli")
        done = subprocess.run(["gnutls-cli", "--port", str(port), "--priority", priority, "--sni-hostname", "localhost",
                               "--verify-hostname", "localhost", *map(str, arguments), "127.0.0.1"],
                              input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        return done.returncode, done.stdout.decode(errors="replace")


class Nss:
    """A certificate database made from the demo's files."""

    def __init__(self, folder, demo):
        for tool in ("certutil", "pk12util", "tstclnt", "selfserv"):
            need(tool)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.run("certutil", "-N", "-d", f"sql:{self.folder}", "--empty-password")
        self.run("certutil", "-A", "-d", f"sql:{self.folder}", "-n", "ca", "-t", "CT,C,C", "-i", demo / "ca.pem")
        for name in ("server-ecdsa", "server-rsa", "client"):
            bundle = self.folder / f"{name}.p12"
            self.run("openssl", "pkcs12", "-export", "-in", demo / f"{name}.pem", "-inkey", demo / f"{name}.key", "-name", name,
                     "-out", bundle, "-passout", "pass:x")
            self.run("pk12util", "-i", bundle, "-d", f"sql:{self.folder}", "-W", "x")

    @staticmethod
    def run(*command):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"

    def server(self, *arguments, ecdsa=True):
        port = free_port()
        name = "server-ecdsa" if ecdsa else "server-rsa"
        program = Program("selfserv", "-d", f"sql:{self.folder}", "-p", port, "-V", "tls1.3:tls1.3", "-e" if ecdsa else "-n",
                          name, "-H", "1", *arguments, env={"NSS_ALLOW_WEAK": "0"})
        assert listening(port), program.output()
        return program, port

    def client(self, port, *arguments, stdin=b"", timeout=20):
        done = subprocess.run(["tstclnt", "-d", f"sql:{self.folder}", "-h", "localhost", "-p", str(port), "-V", "tls1.3:tls1.3",
                               *map(str, arguments)], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        return done.returncode, done.stdout.decode(errors="replace")


ERLANG_SERVER = """
{ok, _} = application:ensure_all_started(ssl),
{ok, L} = ssl:listen(0, [%s, {versions, ['tlsv1.3']}, {active, false}, binary, {reuseaddr, true}, {ip, {127,0,0,1}}]),
{ok, {_, P}} = ssl:sockname(L),
io:format("port ~p~n", [P]),
Echo = fun Echo(S) -> case ssl:recv(S, 0) of {ok, D} -> ok = ssl:send(S, D), Echo(S); R -> io:format("ended ~p~n", [R]), ssl:close(S) end end,
Accept = fun Accept() ->
  {ok, T} = ssl:transport_accept(L),
  case ssl:handshake(T, 10000) of
    {ok, S} ->
      {ok, I} = ssl:connection_information(S),
      io:format("resumed ~p cipher ~p~n", [proplists:get_value(session_resumption, I), maps:get(cipher, proplists:get_value(selected_cipher_suite, I))]),
      io:format("peer ~p~n", [element(1, ssl:peercert(S))]),
      io:format("alpn ~p~n", [ssl:negotiated_protocol(S)]),
      Echo(S);
    R -> io:format("failed ~p~n", [R])
  end,
  Accept()
end,
Accept().
"""

ERLANG_CLIENT = """
{ok, _} = application:ensure_all_started(ssl),
Options = [%s, {versions, ['tlsv1.3']}, {active, false}, binary, {server_name_indication, "localhost"}],
Once = fun() ->
  case ssl:connect("127.0.0.1", %d, Options, 10000) of
    {ok, S} ->
      ok = ssl:send(S, <<"hello">>),
      {ok, D} = ssl:recv(S, 5, 10000),
      {ok, I} = ssl:connection_information(S),
      io:format("got ~s resumed ~p alpn ~p~n", [D, proplists:get_value(session_resumption, I), ssl:negotiated_protocol(S)]),
      timer:sleep(200),
      ssl:close(S);
    R -> io:format("failed ~p~n", [R])
  end
end,
[Once() || _ <- lists:seq(1, %d)],
halt(0).
"""


class Erlang:
    @staticmethod
    def server(certificate, key, *options):
        need("erl")
        words = ", ".join((f'{{certfile, "{certificate}"}}, {{keyfile, "{key}"}}', *options))
        program = Program("erl", "-noshell", "-noinput", "-eval", ERLANG_SERVER % words)
        program.wait_for("port ", 20)
        return program, int(re.search(r"port (\d+)", program.output())[1])

    @staticmethod
    def client(port, *options, times=1):
        need("erl")
        done = subprocess.run(["erl", "-noshell", "-noinput", "-eval", ERLANG_CLIENT % (", ".join(options), port, times)],
                              capture_output=True, text=True, timeout=40)
        return done.returncode, done.stdout + done.stderr


class Curl:
    @staticmethod
    def get(url, *arguments):
        need("curl")
        done = subprocess.run(["curl", "-sS", "--fail", "--max-time", "15", "--tlsv1.3", *map(str, arguments), url],
                              capture_output=True, timeout=30)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")


class Chromium:
    @staticmethod
    def dom(url, key_hash):
        """The page as the browser sees it; at most 60 s."""
        need("chromium")
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                                   "--disable-background-networking", "--disable-component-update", "--disable-sync",
                                   f"--user-data-dir={profile}", f"--ignore-certificate-errors-spki-list={key_hash}",
                                   "--timeout=20000", "--dump-dom", url], capture_output=True, timeout=60, text=True,
                                  env={**os.environ, "HOME": profile})
            return done.returncode, done.stdout, done.stderr

    @staticmethod
    def key_hash(certificate):
        """Base64 of the SHA-256 of the public key."""
        command = (f"openssl x509 -in '{certificate}' -pubkey -noout | openssl pkey -pubin -outform der | "
                   "openssl dgst -sha256 -binary | openssl base64 -A")
        return subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout
