#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_errors.py finds codes that nobody makes, and excuses that nobody needs."""
import pathlib
import tempfile
import unittest

import check_errors


class Errors(unittest.TestCase):
    def findings(self, table, code):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in ((check_errors.TABLE, table), (check_errors.DECLARED, "Errc::a Errc::b"), ("src/x.cpp", code)):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return [finding.split(": ", 1)[1] for finding in check_errors.check(root)[0]]

    def test_clean(self):
        self.assertEqual(self.findings("//   planned b\n{Errc::a, 1},\n{Errc::b, 2},\n", "fail(Errc::a);\n"), [])

    def test_nobody_makes_it(self):
        self.assertEqual(self.findings("{Errc::a, 1},\n{Errc::b, 2},\n", "fail(Errc::a);  // never Errc::b\n"),
                         ["b: nothing makes it"])

    def test_excuses(self):
        self.assertEqual(self.findings("//   program a c\n{Errc::a, 1},\n", "fail(Errc::a);\n"),
                         ["a: is made, so it needs no excuse", "c: is excused and has no row"])


if __name__ == "__main__":
    unittest.main()
