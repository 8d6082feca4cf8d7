# SPDX-License-Identifier: Apache-2.0
"""mbedTLS and wolfSSL as peers, both ways, by the small programs in libraries/: suites and key exchanges, sessions, renegotiation."""
import re
import unittest

from peers import LEGACY, CasesTest, Mbedtls, Wolfssl, dh_parameters, is_old

GCM, CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"


class WithMbedtls(CasesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.enterClassContext(Mbedtls(cls.demo))
        cls.common = [suite for suite in Mbedtls.suites() if suite in cls.suites]

    def test_each_suite(self):
        for suite in self.common:
            self.both_ways(self.theirs, suite, etm="yes" if "_CBC_" in suite else "no")
        self.enough(self.common, 107, 68)

    def test_before_tls12(self):
        for version in ("tlsv1.1", "tlsv1") if "tlsv1" in self.versions else ():
            for suite in filter(is_old, self.common):
                self.both_ways(self.theirs, suite, version, etm="yes")

    def test_without_encrypt_then_mac(self):
        for version in self.versions:
            self.both_ways(self.theirs, CBC, version, client=("no_etm",), etm="no")
            self.both_ways(self.theirs, CBC, version, server=("no_etm",), etm="no")

    def test_client_certificate(self):
        for suite in (GCM, CBC):
            for name in ("client", "rsa-both"):
                self.both_ways(self.theirs, suite, server=("ask",), client=(f"identity={name}",), client_authenticated="yes")

    def test_resumption(self):
        for version in self.versions:
            for tickets, how in (((), "session_id"), (("tickets",), "ticket")):
                self.resumed(self.theirs, CBC, version, tickets, how)

    def test_renegotiation(self):
        for version in self.versions:
            self.renegotiated(self.theirs, CBC, version)
        self.renegotiated(self.theirs, GCM, "tlsv1.2")


class WithWolfssl(CasesTest):
    """As Debian builds it, its client says nothing of renegotiation (RFC 5746) before TLS 1.3: a server must do without, and can
    where KEYWAY_LEGACY is built."""
    WAYS = (0, 1) if LEGACY else (1,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.enterClassContext(Wolfssl(cls.demo))
        cls.common = [suite for suite in Wolfssl.suites() if suite in cls.suites]

    @classmethod
    def wishes(cls, suite, version="tlsv1.2"):
        told, said = super().wishes(suite, version)
        return [*told, *([] if version == "tlsv1.3" else ["unbound"])], said

    def parameters(self, suite):
        return (f"dhfile={dh_parameters(self, 'ffdhe2048')}",) if re.search("_DHE?_", suite) else ()  # it has none of its own

    def test_each_suite(self):
        for suite in self.common:
            self.both_ways(self.theirs, suite, server=self.parameters(suite), ways=self.WAYS)
        self.enough(self.common, 46, 39)

    def test_before_tls12(self):
        # Its own table has the others of these from TLS 1.2 on.
        older = [suite for suite in self.common if is_old(suite) and not re.match("TLS_DHE_RSA_WITH_(CAMELLIA|3DES)", suite)]
        for suite in older if "tlsv1.1" in self.versions else ():
            self.both_ways(self.theirs, suite, "tlsv1.1", server=self.parameters(suite), ways=self.WAYS)

    # RFC 5746 4.3: who does not say it may be spliced.
    def test_its_client_is_refused_before_tls13(self):
        told, said = super().wishes(GCM)
        name, port = self.ours.server(*told)
        self.assertIn("failed handshake", self.theirs.client(port, *said)[-1])
        self.assertIn("failed insecure_renegotiation", self.ours.until(name, "failed")[-1])

    def test_tls13(self):
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256"):
            self.both_ways(self.theirs, suite, "tlsv1.3")

    def test_client_certificate(self):
        # It asks for the kind of key that the suite names.
        for suite, name in ((GCM, "client"), (CBC, "rsa-both")):
            self.both_ways(self.theirs, suite, server=("ask",), client=(f"identity={name}",), client_authenticated="yes", ways=self.WAYS)
        for name in ("client", "rsa-both"):
            self.both_ways(self.theirs, "TLS_AES_128_GCM_SHA256", "tlsv1.3", server=("ask",), client=(f"identity={name}",), client_authenticated="yes")

    def test_resumption(self):
        for suite in (CBC, GCM):
            self.resumed(self.theirs, suite, "tlsv1.2", (), "session_id", ways=self.WAYS)
            self.resumed(self.theirs, suite, "tlsv1.2", ("tickets",), "ticket", ways=self.WAYS)
        self.resumed(self.theirs, "TLS_AES_128_GCM_SHA256", "tlsv1.3", (), "ticket")


if __name__ == "__main__":
    unittest.main()
