#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check.py notices a case that compiles, one that fails for another reason, and a control that fails.

  test_check.py COMPILER
"""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

import check

COMPILER = sys.argv.pop(1)
FORM = "// case one: {wanted}\n#ifdef CASE_one\n{wrong}\n#else\n{right}\n#endif\n"


class Check(unittest.TestCase):
    def problems(self, wanted, wrong, right="int right;"):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as out:
            file = pathlib.Path(folder) / "case.cpp"
            file.write_text(FORM.format(wanted=wanted, wrong=wrong, right=right), encoding="utf-8")
            problems = check.check(file, [COMPILER, "-std=c++23"])
            return problems, out.getvalue()

    def test_refused_as_expected(self):
        self.assertEqual(self.problems("no such thing", "static_assert(false, \"no such thing\");")[0], [])

    def test_case_that_compiles(self):
        problems, text = self.problems("no such thing", "int wrong;")
        self.assertEqual(problems, ["one"])
        self.assertIn("compiles, but must not", text)

    def test_refused_for_another_reason(self):
        problems, text = self.problems("no such thing", "int wrong")
        self.assertEqual(problems, ["one"])
        self.assertIn("not because of", text)

    def test_control_that_does_not_compile(self):
        problems, _ = self.problems("no such thing", "static_assert(false, \"no such thing\");", "int right")
        self.assertIn("the control does not compile", problems[0])

    def test_case_without_its_line(self):
        with self.assertRaises(ValueError):
            check.cases_of("#ifdef CASE_one\n#endif\n")


if __name__ == "__main__":
    unittest.main()
