#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_edges.py notices each way in which the machines could part from appendix A of RFC 8446."""
import unittest

import check_edges

TEXT = (check_edges.ROOT / "docs/rfc/rfc8446.edges").read_text(encoding="utf-8")


def line_of(text):
    """The one line of the file that begins with these words, however they are spaced."""
    found = [line for line in TEXT.splitlines() if line.split()[:len(text.split())] == text.split()]
    assert len(found) == 1, (text, found)
    return found[0]


class CheckEdges(unittest.TestCase):
    def assert_found(self, text, problem):
        problems, _, _ = check_edges.check(text)
        self.assertTrue(any(problem in one for one in problems), problems)

    def without(self, text):
        return TEXT.replace(line_of(text) + "\n", "")

    def test_the_file_is_clean(self):
        problems, count, missing = check_edges.check(TEXT)
        self.assertEqual(problems, [])
        self.assertGreater(count, 60)
        self.assertEqual(missing, 2)

    def test_every_edge_of_the_appendix_matters(self):
        for line in TEXT.splitlines():
            if line.startswith("A "):
                self.assertNotEqual(check_edges.check(TEXT.replace(line + "\n", ""))[0], [], line)

    def test_missing_edge(self):
        self.assert_found(self.without(". client WaitFinished Finished Connected").replace(
            line_of("* client AskIdentity IdentityChosen Connected") + "\n", "").replace(
            line_of("* client AskSignature Signed Connected") + "\n", ""), "WAIT_FINISHED Finished")
        self.assert_found(self.without(". server WaitCertificateVerify CertificateVerify WaitFinished"),
                          "WAIT_CV CertificateVerify WAIT_FINISHED is of the appendix and not ours")

    def test_edge_that_skips_authentication(self):
        self.assert_found(TEXT + ". client WaitCertificate Certificate WaitFinished\n",
                          "WAIT_CERT Certificate WAIT_FINISHED is ours and not of the appendix")

    def test_answer_that_skips_authentication(self):
        self.assert_found(TEXT + "* server AskVerdict Verdict Connected\n",
                          "WAIT_CERT Certificate CONNECTED is ours and not of the appendix")

    def test_edge_without_its_mark(self):
        self.assert_found(self.without("! server WAIT_EOED EndOfEarlyData WAIT_FLIGHT2"),
                          "WAIT_EOED EndOfEarlyData WAIT_CERT is of the appendix and not ours")

    def test_mark_without_need(self):
        self.assert_found(TEXT + "! server WAIT_CV CertificateVerify WAIT_FINISHED because\n",
                          "WAIT_CV CertificateVerify WAIT_FINISHED is ours and not of the appendix")
        self.assert_found(TEXT + "! client WAIT_CV Finished WAIT_FINISHED because\n", "the appendix does not draw it")

    def test_mark_without_reason(self):
        self.assert_found(TEXT + "! server WAIT_CV CertificateVerify WAIT_FINISHED\n", "no reason?")

    def test_state_without_a_name_of_the_appendix(self):
        self.assert_found(self.without("= client WaitFinished WAIT_FINISHED"), "WaitFinished stands for no state")

    def test_wrong_beginning(self):
        self.assert_found(TEXT.replace("> server WaitClientHello", "> server WaitFinished"), "begin elsewhere")

    def test_late_edge_into_the_handshake(self):
        self.assert_found(TEXT + "+ server Connected KeyUpdate WaitFinished\n", "WaitFinished belongs to the handshake")

    def test_written_twice(self):
        self.assert_found(TEXT + "* client WaitFinished Finished Connected\n", "written twice")

    def test_unreadable_line(self):
        self.assert_found(TEXT + "? client WaitFinished\n", "cannot read")


if __name__ == "__main__":
    unittest.main()
