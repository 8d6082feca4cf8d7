#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that rfc_coverage.py counts what is tagged and finds tags that name nothing."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import rfc_coverage

BOTH = "4.1-1 both do\n4.1-2 both do not\n"


class RfcCoverage(unittest.TestCase):
    def run_on(self, code, tests, requirements=BOTH, *arguments):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path, text in (("docs/rfc/rfc8446.requirements", requirements), ("src/a.cpp", code), ("tests/a.cpp", tests)):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                result = rfc_coverage.main(["--root", name, *arguments])
            return result, out.getvalue()

    def test_counts_single_and_section_tags(self):
        result, out = self.run_on("//= rfc8446#4.1-1\n", "//= rfc8446#4.1\n")
        self.assertEqual(result, 0)
        self.assertIn("rfc8446: 2 requirements apply, 1 with code, 2 with a test; 0 do not apply", out)
        self.assertIn("no code          4.1-2  both: do not", out)

    def test_counts_several_in_one_tag(self):
        self.assertEqual(self.run_on("//= rfc8446#4.1-1, 4.1-2\n", "//= rfc8446#4.1\n", BOTH, "--complete")[0], 0)

    def test_complete_wants_code_and_test(self):
        result, out = self.run_on("//= rfc8446#4.1\n", "//= rfc8446#4.1-2\n", BOTH, "--complete")
        self.assertEqual(result, 1)
        self.assertIn("rfc8446#4.1-1 has no test", out)
        self.assertNotIn("4.1-2 has", out)

    def test_what_does_not_apply_needs_a_reason_and_nothing_else(self):
        rows = "@later is built later\n4.1-1 both [later] do\n"
        self.assertEqual(self.run_on("", "", rows, "--complete")[0], 0)
        self.assertIn("(is built later)", self.run_on("", "", rows)[1])
        self.assertEqual(self.run_on("", "", "4.1-1 both [later] do\n", "--check")[0], 1)

    def test_a_tag_on_what_does_not_apply_is_a_fault(self):
        rows = "@later is built later\n4.1-1 both [later] do\n4.1-2 both do not\n"
        for code, tests in (("//= rfc8446#4.1-1\n", ""), ("", "//= rfc8446#4.1-2, 4.1-1\n")):
            result, out = self.run_on(code, tests, rows, "--check")
            self.assertEqual(result, 1)
            self.assertIn("a.cpp:1: rfc8446#4.1-1 does not apply", out)
        self.assertEqual(self.run_on("//= rfc8446#4.1\n", "//= rfc8446#4.1-2\n", rows, "--complete")[0], 0, "a section is all that applies")

    def test_unknown_number_and_section(self):
        for tag in ("//= rfc8446#4.1-3\n", "//= rfc8446#9.9\n"):
            result, out = self.run_on("\n" + tag, "", "4.1-1 both do\n", "--check")
            self.assertEqual(result, 1)
            self.assertIn("src/a.cpp:2:", out)

    def test_tags_of_rfcs_without_a_list_are_legal(self):
        self.assertEqual(self.run_on("//= rfc8449#4\n", "")[0], 0)

    def test_unreadable_and_double_requirements(self):
        self.assertEqual(self.run_on("", "", "4.1 both do\n", "--check")[0], 1)
        self.assertEqual(self.run_on("", "", "4.1-1 both do\n4.1-1 both do\n", "--check")[0], 1)


if __name__ == "__main__":
    unittest.main()
