#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_parity.py finds missing rows, double rows, unknown states and tests that do not exist."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import check_parity

ROWS = {f"F{n:03}": f"| F{n:03} | item | name | not yet | |" for n in range(1, check_parity.FEATURES + 1)}


class CheckParity(unittest.TestCase):
    def run_on(self, threats="", **changed):
        rows = {**ROWS, **changed}
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            (root / "docs").mkdir()
            (root / "tests").mkdir()
            (root / "docs/otp_parity.md").write_text("| id | OTP | name | state | difference |\n" + "\n".join(rows.values()))
            (root / "docs/threat_model.md").write_text(threats)
            (root / "tests/a.cpp").write_text("TEST(Socket, Sends) {}\nTEST_F(Loop,\n       Receives) {}\n")
            (root / "tests/b.py").write_text("class Tool(TestCase):\n    def test_runs(self):\n        pass\n")
            (root / "tests/CMakeLists.txt").write_text("add_test(NAME tool_runs COMMAND x)\n")
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = check_parity.main(["--root", name])
            return code, out.getvalue()

    def assert_found(self, text, **changed):
        code, out = self.run_on(**changed)
        self.assertEqual(code, 1, out)
        self.assertIn(text, out)

    def test_clean(self):
        code, out = self.run_on()
        self.assertEqual(code, 0, out)
        self.assertIn("218 rows: 0 done, 218 not yet, 0 left out", out)

    def test_done_with_tests_that_exist(self):
        code, out = self.run_on(F001="| F001 | a | b | done: Socket.Sends, Loop.Receives, tool_runs, Tool.test_runs | |")
        self.assertEqual(code, 0, out)

    def test_done_with_a_test_that_does_not_exist(self):
        self.assert_found("names the test Socket.Flies", F001="| F001 | a | b | done: Socket.Flies | |")

    def test_threats_with_tests(self):
        self.assertEqual(self.run_on(threats="| a | `Socket.Sends`, `Tool.test_runs` |\n")[0], 0)
        code, out = self.run_on(threats="a\n| a | `Socket.Sends`, `Socket.Flies` |\n")
        self.assertEqual(code, 1)
        self.assertIn("docs/threat_model.md:2: the test Socket.Flies is not in the tree", out)

    def test_missing_row(self):
        self.assert_found("F007 has no row", F007="")

    def test_double_row(self):
        self.assert_found("is also in line", X="| F001 | a | b | not yet | |")

    def test_no_such_feature(self):
        self.assert_found("F219 is no feature", F219="| F219 | a | b | not yet | |")

    def test_unreadable_state(self):
        self.assert_found("has the state 'done'", F001="| F001 | a | b | done | |")

    def test_wrong_number_of_columns(self):
        self.assert_found("4 columns", F001="| F001 | a | b | not yet |")


if __name__ == "__main__":
    unittest.main()
