# SPDX-License-Identifier: Apache-2.0
"""The other implementations as servers and clients. A program that is missing is a failure, not a skip."""
import collections
import contextlib
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from harness import KEYWAY, Program, ToolTest, events_of, free_port, run, wait_until


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


AUTHORITY = "rsa-authority"  # below the demo's, with an RSA key


def make_identity(demo, name, *genpkey, issuer="ca", more="", serial=None):
    """One more identity of the demo authority, with a key of `openssl genpkey`'s kinds: name.pem and name.key; `more` extensions."""
    key, request, extensions = demo / f"{name}.key", demo / f"{name}.csr", demo / f"{name}.ext"
    authority = name == AUTHORITY
    extensions.write_text("keyUsage=critical,keyCertSign\nbasicConstraints=critical,CA:TRUE\n" if authority else
                          "subjectAltName=DNS:localhost,IP:127.0.0.1\nkeyUsage=critical,digitalSignature,keyEncipherment,keyAgreement\n"
                          "extendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n" + more)
    call("openssl", "genpkey", *genpkey, "-out", key)
    call("openssl", "req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
    call("openssl", "x509", "-req", "-in", request, "-CA", demo / f"{issuer}.pem", "-CAkey", demo / f"{issuer}.key",
         *(("-set_serial", serial) if serial else ("-CAcreateserial",)), "-days", "10", "-extfile", extensions, "-out", demo / f"{name}.pem")
    if issuer != "ca":
        with open(demo / f"{name}.pem", "a") as chain:
            chain.write((demo / f"{issuer}.pem").read_text())


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


class Cases(Program):
    """A program that serves and meets many: each line it reads is a case, each line it says begins with the name of one."""
    COMMAND = ()

    def __init__(self, demo):
        self.said = collections.defaultdict(list)
        self.numbers = itertools.count(1)
        super().__init__(*self.COMMAND, demo, stdin=subprocess.PIPE)

    @classmethod
    def suites(cls, *version):
        """The suites that the peer has, by IANA's names, each once."""
        return list(dict.fromkeys(call(*cls.COMMAND, "suites", *version).split()))

    def _read(self):
        for line in self.process.stdout:
            name, _, rest = line.decode(errors="replace").rstrip("\n").partition(" ")
            with self.changed:
                self.lines.append(f"{name} {rest}")
                self.said[name].append(rest)
                self.changed.notify_all()

    def until(self, name, start, count=1, timeout=40):
        """The lines of a case, once `count` of them begin with `start`, or one with a failure."""
        end = time.monotonic() + timeout
        with self.changed:
            while sum(line.startswith(start) for line in self.said[name]) < count and not any(line.startswith("failed") for line in self.said[name]):
                left = end - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self.reader.is_alive()):
                    raise AssertionError(f"{self.name} never said {start}:\n" + "\n".join(self.lines))
                self.changed.wait(min(left, 0.5))
            return list(self.said[name])

    def begin(self, *words):
        self.write("\t".join(map(str, words)) + "\n")

    def server(self, *words):
        """Starts one that listens: (its name, its port)."""
        name = str(next(self.numbers))
        self.begin("server", name, *words)
        lines = self.until(name, "listening ")
        if not lines[0].startswith("listening "):
            raise AssertionError(f"{self.name} {words}: {lines}")
        return name, int(lines[0].split()[1])

    def client(self, port, *words):
        """What one says that connects; at the end it is done, or has failed."""
        name = str(next(self.numbers))
        self.begin("client", name, port, *words)
        return self.until(name, "done")

    def __exit__(self, *_):
        self.process.kill()  # nothing of it is worth an orderly end
        super().__exit__()


class Endpoint(Cases):
    """Our library with options that the command line does not have; see endpoint.cpp."""
    PATH = os.environ.get("ENDPOINT", "build/release/bin/interop_endpoint")
    COMMAND = (PATH, "cases")

    @classmethod
    def names(cls):
        """The suites of TLS 1.2 and below that this build has: OpenSSL's name and the number in hexadecimal, by IANA's name."""
        return {iana: (openssl, number.zfill(4)) for iana, openssl, number in map(str.split, call(cls.PATH, "suites").splitlines())}

    @classmethod
    def lone_server(cls, demo, *wishes, name="server-ecdsa"):
        program = Program(cls.PATH, "server", demo / f"{name}.pem", demo / f"{name}.key", demo / "ca.pem", *wishes)
        program.wait_for("listening ")
        return program, int(re.search(r"listening (\d+)", program.output())[1])

    @classmethod
    def lone_client(cls, port, demo, *wishes):
        return finish([cls.PATH, "client", port, demo / "ca.pem", *wishes], b"", 60)


class Mbedtls(Cases):
    COMMAND = (pathlib.Path(Endpoint.PATH).with_name("mbedtls_peer"),)


