#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reader of callgrind's dumps and both comparisons of gate.py, on small texts."""
import unittest

import gate

DUMP = """\
desc: Trigger: Client Request: handshake x25519
ob=(1) /build/bin/gate_workload
fl=(1) ./build/release/../../src/connection/receive.cpp
fn=(1) keyway::ConnectionImpl::receive()
10 100
fi=(2) /usr/include/c++/12/span
20 7
cob=(2) /usr/lib/libcrypto.so.3
cfi=(3) ???
cfn=(2) SHA256_Update
calls=3 0
11 5000
+1 3
ob=(2)
fl=(3)
fn=(2)
0 5000
ob=(1)
fl=(4) ./tests/gate/workload.cpp
fn=(3) main
1 999
fl=(5) ./src/crypto/openssl/hash.cpp
fn=(4) update
1 40
fl=(6) /usr/include/c++/12/bits/vector.tcc
fn=(5) std::vector<int>::push_back(int)
* 2
"""


class Reading(unittest.TestCase):
    def test_counts_own_code_alone(self):
        section, counts = gate.parse(DUMP.splitlines(keepends=True), "gate_workload")
        self.assertEqual(section, "handshake x25519")
        self.assertEqual(counts, {"connection": 110, "crypto/openssl": 40, "templates": 2})

    def test_a_dump_without_a_name_is_no_section(self):
        section, _ = gate.parse(["desc: Trigger: Program termination\n"], "gate_workload")
        self.assertIsNone(section)

    def test_modules(self):
        self.assertEqual(gate.module_of("./src/handshake/tls13/client_peer.cpp"), "handshake/tls13")
        self.assertEqual(gate.module_of("./src/handshake/machine.h"), "handshake")
        self.assertEqual(gate.module_of("./include/keyway/secret.h"), "include")
        self.assertEqual(gate.module_of("/usr/include/c++/12/variant"), "templates")


class Comparing(unittest.TestCase):
    accepted = {"handshake": {"pki": 6000, "wire": 4000}}

    def test_one_per_cent_passes(self):
        self.assertEqual(gate.compare_instructions({"handshake": {"pki": 6100, "wire": 4000}}, self.accepted), [])

    def test_growth_is_found_and_located(self):
        findings = gate.compare_instructions({"handshake": {"pki": 6101, "wire": 4000}}, self.accepted)
        self.assertIn("+1.0 %", findings[0])
        self.assertEqual(findings[1].split(), ["pki", "+101"])

    def test_what_fell_is_a_difference(self):
        self.assertTrue(gate.compare_instructions({"handshake": {"pki": 5000, "wire": 4000}}, self.accepted))

    def test_sections_must_be_the_same(self):
        self.assertTrue(gate.compare_instructions({}, self.accepted))
        self.assertTrue(gate.compare_instructions({**self.accepted, "records": {"record": 1}}, self.accepted))

    def test_allocations_are_exact(self):
        self.assertEqual(gate.compare_allocations({"records": 0}, {"records": 0}), [])
        self.assertTrue(gate.compare_allocations({"records": 1}, {"records": 0}))
        self.assertTrue(gate.compare_allocations({}, {"records": 0}))


if __name__ == "__main__":
    unittest.main()
