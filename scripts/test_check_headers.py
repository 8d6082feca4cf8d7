#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_headers.py finds headers that lean on others or do not guard themselves.

  scripts/test_check_headers.py COMPILER
"""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

import check_headers

COMPILER = sys.argv.pop() if len(sys.argv) > 1 else "g++"


class CheckHeaders(unittest.TestCase):
    def run_on(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "include").mkdir()
            (root / "include/subject.h").write_text(text)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = check_headers.main(["--root", folder, "--compiler", COMPILER, "--only", "include", "--", "-Iinclude"])
            return code, out.getvalue()

    def test_clean(self):
        self.assertEqual(self.run_on("#pragma once\nstruct A {};\n"), (0, "1 headers, 0 do not compile alone\n"))

    def test_leans_on_another(self):
        code, out = self.run_on("#pragma once\nstruct A { std::size_t size; };\n")
        self.assertEqual(code, 1)
        self.assertIn("include/subject.h does not compile alone", out)

    def test_no_guard(self):
        code, out = self.run_on("struct A {};\n")
        self.assertEqual(code, 1)
        self.assertIn("redefinition", out)


if __name__ == "__main__":
    unittest.main()