class Wolfssl(Cases):
    COMMAND = (pathlib.Path(Endpoint.PATH).with_name("wolfssl_peer"),)


class ErlangCases(Cases):
    COMMAND = ("escript", pathlib.Path(__file__).with_name("peer.escript"))


# Keys that certs demo does not make, by the words of openssl genpkey.
MORE_KEYS = {
    "p384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "p521": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "ed448": ("-algorithm", "ED448"),
    "rsa-pss": ("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"),
    "rsa-both": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),  # may sign and decrypt
}
# What key exchanges before TLS 1.3 need: keys that may decrypt and agree, and some that are signed with RSA.
OLDER_KEYS = {name: MORE_KEYS["rsa-both"] for name in (AUTHORITY, "rsa-both")} | {
    name: ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256") for name in ("ecdh", "ecdh-rsa")}
# Every identity, with the scheme it signs with.
SCHEMES = {"server-ecdsa": "ecdsa_secp256r1_sha256", "server-rsa": "rsa_pss_rsae_sha256", "server-ed25519": "ed25519",
           "p384": "ecdsa_secp384r1_sha384", "p521": "ecdsa_secp521r1_sha512", "ed448": "ed448", "rsa-pss": "rsa_pss_pss_sha256"}


class InteropTest(ToolTest):
    """A ToolTest whose demo directory has an identity of every kind."""
    KEYS = MORE_KEYS
    BELOW = ()  # which of these the demo's authority signs through one with an RSA key

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, genpkey in cls.KEYS.items():
            make_identity(cls.demo, name, *genpkey, issuer=AUTHORITY if name in cls.BELOW else "ca")

    def files(self, name="server-ecdsa"):
        return self.demo / f"{name}.pem", self.demo / f"{name}.key"

    def identity(self, name):
        """Options of ours for one identity."""
        certificate, key = self.files(name)
        return "--cert", certificate, "--key", key

    def client_command(self, port, *arguments):
        return KEYWAY, "connect", f"localhost:{port}", *self.trusting(), *arguments


def dh_parameters(test, group):
    """A file with one of openssl's groups."""
    path = test.demo.parent / f"{group}.pem"
    if not path.exists():
        call("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", f"group:{group}", "-out", path)
    return path


PSK = "42" * 32
IDENTITIES = {"PSK_DHE": None, "ECDHE_ECDSA": "server-ecdsa", "ECDH_ECDSA": "ecdh", "ECDH_RSA": "ecdh-rsa", "DH_anon": None, "ECDH_anon": None, "PSK": None,
              "DHE_PSK": None, "ECDHE_PSK": None, "SRP_SHA": None}  # the others: rsa-both


def exchange_of(suite):
    """The part of IANA's name before WITH."""
    return re.sub("^TLS_|_WITH_.*", "", suite)


def is_old(suite):
    """Whether versions before TLS 1.2 have it."""
    return re.search("_(SHA|MD5)$", suite) is not None


class CasesTest(InteropTest):
    """Many handshakes between two programs that take Cases."""
    KEYS = OLDER_KEYS
    BELOW = ("rsa-both", "ecdh-rsa")  # RFC 4492 2: before TLS 1.2 the suite says who signs certificates
    SIZE = 20000  # of the data in both directions: more than one record

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.enterClassContext(Endpoint(cls.demo))
        compiled = events_of(run("--json", "versions").stdout)[0]["compiled"]
        cls.versions = [version for version in ("tlsv1.2", "tlsv1.1", "tlsv1") if version in compiled]
        cls.suites = {suite: name for suite, name in Endpoint.names().items() if not re.search("NULL|EXPORT|_DSS_", suite)}

    @staticmethod
    def wishes(suite, version="tlsv1.2"):
        """What server and client are told for a suite: (words, words)."""
        exchange = exchange_of(suite)
        identity = IDENTITIES.get(exchange, "server-ecdsa" if version == "tlsv1.3" else "rsa-both")
        both = [f"suite={suite}", f"version={version}"]
        both += [f"psk=tester={PSK}"] if "PSK" in exchange else []
        both += ["srp=alice=correct horse"] if "SRP" in exchange else []
        both += ["anonymous"] if "anon" in exchange or exchange == "SRP_SHA" else []
        return [*both, *([f"identity={identity}"] if identity else [])], both

    def meet(self, server, client, server_words, client_words, connections=1):
        """A case of each; what server and client said."""
        name, port = server.server(*server_words)
        lines = client.client(port, f"size={self.SIZE}", *client_words)
        self.assertEqual(lines[-1], "done", (lines, server.said[name]))
        said = server.until(name, "closed", connections)
        self.assertFalse([line for line in said if line.startswith("failed") or "reason=" in line and "reason=closed" not in line])
        return said, lines

    def enough(self, common, every, without_legacy):
        """Peers that stay as they are have as much in common with us as ever."""
        self.assertGreaterEqual(len(common), every if "tlsv1" in self.versions else without_legacy)

    def check(self, ours, suite, version, **more):
        """What our end said of its handshakes."""
        done = [line for line in ours if line.startswith("handshake")]
        for words in (f"suite={suite} version={version}", *(f"{key}={value}" for key, value in more.items())):
            self.assertTrue(all(words in line for line in done), done)
        self.assertTrue(done)

    def each_way(self, theirs, act, **about):
        """act(server, client, 0) with us as the server, act(server, client, 1) as the client."""
        for place in about.pop("ways", (0, 1)):
            ends = ((self.ours, theirs), (theirs, self.ours))[place]
            with self.subTest(ours=("server", "client")[place], **about):
                act(*ends, place)

    def both_ways(self, theirs, suite, version="tlsv1.2", server=(), client=(), ways=(0, 1), **more):
        """One handshake with us as the server, one with us as the client; wishes for the one and the other."""
        told, said = self.wishes(suite, version)

        def act(serving, meeting, place):
            lines = self.meet(serving, meeting, [*told, *server], [*said, *client])[place]
            self.check(lines, suite, version, **more)
        self.each_way(theirs, act, suite=suite, version=version, wishes=(server, client), ways=ways)

    def resumed(self, theirs, suite, version, wishes=(), how="session_id", ways=(0, 1)):
        """Three connections, of which the last two are resumed, whoever is the server."""
        told, said = self.wishes(suite, version)

        def act(serving, meeting, place):
            lines = self.meet(serving, meeting, [*told, *wishes, "times=3"], [*said, *wishes, "times=3"], connections=3)[place]
            self.check(lines, suite, version)
            self.assertEqual(re.findall("resumed=([a-z_]*)", "\n".join(lines)), ["none", how, how], lines)
        self.each_way(theirs, act, suite=suite, version=version, wishes=wishes, ways=ways)

    def renegotiated(self, theirs, suite, version):
        """Between two lots of data, begun by the client and asked for by the server, whoever they are."""
        told, said = self.wishes(suite, version)
        for by in ("server", "client"):
            def act(serving, meeting, place):
                begins = {by: "renegotiate"}
                lines = self.meet(serving, meeting, [*told, begins.get("server", "renegotiable")], [*said, begins.get("client", "renegotiable")])[place]
                self.check(lines, suite, version)
                self.assertIn(f"renegotiated by={'us' if by == ('server', 'client')[place] else 'peer'}", lines)
            self.each_way(theirs, act, suite=suite, version=version, by=by)


class Openssl:
    @staticmethod
    def version(arguments):
        """TLS 1.3 unless the arguments name another version."""
        return () if {"-tls1_2", "-tls1_1", "-tls1", "-min_protocol"} & set(arguments) else ("-tls1_3",)

    @staticmethod
    def server(certificate, key, *arguments, mode=("-rev",)):
        """s_server; -rev answers each line reversed. Returns (program, port)."""
        identity = ("-cert", certificate, "-cert_chain", certificate, "-key", key) if certificate else ("-nocert",)
        return start(lambda port: ("openssl", "s_server", "-accept", port, *identity, *Openssl.version(arguments), *mode, *arguments),
                     "ACCEPT", stdin=subprocess.PIPE)

    @staticmethod
    def responder(demo, index):
        """`openssl ocsp` as a responder of the demo's authority, which knows what the index says."""
        return start(lambda port: ("openssl", "ocsp", "-port", port, "-index", index, "-rsigner", demo / "ca.pem", "-rkey", demo / "ca.key",
                                   "-CA", demo / "ca.pem", "-ndays", "1"), "waiting for OCSP client connections")

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

    def client_command(self, port, file, *arguments, versions="tls1.3:tls1.3"):
        """It sends what is in the file, because it does not see the end of a pipe, and because each connection reads it again."""
        return ["tstclnt", "-4", "-d", self.database, "-h", "localhost", "-p", port, "-V", versions, "-A", file, *arguments]

    def client(self, port, *arguments, stdin=b"", timeout=60, **more):
        with tempfile.NamedTemporaryFile() as file:
            file.write(stdin)
            file.flush()
            return finish(self.client_command(port, file.name, *arguments, **more), b"", timeout)


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


class Nginx:
    PATH = shutil.which("nginx") or "/usr/sbin/nginx"

    @classmethod
    def server(cls, folder, servers):
        """One process with these server blocks, in which PORT stands for a port that is its own, and the other ports: (program, port)."""
        path = pathlib.Path(folder) / "nginx.conf"
        temporary = "".join(f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))

        def command(port):
            path.write_text(f"daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr notice;\nevents {{}}\n"
                            f"http {{ access_log off; {temporary}\n{servers.replace('PORT', str(port))} }}\n")
            return cls.PATH, "-p", folder, "-c", path, "-e", "stderr"
        return start(command)


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
