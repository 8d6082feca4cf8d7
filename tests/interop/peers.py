# SPDX-License-Identifier: Apache-2.0
"""The other implementations as servers and clients. A program that is missing is a failure, not a skip."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from harness import KEYWAY, Program, ToolTest, free_port, wait_until


def need(name):
    path = shutil.which(name)
    if path is None:
        raise AssertionError(f"{name} is not installed; scripts/setup test try")
    return path


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def start(command, said=None, **more):
    """Starts a server with `command(port)` on a free port; again when another program was faster. (program, port)"""
    need(command(0)[0])
    for _ in range(5):
        port = free_port()
        program = Program(*command(port), **more)
        ended = lambda: program.process.poll() is not None
        ready = (lambda: said in program.output()) if said else (lambda: accepts(port))
        wait_until(lambda: ready() or ended())
        if not ended():
            assert ready(), program.output()
            return program, port
        output = program.output()
        program.__exit__()
        if "in use" not in output and "bind" not in output:
            break
    raise AssertionError(f"{command(0)[0]} did not start:\n{output}")


def make_identity(demo, name, *genpkey):
    """One more identity of the demo authority, with a key of `openssl genpkey`'s kinds: name.pem and name.key."""
    key, request, extensions = demo / f"{name}.key", demo / f"{name}.csr", demo / f"{name}.ext"
    extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nkeyUsage=critical,digitalSignature,keyEncipherment\n"
                          "extendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n")
    call("openssl", "genpkey", *genpkey, "-out", key)
    call("openssl", "req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
    call("openssl", "x509", "-req", "-in", request, "-CA", demo / "ca.pem", "-CAkey", demo / "ca.key", "-CAcreateserial",
         "-days", "10", "-extfile", extensions, "-out", demo / f"{name}.pem")


def call(*command):
    """Runs a program that must succeed; its output."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def finish(command, stdin, timeout):
    done = subprocess.run([str(word) for word in command], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
    return done.returncode, done.stdout.decode(errors="replace")


# Whether this build has what is off for safety.
LEGACY = os.environ.get("LEGACY", "ON") == "ON"


def built(suite):
    """Whether this build has the suite: those with keys of certificates, without any, and with passwords are legacy."""
    return LEGACY or not re.match("TLS_(RSA|DH_anon|ECDH_anon|SRP)_", suite)


class Endpoint:
    """Our library with options that the command line does not have; see endpoint.cpp."""
    PATH = os.environ.get("ENDPOINT", "build/release/bin/interop_endpoint")

    @classmethod
    def server(cls, demo, *wishes, name="server-ecdsa"):
        program = Program(cls.PATH, "server", demo / f"{name}.pem", demo / f"{name}.key", demo / "ca.pem", *wishes)
        program.wait_for("listening ")
        return program, int(re.search(r"listening (\d+)", program.output())[1])

    @classmethod
    def client(cls, port, demo, *wishes):
        return finish([cls.PATH, "client", port, demo / "ca.pem", *wishes], b"", 60)


# Keys that certs demo does not make, by the words of openssl genpkey.
MORE_KEYS = {
    "p384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "p521": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "ed448": ("-algorithm", "ED448"),
    "rsa-pss": ("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"),
    "rsa-both": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),  # may sign and decrypt
}
# Every identity, with the scheme it signs with.
SCHEMES = {"server-ecdsa": "ecdsa_secp256r1_sha256", "server-rsa": "rsa_pss_rsae_sha256", "server-ed25519": "ed25519",
           "p384": "ecdsa_secp384r1_sha384", "p521": "ecdsa_secp521r1_sha512", "ed448": "ed448", "rsa-pss": "rsa_pss_pss_sha256"}


class InteropTest(ToolTest):
    """A ToolTest whose demo directory has an identity of every kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, genpkey in MORE_KEYS.items():
            make_identity(cls.demo, name, *genpkey)

    def files(self, name="server-ecdsa"):
        return self.demo / f"{name}.pem", self.demo / f"{name}.key"

    def identity(self, name):
        """Options of ours for one identity."""
        certificate, key = self.files(name)
        return "--cert", certificate, "--key", key

    def client_command(self, port, *arguments):
        return KEYWAY, "connect", f"localhost:{port}", *self.trusting(), *arguments


class Openssl:
    @staticmethod
    def version(arguments):
        """TLS 1.3 unless the arguments name another version."""
        return () if {"-tls1_2", "-tls1_1", "-tls1"} & set(arguments) else ("-tls1_3",)

    @staticmethod
    def server(certificate, key, *arguments, mode=("-rev",)):
        """s_server; -rev answers each line reversed. Returns (program, port)."""
        identity = ("-cert", certificate, "-cert_chain", certificate, "-key", key) if certificate else ("-nocert",)
        return start(lambda port: ("openssl", "s_server", "-accept", port, *identity, *Openssl.version(arguments), *mode, *arguments),
                     "ACCEPT", stdin=subprocess.PIPE)

    @staticmethod
    def client_command(port, *arguments):
        return ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", *Openssl.version(arguments), *arguments]

    @classmethod
    def client(cls, port, *arguments, stdin=b"", timeout=60):
        return finish(cls.client_command(port, *arguments), stdin, timeout)

    @classmethod
    def interactive_client(cls, port, *arguments):
        """A client whose lines the test writes; without -quiet its K, k and Q are commands."""
        return Program(*cls.client_command(port, *arguments), stdin=subprocess.PIPE)


class Gnutls:
    TLS13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3"

    @staticmethod
    def server(certificate, key, *arguments, priority=TLS13):
        identity = ("--x509certfile", certificate, "--x509keyfile", key) if certificate else ()
        return start(lambda port: ("gnutls-serv", "--port", port, "--echo", *identity, "--priority", priority, *arguments))

    @staticmethod
    def client_command(port, *arguments, priority=TLS13):
        return ["gnutls-cli", "--port", port, "--priority", priority, "--sni-hostname", "localhost", "--verify-hostname", "localhost",
                *arguments, "127.0.0.1"]

    @classmethod
    def client(cls, port, *arguments, stdin=b"", priority=TLS13, timeout=60):
        return finish(cls.client_command(port, *arguments, priority=priority), stdin, timeout)


class Nss:
    """A certificate database made from the demo's files."""

    def __init__(self, folder, demo):
        for tool in ("certutil", "pk12util", "tstclnt", "selfserv"):
            need(tool)
        self.database = f"sql:{folder}"
        pathlib.Path(folder).mkdir(exist_ok=True)
        call("certutil", "-N", "-d", self.database, "--empty-password")
        call("certutil", "-A", "-d", self.database, "-n", "ca", "-t", "CT,C,C", "-i", demo / "ca.pem")
        # Its nicknames belong to subjects, so each identity needs one of its own.
        make_identity(demo, "ecdsa", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        make_identity(demo, "rsa", "-algorithm", "RSA")
        for name in ("ecdsa", "rsa", "p384", "p521", "client"):
            bundle = pathlib.Path(folder) / f"{name}.p12"
            call("openssl", "pkcs12", "-export", "-in", demo / f"{name}.pem", "-inkey", demo / f"{name}.key", "-name", name,
                 "-out", bundle, "-passout", "pass:x")
            call("pk12util", "-i", bundle, "-d", self.database, "-W", "x")

    def server(self, *arguments, name="ecdsa", versions="tls1.3:tls1.3"):
        kind = "-n" if name == "rsa" else "-e"
        return start(lambda port: ("selfserv", "-d", self.database, "-p", port, "-V", versions, kind, name, "-H", "1",
                                   *arguments))

    def client(self, port, *arguments, stdin=b"", timeout=60, versions="tls1.3:tls1.3"):
        # A file, because tstclnt does not see the end of a pipe, and because each connection reads it again.
        with tempfile.NamedTemporaryFile() as file:
            file.write(stdin)
            file.flush()
            return finish(["tstclnt", "-4", "-d", self.database, "-h", "localhost", "-p", port, "-V", versions,
                           "-A", file.name, *arguments], b"", timeout)


# One node, many listeners: starting a node takes longer than any handshake. A listener is options; it echoes.
ERLANG_SERVER = """
{ok, _} = application:ensure_all_started(ssl),
Echo = fun Echo(S) -> case ssl:recv(S, 0) of {ok, D} -> ok = ssl:send(S, D), Echo(S); R -> io:format("ended ~p~n", [R]), ssl:close(S) end end,
Accept = fun Accept(L) ->
  {ok, T} = ssl:transport_accept(L),
  case ssl:handshake(T, 20000) of
    {ok, S} ->
      {ok, I} = ssl:connection_information(S),
      io:format("resumed ~p cipher ~p~n", [proplists:get_value(session_resumption, I), maps:get(cipher, proplists:get_value(selected_cipher_suite, I))]),
      io:format("peer ~p~n", [element(1, ssl:peercert(S))]),
      io:format("alpn ~p~n", [ssl:negotiated_protocol(S)]),
      Echo(S);
    R -> io:format("failed ~p~n", [R])
  end,
  Accept(L)
end,
Ports = [begin
  {ok, L} = ssl:listen(0, Options ++ [{versions, ['tlsv1.3']}, {active, false}, binary, {reuseaddr, true}, {ip, {127,0,0,1}}]),
  {ok, {_, P}} = ssl:sockname(L),
  spawn(fun() -> Accept(L) end),
  P
end || Options <- [%s]],
io:format("ports ~p~n", [Ports]),
receive never -> ok end.
"""

# Goals are {port, options}; each is met in turn, a word at a time.
ERLANG_CLIENT = """
{ok, _} = application:ensure_all_started(ssl),
Meet = fun({Port, Options}) ->
  case ssl:connect("127.0.0.1", Port, Options ++ [{versions, ['tlsv1.3']}, {active, false}, binary, {server_name_indication, "localhost"}], 20000) of
    {ok, S} ->
      %s,
      {ok, I} = ssl:connection_information(S),
      io:format("resumed ~p alpn ~p~n", [proplists:get_value(session_resumption, I), ssl:negotiated_protocol(S)]),
      timer:sleep(100),
      ssl:close(S);
    R -> io:format("failed ~p~n", [R])
  end
end,
[Meet(Goal) || Goal <- [%s]],
halt(0).
"""

ERLANG_HELLO = 'ok = ssl:send(S, <<"hello">>), {ok, D} = ssl:recv(S, 5, 20000), io:format("got ~s~n", [D])'


class Erlang:
    @staticmethod
    def command(text):
        return ["erl", "-env", "ERL_CRASH_DUMP", "/dev/null", "-noshell", "-noinput", "-eval", text]

    @staticmethod
    def servers(*listeners):
        """A node with a listener for each list of options: (program, ports)."""
        need("erl")
        program = Program(*Erlang.command(ERLANG_SERVER % ", ".join(f"[{', '.join(options)}]" for options in listeners)))
        program.wait_for("ports ", 60)
        return program, [int(port) for port in re.findall(r"\d+", re.search(r"ports \[(.*)\]", program.output())[1])]

    @staticmethod
    def client(*goals, talk=ERLANG_HELLO):
        """A node that meets each (port, options) in turn: (exit code, output)."""
        need("erl")
        words = ", ".join(f"{{{port}, [{', '.join(options)}]}}" for port, options in goals)
        return finish(Erlang.command(ERLANG_CLIENT % (talk, words)), b"", 120)


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
        """The page as the browser sees it; at most 60 s, and nothing of it stays."""
        need("chromium")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
                       "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}",
                       f"--ignore-certificate-errors-spki-list={key_hash}", "--timeout=30000", "--dump-dom", url]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
                                  env={**os.environ, "HOME": profile}) as browser:
                try:
                    page, said = browser.communicate(timeout=60)
                finally:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(browser.pid, signal.SIGKILL)
            return browser.returncode, page, said

    @staticmethod
    def key_hash(certificate):
        """Base64 of the SHA-256 of the public key."""
        command = (f"openssl x509 -in '{certificate}' -pubkey -noout | openssl pkey -pubin -outform der | "
                   "openssl dgst -sha256 -binary | openssl base64 -A")
        return subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout
