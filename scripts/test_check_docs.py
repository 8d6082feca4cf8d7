#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_docs.py and check_snippets.py notice what is not there and what does not compile.

  scripts/test_check_docs.py [COMPILER]
"""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

import check_docs
import check_snippets

COMPILER = sys.argv.pop() if len(sys.argv) > 1 else "g++"
TOOL = 'app.add_subcommand("serve", "a server");\napp.add_flag("-q,--quiet", quiet, "less");\n'


class Documents(unittest.TestCase):
    def problems(self, text, name="README.md"):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, content in ((name, text), ("src/wire/reader.cpp", ""), ("tools/keyway/main.cpp", TOOL), ("scripts/ci.py", ""),
                                  ("CMakeLists.txt", "add_executable(keyway main.cpp)\n")):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(content)
            return check_docs.check(root)[0]

    def test_clean(self):
        text = "[a](README.md) `scripts/ci.py layers` `tools/keyway`\n```\nkeyway serve --quiet  # as `keyway fly`\n```\n"
        self.assertEqual(self.problems(text), [])

    def test_dead_link_and_file(self):
        self.assertEqual(len(self.problems("[a](b.md) `src/c.h`\n")), 2)

    def test_ends_of_paths_in_the_architecture(self):
        text = "`reader.cpp` `wire/` `wire/reader.cpp` `src/wire/` `Answer<T>` `pem.h` (planned)\n"
        self.assertEqual(self.problems(text, "ARCHITECTURE.md"), [])
        self.assertEqual(self.problems("`writer.cpp` `layer/`\n", "ARCHITECTURE.md"),
                         ["ARCHITECTURE.md:1: writer.cpp does not exist", "ARCHITECTURE.md:1: layer/ does not exist"])

    def test_plans_that_are_built(self):
        for name in ("README.md", "ARCHITECTURE.md"):
            self.assertEqual(self.problems("`wire/reader.cpp` (planned), `pem.h` (planned)\n", name),
                             [f"{name}:1: wire/reader.cpp is planned no longer: it is there"])

    def test_missing_script_job_and_program(self):
        self.assertEqual(self.problems("`scripts/no.py --all`\n"), ["README.md:1: scripts/no.py does not exist"])
        self.assertEqual(self.problems("`scripts/ci.py layers fly`\n"), ["README.md:1: ci.py has no job fly"])
        self.assertEqual(self.problems("```\nbuild/release/bin/fly\n```\n"),
                         ["README.md:2: build/release/bin/fly is not built by CMake"])

    def test_missing_command_and_option(self):
        self.assertEqual(self.problems("`keyway fly`\n"), ["README.md:1: keyway has no command fly"])
        self.assertEqual(self.problems("```\nkeyway serve --fly 3\n```\n"), ["README.md:2: keyway has no option --fly"])


class Snippets(unittest.TestCase):
    def run_on(self, readme):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tests/snippets").mkdir(parents=True)
            (root / "tests/snippets/reader.h").write_text("void use(int);\n")
            (root / "README.md").write_text(readme)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = check_snippets.main(["--root", folder, "--compiler", COMPILER])
            return code, out.getvalue()

    def test_statements_declarations_and_programs(self):
        text = "```cpp\nuse(1);\n```\n```cpp\nclass A {};\n```\n```cpp\n#include <cstdio>\nint main() {}\n```\n"
        self.assertEqual(self.run_on(text), (0, "3 snippets in 1 documents\n"))

    def test_what_does_not_compile_is_named_by_its_line(self):
        code, out = self.run_on("text\n```cpp\nuse(1);\nuse(missing);\n```\n")
        self.assertEqual(code, 1)
        self.assertIn("README.md:4:", out)

    def test_no_snippets_at_all(self):
        self.assertEqual(self.run_on("text\n")[0], 1)


if __name__ == "__main__":
    unittest.main()
