# SPDX-License-Identifier: Apache-2.0
"""Erlang's ssl application as a peer in TLS 1.0 to 1.2, both ways: every key exchange, every suite, sessions, renegotiation."""
import unittest

from peers import CasesTest, ErlangCases, exchange_of, is_old

CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
SOME_EXCHANGES = ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256")
# What a build without the legacy files leaves out.
LEGACY = {"RSA", "RSA_PSK", "ECDH_ECDSA", "ECDH_RSA", "DH_anon", "ECDH_anon", "SRP_SHA", "SRP_SHA_RSA"}


class OlderErlang(CasesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.enterClassContext(ErlangCases(cls.demo))

    def test_each_suite(self):
        common = [suite for suite in self.theirs.suites() if suite in self.suites]
        for suite in common:
            self.both_ways(self.theirs, suite)
        self.enough(common, 109, 49)

    def test_before_tls12(self):
        for version in self.versions[1:]:
            for suite in filter(is_old, self.theirs.suites(version)):
                if suite in self.suites:
                    self.both_ways(self.theirs, suite, version)

    def test_no_key_exchange_is_left_out(self):
        theirs = {exchange_of(suite) for suite in self.theirs.suites() if "_DSS_" not in suite}
        self.assertEqual(theirs - {exchange_of(suite) for suite in self.suites}, set() if "tlsv1" in self.versions else LEGACY)

    def test_client_certificate(self):
        for version in self.versions:
            for name in ("client", "rsa-both"):
                self.both_ways(self.theirs, CBC, version, server=("ask",), client=(f"identity={name}",), client_authenticated="yes")

    def test_resumption(self):
        for version in self.versions:
            self.resumed(self.theirs, CBC, version)
        for suite in SOME_EXCHANGES[:2]:  # neither keeps sessions without a certificate
            self.resumed(self.theirs, suite, "tlsv1.2")

    def test_renegotiation(self):
        for version in self.versions:
            self.renegotiated(self.theirs, CBC, version)
        for suite in SOME_EXCHANGES:
            self.renegotiated(self.theirs, suite, "tlsv1.2")


if __name__ == "__main__":
    unittest.main()
