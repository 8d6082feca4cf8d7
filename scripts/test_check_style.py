#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_style.py finds what it is for, and leaves marked tables alone."""
import pathlib
import tempfile
import unittest

import check_style

HEAD = "// SPDX-License-Identifier: Apache-2.0\n//\n// What this file is about.\n"
WIDE = "// " + "x" * check_style.LONGEST_LINE + "\n"


class CheckStyle(unittest.TestCase):
    def run_on(self, text, name="src/base/subject.cpp"):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True)
            path.write_text(text)
            root, check_style.ROOT = check_style.ROOT, pathlib.Path(folder)
            try:
                return [finding.split(":", 1)[1] for finding in check_style.check(pathlib.Path(name))[0]]
            finally:
                check_style.ROOT = root

    def test_clean(self):
        self.assertEqual(self.run_on(HEAD + "int a;\n"), [])

    def test_no_licence(self):
        self.assertEqual(self.run_on("int a;\n"), ["1: the first line is not the licence"])

    def test_no_subject_in_the_head(self):
        self.assertEqual(self.run_on(check_style.LICENCE + "\nint a;\n"), ["2: the file does not say what it is about"])

    def test_wide_line(self):
        self.assertEqual(self.run_on(HEAD + WIDE), ["4: 133 columns; at most 130"])

    def test_wide_line_of_a_table(self):
        self.assertEqual(self.run_on(HEAD + "// clang-format off\n" + WIDE + "// clang-format on\n"), [])

    def test_wide_line_behind_a_table(self):
        text = HEAD + "// clang-format off\n// clang-format on\n" + WIDE
        self.assertEqual(self.run_on(text), ["6: 133 columns; at most 130"])

    def test_table_without_an_end(self):
        self.assertEqual(self.run_on(HEAD + "// clang-format off\n" + WIDE), ["4: this table has no end"])

    def test_long_function(self):
        body = "  a();\n" * check_style.LONGEST_FUNCTION
        self.assertEqual(self.run_on(HEAD + "void f() {\n" + body + "}\n"), ["4: a function of 62 lines; at most 60"])

    def test_long_file(self):
        self.assertEqual(self.run_on(HEAD + "\n" * 800), ["1: 803 lines; at most 800"])

    def test_name_without_a_subject(self):
        self.assertEqual(self.run_on(HEAD, "src/base/byte_utils.cpp"), ["1: the name does not say the subject"])

    def test_work_that_is_left(self):
        self.assertEqual(self.run_on(HEAD + "// TO" "DO: later\n"), ["4: TO" "DO belongs into the issue tracker"])

    def test_public_type_without_a_comment(self):
        text = HEAD + "#pragma once\nclass A;\n/// What it is.\ntemplate <class T>\nclass B {};\nstruct C { int c; };\n"
        self.assertEqual(self.run_on(text, "include/keyway/subject.h"), ["9: C has no /// comment"])
        self.assertEqual(self.run_on(text, "src/base/subject.h"), [])
        text = HEAD + "#pragma once\nnamespace subject_detail {\nclass A {};\n}  // namespace subject_detail\n"
        self.assertEqual(self.run_on(text, "include/keyway/subject.h"), [])

    def test_header_without_guard(self):
        self.assertEqual(self.run_on(HEAD, "src/base/subject.h"), ["1: no #pragma once"])


if __name__ == "__main__":
    unittest.main()
